"""Sentences that depend on more than one fact: what is known is said, what is uncertain is said to be."""

from __future__ import annotations

from typing import Any

import pytest

from procviz.trace.findings.finding import Fact, Finding, FindingKind
from procviz.trace.timeline import Place
from procviz.wording import use_language
from procviz.wording.findings.sentences import sentence


def _said(
    kind: FindingKind, *names: str | None, place: Place | None = None, language: str = "en", **facts: Fact
) -> str:
    use_language(language)
    people = tuple(range(2, 2 + len(names)))
    return sentence(Finding(kind, people, 0, {"at_ns": 1_500_000_000, **facts}, place, names))


@pytest.mark.parametrize(
    ("facts", "end"),
    [
        ({"printed": "step 2", "ran_ns": 1}, "The last it had printed: step 2"),
        ({"ran_ns": 45_000_000}, "Its target had run for 45 ms."),
        ({"instrumented": 1}, "Its target had not begun yet."),
        ({"instrumented": 0}, "main's code had ended."),
    ],
)
def test_how_far_a_daemon_had_come(facts: dict[str, Any], end: str) -> None:
    assert _said(FindingKind.DAEMON_CUTOFF, "d", None, **facts).endswith(end)


@pytest.mark.parametrize(
    ("via", "part"),
    [
        ("join", "until main called join()."),
        ("active_children", "until main called active_children(), which reaps"),
        ("start", "until main started another process"),
        ("exit", "until main itself came to its exit."),
        ("parent-ended", "only the end of main set it free."),
        (None, "until then main did not wait for it."),
    ],
)
def test_what_reaped_a_zombie(via: str | None, part: str) -> None:
    assert part in _said(FindingKind.ZOMBIE, "z", None, lasted_ns=300_000_000, via=via)


@pytest.mark.parametrize(
    ("facts", "part"),
    [
        ({"adopter": "init"}, "The system's first process (pid 1) took it in."),
        ({"adopter": "procviz"}, "procviz took it in; without procviz"),
        ({"adopter": "process", "adopter_name": "shepherd"}, "shepherd took it in."),
        ({"adopter": "other", "adopter_pid": 77}, "The process with pid 77 took it in."),
        ({"adopter": None, "ended_by": "user"}, "it lived on until the run was stopped."),
    ],
)
def test_what_became_of_an_orphan(facts: dict[str, Any], part: str) -> None:
    assert part in _said(FindingKind.ORPHAN, "o", None, **facts)


def test_why_a_sigterm_was_outlived() -> None:
    kind = FindingKind.SIGTERM_IGNORED
    assert _said(kind, "s", None, ending="kill", lived_ns=1, handler="ignore").endswith(
        "kill() did, 0.0 ms later. It had told the system to ignore SIGTERM."
    )
    assert _said(kind, "s", None, going_on=1, handler="on_term").endswith("It had set a handler for it, on_term.")
    assert "for the SIGTERM sent at 1.50 s, on_term" in _said(
        FindingKind.SIGTERM_HANDLED, "s", None, handler="on_term", exitcode=7
    )


@pytest.mark.parametrize(
    ("facts", "end"),
    [
        ({"exitcode": 137, "born": "subprocess", "cause": "unknown"}, "that it ran was ended by SIGKILL."),
        ({"exitcode": 127, "born": "subprocess", "cause": "unknown"}, "does not find a command."),
        ({"exitcode": 137, "born": "multiprocessing", "cause": "sys-exit"}, "exit code 137."),
        ({"exitcode": 255, "born": "multiprocessing", "method": "forkserver"}, "was ended before its child."),
        ({"exitcode": 120, "cause": "unknown"}, "could not write out the last of its output."),
        ({"exitcode": 3, "cause": "os-exit"}, "with os._exit() at 1.50 s: exit code 3."),
    ],
)
def test_exit_codes_in_words(facts: dict[str, Any], end: str) -> None:
    assert _said(FindingKind.EXIT_CODE, "e", **facts).endswith(end)


def test_a_failure_names_its_line() -> None:
    said = _said(FindingKind.CHILD_FAILED, "f", place=Place("job.py", 8), type="ValueError", message="no")
    assert said == "f failed at 1.50 s in line 8 with ValueError: no"
    said = _said(FindingKind.CHILD_FAILED, "f", place=Place("lib/a.py", 8), file="a.py", type="E", message="")
    assert said == "f failed at 1.50 s in line 8 of a.py with E."


def test_costs() -> None:
    costs: dict[str, Any] = {"fork_ns": 2_000_000, "fork_count": 3, "spawn_ns": 90_000_000, "spawn_count": 1}
    told = _said(FindingKind.START_COST, "a", "b", language="zh_CN", **costs)
    assert told.endswith("用时：fork 方式 2.0 毫秒（3 个的中位数），spawn 方式 90 毫秒。")
    said = _said(FindingKind.START_COST, "a", "b", **costs)
    assert said.endswith("a process took 2.0 ms with fork (the middle one of 3) and 90 ms with spawn.")
    said = _said(
        FindingKind.START_COST, "a", **{**costs, "fork_count": 2, "forkserver_ns": 8_000_000, "forkserver_count": 1}
    )
    assert said.endswith("took 2.0 ms with fork (the shorter of two), 90 ms with spawn and 8.0 ms with forkserver.")
    busy = _said(FindingKind.CORES_BUSY, "a", "b", "c", lasted_ns=2_000_000_000, cores=2, busy=3)
    assert busy.endswith("all 2 cores were busy: 3 processes shared them, so more of them would not have been faster.")
    full = _said(FindingKind.CORES_BUSY, "a", "b", lasted_ns=2_000_000_000, cores=2, busy=2)
    assert full.endswith("a and b kept all 2 cores busy.")


def test_what_is_uncertain_says_so() -> None:
    assert "may have been lost" in _said(FindingKind.OUTPUT_LOST, "p", certain=0, text="step 1")
    assert _said(FindingKind.OUTPUT_LOST, "p", certain=1, text="step 1").endswith("It began with: step 1")


def test_hangs_say_who_waits_for_whom() -> None:
    said = _said(FindingKind.QUEUE_NOT_EMPTIED, "w", None, going_on=1)
    assert "main has been waiting since 1.50 s for w to end. Each waits for the other" in said
    said = _said(FindingKind.LOCK_OWNER_DIED, "o", "a", "b", going_on=1)
    assert said.endswith("which nobody gives back now: a and b wait for it.")
    said = _said(FindingKind.POOL_WORKER_LOST, "w", None, name="task", waited_ns=2_000_000_000)
    assert said.endswith("its result never comes. main waited for it in vain, for 2.00 s.")
