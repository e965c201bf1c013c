"""Forty short children, one after the other; the last line printed is the time it took, in ms."""

import multiprocessing
import time

if __name__ == "__main__":
    began = time.perf_counter()
    for _ in range(40):
        child = multiprocessing.Process(target=time.sleep, args=(0.005,))
        child.start()
        child.join()
    print((time.perf_counter() - began) * 1e3)
