"""What the standard library starts by itself: workers, managers, helpers."""

import concurrent.futures
import multiprocessing
import sys


def square(number):
    return number * number


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with context.Pool(3, maxtasksperchild=2) as pool:
        assert pool.map(square, range(9), chunksize=1) == [n * n for n in range(9)]
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as executor:
        assert list(executor.map(square, range(6))) == [n * n for n in range(6)]
    with context.Manager() as manager:
        assert list(manager.list([1, 2])) == [1, 2]
