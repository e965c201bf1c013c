"""The bars: what every process was doing, told by colour and by texture, height or edge as well."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPolygonF

from procviz.chart.palette import Palette
from procviz.chart.scene import OPEN_NS, STATES
from procviz.trace.timeline import State
from procviz.ui.paint.batch import Floats, draw_lines, draw_rects
from procviz.ui.paint.canvas import Canvas, colour, mixed, pen
from procviz.ui.paint.textures import diagonals, dots, pauses, stripes

RADIUS_PX = 4.0
ZOMBIE_PX = 5.0
SOFT_PX = 12.0
MOST_ROUNDED = 300
ROUNDED_BAR_PX = 12.0

# Rare states come last, so that they survive where many bars share a pixel.
_ORDER = (
    State.STARTING,
    State.RUNNING,
    State.EXITING,
    State.WAITING,
    State.WAITING_AT_EXIT,
    State.SUSPENDED,
    State.ORPHANED,
    State.ZOMBIE,
)


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """The slices that show, as columns; `index` leads back into the scene's."""

    index: NDArray[np.intp]
    state: NDArray[np.int64]
    row: NDArray[np.int64]
    origin: Floats  # where it begins, in view or not
    left: Floats  # what of it is in view (a little beyond either edge)
    right: Floats
    top: Floats
    first: NDArray[np.bool_]  # begins a life
    last: NDArray[np.bool_]  # ends it, but for a zombie
    open: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.index)

    def of(self, state: State) -> NDArray[np.intp]:
        return np.flatnonzero(self.state == STATES.index(state))


def visible_bars(c: Canvas) -> Bars:
    """Where the slices in view lie, at least one pixel wide each."""
    columns, view = c.scene.slices, c.view
    open_ = columns.end_ns == OPEN_NS
    end_ns = np.where(open_, max(view.now_ns, c.scene.begin_ns), columns.end_ns)
    shown = (columns.row >= c.rows.start) & (columns.row < c.rows.stop)
    shown &= (columns.begin_ns <= view.end_ns) & (end_ns >= view.begin_ns)
    index = np.flatnonzero(shown)
    row, state = columns.row[index], columns.state[index]
    origin = c.scale.xs(columns.begin_ns[index])
    left = np.maximum(origin, c.rect.left() - 16)
    right = np.minimum(np.maximum(c.scale.xs(end_ns[index]), left + 1.0), c.rect.right() + 16)
    before = np.append(-1, columns.row[:-1])[index] if len(columns.row) else row
    after_row = np.append(columns.row[1:], -1)[index] if len(columns.row) else row
    after_state = np.append(columns.state[1:], -1)[index] if len(columns.row) else state
    middle = c.lanes.first_y + (row - c.lanes.top_row + 0.5) * c.lanes.row_px
    return Bars(
        index=index,
        state=state,
        row=row,
        origin=origin,
        left=left,
        right=right,
        top=np.floor(middle - c.lanes.bar_px / 2),
        first=before != row,
        last=(after_row != row) | (after_state == STATES.index(State.ZOMBIE)),
        open=open_[index],
    )


@lru_cache(maxsize=64)
def fill_of(state: State, palette: Palette) -> QColor:
    if state is State.EXITING:
        return mixed(palette.running, palette.card, 0.42)
    names = {
        State.STARTING: palette.starting,
        State.RUNNING: palette.running,
        State.WAITING: palette.waiting,
        State.WAITING_AT_EXIT: palette.waiting,
        State.SUSPENDED: palette.suspended,
        State.ORPHANED: palette.orphaned,
        State.ZOMBIE: palette.zombie,
    }
    return colour(names[state])


@lru_cache(maxsize=64)
def outline_of(state: State, palette: Palette) -> QColor:
    if state is State.EXITING:
        return colour(palette.running).darker(112)
    return fill_of(state, palette).darker(128)


