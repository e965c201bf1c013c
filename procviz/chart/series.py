"""CPU and memory over time: what was sampled, and what of it a plot of so many columns needs.

Every process has its own samples in blocks of fixed length, so that growing never copies what is there, and over
each block a pyramid of smallest and largest values, so that drawing costs columns and not samples.
It must not know pixels or colours. A value that was not known stays a gap.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from procviz.chart.activity import OffCpuTrack
from procviz.chart.pyramid import Track
from procviz.trace.records import Samples

KIB_TO_MB = 1024 / 1e6


class Counter(Enum):
    """What is plotted."""

    CPU = "cpu"  # percent of one core
    RSS = "rss"  # resident memory in MB (10**6 bytes)


_COUNTERS = tuple(Counter)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Points of equal-length columns; `low` and `high` differ where a column stands for several samples (NaN: gap)."""

    ts_ns: NDArray[np.int64]
    low: NDArray[np.float32]
    high: NDArray[np.float32]

    @property
    def exact(self) -> bool:
        return self.low is self.high

    def __len__(self) -> int:
        return len(self.ts_ns)


class CounterStore:
    """The samples of a run, by process; grows at its end."""

    def __init__(self) -> None:
        self.ticks = 0  # how many sampling ticks it has
        self._tracks: dict[int, Track] = {}
        self._last_tick: dict[int, int] = {}
        self._off_cpu: dict[int, OffCpuTrack] = {}  # brought up to date when they are asked for
        self._envelope = Track(4)  # CPU low, CPU high, RSS low, RSS high over all processes
        self._top: dict[Counter, tuple[tuple[int, float, float, int], list[int]]] = {}

    def extend(self, samples: Sequence[Samples]) -> None:
        """Take further ticks, `p` filled in, in the order of time."""
        for upids, group in groupby(samples, key=lambda tick: tick.p):
            if upids:
                self._extend_same(list(upids), list(group))
            else:
                self.ticks += sum(1 for _tick in group)

    def upids(self) -> list[int]:
        """The processes that were ever sampled, in the order of their first sample."""
        return list(self._tracks)

    def visible(self, upid: int, counter: Counter, begin_ns: float, end_ns: float, columns: int) -> Curve:
        """What a plot of `columns` columns needs of a process: at most so many points, and one beyond either edge."""
        track = self._tracks.get(upid)
        column = _COUNTERS.index(counter)
        if track is None:
            return _EMPTY
        return Curve(*track.visible(column, begin_ns, end_ns, columns))

    def envelope(self, counter: Counter, begin_ns: float, end_ns: float, columns: int) -> Curve:
        """The smallest and the largest value over all processes."""
        column = 2 * _COUNTERS.index(counter)
        ts_ns, low, _high = self._envelope.visible(column, begin_ns, end_ns, columns)
        _ts_ns, _low, high = self._envelope.visible(column + 1, begin_ns, end_ns, columns)
        return Curve(ts_ns, low, high)

    def maximum(self, counter: Counter, begin_ns: float, end_ns: float) -> float:
        """The largest value in a stretch of time; 0 where there is none."""
        return self._envelope.maximum(2 * _COUNTERS.index(counter) + 1, begin_ns, end_ns)

    def top(self, counter: Counter, begin_ns: float, end_ns: float, n: int) -> list[int]:
        """The `n` processes with the largest values in view, largest first.

        Answers for a slightly rounded stretch, so that panning does not make curves come and go at every step.
        """
        step = 2.0 ** math.floor(math.log2(max(end_ns - begin_ns, 1.0) / 12))  # the same for spans a hair apart
        key = (self.ticks // 8, round(begin_ns / step) * step, round((end_ns - begin_ns) / step) * step, n)
        if self._top.get(counter, (None, []))[0] != key:
            column = _COUNTERS.index(counter)
            ends = key[1], key[1] + key[2]
            largest = [(track.maximum(column, *ends), upid) for upid, track in self._tracks.items()]
            ranked = sorted((item for item in largest if item[0] >= 0), key=lambda item: (-item[0], item[1]))
            self._top[counter] = (key, [upid for _value, upid in ranked[:n]])
        return self._top[counter][1]

    def value_at(self, upid: int, counter: Counter, ts_ns: float) -> float | None:
        """The last value sampled at or before a moment; None where there is none."""
        track = self._tracks.get(upid)
        return None if track is None else track.value_at(_COUNTERS.index(counter), ts_ns)

    def off_cpu(self, upid: int) -> OffCpuTrack:
        """When a process kept off the CPU."""
        found = self._off_cpu.get(upid)
        if found is None:
            found = self._off_cpu[upid] = OffCpuTrack()
        track = self._tracks.get(upid)
        if track is not None and found.taken < len(track):
            found.extend(*track.since(_COUNTERS.index(Counter.CPU), found.taken))
        return found

    def _extend_same(self, upids: list[int], ticks: list[Samples]) -> None:
        ts_ns = np.array([tick.t for tick in ticks], dtype=np.int64)
        cpu = _table([tick.c for tick in ticks])
        rss = _table([tick.r for tick in ticks]) * np.float32(KIB_TO_MB)
        for index, upid in enumerate(upids):
            track = self._tracks.get(upid)
            if track is None:
                track = self._tracks[upid] = Track(2)
            elif self._last_tick[upid] != self.ticks - 1:
                track.append(ts_ns[:1], np.full((2, 1), np.nan, dtype=np.float32))  # it was not seen for a while
            track.append(ts_ns, np.stack((cpu[:, index], rss[:, index])))
            self._last_tick[upid] = self.ticks + len(ticks) - 1
        rows = [f.reduce(table, axis=1) for table in (cpu, rss) for f in (np.fmin, np.fmax)]
        self._envelope.append(ts_ns, np.stack(rows))
        self.ticks += len(ticks)


def _table(rows: list[list[float | None]] | list[list[int | None]]) -> NDArray[np.float32]:
    """Ticks by processes; None becomes NaN."""
    return np.array(rows, dtype=np.float32)


_EMPTY = Curve(np.empty(0, np.int64), np.empty(0, np.float32), np.empty(0, np.float32))
