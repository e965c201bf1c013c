"""Opening a recording of a million samples: how large it is and how long it takes, against plain json."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

from procviz.trace.file import read_recording, write_recording
from procviz.trace.folding.fold import fold
from tests.benchmarks.figures import Figure, alternate
from tests.benchmarks.programs.hundred_lives import TICKS, records

ROUNDS = 3
WANTED_MS = 1_500.0
WANTED_MB = 20.0


def measure() -> list[Figure]:
    """100 processes for 10,000 ticks."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "million.procviz"
        write_recording(path, records())
        megabytes = path.stat().st_size / 1e6
        ours, plain = alternate(ROUNDS, lambda: _open_ms(path), lambda: _json_ms(path))
    return [
        Figure("opening a million samples", ours, "ms", "json.loads of the same lines, no meaning", plain, WANTED_MS),
        Figure("their file", megabytes, "MB", "no reference", None, WANTED_MB),
    ]


def _open_ms(path: Path) -> float:
    began = time.perf_counter()
    timeline = fold(read_recording(path))
    assert len(timeline.samples) == TICKS
    return (time.perf_counter() - began) * 1e3


def _json_ms(path: Path) -> float:
    began = time.perf_counter()
    with path.open(encoding="utf-8") as file:
        assert len([json.loads(line) for line in file]) > TICKS
    return (time.perf_counter() - began) * 1e3
