"""What part of a timeline is looked at, and the one place where time meets pixels.

Three spaces: trace time (ns, integers), rows (floats, 0 at the top of main's row), device-independent pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class TimeScale:
    """Trace time to pixels and back: `begin_ns` at `left_px`, `end_ns` at `right_px`."""

    begin_ns: float
    end_ns: float
    left_px: float
    right_px: float

    @property
    def px_per_ns(self) -> float:
        return (self.right_px - self.left_px) / max(self.end_ns - self.begin_ns, 1e-9)

    def x(self, ts_ns: float) -> float:
        return self.left_px + (ts_ns - self.begin_ns) * self.px_per_ns

    def xs(self, ts_ns: NDArray[np.int64]) -> NDArray[np.float64]:
        """Many at once."""
        return np.asarray(self.left_px + (ts_ns - self.begin_ns) * self.px_per_ns, dtype=np.float64)

    def ts_ns(self, x: float) -> float:
        return self.begin_ns + (x - self.left_px) / self.px_per_ns


@dataclass(frozen=True, slots=True)
class View:
    """One moment of looking; a new one is made for every change."""

    begin_ns: float  # visible time range
    end_ns: float
    now_ns: int  # where lives without an end are drawn to
    live: bool = False  # False: an open end is torn, not growing
    top_row: float = 0.0
    row_px: float = 34.0
    selected: int | None = None  # upid
    hovered: int | None = None
    cursor_ns: float | None = None
    range_ns: tuple[float, float] | None = None  # a measured range
