"""Both languages: switched at once, nothing left behind in the other one, every dialog opened once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QDialog,
    QGraphicsScene,
    QLabel,
    QMenu,
    QTabBar,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from procviz.places import LOCALE
from procviz.trace.file import write_recording
from procviz.trace.problem import Problem, ProblemKind
from procviz.ui import dialogs
from procviz.ui.run.player import ListSource
from procviz.ui.shell.about import show_about
from procviz.ui.shell.conductor import Conductor
from procviz.ui.shell.guide import show_guide
from tests.ui.runs import records

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform knows no window manager

HANZI = re.compile(r"[\u4e00-\u9fff]")
SAME_IN_BOTH = re.compile(  # names, numbers, code
    r"|English|Python|procviz|pid|\d+x|[\d\W]+|Count|fork|spawn|forkserver|mine\.py|run\.procviz"
)
has_catalogue = pytest.mark.skipif(
    not (LOCALE / "zh_CN" / "LC_MESSAGES" / "procviz.mo").exists(), reason="the catalogue is not compiled"
)


def texts(widget: QWidget) -> Iterator[str]:
    """Everything a person can read on a widget, hidden or not."""
    for child in widget.findChildren(QWidget):
        if isinstance(child.parent(), QTabBar):
            continue  # Qt's own arrows, never shown
        if isinstance(child, QLabel | QAbstractButton):
            yield child.text()
        if isinstance(child, QTabWidget):
            yield from (child.tabText(index) for index in range(child.count()))
        if isinstance(child, QMenu):
            yield child.title()
        yield child.toolTip()
        yield child.accessibleName()
        yield child.accessibleDescription()
    for action in widget.findChildren(QAction):
        if not isinstance(action.parent(), QGraphicsScene):  # pyqtgraph's, in a menu that is never shown
            yield action.text()


def without_markup(text: str) -> str:
    return re.sub(r"<[^>]*>|&", "", text).strip()


def english_left(widget: QWidget) -> list[str]:
    plain = (without_markup(text) for text in texts(widget))
    return sorted({text for text in plain if not HANZI.search(text) and not SAME_IN_BOTH.fullmatch(text)})


@has_catalogue
@pytest.mark.parametrize("with_recording", [False, True])
def test_the_switch_to_chinese_leaves_no_english_behind(
    conductor: Conductor, tmp_path: Path, with_recording: bool
) -> None:
    if with_recording:
        path = tmp_path / "run.procviz"
        write_recording(path, records(lesson="join")[:-1])
        conductor.files.open(path)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # controls of the script before
    conductor.window.menus.languageChosen.emit("zh_CN")
    assert english_left(conductor.window) == []
    assert HANZI.search(conductor.window.right.lesson.browser.toPlainText())
    conductor.window.menus.languageChosen.emit("en")
    shown = {without_markup(text) for text in texts(conductor.window)}
    assert [text for text in shown if HANZI.search(text) and text != "简体中文"] == []


DIALOGS: dict[str, Callable[[Conductor], QDialog]] = {
    "problem": lambda c: dialogs.show_problem(c.window, Problem(ProblemKind.SCRIPT_MISSING, path="x")),
    "about": lambda c: show_about(c.window, c.window.mono),
    "licences": lambda c: show_about(c.window, c.window.mono).show_licences(),
    "guide": lambda c: show_guide(c.window),
    "crash": lambda c: dialogs.show_crash(c.window, Path("crash.txt")),
    "keys": lambda c: dialogs.show_keys(c.window, c.keys()),
    "export": lambda c: dialogs.open_export_dialog(c.window, Path("x.png"), dark=False),
    "open": lambda c: c.files.ask_to_open(),
    "save recording": lambda c: c.files.ask_to_save_recording("x", bytes),
    "save script": lambda c: c.files.ask_to_save_script(c.desk.script),
}


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("name", DIALOGS)
def test_every_dialog_opens_in_both_languages(conductor: Conductor, name: str, language: str) -> None:
    conductor.window.menus.languageChosen.emit(language)
    dialog = DIALOGS[name](conductor)
    assert dialog.isVisible()
    assert dialog.windowTitle()
    dialog.close()


def test_colours_switch_at_once(conductor: Conductor) -> None:
    window = conductor.window
    window.menus.schemeChosen.emit("dark")
    assert window.theme.palette.dark
    assert window.centre.stage.palette.dark
    window.menus.schemeChosen.emit("light")
    assert not window.centre.stage.palette.dark


def nameless(top: QWidget) -> list[str]:
    """What can have the focus and tells a screen reader nothing: the kind of each."""
    return [
        type(widget).__name__
        for widget in top.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and widget.focusProxy() is None
        and not isinstance(widget.parent(), QAbstractSpinBox)
        and not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()))
    ]


@pytest.fixture
def with_run(conductor: Conductor, tmp_path: Path) -> Conductor:
    """The window with a run in it, as after a run of a lesson."""
    path = tmp_path / "run.procviz"
    write_recording(path, records(lesson="join"))
    conductor.files.open(path)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return conductor


def test_everything_that_can_have_the_focus_has_a_name(with_run: Conductor) -> None:
    tabs = with_run.window.right.tabs
    for index in range(tabs.count()):
        tabs.setCurrentIndex(index)
        assert nameless(with_run.window) == [], tabs.tabText(index)


@pytest.mark.parametrize("name", [name for name in DIALOGS if name not in ("open", "save recording", "save script")])
def test_everything_in_a_dialog_has_a_name(conductor: Conductor, name: str) -> None:
    dialog = DIALOGS[name](conductor)
    assert nameless(dialog) == []
    dialog.close()


def test_tab_goes_from_left_to_right_and_down(conductor: Conductor, qtbot: QtBot) -> None:
    window = conductor.window
    conductor.choose("daemon")
    conductor.player.play(ListSource(records(lesson="daemon")), live=False)
    inputs = window.left.controls.inputs()
    window.activateWindow()
    qtbot.waitUntil(lambda: window.isActiveWindow() and inputs[-1].isVisible())
    window.left.lessons.setFocus()
    names: list[str] = []
    while (at := QApplication.focusWidget()) is not None and names.count("Lessons") < 2:
        names.append(at.accessibleName())
        QTest.keyClick(at, Qt.Key.Key_Tab)
    left = ["Lessons", *(widget.accessibleName() for widget in inputs), "Run"]
    right = ["Fit", "Export", "Timeline and plots", "About the run", "Lesson"]
    assert list(dict.fromkeys(names)) == list(dict.fromkeys([*left, *right]))


def test_a_screen_reader_reads_the_processes_row_by_row(with_run: Conductor) -> None:
    window = with_run.window
    window.right.tabs.setCurrentWidget(window.right.processes)
    table = QAccessible.queryAccessibleInterface(window.right.processes.table)
    told = [table.child(index).text(QAccessible.Text.Name) for index in range(table.childCount())]
    with_header = window.right.processes.table.model().columnCount() + 1
    rows = [told[at + 1 : at + 4] for at in range(0, len(told), with_header)]
    assert rows == [["Name", "pid", "Exit code"], ["main", "100", "0"], ["worker-1", "101", "0"]]
