"""procviz as its users call it: a process of its own, in a folder of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def procviz(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `procviz ARG...` in a fresh folder; the result has returncode, stdout and stderr."""
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))

    def run(*args: str | Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "procviz", *map(str, args)],
            cwd=tmp_path,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run
