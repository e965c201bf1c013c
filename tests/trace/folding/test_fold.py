"""Who lives are, when they began and ended, and what is said of the run as a whole."""

from __future__ import annotations

from procviz.trace.folding.fold import Fold, fold
from procviz.trace.records import Began, Called, Described, Lost, Note, Output, Samples
from procviz.trace.timeline import Edge, Kind, Place
from tests.trace.builders import CALL, KERNEL, OS, POLL, Story, ns


def test_the_best_witness_has_the_edge() -> None:
    story = Story()
    story.begins(2, 25, w=POLL)
    story.begins(2, 22, w=OS)
    story.begins(2, 20, w=KERNEL)
    story.begins(2, 21, w=CALL)
    story.ends(2, 90, None, w=POLL)
    story.ends(2, 80, 0, w=KERNEL)
    life = story.life(2)
    assert life.started == Edge(ns(20), KERNEL, 0)
    assert life.ended == Edge(ns(80), KERNEL, 0)


def test_of_equal_witnesses_the_more_exact_one_has_the_edge() -> None:
    story = Story()
    story.add(Began(t=ns(20), p=2, pid=102, ppid=101, parent=1, w=OS, precision_ns=None))
    story.add(Began(t=ns(21), p=2, pid=102, ppid=101, parent=1, w=OS, precision_ns=5))
    assert story.life(2).started == Edge(ns(21), OS, 5)


def test_who_spoke_before_it_was_seen_lived_already() -> None:
    story = Story()
    story.begins(2, 40, w=POLL)
    story.step(2, 30, "forked")
    assert story.life(2).started == Edge(ns(30), CALL, None)


def test_the_kernel_is_not_corrected() -> None:
    story = Story()
    story.begins(2, 40)
    story.step(2, 30, "forked")
    assert story.life(2).started == Edge(ns(40), KERNEL, 0)


def test_a_reaped_process_has_ended_though_nobody_saw_it() -> None:
    story = Story()
    story.begins(2, 20)
    story.reaped(2, 50, by=1)
    life = story.life(2)
    assert life.ended == Edge(ns(50), OS, None)
    assert life.reaped_by == 1


def test_a_process_that_never_began_is_not_shown() -> None:
    story = Story()
    story.ends(7, 50, 0)
    story.calls(1, 40, "terminate", 7)
    timeline = story.timeline
    assert list(timeline.lives) == [1]
    assert all(7 not in (flow.source, flow.target) for flow in timeline.flows)


def test_names_where_nobody_gave_one() -> None:
    story = Story()
    tracker = ["python3", "-c", "from multiprocessing.resource_tracker import main;main(5)"]
    server = ["python3", "-c", "from multiprocessing.forkserver import main"]
    story.begins(2, 20, kind="helper", cmdline=tracker)
    story.begins(3, 21, kind="helper", name="forkserver", cmdline=server)
    story.begins(4, 22, kind="fork")
    story.begins(5, 23, kind="subprocess", cmdline=["/usr/bin/sleep", "1"])
    story.begins(6, 24, kind="subprocess", cmdline=["/usr/bin/python3.11", "tools/job.py", "-v"])
    story.begins(7, 25, kind="multiprocessing")
    names = [life.name for life in story.timeline.lives.values()]
    assert names == [
        "MainProcess", "resource tracker", "fork server", "fork 104", "sleep", "python3.11 job.py", "process 107"
    ]  # fmt: skip


def test_a_kind_only_becomes_more_precise() -> None:
    story = Story()
    story.begins(2, 20)
    for t, kind in ((21, "multiprocessing"), (22, "subprocess"), (23, "fork")):
        story.add(Described(t=ns(t), p=2, w=KERNEL if kind == "fork" else CALL, kind=kind))
    assert story.life(2).kind is Kind.MULTIPROCESSING


def test_the_parent_is_who_called_start_not_who_forked() -> None:
    story = Story()
    story.begins(2, 15, kind="helper", name="forkserver")
    call = story.calls(1, 19, "start", line=12)
    story.begins(3, 20, parent=2, kind="multiprocessing", name="served", start_method="forkserver")
    assert story.life(3).parent == 2
    story.add(Called(t=ns(21), p=1, call=call, target=3))
    life = story.life(3)
    assert (life.parent, life.ppid, life.depth, life.started_at) == (1, 102, 1, Place("job.py", 12))


def test_depth_follows_the_parents() -> None:
    story = Story()
    story.child(2, 20)
    story.child(3, 30, by=2)
    story.child(4, 40, by=3)
    assert [life.depth for life in story.timeline.lives.values()] == [0, 1, 2, 3]


def test_parents_in_a_circle_do_no_harm() -> None:
    story = Story()
    story.begins(2, 20, parent=3)
    story.begins(3, 21, parent=2)
    story.begins(4, 22, parent=4)
    assert set(story.timeline.lives) == {1, 2, 3, 4}
    assert story.life(4).parent is None


def test_lives_stand_in_start_order_main_first() -> None:
    story = Story(main=False)
    story.begins(5, 30)
    story.begins(1, 40, kind="main", parent=None)
    story.begins(4, 20)
    assert list(story.timeline.lives) == [1, 4, 5]
    assert story.timeline.begin_ns == ns(20)


def test_samples_are_filled_and_crooked_ones_counted_as_lost() -> None:
    story = Story()
    story.tick(50, 1)
    story.tick(60, 1, same=True)
    story.add(Samples(t=ns(70), p=[1, 2], c=[1.0], r=[5, 6]))
    story.add(Lost(t=ns(80), what="kernel", count=4), Lost(t=ns(81), what="kernel"))
    timeline = story.timeline
    assert [one.p for one in timeline.samples] == [[1], [1]]
    assert timeline.lost_events == 6


def test_the_run_is_finished_or_torn() -> None:
    story = Story()
    story.add(Note(t=ns(5), note="rate-bent", p=1, facts={"interval_ns": 9}))
    folding = Fold(story.header)
    folding.feed(story.records)
    folding.end()
    assert folding.timeline.torn
    assert folding.timeline.notes == [("rate-bent", {"p": 1, "interval_ns": 9})]
    story.finishes(90, 3, "timeout")
    timeline = fold(story.recording)
    assert (timeline.finished, timeline.torn, timeline.finished_exitcode, timeline.ended_by) == (
        True,
        False,
        3,
        "timeout",
    )
    assert timeline.last_ns == ns(90)


def test_only_what_changed_has_another_revision() -> None:
    story = Story()
    story.child(2, 20)
    story.child(3, 30)
    folding = Fold(story.header)
    timeline = folding.feed(story.records)
    before = {p: life.revision for p, life in timeline.lives.items()}
    revision = timeline.revision
    folding.feed([Output(t=ns(50), p=2, stream="stdout", text="hello\n")])
    after = {p: life.revision for p, life in timeline.lives.items()}
    assert timeline.revision > revision
    assert [p for p in after if after[p] != before[p]] == [2]
    folding.feed([])
    assert timeline.revision == revision + 1
