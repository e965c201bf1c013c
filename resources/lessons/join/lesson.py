"""Main waits where join() stands, and no longer than join() is told to."""

import multiprocessing
import time

QUICK = 2  #@param {type:"slider", min:0, max:8, step:1}
QUICK_SECONDS = 1.0  #@param {type:"slider", min:0.5, max:5, step:0.5}
JOIN_QUICK = True  #@param {type:"boolean"}
SLOW_SECONDS = 5.0  #@param {type:"slider", min:0.5, max:10, step:0.5}
TIMEOUT = 1.0  #@param {type:"slider", min:0, max:10, step:0.5}
METHOD = "fork"  #@param ["fork", "spawn", "forkserver"]


def work(seconds):
    """Do nothing but take time."""
    name = multiprocessing.current_process().name
    print(f"{name}: begins", flush=True)
    time.sleep(seconds)
    print(f"{name}: done", flush=True)


if __name__ == "__main__":
    if METHOD in multiprocessing.get_all_start_methods():  # Windows has "spawn" only
        multiprocessing.set_start_method(METHOD)

    slow = multiprocessing.Process(target=work, name="slow", args=(SLOW_SECONDS,))
    slow.start()
    quick = []
    for number in range(1, QUICK + 1):
        child = multiprocessing.Process(target=work, name=f"quick-{number}", args=(QUICK_SECONDS * number,))
        child.start()
        quick.append(child)

    if JOIN_QUICK:
        for child in quick:
            print(f"main: join() for {child.name}", flush=True)
            child.join()
            print(f"main: {child.name} has ended with exit code {child.exitcode}", flush=True)

    print(f"main: join({TIMEOUT}) for slow", flush=True)
    slow.join(TIMEOUT)  # returns None, whether slow has ended or not
    if slow.exitcode is None:
        print("main: slow is still at work, I go on without it", flush=True)
    else:
        print(f"main: slow has ended with exit code {slow.exitcode}", flush=True)
    time.sleep(0.5)
    print("main: this is my last line", flush=True)
