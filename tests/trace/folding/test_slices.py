"""What a process was doing: the rules of slices, for and against."""

from __future__ import annotations

from procviz.trace.records import Adopted, Reaped
from procviz.trace.timeline import Edge, FlowKind, InstantKind, Place, State
from tests.trace.builders import CALL, KERNEL, OS, POLL, Story, ms, ns, only, spans, whole_run

STARTING, RUNNING, WAITING, EXIT_WAIT = State.STARTING, State.RUNNING, State.WAITING, State.WAITING_AT_EXIT
EXITING, ORPHANED, ZOMBIE = State.EXITING, State.ORPHANED, State.ZOMBIE


def test_a_child_starts_runs_exits_and_is_a_zombie() -> None:
    story = Story()
    story.child(2, 20)
    story.returns(2, 60)
    story.reaped(2, 70, by=1)
    assert spans(story.life(2)) == [(STARTING, 20, 25), (RUNNING, 25, 60), (EXITING, 60, 62), (ZOMBIE, 62, 70)]


def test_main_starts_until_its_interpreter_is_up() -> None:
    story = Story()
    story.step(1, 90, "code-ended", outcome="returned")
    story.step(1, 92, "exit-began")
    story.ends(1, 100, 0)
    story.reaped(1, 100)
    assert spans(story.life(1)) == [(STARTING, 0, 10), (RUNNING, 10, 90), (EXITING, 90, 100)]


def test_main_is_starting_while_its_probe_has_not_spoken() -> None:
    story = Story(main=False)
    story.begins(1, 0, kind="main", parent=None)
    assert spans(story.life(1)) == [(STARTING, 0, None)]
    story.ends(1, 50, 0)
    story.reaped(1, 50)
    assert spans(story.life(1)) == [(RUNNING, 0, 50)]  # it never spoke: where starting ended is not known


def test_without_a_probe_main_is_running_at_once() -> None:
    assert spans(Story(probe=False).life(1)) == [(RUNNING, 0, None)]


def test_a_subprocess_without_a_probe_is_running_at_once() -> None:
    story = Story()
    story.begins(2, 20, kind="subprocess", cmdline=["sleep", "1"])
    assert spans(story.life(2)) == [(RUNNING, 20, None)]


def test_a_child_killed_before_its_first_line_was_starting_all_its_life() -> None:
    story = Story()
    story.begins(2, 20, kind="multiprocessing", name="late")
    story.ends(2, 30, -15)
    story.reaped(2, 30)
    assert spans(story.life(2)) == [(STARTING, 20, 30)]


def test_a_child_that_never_spoke_and_exits_did_run() -> None:
    story = Story()
    story.begins(2, 20, kind="multiprocessing", name="mute")
    story.ends(2, 30, 0)
    story.reaped(2, 30)
    assert spans(story.life(2)) == [(RUNNING, 20, 30)]


def test_a_wait_is_a_slice_with_its_place() -> None:
    story = Story()
    story.child(2, 20)
    story.call(1, 30, 80, "join", 2, 0, line=40, timeout_s=2.5)
    wait = only(story.life(1).slices, WAITING)
    assert (ms(wait.begin.ts_ns), wait.end and ms(wait.end.ts_ns)) == (30, 80)
    assert (wait.awaited, wait.place, wait.timeout_s) == (2, Place("job.py", 40), 2.5)
    assert spans(story.life(1)) == [(STARTING, 0, 10), (RUNNING, 10, 30), (WAITING, 30, 80), (RUNNING, 80, None)]


def test_a_wait_that_returned_at_once_is_a_mark_only() -> None:
    story = Story()
    story.child(2, 20)
    story.call(1, 30, 30.9, "join", 2, 0, line=40)
    story.call(1, 31, 31.01, "poll", 2)
    life = story.life(1)
    assert all(one.state is not WAITING for one in life.slices)
    calls = [(one.name, one.other) for one in life.instants if one.kind is InstantKind.CALL]
    assert calls == [("start", 2), ("join", 2), ("poll", 2)]


def test_an_open_wait_lasts_until_the_waiter_dies() -> None:
    story = Story()
    story.child(2, 20)
    story.calls(1, 30, "join", 2)
    assert spans(story.life(1))[-1] == (WAITING, 30, None)
    story.ends(1, 90, -9)
    story.reaped(1, 90)
    assert spans(story.life(1))[-1] == (WAITING, 30, 90)


