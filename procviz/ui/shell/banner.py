"""A quiet line above the timeline for what its reader must know: a recording that was cut, events that were lost."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget


class Banner(QFrame):
    """Shows a few sentences, or is not there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self.label = QLabel(self)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 12, 7)
        row.addWidget(self.label, 1)
        self.hide()

    def say(self, sentences: list[str]) -> None:
        """Show these sentences; none hides the banner."""
        self.label.setText("\n".join(sentences))
        self.setVisible(bool(sentences))
