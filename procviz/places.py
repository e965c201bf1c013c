"""Where procviz's own files live: in a checkout, an installed copy and a frozen app alike."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType

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
GUIDE = RESOURCES / "guide"
LICENCES = RESOURCES / "licences"  # of what the packaged app brings along; there only
FROZEN = bool(getattr(sys, "frozen", False))


def own_python() -> Path:
    """The Python that runs scripts unless another one was chosen: in the packaged app, the one it brings along."""
    here = Path(sys.executable)
    return here.with_name("procviz-python" + here.suffix) if FROZEN else here


def leave_no_trace() -> None:
    """Take from the environment what the packaged app's start-up put there: it is for nobody else's eyes."""
    for name in [name for name in os.environ if name.startswith("_PYI_")]:
        del os.environ[name]
    if sys.platform == "linux":
        users = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
        os.environ.pop("LD_LIBRARY_PATH", None)
        if users is not None:
            os.environ["LD_LIBRARY_PATH"] = users


def _platformdirs() -> ModuleType:
    import platformdirs  # takes a while, and most who ask where things live do not need it

    return platformdirs


def cache_folder() -> Path:
    """A folder of the user's for things that can be made again; exists after the call."""
    return Path(_platformdirs().user_cache_dir("procviz", ensure_exists=True))


def recordings_folder() -> Path:
    """Where the window keeps the recordings of its runs until they are saved elsewhere; exists after the call."""
    folder = Path(_platformdirs().user_data_dir("procviz", ensure_exists=True)) / "runs"
    folder.mkdir(exist_ok=True)
    return folder


def log_folder() -> Path:
    """Where a report goes when the window crashes; exists after the call."""
    return Path(_platformdirs().user_log_dir("procviz", ensure_exists=True))
