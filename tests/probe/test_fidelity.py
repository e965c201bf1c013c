"""A program does and says the same with the probe and without: output, errors, tracebacks, exit code."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.probe.subject import Ran, program, pythons, run

METHODS = ["fork", "spawn", "forkserver"]
MISTAKES = ["start-twice", "join-first", "join-odd", "interrupt", "executor"]
MISTAKES_WITHOUT_A_CHILD = ["lambda", "no-program", "check", "register", "exit-odd", "no-such-process"]
EVERYWHERE = [
    *[("lives", method) for method in METHODS],
    *[("mistakes", method, which) for method in METHODS for which in MISTAKES],
    *[("mistakes", "spawn", which) for which in MISTAKES_WITHOUT_A_CHILD],
    *[("waits_at_exit", method) for method in METHODS],
    *[("no_guard", method) for method in METHODS],
    *[("pools", method) for method in METHODS],
    ("exits",),
    ("exits", "with a text"),
    ("plain_exits",),
    ("raises",),
    ("others",),
    ("looks",),
    ("prints",),
]
ELSEWHERE = [
    ("raises",),
    ("lives", "spawn"),
    ("mistakes", "fork", "join-odd"),
    ("no_guard", "forkserver"),
]
TOLD = [
    *[(pythons()[0], name, unbuffered) for name in ("prints", "looks", "plain_exits") for unbuffered in ("", "1")],
    *[(python, "looks", "") for python in pythons()[1:]],
    *[(python, "prints", "1") for python in pythons()[1:]],
]


@pytest.mark.parametrize("command", EVERYWHERE, ids=" ".join)
def test_the_same_with_the_probe(command: tuple[str, ...], tmp_path: Path) -> None:
    _compare(sys.executable, command, tmp_path)


@pytest.mark.parametrize("command", ELSEWHERE, ids=" ".join)
@pytest.mark.parametrize("python", pythons()[1:])
def test_the_same_under_other_pythons(python: str, command: tuple[str, ...], tmp_path: Path) -> None:
    _compare(python, command, tmp_path)


@pytest.mark.parametrize(("python", "name", "unbuffered"), TOLD)
def test_the_same_when_writes_are_told(python: str, name: str, unbuffered: str, tmp_path: Path) -> None:
    _compare(python, (name,), tmp_path, {"PYTHONUNBUFFERED": unbuffered, "PROCVIZ_TEE": "1"})


@pytest.mark.parametrize("flag", ["-Xdev", "-bb", "-Werror", "-S"])
def test_the_same_under_strict_flags(flag: str, tmp_path: Path) -> None:
    plain = run(sys.executable, flag, program("lives"), "fork")
    probed = run(sys.executable, flag, program("lives"), "fork", events=tmp_path / "events", PROCVIZ_TEE="1")
    assert _seen(probed) == _seen(plain)


def test_the_same_as_a_module(tmp_path: Path) -> None:
    """`python -m` runs through one watched function more."""
    for word in ("interrupt", "join-odd"):
        command = ("-m", "mistakes", "fork", word)
        folder = str(Path(program("mistakes")).parent)
        plain = run(sys.executable, *command, PYTHONPATH=folder)
        probed = run(sys.executable, *command, events=tmp_path / word, PYTHONPATH=folder)
        assert _seen(probed) == _seen(plain)


def _compare(python: str, command: tuple[str, ...], tmp_path: Path, variables: dict[str, str] | None = None) -> None:
    name, *arguments = command
    script = program(name)
    events = tmp_path / "events"
    plain = run(python, script, *arguments, events=None, **(variables or {}))
    probed = run(python, script, *arguments, events=events, **(variables or {}))
    assert _seen(probed) == _seen(plain)
    assert probed.events[0].e == "hello"
    assert not [event for event in probed.events if event.e == "probe-error"]


def _seen(ran: Ran) -> tuple[str, str, int]:
    """What a user would see; the pids, and before Python 3.11 our frame in a traceback, taken out."""
    errors = re.sub(r' *File "<procviz>", line \d+, in \w+\n', "", ran.err.decode())
    errors = re.sub("0x[0-9a-f]{6,}", "N", errors)
    return ran.out.decode(errors="backslashreplace"), errors, ran.code
