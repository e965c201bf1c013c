"""Where procviz's own files live: in a checkout, an installed copy and a frozen app alike."""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent


def _resources() -> Path:
    """Beside the package in a checkout, inside it in an installed copy, in the app's own folder when frozen."""
    inside = Path(getattr(sys, "_MEIPASS", _PACKAGE)) / "resources"
    return inside if inside.is_dir() else _PACKAGE.parent / "resources"


RESOURCES = _resources()
LOCALE = RESOURCES / "locale"
LESSONS = RESOURCES / "lessons"
FONTS = RESOURCES / "fonts"
ICONS = RESOURCES / "icons"


def cache_folder() -> Path:
    """A folder of the user's for things that can be made again; exists after the call."""
    return Path(platformdirs.user_cache_dir("procviz", ensure_exists=True))


def recordings_folder() -> Path:
    """Where the window keeps the recordings of its runs until they are saved elsewhere; exists after the call."""
    folder = Path(platformdirs.user_data_dir("procviz", ensure_exists=True)) / "runs"
    folder.mkdir(exist_ok=True)
    return folder
