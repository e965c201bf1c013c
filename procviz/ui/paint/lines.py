"""Upright lines through all lanes - main's code ended, now, the cursor, a measured range - and their labels.

The labels have the strip above the rows for themselves, so that none ever lies over a bar or another label.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from procviz.chart.lanes import STRIP_PX
from procviz.chart.placing import Room
from procviz.chart.ticks import duration_text, moment_text
from procviz.ui.paint.canvas import TEXT_PX, Canvas, colour, pen
from procviz.ui.paint.marks import paint_diamond
from procviz.wording import _


def line_xs(c: Canvas) -> list[float]:
    """Where upright lines are that words must not lie on."""
    moments = [c.scene.code_ended_ns, c.view.cursor_ns, c.view.now_ns if c.view.live else None]
    return [c.scale.x(ts_ns) for ts_ns in moments if ts_ns is not None and c.view.begin_ns <= ts_ns <= c.view.end_ns]


def paint_lines(c: Canvas) -> None:
    """The lines and the shade of a range, above the bars and below the words."""
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    bottom = min(c.rect.bottom(), max(c.lanes.y(len(c.scene.rows)), c.lanes.first_y))
    if c.scene.code_ended_ns is not None and c.scene.main in c.scene.row_of:
        _line(c, c.scene.code_ended_ns, colour(c.palette.code_ended), bottom, Qt.PenStyle.DashLine)
    if c.view.live:
        _line(c, c.view.now_ns, colour(c.palette.terminated, 150), bottom)
    paint_crosshair(c.painter, c.rect.adjusted(0, STRIP_PX, 0, 0), c)


def paint_crosshair(painter: QPainter, rect: QRectF, c: Canvas) -> None:
    """Cursor and range, the same through timeline and plots."""
    if c.view.range_ns is not None:
        left, right = sorted(c.scale.x(ts_ns) for ts_ns in c.view.range_ns)
        shade = QRectF(QPointF(max(left, rect.left()), rect.top()), QPointF(min(right, rect.right()), rect.bottom()))
        if shade.width() > 0:
            painter.fillRect(shade, colour(c.palette.accent, 34))
        for x in (left, right):
            _upright(painter, rect, x, pen(colour(c.palette.accent)))
    if c.view.cursor_ns is not None:
        _upright(painter, rect, c.scale.x(c.view.cursor_ns), pen(colour(c.palette.text, 170)))


def _upright(painter: QPainter, rect: QRectF, x: float, with_pen: QPen) -> None:
    if rect.left() <= x <= rect.right():
        painter.setPen(with_pen)
        painter.drawLine(QPointF(round(x) + 0.5, rect.top()), QPointF(round(x) + 0.5, rect.bottom()))


def _line(c: Canvas, ts_ns: float, ink: QColor, bottom: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> None:
    top = c.lanes.first_y - (STRIP_PX / 2 if style is Qt.PenStyle.DashLine else 0)
    rect = QRectF(c.rect.left(), top, c.rect.width(), bottom - top)
    _upright(c.painter, rect, c.scale.x(ts_ns), pen(ink, 1.0, style))


def paint_strip(c: Canvas) -> None:
    """The labels, the one that is looked at first."""
    room = Room()
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    if c.view.range_ns is not None:
        begin, end = sorted(c.view.range_ns)
        middle = c.scale.x((begin + end) / 2)
        _tag(c, room, middle, duration_text(end - begin), colour(c.palette.accent_text), colour(c.palette.accent))
    if c.view.cursor_ns is not None:
        words = moment_text(c.view.cursor_ns - c.scene.begin_ns, c.scale.px_per_ns)
        _tag(c, room, c.scale.x(c.view.cursor_ns), words, colour(c.palette.card), colour(c.palette.text))
    if c.scene.code_ended_ns is not None:
        _code_ended(c, room, c.scene.code_ended_ns)


def _tag(c: Canvas, room: Room, x: float, words: str, ink: QColor, ground: QColor) -> None:
    width = c.text_px(words) + 12
    left = min(max(x - width / 2, c.rect.left()), c.rect.right() - width)
    if not c.rect.left() <= x <= c.rect.right() or not room.free(left, left + width):
        return
    room.take(left - 4, left + width + 4)
    box = QRectF(left, c.rect.top() + 2, width, STRIP_PX - 5)
    c.painter.setPen(Qt.PenStyle.NoPen)
    c.painter.setBrush(ground)
    c.painter.drawRoundedRect(box, 4, 4)
    c.text(left + 6, box.center().y(), words, ink)


def _code_ended(c: Canvas, room: Room, ts_ns: int) -> None:
    x, middle = c.scale.x(ts_ns), c.rect.top() + STRIP_PX / 2
    if not c.rect.left() <= x <= c.rect.right() or not room.free(x - 6, x + 6):
        return
    paint_diamond(c, round(x) + 0.5, middle, 6.0)
    seconds = f"{(ts_ns - c.scene.begin_ns) / 1e9:.2f}"
    for words in (_("main's code ended {seconds} s").format(seconds=seconds), _("code ended")):
        width = c.text_px(words, TEXT_PX)
        for left in (x + 11, x - 11 - width):
            if left >= c.rect.left() and left + width <= c.rect.right() and room.free(left, left + width):
                c.text(left, middle, words, colour(c.palette.code_ended), TEXT_PX)
                return
