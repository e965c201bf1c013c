"""The Code tab: the source exactly as it will be run, the sentence about the line at fault, a recording's banner.

What the text means, and which line is at fault, others say.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from procviz.chart.palette import Palette
from procviz.ui.details.source_edit import SourceEdit
from procviz.wording import _


class Code(QWidget):
    """Editor, the sentence about the line at fault, and the banner of an opened recording."""

    textEdited = Signal()  # by the user or by become(), not by load()
    scriptWanted = Signal()  # "use this script"

    def __init__(self, palette: Palette, font: QFont, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = SourceEdit(palette, font, self)
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
