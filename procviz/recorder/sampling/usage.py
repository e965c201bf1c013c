"""What one process uses now: CPU seconds and memory.

psutil, except for what it cannot say or says at a multiple of the cost. On Linux it reads CPU time in steps of 10 ms,
which at 20 samples a second would draw steps of 20 %, while the process's own CPU clock counts nanoseconds; and it
opens a file for every sample, while one that is kept open is read in an eighth of the time. Nor is it imported there:
that takes as long as some processes live.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from procviz.recorder.processes.life_table import cpu_seconds
from procviz.recorder.processes.suspension import halted_in

if TYPE_CHECKING:
    import psutil

_FILES_AT_MOST = 1000  # kept open; whoever comes later is read with one that is opened each time


class Use(NamedTuple):
    """What a process used at one moment; a zombie has no memory. None is what could not be read."""

    t: int  # it lived then
    cpu_seconds: float | None
    resident_bytes: int | None
    peak_bytes: int = 0  # 0: not asked for, or not known
    halted: bool | None = None  # suspended; None as above


class Reader(Protocol):
    """Reads one process again and again. A figure that cannot be read is a gap, whatever the system's reason."""

    unread: set[str]  # which figures could not be had of a process that was there

    def use(self, *, with_peak: bool) -> Use | None:
        """What it uses now; None when it is gone."""

    def unique_bytes(self) -> int | None:
        """The memory that it shares with nobody, which takes long to find out; None where that cannot be had."""

    def close(self) -> None:
        """Nothing more is asked."""


class LinuxReader:
    """From /proc and the process's CPU clock."""

    _page_bytes = mmap.PAGESIZE
    _open_files = 0

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._file: int | None = None
        self.unread: set[str] = set()

    def use(self, *, with_peak: bool) -> Use | None:
        now = time.monotonic_ns()  # it lives at least until then
        try:
            resident, peak, halted = self._from_status() if with_peak else (self._resident(), 0, None)
        except PermissionError:
            self.unread.add("memory")
            return None
        except (OSError, IndexError, ValueError):
            return None
        seconds = cpu_seconds(self._pid)
        return None if seconds is None else Use(now, seconds, resident, peak, halted)

    def unique_bytes(self) -> int | None:
        try:
            with open(f"/proc/{self._pid}/smaps_rollup", "rb") as file:
                rows = [line.split() for line in file if line.startswith(b"Private_")]
            return sum(int(row[1]) for row in rows) << 10
        except PermissionError:
            self.unread.add("unique-memory")
        except (OSError, IndexError, ValueError):
            pass
        return None

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
            LinuxReader._open_files -= 1

    def _resident(self) -> int:
        """Resident bytes, from a file that is opened when they are asked for again: many do not live that long."""
        if self._file is None and LinuxReader._open_files < _FILES_AT_MOST:
            self._file = _opened(f"/proc/{self._pid}/statm")
            LinuxReader._open_files += self._file is not None
        return int(self._statm().split(None, 2)[1]) * self._page_bytes

    def _statm(self) -> bytes:
        if self._file is not None and sys.platform != "win32":
            return os.pread(self._file, 128, 0)
        with open(f"/proc/{self._pid}/statm", "rb") as file:
            return file.read()

    def _from_status(self) -> tuple[int, int, bool | None]:
        """Resident and peak bytes, and whether it is suspended."""
        with open(f"/proc/{self._pid}/status", "rb") as file:
            status = file.read()
        return _bytes_after(b"VmRSS:", status), _bytes_after(b"VmHWM:", status), halted_in(status)


class PsutilReader:
    """Any other system."""

    def __init__(self, pid: int) -> None:
        import psutil

        self._gone = psutil.NoSuchProcess
        self._process = _process(pid)
        self.unread: set[str] = set()

    def use(self, *, with_peak: bool) -> Use | None:
        if self._process is None:
            return None
        now = time.monotonic_ns()
        try:
            memory = self._figure("memory", self._process.memory_info)
            times = self._figure("cpu", self._process.cpu_times)
        except self._gone:
            return None
        if memory is None and times is None:
            return None
        seconds = None if times is None else times.user + times.system
        resident = None if memory is None else memory.rss
        return Use(now, seconds, resident, getattr(memory, "peak_wset", 0))

    def unique_bytes(self) -> int | None:
        if self._process is None:
            return None
        with contextlib.suppress(self._gone):
            told = self._figure("unique-memory", self._process.memory_full_info)
            return None if told is None else int(told.uss)
        return None

    def _figure(self, what: str, ask: Callable[[], Any]) -> Any:
        """None where it cannot be read. Raises psutil.NoSuchProcess when the process is gone."""
        try:
            return ask()
        except self._gone:
            raise
        except Exception:  # psutil.Error, OSError, or what a system that lacks the call comes up with
            self.unread.add(what)
            return None

    def close(self) -> None:
        self._process = None


def reader(pid: int) -> Reader:
    """The best reader of this platform."""
    return LinuxReader(pid) if sys.platform == "linux" else PsutilReader(pid)


def _process(pid: int) -> psutil.Process | None:
    import psutil

    try:
        return psutil.Process(pid)
    except (psutil.Error, OSError):
        return None


def _bytes_after(word: bytes, status: bytes) -> int:
    _, found, rest = status.partition(word)
    return int(rest.split(maxsplit=1)[0]) << 10 if found else 0


def _opened(path: str) -> int | None:
    """A descriptor; None when the process is gone, or too many files are open."""
    try:
        return os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    except OSError:
        return None
