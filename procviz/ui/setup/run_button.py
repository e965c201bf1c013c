"""The Run button, which is the Stop button while something runs, and the reason why it cannot be pressed."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from procviz.chart.palette import Palette
from procviz.ui.appearance.icons import SIZE_PX, play_icon, stop_icon
from procviz.wording import _

RUN_KEY = QKeySequence("F5")
STOP_KEY = QKeySequence("Shift+F5")


class RunState(Enum):
    IDLE = "idle"
    RUNNING = "running"
    STOPPING = "stopping"


class RunBox(QWidget):
    """Asks to run or to stop."""

    runWanted = Signal()
    stopWanted = Signal()

    def __init__(self, palette: Palette, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self.state = RunState.IDLE
        self.reason = ""
        self.reason_label = QLabel(self)
        self.reason_label.setProperty("role", "fault")
        self.reason_label.setWordWrap(True)
        self.button = QPushButton(self)
        self.button.setProperty("role", "primary")
        self.button.setIconSize(QSize(SIZE_PX, SIZE_PX))
        self.button.clicked.connect(self._clicked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.reason_label)
        layout.addWidget(self.button)
        self._show()

    @property
    def can_run(self) -> bool:
        """True when pressing Run would run."""
        return self.state is RunState.IDLE and not self.reason

    def show_state(self, state: RunState) -> None:
        """Something runs now, or no longer."""
        self.state = state
        self._show()

    def show_reason(self, reason: str, fault: bool = True) -> None:
        """Why Run cannot be pressed; "" when it can. No `fault`: nothing is wrong, it is merely so."""
        self.reason = reason
        role = "fault" if fault else "small"
        if self.reason_label.property("role") != role:
            self.reason_label.setProperty("role", role)
            self.reason_label.style().unpolish(self.reason_label)
            self.reason_label.style().polish(self.reason_label)
        self._show()

    def show_palette(self, palette: Palette) -> None:
        """Light or dark from now on."""
        self._palette = palette
        self._show()

    def retranslate(self) -> None:
        """Say everything again, in the language in use."""
        self._show()

    def _show(self) -> None:
        idle = self.state is RunState.IDLE
        enabled = self.can_run if idle else self.state is RunState.RUNNING
        colour = self._palette.accent_text if enabled else self._palette.muted
        self.button.setEnabled(enabled)
        self.button.setIcon((play_icon if idle else stop_icon)(colour))
        key = (RUN_KEY if idle else STOP_KEY).toString(QKeySequence.SequenceFormat.NativeText)
        if idle:
            text, tip = _("Run"), self.reason or _("Run exactly the text in the Code tab ({key})").format(key=key)
        elif self.state is RunState.RUNNING:
            text, tip = _("Stop"), _("End everything that this run started ({key})").format(key=key)
        else:
            text, tip = _("Stopping…"), _("Waiting for the last process to end")
        self.button.setText(text)
        self.button.setAccessibleName(text)
        self.button.setToolTip(tip)
        self.button.setAccessibleDescription(tip)
        shown = self.reason if idle else ""
        self.reason_label.setText(shown)
        self.reason_label.setVisible(bool(shown))

    def _clicked(self) -> None:
        (self.runWanted if self.state is RunState.IDLE else self.stopWanted).emit()
