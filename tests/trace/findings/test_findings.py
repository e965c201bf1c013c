"""What happened: every finding, and where there is none."""

from __future__ import annotations

from procviz.trace.findings.all_findings import Finding, FindingKind, find
from procviz.trace.records import Lost
from procviz.trace.timeline import Place
from tests.trace.builders import Story, ns, whole_run


def _found(story: Story, kind: FindingKind) -> list[Finding]:
    return [finding for finding in find(story.timeline) if finding.kind is kind]


def _one(story: Story, kind: FindingKind) -> Finding:
    (finding,) = _found(story, kind)
    return finding


def _story(daemon: bool = False) -> Story:
    story = Story()
    story.child(2, 20, name="worker", daemon=daemon)
    return story


def _quiet_end(story: Story, at: float = 200) -> Story:
    story.reaped(2, at, by=1)
    story.ends(1, at + 1, 0)
    story.reaped(1, at + 1)
    story.finishes(at + 2)
    return story


def test_a_quiet_run_has_nothing_to_tell() -> None:
    story = _story()
    story.call(1, 30, 99, "join", 2, 0)
    story.returns(2, 97)
    assert find(_quiet_end(story, 99).timeline) == []


def test_the_implicit_wait_names_everybody_waited_for() -> None:
    story = _story()
    story.child(3, 30, name="second")
    story.child(4, 31, name="daemon", daemon=True)
    story.child(5, 32, name="early")
    story.returns(5, 40)
    story.step(1, 50, "code-ended", outcome="returned")
    story.calls(1, 51, "terminate", 4, implicit=True)
    story.ends(4, 51.5, -15)
    story.returns(2, 60)
    story.call(1, 52, 90, "join", 3, 0, implicit=True)
    story.returns(3, 88)
    finding = _one(story, FindingKind.IMPLICIT_WAIT)
    assert (finding.processes, finding.ts_ns, finding.names) == ((1, 2, 3), ns(50), (None, "worker", "second"))
    assert finding.facts == {"at_ns": 50_000_000, "waited_ns": 38_000_000, "going_on": 0, "stopped": 0}


def test_an_explicit_wait_is_no_implicit_one() -> None:
    story = _story()
    story.call(1, 30, 90, "join", 2, 0)
    assert not _found(story, FindingKind.IMPLICIT_WAIT)


def test_a_daemon_cut_off_names_who_did_it() -> None:
    story = _story(daemon=True)
    story.call(1, 50, 50.1, "terminate", 2, implicit=True)
    story.ends(2, 51, -15)
    finding = _one(story, FindingKind.DAEMON_CUTOFF)
    assert (finding.processes, finding.ts_ns, finding.names) == ((2, 1), ns(51), ("worker", None))
    assert not _found(story, FindingKind.TERMINATE)


def test_terminate_and_kill_have_their_place() -> None:
    for name, code, kind in (("terminate", -15, FindingKind.TERMINATE), ("kill", -9, FindingKind.KILL)):
        story = _story()
        story.call(1, 50, 50.1, name, 2, line=31)
        story.ends(2, 51, code)
        finding = _one(story, kind)
        assert (finding.processes, finding.place) == ((2, 1), Place("job.py", 31))
        assert "file" not in finding.facts


def test_a_place_in_another_file_is_named() -> None:
    story = _story()
    story.call(1, 50, 50.1, "kill", 2, line=31, file="lib/pool.py")
    story.ends(2, 51, -9)
    assert _one(story, FindingKind.KILL).facts["file"] == "pool.py"


def test_what_the_user_does_has_no_second_process() -> None:
    story = _story()
    story.act(2, 50, "terminate")
    story.ends(2, 51, -15)
    finding = _one(story, FindingKind.TERMINATE)
    assert (finding.processes, finding.facts["sender"]) == ((2,), "user")


def test_a_stopped_run_is_one_finding() -> None:
    story = _story()
    story.act(1, 50, "stop")
    story.ends(1, 51, -9)
    story.ends(2, 52, -9)
    story.finishes(60, -9, "user")
    (finding,) = find(story.timeline)
    assert (finding.kind, finding.processes, finding.facts["ended_by"]) == (FindingKind.STOPPED, (1, 2), "user")


def test_a_sigterm_that_did_not_end_it() -> None:
    story = _story()
    story.call(1, 50, 50.1, "terminate", 2, line=30)
    story.call(1, 80, 80.1, "kill", 2, line=31)
    story.ends(2, 81, -9)
    finding = _one(story, FindingKind.SIGTERM_IGNORED)
    assert (finding.processes, finding.ts_ns, finding.place) == ((2, 1), ns(50), Place("job.py", 30))
    assert (finding.facts["lived_ns"], finding.facts["ending"]) == (31_000_000, "kill")


