"""As joblib does it: a pool of new interpreters whose resource tracker outlives main for a moment."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context


def square(number: int) -> int:
    return number * number


if __name__ == "__main__":
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        print(sum(executor.map(square, range(100))))
