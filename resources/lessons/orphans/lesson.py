"""Main is gone without a farewell. Its children do not notice, and work on."""

import multiprocessing
import os
import signal
import time

ENDING = "SIGKILL"  #@param ["SIGKILL", "SIGTERM", "os._exit()", "last line"]
DAEMONS = 1  #@param {type:"slider", min:0, max:4, step:1}
WORKERS = 1  #@param {type:"slider", min:0, max:4, step:1}
CAREFUL = 1  #@param {type:"slider", min:0, max:4, step:1}
CHILD_SECONDS = 4.0  #@param {type:"slider", min:1, max:20, step:0.5}
MAIN_SECONDS = 1.5  #@param {type:"slider", min:0.5, max:10, step:0.5}
METHOD = "fork"  #@param ["fork", "spawn", "forkserver"]


def work(careful=False):
    """Take short steps; a careful child looks at every step whether its parent is still there."""
    name = multiprocessing.current_process().name
    end = time.monotonic() + CHILD_SECONDS
    while time.monotonic() < end:
        print(f"{name}: at work, my parent is process {os.getppid()}", flush=True)
        time.sleep(0.5)
        if careful and not multiprocessing.parent_process().is_alive():
            print(f"{name}: main is gone, so I go too", flush=True)
            return
    print(f"{name}: done", flush=True)


if __name__ == "__main__":
    if METHOD in multiprocessing.get_all_start_methods():  # Windows has "spawn" only
        multiprocessing.set_start_method(METHOD)

    print(f"main: I am process {os.getpid()}", flush=True)
    for number in range(1, DAEMONS + 1):
        multiprocessing.Process(target=work, name=f"daemon-{number}", daemon=True).start()
    for number in range(1, WORKERS + 1):
        multiprocessing.Process(target=work, name=f"worker-{number}").start()
    for number in range(1, CAREFUL + 1):
        multiprocessing.Process(target=work, name=f"careful-{number}", args=(True,)).start()

    time.sleep(MAIN_SECONDS)
    print(f"main: this is my end: {ENDING}", flush=True)
    if ENDING == "os._exit()":
        os._exit(0)
    if ENDING != "last line":
        number = getattr(signal, ENDING, signal.SIGTERM)  # Windows has no SIGKILL
        os.kill(os.getpid(), number)