def test_the_joins_at_exit_are_implicit() -> None:
    story = Story()
    story.child(2, 20)
    story.step(1, 50, "code-ended", outcome="returned")
    story.call(1, 52, 80, "join", 2, 0, implicit=True)
    assert spans(story.life(1))[2:] == [(EXITING, 50, 52), (EXIT_WAIT, 52, 80), (EXITING, 80, None)]


def test_a_join_at_exit_that_never_says_it_returned_ends_with_the_child() -> None:
    story = Story()
    story.child(2, 20)
    story.calls(1, 52, "join", 2, implicit=True)
    story.ends(2, 70, 0)
    story.ends(1, 90, 0)
    wait = only(story.life(1).slices, EXIT_WAIT)
    assert wait.end == Edge(ns(70), KERNEL, 0)


def test_an_explicit_join_is_not_cut_at_the_childs_end() -> None:
    story = Story()
    story.child(2, 20)
    story.calls(1, 52, "join", 2)
    story.ends(2, 70, 0)
    assert only(story.life(1).slices, WAITING).end is None


def _waits(story: Story) -> list[tuple[int | None, float, float | None]]:
    life = story.life(1)
    pairs = zip(life.slices, spans(life), strict=True)
    return [(one.awaited, begin, end) for one, (state, begin, end) in pairs if state is WAITING]


def test_of_two_waits_at_once_the_later_is_shown() -> None:
    story = Story()
    story.child(2, 20)
    story.child(3, 20)
    story.call(1, 30, 100, "join", 2, 0)
    story.call(1, 50, 70, "join", 3, 0)
    waits = _waits(story)
    assert waits == [(2, 30, 50), (3, 50, 70), (2, 70, 100)]
    arrows = [(flow.target, ms(flow.source_ns)) for flow in story.timeline.flows if flow.kind is FlowKind.WAIT]
    assert arrows == [(2, 30), (3, 50)]


def test_waits_that_overlap_without_nesting() -> None:
    story = Story()
    for p in (2, 3):
        story.child(p, 20)
    story.call(1, 30, 60, "join", 2, 0)
    story.call(1, 50, 90, "join", 3, 0)
    waits = _waits(story)
    assert waits == [(2, 30, 50), (3, 50, 90)]


def test_a_wait_inside_its_like_is_one_wait() -> None:
    story = Story()
    story.child(2, 20)
    story.call(1, 30, 80, "join", 2, 0, line=40)
    story.call(1, 31, 79, "wait", 2, 0)
    waits = [one for one in story.life(1).slices if one.state is WAITING]
    assert [(one.place, one.end and ms(one.end.ts_ns)) for one in waits] == [(Place("job.py", 40), 80)]


def test_an_orphan_outlives_its_parent() -> None:
    story = Story()
    story.child(2, 20)
    story.ends(1, 50, -9)
    story.ends(2, 90, 0)
    story.reaped(2, 90)
    life = story.life(2)
    assert life.orphaned == Edge(ns(50), KERNEL, 0)
    assert spans(life) == [(STARTING, 20, 25), (RUNNING, 25, 50), (ORPHANED, 50, 90)]


def test_who_ends_before_its_parent_is_no_orphan() -> None:
    story = Story()
    story.child(2, 20)
    story.ends(2, 40, 0)
    story.ends(1, 50, 0)
    assert story.life(2).orphaned is None


def test_an_adopted_process_was_orphaned_though_nobody_saw_the_parent_end() -> None:
    story = Story()
    story.child(2, 20)
    story.add(Adopted(t=ns(60), p=2, w=POLL, precision_ns=7, by_pid=1))
    life = story.life(2)
    assert (life.orphaned, life.adopted_by_pid) == (Edge(ns(60), POLL, 7), 1)


def test_a_zombie_lasts_until_it_is_reaped_or_the_run_is_over() -> None:
    story = Story()
    story.child(2, 20)
    story.ends(2, 40, 0)
    assert spans(story.life(2))[-1] == (ZOMBIE, 40, None)
    story.finishes(90)
    assert all(state is not ZOMBIE for state, _begin, _end in spans(story.life(2)))


