"""Opening: recordings whole, cut and foreign, pictures, scripts; and what can be done with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QFileOpenEvent
from PySide6.QtWidgets import QApplication, QMessageBox

from procviz.trace.file import write_recording
from procviz.trace.problem import Problem, ProblemKind
from procviz.ui.details.output_model import TEXT
from procviz.ui.dialogs import ExportDialog
from procviz.ui.shell.conductor import Conductor
from procviz.ui.shell.file_events import FileEvents
from tests.ui.runs import SOURCE, records
from tests.users import ordinary_user

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform knows no window manager


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "run.procviz"
    write_recording(path, records())
    return path


def output_lines(conductor: Conductor) -> list[str]:
    log = conductor.window.right.output.log
    return [str(log.index(row, TEXT).data()) for row in range(log.rowCount())]


def problems(conductor: Conductor) -> list[str]:
    boxes = conductor.window.findChildren(QMessageBox)
    return [box.text() for box in boxes if box.isVisible()]


def test_an_opened_recording_shows_everything(conductor: Conductor, saved: Path) -> None:
    conductor.files.open(saved)
    window = conductor.window
    assert window.right.code.editor.text == SOURCE
    assert window.right.code.editor.isReadOnly()
    assert list(window.left.controls.controls) == ["COUNT"]
    assert not window.left.controls.controls["COUNT"].editor.isEnabled()
    assert output_lines(conductor) == ["hello from main", "hello from the child"]
    assert window.right.processes.model.rowCount() == 2
    assert window.centre.stage.scene is not None
    assert len(window.centre.stage.scene.rows) == 2
    assert not window.left.run.button.isEnabled()
    assert window.left.run.reason
    assert not window.banner.isVisible()
    assert "run.procviz" in window.windowTitle()
    assert window.settings.recent == [saved]


def test_its_script_can_be_used(conductor: Conductor, saved: Path) -> None:
    conductor.files.open(saved)
    conductor.window.right.code.scriptWanted.emit()
    editor = conductor.window.right.code.editor
    assert editor.text == SOURCE
    assert not editor.isReadOnly()
    assert conductor.window.left.run.can_run
    assert conductor.window.left.controls.controls["COUNT"].editor.isEnabled()


def test_a_cut_recording_opens_up_to_the_cut_and_says_so(conductor: Conductor, saved: Path) -> None:
    saved.write_bytes(saved.read_bytes()[:-170])
    conductor.files.open(saved)
    assert conductor.window.banner.isVisible()
    assert conductor.window.right.processes.model.rowCount() == 2
    conductor.choose("playground")
    assert not conductor.window.banner.isVisible()


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("empty.procviz", b"", ProblemKind.RECORDING_EMPTY),
        ("foreign.procviz", b"\x89PNG not at all", ProblemKind.RECORDING_FOREIGN),
        ("newer.procviz", b'{"k":"header","format":99}\n', ProblemKind.RECORDING_NEWER),
        ("picture.png", b"\x89PNG\r\n\x1a\n", ProblemKind.PICTURE_WITHOUT_RECORDING),
        ("bytes.py", b"\0\1\2", ProblemKind.SCRIPT_BINARY),
        ("latin.py", b"x = '\xe9'\n", ProblemKind.SCRIPT_NOT_UTF8),
    ],
)
def test_what_cannot_be_opened_is_said_in_a_sentence_and_nothing_is_lost(
    conductor: Conductor, tmp_path: Path, name: str, data: bytes, kind: ProblemKind
) -> None:
    before = conductor.window.right.code.editor.text
    path = tmp_path / name
    path.write_bytes(data)
    failures: list[Problem] = []
    conductor.files.failed.connect(failures.append)
    conductor.files.open(path)
    assert [failure.kind for failure in failures] == [kind]
    assert len(problems(conductor)) == 1
    assert name in problems(conductor)[0]
    assert conductor.window.right.code.editor.text == before
    assert conductor.window.settings.recent == []


@pytest.mark.parametrize("name", ["shut.procviz", "shut.png"])
def test_what_may_not_be_read_is_not_called_missing(conductor: Conductor, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"?")
    path.chmod(0)
    failures: list[Problem] = []
    conductor.files.failed.connect(failures.append)
    with ordinary_user():
        conductor.files.open(path)
    assert [failure.kind for failure in failures] == [ProblemKind.RECORDING_UNREADABLE]
    assert name in problems(conductor)[0]
    assert "Permission denied" in problems(conductor)[0]


@pytest.mark.parametrize("name", ["folder.procviz", "folder.png", "folder"])
def test_a_folder_is_called_a_folder(conductor: Conductor, tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    failures: list[Problem] = []
    conductor.files.failed.connect(failures.append)
    conductor.files.open(tmp_path / name)
    assert [failure.kind for failure in failures] == [ProblemKind.RECORDING_IS_FOLDER]


def test_recent_files_in_a_folder_that_was_shut_are_left_out(conductor: Conductor, saved: Path) -> None:
    conductor.files.open(saved)
    saved.parent.chmod(0)
    with ordinary_user():
        assert conductor.window.settings.recent == []
        assert conductor.window.settings.folder == Path.home()
    saved.parent.chmod(0o700)


def test_a_script_is_opened_and_can_be_come_back_to(conductor: Conductor, tmp_path: Path) -> None:
    path = tmp_path / "own.py"
    path.write_text(SOURCE)
    conductor.files.open(path)
    window = conductor.window
    assert window.right.code.editor.text == SOURCE
    assert not window.right.tabs.isTabVisible(0)  # no lesson, no lesson's text
    assert window.left.lessons.currentItem().text() == "own.py"
    window.left.lessons.setCurrentRow(1)
    assert window.right.tabs.isTabVisible(0)
    window.left.lessons.setCurrentRow(0)
    assert window.right.code.editor.text == SOURCE


def test_a_dropped_file_is_opened(conductor: Conductor, saved: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(saved))])
    both = Qt.DropAction.MoveAction | Qt.DropAction.CopyAction
    drop = QDropEvent(QPointF(10, 10), both, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier)
    conductor.window.dropEvent(drop)
    assert conductor.opened is not None
    assert conductor.opened.path == saved
    assert drop.dropAction() == Qt.DropAction.CopyAction, "a file manager takes away what was moved"
    assert not conductor.window.right.code.editor.canInsertFromMimeData(data), "it would write the name down"


def test_a_recording_is_saved_elsewhere_byte_for_byte(conductor: Conductor, saved: Path, tmp_path: Path) -> None:
    conductor.files.open(saved)
    dialog = conductor.files.ask_to_save_recording("copy", conductor._recording_bytes)
    dialog.fileSelected.emit(str(tmp_path / "copy.procviz"))
    assert (tmp_path / "copy.procviz").read_bytes() == saved.read_bytes()
    dialog.close()


def test_a_place_that_cannot_be_written_is_said(conductor: Conductor, saved: Path, tmp_path: Path) -> None:
    conductor.files.open(saved)
    failures: list[Problem] = []
    conductor.files.failed.connect(failures.append)
    conductor.files.save(tmp_path / "no" / "folder" / "x.procviz", saved.read_bytes)
    assert [failure.kind for failure in failures] == [ProblemKind.OUTPUT_UNWRITABLE]


def test_a_picture_is_written_and_opens_again(conductor: Conductor, saved: Path, tmp_path: Path) -> None:
    conductor.files.open(saved)
    picture = tmp_path / "picture.png"
    conductor.export()
    dialog = next(iter(conductor.window.findChildren(ExportDialog)))
    assert dialog.path.text().endswith(".procviz.png"), "so that a double-click opens it in procviz"
    dialog.path.setText(str(picture))
    assert picture.name not in dialog.hint.text()
    dialog.accept_choice()
    assert picture.read_bytes().startswith(b"\x89PNG")
    dialog.path.setText(str(picture) + " ")
    assert picture.name in dialog.hint.text(), "it says that the file is there already"
    conductor.choose("playground")
    conductor.files.open(picture)
    assert output_lines(conductor) == ["hello from main", "hello from the child"]


def test_a_file_that_the_system_sends_is_opened(qapp: QApplication, tmp_path: Path) -> None:
    got: list[Path] = []
    events = FileEvents(qapp, got.append)
    QCoreApplication.sendEvent(qapp, QFileOpenEvent(str(tmp_path / "x.procviz")))
    qapp.removeEventFilter(events)
    assert got == [tmp_path / "x.procviz"]
