"""Help: the guide with its pictures, the licences, what is copied for whoever helps, and what a fault leaves."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from procviz import __version__
from procviz.places import GUIDE
from procviz.ui.shell.about import licence_texts
from procviz.ui.shell.conductor import Conductor
from procviz.ui.shell.crash import CrashReporter
from procviz.ui.shell.guide import show_guide

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform knows no window manager


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_guide_has_its_pictures(conductor: Conductor, language: str) -> None:
    conductor.window.menus.languageChosen.emit(language)
    guide = show_guide(conductor.window)
    markdown = guide.page.markdown()
    assert "# " in markdown
    names = [part.partition(")")[0] for part in markdown.split("](")[1:]]
    assert names
    for name in names:
        assert not QImage(str((GUIDE / name).resolve())).isNull()
    shown = guide.page.browser.toHtml().split("<img ")[1:]
    assert len(shown) == len(names)
    guide.close()


def test_the_guide_follows_the_language(conductor: Conductor) -> None:
    guide = show_guide(conductor.window)
    conductor.window.menus.languageChosen.emit("zh_CN")
    assert "使用指南" in guide.page.browser.toPlainText()
    guide.close()


def test_diagnostics_name_versions_and_hold_no_program(conductor: Conductor) -> None:
    conductor.copy_diagnostics()
    text = QGuiApplication.clipboard().text()
    assert f"procviz: {__version__}\n" in text
    assert "numpy: " in text
    assert conductor.desk.script.source not in text


def test_licences_begin_with_our_own() -> None:
    texts = licence_texts()
    assert next(iter(texts)) == "procviz"
    assert all(text.strip() for text in texts.values())


def test_a_fault_leaves_a_report_and_one_dialog(conductor: Conductor, tmp_path: Path, qtbot: QtBot) -> None:
    reporter = CrashReporter(conductor.window, tmp_path)
    for number in range(2):
        error = ValueError(f"fault {number}")
        thread = threading.Thread(target=reporter.take, args=(ValueError, error, None))
        thread.start()
        thread.join()
    qtbot.waitUntil(lambda: bool(_boxes()))
    (box,) = _boxes()
    (path,) = tmp_path.glob("crash-*.txt")
    assert str(path) in box.informativeText()
    assert "fault 0" in path.read_text()
    assert f"procviz: {__version__}" in path.read_text()
    box.close()


def _boxes() -> list[QMessageBox]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox) and one.isVisible()]


DIES = """
import os, signal, sys
from pathlib import Path
from procviz.ui.shell import app
from PySide6.QtCore import QTimer
class Application(app.QApplication):
    def exec(self):
        QTimer.singleShot(200, lambda: os.kill(os.getpid(), signal.SIGSEGV))
        return super().exec()
app.QApplication = Application
sys.exit(app.main(["procviz"], None))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends itself a signal")
def test_the_interpreters_own_end_is_told_at_the_next_start(
    conductor: Conductor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    told = subprocess.run([sys.executable, "-c", DIES], capture_output=True, text=True, timeout=60)
    assert told.returncode == -11, told.stderr
    (fatal,) = tmp_path.rglob("fatal.txt")
    assert "Segmentation fault" in fatal.read_text()
    reporter = CrashReporter(conductor.window, fatal.parent)
    reporter.watch()
    reporter.stop()
    (box,) = _boxes()
    assert "crash-" in box.informativeText()
    assert "Segmentation fault" in next(fatal.parent.glob("crash-*.txt")).read_text()
    box.close()
