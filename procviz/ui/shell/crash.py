"""What happens when procviz itself has a fault: a report on disk, and one dialog that says where. The recorder is a
process of its own, so a run and its recording go on."""

from __future__ import annotations

import contextlib
import faulthandler
import sys
import threading
import time
import traceback
from pathlib import Path
from types import TracebackType
from typing import IO

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox

from procviz.places import log_folder
from procviz.ui import dialogs
from procviz.ui.shell.diagnostics import diagnostics
from procviz.ui.shell.window import Window

KEPT_REPORTS = 20
_FATAL = "fatal.txt"  # where the interpreter itself writes when it cannot go on; one for all windows


class CrashReporter(QObject):
    """Takes every exception that nobody caught, in whichever thread."""

    reported = Signal(object)  # Path

    def __init__(self, window: Window, folder: Path | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._folder = folder
        self._told = False
        self._fatal: IO[str] | None = None
        self.reported.connect(self._tell)

    def watch(self) -> None:
        """From now on. A report that the interpreter left when it died last time is shown."""
        sys.excepthook = self.take
        threading.excepthook = lambda told: self.take(told.exc_type, told.exc_value, told.exc_traceback)
        with contextlib.suppress(OSError):
            folder = self._folder or log_folder()
            self._report_last_end(folder)
            self._fatal = (folder / _FATAL).open("a", encoding="utf-8")
            faulthandler.enable(self._fatal)

    def _report_last_end(self, folder: Path) -> None:
        fatal = folder / _FATAL
        if fatal.exists() and fatal.stat().st_size:
            self.reported.emit(fatal.replace(folder / f"crash-{time.strftime('%Y%m%d-%H%M%S')}.txt"))

    def take(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        """Write an exception down, and have it told; a wish to end is none."""
        if issubclass(kind, (KeyboardInterrupt, SystemExit)):
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        if sys.stderr is not None:
            print(text, file=sys.stderr)
        with contextlib.suppress(OSError):
            self.reported.emit(self._write(text))

    def _write(self, text: str) -> Path:
        folder = self._folder or log_folder()
        for old in sorted(folder.glob("crash-*.txt"))[: -(KEPT_REPORTS - 1)]:
            old.unlink(missing_ok=True)
        path = folder / f"crash-{time.strftime('%Y%m%d-%H%M%S')}.txt"
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S %z')}\n\n{text}\n")
        return path

    def _tell(self, path: Path) -> QMessageBox | None:
        if self._told:
            return None
        self._told = True
        with contextlib.suppress(OSError), path.open("a", encoding="utf-8") as file:
            file.write("\n" + diagnostics(self._window.settings))
        return dialogs.show_crash(self._window, path)

    def stop(self) -> None:
        """Let go of everything, at a regular end."""
        faulthandler.disable()
        sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__
        if self._fatal is not None:
            self._fatal.close()
