"""From exec to the first painted window, against a window that holds one empty plot."""

from __future__ import annotations

import time

from tests.benchmarks.figures import Figure, alternate, ask

ROUNDS = 5
WANTED_RATIO = 1.5


def measure() -> list[Figure]:
    """Medians of alternating runs, after one of each that warms the disk."""
    _first_paint_ms("procviz"), _first_paint_ms("empty")
    procviz, empty = alternate(ROUNDS, lambda: _first_paint_ms("procviz"), lambda: _first_paint_ms("empty"))
    reference = "an empty pyqtgraph window"
    return [Figure("exec to first painted window", procviz, "ms", reference, empty, limit=WANTED_RATIO * empty)]


def _first_paint_ms(window: str) -> float:
    began_ns = time.monotonic_ns()
    return (int(ask("first_paint.py", window)) - began_ns) / 1e6
