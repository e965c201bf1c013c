"""A program without the main guard."""

import multiprocessing
import sys


def child():
    print("child")


print("top level")
process = multiprocessing.get_context(sys.argv[1]).Process(target=child)
process.start()
process.join()
print("code", process.exitcode)
