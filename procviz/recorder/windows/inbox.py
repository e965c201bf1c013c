"""The probe's events on Windows, where appending is two steps: a file for each thread, so that nobody shares one.

The probe adds its pid and thread id to the name of the events file. The order between files is that of the times of
their events.
"""

from __future__ import annotations

import contextlib
import os
from collections import deque

import msgspec

from procviz.recorder.probe_inbox.probe_events import ProbeEvent, decode

_OPEN_FILES = 2000  # a process may have 8192; who has been silent for longest is closed, and looked at in turn
_TURN = 50
_CHUNK_BYTES = 1 << 20
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOINHERIT", 0)


class _File:
    """One thread's events."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: int | None = None
        self._read_bytes = 0
        self._partial = b""

    def read(self) -> list[ProbeEvent]:
        if self._file is None:
            self._file = os.open(self._path, _FLAGS)
        # Each time: Wine goes on to find the end where it has found one before.
        os.lseek(self._file, self._read_bytes, os.SEEK_SET)
        data = os.read(self._file, _CHUNK_BYTES)
        self._read_bytes += len(data)
        *lines, self._partial = (self._partial + data).split(b"\n")
        events = []
        for line in lines:
            with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
                events.append(decode(line))
        return events

    def close(self) -> None:
        """Until it is read again."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


class FolderInbox:
    """Reads all files `events-*` of the run's folder while they grow and become more."""

    def __init__(self, folder: str, open_files: int = _OPEN_FILES) -> None:
        self._folder = folder
        self._open_files = open_files
        self._open: dict[str, _File] = {}  # who spoke last stands last
        self._silent: dict[str, _File] = {}
        self._turns: deque[str] = deque()

    @property
    def grown(self) -> bool:
        """Whether there may be something to read: only reading tells."""
        return True

    @property
    def unread_bytes(self) -> int:
        """Only reading tells."""
        return 0

    def read(self) -> list[ProbeEvent]:
        """What is new in all of them, in the order of time; [] when nothing is."""
        self._find()
        events: list[ProbeEvent] = []
        for name in [*self._open, *self._next_turn()]:
            file = self._open.get(name) or self._silent[name]
            new = file.read()
            if new:
                events += new
                self._silent.pop(name, None)
                self._open.pop(name, None)
                self._open[name] = file
            elif name in self._silent:
                file.close()
        self._close_some()
        return sorted(events, key=lambda event: event.t)

    def close(self) -> None:
        """Stop reading: a file that is open cannot be taken away."""
        for file in self._open.values():
            file.close()

    def _find(self) -> None:
        for entry in os.scandir(self._folder):
            name = entry.name
            if name.startswith("events-") and name not in self._open and name not in self._silent:
                self._open[name] = _File(entry.path)

    def _close_some(self) -> None:
        while len(self._open) > self._open_files:
            name = next(iter(self._open))
            self._silent[name] = file = self._open.pop(name)
            self._turns.append(name)
            file.close()

    def _next_turn(self) -> list[str]:
        turn = []
        for _ in range(min(_TURN, len(self._turns))):
            name = self._turns.popleft()
            if name in self._silent:
                self._turns.append(name)
                turn.append(name)
        return turn
