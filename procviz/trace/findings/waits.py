"""Findings about waiting and not waiting: the wait at exit, zombies, orphans."""

from __future__ import annotations

from collections.abc import Iterator

from procviz.trace.findings.finding import (
    Fact,
    Finding,
    FindingKind,
    end_of,
    found,
    of_a_life,
    slice_end,
    stopped_with_the_run,
    until_the_stop,
    with_parent,
)
from procviz.trace.folding.evidence import WAITS
from procviz.trace.folding.reaping import keeper
from procviz.trace.timeline import InstantKind, Kind, Life, Slice, State, Timeline

ZOMBIE_NS = 50_000_000  # a shorter one is no story: every process is one for a moment
_INIT = 1


@of_a_life
def implicit_wait(life: Life, timeline: Timeline) -> Iterator[Finding]:
    """Its code had ended, and it waited on for children that are no daemons."""
    waits = [one for one in life.slices if one.state is State.WAITING_AT_EXIT]
    if not waits:
        return
    begin_ns, end_ns = waits[0].begin.ts_ns, slice_end(waits[-1], timeline)
    awaited = {one.awaited for one in waits}
    people = [
        child.id
        for child in timeline.lives.values()
        if not child.daemon and (child.id in awaited or _ended_meanwhile(child, life, begin_ns, end_ns))
    ]  # a daemon is cut off before, and only reaped here
    since = life.code_ended.ts_ns if life.code_ended else begin_ns
    if people:
        yield found(
            timeline, FindingKind.IMPLICIT_WAIT, [life.id, *people], since,
            waited_ns=end_ns - begin_ns, going_on=int(waits[-1].end is None),
            stopped=int(until_the_stop(waits[-1].end.ts_ns if waits[-1].end else None, timeline)),
        )  # fmt: skip


@of_a_life
def zombie(life: Life, timeline: Timeline) -> Iterator[Finding]:
    """Dead and not waited for; but a parent that is busy joining its children one by one forgets none."""
    one_of = keeper(life, timeline.lives)
    if one_of is None or life.start_method == "forkserver":  # the fork server's pace is multiprocessing's own
        return
    for one in life.slices:
        begin_ns, lasted_ns = one.begin.ts_ns, slice_end(one, timeline) - one.begin.ts_ns
        surely_ns = lasted_ns - (one.end.precision_ns or 0 if one.end is not None else 0)
        if one.state is not State.ZOMBIE or surely_ns <= ZOMBIE_NS or _joins_at_exit(one_of.id, begin_ns, timeline):
            continue
        going_on = int(one.end is None)
        via = _reaped_via(life, one_of) if one.end is not None else None
        stopped = int(until_the_stop(one.end.ts_ns if one.end else None, timeline))
        yield found(
            timeline, FindingKind.ZOMBIE, [life.id, one_of.id], begin_ns, None, lasted_ns=lasted_ns, going_on=going_on,
            via=via, stopped=stopped, **_call_meanwhile(life, one_of, one, timeline),
        )  # fmt: skip


@of_a_life
def orphan(life: Life, timeline: Timeline) -> Iterator[Finding]:
    """It outlived its parent, by itself or until the run was stopped."""
    if life.orphaned is None or life.kind is Kind.HELPER:
        return
    since, stopped = life.orphaned.ts_ns, stopped_with_the_run(life, timeline)
    yield found(
        timeline, FindingKind.ORPHAN, with_parent(life), since, None, lived_ns=end_of(life, timeline) - since,
        going_on=int(life.ended is None), ended_by=(timeline.ended_by or "user") if stopped else None,
        **_adopter(life, timeline),
    )  # fmt: skip


def _ended_meanwhile(child: Life, waiter: Life, begin_ns: int, end_ns: int) -> bool:
    """Whether a join at exit found it ended, because the one before had taken so long."""
    its_own = child.parent == waiter.id and child.kind is Kind.MULTIPROCESSING
    return its_own and child.ended is not None and begin_ns <= child.ended.ts_ns <= end_ns


def _joins_at_exit(p: int | None, ts_ns: int, timeline: Timeline) -> bool:
    life = timeline.lives.get(p) if p is not None else None
    if life is None:
        return False
    return any(
        one.state is State.WAITING_AT_EXIT and ts_ns < slice_end(one, timeline) and ts_ns + ZOMBIE_NS > one.begin.ts_ns
        for one in life.slices
    )


def _reaped_via(life: Life, parent: Life) -> str | None:
    """What reaped it; "parent-ended" where nobody did and the end of whose it was to do so set it free."""
    if life.reaped_via is not None and life.reaped_by in (None, parent.id):
        return life.reaped_via
    if parent.ended is None or life.reaped is None or life.reaped_by is not None:
        return None
    return "parent-ended" if life.reaped.ts_ns >= parent.ended.ts_ns else None


def _call_meanwhile(life: Life, parent: Life, zombie: Slice, timeline: Timeline) -> dict[str, Fact]:
    """The call for this child that who had to wait for it was in while it was a zombie, and since when."""
    waits = [one for one in parent.slices if one.awaited == life.id and one.state is State.WAITING]
    end_ns = slice_end(zombie, timeline)
    for wait in waits:
        first_ns, last_ns = max(wait.begin.ts_ns, zombie.begin.ts_ns), min(slice_end(wait, timeline), end_ns)
        if last_ns - first_ns > ZOMBIE_NS:
            call = _called_then(parent, life.id, wait.begin.ts_ns)
            return {"call": call, "called_ns": wait.begin.ts_ns - timeline.begin_ns} if call else {}
    return {}


def _called_then(parent: Life, child: int, ts_ns: int) -> str | None:
    """The last call about the child that had begun by then: a wait may have been cut by another one."""
    calls = [one for one in parent.instants if one.kind is InstantKind.CALL and one.other == child]
    names = [one.name for one in calls if one.name in WAITS and one.edge.ts_ns <= ts_ns]
    return names[-1] if names else None


def _adopter(life: Life, timeline: Timeline) -> dict[str, Fact]:
    if life.adopted_by is not None:
        adopter = timeline.lives.get(life.adopted_by)
        return {"adopter": "process", "adopter_name": adopter.name if adopter else None}
    pid = life.adopted_by_pid
    if pid is None:
        return {"adopter": None}
    if pid == _INIT:
        return {"adopter": "init", "adopter_pid": pid}
    its_own = "adopter-of-orphans" in timeline.header.changed
    return {"adopter": "procviz" if its_own else "other", "adopter_pid": pid}
