"""The picture depends on the facts alone: not on their order, not on how many come at once."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procviz.trace.file import read_recording
from procviz.trace.folding.fold import Fold
from procviz.trace.records import Adopted, AnyRecord, Began, Finished, Header, Samples, Witness
from procviz.trace.timeline import Cause, Timeline
from tests.trace.builders import Story, ns, whole_run

RECORDINGS = sorted((Path(__file__).parents[2] / "recordings").glob("*.procviz"))


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
    for begin, end in itertools.pairwise(edges):
        folding.feed(records[begin:end])
    return folding.timeline


def _tangled() -> Story:
    """Lives that hang on each other in every way: grandchildren, orphans, unknown senders, pids, open joins."""
    story = Story()
    story.child(2, 20)
    story.child(3, 30, by=2)
    story.child(4, 40, by=3, daemon=True)
    story.begins(5, 50, kind="subprocess", cmdline=["sh"])
    story.ends(5, 60, 0)
    story.ends(4, 1500, -9)  # from outside, for the shell is long gone
    story.child(6, 55)
    story.ends(6, 1600, -15)
    story.calls(1, 1550, "os.killpg", target_pid=777, signal=15)  # perhaps by this
    story.calls(2, 70, "os.kill", target_pid=103, signal=10)
    story.calls(2, 80, "join", 3, implicit=True)
    story.ends(3, 90, 0)
    story.ends(2, 95, 0)
    story.child(7, 65, by=2)
    story.act(7, 100, "kill")
    story.ends(7, 101, -9)
    story.begins(8, 66, parent=7, kind="fork")
    story.ends(1, 1700, 0)
    story.add(Adopted(t=ns(101), p=8, w=Witness.OS, by_pid=1))
    story.calls(1, 1650, "join", 6)
    return story


def _without_finish(records: list[AnyRecord]) -> list[AnyRecord]:
    """What comes with Finished looks at everything again, and would hide what was forgotten before."""
    return [record for record in records if not isinstance(record, Finished)]


@pytest.mark.parametrize("make", [whole_run, _tangled])
@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 1 << 30), cuts=st.lists(st.integers(0, 1000), max_size=30), finish=st.booleans())
def test_any_order_in_any_portions_is_the_same_picture(
    make: Callable[[], Story], seed: int, cuts: list[int], finish: bool
) -> None:
    story = make()
    records = story.records if finish else _without_finish(story.records)
    expected = _picture(Fold(story.header).feed(records))
    assert _picture(_in_chunks(story.header, _shuffled(records, seed), cuts)) == expected


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_real_recordings_too(path: Path) -> None:
    recording = read_recording(path)
    records = _without_finish(recording.records)
    expected = _picture(Fold(recording.header).feed(records))
    one_by_one = list(range(len(records)))
    for seed in range(3):
        assert _picture(_in_chunks(recording.header, _shuffled(records, seed), one_by_one[seed::3])) == expected
    assert _picture(_in_chunks(recording.header, records, one_by_one)) == expected


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


def _folding_s(story: Story) -> float:
    begin = time.process_time()
    timeline = story.timeline
    took_s = time.process_time() - begin
    assert all(life.cause is Cause.RETURNED for life in timeline.lives.values() if life.id != 1)
    return took_s


def test_eight_times_as_many_processes_take_about_eight_times_as_long() -> None:
    few, many = _many(150), _many(1200)
    assert min(_folding_s(many) for _ in range(2)) < 32 * min(_folding_s(few) for _ in range(4))  # squared it were 64


def test_a_tick_of_a_live_run_costs_next_to_nothing() -> None:
    """8 children at 30 ticks a second, printing and being joined: each feed is a small part of folding anew."""
    story = _many(8)
    folding = Fold(story.header)
    folding.feed(story.records)
    folding_s = []
    for tick in range(200):
        more = Story(main=False)
        more.tick(1000 + tick * 33, *range(1, 10))
        for p in range(2, 10):
            more.prints(p, 1000 + tick * 33 + p, f"line {tick}\n")
        story.records.extend(more.records)
        begin = time.perf_counter()
        folding.feed(more.records)
        folding_s.append(time.perf_counter() - begin)
    begin = time.perf_counter()
    Fold(story.header).feed(story.records)
    assert sorted(folding_s)[100] < (time.perf_counter() - begin) / 20


def _last(story: Story, *late: AnyRecord) -> Timeline:
    """The story with these records fed after all others, each by itself."""
    folding = Fold(story.header)
    folding.feed([record for record in story.records if record not in late])
    for record in late:
        folding.feed([record])
    return folding.timeline


def test_who_waits_learns_of_an_end_that_is_told_later() -> None:
    story = Story()
    story.child(2, 20)
    story.calls(1, 50, "join", 2, implicit=True)
    story.ends(2, 70, 0)
    assert _picture(_last(story, story.records[-1])) == _picture(story.timeline)


def test_grandchildren_move_when_their_grandparent_appears() -> None:
    story = Story()
    story.begins(2, 20)
    story.begins(3, 30, parent=2)
    story.begins(4, 40, parent=3)
    (began,) = [record for record in story.records if isinstance(record, Began) and record.p == 2]
    assert [life.depth for life in _last(story, began).lives.values()] == [0, 1, 2, 3]


def test_an_arrow_is_drawn_when_its_sender_appears() -> None:
    story = Story()
    story.child(2, 20)
    story.begins(3, 30)
    story.calls(3, 50, "terminate", 2)
    (began,) = [record for record in story.records if isinstance(record, Began) and record.p == 3]
    assert _picture(_last(story, began)) == _picture(story.timeline)