def test_a_forkserver_child_is_no_zombie_for_its_starter() -> None:
    story = Story()
    story.child(2, 20, start_method="forkserver")
    story.ends(2, 40, 0)
    story.reaped(2, 90, by=1, w=CALL)  # when main learnt of it
    life = story.life(2)
    assert ZOMBIE not in [one.state for one in life.slices]
    assert (life.reaped, life.reaped_by) == (None, None)


def test_a_life_without_length_is_still_shown() -> None:
    story = Story()
    story.begins(2, 20)
    story.ends(2, 20, 0)
    story.reaped(2, 20)
    assert spans(story.life(2)) == [(RUNNING, 20, 20)]


def test_slices_never_overlap_and_leave_no_gap() -> None:
    for life in whole_run().timeline.lives.values():
        assert life.slices[0].begin == life.started
        for one, following in zip(life.slices, life.slices[1:], strict=False):
            assert one.end is not None
            assert one.end.ts_ns == following.begin.ts_ns


def test_a_zombie_is_one_only_while_a_process_of_the_program_could_wait_for_it() -> None:
    story = Story()
    story.child(2, 20)
    story.begins(3, 30, parent=2)
    story.ends(2, 50, 0)
    story.reaped(2, 51, by=1)
    story.add(Adopted(t=ns(50), p=3, w=KERNEL, by_pid=77))
    story.ends(3, 100, 0)
    story.reaped(3, 1100)
    assert State.ZOMBIE not in {state for state, _begin, _end in spans(story.life(3))}


def test_the_end_of_the_parent_is_the_end_of_what_it_left_unreaped() -> None:
    story = Story()
    story.child(2, 20)
    story.ends(2, 100, 0)
    story.ends(1, 300, 0)
    story.reaped(2, 1300)
    assert spans(story.life(2))[-1] == (State.ZOMBIE, 100, 300)


def test_an_adopter_of_the_program_has_to_wait_as_a_parent_has() -> None:
    story = Story()
    story.child(2, 20)
    story.begins(3, 30, parent=2)
    story.add(Adopted(t=ns(50), p=3, w=KERNEL, by=1))
    story.ends(2, 50, 0)
    story.reaped(2, 51, by=1)
    story.ends(3, 100, 0)
    story.reaped(3, 400, by=1)
    assert spans(story.life(3))[-1] == (State.ZOMBIE, 100, 400)


def test_nobody_of_the_program_has_to_wait_for_main() -> None:
    story = Story()
    story.ends(1, 100, 0)
    story.reaped(1, 900)
    assert State.ZOMBIE not in {state for state, _begin, _end in spans(story.life(1))}


def test_no_zombie_after_the_end_of_its_parent() -> None:
    for ended, zombies in ((40, [(ZOMBIE, 40, 50)]), (60, [])):
        story = Story()
        story.child(2, 20)
        story.ends(1, 50, 0)
        story.ends(2, ended, 0)
        story.add(Reaped(t=ns(1060), p=2, w=OS, precision_ns=0, by_recorder=True))
        life = story.life(2)
        assert [one for one in spans(life) if one[0] is ZOMBIE] == zombies
        assert life.reaped is not None
        assert ms(life.reaped.ts_ns) == max(50, ended)


def test_no_process_that_the_recorder_started_is_a_zombie() -> None:
    story = Story()
    story.ends(1, 50, 0)
    story.add(Reaped(t=ns(1050), p=1, w=OS, precision_ns=0, by_recorder=True))
    assert ZOMBIE not in [one.state for one in story.life(1).slices]


def test_whoever_takes_it_in_has_to_wait_for_it() -> None:
    for by, by_pid, zombies in ((3, None, [(ZOMBIE, 60, 90)]), (None, 77, [])):
        story = Story()
        story.child(3, 15)
        story.child(4, 18, by=3)
        story.child(2, 20, by=4)
        story.ends(4, 50, 0)
        story.add(Adopted(t=ns(50), p=2, w=KERNEL, precision_ns=0, by=by, by_pid=by_pid))
        story.ends(2, 60, 0)
        story.reaped(2, 90)
        assert [one for one in spans(story.life(2)) if one[0] is ZOMBIE] == zombies
