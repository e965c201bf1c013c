"""The recorder's end of the pipe to its client: lines out, commands in, neither ever blocks the recorder.

A socket; Windows, where none can be handed down, has pipes made to look like one (`pipe_socket.py`). A client that
stops reading costs memory up to a limit; beyond it, lines for the client are dropped (the file still gets them) and
counted.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket

_BACKLOG_BYTES = 64 << 20


class Link:
    """Bytes to and from the client."""

    def __init__(self, end: socket.socket) -> None:
        """Takes over our end of a pair of sockets."""
        self._socket = end
        self._socket.setblocking(False)
        self._pending = bytearray()
        self._partial = b""
        self.dropped = 0  # lines that the client never got
        self.closed = False  # the client is gone

    @classmethod
    def of(cls, descriptor: int) -> Link:
        """The link over a descriptor that was handed down, which stays open."""
        return cls(socket.socket(fileno=os.dup(descriptor)))

    def fileno(self) -> int:
        """What to wait on for commands."""
        return self._socket.fileno()

    def abandoned(self) -> bool:
        """Whether the client is gone, although what it has sent is not read yet."""
        if not hasattr(select, "poll"):
            return False
        poll = select.poll()
        poll.register(self._socket, 0)  # a hang-up is always reported
        return bool(poll.poll(0))

    def first_line(self) -> bytes:
        """Block until the client has sent one whole line; b"" when it closed instead."""
        self._socket.setblocking(True)
        while b"\n" not in self._partial and not self.closed:
            self._take(self._socket.recv(1 << 20))
        self._socket.setblocking(False)
        line, _, self._partial = self._partial.partition(b"\n")
        return line

    def read_lines(self) -> list[bytes]:
        """The commands that have arrived."""
        while not self.closed and (data := self._receive()) is not None:
            self._take(data)
        *lines, self._partial = self._partial.split(b"\n")
        return lines

    def send(self, lines: list[bytes]) -> None:
        """Queue lines, and send what the client takes now."""
        if self.closed:
            return
        if len(self._pending) > _BACKLOG_BYTES:
            self.dropped += len(lines)
        else:
            for line in lines:
                self._pending += line
        self._push()

    @property
    def wants_to_write(self) -> bool:
        """Whether something waits for the client to take it."""
        return bool(self._pending) and not self.closed

    def drain(self) -> None:
        """Block until the client has taken everything, or is gone."""
        if not self.closed:
            with contextlib.suppress(OSError):
                self._socket.setblocking(True)
                self._socket.sendall(self._pending)
        self._pending.clear()

    def _push(self) -> None:
        try:
            while self._pending:
                with memoryview(self._pending)[: 1 << 18] as part:
                    sent = self._socket.send(part)
                del self._pending[:sent]
        except BlockingIOError:
            pass
        except OSError:
            self.closed = True

    def _receive(self) -> bytes | None:
        try:
            return self._socket.recv(1 << 16)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def _take(self, data: bytes) -> None:
        self.closed = not data
        self._partial += data
