"""What the window remembers between two starts, typed. Knows no widgets and no words."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, cast, get_args

from PySide6.QtCore import QByteArray, QSettings

Scheme = Literal["system", "light", "dark"]
OutputMode = Literal["terminal", "pipe", "unbuffered"]

INTERVALS_MS = (10, 20, 50, 100, 250, 1000)
DEFAULT_INTERVAL_MS = 50
RECENT_LIMIT = 8


class Settings:
    """Typed doors to one QSettings; a value that makes no sense reads as its default."""

    def __init__(self, store: QSettings | None = None) -> None:
        self._store = store or QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "procviz", "procviz")

    def _text(self, key: str, default: str = "") -> str:
        value = self._store.value(key, default)
        return value if isinstance(value, str) else default

    def _choice(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        value = self._text(key, default)
        return value if value in allowed else default

    def _bytes(self, key: str) -> QByteArray:
        value = self._store.value(key, QByteArray())
        return value if isinstance(value, QByteArray) else QByteArray()

    @property
    def language(self) -> str:
        """ "en", "zh_CN", or "" for the desktop's."""
        return self._choice("language", ("", "en", "zh_CN"), "")

    @language.setter
    def language(self, value: str) -> None:
        self._store.setValue("language", value)

    @property
    def scheme(self) -> Scheme:
        """Light, dark, or as the desktop has it."""
        return cast(Scheme, self._choice("scheme", get_args(Scheme), "system"))

    @scheme.setter
    def scheme(self, value: Scheme) -> None:
        self._store.setValue("scheme", value)

    @property
    def interval_ms(self) -> int:
        """Time between two samples of CPU and memory, one of INTERVALS_MS."""
        text = self._text("interval_ms", str(DEFAULT_INTERVAL_MS))
        return int(text) if text in map(str, INTERVALS_MS) else DEFAULT_INTERVAL_MS

    @interval_ms.setter
    def interval_ms(self, value: int) -> None:
        self._store.setValue("interval_ms", str(value))

    @property
    def output_mode(self) -> OutputMode:
        """What the program's stdout is: a terminal, a pipe, or a pipe that Python does not buffer for."""
        return cast(OutputMode, self._choice("output", get_args(OutputMode), "terminal"))

    @output_mode.setter
    def output_mode(self, value: OutputMode) -> None:
        self._store.setValue("output", value)

    @property
    def interpreter(self) -> str | None:
        """The Python that runs scripts; None: the one procviz runs on."""
        return self._text("interpreter") or None

    @interpreter.setter
    def interpreter(self, value: str | None) -> None:
        self._store.setValue("interpreter", value or "")

    @property
    def folder(self) -> Path:
        """Where the last file dialog ended; the home folder at first."""
        folder = Path(self._text("folder") or Path.home())
        return folder if os.path.isdir(folder) else Path.home()

    @folder.setter
    def folder(self, value: Path) -> None:
        self._store.setValue("folder", str(value))

    @property
    def recent(self) -> list[Path]:
        """Files opened lately, newest first, those that are gone left out."""
        value = self._store.value("recent", [])
        names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return [Path(name) for name in names if isinstance(name, str) and name and os.path.exists(name)]

    def add_recent(self, path: Path) -> None:
        """Put a file on top of the recent ones."""
        path = path.absolute()
        names = [str(path), *(str(other) for other in self.recent if other != path)]
        self._store.setValue("recent", names[:RECENT_LIMIT])

    def forget_recent(self) -> None:
        """Empty the list of recent files."""
        self._store.remove("recent")

    @property
    def geometry(self) -> QByteArray:
        """Of the window, as QWidget.saveGeometry() gave it; empty at first."""
        return self._bytes("geometry")

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._store.setValue("geometry", value)

    @property
    def splitter(self) -> QByteArray:
        """Of the three cards, as QSplitter.saveState() gave it; empty at first."""
        return self._bytes("splitter")

    @splitter.setter
    def splitter(self, value: QByteArray) -> None:
        self._store.setValue("splitter", value)

    def flush(self) -> None:
        """Write everything to disk now."""
        self._store.sync()
