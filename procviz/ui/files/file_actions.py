"""Everything that opens or writes files for the window, each through a dialog that does not block."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from procviz.script.scripts import Script
from procviz.trace.problem import Problem, ProblemKind
from procviz.trace.timeline import Timeline
from procviz.ui import dialogs
from procviz.ui.dialogs import ExportChoice, ExportDialog
from procviz.ui.files.opening import OpenedRecording, open_path
from procviz.ui.garbage_collection import collector_at_rest
from procviz.ui.settings import Settings
from procviz.wording import _


class Files(QObject):
    """Asks where, does it, and tells what came of it."""

    scriptOpened = Signal(object)  # Script
    recordingOpened = Signal(object)  # OpenedRecording
    failed = Signal(object)  # Problem
    done = Signal(str)  # a sentence for the status line

    def __init__(self, window: QWidget, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings

    def open(self, path: Path) -> None:
        """Open a script or a recording."""
        with collector_at_rest():
            try:
                opened = open_path(path)
            except Problem as problem:
                self.failed.emit(problem)
                return
            self._settings.add_recent(path)
            self._settings.folder = path.absolute().parent
            (self.recordingOpened if isinstance(opened, OpenedRecording) else self.scriptOpened).emit(opened)

    def ask_to_open(self) -> QFileDialog:
        """Let the user choose a file to open."""
        everything = _("Scripts, recordings and exported pictures")
        filters = (f"{everything} (*.py *.pyw *.procviz *.png)", _("All files") + " (*)")
        dialog = dialogs.ask_for_file(self._window, _("Open"), self._settings.folder, filters)
        dialog.fileSelected.connect(lambda name: self.open(Path(name)))
        return dialog

    def ask_to_save_recording(self, name: str, data: Callable[[], bytes]) -> QFileDialog:
        """Let the user choose where the recording goes; `data` gives its bytes when they are needed."""
        path = self._settings.folder / f"{name}.procviz"
        dialog = dialogs.ask_where_to_save(self._window, _("Save recording"), path, _("Recordings") + " (*.procviz)")
        dialog.fileSelected.connect(lambda chosen: self.save(Path(chosen), data))
        return dialog

    def ask_to_save_script(self, script: Script) -> QFileDialog:
        """Let the user choose where the script goes."""
        name = script.path.name if script.path else f"{script.lesson or 'script'}.py"
        folder = script.path.parent if script.path else self._settings.folder
        dialog = dialogs.ask_where_to_save(self._window, _("Save script"), folder / name, _("Python") + " (*.py)")
        dialog.fileSelected.connect(lambda chosen: self.save(Path(chosen), script.source.encode))
        return dialog

    def ask_to_export(
        self, name: str, timeline: Timeline, data: Callable[[], bytes | None], dark: bool
    ) -> ExportDialog:
        """Let the user choose which picture to write; a PNG carries the recording's bytes."""
        dialog = dialogs.open_export_dialog(self._window, self._settings.folder / f"{name}.procviz.png", dark)
        dialog.chosen.connect(lambda choice: self.export(choice, timeline, data))
        return dialog

    def save(self, path: Path, data: Callable[[], bytes]) -> None:
        """Write bytes to a file, whole or not at all."""
        self._attempt(path, lambda: _write(path, data()))

    def export(self, choice: ExportChoice, timeline: Timeline, data: Callable[[], bytes | None]) -> None:
        """Write the picture."""
        from procviz.ui.files.picture_export import export_picture

        self._attempt(
            choice.path,
            lambda: export_picture(timeline, choice.path, scale=choice.scale, dark=choice.dark, recording=data()),
        )

    def _attempt(self, path: Path, write: Callable[[], object]) -> None:
        try:
            write()
        except Problem as problem:
            self.failed.emit(problem)
        except OSError as error:
            self.failed.emit(_unwritable(path, error))
        else:
            self._settings.folder = path.absolute().parent
            self.done.emit(_("Written: {path}").format(path=path))


def _write(path: Path, data: bytes) -> None:
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _unwritable(path: Path, error: OSError) -> Problem:
    if error.errno == errno.ENOSPC:
        return Problem(ProblemKind.DISK_FULL, path=str(path))
    return Problem(ProblemKind.OUTPUT_UNWRITABLE, path=str(path), reason=error.strerror or str(error))
