"""What is chosen is remembered, and nonsense in the file reads as the default."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from procviz.ui.settings import DEFAULT_INTERVAL_MS, RECENT_LIMIT, Settings
from procviz.ui.shell.app import build
from procviz.ui.shell.conductor import Conductor
from procviz.ui.shell.window import SMALLEST_PX

if TYPE_CHECKING:
    from collections.abc import Callable


pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform knows no window manager


def test_what_is_chosen_is_there_at_the_next_start(new_settings: Callable[[], Settings], tmp_path: Path) -> None:
    settings = new_settings()
    settings.language, settings.scheme, settings.interval_ms = "zh_CN", "dark", 20
    settings.output_mode, settings.interpreter, settings.folder = "pipe", "/usr/bin/python3", tmp_path
    settings.flush()
    again = new_settings()
    assert (again.language, again.scheme, again.interval_ms) == ("zh_CN", "dark", 20)
    assert (again.output_mode, again.interpreter, again.folder) == ("pipe", "/usr/bin/python3", tmp_path)


@pytest.mark.parametrize("nonsense", ["", "-1", "seven", "\u4e2d"])
def test_nonsense_reads_as_the_default(tmp_path: Path, nonsense: str) -> None:
    store = QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat)
    for key in ("language", "scheme", "interval_ms", "output", "interpreter", "folder", "recent", "geometry"):
        store.setValue(key, nonsense)
    settings = Settings(store)
    assert settings.language == ""
    assert settings.scheme == "system"
    assert settings.interval_ms == DEFAULT_INTERVAL_MS
    assert settings.output_mode == "terminal"
    assert settings.folder == Path.home()
    assert settings.recent == []
    assert settings.geometry.isEmpty()


def test_recent_files_are_few_newest_first_and_exist(new_settings: Callable[[], Settings], tmp_path: Path) -> None:
    settings = new_settings()
    paths = [tmp_path / f"{number}.py" for number in range(RECENT_LIMIT + 3)]
    for path in paths:
        path.touch()
        settings.add_recent(path)
    settings.add_recent(paths[5])
    settings.flush()
    recent = new_settings().recent
    assert recent[0] == paths[5]
    assert len(recent) == RECENT_LIMIT == len(set(recent))
    paths[5].unlink()
    assert paths[5] not in new_settings().recent
    settings.forget_recent()
    assert settings.recent == []


def test_the_window_comes_back_as_it_was_left(
    qtbot: QtBot, qapp: QApplication, conductor: Conductor, new_settings: Callable[[], Settings]
) -> None:
    window = conductor.window
    window.resize(SMALLEST_PX[0], 700)  # the offscreen screen is smaller
    window.splitter.setSizes([300, 400, 320])
    sizes = window.splitter.sizes()
    window.menus.schemeChosen.emit("dark")
    window.close()
    again = build(qapp, new_settings()).window
    qtbot.addWidget(again)
    again.show()
    assert (again.width(), again.height()) == (SMALLEST_PX[0], 700)
    assert again.splitter.sizes() == sizes
    assert again.theme.palette.dark
    again.close()
