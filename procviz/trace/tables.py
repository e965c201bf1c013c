"""The processes of a timeline as CSV: one row each, the fields of the JSON report; unknown is an empty cell."""

from __future__ import annotations

import csv
import io

from procviz.trace.report import PROCESS_FIELDS, process_object
from procviz.trace.timeline import Timeline


def table_csv(timeline: Timeline) -> str:
    """The table with its head line, lines ending in a newline alone."""
    text = io.StringIO()
    writer = csv.DictWriter(text, PROCESS_FIELDS, lineterminator="\n")
    writer.writeheader()
    zero_ns = timeline.header.monotonic_ns
    for life in timeline.lives.values():
        row = process_object(life, zero_ns)
        writer.writerow({name: str(value).lower() if isinstance(value, bool) else value for name, value in row.items()})
    return text.getvalue()
