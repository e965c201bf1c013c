"""Draining what the program prints: a thread per stream, so that neither the program nor the recorder ever waits.

Bytes are stamped on arrival and passed on untouched where the job asks for it. The loop takes them when it turns
anyway: waking it for every few kilobytes would make both threads wait for one interpreter. Who wrote them is the
question of `told_writes.py`. If the recorder cannot keep up, what lies in between is counted instead of kept.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import sys
import threading
import time
from collections import deque
from typing import NamedTuple

from procviz.recorder.output.streams import Stream

_READ_BYTES = 1 << 16
_BACKLOG_BYTES = 16 << 20
_SCM_CREDENTIALS = 2
_LITTLE_BYTES, _OFTEN_NS, _OFTEN = 2048, 2_000_000, 50  # who reads so often in a row reads every line by itself...
_TOGETHER_S = 0.0005  # ...and waits a little for more, less than it takes to fill a terminal
_ANCILLARY_BYTES = 64


class Chunk(NamedTuple):
    """Bytes as they arrived; `left_out` more were counted only. `pid` wrote them where the kernel says so."""

    t: int
    data: bytes
    left_out: int = 0
    pid: int | None = None


class Drain:
    """One stream being read to its end."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self._chunks: deque[Chunk] = deque()
        self._waiting_bytes = 0
        self._passthrough = stream.passthrough
        self._socket = socket.socket(fileno=stream.read_end) if stream.credentials else None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def ended(self) -> bool:
        """Every process has closed it and everything was read."""
        return not self._thread.is_alive()

    @property
    def has_news(self) -> bool:
        """Whether something arrived that was not taken yet."""
        return bool(self._chunks)

    def take(self) -> list[Chunk]:
        """What has arrived since the last call."""
        taken = []
        while self._chunks:
            chunk = self._chunks.popleft()
            self._waiting_bytes -= len(chunk.data)
            taken.append(chunk)
        return taken

    def join(self, timeout_s: float) -> None:
        """Wait for the end of the stream."""
        self._thread.join(timeout_s)

    def _run(self) -> None:
        with contextlib.suppress(OSError):  # EIO: nobody holds the other end of the terminal any more
            last_ns, often = 0, 0
            while True:
                data, pid = self._read()
                if not data:
                    return
                t = time.monotonic_ns()
                self._keep(Chunk(t, data, pid=pid))
                if self._passthrough is not None and not self._pass_on(data):
                    return
                often = often + 1 if t - last_ns < _OFTEN_NS and len(data) < _LITTLE_BYTES else 0
                if often > _OFTEN:  # each read costs the writer time, too, and the next lines can come together
                    time.sleep(_TOGETHER_S)
                last_ns = t

    def _read(self) -> tuple[bytes, int | None]:
        if sys.platform == "win32" or self._socket is None:
            return os.read(self.stream.read_end, _READ_BYTES), None
        data, extras, _flags, _address = self._socket.recvmsg(_READ_BYTES, _ANCILLARY_BYTES)
        for level, kind, extra in extras:
            if level == socket.SOL_SOCKET and kind == _SCM_CREDENTIALS:
                return data, struct.unpack("=3i", extra)[0]
        return data, None

    def _keep(self, chunk: Chunk) -> None:
        if self._waiting_bytes > _BACKLOG_BYTES:
            chunk = Chunk(chunk.t, b"", len(chunk.data), chunk.pid)
        self._waiting_bytes += len(chunk.data)
        self._chunks.append(chunk)

    def _pass_on(self, data: bytes) -> bool:
        """False when nobody reads on our side: the program shall learn it the same way."""
        assert self._passthrough is not None
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self._passthrough, view) :]
            except BlockingIOError:
                time.sleep(0.001)  # somebody made our stdout non-blocking
            except OSError:
                self._close()
                return False
        return True

    def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        else:
            os.close(self.stream.read_end)
