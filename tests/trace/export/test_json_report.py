"""What other programs read: the JSON report, the CSV table, the Chrome trace; and real recordings, as they stand."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from procviz.trace.export.chrome_trace import chrome_trace
from procviz.trace.export.csv_table import table_csv
from procviz.trace.export.json_report import PROCESS_FIELDS, report_object
from procviz.trace.file import read_recording
from procviz.trace.folding.fold import fold
from procviz.trace.records import Began
from procviz.trace.timeline import Timeline
from tests.trace.builders import KERNEL, Story, ns, whole_run

RECORDINGS = sorted((Path(__file__).parents[2] / "recordings").glob("*.procviz"))


def _report(timeline: Timeline) -> dict[str, Any]:
    return report_object(timeline, lambda finding: f"about {finding.kind.value}")


def test_the_report_has_the_promised_shape() -> None:
    report = json.loads(json.dumps(_report(whole_run().timeline)))
    assert list(report) == ["format", "program", "processes", "findings", "clock", "lost_events"]
    assert report["format"] == 1
    assert report["program"] == {"argv": ["job.py"], "exitcode": 0}
    assert report["clock"] == {"monotonic_ns": ns(0), "unix_ns": 1_760_000_000_000_000_000}
    assert report["lost_events"] == 0
    for process in report["processes"]:
        assert tuple(process) == PROCESS_FIELDS
    assert report["processes"][0] == {
        "id": 1, "pid": 101, "ppid": 99, "parent": None, "name": "MainProcess", "kind": "main", "start_method": None,
        "daemon": None, "started_ns": 0, "code_ended_ns": 300_000_000, "ended_ns": 410_000_000,
        "reaped_ns": 411_000_000, "exitcode": 0, "signal": None, "cause": "returned", "by": None,
        "cpu_seconds": None, "max_rss_bytes": None,
    }  # fmt: skip
    assert report["findings"][0] == {
        "kind": "child-failed", "processes": [6], "ts_ns": 70_000_000, "text": "about child-failed"
    }  # fmt: skip


def test_endings_in_the_report() -> None:
    processes = {one["name"]: one for one in _report(whole_run().timeline)["processes"]}
    told = {name: (one["exitcode"], one["signal"], one["cause"], one["by"]) for name, one in processes.items()}
    assert told == {
        "MainProcess": (0, None, "returned", None),
        "plain": (0, None, "returned", None),
        "daemon": (-15, "SIGTERM", "daemon-cutoff", 1),
        "victim": (-15, "SIGTERM", "terminate", 1),
        "stubborn": (-9, "SIGKILL", "kill", 1),
        "failing": (1, None, "exception", None),
    }
    assert (processes["failing"]["cpu_seconds"], processes["failing"]["max_rss_bytes"]) == (0.5, 1000)


def test_unknown_is_null() -> None:
    story = Story()
    story.begins(2, 20, kind="subprocess", cmdline=["true"])
    main, other = _report(story.timeline)["processes"]
    assert (main["ended_ns"], main["cause"], other["cause"]) == (None, None, None)
    story.ends(2, 30, None)
    assert _report(story.timeline)["processes"][1]["cause"] == "unknown"


def test_who_is_no_process_of_the_run_is_user_or_procviz() -> None:
    for sender, by in (("user", "user"), ("procviz", "procviz")):
        story = Story()
        story.act(1, 20, "stop", sender)
        story.ends(1, 30, -9)
        assert _report(story.timeline)["processes"][0]["by"] == by


def test_the_table_has_the_same_fields() -> None:
    timeline = whole_run().timeline
    rows = list(csv.DictReader(io.StringIO(table_csv(timeline))))
    for row, process in zip(rows, _report(timeline)["processes"], strict=True):
        assert tuple(row) == PROCESS_FIELDS
        assert row["id"] == str(process["id"])
        assert row["daemon"] == {None: "", True: "true", False: "false"}[process["daemon"]]
        assert row["exitcode"] == str(process["exitcode"])


def test_names_with_commas_quotes_and_newlines_stay_one_cell() -> None:
    story = Story()
    story.child(2, 20, name='a,"b"\n工人')
    rows = list(csv.DictReader(io.StringIO(table_csv(story.timeline), newline="")))
    assert rows[1]["name"] == 'a,"b"\n工人'


def _events(timeline: Timeline, ph: str) -> list[dict[str, Any]]:
    document = json.loads(chrome_trace(timeline))
    return [event for event in document["traceEvents"] if event["ph"] == ph]


def test_a_chrome_trace_holds_states_marks_arrows_and_counters() -> None:
    timeline = whole_run().timeline
    assert len(_events(timeline, "X")) == sum(len(life.slices) for life in timeline.lives.values())
    assert len(_events(timeline, "i")) == sum(len(life.instants) for life in timeline.lives.values())
    starts, ends = _events(timeline, "s"), _events(timeline, "f")
    assert len(starts) == len(ends) == len(timeline.flows)
    assert [one["id"] for one in starts] == [one["id"] for one in ends]
    counters = _events(timeline, "C")
    assert counters[0] == {
        "ph": "C", "pid": 101, "tid": 101, "ts": 240_000.0, "name": "CPU", "args": {"percent": 50.0}
    }  # fmt: skip
    names = {one["pid"]: one["args"]["name"] for one in _events(timeline, "M") if one["name"] == "process_name"}
    assert names[101] == "MainProcess"
    running = next(one for one in _events(timeline, "X") if one["pid"] == 102 and one["name"] == "running")
    assert (running["ts"], running["dur"]) == (25_000.0, 373_000.0)


def test_open_ends_stay_open_in_a_chrome_trace() -> None:
    (begin,) = _events(Story().timeline, "B")
    assert (begin["name"], begin["ts"]) == ("running", 10_000.0)
    assert not _events(Story().timeline, "E")


def test_a_pid_that_came_again_is_another_process_in_a_chrome_trace() -> None:
    story = Story()
    story.begins(2, 20)
    story.ends(2, 30, 0)
    story.add(Began(t=ns(60), p=3, pid=102, ppid=101, parent=1, w=KERNEL, precision_ns=0))
    assert len({event["pid"] for event in _events(story.timeline, "M")}) == 3


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_real_recordings_say_what_they_always_said(path: Path) -> None:
    """Set PROCVIZ_RENEW=1 to write down anew what they say; then read the difference."""
    told = json.dumps(_report(fold(read_recording(path))), indent=1) + "\n"
    expected = path.with_suffix(".json")
    if os.environ.get("PROCVIZ_RENEW"):
        expected.write_text(told, encoding="utf-8")
    assert told == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_real_recordings_hold_together(path: Path) -> None:
    timeline = fold(read_recording(path))
    assert json.loads(chrome_trace(timeline))["traceEvents"]
    for life in timeline.lives.values():
        assert life.slices[0].begin == life.started
        for one, following in zip(life.slices, life.slices[1:], strict=False):
            assert one.end is not None
            assert one.end.ts_ns == following.begin.ts_ns
        assert [one.edge.ts_ns for one in life.instants] == sorted(one.edge.ts_ns for one in life.instants)
    for flow in timeline.flows:
        assert {flow.source, flow.target} <= timeline.lives.keys()
