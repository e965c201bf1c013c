"""What happened, where several facts make one story: each with a look-alike that is none."""

from __future__ import annotations

from typing import Any

import pytest

from procviz.trace.findings.all_findings import find
from procviz.trace.findings.finding import Finding, FindingKind
from procviz.trace.records import Adopted, Called, Deed, Described
from procviz.trace.timeline import Place
from tests.trace.builders import CALL, KERNEL, OS, Story, ns

_GUARD = (
    "RuntimeError: \n        An attempt has been made to start a new process before the\n"
    "        current process has finished its bootstrapping phase.\n"
)


def found(story: Story, kind: FindingKind) -> list[Finding]:
    return [finding for finding in find(story.timeline) if finding.kind is kind]


def one(story: Story, kind: FindingKind) -> Finding:
    (finding,) = found(story, kind)
    return finding


def deed(story: Story, p: int, at: float, what: str, **facts: Any) -> None:
    story.add(Deed(t=ns(at), p=p, deed=what, **facts))


def _failed_start(story: Story, p: int, at: float, error: str) -> None:
    call = story.calls(p, at, "start", line=12)
    story.add(Called(t=ns(at + 1), p=p, call=call, error=error))


# ---------------------------------------------------------------------------------- how far a daemon had come


def _cut_off(**words: Any) -> Story:
    story = Story()
    story.child(2, 20, name="daemon", daemon=True, **words)
    story.call(1, 300, 300.1, "terminate", 2, implicit=True)
    story.ends(2, 301, -15)
    return story


def test_a_daemon_that_printed_tells_by_its_last_line_how_far_it_had_come() -> None:
    story = _cut_off()
    story.prints(2, 100, "step 1\nstep 2\n")
    story.prints(1, 200, "not mine\n")
    story.prints(2, 150, "\n")
    facts = one(story, FindingKind.DAEMON_CUTOFF).facts
    assert (facts["printed"], facts["ran_ns"]) == ("step 2", 276_000_000)


def test_a_silent_daemon_tells_by_how_long_it_ran() -> None:
    facts = one(_cut_off(), FindingKind.DAEMON_CUTOFF).facts
    assert (facts["printed"], facts["ran_ns"]) == (None, 276_000_000)


def test_a_daemon_that_had_not_begun() -> None:
    story = Story()
    story.begins(2, 20, kind="multiprocessing", name="daemon", daemon=True)
    story.step(2, 21, "forked")
    story.call(1, 22, 22.1, "terminate", 2, implicit=True)
    story.ends(2, 23, -15)
    facts = one(story, FindingKind.DAEMON_CUTOFF).facts
    assert (facts["ran_ns"], facts["instrumented"]) == (None, 1)


# ---------------------------------------------------------------------------------- SIGTERM handled or ignored


def _terminated(handler: str | None = None) -> Story:
    story = Story()
    story.child(2, 20, name="worker")
    if handler is not None:
        deed(story, 2, 30, "handler", signal=15, name=handler)
    story.call(1, 50, 50.1, "terminate", 2, line=30)
    return story


def test_a_handler_that_ends_the_process_with_a_code_of_its_own() -> None:
    for handler in (None, "on_term"):
        story = _terminated(handler)
        story.step(2, 152, "target-ended", outcome="sys-exit", exitcode=7)
        story.ends(2, 155, 7)
        finding = one(story, FindingKind.SIGTERM_HANDLED)
        assert (finding.processes, finding.ts_ns, finding.place) == ((2, 1), ns(50), Place("job.py", 30))
        assert finding.facts["handler"] == handler
        assert (finding.facts["exitcode"], finding.facts["lived_ns"]) == (7, 105_000_000)
        assert not found(story, FindingKind.SIGTERM_IGNORED)
        assert not found(story, FindingKind.EXIT_CODE)


def test_a_handler_that_has_the_target_return() -> None:
    story = _terminated("on_term")
    story.returns(2, 60)
    assert one(story, FindingKind.SIGTERM_HANDLED).facts["exitcode"] == 0


def test_a_signal_that_is_ignored_is_not_handled_however_it_ends() -> None:
    story = _terminated("ignore")
    story.step(2, 252, "target-ended", outcome="sys-exit", exitcode=7)
    story.ends(2, 255, 7)
    assert not found(story, FindingKind.SIGTERM_HANDLED)
    assert one(story, FindingKind.SIGTERM_IGNORED).facts["handler"] == "ignore"


def test_a_process_that_simply_went_on_and_returned_handled_nothing() -> None:
    story = _terminated()
    story.returns(2, 400)
    assert not found(story, FindingKind.SIGTERM_HANDLED)
    assert one(story, FindingKind.SIGTERM_IGNORED).facts["ending"] == "returned"


