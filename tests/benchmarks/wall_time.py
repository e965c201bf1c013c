"""What being watched costs a program: its own time from first to last line, with procviz and without."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from statistics import median

from tests.benchmarks.figures import HERE, Figure
from tests.truth.compare import PROGRAMS as TRUTH

ROUNDS = 5
PROGRAMS = {"40 short children, one by one": "one_by_one.py", "8 children at once, 1 s each": "at_once.py"}
PAIRS = 15
SHORT, STEADY = "200 short children, 8 at once", "8 steady children, 1 s"
RATIOS: list[tuple[str, str, float | None, tuple[str, ...]]] = [
    (SHORT, "burst.py", 1.10, ()),
    (f"{SHORT}, pidfds alone", "burst.py", None, ("--witness", "pidfd")),
    (STEADY, "steady.py", 1.02, ()),
]


def measure() -> list[Figure]:
    """The program's own time, and that of the whole command; medians of alternating runs."""
    figures = [figure for what, name in PROGRAMS.items() for figure in _compare(what, str(HERE / "programs" / name))]
    return figures + [_ratio(what, str(TRUTH / name), limit, options) for what, name, limit, options in RATIOS]


def _ratio(what: str, program: str, limit: float | None, options: tuple[str, ...]) -> Figure:
    """The median of the ratios of neighbouring runs."""
    with tempfile.TemporaryDirectory() as folder:
        watched = [sys.executable, "-P", "-m", "procviz", "record", "-o", f"{folder}/out.procviz", *options, program]
        ratios = [_run(watched)[0] / _run([sys.executable, program])[0] for _ in range(PAIRS)]
    return Figure(f"{what}: ratio of wall times", median(ratios), "x", f"plain runs, {PAIRS} pairs", 1.0, limit)


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
