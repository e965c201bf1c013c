"""Other users than the one who runs the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

NOBODY = 65534


@contextmanager
def ordinary_user() -> Iterator[None]:
    """As one who may not do everything: root becomes nobody for a while, others stay who they are."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


class Nobody:
    """An ordinary user with a folder and a Python of its own; for root only, who can become anybody."""

    def __init__(self, folder: Path, python: str, variables: dict[str, str]) -> None:
        self.folder = folder
        self.python = python
        self.variables = variables

    def start(self, *command: str, **options: Any) -> subprocess.Popen[str]:
        """Start Python with these words as that user, in its folder."""
        return subprocess.Popen(
            [self.python, *command],
            cwd=self.folder,
            env=self.variables,
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            text=True,
            **options,
        )


@contextmanager
def nobody(packages: list[str]) -> Iterator[Nobody]:
    """Skips, loudly, where there is no root, or no Python that everybody may run."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("NOT TESTED: needs root, who can become an ordinary user")
    folder = Path(tempfile.mkdtemp(prefix="procviz-nobody-", dir=Path(os.environ["HOME"]).parents[1]))
    try:
        os.chown(folder, NOBODY, NOBODY)
        own = {name: str(folder) for name in ("HOME", "TMPDIR", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_DATA_HOME")}
        variables = own | {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONPATH": os.pathsep.join(packages)}
        yield Nobody(folder, _everybodys_python(folder, variables), variables)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _everybodys_python(folder: Path, variables: dict[str, str]) -> str:
    """One of our version, which packages made for us are made for too."""
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for python in filter(None, (sys.executable, shutil.which(name, path="/usr/local/bin:/usr/bin:/bin"))):
        user = Nobody(folder, python, variables)
        try:
            with user.start("-c", "import procviz.recorder.client", stderr=subprocess.DEVNULL) as tried:
                pass
        except PermissionError:
            continue
        if tried.returncode == 0:
            return python
    pytest.skip("NOT TESTED: there is no Python here that an ordinary user may run procviz with")
