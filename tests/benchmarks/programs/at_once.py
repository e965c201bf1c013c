"""Eight children at once, each for a second; the last line printed is the time it took, in ms."""

import multiprocessing
import time

if __name__ == "__main__":
    began = time.perf_counter()
    children = [multiprocessing.Process(target=time.sleep, args=(1,)) for _ in range(8)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print((time.perf_counter() - began) * 1e3)
