"""Processes in the words of bars and tables, where no pid stands beside them."""

from __future__ import annotations

from procviz.chart.scene import build_scene
from procviz.ui.paint.words import slice_words
from procviz.wording.states import process_name
from tests.trace.builders import Story


def test_equal_names_are_told_apart_by_their_pids() -> None:
    story = Story()
    for p, name in ((2, "worker"), (3, "worker"), (4, "other")):
        story.child(p, 20, name=name)
        story.call(1, 50 * p, 50 * p + 40, "join", p)
    timeline = story.timeline
    names = [process_name(life, timeline) for life in timeline.lives.values()]
    assert names == ["main", "worker 102", "worker 103", "other"]
    scene, waits = build_scene(timeline), [one for one in timeline.lives[1].slices if one.awaited is not None]
    assert [slice_words(scene, one)[0] for one in waits] == [
        "waiting for worker 102", "waiting for worker 103", "waiting for other",
    ]  # fmt: skip
