"""A window of one's own for every test: settings and recordings in the test's folder, no timer needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings
from PySide6.QtWidgets import QApplication

from procviz.ui.settings import Settings
from procviz.ui.shell.app import build
from procviz.ui.shell.conductor import Conductor
from procviz.wording import use_language

NewSettings = Callable[[], Settings]


@pytest.fixture
def new_settings(tmp_path: Path) -> NewSettings:
    """Settings as the next start of the program would read them."""
    return lambda: Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def conductor(qapp: QApplication, new_settings: NewSettings) -> Iterator[Conductor]:
    settings = new_settings()
    settings.scheme = "light"
    settings.language = "en"
    made = build(qapp, settings)
    made.window.resize(1280, 760)
    made.window.show()
    yield made
    made.close()
    made.window.close()
    made.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    use_language("en")
