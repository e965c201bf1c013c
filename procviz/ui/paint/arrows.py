"""Arrows between processes: who started whom, who sent a signal to whom, who waits for whom."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from procviz.chart.hit import flow_shown
from procviz.chart.lanes import Point, flow_points
from procviz.trace.timeline import Cause, Flow, FlowKind
from procviz.ui.paint.batch import Floats, draw_lines, draw_rects, draw_veils, in_sight
from procviz.ui.paint.canvas import Canvas, colour, mixed, pen

MOST_ARROWS = 400
SEAM_PX, STEM_PX = 4.0, 2.0


@dataclass(frozen=True, slots=True)
class Arrows:
    """The arrows of which something shows, by their place in the scene."""

    quiet: list[int]  # starts
    signals: list[int]
    looked_at: list[int]  # of any kind: they begin or end at the selected process or the one under the pointer


def shown_arrows(c: Canvas) -> Arrows:
    flows, arrows = c.scene.flows, Arrows([], [], [])
    if not c.rich or not len(flows):
        return arrows
    low, high = np.minimum(flows.source_row, flows.target_row), np.maximum(flows.source_row, flows.target_row)
    shown = (high >= c.rows.start) & (low < c.rows.stop)
    shown &= (np.minimum(flows.source_ns, flows.target_ns) <= c.view.end_ns) & (
        np.maximum(flows.source_ns, flows.target_ns) >= c.view.begin_ns
    )
    looked_at = {c.view.selected, c.view.hovered}
    for index in np.flatnonzero(shown)[:MOST_ARROWS].tolist():
        flow = flows.objects[index]
        if flow.source in looked_at or flow.target in looked_at:
            arrows.looked_at.append(index)
        elif flow.kind is FlowKind.SIGNAL:
            arrows.signals.append(index)
        elif flow_shown(flow, c.view):
            arrows.quiet.append(index)
    return arrows


def crossings(c: Canvas, arrows: Arrows) -> list[tuple[int, int, float]]:
    """First row, last row and x of the lines that are drawn over bars: words keep clear of them."""
    columns = c.scene.flows
    signals = [index for index in (*arrows.signals, *arrows.looked_at) if _is_signal(c, index)]
    xs = np.rint(c.scale.xs(columns.target_ns[signals])).tolist()
    ends = zip(columns.source_row[signals].tolist(), columns.target_row[signals].tolist(), strict=True)
    found: dict[float, tuple[int, int]] = {}
    for x, rows in zip(xs, ends, strict=True):
        known = found.get(x, rows)
        found[x] = min(*rows, *known), max(*rows, *known)
    return [(first, last, x) for x, (first, last) in found.items()]


def paint_quiet_arrows(c: Canvas, arrows: Arrows) -> None:
    """Starts, below the bars: all lines in one go, since there may be hundreds."""
    paths = [flow_points(c.scene, index, c.lanes, c.scale) for index in arrows.quiet]
    if not paths:
        return
    ink = mixed(c.palette.muted, c.palette.card, 0.45)
    pieces = np.array([(*a, *b) for path in paths for a, b in pairwise(path)])
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    c.painter.setPen(pen(ink))
    draw_lines(c.painter, _in_sight(c, np.floor(pieces) + 0.5))
    _paint_heads(c, paths, ink, 6.0)


def _in_sight(c: Canvas, lines: Floats) -> Floats:
    """Lines that end far outside are cut: their length is what drawing them costs."""
    lines[:, 1::2] = np.clip(lines[:, 1::2], c.rect.top() - 8, c.rect.bottom() + 8)
    lines[:, 0::2] = np.clip(lines[:, 0::2], c.rect.left() - 8, c.rect.right() + 8)
    return lines


def paint_looked_at(c: Canvas, arrows: Arrows) -> None:
    """Whatever belongs to the process that is looked at, above everything but words."""
    for index in arrows.looked_at:
        if not _is_signal(c, index):
            starts = c.scene.flows.objects[index].kind is FlowKind.START
            ink = colour(c.palette.accent if starts else c.palette.waiting)
            points = flow_points(c.scene, index, c.lanes, c.scale)
            c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            _draw_line(c, points, ink, 1.6, Qt.PenStyle.SolidLine if starts else Qt.PenStyle.DashLine)
            _paint_heads(c, [points], ink, 6.6)
    paint_signal_arrows(c, [index for index in arrows.looked_at if _is_signal(c, index)])


def _is_signal(c: Canvas, index: int) -> bool:
    return c.scene.flows.objects[index].kind is FlowKind.SIGNAL


def paint_signal_arrows(c: Canvas, signals: list[int]) -> None:
    """Lines in one go, then heads, since there may be hundreds; arrows in one line share it."""
    columns, drawn = c.scene.flows, _Stems([], [], [])
    heads: list[tuple[Point, ...]] = []
    stems: set[tuple[int, int, bool]] = set()
    for index in sorted(signals, key=lambda index: -abs(columns.target_row[index] - columns.source_row[index])):
        flow, target_row = columns.objects[index], int(columns.target_row[index])
        stem = flow.source, round(c.scale.x(flow.source_ns)), target_row > columns.source_row[index]
        if stem in stems and target_row not in c.rows:
            continue
        points = flow_points(c.scene, index, c.lanes, c.scale)
        upright = abs(points[0][0] - points[-1][0]) < 1
        if upright:
            points = tuple((round(x) + 0.5, y) for x, y in points)
        heads.append(points)
        if stem not in stems:
            drawn.feet.append(points[0])
        if stem not in stems or not upright:
            (drawn.upright if upright else drawn.slanted).append((points, _is_cut_off(c, flow)))
        stems.add(stem)
    _paint_stems(c, drawn)
    ink = colour(c.palette.terminated)
    _paint_heads(c, heads, ink, 7.0)
    for foot in drawn.feet:
        if c.rect.left() - 10 <= foot[0] <= c.rect.right() + 10:
            c.painter.drawEllipse(QPointF(*foot), 2.6, 2.6)


@dataclass(frozen=True, slots=True)
class _Stems:
    """Lines of signals, each with whether it is a daemon's cut-off, and where they begin."""

    upright: list[tuple[tuple[Point, ...], bool]]
    slanted: list[tuple[tuple[Point, ...], bool]]
    feet: list[Point]


