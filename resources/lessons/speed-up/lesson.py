"""The same work with one process and with several: counting gains as far as there are cores, sleeping further."""

import multiprocessing
import os
import time

WORKERS = 4  #@param {type:"slider", min:1, max:16, step:1}
MILLIONS = 50  #@param {type:"slider", min:1, max:200, step:1}
SLEEP_SECONDS = 1.6  #@param {type:"slider", min:0.2, max:10, step:0.2}
METHOD = "fork"  #@param ["fork", "spawn", "forkserver"]


def count(numbers):
    """Keep one core busy: the more numbers, the longer."""
    total = 0
    for number in range(int(numbers)):
        total += number


def sleep(seconds):
    """Keep no core busy, like whoever waits for a server."""
    time.sleep(seconds)


def measure(task, whole, workers):
    """Divide the whole work among the workers, start them all, then wait for all. Returns the seconds it took."""
    begin = time.monotonic()
    children = []
    for number in range(1, workers + 1):
        name = f"{task.__name__}-{number}-of-{workers}"
        children.append(multiprocessing.Process(target=task, name=name, args=(whole / workers,)))
        children[-1].start()
    for child in children:
        child.join()
    return time.monotonic() - begin


if __name__ == "__main__":
    if METHOD in multiprocessing.get_all_start_methods():  # Windows has "spawn" only
        multiprocessing.set_start_method(METHOD)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"main: I may use {cores} cores", flush=True)

    for task, whole in ((count, MILLIONS * 1_000_000), (sleep, SLEEP_SECONDS)):
        alone = measure(task, whole, 1)
        print(f"main: {task.__name__} with 1: {alone:.2f} s", flush=True)
        shared = measure(task, whole, WORKERS)
        gain = f"{alone / shared:.1f} times as fast"
        print(f"main: {task.__name__} with {WORKERS}: {shared:.2f} s, {gain}", flush=True)
