"""Runs a program under a real interpreter, with the probe or without it, and reads what the probe told."""

from __future__ import annotations

import glob
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import procviz
from procviz.recorder.probe_inbox.probe_events import ProbeEvent, decode

PROGRAMS = Path(__file__).parent / "programs"
PROBE = Path(procviz.__file__).parent / "probe"


OBSERVED = [(3, minor) for minor in range(8, 16)]  # the versions that procviz speaks of


def pythons() -> list[str]:
    """The running interpreter, then one of every other version from 3.8 on that this machine has."""
    others = [python for version, python in sorted(installed().items()) if version != sys.version_info[:2]]
    return [sys.executable, *others]


def python_of(minor: int) -> str:
    """The Python 3.`minor` of this machine; skips the test that asks where there is none."""
    path = sys.executable if sys.version_info[1] == minor else installed().get((3, minor))
    if path is None:
        pytest.skip(f"NOT TESTED: no Python 3.{minor} here")
    return path


@cache  # each must be started to be asked, and those of pyenv take their time
def installed() -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    for path in _candidates():
        match = re.fullmatch(r"(\d+)\.(\d+)", _version(path))
        version = (int(match[1]), int(match[2])) if match else (0, 0)
        if version >= (3, 8):
            found.setdefault(version, path)
    return found


def _candidates() -> Iterator[str]:
    for minor in range(8, 20):
        yield from filter(None, [shutil.which(f"python3.{minor}")])
    yield from sorted(glob.glob(_home() + "/.pyenv/versions/3.*/bin/python"))


def _home() -> str:
    """The true one: the tests have one of their own."""
    if sys.platform == "win32":
        return ""
    import pwd

    return pwd.getpwuid(os.getuid()).pw_dir


def python_2() -> str | None:
    """A Python 2, where there still is one."""
    found = glob.glob(_home() + "/.pyenv/versions/2.*/bin/python")
    return shutil.which("python2") or next(iter(found), None)


def _version(python: str) -> str:
    command = [python, "-I", "-S", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60).stdout.strip()


@dataclass
class Ran:
    """How a program ended, what it wrote, and what was told."""

    out: bytes
    err: bytes
    code: int
    pid: int
    lines: list[bytes] = field(default_factory=list)

    @property
    def events(self) -> list[ProbeEvent]:
        """In order of time."""
        return sorted((decode(line) for line in self.lines), key=lambda event: event.t)

    def of(self, pid: int, *kinds: str) -> list[ProbeEvent]:
        """What one process told."""
        return [event for event in self.events if event.pid == pid and (not kinds or event.e in kinds)]

    def one(self, kind: str, **fields: Any) -> ProbeEvent:
        """The only event with these values."""
        found = [event for event in self.events if event.e == kind and _agrees(event, fields)]
        assert len(found) == 1, (kind, fields, found, self.events)
        return found[0]


def _agrees(event: ProbeEvent, fields: dict[str, Any]) -> bool:
    return all(getattr(event, name) == value for name, value in fields.items())


def environment(events: Path | None, folder: Path = PROBE, **variables: str) -> dict[str, str]:
    """The environment for a program; with the probe where there is a file for its events."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PROCVIZ", "COVERAGE"))}
    if events is not None:
        own |= {"PYTHONPATH": str(folder), "PROCVIZ_INJECT": str(folder), "PROCVIZ_EVENTS": str(events)}
        if path := variables.pop("PYTHONPATH", None):
            own["PYTHONPATH"] += os.pathsep + path
    return own | variables


def run(python: str, *command: str, events: Path | None = None, **variables: str) -> Ran:
    """Run a program to its end; with the probe where a file for its events is given."""
    if events is not None and not events.exists():
        events.touch()
    process = subprocess.Popen(
        [python, *command],
        env=environment(events, PROBE, **variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = process.communicate(timeout=80)
    lines = events.read_bytes().splitlines() if events is not None else []
    assert all(len(line) < 4000 and line.isascii() for line in lines)
    return Ran(out, err, process.returncode, process.pid, lines)


def program(name: str) -> str:
    """The path of one of the programs beside this file."""
    return str(PROGRAMS / f"{name}.py")


def wait_for(events: Path, what: bytes, deadline_s: float = 60.0) -> None:
    """Until a line with these bytes was told."""
    until = time.monotonic() + deadline_s
    while what not in events.read_bytes():
        assert time.monotonic() < until, events.read_text()
        time.sleep(0.005)
