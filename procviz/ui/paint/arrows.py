"""Arrows between processes: who started whom, who sent a signal to whom, who waits for whom."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from procviz.chart.hit import flow_shown
from procviz.chart.lanes import Point, flow_points
from procviz.trace.timeline import Cause, Flow, FlowKind
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
    found = []
    for index in flows:
        if columns.objects[index].kind is FlowKind.SIGNAL:
            rows = sorted((int(columns.source_row[index]), int(columns.target_row[index])))
            found.append((rows[0], rows[1], c.scale.x(float(columns.target_ns[index]))))
    return found


def paint_quiet_arrows(c: Canvas, flows: list[int]) -> None:
    """Starts and waits, below the bars."""
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    for index in flows:
        flow = c.scene.flows.objects[index]
        if flow.kind is not FlowKind.SIGNAL and not looked_at(c, index):
            ink = mixed(c.palette.muted, c.palette.card, 0.45)
            _paint_path(c, flow_points(c.scene, index, c.lanes, c.scale), ink, 1.0)


def paint_loud_arrows(c: Canvas, flows: list[int]) -> None:
    """Signals and whatever belongs to the process that is looked at, above the bars."""
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    for index in flows:
        flow = c.scene.flows.objects[index]
        points = flow_points(c.scene, index, c.lanes, c.scale)
        if flow.kind is FlowKind.SIGNAL:
            _paint_signal(c, flow, points)
        elif looked_at(c, index):
            ink = colour(c.palette.accent if flow.kind is FlowKind.START else c.palette.waiting)
            style = Qt.PenStyle.SolidLine if flow.kind is FlowKind.START else Qt.PenStyle.DashLine
            _paint_path(c, points, ink, 1.6, style)


def looked_at(c: Canvas, index: int) -> bool:
    """Whether an arrow begins or ends at the selected process or the one under the pointer."""
    flow = c.scene.flows.objects[index]
    return bool({flow.source, flow.target} & {c.view.selected, c.view.hovered})


def _paint_signal(c: Canvas, flow: Flow, points: tuple[Point, ...]) -> None:
    """A light seam on both sides keeps the line apart from the bars it crosses."""
    victim = c.scene.life(flow.target)
    cut_off = victim is not None and victim.cause is Cause.DAEMON_CUTOFF
    _draw_line(c, points, colour(c.palette.card, 150), 4.0, Qt.PenStyle.SolidLine)
    style = Qt.PenStyle.DashLine if cut_off else Qt.PenStyle.SolidLine
    _paint_path(c, points, colour(c.palette.terminated), 1.2 if cut_off else 1.6, style)
    c.painter.setPen(Qt.PenStyle.NoPen)
    c.painter.drawEllipse(QPointF(*points[0]), 2.6, 2.6)


def _draw_line(c: Canvas, points: tuple[Point, ...], ink: QColor, width_px: float, style: Qt.PenStyle) -> None:
    c.painter.setPen(pen(ink, width_px, style))
    c.painter.setBrush(Qt.BrushStyle.NoBrush)
    c.painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))


def _paint_path(
    c: Canvas, points: tuple[Point, ...], ink: QColor, width_px: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine
) -> None:
    _draw_line(c, points, ink, width_px, style)
    (x0, y0), (x1, y1) = points[-2:]
    way = math.atan2(y1 - y0, x1 - x0)
    size = 5.0 + width_px
    wings = [QPointF(x1 - size * math.cos(way + turn), y1 - size * math.sin(way + turn)) for turn in (0.45, -0.45)]
    c.painter.setPen(Qt.PenStyle.NoPen)
    c.painter.setBrush(ink)
    c.painter.drawPolygon(QPolygonF([QPointF(x1, y1), *wings]))
