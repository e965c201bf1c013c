"""What the looks mean, in one line or as many as the width asks for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from procviz.chart.palette import Palette
from procviz.chart.placing import wrapped
from procviz.chart.scene import INSTANT_KINDS, STATES, Scene
from procviz.trace.timeline import Cause, InstantKind, State
from procviz.ui.paint.activity import paint_off_cpu_boxes
from procviz.ui.paint.bars import fill_of, outline_of
from procviz.ui.paint.batch import draw_lines, draw_rects
from procviz.ui.paint.canvas import TEXT_PX, colour, pen
from procviz.ui.paint.fonts import baseline_px, draw_text, font, text_px
from procviz.ui.paint.textures import diagonals, dots, pauses, stripes
from procviz.wording import _
from procviz.wording.states import state_text

LINE_PX = 22.0
SWATCH_PX = 16.0
GAP_PX = 18.0
NARROW_PX, NARROW_GAP_PX = 600.0, 12.0  # in a small window lines are dearer than air

_Sketch = Callable[[QPainter, QRectF, Palette], None]


@dataclass(frozen=True, slots=True)
class _Entry:
    words: str
    sketch: _Sketch

    def width_px(self, family: str | None) -> float:
        return SWATCH_PX + 7 + text_px(self.words, TEXT_PX, family)


def paint_legend(
    painter: QPainter,
    rect: QRectF,
    palette: Palette,
    font_family: str | None = None,
    scene: Scene | None = None,
) -> float:
    """The legend from the upper left corner of `rect` on; returns the width of its widest line.

    With a scene: only of what occurs in it.
    """
    entries = _entries(scene)
    widths = [entry.width_px(font_family) for entry in entries]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    used = 0.0
    for entry, width, (line, left) in zip(
        entries, widths, wrapped(widths, rect.width(), _gap_px(rect.width())), strict=True
    ):
        middle = rect.top() + line * LINE_PX + LINE_PX / 2
        x = rect.left() + left
        entry.sketch(painter, QRectF(x + 0.5, middle - 4.5, SWATCH_PX - 1, 9), palette)
        painter.setFont(font(TEXT_PX, font_family))
        painter.setPen(pen(colour(palette.muted)))
        at = QPointF(x + SWATCH_PX + 7, round(middle + baseline_px(TEXT_PX, font_family)))
        draw_text(painter, at, entry.words)
        used = max(used, left + width)
    painter.restore()
    return used


def legend_height(width_px: float, font_family: str | None = None, scene: Scene | None = None) -> float:
    """How high the legend is at a width."""
    widths = [entry.width_px(font_family) for entry in _entries(scene)]
    return LINE_PX * (1 + max((line for line, _left in wrapped(widths, width_px, _gap_px(width_px))), default=0))


def _gap_px(width_px: float) -> float:
    return GAP_PX if width_px >= NARROW_PX else NARROW_GAP_PX


def _entries(scene: Scene | None) -> list[_Entry]:
    on_windows = sys.platform == "win32" if scene is None else scene.timeline.header.platform.system == "Windows"
    # There are no zombies and no signals there.
    states = [state for state in State if scene is None or bool((scene.slices.state == STATES.index(state)).any())]
    if on_windows and scene is None:
        states.remove(State.ZOMBIE)
    kinds = None if scene is None else {INSTANT_KINDS[number] for number in scene.instants.kind}
    entries = [_Entry(state_text(state), _state_sketch(state)) for state in states]
    if scene is None or (State.RUNNING in states and scene.timeline.samples):
        entries.insert(states.index(State.RUNNING) + 1, _Entry(_("off CPU"), _sketch_off_cpu))
    if kinds is None or InstantKind.SIGNAL in kinds:
        entries.append(_Entry(_("ended by another") if on_windows else _("signal"), _sketch_bolt))
    if scene is None or any(pill.cause is Cause.DAEMON_CUTOFF for pill in scene.pills):
        entries.append(_Entry(_("cut off: daemon"), _sketch_cut))
    if kinds is None or InstantKind.CODE_ENDED in kinds:
        entries.append(_Entry(_("code ended"), _sketch_diamond))
    if kinds is None or InstantKind.PRINT in kinds:
        entries.append(_Entry(_("print"), _sketch_print))
    return entries


def _state_sketch(state: State) -> _Sketch:
    def sketch(painter: QPainter, box: QRectF, palette: Palette) -> None:
        if state is State.ZOMBIE:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill_of(state, palette))
            painter.drawRect(QRectF(box.left(), box.center().y() - 2, box.width(), 4))
            return
        painter.setPen(pen(outline_of(state, palette)))
        painter.setBrush(fill_of(state, palette))
        painter.drawRoundedRect(box, 2, 2)
        _sketch_texture(painter, box, palette, state)

    return sketch


def _sketch_off_cpu(painter: QPainter, box: QRectF, palette: Palette) -> None:
    _state_sketch(State.RUNNING)(painter, box, palette)
    sides = np.array([[box.left() + 1, box.right() - 1, box.top(), box.top()]])
    paint_off_cpu_boxes(painter, palette, sides, box.height())


def _sketch_texture(painter: QPainter, box: QRectF, palette: Palette, state: State) -> None:
    sides = (box.left(), box.left() + 0.5, box.right() - 0.5, box.top() + 0.5, box.bottom() - 0.5)
    ink = outline_of(state, palette)
    painter.setPen(pen(ink))
    if state is State.STARTING:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink if not palette.dark else fill_of(state, palette).lighter(150))
        draw_rects(painter, dots(sides[0] - 1, sides[1], sides[2], sides[3] - 1, sides[4] + 1))
    elif state in (State.WAITING, State.WAITING_AT_EXIT):
        draw_lines(painter, diagonals(*sides, falling=state is State.WAITING_AT_EXIT))
    elif state is State.SUSPENDED:
        draw_lines(painter, pauses(sides[0] + 3, *sides[1:]))
    elif state is State.ORPHANED:
        draw_lines(painter, stripes(sides[0] - 2, *sides[1:]))


def _sketch_bolt(painter: QPainter, box: QRectF, palette: Palette) -> None:
    shape = [(2, -7), (-4.5, 0.8), (-0.6, 0.8), (-2.2, 7), (4.5, -1.5), (0.7, -1.5)]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(palette.terminated))
    painter.drawPolygon(QPolygonF([box.center() + QPointF(x, y) for x, y in shape]))


def _sketch_cut(painter: QPainter, box: QRectF, palette: Palette) -> None:
    painter.setPen(pen(colour(palette.running)))
    draw_lines(painter, diagonals(box.left(), box.left() + 4, box.right(), box.top(), box.bottom(), falling=False))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(palette.terminated))
    painter.drawRect(QRectF(box.left() + 1, box.top() - 2, 2.5, box.height() + 4))


def _sketch_diamond(painter: QPainter, box: QRectF, palette: Palette) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(palette.code_ended))
    corners = [(0, -5.5), (5.5, 0), (0, 5.5), (-5.5, 0)]
    painter.drawPolygon(QPolygonF([box.center() + QPointF(x, y) for x, y in corners]))


def _sketch_print(painter: QPainter, box: QRectF, palette: Palette) -> None:
    painter.setPen(pen(colour(palette.text), 1.4))
    x = [box.center().x() - 4, box.center().x(), box.center().x() + 4]
    draw_lines(painter, np.array([[at, box.center().y() - 3, at, box.center().y() + 3] for at in x]))
