"""Pools, executors, managers: processes that the standard library makes on its own."""

import concurrent.futures
import multiprocessing
import sys


def square(number):
    return number * number


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with context.Pool(2) as pool:
        print(pool.map(square, range(5)))
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as executor:
        print(list(executor.map(square, range(5))))
    with context.Manager() as manager:
        print(list(manager.list([1, 2])))
