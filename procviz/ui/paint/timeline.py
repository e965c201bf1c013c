"""The timeline and the names beside it, painted into any painter: screen, PNG, SVG and PDF alike.

Order is everything here: what is drawn later covers what came before, words come last and keep clear of lines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from procviz.chart.hit import PillBox
from procviz.chart.palette import Palette
from procviz.chart.placing import Room
from procviz.chart.scene import STATES, Scene
from procviz.chart.series import CounterStore
from procviz.chart.ticks import time_ticks
from procviz.chart.view import View
from procviz.trace.timeline import State
from procviz.ui.paint.activity import mostly_off, off_cpu_fill, off_cpu_stretches, paint_off_cpu
from procviz.ui.paint.arrows import (
    Arrows,
    crossings,
    paint_looked_at,
    paint_quiet_arrows,
    paint_signal_arrows,
    shown_arrows,
)
from procviz.ui.paint.bars import Bars, fill_of, ink_of, paint_bars, paint_open_ends, visible_bars
from procviz.ui.paint.batch import Floats
from procviz.ui.paint.canvas import Canvas, canvas, colour, mixed, pen
from procviz.ui.paint.labels import paint_labels
from procviz.ui.paint.lines import line_xs, paint_lines, paint_strip
from procviz.ui.paint.marks import (
    paint_chips,
    paint_code_ends,
    paint_cuts,
    paint_pills,
    paint_signals,
    paint_ticks,
    place_pills,
)
from procviz.ui.paint.words import off_cpu_words, slice_words

PAD_PX = 7.0
LEAST_WORD_PX = 20.0
VEIL = 140  # of 255

__all__ = ["Painted", "paint_labels", "paint_timeline"]


@dataclass(frozen=True, slots=True)
class Painted:
    """What only the painter knows: where the words went. For the hit test."""

    pills: tuple[PillBox, ...]


def paint_timeline(
    painter: QPainter,
    rect: QRectF,
    scene: Scene,
    view: View,
    palette: Palette,
    font_family: str | None = None,
    store: CounterStore | None = None,
) -> Painted:
    """The lanes of a scene in a rectangle, the strip for the labels of lines on top (see `chart.lanes`).

    With the counters: also where who runs kept off the CPU.
    """
    c = canvas(painter, rect, scene, view, palette, font_family)
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    arrows = shown_arrows(c)
    bars = visible_bars(c)
    _paint_ground(c)
    paint_quiet_arrows(c, arrows)
    off_cpu = off_cpu_stretches(c, bars, store)
    paint_bars(c, bars)
    paint_off_cpu(c, bars, off_cpu)
    paint_open_ends(c, bars)
    paint_ticks(c)
    paint_cuts(c)
    paint_signal_arrows(c, arrows.signals)
    paint_signals(c)
    paint_code_ends(c)
    _dim_others(c)
    paint_lines(c)
    paint_looked_at(c, arrows)
    pills = _paint_words(c, bars, arrows, off_cpu)
    paint_strip(c)
    painter.restore()
    return Painted(tuple(pills))


def _paint_ground(c: Canvas) -> None:
    painter, palette = c.painter, c.palette
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(c.rect, colour(palette.card))
    for row in c.rows:
        box = c.row_box(row)
        if c.lanes.row_px >= 8 or c.scene.rows[row].upid == c.view.selected:
            painter.fillRect(box, c.background(row))
        if c.scene.rows[row].upid == c.view.hovered != c.view.selected:
            painter.fillRect(box, colour(palette.accent, 18))
    painter.setPen(pen(colour(palette.line)))
    bottom = min(c.rect.bottom(), c.lanes.y(len(c.scene.rows)))
    for tick in time_ticks(c.view.begin_ns, c.view.end_ns, c.scene.begin_ns, c.rect.width()):
        x = round(c.scale.x(tick.ts_ns)) + 0.5
        painter.drawLine(QPointF(x, c.lanes.first_y), QPointF(x, bottom))
    strip = QRectF(c.rect.left(), c.rect.top(), c.rect.width(), c.lanes.first_y - c.rect.top())
    painter.fillRect(strip, colour(palette.card))


def _dim_others(c: Canvas) -> None:
    """With a selection, everything else steps back."""
    for row in c.rows:
        if c.dimmed(row):
            c.painter.fillRect(c.row_box(row), colour(c.palette.card, VEIL))


def _paint_words(c: Canvas, bars: Bars, arrows: Arrows, off_cpu: dict[int, Floats]) -> list[PillBox]:
    if not c.rich:
        return []
    rooms = {row: Room() for row in c.rows}
    pills = place_pills(c, rooms)
    upright = [(x - 3, x + 3) for x in line_xs(c)]
    crossed = [(first, last, (x - 5, x + 5)) for first, last, x in crossings(c, arrows)]
    for row, room in rooms.items():
        room.take_all(upright)
        room.take_all([stretch for first, last, stretch in crossed if first <= row <= last])
    paint_chips(c, rooms)
    left = np.maximum(bars.left, c.rect.left()) + PAD_PX
    right = np.minimum(bars.right, c.rect.right()) - PAD_PX
    for number in np.flatnonzero(right - left >= LEAST_WORD_PX).tolist():
        borders = float(left[number]), float(right[number])
        off = None if number not in off_cpu else mostly_off(off_cpu, number, *borders)
        _paint_state(c, bars, number, borders, rooms[int(bars.row[number])], off)
    paint_pills(c, pills)
    return pills


def _paint_state(
    c: Canvas, bars: Bars, number: int, borders: tuple[float, float], room: Room, off: bool | None
) -> None:
    """What the process was doing, in the longest words that fit; on textures with a plain ground below them."""
    left, right = borders
    state = STATES[int(bars.state[number])]
    zombie = state is State.ZOMBIE
    choices = slice_words(c.scene, c.scene.slices.objects[int(bars.index[number])])
    for words in off_cpu_words() if off else choices:
        width = c.text_px(words)
        x = room.first_fit(left + (8 if zombie else 0), right - (8 if zombie else 0), width)
        if x is None:
            continue
        row = int(bars.row[number])
        middle = c.lanes.middle(row)
        if state is not State.RUNNING or off is not None:
            pale = off_cpu_fill(c.palette) if off else fill_of(state, c.palette)
            ground = c.background(row) if zombie else pale
            c.painter.setPen(Qt.PenStyle.NoPen)
            c.painter.setBrush(_veiled(c, ground) if c.dimmed(row) else ground)
            c.painter.drawRoundedRect(QRectF(x - 4, middle - 8, width + 8, 16), 3, 3)
        ink = c.palette.zombie if zombie else c.palette.text if off or c.dimmed(row) else None
        c.text(x, middle, words, colour(ink) if ink is not None else ink_of(state, c.palette))
        room.take(x - 4, x + width + 4)
        return


def _veiled(c: Canvas, ground: QColor) -> QColor:
    return mixed(ground.name(), c.palette.card, 1 - VEIL / 255)
