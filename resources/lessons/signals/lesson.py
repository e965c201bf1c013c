"""Three processes get the same signal: one has made no plans, one has a handler, one does not listen."""

import multiprocessing
import os
import signal
import sys
import time

FIRST = "SIGTERM"  #@param ["SIGTERM", "SIGINT"]
BEFORE_SECONDS = 1.0  #@param {type:"slider", min:0, max:5, step:0.5}
TIDY_SECONDS = 0.5  #@param {type:"slider", min:0, max:3, step:0.1}
TIDY_CODE = 7  #@param {type:"slider", min:0, max:255, step:1}
PATIENCE = 1.0  #@param {type:"slider", min:0.1, max:5, step:0.1}
METHOD = "fork"  #@param ["fork", "spawn", "forkserver"]


def tidy_up(number, frame):
    """The handler: Python calls it when the signal has come."""
    print(f"polite: {signal.Signals(number).name} has come, I tidy up", flush=True)
    time.sleep(TIDY_SECONDS)
    sys.exit(TIDY_CODE)


def work(plan, ready):
    """Work for ever, with a plan for the signal or without one."""
    if plan == "handle":
        signal.signal(signal.Signals[FIRST], tidy_up)
    elif plan == "ignore":
        signal.signal(signal.Signals[FIRST], signal.SIG_IGN)
    ready.set()  # tell main that this child is up
    while True:
        time.sleep(0.1)


if __name__ == "__main__":
    if METHOD in multiprocessing.get_all_start_methods():  # Windows has "spawn" only
        multiprocessing.set_start_method(METHOD)

    children = []
    for name, plan in (("unprepared", "none"), ("polite", "handle"), ("deaf", "ignore")):
        ready = multiprocessing.Event()
        children.append(multiprocessing.Process(target=work, name=name, args=(plan, ready)))
        children[-1].start()
        ready.wait(10)

    time.sleep(BEFORE_SECONDS)
    for child in children:
        print(f"main: os.kill({child.pid}, {FIRST}) to {child.name}", flush=True)
        os.kill(child.pid, signal.Signals[FIRST])  # "kill" only means: send a signal
        child.join(TIDY_SECONDS + PATIENCE)
        if child.exitcode is None:
            last = getattr(signal, "SIGKILL", signal.SIGTERM)  # Windows knows no SIGKILL and needs none
            print(f"main: os.kill({child.pid}, {last.name}) to {child.name}", flush=True)
            os.kill(child.pid, last)
            child.join()
        print(f"main: {child.name} has ended with exit code {child.exitcode}", flush=True)
