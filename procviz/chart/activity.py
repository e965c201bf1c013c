"""When a process kept off the CPU: the stretches between samples in which it used next to none.

What lies between two samples is known from the CPU time that passed between them; where none was taken nothing is
said. Whether it slept or was not let run cannot be told from that. It must not know pixels, colours or words.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

OFF_PERCENT = 1.0  # of one core: below it, it did nothing
MERGED = 8  # columns that are judged together where stretches are narrower than one
MOSTLY = 0.9

Times = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class OffCpu:
    """One stretch; it may have begun and ended by as much earlier and later as the samples around it are apart."""

    begin_ns: int
    end_ns: int
    precision_ns: int


class OffCpuTrack:
    """The stretches of one process; grows with its samples."""

    def __init__(self) -> None:
        self.begin_ns: Times = np.empty(0, dtype=np.int64)
        self.end_ns: Times = np.empty(0, dtype=np.int64)
        self._longest: Times = np.empty(0, dtype=np.int64)  # of the intervals of a stretch
        self.taken = 0  # samples
        self._last_ns: int | None = None

    def extend(self, ts_ns: Times, cpu: NDArray[np.float32]) -> None:
        """Further samples: moments, and percent of one core since the one before (NaN: not known)."""
        if not len(ts_ns):
            return
        before = np.concatenate((ts_ns[:1] if self._last_ns is None else [self._last_ns], ts_ns[:-1]))
        off = (cpu < OFF_PERCENT) & (ts_ns > before)
        steps = np.diff(off.astype(np.int8), prepend=0, append=0)
        first, last = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1) - 1
        self.taken += len(ts_ns)
        self._last_ns = int(ts_ns[-1])
        if not len(first):
            return
        between = np.maximum.reduceat(np.append(ts_ns - before, 0), np.column_stack((first, last + 1)).ravel())[::2]
        begin, end = before[first], ts_ns[last]
        if len(self.end_ns) and first[0] == 0 and self.end_ns[-1] == begin[0]:
            begin[0], between[0] = self.begin_ns[-1], max(between[0], self._longest[-1])
            self._drop_last()
        self.begin_ns = np.concatenate((self.begin_ns, begin))
        self.end_ns = np.concatenate((self.end_ns, end))
        self._longest = np.concatenate((self._longest, between))

    def _drop_last(self) -> None:
        self.begin_ns, self.end_ns, self._longest = self.begin_ns[:-1], self.end_ns[:-1], self._longest[:-1]

    def at(self, ts_ns: float) -> OffCpu | None:
        """The stretch a moment lies in."""
        index = int(self.begin_ns.searchsorted(ts_ns, side="right")) - 1
        if index < 0 or ts_ns > self.end_ns[index]:
            return None
        return OffCpu(int(self.begin_ns[index]), int(self.end_ns[index]), int(self._longest[index]))

    def within(self, begin_ns: float, end_ns: float, column_ns: float) -> tuple[Times, Times]:
        """Begins and ends of what lies in a stretch of time, with what is narrower than a column taken together."""
        first = int(self.end_ns.searchsorted(begin_ns, side="right"))
        last = int(self.begin_ns.searchsorted(end_ns, side="left"))
        begins, ends = self.begin_ns[first:last], self.end_ns[first:last]
        if len(begins) > 1:
            begins, ends = _merged(begins, ends, column_ns)
        return np.maximum(begins, int(begin_ns)), np.minimum(ends, int(end_ns))


def _merged(begins: Times, ends: Times, column_ns: float) -> tuple[Times, Times]:
    """Neighbours less than a column apart as one, where nearly all of it is off the CPU; the rest not at all."""
    apart = begins[1:] - ends[:-1] >= column_ns
    if bool(apart.all()):
        return begins, ends
    width = max(int(column_ns * MERGED), 1)
    starts = np.flatnonzero(np.append(True, apart | (begins[1:] // width != begins[:-1] // width)))
    lasts = np.append(starts[1:], len(begins)) - 1
    share = np.add.reduceat(ends - begins, starts) / (ends[lasts] - begins[starts])
    kept = (share >= MOSTLY) | (starts == lasts)
    begins, ends = begins[starts][kept], ends[lasts][kept]
    new = np.append(True, begins[1:] - ends[:-1] >= column_ns)[: len(begins)]
    firsts = np.flatnonzero(new)
    return begins[firsts], ends[np.append(firsts[1:], len(begins))[: len(firsts)] - 1]
