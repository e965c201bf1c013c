"""Where procviz's own files live: in a checkout, an installed copy and a frozen app alike."""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs

_ROOT = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parent.parent))

RESOURCES = _ROOT / "resources"
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
