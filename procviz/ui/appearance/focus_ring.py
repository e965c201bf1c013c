"""A frame that shows when the widget in it has the keyboard: by Tab or by itself, not after a click."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from procviz.chart.palette import Palette

RING_PX = 2
PASSING = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)


class FocusRing(QFrame):
    """Holds one widget and watches its focus."""

    def __init__(self, inner: QWidget) -> None:
        super().__init__()
        self.setObjectName("ring")
        column = QVBoxLayout(self)
        column.setContentsMargins(RING_PX, RING_PX, RING_PX, RING_PX)
        column.addWidget(inner)
        inner.installEventFilter(self)

    def restyle(self, palette: Palette) -> None:
        self.setStyleSheet(
            f"#ring {{ border: {RING_PX}px solid transparent; border-radius: 6px; }}"
            f'#ring[lit="true"] {{ border-color: {palette.accent}; }}'
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.reason() not in PASSING:
            self._light(event.gotFocus() and event.reason() is not Qt.FocusReason.MouseFocusReason)
        return False

    def _light(self, lit: bool) -> None:
        if self.property("lit") != lit:
            self.setProperty("lit", lit)
            self.style().unpolish(self)
            self.style().polish(self)
