"""The recorder's end of the pipe to its client: lines out, commands in, neither ever blocks the recorder.

A socket where descriptors can be handed down, else stdin and stdout with a thread each. A client that stops reading
costs memory up to a limit; beyond it, lines for the client are dropped (the file still gets them) and counted.
"""

from __future__ import annotations

import contextlib
import os
import queue
import socket
import sys
import threading

_BACKLOG_BYTES = 64 << 20


class Link:
    """Bytes to and from the client."""

    def __init__(self, descriptor: int | None) -> None:
        self._socket = None if descriptor is None else socket.socket(fileno=os.dup(descriptor))
        self._inbound: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._pending = bytearray()
        self._partial = b""
        self.dropped = 0  # lines that the client never got
        self.closed = False  # the client is gone
        if self._socket is None:
            threading.Thread(target=self._read_stdin, daemon=True).start()
        else:
            self._socket.setblocking(False)

    def fileno(self) -> int | None:
        """What to wait on for commands, where there is such a descriptor."""
        return None if self._socket is None else self._socket.fileno()

    def first_line(self) -> bytes:
        """Block until the client has sent one whole line; b"" when it closed instead."""
        while b"\n" not in self._partial and not self.closed:
            if self._socket is None:
                self._take(self._inbound.get())
            else:
                self._socket.setblocking(True)
                self._take(self._socket.recv(1 << 20))
        if self._socket is not None:
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
        if self._socket is not None and not self.closed:
            with contextlib.suppress(OSError):
                self._socket.setblocking(True)
                self._socket.sendall(self._pending)
        self._pending.clear()

    def _push(self) -> None:
        try:
            if self._socket is None:
                sys.stdout.buffer.write(self._pending)
                sys.stdout.buffer.flush()
                self._pending.clear()
            while self._pending and self._socket is not None:
                with memoryview(self._pending)[: 1 << 18] as part:
                    sent = self._socket.send(part)
                del self._pending[:sent]
        except BlockingIOError:
            pass
        except OSError:
            self.closed = True

    def _receive(self) -> bytes | None:
        if self._socket is None:
            return None if self._inbound.empty() else self._inbound.get()
        try:
            return self._socket.recv(1 << 16)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def _take(self, data: bytes) -> None:
        self.closed = not data
        self._partial += data

    def _read_stdin(self) -> None:
        while data := os.read(0, 1 << 16):
            self._inbound.put(data)
        self._inbound.put(b"")
