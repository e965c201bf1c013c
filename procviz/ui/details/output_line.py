"""How a line of the output is painted: when, by whom, and the text, on as many rows of letters as it takes."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from procviz.chart.palette import Palette
from procviz.ui.details.output_model import LINE_ROLE, PROCESS, TEXT, TIME, Index, Line

PADDING_PX = 6
_GAP_PX = 3
_WIDE = "0MW@%mw"  # where the system has no fixed-width font, another takes its place
_KEPT_LAYOUTS = 300
_MOST_ROWS = 30  # the table scrolls by lines: one that is higher than the tab could not be read to its end


def _laid_out_width(text: str, font: QFont) -> float:
    """As a layout has it: a font's metrics round otherwise, which adds up over a line."""
    layout = QTextLayout(text, font)
    layout.beginLayout()
    line = layout.createLine()
    layout.endLayout()
    return line.naturalTextWidth()


class LineDelegate(QStyledItemDelegate):
    """Paints a line: time muted, the writer's swatch and name, text in monospace; stderr has a mark and a colour."""

    def __init__(self, palette: Palette, mono: QFont, parent: QWidget) -> None:
        super().__init__(parent)
        self.palette_ = palette
        self._mono = mono
        self._spacing_px = QFontMetrics(mono).lineSpacing()
        self._letter_px = _laid_out_width("0" * 100, mono) / 100
        self._widest_px = max(_laid_out_width(letter * 100, mono) / 100 for letter in _WIDE)
        self._layouts: dict[tuple[str, float], QTextLayout] = {}
        self.text_px = 0  # how wide the column of the text is
        self.colours: Mapping[int, str] = {}
        self.selected: int | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        height = self.height_px(str(index.data())) if index.column() == TEXT else self.row_px(1)
        return QSize(40, height)

    def row_px(self, rows: int) -> int:
        """How high a line is that takes so many rows of letters."""
        return rows * self._spacing_px + _GAP_PX

    def height_px(self, text: str) -> int:
        """How high a line with this text is."""
        fits = text.isascii() and len(text.expandtabs()) * self._widest_px <= self._room_px()
        return self.row_px(1 if fits else self._laid_out(text).lineCount())

    def _room_px(self) -> float:
        return max(self.text_px - PADDING_PX - 2, 8 * self._letter_px)

    def _laid_out(self, text: str) -> QTextLayout:
        """The text broken into rows, at words where it can be; kept, since most of a table stays when it scrolls."""
        key = text, self._room_px()
        if key not in self._layouts:
            if len(self._layouts) >= _KEPT_LAYOUTS:
                self._layouts.clear()
            self._layouts[key] = self._broken(text)
        return self._layouts[key]

    def _broken(self, text: str) -> QTextLayout:
        wrap = QTextOption()
        wrap.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        wrap.setTabStopDistance(8 * self._letter_px)
        layout = QTextLayout(text, self._mono)
        layout.setTextOption(wrap)
        layout.beginLayout()
        for row in range(_MOST_ROWS):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(self._room_px())
            line.setPosition(QPointF(0, row * self._spacing_px))
        layout.endLayout()
        return layout

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line: Line = index.data(LINE_ROLE)
        box, column = QRect(option.rect), index.column()
        dimmed = self.selected is not None and line.process != self.selected
        painter.save()
        if self.selected is not None and not dimmed:
            painter.fillRect(box, QColor(self.palette_.accent_soft))
        self._mark_current(painter, option, box)
        box.adjust(PADDING_PX, 0, -2, 0)
        if column == TEXT:
            self._paint_text(painter, box, line, dimmed)
        else:
            self._paint_small(painter, option, box, index, line)
        painter.restore()

    def _paint_text(self, painter: QPainter, box: QRect, line: Line, dimmed: bool) -> None:
        colour = self.palette_.muted if dimmed else self.palette_.text
        if line.stream == "stderr":
            colour = self.palette_.bad
            painter.fillRect(box.left() - 5, box.top(), 2, box.height(), QColor(colour))
        painter.setPen(QColor(colour))
        painter.setClipRect(box)
        self._laid_out(line.text).draw(painter, QPointF(box.left(), box.top() + 2))

    def _paint_small(
        self, painter: QPainter, option: QStyleOptionViewItem, box: QRect, index: Index, line: Line
    ) -> None:
        box.setHeight(self.row_px(1))  # beside the first row of the text
        if index.column() == PROCESS:
            swatch = QRect(box.left(), box.center().y() - 5, 4, 11)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.colours.get(line.process or 0, self.palette_.muted)))
            painter.drawRoundedRect(swatch, 2, 2)
            box.adjust(9, 0, 0, 0)
        painter.setPen(QColor(self.palette_.muted))
        painter.setFont(option.font)
        text = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, box.width())
        align = Qt.AlignmentFlag.AlignRight if index.column() == TIME else Qt.AlignmentFlag.AlignLeft
        painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter, text)

    def _mark_current(self, painter: QPainter, option: QStyleOptionViewItem, box: QRect) -> None:
        if option.state & QStyle.StateFlag.State_Selected:
            colour = QColor(self.palette_.accent)
            colour.setAlphaF(0.16)
            painter.fillRect(box, colour)
