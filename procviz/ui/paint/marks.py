"""Marks on the bars: code ended, signals, cut-offs, prints, calls; and the end of each life in words."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from procviz.chart.hit import Box, PillBox
from procviz.chart.placing import Room, place_end
from procviz.chart.scene import INSTANT_KINDS, OPEN_NS, Ints, Pill
from procviz.trace.timeline import Cause, Instant, InstantKind
from procviz.ui.paint.batch import Floats, draw_lines, draw_rects
from procviz.ui.paint.canvas import TEXT_PX, Canvas, colour, pen
from procviz.ui.paint.textures import diagonals
from procviz.ui.paint.words import pill_choices
from procviz.wording.foreign_text import shown

PILL_PX = 17.0
PILL_PAD_PX = 7.0
REST_PX = 20.0  # how much of the life that was cut off is hinted at
NEAR_PX = 14.0


def shown_instants(c: Canvas, kind: InstantKind) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    columns = c.scene.instants
    if not len(columns):
        return np.empty(0, dtype=np.intp)
    shown = columns.kind == INSTANT_KINDS.index(kind)
    shown &= (columns.row >= c.rows.start) & (columns.row < c.rows.stop)
    shown &= (columns.ts_ns >= c.view.begin_ns) & (columns.ts_ns <= c.view.end_ns)
    return np.flatnonzero(shown)


def paint_ticks(c: Canvas) -> None:
    """Prints stand at the foot of a bar, calls at its head, a replaced program goes through it."""
    if not c.rich:
        return
    bar = c.lanes.bar_px
    for kind, top, bottom, width in (
        (InstantKind.PRINT, bar - 2, bar + 4, 1.4),
        (InstantKind.CALL, -4.0, 0.0, 1.0),
        (InstantKind.EXECUTED, 1.0, bar - 1, 2.0),
    ):
        which = shown_instants(c, kind)
        x = np.round(c.scale.xs(c.scene.instants.ts_ns[which])) + 0.5
        rows = c.scene.instants.row[which]
        x, rows = _one_a_pixel(x, rows)
        y = np.floor(c.lanes.first_y + (rows - c.lanes.top_row + 0.5) * c.lanes.row_px - bar / 2)
        c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        c.painter.setPen(
            pen(colour(c.palette.bar_text if kind is InstantKind.EXECUTED else c.palette.text, 190), width)
        )
        draw_lines(c.painter, np.column_stack((x, y + top, x, y + bottom)))


def _one_a_pixel(x: Floats, rows: Ints) -> tuple[Floats, Ints]:
    """Without those that would be painted over their like: they stand row by row, in time order."""
    fresh = np.ones(len(x), dtype=bool)
    fresh[1:] = (x[1:] != x[:-1]) | (rows[1:] != rows[:-1])
    return x[fresh], rows[fresh]


def paint_signals(c: Canvas) -> None:
    """A bolt on the victim."""
    if not c.rich:
        return
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    for index in shown_instants(c, InstantKind.SIGNAL):
        instant = c.scene.instants.objects[index]
        row = int(c.scene.instants.row[index])
        if not _is_cut_off(c, instant):
            paint_bolt(c.painter, c.scale.x(instant.edge.ts_ns), c.lanes.middle(row), c.lanes.bar_px + 6, c)


def paint_bolt(painter: QPainter, x: float, middle: float, height: float, c: Canvas) -> None:
    half = height / 2
    shape = [(2, -1), (-4.5, 0.12), (-0.6, 0.12), (-2.2, 1), (4.5, -0.22), (0.7, -0.22)]
    points = [QPointF(x + dx * height / 22, middle + dy * half) for dx, dy in shape]
    painter.setPen(pen(colour(c.palette.card), 1.4))
    painter.setBrush(colour(c.palette.terminated))
    painter.drawPolygon(QPolygonF(points))


def _is_cut_off(c: Canvas, instant: Instant) -> bool:
    life = c.scene.life(instant.process)
    return life is not None and life.cause is Cause.DAEMON_CUTOFF and instant.sender is None


def paint_code_ends(c: Canvas) -> None:
    """A small diamond where a child's own code ended; main's has the strip and a line of its own."""
    if not c.rich:
        return
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    for index in shown_instants(c, InstantKind.CODE_ENDED):
        instant = c.scene.instants.objects[index]
        if instant.process != c.scene.main:
            row = int(c.scene.instants.row[index])
            paint_diamond(c, c.scale.x(instant.edge.ts_ns), c.lanes.bar_top(row), 3.5)


def paint_diamond(c: Canvas, x: float, y: float, half: float) -> None:
    c.painter.setPen(pen(colour(c.palette.card), 1.0))
    c.painter.setBrush(colour(c.palette.code_ended))
    corners = [(0, -half), (half, 0), (0, half), (-half, 0)]
    c.painter.drawPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in corners]))


def paint_cuts(c: Canvas) -> None:
    """A daemon's life is not ended but cut: a bar across it, and the ghost of what was to come."""
    if not c.rich:
        return
    for pill in c.scene.pills:
        if pill.cause is Cause.DAEMON_CUTOFF and pill.row in c.rows:
            x = c.scale.x(pill.ended_ns)
            if c.rect.left() <= x <= c.rect.right():
                _paint_cut(c, x, c.lanes.bar_top(pill.row))


