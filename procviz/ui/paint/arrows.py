"""Arrows between processes: who started whom, who sent a signal to whom, who waits for whom."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from procviz.chart.hit import flow_shown
from procviz.chart.lanes import Point, flow_points
from procviz.trace.timeline import Cause, Flow, FlowKind
from procviz.ui.paint.batch import Floats, draw_lines
from procviz.ui.paint.canvas import Canvas, colour, mixed, pen

MOST_ARROWS = 400


def shown_flows(c: Canvas) -> list[int]:
    """The arrows of which something shows, by their place in the scene."""
    flows = c.scene.flows
    if not c.rich or not len(flows):
        return []
    low, high = np.minimum(flows.source_row, flows.target_row), np.maximum(flows.source_row, flows.target_row)
    shown = (high >= c.rows.start) & (low < c.rows.stop)
    shown &= (np.minimum(flows.source_ns, flows.target_ns) <= c.view.end_ns) & (
        np.maximum(flows.source_ns, flows.target_ns) >= c.view.begin_ns
    )
    return [int(index) for index in np.flatnonzero(shown)[:MOST_ARROWS] if flow_shown(flows.objects[index], c.view)]


def crossings(c: Canvas, flows: list[int]) -> list[tuple[int, int, float]]:
    """First row, last row and x of the lines that are drawn over bars: words keep clear of them."""
    columns = c.scene.flows
    found: dict[int, tuple[int, int]] = {}
    for index in flows:
        if is_signal(c, index):
            x = round(c.scale.x(float(columns.target_ns[index])))
            rows = int(columns.source_row[index]), int(columns.target_row[index])
            known = found.get(x, rows)
            found[x] = min(*rows, *known), max(*rows, *known)
    return [(first, last, float(x)) for x, (first, last) in found.items()]


def paint_quiet_arrows(c: Canvas, flows: list[int]) -> None:
    """Starts, below the bars: all lines in one go, since there may be hundreds."""
    quiet = [index for index in flows if not is_signal(c, index) and not looked_at(c, index)]
    paths = [flow_points(c.scene, index, c.lanes, c.scale) for index in quiet]
    if not paths:
        return
    ink = mixed(c.palette.muted, c.palette.card, 0.45)
    pieces = np.array([(*a, *b) for path in paths for a, b in pairwise(path)])
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    c.painter.setPen(pen(ink))
    draw_lines(c.painter, _in_sight(c, np.floor(pieces) + 0.5))
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    for path in paths:
        _paint_head(c, path, ink, 6.0)


def _in_sight(c: Canvas, lines: Floats) -> Floats:
    """Lines that end far outside are cut: their length is what drawing them costs."""
    lines[:, 1::2] = np.clip(lines[:, 1::2], c.rect.top() - 8, c.rect.bottom() + 8)
    lines[:, 0::2] = np.clip(lines[:, 0::2], c.rect.left() - 8, c.rect.right() + 8)
    return lines


def paint_loud_arrows(c: Canvas, flows: list[int]) -> None:
    """Signals and whatever belongs to the process that is looked at, above the bars."""
    columns = c.scene.flows
    stems: set[tuple[int, int, bool]] = set()
    for index in sorted(flows, key=lambda index: -abs(columns.target_row[index] - columns.source_row[index])):
        flow, target_row = columns.objects[index], int(columns.target_row[index])
        if flow.kind is not FlowKind.SIGNAL:
            _paint_looked_at(c, flow, flow_points(c.scene, index, c.lanes, c.scale))
            continue
        stem = flow.source, round(c.scale.x(flow.source_ns)), target_row > columns.source_row[index]
        if stem not in stems or target_row in c.rows:
            _paint_signal(c, flow, flow_points(c.scene, index, c.lanes, c.scale), stem in stems)
        stems.add(stem)


def _paint_looked_at(c: Canvas, flow: Flow, points: tuple[Point, ...]) -> None:
    starts = flow.kind is FlowKind.START
    ink = colour(c.palette.accent if starts else c.palette.waiting)
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    _draw_line(c, points, ink, 1.6, Qt.PenStyle.SolidLine if starts else Qt.PenStyle.DashLine)
    _paint_head(c, points, ink, 6.6)


def is_signal(c: Canvas, index: int) -> bool:
    return c.scene.flows.objects[index].kind is FlowKind.SIGNAL


def looked_at(c: Canvas, index: int) -> bool:
    """Whether an arrow begins or ends at the selected process or the one under the pointer."""
    flow = c.scene.flows.objects[index]
    return bool({flow.source, flow.target} & {c.view.selected, c.view.hovered})


def _paint_signal(c: Canvas, flow: Flow, points: tuple[Point, ...], stem_drawn: bool) -> None:
    """A light seam on both sides keeps the line apart from the bars it crosses; arrows in one line share it."""
    ink = colour(c.palette.terminated)
    upright = abs(points[0][0] - points[-1][0]) < 1
    if upright:
        points = tuple((round(x) + 0.5, y) for x, y in points)
        c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    if not (stem_drawn and upright):
        victim = c.scene.life(flow.target)
        cut_off = victim is not None and victim.cause is Cause.DAEMON_CUTOFF
        style = Qt.PenStyle.DashLine if cut_off else Qt.PenStyle.SolidLine
        _draw_line(c, points, colour(c.palette.card, 150), 4.0, Qt.PenStyle.SolidLine)
        _draw_line(c, points, ink, 1.0 if cut_off else 2.0 if upright else 1.6, style)
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    _paint_head(c, points, ink, 7.0)
    if not stem_drawn:
        c.painter.setPen(Qt.PenStyle.NoPen)
        c.painter.setBrush(ink)
        c.painter.drawEllipse(QPointF(*points[0]), 2.6, 2.6)


def _draw_line(c: Canvas, points: tuple[Point, ...], ink: QColor, width_px: float, style: Qt.PenStyle) -> None:
    c.painter.setPen(pen(ink, width_px, style))
    lines = np.array([(*a, *b) for a, b in pairwise(points)])
    upright = bool(np.all((lines[:, 0] == lines[:, 2]) | (lines[:, 1] == lines[:, 3])))
    draw_lines(c.painter, _in_sight(c, lines) if upright else lines)


def _paint_head(c: Canvas, points: tuple[Point, ...], ink: QColor, size_px: float) -> None:
    (x0, y0), (x1, y1) = points[-2:]
    if not c.rect.top() - 10 <= y1 <= c.rect.bottom() + 10:
        return
    way = math.atan2(y1 - y0, x1 - x0)
    wings = [
        QPointF(x1 - size_px * math.cos(way + turn), y1 - size_px * math.sin(way + turn)) for turn in (0.45, -0.45)
    ]
    c.painter.setPen(Qt.PenStyle.NoPen)
    c.painter.setBrush(ink)
    c.painter.drawPolygon(QPolygonF([QPointF(x1, y1), *wings]))
