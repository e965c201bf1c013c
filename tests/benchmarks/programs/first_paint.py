"""Opens a window ("procviz" or "empty") and prints the moment at which it is painted for the first time."""

from __future__ import annotations

import os
import sys
import time

import PySide6.QtWidgets
from PySide6.QtCore import QEvent, QObject, QTimer


class Watch(QObject):
    """Ends the program when the window was shown to be seen: what is in it is painted while that is handled."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, tell)
        return False


def tell() -> None:
    print(time.monotonic_ns(), flush=True)
    os._exit(0)


class Application(PySide6.QtWidgets.QApplication):
    """Watches every window that is there when the loop begins."""

    def exec(self) -> int:  # type: ignore[override]
        watch = Watch()
        for window in self.topLevelWidgets():
            if window.isVisible():
                window.windowHandle().installEventFilter(watch)
        return super().exec()


def empty() -> None:
    import pyqtgraph as pg

    application = Application([])
    window = PySide6.QtWidgets.QMainWindow()
    window.setCentralWidget(pg.PlotWidget())
    window.resize(1440, 900)
    window.show()
    application.exec()


def procviz() -> None:
    PySide6.QtWidgets.QApplication = Application  # type: ignore[misc]
    sys.argv[:] = ["procviz"]
    from procviz.__main__ import main

    main()


if __name__ == "__main__":
    {"empty": empty, "procviz": procviz}[sys.argv[1]]()
