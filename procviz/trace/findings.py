"""What happened, told from the facts of a timeline alone: one small function per finding, all in one table.

A finding holds ids, numbers and names; its sentence is `wording.findings`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from procviz.trace.timeline import Cause, InstantKind, Kind, Life, Place, Slice, State, Timeline

Fact = int | float | str | None
ZOMBIE_NS = 50_000_000  # a shorter one is no story: every process is one for a moment


class FindingKind(Enum):
    """What was found, with its facts beside `at_ns` (from the picture's beginning) and `file` (not the program's)."""

    IMPLICIT_WAIT = "implicit-wait"  # waited_ns, going_on
    DAEMON_CUTOFF = "daemon-cutoff"  # -
    TERMINATE = "terminate"  # sender
    KILL = "kill"  # sender
    SIGNAL = "signal"  # signal, sender
    STOPPED = "stopped"  # ended_by
    SIGTERM_IGNORED = "sigterm-ignored"  # sender, lived_ns, going_on, ending (a Cause value), ending_signal
    CHILD_FAILED = "child-failed"  # type, message
    CRASH = "crash"  # signal
    EXIT_CODE = "exit-code"  # exitcode, cause
    KILLED_FROM_OUTSIDE = "killed-from-outside"  # signal
    ORPHAN = "orphan"  # lived_ns, going_on
    ZOMBIE = "zombie"  # lasted_ns, going_on
    EVENTS_LOST = "events-lost"  # count
    TORN = "torn"  # -


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that happened. The first process is the one it is about, the others had a part in it.

    `names` goes with `processes`; None stands for main, which every language calls its own way.
    """

    kind: FindingKind
    processes: tuple[int, ...]
    ts_ns: int
    facts: dict[str, Fact] = field(default_factory=dict)
    place: Place | None = None
    names: tuple[str | None, ...] = ()


def find(timeline: Timeline) -> list[Finding]:
    """Everything worth a sentence, in order of time and, of one moment, in the order of `FindingKind`."""
    found = [finding for rule in _OF_A_LIFE for life in timeline.lives.values() for finding in rule(life, timeline)]
    found += [finding for rule in _OF_THE_RUN for finding in rule(timeline)]
    order = {kind: index for index, kind in enumerate(FindingKind)}
    return sorted(found, key=lambda one: (one.ts_ns, order[one.kind], one.processes))


def _finding(
    timeline: Timeline, kind: FindingKind, people: list[int], ts_ns: int, place: Place | None = None, **facts: Fact
) -> Finding:
    known = [timeline.lives.get(p) for p in people]
    names = tuple(None if life is None or life.kind is Kind.MAIN else life.name for life in known)
    facts = {"at_ns": ts_ns - timeline.begin_ns, **facts}
    program = timeline.header.program
    if place is not None and place.file not in (program.path, program.run_path):
        facts["file"] = place.file.replace("\\", "/").rpartition("/")[2]
    return Finding(kind, tuple(people), ts_ns, facts, place, names)


def _implicit_wait(life: Life, timeline: Timeline) -> Iterator[Finding]:
    waits = [one for one in life.slices if one.state is State.WAITING_AT_EXIT]
    if not waits:
        return
    begin_ns, end_ns = waits[0].begin.ts_ns, _slice_end(waits[-1], timeline)
    awaited = [one.awaited for one in waits]
    people = [
        child.id
        for child in timeline.lives.values()
        if not child.daemon and (child.id in awaited or _ended_meanwhile(child, life, begin_ns, end_ns))
    ]  # a daemon is cut off before, and only reaped here
    since = life.code_ended.ts_ns if life.code_ended else begin_ns
    if people:
        yield _finding(
            timeline, FindingKind.IMPLICIT_WAIT, [life.id, *people], since,
            waited_ns=end_ns - begin_ns, going_on=int(waits[-1].end is None),
        )  # fmt: skip


def _ended_meanwhile(child: Life, waiter: Life, begin_ns: int, end_ns: int) -> bool:
    """Whether a join at exit found it ended, because the one before had taken so long."""
    its_own = child.parent == waiter.id and child.kind is Kind.MULTIPROCESSING
    return its_own and child.ended is not None and begin_ns <= child.ended.ts_ns <= end_ns


def _daemon_cutoff(life: Life, timeline: Timeline) -> Iterator[Finding]:
    if life.ended and life.cause is Cause.DAEMON_CUTOFF:
        yield _finding(timeline, FindingKind.DAEMON_CUTOFF, _with_sender(life), life.ended.ts_ns)


def _ended_by_call(life: Life, timeline: Timeline) -> Iterator[Finding]:
    kinds = {Cause.TERMINATE: FindingKind.TERMINATE, Cause.KILL: FindingKind.KILL, Cause.SIGNAL: FindingKind.SIGNAL}
    kind = kinds.get(life.cause)
    if kind is None or life.ended is None or life.by == "outside" or _stopped_with_the_run(life, timeline):
        return
    sender = life.by if isinstance(life.by, str) else None
    yield _finding(
        timeline, kind, _with_sender(life), life.ended.ts_ns, life.cause_place, signal=life.signal, sender=sender
    )


def _killed_from_outside(life: Life, timeline: Timeline) -> Iterator[Finding]:
    if life.ended and life.by == "outside":
        ts_ns = life.ended.ts_ns
        yield _finding(timeline, FindingKind.KILLED_FROM_OUTSIDE, [life.id], ts_ns, signal=life.signal)


