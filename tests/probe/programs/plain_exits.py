"""The same without threading: handlers only, and forks that end in their own ways."""

import atexit
import os
import sys

atexit.register(print, "handler 1")


@atexit.register
def handler_2():
    print("handler 2")


def wait():
    print(os.wait()[1], flush=True)


if os.fork() == 0:
    sys.exit(4)
wait()
if os.fork() == 0:
    os._exit(300)
wait()
if os.fork() == 0:
    raise SystemExit(6)
wait()
if os.fork() == 0:
    raise LookupError("forked")
wait()
if os.fork() == 0:
    os.execvp("true", ["true"])
wait()
if os.fork() == 0:
    os.kill(os.getpid(), 9)
wait()
print("threading" in sys.modules, "end")
