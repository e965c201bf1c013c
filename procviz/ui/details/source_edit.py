"""An editor for source text: line numbers, colours and two marked lines. What the text means it does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QTextBlock,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from procviz.chart.palette import Palette

if TYPE_CHECKING:
    from procviz.ui.details.highlight import PythonHighlighter

INDENT = 4
_GUTTER_PADDING_PX = 8


class _Gutter(QWidget):
    """The line numbers; the editor paints them."""

    def __init__(self, editor: SourceEdit) -> None:
        super().__init__(editor)
        self._editor = editor

    def sizeHint(self) -> QSize:
        return QSize(self._editor.gutter_px(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._editor.paint_gutter(QPainter(self), event.rect())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._editor.go_to_y(round(event.position().y()))


class SourceEdit(QPlainTextEdit):
    """A plain text editor with a gutter and two marks: the line at fault, and the line of the selected process."""

    def __init__(self, palette: Palette, font: QFont, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self._fault_line = 0
        self._marked_line = 0
        self._edit_owner: object = None
        self.setFont(font)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        self.setTabChangesFocus(False)
        self._gutter = _Gutter(self)
        self._highlighter: PythonHighlighter | None = None
        self.blockCountChanged.connect(self._fit_gutter)
        self.updateRequest.connect(self._update_gutter)
        self._fit_gutter()

    @property
    def text(self) -> str:
        """The text, character by character (toPlainText() would turn no-break spaces into spaces)."""
        return self.document().toRawText().replace("\u2029", "\n")

    def load(self, text: str) -> None:
        """Another text altogether: nothing to undo, nothing marked."""
        self._edit_owner = None
        self._fault_line = self._marked_line = 0
        self.setPlainText(text)

    def become(self, text: str, owner: object = None) -> None:
        """Turn into this text by replacing only what differs; undo takes back one owner's edits in a row at once."""
        old = self.text
        begin = _common(old, text)
        tail = _common(old[begin:][::-1], text[begin:][::-1])
        cursor = QTextCursor(self.document())
        joins = owner is not None and owner == self._edit_owner and self.document().isUndoAvailable()
        if joins:
            cursor.joinPreviousEditBlock()
        else:
            cursor.beginEditBlock()
        cursor.setPosition(_units(old[:begin]))
        cursor.setPosition(_units(old[: len(old) - tail]), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text[begin : len(text) - tail])
        cursor.endEditBlock()
        self._edit_owner = owner

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """A file that is dropped is opened by the window, not written down here by its name."""
        return not source.hasUrls() and super().canInsertFromMimeData(source)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tab indents as Python is indented; so Esc goes on to the next control, else no key would."""
        self._edit_owner = None
        if event.key() == Qt.Key.Key_Escape:
            QWidget.focusNextPrevChild(self, True)
        elif event.key() == Qt.Key.Key_Tab and not event.modifiers():
            cursor = self.textCursor()
            cursor.insertText(" " * (INDENT - cursor.positionInBlock() % INDENT))
        else:
            super().keyPressEvent(event)

    # marks

    def mark_fault(self, line: int) -> None:
        """Mark this line (1-based) as the one at fault; 0 for none."""
        if line != self._fault_line:
            self._fault_line = line
            self._show_marks()

    def mark_line(self, line: int) -> None:
        """Mark this line as the one that is talked about, and bring it into view; 0 for none."""
        if line != self._marked_line:
            self._marked_line = line
            self._show_marks()
        if line:
            self._show_line(line)

    def go_to_line(self, line: int) -> None:
        """Put the cursor at the beginning of this line and bring it into view."""
        self.setTextCursor(QTextCursor(self._block(line)))
        self._show_line(line)
        self.setFocus()

    def _show_line(self, line: int) -> None:
        first = self.firstVisibleBlock().blockNumber() + 1
        visible = self.viewport().height() // max(1, self.fontMetrics().lineSpacing())
        if not first <= line < first + visible - 1:
            self.verticalScrollBar().setValue(max(0, line - visible // 3))

    def _block(self, line: int) -> QTextBlock:
        document = self.document()
        return document.findBlockByNumber(min(max(line, 1), document.blockCount()) - 1)

    def _show_marks(self) -> None:
        marks = []
        for line, colour in (
            (self._marked_line, self._palette.accent_soft),
            (self._fault_line, self._palette.bad_soft),
        ):
            if line:
                mark = QTextEdit.ExtraSelection()
                mark.cursor = QTextCursor(self._block(line))
                mark.format.setBackground(QColor(colour))
                mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
                marks.append(mark)
        self.setExtraSelections(marks)
        self._gutter.update()

    # look

    def show_palette(self, palette: Palette) -> None:
        """Light or dark from now on."""
        self._palette = palette
        if self._highlighter is not None:
            self._highlighter.show_palette(palette)
        self._show_marks()

    def gutter_px(self) -> int:
        """How wide the line numbers are."""
        digits = max(2, len(str(self.blockCount())))
        return 2 * _GUTTER_PADDING_PX + digits * self.fontMetrics().horizontalAdvance("9")

    def go_to_y(self, y: int) -> None:
        """Put the cursor on the line at this height."""
        self.setTextCursor(self.cursorForPosition(QPoint(0, y)))
        self.setFocus()

    def paint_gutter(self, painter: QPainter, area: QRect) -> None:
        """Draw the line numbers of the lines in this area."""
        painter.setFont(self.font())
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= area.bottom():
            height = self.blockBoundingRect(block).height()
            line = block.blockNumber() + 1
            faulty = line == self._fault_line
            if faulty:
                painter.fillRect(0, int(top), self._gutter.width(), int(height), QColor(self._palette.bad_soft))
            painter.setPen(QColor(self._palette.bad if faulty else self._palette.muted))
            box = QRect(0, int(top), self._gutter.width() - _GUTTER_PADDING_PX, int(height))
            painter.drawText(box, Qt.AlignmentFlag.AlignRight, str(line))
            block, top = block.next(), top + height

    def showEvent(self, event: QShowEvent) -> None:
        if self._highlighter is None:  # Pygments takes its time, and the first tab to be seen is another one
            from procviz.ui.details.highlight import PythonHighlighter

            self._highlighter = PythonHighlighter(self.document(), self._palette)
        super().showEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        area = self.contentsRect()
        self._gutter.setGeometry(QRect(area.left(), area.top(), self.gutter_px(), area.height()))

    def _fit_gutter(self) -> None:
        self.setViewportMargins(self.gutter_px(), 0, 0, 0)

    def _update_gutter(self, area: QRect, dy: int) -> None:
        if dy:
            self._gutter.scroll(0, dy)
        else:
            self._gutter.update(0, area.y(), self._gutter.width(), area.height())


def _common(first: str, second: str) -> int:
    """Length of what both begin with."""
    least = min(len(first), len(second))
    if first[:least] == second[:least]:
        return least
    low, high = 0, least
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if first[:middle] == second[:middle] else (low, middle)
    return low


def _units(text: str) -> int:
    """Length as Qt counts it: in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