@lru_cache(maxsize=64)
def ink_of(state: State, palette: Palette) -> QColor:
    """The colour of words on a bar."""
    if state is State.EXITING or (state is State.STARTING and palette.dark):
        return colour(palette.text)
    return colour(palette.bar_text)


def paint_bars(c: Canvas, bars: Bars) -> None:
    rounded = c.lanes.bar_px >= ROUNDED_BAR_PX and len(bars) < MOST_ROUNDED
    for state in _ORDER:
        which = bars.of(state)
        if not len(which):
            continue
        if state is State.ZOMBIE:
            _paint_zombies(c, bars, which)
        elif rounded:
            at_ends = (bars.first[which] | (bars.last[which] & ~bars.open[which])) | (bars.right - bars.left < 3)[which]
            _paint_flat(c, bars, which[~at_ends], state)
            for number in which[at_ends]:
                _paint_rounded(c, bars, int(number), state)
        else:
            _paint_plain(c, bars, which, state)
        if c.rich and len(bars) < MOST_ROUNDED:
            _paint_texture(c, bars, which, state)
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, c.rich)


def paint_open_ends(c: Canvas, bars: Bars) -> None:
    """What of the bars has not ended; over all that is painted on them."""
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, c.rich)
    if c.rich:
        for number in np.flatnonzero(bars.open):
            _paint_open_end(c, bars, int(number))


def _paint_plain(c: Canvas, bars: Bars, which: NDArray[np.intp], state: State) -> None:
    outlined = c.lanes.bar_px >= 8
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    c.painter.setPen(pen(outline_of(state, c.palette)) if outlined else Qt.PenStyle.NoPen)
    c.painter.setBrush(fill_of(state, c.palette))
    height = max(c.lanes.bar_px - (1 if outlined else 0), 1.0)
    left, right = np.floor(bars.left[which]), np.ceil(bars.right[which])
    width = np.maximum(right - left - (1 if outlined else 0), 1.0)
    draw_rects(c.painter, np.column_stack((left, bars.top[which], width, np.full(len(which), height))))


def _paint_flat(c: Canvas, bars: Bars, which: NDArray[np.intp], state: State) -> None:
    """Stretches between the rounded ends of lives, with the same outline."""
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    c.painter.setPen(pen(outline_of(state, c.palette)))
    c.painter.setBrush(fill_of(state, c.palette))
    width = bars.right[which] - bars.left[which] - 1
    height = np.full(len(which), c.lanes.bar_px - 1)
    draw_rects(c.painter, np.column_stack((bars.left[which] + 0.5, bars.top[which] + 0.5, width, height)))


def _paint_rounded(c: Canvas, bars: Bars, number: int, state: State) -> None:
    left, right, top = bars.left[number], bars.right[number], bars.top[number]
    painter = c.painter
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setBrush(fill_of(state, c.palette))
    if right - left < 3:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(outline_of(state, c.palette))
        painter.drawRect(QRectF(left, top, max(right - left, 1.0), c.lanes.bar_px))
        return
    painter.setPen(pen(outline_of(state, c.palette)))
    box = QRectF(left + 0.5, top + 0.5, right - left - 1, c.lanes.bar_px - 1)
    ends_round = bool(bars.last[number]) and not bars.open[number]
    painter.drawPath(_half_rounded(box, bool(bars.first[number]), ends_round))


def _half_rounded(box: QRectF, left: bool, right: bool) -> QPainterPath:
    path = QPainterPath()
    radius = min(RADIUS_PX, box.width() / 2)
    if left is right:
        radius = radius if left else 0.0
        path.addRoundedRect(box, radius, radius)
        return path
    size = 2 * radius
    flat = box.right() if left else box.left()
    curved = box.left() if left else box.right() - size
    path.moveTo(flat, box.top())
    path.arcTo(QRectF(curved, box.top(), size, size), 90, 90 if left else -90)
    path.arcTo(QRectF(curved, box.bottom() - size, size, size), 180 if left else 0, 90 if left else -90)
    path.lineTo(flat, box.bottom())
    path.closeSubpath()
    return path


