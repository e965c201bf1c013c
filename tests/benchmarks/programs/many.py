"""So many children in so many seconds, some of them alive until the end: TOTAL ALIVE SECONDS."""

import multiprocessing
import sys
import time

if __name__ == "__main__":
    total, alive, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    context = multiprocessing.get_context("fork")
    end = context.Event()
    began = time.monotonic()
    stay = [context.Process(target=end.wait) for _ in range(alive)]
    for child in stay:
        child.start()
    for number in range(total - alive):
        child = context.Process(target=int)
        child.start()
        child.join()
        time.sleep(max(0.0, began + seconds * (alive + number) / total - time.monotonic()))
    time.sleep(max(0.0, began + seconds - time.monotonic()))
    end.set()
    for child in stay:
        child.join()