def _paint_cut(c: Canvas, x: float, top: float) -> None:
    bar, painter = c.lanes.bar_px, c.painter
    right = min(x + REST_PX, c.rect.right())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(pen(colour(c.palette.running)))
    draw_lines(painter, diagonals(x, x + 2, right, top + 1, top + bar - 1, falling=False))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(c.palette.terminated))
    draw_rects(painter, np.array([[x - 1.5, top - 3, 3.0, bar + 6]]))


def place_pills(c: Canvas, rooms: dict[int, Room]) -> list[PillBox]:
    """Where the ends of lives have their words; takes that room from each row."""
    placed: list[PillBox] = []
    if not c.rich:
        return placed
    begins = _begins(c)
    for pill in c.scene.pills:
        if pill.row not in c.rows:
            continue
        end = c.scale.x(c.view.now_ns if pill.ts_ns == OPEN_NS else pill.ts_ns)
        if not c.rect.left() <= end <= c.rect.right() + 1:
            continue
        gap = _gap_px(c, pill, end)
        words, width = _fitting_words(c, pill, c.rect.right() - 2 - end - gap)
        bar = (begins.get(pill.row, end), end)
        left = place_end(bar, (c.rect.left(), c.rect.right() - 2), width, gap)
        middle = c.lanes.middle(pill.row)
        box = Box(left, middle - PILL_PX / 2, left + width, middle + PILL_PX / 2)
        placed.append(PillBox(pill, box, words))
        rooms.setdefault(pill.row, Room()).take(left - 4, left + width + 4)
    return placed


def _fitting_words(c: Canvas, pill: Pill, room_px: float) -> tuple[str, float]:
    """The most words that fit behind the bar, and the pill's width with them; the fewest where none do."""
    words, width = "", 0.0
    for words in pill_choices(c.scene, pill):
        width = c.text_px(words) + 2 * PILL_PAD_PX
        if width <= room_px:
            break
    return words, width


def _begins(c: Canvas) -> dict[int, float]:
    """Where the life in each row begins."""
    columns = c.scene.slices
    rows, first = np.unique(columns.row, return_index=True)
    return {int(row): c.scale.x(float(columns.begin_ns[index])) for row, index in zip(rows, first, strict=True)}


def _gap_px(c: Canvas, pill: Pill, end: float) -> float:
    """From the end of what is drawn to the pill: past the ghost of a life cut off, past the bolt of a signal."""
    if pill.cause is Cause.DAEMON_CUTOFF:
        return max(8.0, c.scale.x(pill.ended_ns) + REST_PX + 8.0 - end)
    return 12.0 if pill.signal is not None else 8.0


def paint_pills(c: Canvas, placed: list[PillBox]) -> None:
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    for item in placed:
        box = item.box
        shape = QRectF(box.left, box.top, box.right - box.left, box.bottom - box.top)
        ink, ground = pill_colours(c, item.pill)
        c.painter.setPen(pen(c.background(item.pill.row), 2.0))
        c.painter.setBrush(ground)
        c.painter.drawRoundedRect(shape, PILL_PX / 2, PILL_PX / 2)
        c.text(box.left + PILL_PAD_PX, (box.top + box.bottom) / 2, item.words, ink)


def pill_colours(c: Canvas, pill: Pill) -> tuple[QColor, QColor]:
    if pill.exitcode is None and pill.signal is None:
        return colour(c.palette.muted), colour(c.palette.line)
    if pill.exitcode == 0:
        return colour(c.palette.good), colour(c.palette.good_soft)
    return colour(c.palette.bad), colour(c.palette.bad_soft)


def paint_chips(c: Canvas, rooms: dict[int, Room]) -> None:
    """The signal's name beside its bolt, unless the pill right there says it."""
    if not c.rich:
        return
    for index in shown_instants(c, InstantKind.SIGNAL):
        instant = c.scene.instants.objects[index]
        if not instant.name or _is_cut_off(c, instant) or _pill_says_it(c, instant):
            continue
        row, x = int(c.scene.instants.row[index]), c.scale.x(instant.edge.ts_ns)
        name = shown(instant.name)
        width = c.text_px(name, TEXT_PX - 1) + 10
        left = x + 8 if x + 8 + width <= c.rect.right() else x - 8 - width
        room = rooms.setdefault(row, Room())
        if left < c.rect.left() or not room.free(left, left + width):
            continue
        room.take(left - 3, left + width + 3)
        box = QRectF(left, c.lanes.middle(row) - 8, width, 16)
        c.painter.setPen(pen(colour(c.palette.terminated), 1.0))
        c.painter.setBrush(colour(c.palette.card))
        c.painter.drawRoundedRect(box, 4, 4)
        c.text(left + 5, box.center().y(), name, colour(c.palette.bad), TEXT_PX - 1)


def _pill_says_it(c: Canvas, instant: Instant) -> bool:
    life = c.scene.life(instant.process)
    if life is None or life.ended is None or life.signal != instant.name:
        return False
    return abs(c.scale.x(life.ended.ts_ns) - c.scale.x(instant.edge.ts_ns)) < NEAR_PX
