"""Samples of one process in blocks, with the smallest and largest of every 4, 16, 64, ... of them.

Knows numbers only: neither what they mean nor who shows them.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

BLOCK = 4096
FACTOR = 4
LEVELS = 6  # 4**6 = BLOCK
MOST_COMPARED, COMPARED_LEVEL = 1024, 2  # for the largest of more samples than these, groups of 4**2 will do

Times = NDArray[np.int64]
Values = NDArray[np.float32]
Number = TypeVar("Number", np.int64, np.float32)


class _Block:
    """Up to BLOCK samples of several columns, and their pyramid, brought up to date when it is asked for."""

    __slots__ = ("_clean", "count", "high", "low", "ts_ns", "values")

    def __init__(self, columns: int, room: int) -> None:
        self.count = 0
        self.ts_ns: Times = np.empty(room, dtype=np.int64)
        self.values: Values = np.empty((columns, room), dtype=np.float32)
        self.low: list[Values] = []
        self.high: list[Values] = []
        self._clean = [0] * LEVELS

    def append(self, ts_ns: Times, values: Values) -> None:
        end = self.count + len(ts_ns)
        if end > len(self.ts_ns):
            self._grow(end)
        self.ts_ns[self.count : end] = ts_ns
        self.values[:, self.count : end] = values
        self.count = end

    def _grow(self, least: int) -> None:
        room = len(self.ts_ns)
        while room < least:
            room *= 4
        ts_ns, values = self.ts_ns, self.values
        self.ts_ns = np.empty(room, dtype=np.int64)
        self.values = np.empty((len(values), room), dtype=np.float32)
        self.ts_ns[: self.count] = ts_ns[: self.count]
        self.values[:, : self.count] = values[:, : self.count]

    def level(self, level: int) -> tuple[Values, Values]:
        """Smallest and largest of every 4**level samples, columns by groups (the last group may be unfinished)."""
        if not self.low:
            groups = [BLOCK // FACTOR**k for k in range(1, LEVELS + 1)]
            self.low = [np.empty((len(self.values), n), dtype=np.float32) for n in groups]
            self.high = [np.empty((len(self.values), n), dtype=np.float32) for n in groups]
        if self._clean[level - 1] != self.count:  # else those below it are clean as well
            for k in range(level):
                self._bring_up_to_date(k)
        size = -(-self.count // FACTOR**level)
        return self.low[level - 1][:, :size], self.high[level - 1][:, :size]

    def _bring_up_to_date(self, k: int) -> None:
        if self._clean[k] == self.count:
            return
        width = FACTOR ** (k + 1)
        first = self._clean[k] // width
        below = -(-self.count // FACTOR**k)
        low = self.values if k == 0 else self.low[k - 1]
        high = self.values if k == 0 else self.high[k - 1]
        starts = np.arange(first * FACTOR, below, FACTOR)
        self.low[k][:, first : first + len(starts)] = np.fmin.reduceat(low[:, :below], starts, axis=1)
        self.high[k][:, first : first + len(starts)] = np.fmax.reduceat(high[:, :below], starts, axis=1)
        self._clean[k] = self.count


class Track:
    """All samples of one process, several columns of values over one column of moments."""

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._blocks: list[_Block] = []
        self._first_ns: list[int] = []  # of every block
        self._largest = np.full(columns, -1.0, dtype=np.float32)

    def append(self, ts_ns: Times, values: Values) -> None:
        """Further samples: moments in order, values as columns by moments (NaN: not known)."""
        self._largest = np.fmax(self._largest, np.fmax.reduce(values, axis=1))
        done = 0
        while done < len(ts_ns):
            if not self._blocks or self._blocks[-1].count == BLOCK:
                self._blocks.append(_Block(self._columns, BLOCK if self._blocks else 64))
                self._first_ns.append(int(ts_ns[done]))
            take = min(BLOCK - self._blocks[-1].count, len(ts_ns) - done)
            self._blocks[-1].append(ts_ns[done : done + take], values[:, done : done + take])
            done += take

    def __len__(self) -> int:
        return (len(self._blocks) - 1) * BLOCK + self._blocks[-1].count if self._blocks else 0

    def _index(self, ts_ns: float) -> int:
        """How many samples lie at or before a moment."""
        block = bisect_right(self._first_ns, ts_ns) - 1
        if block < 0:
            return 0
        held = self._blocks[block]
        return block * BLOCK + int(held.ts_ns[: held.count].searchsorted(ts_ns, side="right"))

    def since(self, column: int, first: int) -> tuple[Times, Values]:
        """Moments and values of all samples but the first so many, of which there must be one at least."""
        ts_ns, values, _ = self._gather(column, first, len(self), 0)
        return ts_ns, values

    def visible(self, column: int, begin_ns: float, end_ns: float, columns: int) -> tuple[Times, Values, Values]:
        """Moments, smallest and largest values: the samples themselves where they are few, else groups of them."""
        first, last = max(self._index(begin_ns) - 1, 0), min(self._index(end_ns) + 1, len(self))
        count = last - first
        if count <= 0:
            empty = np.empty(0, dtype=np.float32)
            return np.empty(0, dtype=np.int64), empty, empty
        if count <= 2 * columns:
            ts_ns, values, _ = self._gather(column, first, last, 0)
            return ts_ns, values, values
        level = 0
        while level < LEVELS and count / FACTOR ** (level + 1) > 2 * columns:
            level += 1
        return self._grouped(column, first, last, level, columns)

    def _grouped(self, column: int, first: int, last: int, level: int, columns: int) -> tuple[Times, Values, Values]:
        """Groups on fixed borders, so that the same samples fall together while the view moves."""
        width = FACTOR**level
        many = 2 ** max(0, int(np.ceil(np.log2((last - first) / width / columns))))
        first = first // (width * many) * (width * many)
        ts_ns, low, high = self._gather(column, first, last, level)
        starts = np.arange(0, len(ts_ns), many)
        return ts_ns[starts], np.fmin.reduceat(low, starts), np.fmax.reduceat(high, starts)

    def _gather(self, column: int, first: int, last: int, level: int) -> tuple[Times, Values, Values]:
        width = FACTOR**level
        times: list[Times] = []
        lows: list[Values] = []
        highs: list[Values] = []
        for number in range(first // BLOCK, (last - 1) // BLOCK + 1):
            block = self._blocks[number]
            a, b = max(first - number * BLOCK, 0), min(last - number * BLOCK, block.count)
            groups = slice(a // width, -(-b // width))
            low, high = (block.values, block.values) if level == 0 else block.level(level)
            times.append(block.ts_ns[groups.start * width : b : width])
            lows.append(low[column, groups])
            highs.append(high[column, groups])
        return _joined(times), _joined(lows), _joined(highs)

    def maximum(self, column: int, begin_ns: float, end_ns: float) -> float:
        """The largest value in a stretch of time; -1 where there is none."""
        if not self._blocks or begin_ns > self._last_ns or end_ns < self._first_ns[0]:
            return -1.0
        if begin_ns <= self._first_ns[0] and end_ns >= self._last_ns:
            return float(self._largest[column])
        first, last = max(self._index(begin_ns) - 1, 0), min(self._index(end_ns) + 1, len(self))
        _ts_ns, _low, high = self._gather(column, first, last, 0 if last - first <= MOST_COMPARED else COMPARED_LEVEL)
        largest = float(np.fmax.reduce(high))
        return largest if largest > -1.0 else -1.0  # NaN is no more

    @property
    def _last_ns(self) -> int:
        held = self._blocks[-1]
        return int(held.ts_ns[held.count - 1])

    def value_at(self, column: int, ts_ns: float) -> float | None:
        index = self._index(ts_ns) - 1
        if index < 0 or ts_ns > self._last_ns:
            return None
        value = float(self._blocks[index // BLOCK].values[column, index % BLOCK])
        return None if np.isnan(value) else value


def _joined(arrays: list[NDArray[Number]]) -> NDArray[Number]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
