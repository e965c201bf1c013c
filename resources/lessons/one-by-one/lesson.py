"""One process has one pair of hands: what it does, it does one after the other."""

import time

LAUNDRY_STEPS = 4  #@param {type:"slider", min:0, max:12, step:1}
SUMS_STEPS = 4  #@param {type:"slider", min:0, max:12, step:1}
STEP_SECONDS = 0.5  #@param {type:"slider", min:0.1, max:2, step:0.1}
TAKE_TURNS = False  #@param {type:"boolean"}


def laundry(step):
    """Wait for the washing machine: time passes, nothing is computed."""
    print(f"laundry: step {step} of {LAUNDRY_STEPS}", flush=True)
    time.sleep(STEP_SECONDS)


def sums(step):
    """Add up numbers until the time is over."""
    print(f"sums: step {step} of {SUMS_STEPS}", flush=True)
    end, total = time.monotonic() + STEP_SECONDS, 0
    while time.monotonic() < end:
        total += 1


if __name__ == "__main__":
    begin = time.monotonic()
    if TAKE_TURNS:
        for step in range(1, max(LAUNDRY_STEPS, SUMS_STEPS) + 1):
            if step <= LAUNDRY_STEPS:
                laundry(step)
            if step <= SUMS_STEPS:
                sums(step)
    else:
        for step in range(1, LAUNDRY_STEPS + 1):
            laundry(step)
        for step in range(1, SUMS_STEPS + 1):
            sums(step)
    print(f"main: both tasks took {time.monotonic() - begin:.1f} s", flush=True)
