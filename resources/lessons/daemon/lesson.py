"""A daemon is cut off when main has run out of code, even if main itself stays to wait for others."""

import multiprocessing
import time

DAEMONS = 2  #@param {type:"slider", min:0, max:8, step:1}
WORKERS = 1  #@param {type:"slider", min:0, max:8, step:1}
STEPS = 8  #@param {type:"slider", min:1, max:20, step:1}
STEP_SECONDS = 0.5  #@param {type:"slider", min:0.1, max:2, step:0.1}
MAIN_SECONDS = 1.7  #@param {type:"slider", min:0, max:10, step:0.1}
METHOD = "fork"  #@param ["fork", "spawn", "forkserver"]


def work():
    """Take some steps; a daemon will hardly get to the last one."""
    name = multiprocessing.current_process().name
    for step in range(1, STEPS + 1):
        print(f"{name}: step {step} of {STEPS}", flush=True)
        time.sleep(STEP_SECONDS)
    print(f"{name}: done", flush=True)


if __name__ == "__main__":
    if METHOD in multiprocessing.get_all_start_methods():  # Windows has "spawn" only
        multiprocessing.set_start_method(METHOD)

    for number in range(1, DAEMONS + 1):
        multiprocessing.Process(target=work, name=f"daemon-{number}", daemon=True).start()
    for number in range(1, WORKERS + 1):
        multiprocessing.Process(target=work, name=f"worker-{number}").start()  # daemon=False, as always

    time.sleep(MAIN_SECONDS)
    print("main: this is my last line", flush=True)
    # Now Python ends the daemons first, then it waits for the workers.
