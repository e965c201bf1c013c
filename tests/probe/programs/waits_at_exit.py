"""Main's code ends while a child still runs: multiprocessing waits for it."""

import multiprocessing
import sys
import time


def child(ready):
    ready.send(True)
    time.sleep(0.3)
    print("child goes", flush=True)


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    ours, theirs = context.Pipe()
    context.Process(target=child, args=(theirs,), name="late").start()
    ours.recv()
    sys.exit(5)
