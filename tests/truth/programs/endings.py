"""Every way to end: by returning, raising, leaving, crashing, and by signals from within and from main."""

import ctypes
import multiprocessing
import os
import signal
import sys
import time


def returns():
    pass


def raises():
    raise RuntimeError("on purpose")


def leaves():
    sys.exit(3)


def leaves_with_words():
    sys.exit("some words")


def leaves_with_much():
    sys.exit(256 + 7)


def hard_exit():
    os._exit(4)


def segfault():
    ctypes.string_at(0)


def aborts():
    os.abort()


def bus_error():
    signal.raise_signal(signal.SIGBUS)


def floating_point():
    os.kill(os.getpid(), signal.SIGFPE)


def kills_itself():
    os.kill(os.getpid(), signal.SIGKILL)


def real_time():
    os.kill(os.getpid(), signal.SIGRTMIN + 3)


def catches(ready):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(6))
    ready.set()
    time.sleep(60)


def waits(ready):
    ready.set()
    time.sleep(60)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    ways = (returns, raises, leaves, leaves_with_words, leaves_with_much, hard_exit)
    ways += (segfault, aborts, bus_error, floating_point, kills_itself, real_time)
    alone = [context.Process(target=way, name=way.__name__) for way in ways]
    for child in alone:
        child.start()
    for child in alone:
        child.join()
    for target, how in ((catches, "terminate"), (waits, "terminate"), (waits, "kill"), (waits, "os.kill")):
        ready = context.Event()
        child = context.Process(target=target, args=(ready,), name=f"{target.__name__}-{how}")
        child.start()
        ready.wait()
        if how == "os.kill":
            os.kill(child.pid, signal.SIGHUP)
        else:
            getattr(child, how)()
        child.join()
    raise LookupError("main ends badly too")
