"""Two hundred children of a few milliseconds of work, eight at a time."""

import multiprocessing
import time

CHILDREN, AT_ONCE, WORK_S = 200, 8, 0.005


def work():
    until = time.process_time() + WORK_S
    while time.process_time() < until:
        sum(range(1000))


if __name__ == "__main__":
    began = time.perf_counter()
    context = multiprocessing.get_context("fork")
    for _ in range(CHILDREN // AT_ONCE):
        batch = [context.Process(target=work) for _ in range(AT_ONCE)]
        for child in batch:
            child.start()
        for child in batch:
            child.join()
    print((time.perf_counter() - began) * 1e3)
