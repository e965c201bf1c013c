"""Why processes end: every row of the table of causes, for and against."""

from __future__ import annotations

import pytest

from procviz.trace.records import Call, Ended, Reaped
from procviz.trace.timeline import Cause, Place
from tests.trace.builders import CALL, KERNEL, OS, POLL, Story, ns


def _story() -> Story:
    story = Story()
    story.child(2, 20)
    return story


def _end(story: Story, p: int = 2) -> tuple[Cause, int | str | None]:
    life = story.life(p)
    return life.cause, life.by


def test_a_living_process_has_no_cause() -> None:
    story = _story()
    story.step(2, 50, "target-ended", outcome="returned", exitcode=0)
    life = story.life(2)
    assert (life.cause, life.exitcode) == (Cause.UNKNOWN, None)


@pytest.mark.parametrize(
    ("outcome", "code", "cause"),
    [
        ("returned", 0, Cause.RETURNED),
        ("sys-exit", 7, Cause.SYS_EXIT),
        ("os-exit", 3, Cause.OS_EXIT),
        ("exception", 1, Cause.EXCEPTION),
        ("moved-to-mars", 0, Cause.UNKNOWN),
        (None, 0, Cause.UNKNOWN),
    ],
)
def test_the_probe_says_how_the_code_ended(outcome: str | None, code: int, cause: Cause) -> None:
    story = _story()
    story.step(2, 50, "target-ended", outcome=outcome, exitcode=code)
    story.ends(2, 52, code)
    assert _end(story) == (cause, None)


def test_a_sys_exit_that_did_not_decide_the_exit_code_was_none() -> None:
    story = Story()
    story.step(1, 50, "code-ended", outcome="sys-exit", exitcode=3)
    story.ends(1, 52, 0)
    assert story.life(1).cause is Cause.UNKNOWN


def test_an_exception_is_kept() -> None:
    story = _story()
    story.step(2, 50, "target-ended", outcome="exception", exception="KeyError", message="'x'", traceback="Traceback")
    story.ends(2, 52, 1)
    failure = story.life(2).failure
    assert failure is not None
    assert (failure.type, failure.message, failure.traceback) == ("KeyError", "'x'", "Traceback")


def test_exit_code_0_alone_does_not_say_that_the_code_returned() -> None:
    story = Story()
    story.begins(2, 20, kind="subprocess", cmdline=["true"])
    story.ends(2, 30, 0)
    assert _end(story) == (Cause.UNKNOWN, None)


def test_os_exit_is_told_by_its_call() -> None:
    story = _story()
    story.calls(2, 50, "os._exit", line=9)
    story.ends(2, 51, 4)
    life = story.life(2)
    assert (life.cause, life.exitcode, life.cause_place) == (Cause.OS_EXIT, 4, Place("job.py", 9))


def test_the_os_exit_after_the_target_is_how_every_child_is_left() -> None:
    story = _story()
    story.step(2, 50, "target-ended", outcome="returned", exitcode=0)
    story.calls(2, 51, "os._exit")
    story.ends(2, 52, 0)
    assert _end(story) == (Cause.RETURNED, None)


def test_terminate_and_kill_by_the_caller_with_its_line() -> None:
    for name, signal, cause in (("terminate", -15, Cause.TERMINATE), ("kill", -9, Cause.KILL)):
        story = _story()
        story.call(1, 50, 50.1, name, 2, line=31)
        story.ends(2, 51, signal)
        life = story.life(2)
        assert (life.cause, life.by, life.cause_place) == (cause, 1, Place("job.py", 31))


def test_of_many_calls_the_last_fitting_one_before_the_end_did_it() -> None:
    story = _story()
    for t, name, line in ((50, "terminate", 1), (51, "terminate", 2), (52, "kill", 3), (90, "terminate", 4)):
        story.call(1, t, t + 0.1, name, 2, line=line)
    story.ends(2, 60, -15)
    life = story.life(2)
    assert (life.cause, life.cause_place) == (Cause.TERMINATE, Place("job.py", 2))


def test_of_many_kills_the_first_did_it_though_dying_takes_its_time() -> None:
    story = _story()
    for t, line in ((50, 1), (55, 2)):
        story.call(1, t, t + 0.1, "kill", 2, line=line)
    story.ends(2, 60, -9)
    life = story.life(2)
    assert (life.cause, life.cause_place) == (Cause.KILL, Place("job.py", 1))


def test_the_terminate_of_exit_is_the_cut_off_of_a_daemon() -> None:
    story = _story()
    story.call(1, 50, 50.1, "terminate", 2, implicit=True)
    story.ends(2, 51, -15)
    assert _end(story) == (Cause.DAEMON_CUTOFF, 1)


def test_a_process_that_was_terminated_but_returned_first_returned() -> None:
    story = _story()
    story.returns(2, 50)
    story.call(1, 51, 51.1, "terminate", 2)
    assert _end(story) == (Cause.RETURNED, None)


def test_os_kill_is_a_signal_by_the_caller() -> None:
    story = _story()
    story.calls(1, 50, "os.kill", 2, signal=2, line=8)
    story.ends(2, 51, -2)
    life = story.life(2)
    assert (life.cause, life.by, life.signal, life.exitcode) == (Cause.SIGNAL, 1, "SIGINT", -2)


@pytest.mark.parametrize(
    ("act", "code", "cause"),
    [("terminate", -15, Cause.TERMINATE), ("kill", -9, Cause.KILL), ("interrupt", -2, Cause.SIGNAL)],
)
def test_the_users_acts(act: str, code: int, cause: Cause) -> None:
    story = _story()
    story.act(2, 50, act)
    story.ends(2, 51, code)
    assert _end(story) == (cause, "user")


