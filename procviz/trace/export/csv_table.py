"""The processes of a timeline as CSV: one row each, the fields of the JSON report; unknown is an empty cell."""

from __future__ import annotations

import csv
import io
from typing import Any

from procviz.trace.export.json_report import PROCESS_FIELDS, process_object
from procviz.trace.timeline import Timeline

_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


def table_csv(timeline: Timeline) -> str:
    """The table with its head line, lines ending in a newline alone."""
    text = io.StringIO()
    writer = csv.DictWriter(text, PROCESS_FIELDS, lineterminator="\n")
    writer.writeheader()
    zero_ns = timeline.header.monotonic_ns
    for life in timeline.lives.values():
        row = process_object(life, zero_ns)
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and value.startswith(_FORMULAS):
        return f"'{value}"  # else a spreadsheet would work it out
    return value
