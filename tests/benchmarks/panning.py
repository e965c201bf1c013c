"""One pan step of the whole window, against the same picture by matplotlib."""

from __future__ import annotations

import json

from tests.benchmarks.figures import Figure, ask

FRAME_MS = 16.0


def measure() -> list[Figure]:
    """100 rows with 10,000 samples each: as many rows as can be read, then all of them."""
    ours = json.loads(ask("pan_steps.py", "procviz"))
    theirs = json.loads(ask("pan_steps.py", "matplotlib"))
    reference = "matplotlib is not installed: .venv/bin/pip install matplotlib"
    if "all_rows_ms" in theirs:
        reference = "matplotlib: broken_barh and plot, all rows"
    return [
        Figure(
            "pan step, rows as first shown", ours["some_rows_ms"], "ms", reference, theirs.get("all_rows_ms"), FRAME_MS
        ),
        Figure(
            "pan step, all 100 rows in view", ours["all_rows_ms"], "ms", reference, theirs.get("all_rows_ms"), FRAME_MS
        ),
    ]
