"""What somebody who helps needs to know about this copy of procviz and its machine, in English whatever the window
speaks. Nothing of what was run or recorded is in it."""

from __future__ import annotations

import os
import platform
import sys

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication

from procviz import __version__
from procviz.places import FROZEN
from procviz.script.pythons import find_interpreters
from procviz.ui.settings import Settings
from procviz.ui.shell.status import short_path
from procviz.wording import language

PARTS = ("PySide6_Essentials", "pyqtgraph", "numpy", "psutil", "msgspec", "Pygments", "platformdirs")
_DESKTOP = ("XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE", "QT_QPA_PLATFORM", "QT_SCALE_FACTOR", "LANG", "LC_ALL")


def versions() -> list[tuple[str, str]]:
    """What procviz is made of, with versions; a part that does not say its own is left out."""
    from importlib.metadata import PackageNotFoundError, version  # not needed at every start, and slow to import

    found = [("procviz", __version__), ("Python", platform.python_version()), ("Qt", qVersion())]
    for part in PARTS:
        try:
            found.append((part.partition("_")[0], version(part)))
        except PackageNotFoundError:
            continue
    return found


def diagnostics(settings: Settings) -> str:
    """One fact per line."""
    facts = versions()
    facts.append(("packaged", "yes" if FROZEN else "no"))
    facts.append(("system", platform.platform()))
    facts.append(("C library", " ".join(platform.libc_ver()) or "unknown"))
    facts.append(("processors", str(os.cpu_count())))
    facts.append(("window system", QGuiApplication.platformName()))
    for number, screen in enumerate(QGuiApplication.screens(), 1):
        size = screen.size()
        facts.append((f"screen {number}", f"{size.width()}x{size.height()} at {screen.devicePixelRatio():g}"))
    facts += [(name, os.environ[name]) for name in _DESKTOP if os.environ.get(name)]
    facts.append(("language", f"{language()} ({settings.language or 'as the desktop'})"))
    facts.append(("colours", settings.scheme))
    facts.append(("samples every", f"{settings.interval_ms} ms"))
    facts.append(("interpreter", short_path(settings.interpreter or "its own")))
    facts.append(("others found", ", ".join(short_path(str(path)) for path in find_interpreters()) or "none"))
    facts.append(("byte order", sys.byteorder))
    return "".join(f"{name}: {value}\n" for name, value in facts)
