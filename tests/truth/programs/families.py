"""Grandchildren, orphans, and one that forks twice into a session of its own, outliving main."""

import multiprocessing
import os
import sys
import time


def generations(left):
    if left:
        child = multiprocessing.get_context("fork").Process(target=generations, args=(left - 1,))
        child.start()
        child.join()
        sys.exit(child.exitcode)
    time.sleep(0.1)
    sys.exit(2)


def orphan():
    parent = os.getpid()
    if os.fork():
        os._exit(3)
    while os.getppid() == parent:
        time.sleep(0.01)
    time.sleep(0.1)
    os._exit(4)


def far_away():
    if os.fork():
        os._exit(5)
    os.setsid()
    if os.fork():
        os._exit(6)
    os.closerange(0, 1000)
    time.sleep(0.6)
    os._exit(7)


if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    children = [
        context.Process(target=target, args=args)
        for target, args in ((generations, (3,)), (orphan, ()), (far_away, ()))
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    os._exit(8)
