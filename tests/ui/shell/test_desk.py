"""Sliders and source are the same thing, both ways, and what is wrong is said where it is."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from procviz.script.scripts import Script
from procviz.ui.setup.controls import Control
from procviz.ui.setup.editors import CheckEditor, ChoiceEditor, NumberEditor, SliderEditor, TextEditor
from procviz.ui.shell.conductor import Conductor
from procviz.wording.programs import pretty

SOURCE = """\
COUNT = 4  #@param {type:"slider", min:1, max:32, step:1}
SECONDS = 2.0  #@param {type:"slider", min:0.5, max:10, step:0.5}
DAEMON = True  #@param {type:"boolean"}
METHOD = "fork"  #@param ["fork", "spawn"]
NAME = "w"  #@param {type:"string"}
LIMIT = 7  #@param {type:"integer"}
smile = "\U0001f600"; print(COUNT)
"""


def lay_out(conductor: Conductor, source: str = SOURCE) -> None:
    conductor.show_script(Script(source, title="mine.py"))


def control(conductor: Conductor, name: str) -> Control:
    return conductor.window.left.controls.controls[name]


def slider(conductor: Conductor, name: str) -> SliderEditor:
    editor = control(conductor, name).editor
    assert isinstance(editor, SliderEditor)
    return editor


def text(conductor: Conductor) -> str:
    return conductor.window.right.code.editor.text


def type_over(conductor: Conductor, old: str, new: str) -> None:
    """Replace text as a person does: select it, type."""
    editor = conductor.window.right.code.editor
    cursor = QTextCursor(editor.document())
    before = editor.text[: editor.text.index(old)].encode("utf-16-le")
    cursor.setPosition(len(before) // 2)
    cursor.setPosition(len(before) // 2 + len(old), QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)
    editor.insertPlainText(new)


def test_a_slider_rewrites_its_literal_and_nothing_else(conductor: Conductor) -> None:
    lay_out(conductor)
    slider(conductor, "COUNT").slider.setValue(8)
    assert text(conductor) == SOURCE.replace("COUNT = 4", "COUNT = 9")
    slider(conductor, "SECONDS").slider.setValue(0)
    assert "SECONDS = 0.5 " in text(conductor)
    assert slider(conductor, "SECONDS").box.value() == 0.5
    assert conductor.desk.script.source == text(conductor)


def test_the_handle_comes_to_where_the_groove_is_pressed(conductor: Conductor, qtbot: QtBot) -> None:
    lay_out(conductor)
    shown = slider(conductor, "COUNT").slider
    for x, value in ((shown.width() - 3, 32), (3, 1)):
        qtbot.mouseClick(shown, Qt.MouseButton.LeftButton, pos=QPoint(x, shown.height() // 2))  # type: ignore[no-untyped-call]
        assert f"COUNT = {value} " in text(conductor)


def test_every_kind_of_control_writes_its_value(conductor: Conductor, qtbot: QtBot) -> None:
    lay_out(conductor)
    for name, kind in (
        ("DAEMON", CheckEditor),
        ("METHOD", ChoiceEditor),
        ("NAME", TextEditor),
        ("LIMIT", NumberEditor),
    ):
        assert type(control(conductor, name).editor) is kind
    check = control(conductor, "DAEMON").editor.inputs()[0]
    assert isinstance(check, QCheckBox)
    check.click()
    choice = control(conductor, "METHOD").editor.inputs()[0]
    assert isinstance(choice, QComboBox)
    choice.setFocus()
    qtbot.keyClick(choice, Qt.Key.Key_Down)  # type: ignore[no-untyped-call]
    line = control(conductor, "NAME").editor.inputs()[0]
    assert isinstance(line, QLineEdit)
    qtbot.keyClicks(line, "-1")  # type: ignore[no-untyped-call]
    box = control(conductor, "LIMIT").editor.inputs()[0]
    assert isinstance(box, QSpinBox)
    box.setValue(12)
    for expected in ("DAEMON = False", 'METHOD = "spawn"', 'NAME = "w-1"', "LIMIT = 12"):
        assert expected in text(conductor)


def test_typing_in_the_source_moves_the_slider(conductor: Conductor) -> None:
    lay_out(conductor)
    kept = control(conductor, "COUNT")
    type_over(conductor, "COUNT = 4", "COUNT = 20")
    assert slider(conductor, "COUNT").box.value() == 20
    assert slider(conductor, "COUNT").slider.value() == 19
    assert control(conductor, "COUNT") is kept  # a control that fits stays: a drag must not lose its slider


def test_a_drag_is_one_step_of_undo_and_the_cursor_stays(conductor: Conductor) -> None:
    lay_out(conductor)
    editor = conductor.window.right.code.editor
    cursor = editor.textCursor()
    cursor.setPosition(editor.text.index("METHOD"))
    editor.setTextCursor(cursor)
    for position in (4, 5, 20, 30):
        slider(conductor, "COUNT").slider.setValue(position)
    slider(conductor, "SECONDS").slider.setValue(2)
    assert editor.text[editor.textCursor().position() :].startswith("METHOD")
    editor.undo()
    assert "COUNT = 31" in text(conductor)
    assert "SECONDS = 2.0" in text(conductor)
    editor.undo()
    assert text(conductor) == SOURCE
    assert slider(conductor, "COUNT").box.value() == 4


def test_a_literal_behind_a_wide_character_is_rewritten_in_its_place(conductor: Conductor) -> None:
    source = 'smile = "\U0001f600\u00a0"\nCOUNT = 4  #@param {type:"slider", min:1, max:32, step:1}\n'
    lay_out(conductor, source)
    slider(conductor, "COUNT").slider.setValue(0)
    assert text(conductor) == source.replace("COUNT = 4", "COUNT = 1")


def test_a_value_out_of_range_is_said_beside_the_control_and_forbids_run(conductor: Conductor) -> None:
    lay_out(conductor)
    type_over(conductor, "COUNT = 4", "COUNT = 99")
    fault = control(conductor, "COUNT").fault
    assert "99" in fault
    assert "32" in fault
    run = conductor.window.left.run
    assert not run.button.isEnabled()
    assert not conductor.window.menus.run.isEnabled()
    assert "COUNT" in run.button.toolTip()
    assert run.reason_label.text() == run.button.toolTip()
    assert run.reason_label.isVisible()
    slider(conductor, "COUNT").slider.setValue(3)
    assert control(conductor, "COUNT").fault == ""
    assert run.button.isEnabled()
    assert not run.reason_label.isVisible()


def test_a_source_that_does_not_parse_is_marked_and_forbids_run(conductor: Conductor) -> None:
    lay_out(conductor)
    type_over(conductor, "print(COUNT)", "print(COUNT")
    code = conductor.window.right.code
    assert "7" in code.fault
    assert any(mark.cursor.blockNumber() == 6 for mark in code.editor.extraSelections())
    assert not conductor.window.left.run.button.isEnabled()
    type_over(conductor, "print(COUNT", "print(COUNT)")
    assert code.fault == ""
    assert conductor.window.left.run.button.isEnabled()


def test_a_form_comment_that_makes_no_sense_is_marked(conductor: Conductor) -> None:
    lay_out(conductor, 'A = 1  #@param {type:"slider", min:5, max:1}\n')
    assert "A" in conductor.window.right.code.fault
    assert not conductor.window.left.run.can_run


def test_controls_come_and_go_with_the_source(conductor: Conductor) -> None:
    lay_out(conductor, "print(1)\n")
    assert not conductor.window.left.controls.controls
    type_over(conductor, "print(1)", 'N = 1  #@param {type:"slider", min:0, max:3}\nprint(N)')
    assert list(conductor.window.left.controls.controls) == ["N"]


def test_lessons_name_their_controls_in_words(conductor: Conductor) -> None:
    conductor.choose("playground")
    assert conductor.lesson is not None
    labels = conductor.lesson.text("en").labels
    for name, shown in conductor.window.left.controls.controls.items():
        assert shown.editor.inputs()[0].accessibleName() == labels[name].partition(":")[0]
    plain = conductor.window.left.controls.controls["PLAIN"]
    assert plain.editor.toolTip().startswith(labels["PLAIN"].partition(": ")[2]), "what the name means"


def test_tab_indents_by_spaces_and_escape_leaves(conductor: Conductor) -> None:
    lay_out(conductor, "x = 1\n")
    window = conductor.window
    window.right.tabs.setCurrentWidget(window.right.code)
    editor = window.right.code.editor
    editor.moveCursor(QTextCursor.MoveOperation.End)
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_A, Qt.Key.Key_Tab):
        QTest.keyClick(editor, key)
    assert text(conductor) == "x = 1\n    a   "
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert not editor.hasFocus()
    assert text(conductor) == "x = 1\n    a   "


def test_names_become_labels() -> None:
    assert pretty("SECONDS_OF_WORK") == "Seconds of work"
    assert pretty("n") == "N"
