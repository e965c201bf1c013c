"""A window through which mutants of recordings go: opened, painted, walked through, hovered, zoomed."""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QPointF, QRectF, QSettings
from PySide6.QtWidgets import QApplication, QMessageBox

from procviz.ui.settings import Settings
from procviz.ui.shell.app import build
from procviz.ui.shell.conductor import Conductor

ZOOMS = (1e3, 1e6, 1e-9)


class Window:
    """One for many mutants."""

    def __init__(self) -> None:
        running = QApplication.instance()
        self._application = running if isinstance(running, QApplication) else QApplication(["procviz"])
        self._conductor: Conductor | None = None
        self._raised: list[BaseException] = []

    def through(self, data: bytes, number: int, folder: Path) -> None:
        """Open it, and look at whatever there is to look at; raises what a painter or a slot raised."""
        self._raised.clear()
        hook, sys.excepthook = sys.excepthook, self._note
        try:
            self._show(data, number, folder)
        finally:
            sys.excepthook = hook
        if self._raised:
            raise self._raised[0]

    def _note(self, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        self._raised.append(error)

    def _show(self, data: bytes, number: int, folder: Path) -> None:
        if self._conductor is None:
            path = folder / "settings.ini"
            self._conductor = build(self._application, Settings(QSettings(str(path), QSettings.Format.IniFormat)))
            self._conductor.window.resize(1280, 760)
            self._conductor.window.show()
        conductor, window = self._conductor, self._conductor.window
        path = folder / f"mutant-{number % 2}.procviz"
        path.write_bytes(data)
        conductor.files.open(path)
        for box in window.findChildren(QMessageBox):
            box.close()
            box.deleteLater()
        scene = window.centre.stage.scene
        if conductor.opened is None or conductor.opened.path != path or scene is None:
            return
        right = window.right
        right.tabs.setCurrentIndex(number % right.tabs.count())
        window.grab()
        self._point(number)
        centre = window.centre
        if scene.rows:
            centre.select(scene.rows[number % len(scene.rows)].upid)
        zoom = ZOOMS[number % len(ZOOMS)]
        moments = [*scene.instants.ts_ns.tolist(), scene.begin_ns, scene.last_ns]
        centre.state.zoom(zoom, float(moments[number % len(moments)]))
        window.grab()
        self._point(number)
        centre.state.fit()
        self._application.processEvents()

    def _point(self, number: int) -> None:
        """The pointer at nine places of each plot and of the names."""
        assert self._conductor is not None
        plots, pointer = self._conductor.window.centre.plots, self._conductor.window.centre.pointer
        for item in (plots.timeline_box, plots.cpu_box, plots.memory_box, plots.labels):
            box: QRectF = item.boundingRect()
            for place in range(9):
                at = QPointF(
                    box.left() + box.width() * (place % 3 + 0.5) / 3, box.top() + box.height() * (place // 3 + 0.5) / 3
                )
                pointer._point(item, at)
        pointer.leave()
