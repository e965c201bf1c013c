"""A timeline as the promised JSON object of `procviz report --json`: plain values, unknown is None.

The shape is a promise to other people's programs: fields may be added, none may change or go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from procviz.trace.findings.all_findings import Finding, find
from procviz.trace.timeline import Edge, Life, Timeline

REPORT_FORMAT = 1
PROCESS_FIELDS = (
    "id",
    "pid",
    "ppid",
    "parent",
    "name",
    "kind",
    "start_method",
    "daemon",
    "started_ns",
    "code_ended_ns",
    "ended_ns",
    "reaped_ns",
    "exitcode",
    "signal",
    "cause",
    "by",
    "cpu_seconds",
    "max_rss_bytes",
)


def report_object(timeline: Timeline, sentence: Callable[[Finding], str]) -> dict[str, Any]:
    """The whole report, ready for a JSON encoder; times are nanoseconds from `clock.monotonic_ns`."""
    header, zero_ns = timeline.header, timeline.header.monotonic_ns
    main = timeline.main
    exitcode = timeline.finished_exitcode
    if exitcode is None and main is not None:
        exitcode = main.exitcode
    return {
        "format": REPORT_FORMAT,
        "program": {"argv": list(header.program.argv), "exitcode": exitcode},
        "processes": [process_object(life, zero_ns) for life in timeline.lives.values()],
        "findings": [_finding(finding, zero_ns, sentence) for finding in find(timeline)],
        "clock": {"monotonic_ns": header.monotonic_ns, "unix_ns": header.unix_ns},
        "lost_events": timeline.lost_events,
    }


def process_object(life: Life, zero_ns: int) -> dict[str, Any]:
    """One process, with exactly `PROCESS_FIELDS`."""
    return {
        "id": life.id,
        "pid": life.pid,
        "ppid": life.ppid,
        "parent": life.parent,
        "name": life.name,
        "kind": life.kind.value,
        "start_method": life.start_method,
        "daemon": life.daemon,
        "started_ns": _since(life.started, zero_ns),
        "code_ended_ns": _since(life.code_ended, zero_ns),
        "ended_ns": _since(life.ended, zero_ns),
        "reaped_ns": _since(life.reaped, zero_ns),
        "exitcode": life.exitcode,
        "signal": life.signal,
        "cause": life.cause.value if life.ended else None,
        "by": _by(life.by),
        "cpu_seconds": life.cpu_seconds,
        "max_rss_bytes": life.max_rss_bytes,
    }


def _by(by: int | str | None) -> int | str | None:
    """Whoever presses Ctrl-C is the user; "procviz" ends a run when a time limit passed or its window went."""
    return "user" if by == "keyboard" else by


def _finding(finding: Finding, zero_ns: int, sentence: Callable[[Finding], str]) -> dict[str, Any]:
    return {
        "kind": finding.kind.value,
        "processes": list(finding.processes),
        "ts_ns": finding.ts_ns - zero_ns,
        "text": sentence(finding),
    }


def _since(edge: Edge | None, zero_ns: int) -> int | None:
    return None if edge is None else edge.ts_ns - zero_ns
