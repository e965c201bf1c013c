"""Where a running process kept off the CPU: its bar is pale there, with a flat line along its middle."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter

from procviz.chart.palette import Palette
from procviz.chart.scene import OPEN_NS
from procviz.chart.series import CounterStore
from procviz.trace.timeline import State
from procviz.ui.paint.bars import Bars, outline_of
from procviz.ui.paint.batch import Floats, draw_rects, stacked
from procviz.ui.paint.canvas import Canvas, mixed

LOWEST_BAR_PX = 8.0
MOST_BARS = 300
LEAST_PX = 3.0
LINE_PX = 2.0
_NONE = np.empty((0, 2))


def off_cpu_fill(palette: Palette) -> QColor:
    return mixed(palette.running, palette.card, 0.2)


def off_cpu_stretches(c: Canvas, bars: Bars, store: CounterStore | None) -> dict[int, Floats]:
    """By number of the running bars in view: left and right of what of them was off the CPU, in pixels."""
    which = bars.of(State.RUNNING)
    if store is None or c.lanes.bar_px < LOWEST_BAR_PX or len(which) > MOST_BARS:
        return {}
    column_ns = (c.view.end_ns - c.view.begin_ns) / max(c.rect.width(), 1.0)
    made: dict[int, Floats] = {}
    for number in which.tolist():
        found = _stretches(c, bars, number, store, column_ns)
        if len(found):
            made[number] = found
    return made


def _stretches(c: Canvas, bars: Bars, number: int, store: CounterStore, column_ns: float) -> Floats:
    columns, index = c.scene.slices, int(bars.index[number])
    begin_ns = max(int(columns.begin_ns[index]), int(c.view.begin_ns))
    end_ns = min(int(columns.end_ns[index]), int(c.view.end_ns), OPEN_NS)
    track = store.off_cpu(c.scene.rows[int(bars.row[number])].upid)
    begins, ends = track.within(begin_ns, end_ns, column_ns)
    if not len(begins):
        return _NONE
    left = np.maximum(c.scale.xs(begins), bars.left[number] + (3 if bars.first[number] else 1))
    right = np.minimum(c.scale.xs(ends), bars.right[number] - (3 if bars.last[number] else 1))
    shown: Floats = np.column_stack((left, right))[right - left >= LEAST_PX]
    return shown


def paint_off_cpu(c: Canvas, bars: Bars, stretches: dict[int, Floats]) -> None:
    """Over the bars, inside their outlines."""
    height = c.lanes.bar_px
    tops = [np.full(len(found), bars.top[number]) for number, found in stretches.items()]
    sides = [np.column_stack((found, top, top)) for found, top in zip(stretches.values(), tops, strict=True)]
    paint_off_cpu_boxes(c.painter, c.palette, stacked(sides), height)


def paint_off_cpu_boxes(painter: QPainter, palette: Palette, sides: Floats, height: float) -> None:
    """Rows of left, right and top (twice)."""
    left, width, top = sides[:, 0], sides[:, 1] - sides[:, 0], sides[:, 2]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(off_cpu_fill(palette))
    draw_rects(painter, np.column_stack((left, top + 1, width, np.full(len(left), height - 2))))
    painter.setBrush(outline_of(State.RUNNING, palette))
    middle = np.floor(top + height / 2) - LINE_PX / 2
    draw_rects(painter, np.column_stack((left, middle, width, np.full(len(left), LINE_PX))))


def mostly_off(stretches: dict[int, Floats], number: int, left: float, right: float) -> bool:
    """Whether more than half of a bar, from `left` to `right`, is off the CPU."""
    found = stretches.get(number)
    if found is None:
        return False
    shown = np.minimum(found[:, 1], right) - np.maximum(found[:, 0], left)
    return float(np.maximum(shown, 0).sum()) > (right - left) / 2
