"""The user guide in a window of its own, so that it can stay open beside the work it explains."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QTextBlockFormat, QTextDocument, QTextImageFormat
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from procviz.chart.palette import Palette
from procviz.places import GUIDE
from procviz.ui.details.lesson_tab import LessonPage
from procviz.ui.dialogs import resize_to_fit
from procviz.ui.shell.window import Window
from procviz.wording import _, language

SIZE_PX = (760, 720)
PICTURE_PX = 690


class GuidePage(LessonPage):
    """The guide's text, laid out as a lesson is."""

    def markdown(self) -> str:
        """The guide in the language in use."""
        self.browser.setSearchPaths([str(GUIDE)])
        path = GUIDE / f"{language()}.md"
        return (path if path.is_file() else GUIDE / "en.md").read_text(encoding="utf-8")

    def retranslate(self) -> None:
        """Say everything again, in the language in use."""
        super().retranslate()
        self.browser.setAccessibleName(_("User guide"))

    def finish(self, document: QTextDocument) -> None:
        """Pictures are as wide as the page."""
        cursor = self.browser.textCursor()
        block = document.begin()
        while block.isValid():
            for stretch in block.textFormats():
                if stretch.format.isImageFormat():
                    form = QTextImageFormat(stretch.format.toImageFormat())
                    form.setWidth(PICTURE_PX)
                    cursor.setPosition(block.position() + stretch.start)
                    cursor.setPosition(block.position() + stretch.start + stretch.length, cursor.MoveMode.KeepAnchor)
                    cursor.setCharFormat(form)
                    shape = block.blockFormat()
                    shape.setLineHeight(0, QTextBlockFormat.LineHeightTypes.SingleHeight.value)
                    cursor.setBlockFormat(shape)
            block = block.next()


class Guide(QDialog):
    """A frame around the page."""

    def __init__(self, parent: QWidget, palette: Palette, mono: QFont) -> None:
        super().__init__(parent)
        self.setWindowFlag(Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        resize_to_fit(self, *SIZE_PX)
        self.page = GuidePage(palette, mono, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 8)
        layout.addWidget(self.page)
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything again, in the language in use."""
        self.setWindowTitle(_("User guide"))
        self.page.retranslate()


def show_guide(window: Window) -> Guide:
    """Open it; it stays in step with the window's language."""
    guide = Guide(window, window.theme.palette, window.mono)
    window.language.changed.connect(guide.retranslate)
    guide.show()
    return guide
