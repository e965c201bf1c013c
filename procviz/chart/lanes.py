"""Where rows are, in device-independent pixels: the arithmetic that painters and the hit test share.

Above the rows stands a strip that does not scroll: there the labels of vertical lines have a place of their own.
It must not know Qt or the look of anything.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from procviz.chart.scene import FLOW_KINDS, Scene
from procviz.chart.view import TimeScale, View
from procviz.trace.timeline import FlowKind

STRIP_PX = 22.0
BAR_PX = 22.0
LABEL_ROW_PX = 12.0  # lower rows carry no text
RICH_ROW_PX = 18.0  # lower rows carry no hatching, no arrows, no rounding

Point = tuple[float, float]


@lru_cache(maxsize=16)
def bar_px(row_px: float) -> float:
    """How high the bar of a row is."""
    if row_px < 8:
        return max(row_px, 1.0)
    return float(round(min(BAR_PX, row_px * 0.66)))


@dataclass(frozen=True, slots=True)
class Lanes:
    """The rows of a view in a rectangle that begins at `top_px` (the strip's top)."""

    top_px: float
    top_row: float
    row_px: float

    @property
    def bar_px(self) -> float:
        return bar_px(self.row_px)

    @property
    def first_y(self) -> float:
        """Where the strip ends and rows begin."""
        return self.top_px + STRIP_PX

    def y(self, row: float) -> float:
        """The top of a row."""
        return self.first_y + (row - self.top_row) * self.row_px

    def middle(self, row: float) -> float:
        return self.y(row) + self.row_px / 2

    def bar_top(self, row: float) -> float:
        return math.floor(self.middle(row) - self.bar_px / 2)

    def row_at(self, y: float) -> int:
        """The row at a height; may lie outside of the scene."""
        return math.floor((y - self.first_y) / self.row_px + self.top_row)

    def visible(self, rows: int, bottom_px: float) -> range:
        """The rows that show between the strip and `bottom_px`."""
        first = max(0, math.floor(self.top_row))
        last = math.ceil(self.top_row + max(bottom_px - self.first_y, 0.0) / self.row_px)
        return range(min(first, rows), max(min(first, rows), min(last, rows)))


def lanes_of(view: View, top_px: float) -> Lanes:
    return Lanes(top_px, view.top_row, view.row_px)


def flow_points(scene: Scene, index: int, lanes: Lanes, scale: TimeScale) -> tuple[Point, ...]:
    """The corners of an arrow, its head last."""
    flows = scene.flows
    source_row, target_row = int(flows.source_row[index]), int(flows.target_row[index])
    x0, x1 = scale.x(float(flows.source_ns[index])), scale.x(float(flows.target_ns[index]))
    down = target_row > source_row
    source_bar, target_bar = lanes.bar_top(source_row), lanes.bar_top(target_row)
    y0 = source_bar + lanes.bar_px if down else source_bar
    if FLOW_KINDS[int(flows.kind[index])] is not FlowKind.SIGNAL:
        middle = lanes.middle(target_row)
        x0 = min(x0, x1 - 7.0)
        return ((x0, y0), (x0, middle), (x1 - 1.0, middle))
    if target_row == source_row:
        return ((x0, source_bar - 5.0), (x1, source_bar + 1.0))
    y1 = target_bar if down else target_bar + lanes.bar_px
    return ((x0, y0), (x1, y1))
