"""What being watched costs a program: its own time from first to last line, with procviz and without."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from statistics import median

from tests.benchmarks.figures import HERE, Figure

ROUNDS = 5
PROGRAMS = {"40 short children, one by one": "one_by_one.py", "8 children at once, 1 s each": "at_once.py"}


def measure() -> list[Figure]:
    """The program's own time, and that of the whole command; medians of alternating runs."""
    return [figure for what, name in PROGRAMS.items() for figure in _compare(what, str(HERE / "programs" / name))]


def _compare(what: str, program: str) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        watched = [sys.executable, "-P", "-m", "procviz", "record", "-o", f"{folder}/out.procviz", program]
        rounds = [(_run(watched), _run([sys.executable, program])) for _ in range(ROUNDS)]
    own = [median(times[0] for times in side) for side in zip(*rounds, strict=True)]
    whole = [median(times[1] for times in side) for side in zip(*rounds, strict=True)]
    return [
        Figure(f"{what}: its own time", own[0], "ms", "plain run", own[1]),
        Figure(f"{what}: whole command", whole[0], "ms", "plain run", whole[1]),
    ]


def _run(command: list[str]) -> tuple[float, float]:
    """The time that the program tells, and that of the command around it, in ms."""
    began = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    return float(done.stdout.splitlines()[-1]), (time.perf_counter() - began) * 1e3
