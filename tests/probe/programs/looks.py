"""What a program can find out about itself: the same with the probe and without."""

import atexit
import inspect
import multiprocessing
import multiprocessing.util
import os
import subprocess
import sys
import threading

for function in (
    multiprocessing.Process.start,
    multiprocessing.Process.join,
    subprocess.Popen.wait,
    subprocess.Popen.communicate,
    multiprocessing.util.info,
    threading._shutdown,
    os._exit,
    sys.exit,
    atexit.register,
):
    try:
        signature = str(inspect.signature(function))
    except ValueError:
        signature = ""
    print(function.__module__, function.__qualname__, function.__doc__, signature)
for stream in (sys.stdout, sys.stderr, sys.__stdout__):
    print(stream, stream.encoding, stream.errors, stream.line_buffering, stream.write_through, stream.newlines)
    print(
        stream.mode, stream.name, stream.fileno(), stream.isatty(), stream.buffer, getattr(stream.buffer, "raw", None)
    )
print(sys.stdout is sys.__stdout__, sys.path[1:], sys.argv, sys.flags, threading.active_count())
print(sorted(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else "")
multiprocessing.util.log_to_stderr(10).handlers[
    0
].formatter._fmt = "%(levelname)s %(funcName)s %(filename)s %(message)s"
multiprocessing.util.info("logged %s", 1)
print(subprocess.Popen(["true"]).wait())