@pytest.mark.parametrize(("method", "handler"), [("fork", "on_term"), ("spawn", None)])
def test_a_handler_is_taken_over_by_a_fork_only(method: str, handler: str | None) -> None:
    story = Story()
    deed(story, 1, 15, "handler", signal=15, name="on_term")
    story.child(2, 20, name="worker", start_method=method)
    deed(story, 1, 30, "handler", signal=15, name="default")
    story.call(1, 50, 50.1, "terminate", 2)
    story.call(1, 80, 80.1, "kill", 2)
    story.ends(2, 81, -9)
    assert one(story, FindingKind.SIGTERM_IGNORED).facts["handler"] == handler


# ---------------------------------------------------------------------------------- zombies, orphans, grandchildren


def test_a_zombie_knows_what_reaped_it() -> None:
    story = Story()
    story.child(2, 20)
    story.returns(2, 50)
    story.add(_reaped(2, 300, "active_children"))
    assert one(story, FindingKind.ZOMBIE).facts["via"] == "active_children"


def test_a_zombie_that_only_the_end_of_its_parent_set_free() -> None:
    for reaped_by, via in ((None, "parent-ended"), (1, None)):
        story = Story()
        story.child(2, 20)
        story.returns(2, 50)
        story.ends(1, 300, 0)
        story.reaped(2, 300.1, by=reaped_by)
        assert one(story, FindingKind.ZOMBIE).facts["via"] == via


def _reaped(p: int, at: float, via: str) -> Any:
    from procviz.trace.records import Reaped

    return Reaped(t=ns(at), p=p, w=CALL, precision_ns=0, by=1, exitcode=0, via=via)


@pytest.mark.parametrize(
    ("by", "by_pid", "changed", "adopter"),
    [
        (None, 1, [], "init"),
        (None, 1, ["adopter-of-orphans"], "init"),
        (None, 77, ["adopter-of-orphans"], "procviz"),
        (None, 77, [], "other"),
        (3, None, [], "process"),
        (None, None, [], None),
    ],
)
def test_an_orphan_knows_who_took_it_in(by: int | None, by_pid: int | None, changed: list[str], adopter: str) -> None:
    story = Story(changed=changed)
    story.child(2, 20)
    story.child(3, 21, name="reaper")
    story.ends(1, 50, -9)
    if by or by_pid:
        story.add(Adopted(t=ns(50), p=2, w=OS, by=by, by_pid=by_pid))
    story.ends(2, 90, 0)
    finding = next(one for one in found(story, FindingKind.ORPHAN) if one.processes[0] == 2)
    assert finding.facts["adopter"] == adopter
    assert finding.facts.get("adopter_name") == ("reaper" if by else None)


def test_an_orphan_that_the_stop_of_the_run_ended() -> None:
    story = Story()
    story.child(2, 20)
    story.ends(1, 50, -9)
    story.act(2, 500, "stop")
    story.ends(2, 501, -9)
    assert one(story, FindingKind.ORPHAN).facts["ended_by"] == "user"


def test_who_is_stopped_with_its_parent_is_no_orphan() -> None:
    story = Story()
    story.child(2, 20)
    story.act(1, 500, "stop")
    story.ends(1, 501, -9)
    story.ends(2, 502, -9)
    assert not found(story, FindingKind.ORPHAN)


def _with_grandchild() -> Story:
    story = Story()
    story.child(2, 20, name="middle")
    story.child(3, 40, by=2, name="grandchild")
    return story


def test_terminate_reaches_one_process_only() -> None:
    story = _with_grandchild()
    story.call(1, 100, 100.1, "terminate", 2, line=30)
    story.ends(2, 101, -15)
    story.returns(3, 400)
    finding = one(story, FindingKind.GRANDCHILDREN_LEFT)
    assert (finding.processes, finding.ts_ns, finding.facts["lived_ns"]) == ((2, 3), ns(101), 301_000_000)


def test_a_parent_that_ends_by_itself_or_with_its_children_leaves_nobody_by_force() -> None:
    returned = _with_grandchild()
    returned.returns(2, 100)
    returned.returns(3, 400)
    together = _with_grandchild()
    together.calls(1, 100, "os.killpg", target_pid=101, signal=9)
    together.ends(2, 101, -9)
    together.ends(3, 102, -9)
    before = _with_grandchild()
    before.returns(3, 90)
    before.call(1, 100, 100.1, "terminate", 2)
    before.ends(2, 101, -15)
    for story in (returned, together, before):
        assert not found(story, FindingKind.GRANDCHILDREN_LEFT)


# ---------------------------------------------------------------------------------- first mistakes


