"""Killed before the first line, and programs that become other programs, the last one out of a thread."""

import multiprocessing
import os
import signal
import sys
import threading
import time


def becomes(code):
    os.execv("/bin/sh", ["sh", "-c", f"sleep 0.1; exec sh -c 'sleep 0.1; exit {code}'"])


def becomes_python():
    os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(0.1); raise SystemExit(22)"])


def becomes_in_a_thread():
    threading.Thread(target=becomes, args=(23,)).start()
    time.sleep(60)


if __name__ == "__main__":
    for method in ("fork", "spawn", "forkserver"):
        context = multiprocessing.get_context(method)
        for how in ("terminate", "kill"):
            child = context.Process(target=time.sleep, args=(60,), name=f"{method}-{how}")
            child.start()
            getattr(child, how)()
            child.join()
    for _ in range(5):
        child = os.fork()
        if child == 0:
            while True:
                pass
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=becomes, args=(21,)), context.Process(target=becomes_python)]
    children.append(context.Process(target=becomes_in_a_thread))
    for child in children:
        child.start()
    for child in children:
        child.join()
    os.execv("/bin/sh", ["sh", "-c", "sleep 0.1; exit 24"])