def test_a_sigterm_that_ended_it_was_not_ignored() -> None:
    story = _story()
    story.call(1, 50, 50.1, "terminate", 2)
    story.call(1, 50.5, 50.6, "terminate", 2)
    story.ends(2, 51, -15)
    assert not _found(story, FindingKind.SIGTERM_IGNORED)


def test_a_sigterm_to_the_dead_was_not_ignored() -> None:
    story = _story()
    story.returns(2, 40)
    story.call(1, 50, 50.1, "terminate", 2)
    assert not _found(story, FindingKind.SIGTERM_IGNORED)


def test_a_sigterm_is_given_a_moment_while_the_run_is_live() -> None:
    story = _story()
    story.call(1, 50, 50.1, "terminate", 2)
    assert not _found(story, FindingKind.SIGTERM_IGNORED)
    story.tick(150, 1, 2)
    assert _one(story, FindingKind.SIGTERM_IGNORED).facts["going_on"] == 1


def test_only_a_long_zombie_is_a_story() -> None:
    for reaped, count in ((99, 0), (120, 1)):
        story = _story()
        story.returns(2, 50)
        story.reaped(2, reaped, by=1)
        assert len(_found(story, FindingKind.ZOMBIE)) == count


def test_a_parent_that_joins_one_after_the_other_forgets_nobody() -> None:
    story = _story()
    story.child(3, 30)
    story.step(1, 50, "code-ended", outcome="returned")
    story.call(1, 52, 200, "join", 3, 0, implicit=True)
    story.ends(2, 60, 0)
    story.reaped(2, 201, by=1)
    assert not _found(story, FindingKind.ZOMBIE)


def test_an_orphan_names_its_parent() -> None:
    story = _story()
    story.ends(1, 50, -9)
    story.ends(2, 90, 0)
    finding = _one(story, FindingKind.ORPHAN)
    assert (finding.processes, finding.ts_ns, finding.facts["lived_ns"]) == ((2, 1), ns(50), 40_000_000)


def test_a_helper_that_outlives_main_by_a_breath_is_no_story() -> None:
    story = Story()
    story.begins(2, 20, kind="helper", name="resource_tracker")
    story.ends(1, 50, 0)
    story.ends(2, 52, 0)
    assert not _found(story, FindingKind.ORPHAN)


def test_failures_crashes_and_exit_codes() -> None:
    failed = _story()
    failed.step(2, 50, "target-ended", outcome="exception", exitcode=1, exception="ValueError", message="a\nb")
    failed.ends(2, 52, 1)
    assert [one.kind for one in find(failed.timeline)] == [FindingKind.CHILD_FAILED]
    assert _one(failed, FindingKind.CHILD_FAILED).facts["message"] == "a"
    crashed = _story()
    crashed.ends(2, 52, -11)
    assert [one.kind for one in find(crashed.timeline)] == [FindingKind.CRASH]
    left = _story()
    left.step(2, 50, "target-ended", outcome="sys-exit", exitcode=3)
    left.ends(2, 52, 3)
    assert _one(left, FindingKind.EXIT_CODE).facts["cause"] == "sys-exit"


def test_killed_from_outside() -> None:
    story = _story()
    story.ends(2, 52, -9)
    finding = _one(story, FindingKind.KILLED_FROM_OUTSIDE)
    assert (finding.processes, finding.facts["signal"]) == ((2,), "SIGKILL")
    assert not _found(story, FindingKind.SIGNAL)


def test_a_signal_from_nobody_known() -> None:
    story = _story()
    story.calls(1, 50, "os.killpg", target_pid=777, signal=9)
    story.ends(2, 52, -9)
    assert _one(story, FindingKind.SIGNAL).processes == (2,)


def test_a_torn_recording_and_lost_events_say_so() -> None:
    story = _story()
    story.add(Lost(t=ns(30), what="kernel", count=3))
    timeline = story.timeline
    timeline.torn = True
    kinds = [finding.kind for finding in find(timeline)]
    assert kinds == [FindingKind.EVENTS_LOST, FindingKind.TORN]


def test_findings_come_in_order_of_time() -> None:
    found = find(whole_run().timeline)
    assert [one.ts_ns for one in found] == sorted(one.ts_ns for one in found)
    assert {one.kind for one in found} == {
        FindingKind.CHILD_FAILED, FindingKind.TERMINATE, FindingKind.SIGTERM_IGNORED, FindingKind.KILL,
        FindingKind.ZOMBIE, FindingKind.IMPLICIT_WAIT, FindingKind.DAEMON_CUTOFF,
    }  # fmt: skip
