"""Where records go: to the recording's file, whole lines only, and to the client.

A disk that is full or a path that cannot be written ends the file at its last whole line; the client still gets
everything, and a Note says so.
"""

from __future__ import annotations

import contextlib
import os
import time

from procviz.recorder.link import Link
from procviz.trace.records import Lost, Note, Record, encode_line


class Store:
    """Takes records one by one, hands them on by the batch."""

    def __init__(self, link: Link, path: str | None) -> None:
        self._link = link
        self._batch: list[bytes] = []
        self._path = path
        self._file: int | None = None
        self._whole_bytes = 0
        self._dropped = 0

    def write(self, record: Record) -> None:
        """Keep one record; it is on its way after the next `flush`."""
        self._batch.append(encode_line(record))

    def flush(self) -> None:
        """Hand on everything that was written."""
        if not self._batch and not self._link.wants_to_write:
            return
        if self._path is not None and self._batch:
            self._append(self._path, b"".join(self._batch))
        batch, self._batch = self._batch, []
        self._link.send(batch)
        if self._link.dropped != self._dropped and not self._link.wants_to_write:
            count, self._dropped = self._link.dropped - self._dropped, self._link.dropped
            self._link.send([encode_line(Lost(t=time.monotonic_ns(), what="client", count=count))])

    def close(self) -> None:
        """Flush, wait until the client has everything, and close the file."""
        self.flush()
        self._link.drain()
        if self._file is not None:
            os.close(self._file)
            self._file = None

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
        self._batch.append(encode_line(Note(t=time.monotonic_ns(), note="write-failed", facts=facts)))
