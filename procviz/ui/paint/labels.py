"""The column of names beside the lanes: who is whose child, in which colour its curves are, its pid."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from procviz.chart.lanes import LABEL_ROW_PX
from procviz.chart.palette import Palette, identity_colour
from procviz.chart.scene import Row, Scene
from procviz.chart.view import View
from procviz.trace.timeline import Kind
from procviz.ui.paint.canvas import LABEL_PX, TEXT_PX, Canvas, canvas, colour, pen
from procviz.ui.paint.fonts import baseline_px, draw_text, elided, font, text_px
from procviz.wording.findings.facts import name_text

MARGIN_PX = 12.0
INDENT_PX = 10.0
SWATCH_PX = 4.0
GAP_PX = 6.0


def paint_labels(
    painter: QPainter, rect: QRectF, scene: Scene, view: View, palette: Palette, font_family: str | None = None
) -> None:
    """One line per row that shows; `rect` has the same top and height as the timeline's."""
    c = canvas(painter, rect, scene, view, palette, font_family)
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    painter.fillRect(rect, colour(palette.card))
    painter.setClipRect(rect.adjusted(0, c.lanes.first_y - rect.top(), 0, 0), Qt.ClipOperation.IntersectClip)
    for row in c.rows:
        _paint_label(c, row, scene.rows[row])
    painter.restore()


def labels_px(scene: Scene, font_family: str | None = None) -> float:
    """How wide the column must be for every name to be whole."""
    widths = [
        _indent(row) + text_px(_name(row), LABEL_PX, font_family) + text_px(str(row.pid), TEXT_PX, font_family)
        for row in scene.rows
    ]
    return MARGIN_PX + SWATCH_PX + 3 * GAP_PX + 2 + max(widths, default=80.0)


def _name(row: Row) -> str:
    return name_text(None if row.kind is Kind.MAIN else row.name or f"#{row.upid}")


def _indent(row: Row) -> float:
    return INDENT_PX * min(row.depth, 6)


def _paint_label(c: Canvas, number: int, row: Row) -> None:
    painter, palette = c.painter, c.palette
    selected = row.upid == c.view.selected
    box = c.row_box(number)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    if c.lanes.row_px >= 8 or selected:
        painter.fillRect(box, c.background(number))
    if row.upid == c.view.hovered != c.view.selected:
        painter.fillRect(box, colour(palette.accent, 18))
    if selected:
        painter.fillRect(QRectF(box.left(), box.top(), 3, box.height()), colour(palette.accent))
    left = c.rect.left() + MARGIN_PX + _indent(row)
    paint_swatch(c, QRectF(left, box.center().y() - 6, SWATCH_PX, 12), row.identity)
    if c.lanes.row_px >= LABEL_ROW_PX:
        _paint_names(c, row, left + SWATCH_PX + GAP_PX, box.center().y(), selected)


def paint_swatch(c: Canvas, box: QRectF, identity: int) -> None:
    """A process's own colour; from the eighth on colours come again, broken in two."""
    name, again = identity_colour(c.palette, identity)
    height = min(box.height(), max(c.lanes.row_px - 1, 1.0))
    box = QRectF(box.left(), box.center().y() - height / 2, box.width(), height)
    c.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    c.painter.setPen(Qt.PenStyle.NoPen)
    c.painter.setBrush(colour(name))
    if again and height >= 6:
        half = height / 2 - 1
        c.painter.drawRect(QRectF(box.left(), box.top(), box.width(), half))
        c.painter.drawRect(QRectF(box.left(), box.bottom() - half, box.width(), half))
    else:
        c.painter.drawRoundedRect(box, 2, 2)


def _paint_names(c: Canvas, row: Row, left: float, middle: float, selected: bool) -> None:
    small = c.lanes.row_px < 16
    name_px, pid_px = (LABEL_PX - 2, TEXT_PX - 2) if small else (LABEL_PX, TEXT_PX)
    pid = str(row.pid)
    right = c.rect.right() - GAP_PX
    room = right - left - text_px(pid, pid_px, c.family) - GAP_PX
    c.text(right - text_px(pid, pid_px, c.family), middle, pid, colour(c.palette.muted), pid_px)
    helper = row.kind is Kind.HELPER
    c.painter.setFont(font(name_px, c.family, strong=selected))
    c.painter.setPen(pen(colour(c.palette.muted if helper else c.palette.text)))
    words = elided(_name(row), name_px, max(int(room), 0), c.family, selected)
    draw_text(c.painter, QPointF(left, round(middle + baseline_px(name_px, c.family))), words)
