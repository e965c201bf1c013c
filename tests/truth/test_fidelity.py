"""A program does and says the same under the whole of procviz: every byte of its output, in order, and its exit code.

In a pipe and in a terminal, with the probe and from outside only. With PROCVIZ_TEST_ALL_PROGRAMS in the environment,
every program.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import termios
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tests.probe.subject import program, pythons
from tests.truth.compare import RECORD, ROOT

METHODS = ("fork", "spawn", "forkserver")
USUAL = [
    *[f"lives {method}" for method in METHODS],
    "pools forkserver",
    "no_guard spawn",
    "no_guard forkserver",
    "waits_at_exit fork",
    "mistakes fork interrupt",
    "mistakes spawn executor",
    "exits",
    "plain_exits",
    "others",
    "looks",
    "prints",
]
ALL = [
    *USUAL,
    "pools fork",
    "pools spawn",
    "no_guard fork",
    "waits_at_exit spawn",
    "waits_at_exit forkserver",
    *[f"mistakes {method} {which}" for method in METHODS for which in ("start-twice", "join-first", "join-odd")],
    *[f"mistakes spawn {which}" for which in ("lambda", "no-program", "check", "register", "exit-odd", "interrupt")],
    "mistakes forkserver interrupt",
    "exits text",
]
PROGRAMS = ALL if os.environ.get("PROCVIZ_TEST_ALL_PROGRAMS") else USUAL

Said = tuple[bytes, bytes, int]


def _where() -> list[pytest.ParameterSet]:
    quick = {"lives fork", "no_guard forkserver", "mistakes fork interrupt", "others", "looks", "prints"}
    piped = [pytest.param(command, "pipe") for command in PROGRAMS]
    marks = {command: () if command in quick else (pytest.mark.thorough,) for command in PROGRAMS}
    return [*piped, *(pytest.param(command, "terminal", marks=marks[command]) for command in PROGRAMS)]


@pytest.mark.parametrize(("command", "output"), _where())
def test_the_same_under_procviz(command: str, output: str, tmp_path: Path) -> None:
    _compare(sys.executable, command, output, tmp_path)


@pytest.mark.parametrize("command", ["lives fork", "lives forkserver", "mistakes fork interrupt", "looks", "prints"])
@pytest.mark.parametrize("python", pythons()[1:])
def test_the_same_under_procviz_with_other_pythons(python: str, command: str, tmp_path: Path) -> None:
    _compare(python, command, "pipe", tmp_path)


def _compare(python: str, command: str, output: str, tmp_path: Path) -> None:
    name, *arguments = command.split()
    plain = [python, program(name), *arguments]
    options = ["--python", python, "--output", output]
    watched = [*RECORD, *options, "-o", str(tmp_path / "with.procviz"), *plain[1:]]
    outside = [*RECORD, *options, "-o", str(tmp_path / "without.procviz"), "--no-probe", *plain[1:]]
    run: Callable[[list[str]], Said] = _in_a_terminal if output == "terminal" else _in_pipes
    with ThreadPoolExecutor(3) as threads:
        said, with_probe, without = threads.map(run, (plain, watched, outside))
    assert _without_addresses(with_probe) == _without_addresses(said)
    assert _without_addresses(without) == _without_addresses(said)


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PROCVIZ"))}


def _in_pipes(command: list[str]) -> Said:
    done = subprocess.run(
        command, cwd=ROOT, env=_environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=80
    )
    return done.stdout, done.stderr, done.returncode


def _in_a_terminal(command: list[str]) -> Said:
    """Both streams go to one terminal that changes nothing; what arrives there, in its order."""
    master, slave = os.openpty()
    settings = termios.tcgetattr(slave)
    settings[1] &= ~termios.OPOST
    termios.tcsetattr(slave, termios.TCSANOW, settings)
    termios.tcsetwinsize(slave, (31, 97))
    process = subprocess.Popen(
        command, cwd=ROOT, env=_environment(), stdin=subprocess.DEVNULL, stdout=slave, stderr=slave
    )
    os.close(slave)
    arrived = bytearray()
    with suppress(OSError):  # EIO: nobody has the other end any more
        while data := os.read(master, 1 << 16):
            arrived += data
    os.close(master)
    return bytes(arrived), b"", process.wait(80)


def _without_addresses(said: Said) -> Said:
    """Addresses differ from run to run; below Python 3.11 our frame stands in a traceback and is folded."""
    out, errors, code = said
    code = 128 - code if code < 0 else code  # procviz ends as a shell does after a signal
    strip = [(rb' *File "<procviz>", line \d+, in \w+\n', b""), (rb"0x[0-9a-f]{6,}", b"N")]
    for pattern, instead in strip:
        out, errors = re.sub(pattern, instead, out), re.sub(pattern, instead, errors)
    return out, errors, code