def _paint_zombies(c: Canvas, bars: Bars, which: NDArray[np.intp]) -> None:
    """A thin line: nothing of the process is left but its exit code."""
    height = min(ZOMBIE_PX, max(1.0, c.lanes.bar_px * 0.4))
    top = np.floor(bars.top[which] + (c.lanes.bar_px - height) / 2)
    left, right = bars.left[which], bars.right[which]
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    c.painter.setPen(Qt.PenStyle.NoPen)
    c.painter.setBrush(colour(c.palette.zombie))
    draw_rects(c.painter, np.column_stack((left, top, np.maximum(right - left, 1.0), np.full(len(which), height))))
    if c.rich:
        ends = right[~bars.open[which]]
        tops = bars.top[which][~bars.open[which]] + 4
        size = np.full(len(ends), c.lanes.bar_px - 8)
        draw_rects(c.painter, np.column_stack((ends - 2, tops, np.full(len(ends), 2.0), size)))


def _paint_texture(c: Canvas, bars: Bars, which: NDArray[np.intp], state: State) -> None:
    marks = _texture(c, bars, which, state)
    if marks is None or not len(marks):
        return
    ink = outline_of(state, c.palette)
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    if state is State.STARTING:
        c.painter.setPen(Qt.PenStyle.NoPen)
        c.painter.setBrush(ink if not c.palette.dark else fill_of(state, c.palette).lighter(150))
        draw_rects(c.painter, marks)
    else:
        c.painter.setPen(pen(ink, 1.1))
        draw_lines(c.painter, marks)


def _texture(c: Canvas, bars: Bars, which: NDArray[np.intp], state: State) -> Floats | None:
    top, bottom = bars.top[which] + 1, bars.top[which] + c.lanes.bar_px - 1
    box = bars.origin[which], bars.left[which] + 1, bars.right[which] - 1, top, bottom
    match state:
        case State.STARTING:
            return dots(*box)
        case State.WAITING:
            return diagonals(*box, falling=False)
        case State.WAITING_AT_EXIT:
            return diagonals(*box, falling=True)
        case State.SUSPENDED:
            return pauses(*box)
        case State.ORPHANED:
            return stripes(*box)
    return None


def _paint_open_end(c: Canvas, bars: Bars, number: int) -> None:
    """What has not ended: fading out where it grows, torn off where nobody knows how it went on."""
    state = STATES[int(bars.state[number])]
    x, top = float(bars.right[number]), float(bars.top[number])
    background = c.background(int(bars.row[number]))
    if x > c.rect.right() + 8:
        return
    if c.view.live:
        width = min(SOFT_PX, x - float(bars.left[number]))
        fade = QLinearGradient(x - width, 0, x, 0)
        clear = QColor(background)
        clear.setAlpha(0)
        fade.setColorAt(0, clear)
        fade.setColorAt(1, background)
        c.painter.fillRect(QRectF(x - width, top - 1, width + 2, c.lanes.bar_px + 2), fade)
        return
    _paint_torn(c, x, top, background, state)


def _paint_torn(c: Canvas, x: float, top: float, background: QColor, state: State) -> None:
    teeth = 4
    step = c.lanes.bar_px / teeth
    edge = [QPointF(x - (6 if n % 2 else 0), top + n * step) for n in range(teeth + 1)]
    cover = QPolygonF([*edge, QPointF(x + 3, top + c.lanes.bar_px + 1), QPointF(x + 3, top - 1)])
    c.painter.setPen(Qt.PenStyle.NoPen)
    c.painter.setBrush(background)
    c.painter.drawPolygon(cover)
    c.painter.setBrush(Qt.BrushStyle.NoBrush)
    c.painter.setPen(pen(outline_of(state, c.palette), 1.2))
    c.painter.drawPolyline(QPolygonF(edge))
    if x + 16 <= c.rect.right():
        c.text(x + 6, top + c.lanes.bar_px / 2, "?", colour(c.palette.muted))
