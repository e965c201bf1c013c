"""The doorbell: a datagram socket at which the probe rings as soon as a process is there.

The kernel vouches for the ringer's pid and, since Linux 6.5, hands over a pidfd of it, so that the recorder gets hold
of processes that live too shortly to be found by their pid. Whoever cannot ring is still told of in the events file.
"""

from __future__ import annotations

import array
import contextlib
import os
import socket
import struct
import sys
import threading
import time
from collections import deque
from typing import NamedTuple

_SO_PASSCRED = 16
_SO_PASSPIDFD = 76
_SCM_CREDENTIALS = 2
_SCM_PIDFD = 4
_LONGEST_PATH = 107


class Ring(NamedTuple):
    """Somebody rang: who, when we heard it, and a descriptor of it where the kernel gives one (ours to close)."""

    pid: int
    t: int
    pidfd: int | None


class Bell:
    """The socket in the run's folder."""

    def __init__(self, path: str) -> None:
        """Raises OSError where the system has no such sockets or the path is too long for one."""
        if sys.platform != "linux" or len(os.fsencode(path)) > _LONGEST_PATH:
            raise OSError("no doorbell here")
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(path)
        for option in (_SO_PASSCRED, _SO_PASSPIDFD):
            with contextlib.suppress(OSError):  # before 6.5
                self._socket.setsockopt(socket.SOL_SOCKET, option, 1)
        self._rings: deque[Ring] = deque()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    def listen(self) -> None:
        """Take rings as they come, from now on."""
        threading.Thread(target=self._listen, name="bell", daemon=True).start()

    def fileno(self) -> int:
        """Readable when somebody rang."""
        return self._wake

    def read(self) -> list[Ring]:
        """Everybody who rang since the last call."""
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self._wake)
        rings = []
        while self._rings:
            rings.append(self._rings.popleft())
        return rings

    def _listen(self) -> None:
        """In a thread: only some ten rings fit into the socket, and nobody rings twice."""
        while True:
            _data, extras, _flags, _address = self._socket.recvmsg(64, 256, socket.MSG_CMSG_CLOEXEC)
            self._rings.append(_ring(extras))
            os.eventfd_write(self._wake, 1)


def _ring(extras: list[tuple[int, int, bytes]]) -> Ring:
    pid, pidfd = 0, None
    for level, kind, data in extras:
        if level == socket.SOL_SOCKET and kind == _SCM_CREDENTIALS:
            pid = struct.unpack("=3i", data)[0]
        elif level == socket.SOL_SOCKET and kind == _SCM_PIDFD:
            pidfd = array.array("i", data)[0]
    return Ring(pid, time.monotonic_ns(), pidfd)
