"""Opening the window, after making sure that Qt will find a screen: it aborts the process where it does not."""

from __future__ import annotations

import ctypes
import importlib.util
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
        _require_plugin()
        from procviz.ui.shell.app import main

        return main(sys.argv[:1], path)
    except ImportError as error:
        raise _missing_library(error) from error


def _require_screen() -> None:
    drawing = os.environ.get("QT_QPA_PLATFORM", "")
    if sys.platform != "linux" or drawing not in ("", "xcb", "wayland"):
        return
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        raise Problem(ProblemKind.NO_SCREEN)


def _require_plugin() -> None:
    """Load what Qt will load for an X screen: where a library is missing for it Qt aborts, and names the wrong one."""
    if sys.platform != "linux" or not os.environ.get("DISPLAY") or os.environ.get("QT_QPA_PLATFORM", "xcb") != "xcb":
        return
    found = importlib.util.find_spec("PySide6")
    for folder in (found.submodule_search_locations if found else None) or ():
        plugin = Path(folder, "Qt", "plugins", "platforms", "libqxcb.so")
        if plugin.exists():
            try:
                ctypes.CDLL(str(plugin))
            except OSError as error:
                raise ImportError(str(error)) from error


def _missing_library(error: ImportError) -> Problem:
    """Qt's own libraries come with PySide6; what is missing is the system's, as libGL.so.1."""
    library = str(error).partition(":")[0]
    if ".so" not in library:
        raise error
    from procviz.cli.libraries import packages_for

    return Problem(ProblemKind.QT_LIBRARY_MISSING, libraries=library, packages=packages_for([library]))
