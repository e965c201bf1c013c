"""What stands behind the program's stdout and stderr: a terminal of its own, or a pipe that names each writer.

Only makes the descriptors; `drain.py` drains them. Terminal output is left byte for byte as it was written.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from dataclasses import dataclass

_SO_PASSCRED = 16  # Linux: each chunk comes with the pid that wrote it


@dataclass(frozen=True, slots=True)
class Stream:
    """One way out of the program: what we read, what it writes to, and where that is passed on to."""

    name: str  # stdout, stderr, or terminal for both
    read_end: int
    write_end: int
    credentials: bool = False
    terminal: bool = False
    passthrough: int | None = None  # descriptor of ours

    @property
    def identity(self) -> str:
        """What the program's end of it is, so that the probe can tell it from other files."""
        return _identity(self.write_end)


def make_streams(output: str, passthrough: bool) -> tuple[list[Stream], str | None]:
    """One stream for both, or one each: stdout first; and why they are no terminal although that was asked for.

    `output` is terminal, pipe or unbuffered.
    """
    ours = [1, 2] if passthrough else [None, None]
    reason = None
    if sys.platform != "win32" and output != "pipe":
        try:
            return _terminals(passthrough), None
        except OSError as error:  # a bare container or chroot has no /dev/pts, a busy system none left
            reason = error.strerror or str(error)
    return [_pipe("stdout", ours[0]), _pipe("stderr", ours[1])], reason


def _terminals(passthrough: bool) -> list[Stream]:
    if not passthrough or _identity(1) == _identity(2):
        return [_terminal("terminal", 1 if passthrough else None)]
    first = _terminal("stdout", 1)
    try:
        return [first, _terminal("stderr", 2)]
    except OSError:
        os.close(first.read_end)
        os.close(first.write_end)
        raise


def _identity(descriptor: int) -> str:
    stat = os.fstat(descriptor)
    return f"{stat.st_dev}:{stat.st_ino}"


def _pipe(name: str, passthrough: int | None) -> Stream:
    if sys.platform != "linux":
        read_end, write_end = os.pipe()
        return Stream(name, read_end, write_end, passthrough=passthrough)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    ours.setsockopt(socket.SOL_SOCKET, _SO_PASSCRED, 1)
    ours.shutdown(socket.SHUT_WR)
    return Stream(name, ours.detach(), theirs.detach(), credentials=True, passthrough=passthrough)


def _terminal(name: str, passthrough: int | None) -> Stream:
    if sys.platform == "win32":
        raise NotImplementedError
    import fcntl
    import termios

    master, slave = os.openpty()
    settings = termios.tcgetattr(slave)
    settings[1] &= ~termios.OPOST  # "\n" stays "\n"
    settings[3] &= ~termios.ECHO
    termios.tcsetattr(slave, termios.TCSANOW, settings)
    size = b"\x18\0\x50\0\0\0\0\0"  # 24 rows of 80 columns
    if passthrough is not None:
        with contextlib.suppress(OSError):
            size = fcntl.ioctl(passthrough, termios.TIOCGWINSZ, bytes(8))
    fcntl.ioctl(slave, termios.TIOCSWINSZ, size)
    return Stream(name, master, slave, terminal=True, passthrough=passthrough)