def _is_cut_off(c: Canvas, flow: Flow) -> bool:
    victim = c.scene.life(flow.target)
    return victim is not None and victim.cause is Cause.DAEMON_CUTOFF


def _paint_stems(c: Canvas, stems: _Stems) -> None:
    """A light seam on both sides keeps a line apart from the bars it crosses."""
    ink, seam = colour(c.palette.terminated), colour(c.palette.card, 150)
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    lines = _in_sight(c, np.array([(*points[0], *points[1]) for points, _cut_off in stems.upright]).reshape(-1, 4))
    cut_off = np.array([is_cut_off for _points, is_cut_off in stems.upright], dtype=bool)
    draw_veils(c.painter, _stripes(lines, SEAM_PX), seam)
    c.painter.setPen(Qt.PenStyle.NoPen)
    c.painter.setBrush(ink)
    draw_rects(c.painter, _stripes(lines[~cut_off], STEM_PX))
    c.painter.setPen(pen(ink, 1.0, Qt.PenStyle.DashLine))
    draw_lines(c.painter, lines[cut_off])
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    for points, dashed in stems.slanted:
        _draw_line(c, points, seam, SEAM_PX, Qt.PenStyle.SolidLine)
        _draw_line(c, points, ink, 1.0 if dashed else 1.6, Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine)


def _stripes(lines: Floats, width_px: float) -> Floats:
    """Upright lines as rectangles: a wide pen costs ten times as much."""
    top, bottom = np.minimum(lines[:, 1], lines[:, 3]), np.maximum(lines[:, 1], lines[:, 3])
    return np.column_stack((lines[:, 0] - width_px / 2, top, np.full(len(lines), width_px), bottom - top))


def _draw_line(c: Canvas, points: tuple[Point, ...], ink: QColor, width_px: float, style: Qt.PenStyle) -> None:
    c.painter.setPen(pen(ink, width_px, style))
    lines = np.array([(*a, *b) for a, b in pairwise(points)])
    draw_lines(c.painter, in_sight(lines, c.rect))


def _paint_heads(c: Canvas, paths: list[tuple[Point, ...]], ink: QColor, size_px: float) -> None:
    """The last corner of every path; leaves the painter with this ink as its brush."""
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    c.painter.setPen(Qt.PenStyle.NoPen)
    c.painter.setBrush(ink)
    top, bottom = c.rect.top() - 10, c.rect.bottom() + 10
    left, right = c.rect.left() - 10, c.rect.right() + 10
    for path in paths:
        (x0, y0), (x1, y1) = path[-2:]
        if not top <= y1 <= bottom or not left <= x1 <= right:
            continue
        way = math.atan2(y1 - y0, x1 - x0)
        wings = [
            QPointF(x1 - size_px * math.cos(way + turn), y1 - size_px * math.sin(way + turn)) for turn in (0.45, -0.45)
        ]
        c.painter.drawPolygon(QPolygonF([QPointF(x1, y1), *wings]))
