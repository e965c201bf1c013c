"""CPU and memory of the run's processes, one tick after the other, within a budget.

How they are read is the matter of `usage.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from procviz.recorder.processes.life_table import Life
from procviz.recorder.processes.suspension import saw
from procviz.recorder.sampling.usage import Reader, reader
from procviz.recorder.store import Store
from procviz.trace.records import Note, Samples

_USS_EVERY_TICKS = 20
_USS_AT_MOST_PROCESSES = 10
_PEAK_EVERY_TICKS = 20
_SETTLE_NS = 1_000_000_000
_LEAST_SHARE = 0.2  # of the budget, for sampling, however much the rest costs
_MOST_PERCENT = 1e7  # as `records.Percent`
_BREATH = 32  # processes between two looks at what cannot wait


class Sampler:
    """Holds a reader per life and what it read of it last."""

    def __init__(self, store: Store, interval_ns: int, budget_percent: float) -> None:
        self._store = store
        self._asked_ns = interval_ns
        self._budget = budget_percent / 100
        self._interval_ns = interval_ns
        self._told_ns = interval_ns
        self._readers: dict[int, Reader] = {}
        self._read: dict[int, tuple[int, float]] = {}  # p -> when, CPU seconds
        self._told_p: list[int] = []
        self._unread: set[str] = set()  # figures of which it was said that they cannot be read
        self._ticks = 0
        self._cost_ns = 0.0
        self.spent_ns = 0  # of a processor, on sampling
        self._other_share = 0.0  # of one core: what the recorder costs besides sampling
        self._mark = (time.monotonic_ns(), time.process_time_ns(), 0)
        self._as_told_ns = self.due_ns = time.monotonic_ns()

    def tick(self, lives: list[Life], breathe: Callable[[], None]) -> None:
        """Sample everybody once and set when to come back. `breathe` is called now and then on the way."""
        begin = time.thread_time_ns()
        t = time.monotonic_ns()
        self._sample(t, lives, breathe)
        self._ticks += 1
        self._bend(time.thread_time_ns() - begin, len(lives))
        self.due_ns = max(self.due_ns + self._interval_ns, time.monotonic_ns())

    def _sample(self, t: int, lives: list[Life], breathe: Callable[[], None]) -> None:
        with_unique = self._ticks % _USS_EVERY_TICKS == _USS_EVERY_TICKS - 1 and len(lives) <= _USS_AT_MOST_PROCESSES
        p: list[int] = []
        cpu: list[float | None] = []
        rss: list[int | None] = []
        uss: list[int | None] = []
        for index, life in enumerate(lives):
            if index % _BREATH == _BREATH - 1:
                breathe()
            if life.ended_ns is None and (read := self._read_one(life)) is not None:
                p.append(life.p)
                cpu.append(read[0])
                rss.append(None if read[1] is None else read[1] >> 10)
                uss.append(self._unique(life) if with_unique else None)
        if p:
            same = p == self._told_p
            self._store.write(Samples(t=t, p=None if same else p, c=cpu, r=rss, u=uss if with_unique else None))
            self._told_p = p
        self._tell_unread()
        self._forget(set(p))

    def _read_one(self, life: Life) -> tuple[float | None, int | None] | None:
        """CPU percent since the last time and resident bytes, what can be had of it; None: the process is gone."""
        own = self._readers.get(life.p)
        if own is None:
            own = self._readers[life.p] = reader(life.pid)
        before = self._read.get(life.p)
        closely = before is None or life.halted or (self._ticks + life.p) % _PEAK_EVERY_TICKS == 0
        use = own.use(with_peak=closely)
        if use is None or use.resident_bytes == 0:
            return None
        t, seconds, resident, peak, halted = use
        if halted is not None:
            saw(self._store, life, t, halted)
        life.last_ns = max(life.last_ns, t)
        life.max_rss_bytes = max(life.max_rss_bytes or 0, resident or 0, peak) or None
        if seconds is None:
            return None, resident
        self._read[life.p] = (t, seconds)
        life.cpu_seconds = seconds
        if before is None or t <= before[0]:
            return None, resident
        percent = round((seconds - before[1]) * 1e11 / (t - before[0]), 1)
        return (percent if 0 <= percent <= _MOST_PERCENT else None), resident  # else the system was wrong: a gap

    def _unique(self, life: Life) -> int | None:
        unique = self._readers[life.p].unique_bytes()
        return None if unique is None else unique >> 10

    def _tell_unread(self) -> None:
        """Say of each kind of figure once that it could not be read; in the picture it is a gap."""
        for own in self._readers.values():
            for what in sorted(own.unread - self._unread):
                self._unread.add(what)
                self._store.write(Note(t=time.monotonic_ns(), note="unreadable", facts={"what": what}))

    def _forget(self, known: set[int]) -> None:
        for p in self._readers.keys() - known:
            self._readers.pop(p).close()
            self._read.pop(p, None)

    def _bend(self, cost_ns: int, processes: int) -> None:
        """Keep the whole recorder within the budget by sampling less often, and say so."""
        now, spent = time.monotonic_ns(), time.process_time_ns()
        self._cost_ns = cost_ns if self._cost_ns == 0 else 0.8 * self._cost_ns + 0.2 * cost_ns
        self.spent_ns += cost_ns
        since, spent_then, sampling_then = self._mark
        if now - since > _SETTLE_NS:
            self._other_share = ((spent - spent_then) - (self.spent_ns - sampling_then)) / (now - since)
            self._mark = (now, spent, self.spent_ns)
        share = max(self._budget - self._other_share, self._budget * _LEAST_SHARE)
        self._interval_ns = max(self._asked_ns, int(self._cost_ns / share))
        if 0.5 < self._interval_ns / self._told_ns < 2:
            self._as_told_ns = now
        elif now - self._as_told_ns > _SETTLE_NS:  # not only while everything starts
            self._told_ns = self._interval_ns
            facts: dict[str, str | int | float | None] = {"interval_ns": self._interval_ns, "processes": processes}
            self._store.write(Note(t=now, note="rate-bent", facts=facts))
