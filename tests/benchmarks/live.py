"""What a live run of eight children costs: the window's process, and the recorder's."""

from __future__ import annotations

import json

from tests.benchmarks.figures import Figure, ask

WINDOW_PERCENT = 35.0
RECORDER_PERCENT = 5.0


def measure() -> list[Figure]:
    """CPU of one core over some seconds of the same program."""
    live = json.loads(ask("live_run.py", "procviz"))
    empty = json.loads(ask("live_run.py", "empty"))
    sampler = json.loads(ask("live_run.py", "sampler"))
    paints = f"window's process, live, {live['paints_per_s']:.0f} paints/s"
    plot = f"an empty plot, {empty['paints_per_s']:.0f} paints/s"
    return [
        Figure(paints, live["window_percent"], "% CPU", plot, empty["window_percent"], WINDOW_PERCENT),
        Figure(
            "recorder, 9 processes at 20 Hz",
            live["recorder_percent"],
            "% CPU",
            "a bare loop that reads the same with psutil",
            sampler["recorder_percent"],
            RECORDER_PERCENT,
        ),
    ]
