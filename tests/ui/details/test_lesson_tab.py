"""A lesson's text as it is shown: in the colours of the window, whole in a narrow tab."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QTextTable
from pytestqt.qtbot import QtBot

from procviz import wording
from procviz.chart.palette import DARK, LIGHT, Palette
from procviz.script.lessons import load_lesson
from procviz.ui.details.lesson_tab import LessonPage


def made(palette: Palette, qtbot: QtBot) -> LessonPage:
    page = LessonPage(palette, QFont("monospace"))
    qtbot.addWidget(page)
    font = QFont(page.font())
    font.setPixelSize(13)
    page.setFont(font)
    return page


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_a_table_fits_the_tab_and_its_colours(palette: Palette, qtbot: QtBot) -> None:
    page = made(palette, qtbot)
    page.show_lesson(load_lesson("playground"))

    document = page.browser.document()
    tables = [one for one in document.rootFrame().childFrames() if isinstance(one, QTextTable)]
    assert [(table.rows(), table.columns()) for table in tables] == [(5, 4)]
    assert tables[0].format().borderBrush().color().name() == palette.line.lower()
    cell = tables[0].cellAt(2, 3).firstCursorPosition().block()
    assert {one.format.font().pixelSize() for one in cell.textFormats()} == {12}


@pytest.mark.parametrize(("language", "word"), [("en", "zombie"), ("zh_CN", "僵尸进程")])
def test_a_stressed_word_is_slanted_in_english_and_bold_in_chinese(language: str, word: str, qtbot: QtBot) -> None:
    before = wording.language()
    wording.use_language(language)
    try:
        page = made(LIGHT, qtbot)
        page.show_lesson(load_lesson("zombie"))
    finally:
        wording.use_language(before)
    document = page.browser.document()
    blocks = [document.findBlockByNumber(number) for number in range(document.blockCount())]
    shapes = {
        (one.format.fontItalic(), one.format.font().bold())
        for block in blocks
        for one in block.textFormats()
        if block.text()[one.start : one.start + one.length] == word
    }
    assert shapes == {(True, False) if language == "en" else (False, True)}
