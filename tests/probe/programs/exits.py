"""The order in which a program ends: code, threads, exit handlers."""

import atexit
import os
import sys
import threading

go = threading.Event()


def thread():
    go.wait()
    print("thread done")


class Last:
    def __del__(self):
        print("deleted")


last = Last()
atexit.register(print, "handler 1")
atexit.register(go.set)
atexit.register(print, "handler 2")
worker = threading.Thread(target=thread)
worker.start()
go.set()
worker.join()
print(len(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else 0, len(sys.path), sys.argv)
sys.exit(sys.argv[1] if len(sys.argv) > 1 else None)
