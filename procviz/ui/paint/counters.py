"""CPU and memory as curves: those that can be read, and the range of all where there are too many.

Curves are many short lines with flat ends: a path or a round cap of more than a pixel costs a hundred times that.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from procviz.chart.palette import Palette, identity_colour
from procviz.chart.scene import Scene
from procviz.chart.series import Counter, CounterStore, Curve
from procviz.chart.ticks import time_ticks, value_ticks
from procviz.chart.view import View
from procviz.ui.paint.axes import counter_top, drawn_upids
from procviz.ui.paint.batch import Floats, draw_lines, draw_rects, in_sight
from procviz.ui.paint.canvas import Canvas, canvas, colour, mixed, pen
from procviz.ui.paint.lines import paint_crosshair
from procviz.wording import _

DASHES = ((13.0, 4.0), (4.0, 3.0))  # on and off, for a colour's second and any further owner


def paint_counters(
    painter: QPainter,
    rect: QRectF,
    store: CounterStore,
    counter: Counter,
    scene: Scene,
    view: View,
    palette: Palette,
    point_budget: int = 10_000,
    antialias: bool = True,
) -> None:
    """The curves of one counter; `point_budget` bounds how many points all of them may have together."""
    c = canvas(painter, rect, scene, view, palette, None)
    top = counter_top(store, counter, view)
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    _paint_grid(c, counter, top)
    drawn, rest = drawn_upids(store, counter, view)
    columns = int(max(32, min(rect.width(), point_budget / (2 * max(len(drawn) + rest, 1)))))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, antialias)
    if rest:
        _paint_envelope(c, store, counter, top, columns)
    for upid in drawn:
        curve = store.visible(upid, counter, view.begin_ns, view.end_ns, columns)
        _paint_curve(c, curve, upid, top, antialias)
    if not store.ticks:
        _say_nothing_sampled(c)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    paint_crosshair(painter, rect, c)
    painter.restore()


def _say_nothing_sampled(c: Canvas) -> None:
    words, middle = _("no samples"), c.rect.center()
    c.text(middle.x() - c.text_px(words) / 2, middle.y(), words, colour(c.palette.muted))


def _paint_grid(c: Canvas, counter: Counter, top: float) -> None:
    rect, painter = c.rect, c.painter
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(rect, colour(c.palette.card))
    painter.setPen(pen(colour(c.palette.line)))
    for tick in value_ticks(top, rect.height(), percent=counter is Counter.CPU):
        y = round(rect.bottom() - tick.value / top * rect.height()) - 0.5
        painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
    for moment in time_ticks(c.view.begin_ns, c.view.end_ns, c.scene.begin_ns, rect.width()):
        x = round(c.scale.x(moment.ts_ns)) + 0.5
        painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
    if c.scene.code_ended_ns is not None:
        x = round(c.scale.x(c.scene.code_ended_ns)) + 0.5
        painter.setPen(pen(colour(c.palette.code_ended, 140), 1.0, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))


def _ys(c: Canvas, values: np.ndarray[tuple[int], np.dtype[np.float32]], top: float) -> Floats:
    return np.asarray(c.rect.bottom() - values.astype(np.float64) / top * c.rect.height(), dtype=np.float64)


def _paint_curve(c: Canvas, curve: Curve, upid: int, top: float, antialias: bool) -> None:
    if not len(curve):
        return
    row = c.scene.row_of.get(upid)
    name, again = identity_colour(c.palette, c.scene.rows[row].identity if row is not None else 1)
    looked_at = upid in (c.view.selected, c.view.hovered)
    faint = c.view.selected is not None and not looked_at
    width = (2.4 if looked_at else 1.5) if antialias else (2.0 if looked_at else 1.0)
    c.painter.setPen(pen(colour(name, 90 if faint else 255), width))
    points = _points(c, curve, top)
    lines = np.concatenate((points[:-1], points[1:]), axis=1)
    gaps = bool(np.isnan(points[:, 1]).any())
    if gaps:
        lines = lines[~np.isnan(lines).any(axis=1)]
    lines = in_sight(lines, c.rect)
    if again:
        lines = dashed(lines, DASHES[min(again, len(DASHES)) - 1], 7.0 * upid)
    draw_lines(c.painter, lines)
    if gaps or len(points) == 1:
        _paint_lonely(c, points, name)


def _points(c: Canvas, curve: Curve, top: float) -> Floats:
    x = c.scale.xs(curve.ts_ns)
    if curve.exact:
        return np.column_stack((x, _ys(c, curve.high, top)))
    points = np.empty((2 * len(x), 2))
    points[0::2, 0] = points[1::2, 0] = x
    low, high = _ys(c, curve.low, top), _ys(c, curve.high, top)
    low[1::2], high[1::2] = high[1::2].copy(), low[1::2].copy()  # down, up, down: short ways between the groups
    points[0::2, 1], points[1::2, 1] = low, high
    return points


def _paint_lonely(c: Canvas, points: Floats, name: str) -> None:
    """A sample without neighbours makes no line: it gets a dot."""
    known = ~np.isnan(points[:, 1])
    beside = np.append(known[1:], False) | np.append(False, known[:-1])
    alone = points[known & ~beside]
    alone = alone[(alone[:, 0] >= c.rect.left() - 8) & (alone[:, 0] <= c.rect.right() + 8)]
    c.painter.setPen(Qt.PenStyle.NoPen)
    c.painter.setBrush(colour(name))
    draw_rects(c.painter, np.column_stack((alone - 1.5, np.full(alone.shape, 3.0))))


def dashed(lines: Floats, pattern: tuple[float, float], shift_px: float) -> Floats:
    """Lines cut into dashes along x: a pen's own dashes would begin anew with every short line."""
    on, off = pattern
    length = np.abs(lines[:, 2] - lines[:, 0])
    if not len(lines) or length.max() <= max(on, 2 * off):
        place = (lines[:, 0] + shift_px).astype(np.int32) % int(on + off)
        return np.asarray(lines[place < on], dtype=np.float64)
    pieces = np.maximum(1, np.ceil(length / off)).astype(np.intp)
    which = np.repeat(np.arange(len(lines)), pieces)
    number = np.arange(len(which)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    begin = (number / pieces[which])[:, None]
    end = ((number + 1) / pieces[which])[:, None]
    start, way = lines[which, :2], lines[which, 2:] - lines[which, :2]
    cut = np.column_stack((start + way * begin, start + way * end))
    middle = (cut[:, 0] + cut[:, 2]) / 2
    return np.asarray(cut[(middle + shift_px) % (on + off) < on], dtype=np.float64)


def _paint_envelope(c: Canvas, store: CounterStore, counter: Counter, top: float, columns: int) -> None:
    """From the smallest to the largest value of all processes: where the curves that are not drawn lie."""
    curve = store.envelope(counter, c.view.begin_ns, c.view.end_ns, columns)
    if len(curve) < 2:
        return
    x = np.clip(c.scale.xs(curve.ts_ns), c.rect.left() - 8, c.rect.right() + 8)
    low, high = _ys(c, curve.low, top), _ys(c, curve.high, top)
    boxes = np.column_stack((x[:-1], high[:-1], np.diff(x) + 0.5, np.maximum(low[:-1] - high[:-1], 1.0)))
    c.painter.setPen(Qt.PenStyle.NoPen)
    c.painter.setBrush(mixed(c.palette.muted, c.palette.card, 0.12))
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    draw_rects(c.painter, boxes[~np.isnan(boxes).any(axis=1)])
