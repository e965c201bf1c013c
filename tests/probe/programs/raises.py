"""Signals that a process sends to itself, and by a descriptor: looked at from inside, handled, refused, deadly."""

import copy
import inspect
import os
import pickle
import signal
import sys
import threading
import traceback

for name in ("raise_signal", "pthread_kill", "pidfd_send_signal"):
    function = getattr(signal, name, None)
    if function is not None:
        print(function.__module__, function.__qualname__, function.__name__, function.__doc__)
        print(inspect.signature(function), function is pickle.loads(pickle.dumps(function)), callable(function))
        print(copy.copy(function) is function, function == function, function in {function})
print(signal.raise_signal, signal.pthread_kill)


class Holder:
    send = signal.raise_signal


def shown(number, frame):
    print("handled", number, frame.f_code.co_name, frame.f_lineno, [f.name for f in traceback.extract_stack(frame)])


def fails(number, frame):
    raise LookupError("on purpose")


def sends(number):
    signal.raise_signal(number)


signal.signal(signal.SIGUSR1, shown)
sends(signal.SIGUSR1)
Holder().send(signal.SIGUSR1)
print(signal.raise_signal(signal.SIGUSR1), signal.raise_signal(0))
signal.signal(signal.SIGUSR1, lambda number, frame: print("from a thread"))
thread = threading.Thread(target=signal.raise_signal, args=[signal.SIGUSR1])
thread.start()
thread.join()
while os.path.isdir("/proc/self/task") and len(os.listdir("/proc/self/task")) > 1:
    pass  # Python 3.12 warns of a fork while the system has not quite taken the thread away
signal.signal(signal.SIGUSR2, fails)
for mistake in (lambda: sends(signal.SIGUSR2), lambda: sends(1000), lambda: sends("x")):
    try:
        mistake()
    except Exception:
        traceback.print_exc()
sys.stderr.flush()
if hasattr(os, "pidfd_open"):
    own = os.pidfd_open(os.getpid())
    print(signal.pidfd_send_signal(own, 0), signal.pidfd_send_signal(own, signal.SIGWINCH))
    os.close(own)
    for arguments in ((own, 2), (-1, 2), ("x", 2), ()):
        try:
            signal.pidfd_send_signal(*arguments)
        except Exception as error:
            print(type(error), error)
child = os.fork()
if child == 0:
    signal.raise_signal(signal.SIGTERM)
print(os.waitpid(child, 0)[1], flush=True)
signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
