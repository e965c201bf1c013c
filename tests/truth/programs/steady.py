"""Eight children for a second: every other one works, the rest sleep."""

import multiprocessing
import sys
import time


def work(seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        sum(range(1000))


if __name__ == "__main__":
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    began = time.perf_counter()
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=(work, time.sleep)[n % 2], args=(seconds,), name=f"c{n}") for n in range(8)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print((time.perf_counter() - began) * 1e3)
