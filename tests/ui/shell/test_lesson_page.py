"""A lesson's text as it is shown: in the colours of the window, whole in a narrow tab."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QTextTable
from pytestqt.qtbot import QtBot

from procviz.chart.palette import DARK, LIGHT, Palette
from procviz.script.lessons import load_lesson
from procviz.ui.lesson_page import LessonPage


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_a_table_fits_the_tab_and_its_colours(palette: Palette, qtbot: QtBot) -> None:
    page = LessonPage(palette, QFont("monospace"))
    qtbot.addWidget(page)
    font = QFont(page.font())
    font.setPixelSize(13)
    page.setFont(font)
    page.show_lesson(load_lesson("playground"))

    document = page.browser.document()
    tables = [one for one in document.rootFrame().childFrames() if isinstance(one, QTextTable)]
    assert [(table.rows(), table.columns()) for table in tables] == [(5, 4)]
    assert tables[0].format().borderBrush().color().name() == palette.line.lower()
    cell = tables[0].cellAt(2, 3).firstCursorPosition().block()
    assert {one.format.font().pixelSize() for one in cell.textFormats()} == {12}
