"""Pythons of the user's own are found where they lie, each once, without starting any of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from procviz.script.pythons import find_interpreters

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="folders as they lie on Linux and macOS")


def _python(path: Path) -> Path:
    """Something that would betray itself if it were started."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\ntouch {path.parent}/started\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with nothing in it, and an empty PATH."""
    home = tmp_path / "home"
    home.mkdir()
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX", "PYENV_ROOT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    return home


def test_a_machine_without_python_has_none(bare: Path) -> None:
    assert find_interpreters(bare) == []


def test_those_near_the_script_come_first_and_each_comes_once(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system = _python(bare / "bin" / "python3.12")
    (bare / "bin" / "python3").symlink_to("python3.12")
    (bare / "bin" / "python3-config").write_text("")
    monkeypatch.setenv("PATH", str(bare / "bin"))
    (bare / "work" / ".venv" / "bin").mkdir(parents=True)
    (bare / "work" / ".venv" / "pyvenv.cfg").touch()
    (bare / "work" / ".venv" / "bin" / "python3").symlink_to(system)
    pyenv = _python(bare / ".pyenv" / "versions" / "3.9.1" / "bin" / "python3")
    conda = _python(bare / "miniconda3" / "envs" / "data" / "bin" / "python3")
    inside = bare / "work" / "deep" / "er"
    inside.mkdir(parents=True)
    found = find_interpreters(inside)
    assert found == [bare / "work" / ".venv" / "bin" / "python3", bare / "bin" / "python3", pyenv, conda]
    assert not list(bare.rglob("started"))


def test_the_one_procviz_runs_on_is_not_offered_again(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert Path(sys.executable) not in find_interpreters()
