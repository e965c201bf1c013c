"""Runs a command on a plain terminal, or with its output into a pipe, and reads what it prints as plainly as can be.

Prints one line of JSON: wall_s, the reader's own cpu_s, the bytes.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import termios
import time


def main(kind: str, command: list[str]) -> None:
    ours, theirs = os.openpty() if kind == "terminal" else os.pipe()
    if kind == "terminal":
        settings = termios.tcgetattr(theirs)
        settings[1] &= ~termios.OPOST
        termios.tcsetattr(theirs, termios.TCSANOW, settings)
    began = time.monotonic()
    if os.fork() == 0:
        os.setsid()
        os.dup2(theirs, 1)
        os.closerange(3, 64)
        os.execv(command[0], command)
    os.close(theirs)
    copied, nowhere = 0, os.open(os.devnull, os.O_WRONLY)
    while data := _read(ours):
        copied += os.write(nowhere, data)
    os.wait()
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {"wall_s": time.monotonic() - began, "cpu_s": used.ru_utime + used.ru_stime, "bytes": copied}
    print(json.dumps(told))


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 1 << 16)
    except OSError:  # nobody holds the other end of the terminal any more
        return b""


main(sys.argv[1], sys.argv[2:])
