"""Children under a start method; one of them has a child of its own."""

import multiprocessing
import sys
import time


def parent(method):
    child = multiprocessing.get_context(method).Process(target=sys.exit, args=(4,), name="grandchild")
    child.start()
    child.join()
    sys.exit(child.exitcode + 1)


if __name__ == "__main__":
    method = sys.argv[1]
    context = multiprocessing.get_context(method)
    children = [context.Process(target=time.sleep, args=(0.1 * n,), name=f"c{n}") for n in range(4)]
    children.append(context.Process(target=parent, args=(method,), name="parent"))
    for child in children:
        child.start()
    for child in children:
        child.join()
    sys.exit(children[-1].exitcode)
