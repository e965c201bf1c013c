"""The Lesson tab: what to look for, what to try and why it is so, as the lesson's author wrote it."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QDesktopServices,
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextTable,
)
from PySide6.QtWidgets import QTextBrowser, QVBoxLayout, QWidget

from procviz.chart.palette import Palette
from procviz.script.lessons import Lesson
from procviz.wording import _, language

TITLE_PX, HEADING_PX = 16, 13
_CHINESE = re.compile("[\u4e00-\u9fff]")
_PROPORTIONAL = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value


class LessonPage(QWidget):
    """Title, summary and body of a lesson, in the language in use."""

    def __init__(self, palette: Palette, mono: QFont, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self._mono = mono
        self._lesson: Lesson | None = None
        self.browser = QTextBrowser(self)
        self.browser.setOpenLinks(False)
        self.browser.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.browser.anchorClicked.connect(QDesktopServices.openUrl)
        self.browser.document().setDocumentMargin(6)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 8, 0, 0)
        layout.addWidget(self.browser)
        self.retranslate()

    def show_lesson(self, lesson: Lesson | None) -> None:
        """Show this lesson's text, or nothing."""
        self._lesson = lesson
        self._render()

    def show_palette(self, palette: Palette) -> None:
        """Light or dark from now on."""
        self._palette = palette
        self._render()

    def retranslate(self) -> None:
        """Say everything again, in the language in use."""
        self.browser.setAccessibleName(_("Lesson"))
        self._render()

    def markdown(self) -> str:
        """What is shown; "" for nothing."""
        if self._lesson is None:
            return ""
        text = self._lesson.text(language())
        return f"# {text.title}\n\n{text.summary}\n\n{text.body}"

    def finish(self, document: QTextDocument) -> None:
        """What is to be done to the document when everything else is."""

    def _render(self) -> None:
        document = self.browser.document()
        document.clear()
        markdown = self.markdown()
        if not markdown:
            return
        document.setDefaultFont(self.font())
        document.setMarkdown(
            markdown, QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
        )
        self._set_type(document)
        self.finish(document)
        self.browser.moveCursor(QTextCursor.MoveOperation.Start)

    def _set_type(self, document: QTextDocument) -> None:
        """Sizes, spacing and the code font: setMarkdown() knows no style sheet."""
        document.setIndentWidth(20)
        code = QTextCharFormat()
        code.setFont(self._mono, QTextCharFormat.FontPropertiesInheritanceBehavior.FontPropertiesSpecifiedOnly)
        cursor = QTextCursor(document)
        for number in range(document.blockCount()):
            block = document.findBlockByNumber(number)
            form = block.blockFormat()
            level = form.headingLevel()
            form.setTopMargin(14 if level and number else 0)
            form.setBottomMargin(4 if level or block.textList() is not None else 8)
            form.setLineHeight(112, _PROPORTIONAL)
            form.setNonBreakableLines(False)
            cursor.setPosition(block.position())
            cursor.setBlockFormat(form)
            if level:
                cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
                cursor.setCharFormat(self._heading(TITLE_PX if level == 1 else HEADING_PX))
            else:
                self._set_code(cursor, block, code)
        for frame in document.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                self._set_table(frame)

    def _set_table(self, table: QTextTable) -> None:
        """A table in the colours of the window, its text a little smaller: the tab is narrow."""
        form = table.format().toTableFormat()
        form.setBorder(1)
        form.setBorderCollapse(True)
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        form.setBorderBrush(QBrush(QColor(self._palette.line)))
        form.setCellPadding(4)
        form.setBottomMargin(4)
        table.setFormat(form)
        cursor, small, tight = table.firstCursorPosition(), QTextCharFormat(), QTextBlockFormat()
        cursor.setPosition(table.lastPosition(), QTextCursor.MoveMode.KeepAnchor)
        small.setProperty(QTextCharFormat.Property.FontPixelSize, self.font().pixelSize() - 1)
        tight.setBottomMargin(0)
        cursor.mergeCharFormat(small)
        cursor.mergeBlockFormat(tight)

    def _heading(self, size_px: int) -> QTextCharFormat:
        font = QFont(self.font())
        font.setPixelSize(size_px)
        font.setWeight(QFont.Weight.DemiBold)
        form = QTextCharFormat()
        form.setFont(font)
        return form

    @staticmethod
    def _set_code(cursor: QTextCursor, block: QTextBlock, code: QTextCharFormat) -> None:
        """Give every stretch of fixed pitch in this block the code font, and no Chinese letter a slant."""
        upright = QTextCharFormat()  # Chinese has no italics: a slanted letter runs into the next one
        upright.setFontItalic(False)
        upright.setFontWeight(QFont.Weight.Bold)
        for stretch in block.textFormats():
            begin, end = stretch.start, stretch.start + stretch.length
            slanted = stretch.format.fontItalic() and _CHINESE.search(block.text()[begin:end])
            if stretch.format.fontFixedPitch() or slanted:
                cursor.setPosition(block.position() + begin)
                cursor.setPosition(block.position() + end, QTextCursor.MoveMode.KeepAnchor)
                cursor.mergeCharFormat(upright if slanted else code)