def _sigterm_ignored(life: Life, timeline: Timeline) -> Iterator[Finding]:
    """A SIGTERM that did not end it: it lived on, and what ended it was something else."""
    sent = [
        one
        for one in life.instants
        if one.kind is InstantKind.SIGNAL and one.name == "SIGTERM" and (not life.ended or one.edge.ts_ns < _end(life))
    ]
    if not sent or life.signal == "SIGTERM" or (life.ended and life.exitcode is None):
        return
    end_ns = _end(life) if life.ended else timeline.last_ns
    first, lived_ns = sent[0], end_ns - sent[0].edge.ts_ns
    if not life.ended and lived_ns < ZOMBIE_NS:
        return  # it may be dying of it
    people = [life.id] if first.other is None else [life.id, first.other]
    yield _finding(
        timeline, FindingKind.SIGTERM_IGNORED, people, first.edge.ts_ns, first.place, lived_ns=lived_ns,
        sender=first.sender, going_on=int(life.ended is None), ending=life.cause.value, ending_signal=life.signal,
    )  # fmt: skip


def _zombie(life: Life, timeline: Timeline) -> Iterator[Finding]:
    """Dead and not waited for; but a parent that is busy joining its children one by one forgets none."""
    for one in life.slices:
        begin_ns, lasted_ns = one.begin.ts_ns, _slice_end(one, timeline) - one.begin.ts_ns
        if one.state is not State.ZOMBIE or lasted_ns <= ZOMBIE_NS or _joins_at_exit(life.parent, begin_ns, timeline):
            continue
        people = [life.id] if life.parent is None else [life.id, life.parent]
        going_on = int(one.end is None)
        yield _finding(timeline, FindingKind.ZOMBIE, people, begin_ns, lasted_ns=lasted_ns, going_on=going_on)


def _joins_at_exit(p: int | None, ts_ns: int, timeline: Timeline) -> bool:
    life = timeline.lives.get(p) if p is not None else None
    if life is None:
        return False
    return any(
        one.state is State.WAITING_AT_EXIT and ts_ns < _slice_end(one, timeline) and ts_ns + ZOMBIE_NS > one.begin.ts_ns
        for one in life.slices
    )


def _orphan(life: Life, timeline: Timeline) -> Iterator[Finding]:
    if life.orphaned is None or life.kind is Kind.HELPER or _stopped_with_the_run(life, timeline):
        return
    end_ns = _end(life) if life.ended else timeline.last_ns
    people = [life.id] if life.parent is None else [life.id, life.parent]
    since, going_on = life.orphaned.ts_ns, int(life.ended is None)
    yield _finding(timeline, FindingKind.ORPHAN, people, since, lived_ns=end_ns - since, going_on=going_on)


def _child_failed(life: Life, timeline: Timeline) -> Iterator[Finding]:
    if life.cause is Cause.EXCEPTION and life.failure is not None:
        at = life.code_ended or life.ended
        message = life.failure.message.strip().partition("\n")[0]
        if at is not None:
            yield _finding(
                timeline, FindingKind.CHILD_FAILED, [life.id], at.ts_ns, type=life.failure.type, message=message,
                exitcode=life.exitcode,
            )  # fmt: skip


def _crash(life: Life, timeline: Timeline) -> Iterator[Finding]:
    if life.ended and life.cause is Cause.CRASH:
        yield _finding(timeline, FindingKind.CRASH, [life.id], life.ended.ts_ns, signal=life.signal)


def _exit_code(life: Life, timeline: Timeline) -> Iterator[Finding]:
    if life.ended and life.exitcode and life.signal is None and life.cause is not Cause.EXCEPTION:
        ts_ns, cause = life.ended.ts_ns, life.cause.value
        yield _finding(
            timeline, FindingKind.EXIT_CODE, [life.id], ts_ns, life.cause_place, exitcode=life.exitcode, cause=cause
        )


def _stopped(timeline: Timeline) -> Iterator[Finding]:
    """The whole run was ended: one sentence, not one for each process."""
    if timeline.stopped_ns is None:
        return
    hit = [life.id for life in timeline.lives.values() if _stopped_with_the_run(life, timeline)]
    ended_by = timeline.ended_by or "user"
    yield _finding(timeline, FindingKind.STOPPED, hit, timeline.stopped_ns, ended_by=ended_by, count=len(hit))


def _events_lost(timeline: Timeline) -> Iterator[Finding]:
    if timeline.lost_events:
        yield _finding(timeline, FindingKind.EVENTS_LOST, [], timeline.last_ns, count=timeline.lost_events)


def _torn(timeline: Timeline) -> Iterator[Finding]:
    if timeline.torn:
        yield _finding(timeline, FindingKind.TORN, [], timeline.last_ns)


def _stopped_with_the_run(life: Life, timeline: Timeline) -> bool:
    if timeline.stopped_ns is None or life.ended is None or life.ended.ts_ns < timeline.stopped_ns:
        return False
    return life.by in ("user", "procviz") and life.cause in (Cause.KILL, Cause.TERMINATE, Cause.SIGNAL)


def _with_sender(life: Life) -> list[int]:
    return [life.id, life.by] if isinstance(life.by, int) else [life.id]


def _slice_end(one: Slice, timeline: Timeline) -> int:
    return one.end.ts_ns if one.end else timeline.last_ns


def _end(life: Life) -> int:
    assert life.ended is not None
    return life.ended.ts_ns


_OF_A_LIFE: tuple[Callable[[Life, Timeline], Iterator[Finding]], ...] = (
    _implicit_wait,
    _daemon_cutoff,
    _ended_by_call,
    _killed_from_outside,
    _sigterm_ignored,
    _zombie,
    _orphan,
    _child_failed,
    _crash,
    _exit_code,
)
_OF_THE_RUN: tuple[Callable[[Timeline], Iterator[Finding]], ...] = (_stopped, _events_lost, _torn)
