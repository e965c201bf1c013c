"""The one place that builds the window's objects and hands them to each other.

Most of procviz, pyqtgraph and numpy are imported while it builds them: only then does the collector rest.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import PySide6
from PySide6.QtCore import QSocketNotifier, QTimer
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QIcon
from PySide6.QtWidgets import QApplication

from procviz.places import ICONS
from procviz.ui.garbage_collection import collector_at_rest
from procviz.ui.paint.fonts import load_fonts
from procviz.wording import _

if TYPE_CHECKING:
    from procviz.script.lessons import Lesson
    from procviz.ui.settings import Settings
    from procviz.ui.shell.conductor import Conductor
    from procviz.ui.shell.window import Window

TEXT_PX = 12
FIRST_LESSON = "playground"
# Kinds of widgets for which Windows and macOS name a font of their own; one font for all of the window is quieter.
_WITH_FONTS_OF_THEIR_OWN = (
    b"QMenuBar", b"QMenu", b"QAbstractItemView", b"QHeaderView", b"QMessageBox", b"QStatusBar", b"QTipLabel",
)  # fmt: skip
_FIXED_FAMILIES = ("DejaVu Sans Mono", "Menlo", "Consolas", "Liberation Mono", "Courier New")


def main(argv: list[str], open_path: Path | None) -> int:
    """Show the window, with a file in it if one is named; returns the exit code when it is closed."""
    if is_broken_pair(PySide6.__version__, sys.version_info[:2]):
        print(_broken_pair_text(), file=sys.stderr)
        return 70
    with collector_at_rest():
        _import_numpy()
        from procviz.ui.settings import Settings
        from procviz.ui.shell.crash import CrashReporter
        from procviz.ui.shell.file_events import FileEvents

        application = QApplication(argv)
        conductor = build(application, Settings())
        conductor.window.show()
    if open_path is not None:
        QTimer.singleShot(0, lambda: conductor.files.open(open_path))
    if sys.platform == "darwin":
        FileEvents(application, conductor.files.open)
    reporter = CrashReporter(conductor.window)
    QTimer.singleShot(0, reporter.watch)
    with _closed_by_signals(conductor.window):
        code = application.exec()
    reporter.stop()
    return code


def is_broken_pair(pyside: str, python: tuple[int, ...]) -> bool:
    """True for the PySide6 releases that take a reference from None at every call, where None is not immortal."""
    return tuple(map(int, pyside.split(".")[:2])) >= (6, 12) and python[:2] < (3, 12)


def _broken_pair_text() -> str:
    text = _("PySide6 {pyside} crashes on Python {python}: install PySide6-Essentials 6.11, or use Python 3.12.")
    return text.format(pyside=PySide6.__version__, python=".".join(map(str, sys.version_info[:2])))


def build(application: QApplication, settings: Settings) -> Conductor:
    """A window with everything in it, not shown yet, the first lesson ready to run."""
    from procviz.script.lessons import lesson_ids, load_lesson
    from procviz.ui.appearance.language import Language
    from procviz.ui.appearance.theme import Theme
    from procviz.ui.run.player import Player
    from procviz.ui.run.run_control import RunControl
    from procviz.ui.shell.conductor import Conductor
    from procviz.ui.shell.window import Window
    from procviz.ui.timeline.timeline_card import Centre

    application.setApplicationName("procviz")
    application.setDesktopFileName("procviz")
    application.setWindowIcon(_icon())
    text = _text_font()
    application.setFont(text)
    for kind in _WITH_FONTS_OF_THEIR_OWN:
        QApplication.setFont(text, kind)
    theme = Theme(application, settings.scheme)
    language = Language(application, settings.language)
    lessons = [load_lesson(lesson_id) for lesson_id in lesson_ids()]
    window = Window(settings, theme, language, lessons, Centre(), mono_font())
    theme.setParent(window)
    language.setParent(window)
    conductor = Conductor(window, lessons, Player(window), RunControl(settings))
    conductor.choose(_first(lessons))
    window.left.run.button.setFocus()
    return conductor


def _first(lessons: list[Lesson]) -> str:
    ids = [lesson.id for lesson in lessons]
    return FIRST_LESSON if FIRST_LESSON in ids or not ids else ids[0]


def _icon() -> QIcon:
    icon = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        icon.addFile(str(ICONS / f"procviz-{size}.png"))
    return icon


def _text_font() -> QFont:
    font = QFont()
    font.setFamilies([*load_fonts(), *font.families()])
    font.setPixelSize(TEXT_PX)
    return font


def mono_font() -> QFont:
    """The system's fixed-width font by its true name (Qt cannot mix aliases with families), Chinese behind it."""
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font = QFont()
    font.setFamilies([QFontInfo(system).family(), *_FIXED_FAMILIES, *load_fonts()])
    font.setPixelSize(TEXT_PX)
    font.setStyleHint(QFont.StyleHint.Monospace)
    return font


def _import_numpy() -> None:
    """Without its threads for linear algebra, which nobody needs here and which spin when they are started.

    What procviz runs does not inherit that.
    """
    name = "OPENBLAS_NUM_THREADS"
    ours = name not in os.environ
    if ours:
        os.environ[name] = "1"
    import numpy  # noqa: F401

    if ours:
        del os.environ[name]


@contextmanager
def _closed_by_signals(window: Window) -> Iterator[None]:
    """Ctrl-C in the terminal, or an order to end, closes the window properly.

    Python's handlers do not run inside Qt's loop; a byte in a socket wakes it.
    """
    reading, writing = socket.socketpair()
    for end in (reading, writing):
        end.setblocking(False)
    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read)

    def close() -> None:
        reading.recv(64)
        window.close()

    notifier.activated.connect(close)
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    handlers = {number: signal.signal(number, lambda *_: None) for number in numbers}
    before = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        notifier.setEnabled(False)
        reading.close()
        writing.close()
