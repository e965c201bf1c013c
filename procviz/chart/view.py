"""What part of a timeline is looked at, and the one place where time meets pixels.

Three spaces: trace time (ns, integers), rows (floats, 0 at the top of main's row), device-independent pixels.
Every gesture is a pure function from a view to a view. It must not know widgets or events.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from procviz.chart.scene import Scene

MIN_SPAN_NS = 1_000.0  # one microsecond over the whole width; below it floats of uptime get coarse
EMPTY_SPAN_NS = 1_000_000_000.0  # what is shown of a run in which nothing has happened yet
MAX_ZOOM_OUT = 8.0  # times the length of the run
MIN_ROW_PX, MAX_ROW_PX = 3.0, 72.0
FIT_ROW_PX = (22.0, 44.0)


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

    @property
    def span_ns(self) -> float:
        return self.end_ns - self.begin_ns


def fit(
    scene: Scene,
    height_px: float | None = None,
    *,
    view: View | None = None,
    now_ns: int | None = None,
    live: bool | None = None,
) -> View:
    """The whole run in view, a little air at both ends; with `height_px` (of the rows) rows get a fitting height.

    `view` gives everything that fitting does not decide: selection, live, the row height where no height is given.
    """
    if now_ns is None:
        now_ns = max(view.now_ns, scene.last_ns) if view is not None and view.live else scene.last_ns
    span = max(float(now_ns - scene.begin_ns), MIN_SPAN_NS)
    if now_ns <= scene.begin_ns:
        span = EMPTY_SPAN_NS
    begin, end = scene.begin_ns - span * 0.015, scene.begin_ns + span * 1.10
    fitted = View(begin, end, now_ns) if view is None else replace(view, begin_ns=begin, end_ns=end, now_ns=now_ns)
    fitted = replace(fitted, top_row=0.0, live=fitted.live if live is None else live)
    if height_px is not None and scene.rows:
        low, high = FIT_ROW_PX
        fitted = replace(fitted, row_px=float(min(max(height_px // len(scene.rows), low), high)))
    return fitted


def zoom_at(view: View, factor: float, ts_ns: float) -> View:
    """Closer by `factor` (below 1: away), the moment `ts_ns` staying where it is."""
    span = max(view.span_ns / factor, MIN_SPAN_NS)
    share = (ts_ns - view.begin_ns) / max(view.span_ns, 1e-9)
    begin = ts_ns - share * span
    return replace(view, begin_ns=begin, end_ns=begin + span)


def pan(view: View, delta_ns: float) -> View:
    """Look `delta_ns` later (below 0: earlier)."""
    return replace(view, begin_ns=view.begin_ns + delta_ns, end_ns=view.end_ns + delta_ns)


def show(view: View, begin_ns: float, end_ns: float) -> View:
    """Exactly this stretch of time."""
    middle, span = (begin_ns + end_ns) / 2, max(abs(end_ns - begin_ns), MIN_SPAN_NS)
    return replace(view, begin_ns=middle - span / 2, end_ns=middle + span / 2)


def follow(view: View, scene: Scene, now_ns: int, *, whole: bool = True) -> View:
    """Keep up with a live run: the whole of it, or (`whole` False) its newest part at the present zoom."""
    if whole:
        fitted = fit(scene, now_ns=max(now_ns, scene.begin_ns + int(EMPTY_SPAN_NS)), view=view)
        return replace(fitted, now_ns=now_ns, top_row=view.top_row)
    begin = now_ns - view.span_ns * 0.88
    return replace(view, now_ns=now_ns, begin_ns=begin, end_ns=begin + view.span_ns)


def clamp(view: View, scene: Scene, height_px: float | None = None) -> View:
    """The nearest view that still shows something of the run; with `height_px` (of the rows) vertically too."""
    last = max(view.now_ns if view.live else scene.last_ns, scene.last_ns)
    length = max(float(last - scene.begin_ns), EMPTY_SPAN_NS / 100)
    span = min(max(view.span_ns, MIN_SPAN_NS), length * MAX_ZOOM_OUT)
    middle = (view.begin_ns + view.end_ns) / 2
    begin = view.begin_ns if span == view.span_ns else middle - span / 2
    low, high = scene.begin_ns - span * 0.8, last - span * 0.2
    begin = min(max(begin, low), max(low, high))
    view = replace(view, begin_ns=begin, end_ns=begin + span)
    return view if height_px is None else scroll(view, 0.0, scene, height_px)


def scroll(view: View, delta_rows: float, scene: Scene, height_px: float) -> View:
    """Move down by `delta_rows`, not beyond the last row; `height_px` is the height that rows have."""
    most = max(0.0, len(scene.rows) - height_px / view.row_px)
    return replace(view, top_row=min(max(view.top_row + delta_rows, 0.0), most))


def scroll_to(view: View, row: int, scene: Scene, height_px: float) -> View:
    """The least scrolling that shows a row whole."""
    if row < view.top_row:
        return scroll(view, row - view.top_row, scene, height_px)
    beyond = row + 1 - (view.top_row + height_px / view.row_px)
    return scroll(view, max(beyond, 0.0), scene, height_px)


def zoom_rows(view: View, factor: float, scene: Scene, height_px: float, at_row: float = 0.0) -> View:
    """Higher rows by `factor`, the row at `at_row` staying where it is."""
    row_px = min(max(view.row_px * factor, MIN_ROW_PX), MAX_ROW_PX)
    top = at_row - (at_row - view.top_row) * view.row_px / row_px
    return scroll(replace(view, row_px=row_px, top_row=top), 0.0, scene, height_px)
