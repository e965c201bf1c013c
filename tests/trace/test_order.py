"""The picture depends on the facts alone: not on their order, not on how many come at once."""

from __future__ import annotations

import random
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procviz.trace.file import read_recording
from procviz.trace.fold import Fold, fold
from procviz.trace.records import AnyRecord, Began, Header, Samples
from procviz.trace.timeline import Cause, Timeline
from tests.trace.builders import Story, whole_run

RECORDINGS = sorted((Path(__file__).parent.parent / "recordings").glob("*.procviz"))


def _picture(timeline: Timeline) -> dict[str, Any]:
    """All that is shown, without the counters of changes; prints of all sources in order of time."""
    lives = [
        {one.name: getattr(life, one.name) for one in fields(life) if one.name != "revision"}
        for life in timeline.lives.values()
    ]
    facts = {one.name: getattr(timeline, one.name) for one in fields(timeline) if one.name not in ("revision", "lives")}
    facts["outputs"] = sorted(timeline.outputs, key=lambda one: (one.t, one.p or 0, one.text or ""))
    facts["notes"] = sorted(timeline.notes, key=repr)
    return {"lives": lives, **facts}


def _shuffled(records: list[AnyRecord], seed: int) -> list[AnyRecord]:
    """Any order in which a process begins before anything else is said of it, and ticks stay in a row."""
    moved = random.Random(seed).sample(records, len(records))
    first: dict[int, AnyRecord] = {}
    for record in moved:
        if isinstance(record, Began):
            first.setdefault(record.p, record)
    begun: set[int] = set()
    ordered: list[AnyRecord] = []
    for record in moved:
        p = getattr(record, "p", None)
        if isinstance(p, int) and p in first and p not in begun:
            begun.add(p)
            ordered.append(first[p])
        if record is not first.get(p if isinstance(p, int) else -1):
            ordered.append(record)
    ticks = iter([record for record in records if isinstance(record, Samples)])
    return [next(ticks) if isinstance(record, Samples) else record for record in ordered]


def _in_chunks(header: Header, records: list[AnyRecord], cuts: list[int]) -> Timeline:
    folding = Fold(header)
    edges = [0, *sorted(cut % (len(records) + 1) for cut in cuts), len(records)]
    for begin, end in zip(edges, edges[1:], strict=False):
        folding.feed(records[begin:end])
    return folding.timeline


@settings(max_examples=120, deadline=None)
@given(seed=st.integers(0, 1 << 30), cuts=st.lists(st.integers(0, 1000), max_size=12))
def test_any_order_in_any_portions_is_the_same_picture(seed: int, cuts: list[int]) -> None:
    story = whole_run()
    expected = _picture(story.timeline)
    assert _picture(_in_chunks(story.header, _shuffled(story.records, seed), cuts)) == expected


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_real_recordings_too(path: Path) -> None:
    recording = read_recording(path)
    expected = _picture(fold(recording))
    for seed in range(4):
        records = _shuffled(recording.records, seed)
        chunks = [seed * 31 + n * 7 for n in range(seed * 10)]
        assert _picture(_in_chunks(recording.header, records, chunks)) == expected
    assert _picture(_in_chunks(recording.header, recording.records, list(range(len(recording.records))))) == expected


def _many(children: int) -> Story:
    story = Story()
    for p in range(2, children + 2):
        at = 20 + p
        story.child(p, at)
        story.prints(p, at + 6, "hello\n")
        story.returns(p, at + 50)
        story.reaped(p, at + 60, by=1)
    for p in range(2, children + 2):
        story.call(1, children + 100 + 2 * p, children + 102 + 2 * p, "join", p, 0)
    return story


def test_five_thousand_processes_are_folded_in_a_few_seconds() -> None:
    story = _many(5000)
    assert len(story.records) >= 50_000
    begin = time.perf_counter()
    timeline = story.timeline
    assert time.perf_counter() - begin < 10  # about 1.5 on a machine that does nothing else
    assert all(life.cause is Cause.RETURNED for life in timeline.lives.values() if life.id != 1)


def test_a_tick_of_a_live_run_costs_next_to_nothing() -> None:
    """8 children at 30 ticks a second, printing and being joined: each feed is well under a millisecond."""
    story = _many(8)
    folding = Fold(story.header)
    folding.feed(story.records)
    folding_s = []
    for tick in range(200):
        more = Story(main=False)
        more.tick(1000 + tick * 33, *range(1, 10))
        for p in range(2, 10):
            more.prints(p, 1000 + tick * 33 + p, f"line {tick}\n")
        begin = time.perf_counter()
        folding.feed(more.records)
        folding_s.append(time.perf_counter() - begin)
    assert sorted(folding_s)[100] < 0.001
