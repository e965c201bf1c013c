"""The doorbell: a socket at which the probe rings as soon as a process is there.

Ringing is connecting to it and leaving at once. The kernel keeps some thousand callers until they are looked at,
vouches for the pid of each and, since Linux 6.5, hands over a pidfd, so that the recorder gets hold of processes
that live too shortly to be found by their pid. A parent may ring for a child that cannot, and hand over its pidfd.
Whoever is not rung for is still told of in the events file.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import sys
from collections.abc import Iterator
from typing import NamedTuple

_SO_PEERCRED = 17
_SO_PEERPIDFD = 77
_CREDENTIALS = struct.Struct("=3i")
_LONGEST_PATH = 107
_WAITING_CALLERS = 1 << 16  # the system cuts this down to what it allows (net.core.somaxconn)


class Ring(NamedTuple):
    """Somebody is there: who, and a descriptor of it where there is one (ours to close)."""

    pid: int
    pidfd: int | None


class Bell:
    """The socket in the run's folder."""

    path: str

    def __init__(self, path: str) -> None:
        """Raises OSError where the system has no such sockets or the path is too long for one."""
        if sys.platform != "linux" or len(os.fsencode(path)) > _LONGEST_PATH:
            raise OSError("no doorbell here")
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.setblocking(False)
        self._socket.bind(path)
        self._socket.listen(_WAITING_CALLERS)
        self._callers: list[socket.socket] = []  # who has not left yet

    def fileno(self) -> int:
        """Readable when somebody rang."""
        return self._socket.fileno()

    def read(self) -> Iterator[Ring]:
        """Everybody who rang since the last call."""
        while True:
            try:
                caller, _address = self._socket.accept()
            except OSError:  # nobody; or no descriptor is left for one, who then has to be found otherwise
                break
            caller.setblocking(False)
            yield _ringer(caller)
            self._callers.append(caller)
        callers, self._callers = self._callers, []
        for caller in callers:
            try:
                told, extras, _flags, _address = caller.recvmsg(16, socket.CMSG_SPACE(4), socket.MSG_CMSG_CLOEXEC)
            except BlockingIOError:
                self._callers.append(caller)  # about to say something, or to leave
            except OSError:
                caller.close()
            else:
                caller.close()
                yield from _handed_over(told, extras)


def _ringer(caller: socket.socket) -> Ring:
    credentials = caller.getsockopt(socket.SOL_SOCKET, _SO_PEERCRED, _CREDENTIALS.size)
    pidfd = None
    with contextlib.suppress(OSError):  # before 6.5; before 6.16, of one who is reaped already
        pidfd = caller.getsockopt(socket.SOL_SOCKET, _SO_PEERPIDFD)
    return Ring(_CREDENTIALS.unpack(credentials)[0], pidfd)


def _handed_over(told: bytes, extras: list[tuple[int, int, bytes]]) -> Iterator[Ring]:
    for level, kind, data in extras:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            yield Ring(int(told) if told.isdigit() else 0, int.from_bytes(data[:4], sys.byteorder))
