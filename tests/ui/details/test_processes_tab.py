"""The table of the processes while they live and when they have ended."""

from __future__ import annotations

from PySide6.QtGui import QIcon
from pytestqt.qtbot import QtBot

from procviz.trace.folding.fold import Fold
from procviz.ui.details.processes_tab import NAME, Processes
from tests.trace.builders import Story

WHY = 3


def test_why_a_process_ended_can_be_read_while_the_others_still_run(qtbot: QtBot) -> None:
    table = Processes()
    qtbot.addWidget(table)
    story = Story()
    story.child(2, 20)
    story.child(3, 30)
    fold = Fold(story.header)
    table.show_timeline(fold.feed(story.records), {})
    before = table.table.columnWidth(WHY)
    told = len(story.records)
    story.call(1, 50, 50.5, "terminate", 2)
    story.ends(2, 51, -15)
    table.show_timeline(fold.feed(story.records[told:]), {})

    assert table.model.index(1, WHY).data() == "terminate() by main"
    assert table.table.columnWidth(WHY) > before
    assert table.table.columnWidth(WHY) >= table.table.sizeHintForColumn(WHY)


def test_a_selected_process_keeps_its_colour(qtbot: QtBot) -> None:
    table = Processes()
    qtbot.addWidget(table)
    table.show_timeline(Story().timeline, {1: "#e69f00"})
    icon: QIcon = table.model.index(0, NAME).data(1)  # Qt's role of decorations
    shapes = [
        icon.pixmap(4, 11, mode).toImage().pixelColor(2, 5).name() for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected)
    ]
    assert shapes == ["#e69f00", "#e69f00"]
