"""Opening the window, after making sure that Qt will find a screen: it aborts the process where it does not."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from procviz.trace.problem import Problem, ProblemKind


def open_window(path: Path | None) -> int:
    """Open the window, with a file in it if one is named; returns when it is closed.

    Raises Problem(NO_SCREEN, QT_LIBRARY_MISSING).
    """
    _require_screen()
    try:
        from procviz.ui.app import main
    except ImportError as error:
        raise _missing_library(error) from error
    return main(sys.argv[:1], path)


def _require_screen() -> None:
    drawing = os.environ.get("QT_QPA_PLATFORM", "")
    if sys.platform != "linux" or drawing not in ("", "xcb", "wayland"):
        return
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        raise Problem(ProblemKind.NO_SCREEN)


def _missing_library(error: ImportError) -> Problem:
    """Qt's own libraries come with PySide6; what is missing is the system's, as libGL.so.1."""
    library = str(error).partition(":")[0]
    if ".so" not in library:
        raise error
    from procviz.cli.libraries import packages_for

    return Problem(ProblemKind.QT_LIBRARY_MISSING, libraries=library, packages=packages_for([library]))
