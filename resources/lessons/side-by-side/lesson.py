"""The same two tasks twice: first one by one, then side by side in two processes."""

import multiprocessing
import time

LAUNDRY_STEPS = 3  #@param {type:"slider", min:0, max:12, step:1}
SUMS_STEPS = 3  #@param {type:"slider", min:0, max:12, step:1}
STEP_SECONDS = 0.5  #@param {type:"slider", min:0.1, max:2, step:0.1}
METHOD = "fork"  #@param ["fork", "spawn", "forkserver"]


def laundry(who, steps):
    """Wait for the washing machine: time passes, nothing is computed."""
    for step in range(1, steps + 1):
        print(f"{who}: laundry, step {step} of {steps}", flush=True)
        time.sleep(STEP_SECONDS)


def sums(who, steps):
    """Add up numbers until the time is over."""
    for step in range(1, steps + 1):
        print(f"{who}: sums, step {step} of {steps}", flush=True)
        end, total = time.monotonic() + STEP_SECONDS, 0
        while time.monotonic() < end:
            total += 1


if __name__ == "__main__":
    if METHOD in multiprocessing.get_all_start_methods():  # Windows has "spawn" only
        multiprocessing.set_start_method(METHOD)

    begin = time.monotonic()
    laundry("main", LAUNDRY_STEPS)  # an ordinary call: it is main that works
    sums("main", SUMS_STEPS)
    print(f"main: one by one took {time.monotonic() - begin:.1f} s", flush=True)

    begin = time.monotonic()
    first = multiprocessing.Process(target=laundry, name="washer", args=("washer", LAUNDRY_STEPS))
    second = multiprocessing.Process(target=sums, name="adder", args=("adder", SUMS_STEPS))
    first.start()  # comes back at once, the child works from here on by itself
    second.start()
    first.join()
    second.join()
    print(f"main: side by side took {time.monotonic() - begin:.1f} s", flush=True)