def test_stopping_the_run_ends_everybody_who_lives() -> None:
    story = _story()
    story.child(3, 30)
    story.returns(3, 40)
    story.act(1, 50, "stop")
    story.ends(1, 52, -9)
    story.ends(2, 53, -9)
    story.begins(4, 51, kind="fork")
    story.ends(4, 54, -9)
    assert [_end(story, p) for p in (1, 2, 4)] == [(Cause.KILL, "user")] * 3
    assert _end(story, 3) == (Cause.RETURNED, None)
    assert story.timeline.stopped_ns == ns(50)


@pytest.mark.parametrize("signal", [11, 6, 7, 8, 4])
def test_a_crash_has_no_sender(signal: int) -> None:
    story = _story()
    story.ends(2, 51, -signal)
    assert _end(story) == (Cause.CRASH, None)


def test_a_segfault_that_was_sent_is_no_crash() -> None:
    story = _story()
    story.calls(1, 50, "os.kill", 2, signal=11)
    story.ends(2, 51, -11)
    assert _end(story) == (Cause.SIGNAL, 1)


def test_a_signal_that_nobody_of_the_run_sent_came_from_outside() -> None:
    story = _story()
    story.ends(2, 51, -9)
    assert _end(story) == (Cause.SIGNAL, "outside")


def test_outside_is_only_said_where_the_system_told_the_end() -> None:
    for witness in (CALL, POLL):
        story = _story()
        story.ends(2, 51, -9, w=witness)
        assert _end(story) == (Cause.SIGNAL, None)


def test_outside_is_not_said_without_a_probe() -> None:
    story = Story(probe=False)
    story.begins(2, 20, kind="fork")
    story.ends(2, 51, -9)
    assert _end(story) == (Cause.SIGNAL, None)


def test_outside_is_not_said_while_a_silent_program_may_have_sent_it() -> None:
    story = _story()
    story.ends(2, 51, -9)
    story.begins(3, 30, kind="subprocess", cmdline=["sh", "-c", "kill -9 $PPID"])
    assert _end(story) == (Cause.SIGNAL, None)
    story.ends(3, 40, 0)  # just before: a kill takes its time
    assert _end(story) == (Cause.SIGNAL, None)
    early = _story()
    early.begins(3, 30, kind="subprocess", cmdline=["true"])
    early.ends(3, 31, 0)
    early.ends(2, 1500, -9)  # long after
    assert _end(early) == (Cause.SIGNAL, "outside")


def test_outside_is_not_said_when_a_group_was_signalled() -> None:
    story = _story()
    story.calls(1, 50, "os.killpg", target_pid=777, signal=9)
    story.ends(2, 51, -9)
    assert _end(story) == (Cause.SIGNAL, None)
    other = _story()
    other.calls(1, 50, "os.killpg", target_pid=777, signal=15)
    other.ends(2, 51, -9)
    assert _end(other) == (Cause.SIGNAL, "outside")


def test_the_leader_of_a_signalled_group_is_a_victim() -> None:
    story = _story()
    story.calls(1, 50, "os.killpg", target_pid=102, signal=9)
    story.ends(2, 51, -9)
    assert _end(story) == (Cause.SIGNAL, 1)


def test_a_signal_that_the_kernel_makes_has_no_sender() -> None:
    story = _story()
    story.ends(2, 51, -13)
    life = story.life(2)
    assert (life.cause, life.by, life.signal) == (Cause.SIGNAL, None, "SIGPIPE")


def test_the_exit_code_is_the_best_witness_s() -> None:
    story = _story()
    story.step(2, 50, "target-ended", outcome="returned", exitcode=0)
    story.add(Ended(t=ns(52), p=2, w=OS, exitcode=None))
    assert (story.life(2).exitcode, story.life(2).exitcode_witness) == (0, CALL)
    story.call(1, 40, 55, "join", 2, 3)
    assert (story.life(2).exitcode, story.life(2).exitcode_witness) == (3, CALL)
    story.add(Reaped(t=ns(56), p=2, w=OS, exitcode=5))
    assert (story.life(2).exitcode, story.life(2).exitcode_witness) == (5, OS)
    story.ends(2, 52, 6)
    assert (story.life(2).exitcode, story.life(2).exitcode_witness) == (6, KERNEL)


def test_the_witness_of_the_code_may_be_another_than_that_of_the_end() -> None:
    story = _story()
    story.add(Ended(t=ns(52), p=2, w=KERNEL, exitcode=1, code_w=POLL), Reaped(t=ns(53), p=2, w=OS, exitcode=2))
    assert (story.life(2).exitcode, story.life(2).exitcode_witness) == (2, OS)


def test_a_forkserver_child_ends_with_what_multiprocessing_says() -> None:
    story = Story()
    story.child(2, 20, start_method="forkserver")
    story.ends(2, 60, -9)
    story.add(Reaped(t=ns(61), p=2, w=CALL, by=1, exitcode=255))
    life = story.life(2)
    assert (life.exitcode, life.exitcode_witness, life.signal) == (255, CALL, "SIGKILL")


def test_an_end_that_nobody_could_read_stays_unknown() -> None:
    story = _story()
    story.call(1, 50, 50.1, "terminate", 2)
    story.ends(2, 51, None)
    life = story.life(2)
    assert (life.cause, life.by, life.exitcode, life.signal) == (Cause.UNKNOWN, None, None, None)


def test_who_is_terminated_by_a_call_of_a_popen_is_terminated() -> None:
    story = Story()
    story.begins(2, 20, kind="subprocess", cmdline=["sleep", "9"])
    story.add(Call(t=ns(50), p=1, call=99, name="terminate", target_pid=102, signal=15))
    story.ends(2, 51, -15)
    assert _end(story) == (Cause.TERMINATE, 1)
