"""A million printed lines in the Output tab, against the records read as JSON and their text in Qt's plain viewer."""

from __future__ import annotations

import json

from tests.benchmarks.figures import Figure, ask

FRAME_MS = 16.0
OPEN_MS = 2_000.0


def measure() -> list[Figure]:
    """As a program that prints much is recorded, and at the worst with a record for each line."""
    figures = []
    for how, what, wanted in (("many", "200 lines a record", OPEN_MS), ("each", "a record a line", None)):
        ours = json.loads(ask("read_output.py", "procviz", how))
        bare = json.loads(ask("read_output.py", "bare", how))
        reference = "json.loads and QPlainTextEdit"
        figures += [
            Figure(f"a million lines opened, {what}", ours["open_ms"], "ms", reference, bare["open_ms"], wanted),
            Figure(f"a frame of scrolling them, {what}", ours["frame_ms"], "ms", reference, bare["frame_ms"], FRAME_MS),
            Figure(f"narrowed to a process, {what}", ours["narrow_ms"], "ms", "no reference", None, None),
        ]
    return figures
