"""Every text is there in Chinese, fits its placeholders and keys, and can be drawn with the fonts that are shipped."""

from __future__ import annotations

import shutil
import string
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from PySide6.QtGui import QRawFont
from pytestqt.qtbot import QtBot

from procviz.places import FONTS, LESSONS, LOCALE
from procviz.wording.quantities import close_up

CATALOGUE = LOCALE / "zh_CN" / "LC_MESSAGES" / "procviz.po"


def _messages() -> list[Message]:
    with CATALOGUE.open("rb") as file:
        return [message for message in read_po(file, locale="zh_CN") if message.id]


def _forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text or ""] if text is None or isinstance(text, str) else [form or "" for form in text]


def _placeholders(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}


def test_catalogues_are_in_step_with_the_source(tmp_path: Path) -> None:
    fresh = tmp_path / "locale"
    shutil.copytree(LOCALE, fresh)
    subprocess.run([sys.executable, LOCALE / "make.py", fresh], check=True, capture_output=True)
    for kept in (CATALOGUE, CATALOGUE.with_suffix(".mo")):
        same = kept.read_bytes() == (fresh / kept.relative_to(LOCALE)).read_bytes()
        assert same, f"{kept.name} is behind the source: run python3 dev.py catalogues, then translate"


def test_nothing_is_untranslated() -> None:
    assert [message.id for message in _messages() if not all(_forms(message.string))] == []
    assert [message.id for message in _messages() if message.fuzzy] == []


def test_placeholders_are_the_same() -> None:
    for message in _messages():
        wanted = _placeholders(_forms(message.id)[-1])
        for form in _forms(message.string):
            assert _placeholders(form) == wanted, form


def test_keys_dots_and_line_breaks_are_kept() -> None:
    for message in _messages():
        source = _forms(message.id)[-1]
        for form in _forms(message.string):
            assert form.count("&") == source.count("&"), form
            assert form.endswith("…") == source.endswith("…"), form
            assert form.count("\n") == source.count("\n"), form
            assert form.strip() == form, form


def test_names_stand_off_from_chinese_unless_they_are_chinese() -> None:
    assert close_up("worker-1 的代码") == "worker-1 的代码"
    assert close_up("主进程 的代码，而 主进程 在等 worker-1") == "主进程的代码，而主进程在等 worker-1"


@pytest.fixture
def regular(qtbot: QtBot) -> QRawFont:
    """The shipped font; `qtbot` because fonts need an application."""
    font = QRawFont(str(FONTS / "NotoSansCJKsc-Regular.otf"), 12.0)
    assert font.isValid()
    return font


def _not_in(font: QRawFont, text: str) -> str:
    return "".join(sorted({char for char in text if char not in "\n\t" and not font.supportsCharacter(ord(char))}))


def test_the_shipped_font_has_every_character(regular: QRawFont) -> None:
    texts = {form for message in _messages() for form in (*_forms(message.id), *_forms(message.string))}
    assert _not_in(regular, "".join(texts)) == ""


def test_the_shipped_font_has_every_character_of_the_lessons(regular: QRawFont) -> None:
    lessons = sorted(LESSONS.glob("*/*"))
    assert lessons
    for path in lessons:
        if path.is_file():
            assert _not_in(regular, path.read_text(encoding="utf-8")) == "", path


def test_both_weights_are_one_family(regular: QRawFont) -> None:
    bold = QRawFont(str(FONTS / "NotoSansCJKsc-Bold.otf"), 12.0)
    assert bold.familyName() == regular.familyName() == "Noto Sans CJK SC"
    assert bold.weight() > regular.weight()