def _spawned(*numbers: int, method: str = "spawn") -> Story:
    story = Story()
    for p in numbers:
        call = story.calls(1, 19 + p, "start", line=5)
        story.begins(p, 20 + p, kind="multiprocessing", name=f"worker-{p}", start_method=method)
        story.add(Called(t=ns(20.5 + p), p=1, call=call, target=p))
        story.step(p, 60 + p, "up")
    return story


def test_a_missing_main_guard_is_one_finding_for_all_its_victims() -> None:
    story = _spawned(2, 3)
    for p in (2, 3):
        _failed_start(story, p, 70 + p, _GUARD)
        story.step(p, 75 + p, "code-ended", outcome="exception", exitcode=1, exception="RuntimeError", message=_GUARD)
        story.ends(p, 80 + p, 1)
    finding = one(story, FindingKind.MAIN_GUARD)
    assert (finding.processes, finding.place) == ((2, 3), Place("job.py", 12))
    assert (finding.facts["method"], finding.facts["count"]) == ("spawn", 2)
    assert not found(story, FindingKind.CHILD_FAILED)


def test_a_missing_main_guard_says_all_where_the_exception_is_not_told() -> None:
    story = _spawned(2, 3, method="forkserver")
    for p in (2, 3):
        story.ends(p, 80 + p, 1)
    _failed_start(story, 2, 72, _GUARD)
    assert one(story, FindingKind.MAIN_GUARD).processes == (2,)
    assert [finding.processes for finding in found(story, FindingKind.EXIT_CODE)] == [(3,)]


def test_a_runtime_error_of_ones_own_is_no_missing_guard() -> None:
    story = _spawned(2)
    story.step(2, 75, "code-ended", outcome="exception", exitcode=1, exception="RuntimeError", message=_GUARD)
    story.ends(2, 80, 1)
    assert not found(story, FindingKind.MAIN_GUARD)
    assert len(found(story, FindingKind.CHILD_FAILED)) == 1


def test_a_function_that_the_new_interpreter_does_not_find() -> None:
    story = _spawned(2, 3)
    message = "Can't get attribute 'work' on <module '__main__' (<class '_frozen_importlib.BuiltinImporter'>)>"
    for p in (2, 3):
        story.step(p, 75, "code-ended", outcome="exception", exitcode=1, exception="AttributeError", message=message)
        story.ends(p, 80, 1)
    finding = one(story, FindingKind.NOT_IMPORTABLE)
    assert (finding.processes, finding.facts["name"], finding.facts["stage"]) == ((2, 3), "work", "child")
    assert not found(story, FindingKind.CHILD_FAILED)


@pytest.mark.parametrize(
    ("error", "name"),
    [
        ("PicklingError: Can't pickle <function <lambda> at 0x7f>: attribute lookup <lambda> on __main__ failed",
         "<lambda>"),
        ("AttributeError: Can't pickle local object 'main.<locals>.work'", "main.<locals>.work"),
        ("AttributeError: Can't get local object 'main.<locals>.work'", "main.<locals>.work"),
        ("PicklingError: Can't pickle <function work at 0x7f>: it's not the same object as __main__.work", "work"),
    ],
)  # fmt: skip
def test_a_function_that_start_cannot_hand_over(error: str, name: str) -> None:
    story = Story()
    _failed_start(story, 1, 50, error)
    finding = one(story, FindingKind.NOT_IMPORTABLE)
    assert (finding.processes, finding.facts["name"], finding.facts["stage"]) == ((1,), name, "start")


@pytest.mark.parametrize("message", ["'Job' object has no attribute 'work'", "module 'job' has no attribute 'work'"])
def test_an_attribute_error_of_ones_own_is_a_failure_like_others(message: str) -> None:
    story = _spawned(2)
    story.step(2, 75, "target-ended", outcome="exception", exitcode=1, exception="AttributeError", message=message)
    story.ends(2, 80, 1)
    assert not found(story, FindingKind.NOT_IMPORTABLE)
    assert len(found(story, FindingKind.CHILD_FAILED)) == 1


def test_a_daemon_is_refused_children() -> None:
    story = Story()
    story.child(2, 20, name="daemon", daemon=True)
    _failed_start(story, 2, 50, "AssertionError: daemonic processes are not allowed to have children")
    assert one(story, FindingKind.DAEMON_CHILDREN).processes == (2,)
    other = Story()
    _failed_start(other, 1, 50, "AssertionError: cannot start a process twice")
    assert not found(other, FindingKind.DAEMON_CHILDREN)


def test_a_failure_names_the_last_line_of_the_programs_own_file() -> None:
    story = Story()
    story.child(2, 20)
    traceback = (
        '  File "lib/process.py", line 3, in run\n  File "job.py", line 8, in work\n  File "json.py", line 9, in x'
    )
    story.step(2, 50, "target-ended", outcome="exception", exception="E", message="", traceback=traceback)
    story.ends(2, 52, 1)
    assert one(story, FindingKind.CHILD_FAILED).place == Place("job.py", 8)


