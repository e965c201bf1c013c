"""Threads that run on when their process ends, and a first thread that leaves before the others."""

import ctypes
import multiprocessing
import os
import threading
import time


def left_running():
    for _ in range(5):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()


def awaited():
    threading.Thread(target=time.sleep, args=(0.3,)).start()


def first_leaves(leave):
    def last():
        time.sleep(0.3)
        leave()

    threading.Thread(target=last).start()
    ctypes.CDLL(None).pthread_exit(None)


def busy():
    for _ in range(3):
        threading.Thread(target=lambda: [sum(range(1000)) for _ in range(2000)]).start()


if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    children = [
        context.Process(target=left_running),
        context.Process(target=awaited),
        context.Process(target=first_leaves, args=(lambda: os._exit(21),)),
        context.Process(target=first_leaves, args=(lambda: ctypes.string_at(0),)),
        context.Process(target=busy),
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
