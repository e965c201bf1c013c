"""The output log: lines as they were written, half ones too, bytes that are no text, and a great many of them."""

from __future__ import annotations

from PySide6.QtGui import QFont
from pytestqt.qtbot import QtBot

from procviz.chart.palette import LIGHT
from procviz.trace.records import Output
from procviz.ui.details.output_model import PROCESS, TEXT, TIME, OutputLog
from procviz.ui.details.output_tab import Output as OutputTab
from procviz.ui.shell.conductor import Conductor


def wrote(text: str, process: int | None = 1, t: int = 0, stream: str = "stdout") -> Output:
    return Output(t=t, p=process, stream=stream, text=text)


def lines(log: OutputLog) -> list[str]:
    return [str(log.index(row, TEXT).data()) for row in range(log.rowCount())]


def test_chunks_become_lines() -> None:
    log = OutputLog()
    log.append([wrote("one\ntwo\n"), wrote("half "), wrote("and half\n\nend")])
    assert lines(log) == ["one", "two", "half and half", "", "end"]


def test_a_half_line_is_not_continued_by_another_process() -> None:
    log = OutputLog()
    log.append([wrote("a", 1), wrote("b", 2), wrote("c\n", 1)])
    assert lines(log) == ["a", "b", "c"]


def test_a_line_break_that_comes_late_ends_its_own_line() -> None:
    log = OutputLog()
    log.append([wrote("a", 1), wrote("b", 2)])
    log.append([wrote("\n", 1), wrote("\n", 2), wrote("next\n", 1)])
    assert lines(log) == ["a", "b", "next"]


def test_bytes_and_control_characters_are_escaped() -> None:
    log = OutputLog()
    log.append([Output(t=0, p=1, stream="stdout", data=b"\xff\xfeok\n"), wrote("\x1b[31mred\x07\n")])
    assert lines(log) == [r"\xff\xfeok", r"\x1b[31mred\x07"]


def test_what_a_recording_left_out_is_said() -> None:
    log = OutputLog()
    log.append([Output(t=0, p=1, stream="stdout", text="much", bytes_left_out=5)])
    assert "5" in lines(log)[0]


def test_times_names_and_narrowing() -> None:
    log = OutputLog()
    log.set_begin(1_000_000_000)
    log.set_names({1: "main", 2: "worker"})
    log.append([wrote("a\n", 1, 1_500_000_000), wrote("b\n", 2, 2_000_000_000), wrote("c\n", None, 2_100_000_000)])
    assert log.index(1, TIME).data() == "1.00"
    assert [log.index(row, PROCESS).data() for row in range(3)] == ["main", "worker", "not known"]
    log.show_only(2)
    assert lines(log) == ["b"]
    log.append([wrote("d\n", 2), wrote("e\n", 1)])
    assert lines(log) == ["b", "d"]
    log.show_only(None)
    assert lines(log) == ["a", "b", "c", "d", "e"]


def test_a_long_line_is_broken_so_that_it_can_be_read_whole(conductor: Conductor) -> None:
    output = conductor.window.right.output
    conductor.window.right.tabs.setCurrentWidget(output)
    output.show_outputs([wrote("short\n"), wrote("word " * 40 + "\n"), wrote("字" * 60 + "\n")], 0, {1: "main"}, {})
    conductor.window.repaint()

    short, words, letters = (output.table.visualRect(output.log.index(row, TEXT)) for row in range(3))
    assert words.height() > 2 * short.height()
    assert letters.height() > 2 * short.height()
    assert words.right() <= output.table.viewport().width()
    output.table.setFixedWidth(3000)
    conductor.window.repaint()
    output.show_outputs([*[wrote("")] * 3, wrote("more\n")], 0, {1: "main"}, {})
    assert output.table.visualRect(output.log.index(1, TEXT)).height() == short.height()


def test_a_line_that_just_does_not_fit_is_not_cut_off(qtbot: QtBot) -> None:
    mono = QFont("monospace")
    mono.setPixelSize(12)
    mono.setHintingPreference(QFont.HintingPreference.PreferNoHinting)  # letters are no whole number of pixels wide
    output = OutputTab(LIGHT, mono)
    qtbot.addWidget(output)
    output.resize(390, 700)
    output.show()
    texts = ["words " * 12] + ["w" * number for number in range(1, 80)]
    output.show_outputs([wrote(text + "\n") for text in texts], 0, {1: "main"}, {})
    output.repaint()

    one = output.table.visualRect(output.log.index(1, TEXT)).height()
    heights = [output.table.sizeHintForIndex(output.log.index(row, TEXT)).height() for row in range(len(texts))]
    rows = [output._delegate._laid_out(text).lineCount() for text in texts]
    assert [height > one for height in heights] == [number > 1 for number in rows]


def test_names_of_those_who_print_nothing_take_no_room(conductor: Conductor) -> None:
    output = conductor.window.right.output
    names = {1: "main", 2: "a name that is rather long"}
    output.show_outputs([wrote("one\n")], 0, names, {})
    narrow = output.table.columnWidth(PROCESS)
    output.show_outputs([wrote("one\n"), wrote("two\n", 2)], 0, names, {})
    assert output.table.columnWidth(PROCESS) > narrow


def test_many_lines_are_followed_to_their_end_but_whoever_reads_is_left_in_peace(conductor: Conductor) -> None:
    output = conductor.window.right.output
    conductor.window.right.tabs.setCurrentWidget(output)
    outputs = [wrote(f"line {number}\n", number % 8, number * 1000) for number in range(10_000)]
    output.show_outputs(outputs, 0, {0: "main"}, {})
    conductor.window.repaint()
    assert output.log.rowCount() == 10_000
    bar = output.table.verticalScrollBar()
    assert bar.value() == bar.maximum()  # it follows the end
    bar.setValue(0)
    outputs.append(wrote("one more\n", 1))
    output.show_outputs(outputs, 0, {0: "main"}, {})
    assert bar.value() == 0
