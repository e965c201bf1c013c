"""The Code tab: the source exactly as it will be run, with line numbers, colours and the line that is at fault.

It knows text, lines and marks; what the text means, and which line is at fault, others say.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QTextEdit, QVBoxLayout, QWidget

from procviz.chart.palette import Palette
from procviz.ui.highlight import PythonHighlighter
from procviz.wording import _

_GUTTER_PADDING_PX = 8


class _Gutter(QWidget):
    """The line numbers; the editor paints them."""

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor

    def sizeHint(self) -> QSize:
        return QSize(self._editor.gutter_px(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._editor.paint_gutter(QPainter(self), event.rect())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._editor.go_to_y(round(event.position().y()))


class Editor(QPlainTextEdit):
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
        self._highlighter = PythonHighlighter(self.document(), palette)
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

    def keyPressEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        self._edit_owner = None
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


class Code(QWidget):
    """Editor, the sentence about the line at fault, and the banner of an opened recording."""

    textEdited = Signal()  # by the user or by become(), not by load()
    scriptWanted = Signal()  # "use this script"

    def __init__(self, palette: Palette, font: QFont, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = Editor(palette, font, self)
        self._fault_line = 0
        self._banner_text = ""
        self._banner = self._make_banner()
        self._strip = self._make_strip()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._banner)
        layout.addWidget(self.editor, 1)
        layout.addWidget(self._strip)
        self._loading = False
        self.editor.textChanged.connect(self._text_changed)
        self.retranslate()

    def _make_banner(self) -> QFrame:
        banner = QFrame(self)
        banner.setProperty("role", "banner")
        self._banner_label = QLabel(banner)
        self._banner_label.setWordWrap(True)
        self._use = QPushButton(banner)
        self._use.clicked.connect(self.scriptWanted)
        row = QHBoxLayout(banner)
        row.setContentsMargins(10, 6, 6, 6)
        row.addWidget(self._banner_label, 1)
        row.addWidget(self._use)
        banner.hide()
        return banner

    def _make_strip(self) -> QFrame:
        strip = QFrame(self)
        strip.setProperty("role", "alarm")
        self._strip_label = QLabel(strip)
        self._strip_label.setWordWrap(True)
        self._go = QPushButton(strip)
        self._go.setProperty("role", "link")
        self._go.clicked.connect(lambda: self.editor.go_to_line(self._fault_line))
        row = QHBoxLayout(strip)
        row.setContentsMargins(10, 4, 4, 4)
        row.addWidget(self._strip_label, 1)
        row.addWidget(self._go)
        strip.hide()
        return strip

    @property
    def fault(self) -> str:
        """What is said under the code; "" when all is well."""
        return self._strip_label.text()

    def load(self, text: str, banner: str = "") -> None:
        """Show another text; with a banner it can be read only."""
        self._loading = True
        self.editor.load(text)
        self._loading = False
        self.editor.setReadOnly(bool(banner))
        self.show_banner(banner)
        self.show_fault(None)

    def show_banner(self, banner: str) -> None:
        """Say this above the code; "" for nothing."""
        self._banner_label.setText(banner)
        self._banner.setVisible(bool(banner))

    def show_fault(self, fault: tuple[int, str] | None) -> None:
        """Mark a line (1-based) and say what is wrong with it."""
        self._fault_line = fault[0] if fault else 0
        self._strip_label.setText(fault[1] if fault else "")
        self._strip.setVisible(fault is not None)
        self.editor.mark_fault(self._fault_line)

    def retranslate(self) -> None:
        """Say everything again, in the language in use."""
        self.editor.setAccessibleName(_("Code"))
        self._use.setText(_("Use this script"))
        self._use.setToolTip(_("Make the script of this recording the one that Run runs"))
        self._go.setText(_("Show line"))

    def _text_changed(self) -> None:
        if not self._loading:
            self.textEdited.emit()


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
