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
OUTLIVING = {
    "pool under spawn, its tracker outlives main": "spawn_pool.py",
    "a shell's child outlives main by 0.5 s": "outlives.py",
    "one print": "one_print.py",
}
ADDED_S = 0.3  # at most, to what the program takes until its last process has ended


def measure() -> list[Figure]:
    """The program's own time, and that of the whole command; medians of alternating runs."""
    figures = [figure for what, name in PROGRAMS.items() for figure in _compare(what, str(HERE / "programs" / name))]
    figures += [_ratio(what, str(TRUTH / name), limit, options) for what, name, limit, options in RATIOS]
    return figures + [_added(what, str(HERE / "programs" / name)) for what, name in OUTLIVING.items()]


def _added(what: str, program: str) -> Figure:
    """What the whole command takes beyond the program's last process, which holds the plain one's output open."""
    with tempfile.TemporaryDirectory() as folder:
        watched = [sys.executable, "-P", "-m", "procviz", "record", "-o", f"{folder}/out.procviz", program]
        rounds = [(_until_closed(watched), _until_closed([sys.executable, program])) for _ in range(ROUNDS)]
    whole, plain = (median(times) for times in zip(*rounds, strict=True))
    return Figure(f"{what}: whole command", whole, "s", "plain, until its last process", plain, plain + ADDED_S)


def _until_closed(command: list[str]) -> float:
    """Seconds until nobody holds the output of a command any more."""
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return time.perf_counter() - began


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
