"""Where records go: to the recording's file, whole lines only, and to the client.

The file gets them at once, the client by the frame: it draws no faster, and waking it costs the program time. A disk
that is full or a path that cannot be written ends the file at its last whole line; the client still gets what it
follows, and a Note says so.
"""

from __future__ import annotations

import contextlib
import os
import time

from procviz.recorder.link import Link
from procviz.trace.records import Finished, Header, Lost, Note, Record, encode_line

_FRAME_NS = 15_000_000
_FOR_EVERY_CLIENT = (Header, Note, Lost, Finished)


class Store:
    """Takes records one by one, hands them on by the batch."""

    def __init__(self, link: Link, path: str | None, *, follow: bool = True) -> None:
        """`follow`: the client gets every record, else only those about the recording itself."""
        self._link = link
        self._follow = follow
        self._for_file: list[bytes] = []
        self._for_client: list[bytes] = []
        self._sent_ns = 0
        self._path = path
        self._file: int | None = None
        self._whole_bytes = 0
        self._dropped = 0

    def write(self, record: Record) -> None:
        """Keep one record; it is on its way after the next `flush`."""
        line = encode_line(record)
        if self._path is not None:
            self._for_file.append(line)
        if self._follow or isinstance(record, _FOR_EVERY_CLIENT):
            self._for_client.append(line)

    @property
    def due(self) -> bool:
        """Whether the client waits for something that can be sent now."""
        waiting = self._for_client or self._link.wants_to_write
        return bool(waiting) and time.monotonic_ns() - self._sent_ns >= _FRAME_NS

    def flush(self) -> None:
        """Hand on what was written: to the file everything, to the client once in a frame."""
        if self._path is not None and self._for_file:
            self._append(self._path, b"".join(self._for_file))
            self._for_file.clear()
        if self.due:
            self._send()

    def close(self) -> None:
        """Flush, wait until the client has everything, and close the file."""
        self.flush()
        self._send()
        self._link.drain()
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _send(self) -> None:
        self._sent_ns = time.monotonic_ns()
        lines, self._for_client = self._for_client, []
        self._link.send(lines)
        if self._link.dropped != self._dropped and not self._link.wants_to_write:
            count, self._dropped = self._link.dropped - self._dropped, self._link.dropped
            self._link.send([encode_line(Lost(t=time.monotonic_ns(), what="client", count=count))])

    def _append(self, path: str, data: bytes) -> None:
        try:
            if self._file is None:
                self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o644)
            view = memoryview(data)
            while view:
                view = view[os.write(self._file, view) :]
            self._whole_bytes += len(data)
        except OSError as error:
            self._path = None
            self._cut_torn_line()
            self._give_up(error)

    def _cut_torn_line(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):  # a device or a pipe cannot be cut
                os.ftruncate(self._file, self._whole_bytes)
            os.close(self._file)
            self._file = None

    def _give_up(self, error: OSError) -> None:
        facts: dict[str, str | int | float | None] = {"reason": error.strerror or str(error), "errno": error.errno}
        self._for_client.append(encode_line(Note(t=time.monotonic_ns(), note="write-failed", facts=facts)))