# ---------------------------------------------------------------------------------- costs


def _booting(*boots: tuple[str, float]) -> Story:
    story = Story()
    for p, (method, boot) in enumerate(boots, 2):
        story.begins(p, 20, kind="multiprocessing", name=f"worker-{p}", start_method=method)
        story.step(p, 20 + boot, "target-began")
    return story


def test_the_cost_of_start_methods_is_compared() -> None:
    finding = one(_booting(("fork", 2), ("spawn", 90), ("fork", 4), ("fork", 3)), FindingKind.START_COST)
    assert finding.processes == (2, 4, 5, 3)
    assert finding.facts == {
        "at_ns": 20_000_000, "fork_ns": 3_000_000, "fork_count": 3, "spawn_ns": 90_000_000, "spawn_count": 1
    }  # fmt: skip


@pytest.mark.parametrize(
    ("boots", "count"),
    [
        ([("fork", 2.0)], 0),
        ([("fork", 80.0)], 0),  # a machine that is busy, not a method that is slow
        ([("spawn", 40.0)], 1),
        ([("forkserver", 20.0)], 0),
        ([("forkserver", 70.0)], 1),
    ],
)
def test_one_start_method_is_only_told_of_when_it_costs(boots: list[tuple[str, float]], count: int) -> None:
    assert len(found(_booting(*boots), FindingKind.START_COST)) == count


def _computing(*percents: float, step: float = 100) -> Story:
    """Ticks with these shares for every one of three children."""
    story = Story()
    for p in (2, 3, 4):
        story.child(p, 20)
    for number, percent in enumerate(percents):
        story.tick(100 + number * step, 2, 3, 4, cpu=percent)
    return story


def test_all_cores_busy_with_more_processes_than_cores() -> None:
    finding = one(_computing(0, *[66.0] * 7, 0), FindingKind.CORES_BUSY)
    assert (finding.processes, finding.ts_ns) == ((2, 3, 4), ns(100))
    assert (finding.facts["lasted_ns"], finding.facts["cores"], finding.facts["busy"]) == (700_000_000, 2, 3)


@pytest.mark.parametrize("percents", [[66.0] * 5, [50.0] * 20, [66.0, 66.0, 66.0, 10.0] * 5])
def test_cores_that_had_time_left(percents: list[float]) -> None:
    assert not found(_computing(*percents), FindingKind.CORES_BUSY)


def test_a_first_sample_is_a_gap_and_no_rest() -> None:
    story = Story()
    story.child(2, 20)
    story.add(Described(t=ns(21), p=2, w=KERNEL))
    story.tick(100, 2, cpu=None)
    assert not found(story, FindingKind.CORES_BUSY)


def test_a_failure_is_placed_in_a_file_that_is_no_librarys() -> None:
    story = Story()
    story.begins(2, 20, kind="subprocess", cmdline=["python", "/srv/other.py"])
    frames = ["/srv/other.py", "/usr/lib/python3.14/multiprocessing/connection.py", "<frozen runpy>"]
    traceback = "\n".join(f'  File "{file}", line {at}, in f' for at, file in enumerate(frames, 1))
    story.step(2, 30, "code-ended", outcome="exception", exitcode=1, exception="OSError", traceback=traceback)
    story.ends(2, 31, 1)
    assert one(story, FindingKind.CHILD_FAILED).place == Place("/srv/other.py", 1)


def test_a_fork_server_that_imports_a_program_without_guard() -> None:
    story = Story()
    story.begins(2, 20, kind="helper", name="forkserver")
    call = story.calls(2, 30, "start", line=15)
    words = "RuntimeError: An attempt has been made to start a new process before its bootstrapping phase"
    story.add(Called(t=ns(31), p=2, call=call, error=words))
    story.ends(2, 40, 1)
    finding = one(story, FindingKind.MAIN_GUARD)
    assert (finding.processes, finding.facts["method"]) == ((2,), "forkserver")


def test_a_fork_server_that_passes_over_the_missing_guard_did_not_fail() -> None:
    story = Story()
    words = "RuntimeError: An attempt has been made to start a new process before its bootstrapping phase"
    story.begins(2, 20, kind="helper", name="forkserver")
    story.child(3, 35, name="child", start_method="forkserver")
    for p in (2, 3):
        story.add(Called(t=ns(40 + p), p=p, call=story.calls(p, 40, "start", line=15), error=words))
        story.ends(p, 50, p - 2)
    assert one(story, FindingKind.MAIN_GUARD).processes == (3,)
