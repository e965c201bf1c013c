"""The window's own tool tip: stays beside the pointer, on the screen, and changes without flicker."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from procviz.chart.palette import Palette

DELAY_MS = 220  # before the first one; from one thing to the next there is no delay
AWAY_PX = QPoint(16, 18)
WIDEST_PX = 460


class HoverTip(QLabel):
    """One label in a window of its own that never takes focus or clicks."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.ToolTip | Qt.WindowType.WindowTransparentForInput)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setObjectName("hover")
        self._at = QPoint()
        self._delay = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._delay.timeout.connect(self._appear)

    def restyle(self, palette: Palette) -> None:
        self.setStyleSheet(
            f"#hover {{ background: {palette.card}; color: {palette.text}; border: 1px solid {palette.muted};"
            " padding: 8px 10px; font-size: 12px; }"
        )

    def show_text(self, html: str, at: QPoint) -> None:
        """Show this beside a point of the screen; an empty text hides it."""
        if not html:
            self.leave()
            return
        self._at = at
        if html != self.text():
            self.setText(html)
            self._fit()
        if self.isVisible():
            self.move(self._place())
        elif not self._delay.isActive():
            self._delay.start()

    def leave(self) -> None:
        """Nothing is pointed at any more."""
        self._delay.stop()
        self.hide()

    def _appear(self) -> None:
        self._fit()
        self.move(self._place())
        self.show()

    def _fit(self) -> None:
        self.setWordWrap(False)
        wanted = self.sizeHint().width()
        if wanted > WIDEST_PX:
            self.setWordWrap(True)
            self.setFixedWidth(WIDEST_PX)
        else:
            self.setMinimumWidth(0)
            self.setMaximumWidth(WIDEST_PX)
        self.adjustSize()

    def _place(self) -> QPoint:
        """Right below the pointer, or on its other side where the screen ends."""
        screen = QGuiApplication.screenAt(self._at) or QGuiApplication.primaryScreen()
        area, size = screen.availableGeometry(), self.size()
        x, y = self._at.x() + AWAY_PX.x(), self._at.y() + AWAY_PX.y()
        if x + size.width() > area.right():
            x = self._at.x() - AWAY_PX.x() - size.width()
        if y + size.height() > area.bottom():
            y = self._at.y() - AWAY_PX.y() - size.height()
        return QPoint(max(x, area.left()), max(y, area.top()))
