"""What a process is called where processes are listed, written over its command line in place (as setproctitle does).

`pkill -9 -f procviz` and `killall python3` are what people type when something hangs. The guards are there to end the
run then, so they must not be hit themselves. Linux; elsewhere nothing.
"""

from __future__ import annotations

import contextlib
import sys

GUARD = "run-guard"  # neither procviz's name nor Python's; the system takes 15 letters


class Title:
    """The command line and the short name of this process, as they were when it was asked for."""

    def __init__(self) -> None:
        self._begin = 0
        self._command = b""
        self._name = b""
        if sys.platform == "linux":
            with contextlib.suppress(OSError, ValueError, IndexError):
                self._find()

    def become(self, title: str) -> None:
        """Be called so. Where the command line is too short, or not to be had, it stays."""
        if len(title) < len(self._command):
            self._write(title.encode().ljust(len(self._command), b"\0"), title.encode())

    def restore(self) -> None:
        """Be called as before, in a forked child, too."""
        if self._command:
            self._write(self._command, self._name)

    def _find(self) -> None:
        import ctypes

        with open("/proc/self/comm", "rb") as file:
            self._name = file.read().rstrip(b"\n")
        with open("/proc/self/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
        begin, end = int(fields[45]), int(fields[46])  # arg_start and arg_end of proc(5), which counts from 1
        with open("/proc/self/cmdline", "rb") as file:
            told = file.read()
        if begin and ctypes.string_at(begin, end - begin) == told:
            self._begin, self._command = begin, told

    def _write(self, command: bytes, name: bytes) -> None:
        import ctypes

        ctypes.memmove(self._begin, command, len(command))  # its last byte is NUL, or the environment would be shown
        with contextlib.suppress(OSError), open("/proc/self/comm", "wb") as file:
            file.write(name)
