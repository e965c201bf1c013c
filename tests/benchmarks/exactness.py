"""How exact a recording is: every process of some programs against the kernel's own account of the same run."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from tests.benchmarks.figures import Figure
from tests.truth.compare import PROGRAMS, Compared, faults, watch
from tests.truth.kernel_account import why_not

RUNS = ("burst", "steady 3", "daemons", "methods spawn", "endings fork", "pools forkserver")
WANTED_MS = {"kernel": (0.0, 0.0, 0.0, 0.0), "pidfd": (0.3, 5.0, 0.5, 20.0)}  # start: median, largest; end: the same


def measure() -> list[Figure]:
    """Each program once for each witness, one after the other."""
    reason = why_not()
    if reason is not None:
        return [Figure("NOT MEASURED: exactness", 0, "", f"NO ACCOUNT OF THE KERNEL HERE: {reason}", None)]
    return [figure for witness in WANTED_MS for figure in _figures(witness, [_run(name, witness) for name in RUNS])]


def _run(name: str, witness: str) -> Compared:
    program, *arguments = name.split()
    with tempfile.TemporaryDirectory() as folder:
        return watch(Path(folder), [str(PROGRAMS / f"{program}.py"), *arguments], witness)[witness]


def _figures(witness: str, runs: list[Compared]) -> list[Figure]:
    pairs = [pair for run in runs for pair in run.pairs]
    there = len(pairs) + sum(len(run.missed) for run in runs)
    wrong = sum(pair.told["exitcode"] != pair.truth.exitcode for pair in pairs)
    other = sum(len(list(faults(run))) for run in runs) - wrong - (there - len(pairs))
    counted = "processes in the kernel's account"
    starts = sorted(abs(pair.start_error_ns) / 1e6 for pair in pairs)
    ends = sorted(abs(pair.end_error_ns) / 1e6 for pair in pairs)
    times = [statistics.median(starts), starts[-1], statistics.median(ends), ends[-1]]
    names = ("start, median error", "start, largest error", "end, median error", "end, largest error")
    return [
        Figure(f"{witness}: processes not found", there - len(pairs), "", counted, there, 0),
        Figure(f"{witness}: wrong exit codes and signals", wrong, "", counted, there, 0),
        Figure(f"{witness}: wrong parents, unknown edges", other, "", counted, there, 0),
        *[
            Figure(f"{witness}: {name}", value, "ms", "the kernel's own time", None, limit)
            for name, value, limit in zip(names, times, WANTED_MS[witness], strict=True)
        ],
    ]
