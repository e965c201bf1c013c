"""Real programs through the real recorder: to their end, stopped, and with the window closed on them."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from procviz.script.scripts import Script
from procviz.trace.file import read_recording
from procviz.trace.problem import Problem
from procviz.ui.details.output_model import TEXT
from procviz.ui.run.run_control import prune
from procviz.ui.setup.run_button import RunState
from procviz.ui.shell.conductor import Conductor

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform knows no window manager

SHORT = """\
from multiprocessing import Process, set_start_method

COUNT = 2  #@param {type:"slider", min:1, max:8, step:1}


def work(number):
    print("child", number, flush=True)
    raise SystemExit(number)


if __name__ == "__main__":
    set_start_method("fork")
    children = [Process(target=work, args=(number,), name=f"w{number}") for number in range(COUNT)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print("all done", flush=True)
"""
ENDLESS = """\
import time
from multiprocessing import Process, set_start_method

def work():
    print("up", flush=True)
    time.sleep(600)

if __name__ == "__main__":
    set_start_method("fork")
    Process(target=work).start()
    time.sleep(600)
"""
DEADLINE_MS = 20_000


@pytest.fixture
def running(conductor: Conductor, qtbot: QtBot) -> Conductor:
    """An endless program, up and printing."""
    conductor.show_script(Script(ENDLESS, title="endless.py"))
    conductor.run()
    qtbot.waitUntil(lambda: "up" in output_lines(conductor), timeout=DEADLINE_MS)
    return conductor


def output_lines(conductor: Conductor) -> list[str]:
    log = conductor.window.right.output.log
    return [str(log.index(row, TEXT).data()) for row in range(log.rowCount())]


def run_state(conductor: Conductor) -> RunState:
    return conductor.window.left.run.state


def selected(conductor: Conductor) -> int | None:
    return conductor.views.selected


def pids(conductor: Conductor) -> list[int]:
    timeline = conductor.views.timeline
    assert timeline is not None
    return [life.pid for life in timeline.lives.values()]


def test_space_on_the_button_runs_a_program_to_its_end(conductor: Conductor, qtbot: QtBot) -> None:
    conductor.show_script(Script(SHORT, title="short.py"))
    conductor.window.left.controls.controls["COUNT"].valueChosen.emit("COUNT", 3)
    button = conductor.window.left.run.button
    button.setFocus()
    with qtbot.waitSignal(conductor.player.finished, timeout=DEADLINE_MS):
        qtbot.keyClick(button, Qt.Key.Key_Space)  # type: ignore[no-untyped-call]
        assert run_state(conductor) is RunState.RUNNING
    assert run_state(conductor) is RunState.IDLE
    assert button.isEnabled()
    assert sorted(output_lines(conductor)) == ["all done", "child 0", "child 1", "child 2"]
    timeline = conductor.views.timeline
    assert timeline is not None
    assert timeline.finished
    assert not timeline.torn
    assert conductor.window.right.processes.model.rowCount() == len(timeline.lives) >= 4
    assert conductor.window.right.happened.list.count() > 0
    recording = conductor.run_control.recording
    assert recording is not None
    assert read_recording(recording).header.program.parameters == {"COUNT": 3}


def test_stop_ends_everything_at_once(running: Conductor, qtbot: QtBot) -> None:
    started = pids(running)
    with qtbot.waitSignal(running.player.finished, timeout=DEADLINE_MS):
        running.window.left.run.button.click()
        assert run_state(running) is RunState.STOPPING
        assert not running.window.left.run.button.isEnabled()
    assert run_state(running) is RunState.IDLE
    assert not any(psutil.pid_exists(pid) for pid in started)
    timeline = running.views.timeline
    assert timeline is not None
    assert timeline.ended_by == "user"


def test_closing_the_window_ends_everything_before_it_returns(running: Conductor, qapp: QApplication) -> None:
    started = pids(running)
    event = QCloseEvent()
    running.window.closeEvent(event)
    assert event.isAccepted()
    assert not any(psutil.pid_exists(pid) for pid in started)


def test_another_lesson_can_be_read_while_a_program_runs(running: Conductor) -> None:
    running.choose("join")
    assert running.views.timeline is not None
    assert run_state(running) is RunState.RUNNING


def marked_lines(conductor: Conductor) -> list[str]:
    return [mark.cursor.block().text() for mark in conductor.window.right.code.editor.extraSelections()]


def test_selecting_a_process_anywhere_selects_it_everywhere(conductor: Conductor, qtbot: QtBot) -> None:
    conductor.show_script(Script(SHORT, title="short.py"))
    with qtbot.waitSignal(conductor.player.finished, timeout=DEADLINE_MS):
        conductor.run()
    window = conductor.window
    timeline = conductor.views.timeline
    assert timeline is not None
    child = next(life for life in timeline.lives.values() if life.name == "w1")
    window.right.processes.table.selectRow(window.right.processes.model.row_of(child.id))
    assert window.centre.state.view.selected == child.id
    assert selected(conductor) == child.id
    assert marked_lines(conductor) == ["        child.start()"]
    waited = next(one.place for one in timeline.lives[1].instants if one.name == "join")
    window.centre.pointer.clicked.emit(waited)
    assert marked_lines(conductor) == ["        child.join()"]
    window.centre.pointer.clicked.emit(None)
    assert marked_lines(conductor) == ["        child.start()"]
    why = window.right.processes.model.index(window.right.processes.model.row_of(child.id), 3)
    assert why.data(Qt.ItemDataRole.ToolTipRole) == why.data() == "sys.exit()"  # long ones are cut off
    window.centre.state.select(None)
    assert selected(conductor) is None
    rows = {output_lines(conductor)[row]: row for row in range(window.right.output.log.rowCount())}
    window.right.output.selected.emit(window.right.output.log.line(rows["child 1"]).process)
    assert window.centre.state.view.selected == child.id


def test_an_interpreter_that_is_none_is_said_before_anything_runs(conductor: Conductor, tmp_path: Path) -> None:
    conductor.show_script(Script(SHORT, title="short.py"))
    conductor.window.settings.interpreter = str(tmp_path / "python")
    shown: list[Problem] = []
    conductor.window.problemShown.connect(shown.append)
    conductor.run()
    assert len(shown) == 1
    assert run_state(conductor) is RunState.IDLE
    conductor.use_interpreter(None)
    assert conductor.window.settings.interpreter is None


def test_old_recordings_make_room(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"2024010{number}.procviz").touch()
    prune(tmp_path, keep=2)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["20240104.procviz", "20240105.procviz"]
