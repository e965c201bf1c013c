"""Which other Pythons this machine has, by where they usually lie. None of them is started: that is for `examine`.

PATH, Windows' own register of Pythons (what the `py` launcher reads), pyenv, conda, and virtual environments near the
script.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from procviz.places import own_python

_NAME = re.compile(r"(python3?|python3\.\d+|pypy3?)(\.exe)?")
_ENVIRONMENTS = (".venv", "venv", "env", ".env")
_CONDA_FOLDERS = ("miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba", ".conda")
_BIN, _PYTHON = ("Scripts", "python.exe") if sys.platform == "win32" else ("bin", "python3")


def find_interpreters(near: Path | None = None) -> list[Path]:
    """The Pythons to offer, each once, those of environments near the folder `near` first; procviz's own left out."""
    found: dict[Path, Path] = {}
    own = _identity(own_python())
    for path in _candidates(near):
        if _is_program(path) and _identity(path) != own:
            found.setdefault(_identity(path), path)
    return list(found.values())


def _candidates(near: Path | None) -> Iterator[Path]:
    yield from _environments(near)
    yield from _on_path()
    yield from _registered()
    yield from _of_pyenv()
    yield from _of_conda()


def _environments(near: Path | None) -> Iterator[Path]:
    """The environment that is active, and those in the script's folder and the folders above it."""
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if os.environ.get(variable):
            yield from _in_prefix(Path(os.environ[variable]))
    if near is None:
        return
    home = Path.home()
    for folder in (near, *near.parents):
        for name in _ENVIRONMENTS:
            yield from _in_prefix(folder / name)
        if folder == home:
            return


def _in_prefix(prefix: Path) -> Iterator[Path]:
    """Environments of venv keep their Python in a folder; those of conda on Windows do not."""
    yield prefix / _BIN / _PYTHON
    if sys.platform == "win32":
        yield prefix / "python.exe"


def _on_path() -> Iterator[Path]:
    for name in os.get_exec_path():
        folder = Path(name)
        if name and "WindowsApps" not in folder.parts:  # there lies what opens a shop
            yield from sorted((path for path in _listed(folder) if _NAME.fullmatch(path.name)), key=_plain_names_first)


def _plain_names_first(path: Path) -> tuple[bool, str]:
    return "." in path.stem, path.name


def _registered() -> list[Path]:
    """What the installers of Python have told Windows, for the user and for everybody."""
    found: list[Path] = []
    if sys.platform == "win32":
        import winreg

        for hive in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
            for company in _keys(hive, "Software\\Python"):
                for version in _keys(hive, f"Software\\Python\\{company}"):
                    key = f"Software\\Python\\{company}\\{version}\\InstallPath"
                    with contextlib.suppress(OSError):
                        found.append(Path(winreg.QueryValue(hive, key)) / "python.exe")
    return found


def _keys(hive: int, key: str) -> list[str]:
    """The names below one key of Windows' registry; [] where there is none."""
    names: list[str] = []
    if sys.platform == "win32":
        import winreg

        with contextlib.suppress(OSError), winreg.OpenKey(hive, key) as opened:
            names = [winreg.EnumKey(opened, number) for number in range(winreg.QueryInfoKey(opened)[0])]
    return names


def _of_pyenv() -> Iterator[Path]:
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for folder in _listed(root / "versions"):
        yield from _in_prefix(folder)


def _of_conda() -> Iterator[Path]:
    """Every conda writes down where its environments are."""
    home = Path.home()
    try:
        told = (home / ".conda" / "environments.txt").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        told = []
    for prefix in filter(None, map(str.strip, told)):
        yield from _in_prefix(Path(prefix))
    for name in _CONDA_FOLDERS:
        yield from _in_prefix(home / name)
        for folder in _listed(home / name / "envs"):
            yield from _in_prefix(folder)


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _is_program(path: Path) -> bool:
    try:
        return path.is_file() and os.access(path, os.X_OK)
    except OSError:
        return False


def _identity(path: Path) -> Path:
    """What makes two names one Python: an environment's Python is its own, though it links to another one's file."""
    folder = path.parent
    if any(os.path.isfile(place / "pyvenv.cfg") for place in (folder, folder.parent)):
        return folder
    return Path(os.path.realpath(path))
