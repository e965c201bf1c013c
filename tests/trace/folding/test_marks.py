"""Marks on a life and arrows between lives."""

from __future__ import annotations

from procviz.trace.records import Began, Called, Executed
from procviz.trace.timeline import FlowKind, InstantKind, Place
from tests.trace.builders import KERNEL, Story, header, ms, ns


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
