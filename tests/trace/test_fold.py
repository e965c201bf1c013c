"""The rules by which records become lives, each one for and against."""

from __future__ import annotations

from procviz.trace.fold import Fold, fold
from procviz.trace.records import Adopted, Began, Called, Described, Executed, Lost, Note, Output, Samples
from procviz.trace.timeline import Edge, FlowKind, InstantKind, Kind, Place, State
from tests.trace.builders import CALL, KERNEL, OS, POLL, Story, header, ms, ns, only, spans, whole_run

STARTING, RUNNING, WAITING, EXIT_WAIT = State.STARTING, State.RUNNING, State.WAITING, State.WAITING_AT_EXIT
EXITING, ORPHANED, ZOMBIE = State.EXITING, State.ORPHANED, State.ZOMBIE


# edges and who saw them


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


# slices


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


# marks and arrows


def test_a_signal_is_a_mark_on_both_rows_and_an_arrow() -> None:
    story = Story()
    story.child(2, 20)
    story.call(1, 50, 50.1, "terminate", 2, line=33)
    timeline = story.timeline
    (signal,) = [one for one in timeline.lives[2].instants if one.kind is InstantKind.SIGNAL]
    assert (signal.name, signal.other, signal.sender, signal.place) == ("SIGTERM", 1, None, Place("job.py", 33))
    (call,) = [one for one in timeline.lives[1].instants if one.name == "terminate"]
    assert (call.kind, call.other) == (InstantKind.CALL, 2)
    (arrow,) = [flow for flow in timeline.flows if flow.kind is FlowKind.SIGNAL]
    assert (arrow.source, arrow.target, ms(arrow.target_ns), arrow.label) == (1, 2, 50, "SIGTERM")


def test_a_call_that_failed_sent_nothing() -> None:
    story = Story()
    story.child(2, 20)
    number = story.calls(1, 50, "os.kill", 2, signal=15)
    story.add(Called(t=ns(50.1), p=1, call=number, error="ProcessLookupError: no such process"))
    assert not [one for one in story.life(2).instants if one.kind is InstantKind.SIGNAL]


def test_signal_0_is_a_question() -> None:
    story = Story()
    story.child(2, 20)
    story.calls(1, 50, "os.kill", 2, signal=0)
    assert not [one for one in story.life(2).instants if one.kind is InstantKind.SIGNAL]


def test_the_users_act_is_a_mark_without_an_arrow() -> None:
    story = Story()
    story.child(2, 20)
    story.act(2, 50, "suspend")
    (signal,) = [one for one in story.life(2).instants if one.kind is InstantKind.SIGNAL]
    assert (signal.name, signal.sender, signal.other) == ("SIGSTOP", "user", None)
    assert not [flow for flow in story.timeline.flows if flow.kind is FlowKind.SIGNAL]


def test_signal_names_are_those_of_the_system_that_recorded() -> None:
    platform = header().platform
    mac = Story(platform=type(platform)(system="Darwin", release="23", machine="arm64", cpu_count=8))
    for story, name in ((Story(), "SIGUSR1"), (mac, "SIGBUS")):
        story.child(2, 20)
        story.calls(1, 50, "os.kill", 2, signal=10)
        assert [one.name for one in story.life(2).instants if one.kind is InstantKind.SIGNAL] == [name]


def test_the_os_kill_inside_terminate_is_not_a_second_signal() -> None:
    story = Story()
    story.child(2, 20)
    story.call(1, 50, 51, "terminate", 2)
    story.calls(1, 50.5, "os.kill", 2, signal=15)
    story.calls(1, 60, "os.kill", 2, signal=15)
    assert [ms(one.edge.ts_ns) for one in story.life(2).instants if one.kind is InstantKind.SIGNAL] == [50, 60]


def test_a_start_is_an_arrow_from_the_call_to_the_birth() -> None:
    story = Story()
    story.child(2, 20)
    story.begins(3, 40, kind="fork")  # nobody saw the call
    arrows = [flow for flow in story.timeline.flows if flow.kind is FlowKind.START]
    assert [(one.source, one.target, ms(one.source_ns), ms(one.target_ns)) for one in arrows] == [
        (1, 2, 19, 20),
        (1, 3, 40, 40),
    ]


def test_a_pid_names_the_process_that_had_it_then() -> None:
    story = Story()
    story.begins(2, 20)
    story.ends(2, 30, 0)
    story.add(Began(t=ns(60), p=3, pid=102, ppid=101, parent=1, w=KERNEL, precision_ns=0))
    story.calls(1, 25, "os.kill", target_pid=102, signal=15)
    story.calls(1, 70, "os.kill", target_pid=102, signal=2)
    timeline = story.timeline
    marks = {p: [one.name for one in timeline.lives[p].instants] for p in (2, 3)}
    assert marks == {2: ["SIGTERM"], 3: ["SIGINT"]}


def test_prints_are_marks_with_their_first_line() -> None:
    story = Story()
    story.prints(1, 30, "one\ntwo\n")
    story.prints(1, 31, "\n")
    story.prints(None, 32, "from nobody\n")
    timeline = story.timeline
    assert [one.name for one in timeline.lives[1].instants if one.kind is InstantKind.PRINT] == ["one"]
    assert len(timeline.outputs) == 3


def test_the_end_of_the_code_is_a_mark() -> None:
    story = Story()
    story.step(1, 50, "code-ended", outcome="returned")
    marks = [one for one in story.life(1).instants if one.kind is InstantKind.CODE_ENDED]
    assert [ms(one.edge.ts_ns) for one in marks] == [50]


def test_a_new_program_is_a_mark_but_for_the_one_it_is_born_with() -> None:
    story = Story()
    story.begins(2, 20, kind="subprocess")
    story.add(Executed(t=ns(21), p=2, w=KERNEL, cmdline=["sh", "-c", "exec sleep 1"]))
    story.add(Executed(t=ns(25), p=2, w=KERNEL, cmdline=["sleep", "1"]))
    life = story.life(2)
    assert [one.name for one in life.instants if one.kind is InstantKind.EXECUTED] == ["sleep"]
    assert (life.name, life.cmdline) == ("sleep", ["sleep", "1"])


def test_a_python_that_replaces_itself_is_marked() -> None:
    story = Story()
    story.add(Executed(t=ns(50), p=1, w=KERNEL, cmdline=["python3", "other.py"]))
    assert [one.kind for one in story.life(1).instants] == [InstantKind.EXECUTED]


# who they are


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


# the run as a whole


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
