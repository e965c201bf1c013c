"""CPU and memory of the run's processes, one tick after the other, within a budget.

psutil reads the memory. CPU time comes from each process's CPU clock where the system has one (Linux): /proc, and so
psutil, counts in steps of 10 ms, which at 20 ticks a second would draw steps of 20 %.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil

from procviz.recorder.store import Store
from procviz.recorder.table import Life, cpu_seconds
from procviz.trace.records import Note, Samples

_USS_EVERY_TICKS = 20
_USS_AT_MOST_PROCESSES = 10
_PEAK_EVERY_TICKS = 4
_SETTLE_NS = 1_000_000_000
_LEAST_SHARE = 0.2  # of the budget, for sampling, however much the rest costs
_BREATH = 8  # processes between two looks at what cannot wait


class Sampler:
    """Holds a psutil.Process per life and what it read of it last."""

    def __init__(self, store: Store, interval_ns: int, budget_percent: float) -> None:
        self._store = store
        self._asked_ns = interval_ns
        self._budget = budget_percent / 100
        self._interval_ns = interval_ns
        self._told_ns = interval_ns
        self._processes: dict[int, psutil.Process] = {}
        self._read: dict[int, tuple[int, float]] = {}  # p -> when, CPU seconds
        self._told_p: list[int] = []
        self._ticks = 0
        self._cost_ns = 0.0
        self._sampling_ns = 0
        self._other_share = 0.0  # of one core: what the recorder costs besides sampling
        self._mark = (time.monotonic_ns(), time.process_time_ns(), 0)
        self.due_ns = time.monotonic_ns()

    def tick(self, lives: list[Life], breathe: Callable[[], None]) -> None:
        """Sample everybody once and set when to come back. `breathe` is called now and then on the way."""
        begin = time.thread_time_ns()
        t = time.monotonic_ns()
        self._sample(t, lives, breathe)
        self._ticks += 1
        self._bend(time.thread_time_ns() - begin, len(lives))
        self.due_ns = max(self.due_ns + self._interval_ns, time.monotonic_ns())

    def _sample(self, t: int, lives: list[Life], breathe: Callable[[], None]) -> None:
        with_unique = self._ticks % _USS_EVERY_TICKS == 1 and len(lives) <= _USS_AT_MOST_PROCESSES
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
                rss.append(read[1] >> 10)
                uss.append(self._unique(life) if with_unique else None)
        if p:
            same = p == self._told_p
            self._store.write(Samples(t=t, p=None if same else p, c=cpu, r=rss, u=uss if with_unique else None))
            self._told_p = p
        self._forget(set(p))

    def _read_one(self, life: Life) -> tuple[float | None, int] | None:
        """CPU percent since the last time and resident bytes; None for a process that is gone."""
        try:
            process = self._processes.get(life.p)
            if process is None:
                process = self._processes[life.p] = psutil.Process(life.pid)
            lived_ns = time.monotonic_ns()
            memory = process.memory_info()
            rss = memory.rss
            now = time.monotonic_ns()
            seconds = cpu_seconds(life.pid)
            if seconds is None:
                times = process.cpu_times()
                seconds = times.user + times.system
        except psutil.Error:
            return None
        if rss == 0:
            return None  # a zombie has no memory
        before = self._read.get(life.p)
        self._read[life.p] = (now, seconds)
        life.cpu_seconds = seconds
        life.last_ns = max(life.last_ns, lived_ns)
        life.max_rss_bytes = max(life.max_rss_bytes or 0, rss, self._peak(life), getattr(memory, "peak_wset", 0))
        if before is None or now <= before[0]:
            return None, rss
        return round(max(0.0, (seconds - before[1]) * 1e11 / (now - before[0])), 1), rss

    def _peak(self, life: Life) -> int:
        """The peak that the system kept, now and then; psutil tells it on Windows only."""
        if life.max_rss_bytes is not None and self._ticks % _PEAK_EVERY_TICKS:
            return 0
        try:
            with open(f"/proc/{life.pid}/status", "rb") as file:
                _, found, rest = file.read().partition(b"VmHWM:")
        except OSError:
            return 0
        return int(rest.split(maxsplit=1)[0]) << 10 if found else 0

    def _unique(self, life: Life) -> int | None:
        try:
            return int(self._processes[life.p].memory_full_info().uss) >> 10
        except (psutil.Error, KeyError):
            return None

    def _forget(self, known: set[int]) -> None:
        for p in self._processes.keys() - known:
            del self._processes[p]
            self._read.pop(p, None)

    def _bend(self, cost_ns: int, processes: int) -> None:
        """Keep the whole recorder within the budget by sampling less often, and say so."""
        now, spent = time.monotonic_ns(), time.process_time_ns()
        self._cost_ns = cost_ns if self._cost_ns == 0 else 0.8 * self._cost_ns + 0.2 * cost_ns
        self._sampling_ns += cost_ns
        since, spent_then, sampling_then = self._mark
        if now - since > _SETTLE_NS:
            self._other_share = ((spent - spent_then) - (self._sampling_ns - sampling_then)) / (now - since)
            self._mark = (now, spent, self._sampling_ns)
        share = max(self._budget - self._other_share, self._budget * _LEAST_SHARE)
        self._interval_ns = max(self._asked_ns, int(self._cost_ns / share))
        if not 0.5 < self._interval_ns / self._told_ns < 2:
            self._told_ns = self._interval_ns
            facts: dict[str, str | int | float | None] = {"interval_ns": self._interval_ns, "processes": processes}
            self._store.write(Note(t=now, note="rate-bent", facts=facts))
