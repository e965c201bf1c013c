"""Findings about ends that a process brought upon itself: an exception, a crash, an exit code."""

from __future__ import annotations

from collections.abc import Iterator

from procviz.trace.findings.finding import Fact, Finding, FindingKind, found, of_a_life, raised_at, with_parent
from procviz.trace.findings.handlers import signal_behind
from procviz.trace.findings.mistakes import is_explained
from procviz.trace.findings.signals import BY_OTHERS, sigterm_outlived
from procviz.trace.signal_names import fault_name
from procviz.trace.timeline import Cause, Life, Timeline


@of_a_life
def child_failed(life: Life, timeline: Timeline) -> Iterator[Finding]:
    """An exception ended it; the place is the last one of the program's own file in its traceback."""
    at = life.code_ended or life.ended
    if life.cause is not Cause.EXCEPTION or life.failure is None or at is None or is_explained(life):
        return
    message = life.failure.message.strip().partition("\n")[0]
    facts: dict[str, Fact] = {"type": life.failure.type, "message": message, "exitcode": life.exitcode}
    people, sent = [life.id], signal_behind(life)
    if sent is not None:
        people += [sent.other] if sent.other is not None else []
        facts |= {"signal": sent.name, "sender": sent.sender, "sent_line": sent.place.line if sent.place else None}
        facts["sent_at_ns"] = sent.edge.ts_ns - timeline.begin_ns
    yield found(
        timeline, FindingKind.CHILD_FAILED, people, at.ts_ns, raised_at(life.failure.traceback, timeline), **facts
    )


@of_a_life
def crash(life: Life, timeline: Timeline) -> Iterator[Finding]:
    """A fault ended it: a segmentation fault and its like."""
    if life.ended and life.cause is Cause.CRASH:
        yield found(timeline, FindingKind.CRASH, [life.id], life.ended.ts_ns, signal=_fault(life, timeline))


def _fault(life: Life, timeline: Timeline) -> str | None:
    return life.signal or fault_name(life.exitcode, timeline.header.platform.system)


@of_a_life
def not_run(life: Life, timeline: Timeline) -> Iterator[Finding]:
    """It was made to run a command, and its parent learnt that this had failed."""
    if life.ended and life.not_run:
        command, people = life.not_run.command, with_parent(life)
        yield found(
            timeline, FindingKind.NOT_RUN, people, life.ended.ts_ns, life.started_at,
            command=command, error=life.not_run.error, exitcode=life.exitcode,
        )  # fmt: skip


@of_a_life
def exit_code(life: Life, timeline: Timeline) -> Iterator[Finding]:
    """It ended with a number that is not 0, and nothing else says why."""
    if not life.ended or not life.exitcode or life.signal is not None or life.cause is Cause.EXCEPTION:
        return
    if life.cause in BY_OTHERS or life.cause is Cause.CRASH:
        return  # where there are no signals they have an exit code too
    if life.cause is Cause.UNKNOWN and is_explained(life):  # a fork server does not tell of its child's exception
        return
    if life.not_run:
        return
    if any(one.kind is FindingKind.SIGTERM_HANDLED for one in sigterm_outlived(life, timeline)):
        return
    ts_ns, cause = life.ended.ts_ns, life.cause.value
    yield found(
        timeline, FindingKind.EXIT_CODE, [life.id], ts_ns, life.cause_place, exitcode=life.exitcode, cause=cause,
        born=life.kind.value, method=life.start_method,
    )  # fmt: skip
