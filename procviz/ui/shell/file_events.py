"""On macOS a double-clicked file does not come on the command line: the system sends an event to the running app."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication


class FileEvents(QObject):
    """Hands every file that the system wants opened to `opener`."""

    def __init__(self, application: QApplication, opener: Callable[[Path], None]) -> None:
        super().__init__(application)
        self._opener = opener
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.file():
            self._opener(Path(event.file()))
            return True
        return super().eventFilter(watched, event)
