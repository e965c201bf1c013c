"""The exit watch of Windows: a handle for each process, which outlives it and knows its times and its exit code.

Windows stamps a process's end itself, on the wall clock and in steps of up to 1/64 s, so it does not matter when the
recorder looks. It looks at every handle when the job has told of a death, and now and then without that.
"""

from __future__ import annotations

import contextlib
import signal
import time

from procviz.recorder.processes.exit_watch import TICK_NS, Seen
from procviz.recorder.processes.life_table import Life, Manner
from procviz.recorder.system_calls.process_identity import Identity
from procviz.recorder.windows.api import TERMINATED, Handle, Times
from procviz.recorder.windows.job_object import Job
from procviz.trace.records import Witness

_LOOK_EVERY_NS = 100_000_000


class HandleWatch:
    """Knows the handles of all lives that have not ended."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._api = job.api
        self._handles: dict[int, Handle] = {}  # by p
        self._lives: dict[int, Life] = {}
        self._kept: dict[int, Handle] = {}  # by pid: of newcomers who are no lives yet
        self._gone: list[Life] = []  # without a handle: they had ended before we came
        self._codes: dict[int, int] = {}
        self._deaths = 0
        self._looked_ns = 0

    def fileno(self) -> int:
        return self._job.fileno()

    def keep(self, pid: int, handle: Handle) -> None:
        """Use this handle for the life with this pid that is about to begin."""
        old = self._kept.pop(pid, None)
        if old is not None:
            self._api.close(old)
        self._kept[pid] = handle

    def add(self, life: Life) -> bool:
        handle = self._kept.pop(life.pid, None) or self._opened_as_it(life)
        if handle is None:
            self._gone.append(life)
        else:
            self._handles[life.p], self._lives[life.p] = handle, life
            life.identity = self.identity(life.pid, handle)
        self._looked_ns = 0
        return True

    def poll(self) -> list[Seen]:
        now = time.monotonic_ns()
        seen = [
            Seen(life, "ended", now, now - max(life.last_ns, life.born_low_ns), Witness.POLL) for life in self._gone
        ]
        self._gone.clear()
        if self._job.deaths == self._deaths and now - self._looked_ns < _LOOK_EVERY_NS:
            return seen
        self._deaths, self._looked_ns = self._job.deaths, now
        for p, handle in list(self._handles.items()):
            if self._api.has_ended(handle) and (ended := self._times(handle).ended) is not None:
                seen.append(self._ended(self._lives[p], handle, ended))
        return seen

    def manner(self, life: Life) -> Manner:
        code = self._codes.get(life.p)
        return Manner(-int(signal.SIGTERM) if code == TERMINATED else code)

    def release(self, life: Life) -> None:
        handle = self._handles.pop(life.p, None)
        if handle is not None:
            self._api.close(handle)
        self._lives.pop(life.p, None)

    def terminate(self, life: Life) -> None:
        """End exactly this process, if it has not ended."""
        handle = self._handles.get(life.p)
        if handle is not None:
            self._api.terminate(handle)

    def identity(self, pid: int, handle: Handle) -> Identity | None:
        """What names this process for good; None as long as the system does not say when it began."""
        began = self._times(handle).began
        return None if began is None else Identity(pid, began // 10)

    def born_ns(self, handle: Handle) -> int | None:
        """When a process began, on our clock; None where the system does not say so, or names a moment to come."""
        began = self._times(handle).began
        born_ns = None if began is None else self._on_our_clock(began)
        return None if born_ns is None or born_ns > time.monotonic_ns() + TICK_NS else born_ns

    def _opened_as_it(self, life: Life) -> Handle | None:
        """A handle of the process that has this pid now, unless it was born after the one that is meant."""
        handle = self._api.open_process(life.pid)
        if handle is not None and (self.born_ns(handle) or 0) > life.born_ns + 2 * TICK_NS:
            self._api.close(handle)
            return None
        return handle

    def _ended(self, life: Life, handle: Handle, ended: int) -> Seen:
        with contextlib.suppress(OSError):
            self._codes[life.p] = self._api.exit_code(handle)
        life.cpu_seconds = self._times(handle).cpu_seconds or life.cpu_seconds
        self.release(life)
        now = time.monotonic_ns()
        low = max(self._on_our_clock(ended), life.born_low_ns)
        t = min(now, max(low + TICK_NS, life.last_ns))
        return Seen(life, "ended", t, max(0, t - max(low, life.last_ns)), Witness.OS)

    def _times(self, handle: Handle) -> Times:
        try:
            return self._api.times(handle)
        except OSError:
            return Times(None, None, 0.0)

    def _on_our_clock(self, wall: int) -> int:
        return time.monotonic_ns() - (self._api.now() - wall) * 100
