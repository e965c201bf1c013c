"""What happened, told from the facts of a timeline alone: one small function per finding, all in one table.

A finding holds ids, numbers and names; its sentence is `wording.findings`.
"""

from __future__ import annotations

from collections.abc import Iterator

from procviz.trace.findings import costs, ends, handlers, hangs, mistakes, signals, waits
from procviz.trace.findings.finding import (
    Fact,
    Finding,
    FindingKind,
    OfALife,
    OfTheRun,
    found,
    stopped_with_the_run,
    until_the_stop,
)
from procviz.trace.timeline import Timeline

__all__ = ["Fact", "Finding", "FindingKind", "find"]


def find(timeline: Timeline) -> list[Finding]:
    """Everything worth a sentence, in order of time and, of one moment, in the order of `FindingKind`."""
    told = [finding for rule in _OF_A_LIFE for life in timeline.lives.values() for finding in rule(life, timeline)]
    told += [finding for rule in _OF_THE_RUN for finding in rule(timeline)]
    told = [one for one in told if one.kind in _OF_THE_RECORDING or not until_the_stop(one.ts_ns, timeline)]
    order = {kind: index for index, kind in enumerate(FindingKind)}
    return sorted(told, key=lambda one: (one.ts_ns, order[one.kind], one.processes))


# Told of whatever moment; of the rest nothing that came about while the run was being ended from outside.
_OF_THE_RECORDING = (FindingKind.STOPPED, FindingKind.EVENTS_LOST, FindingKind.TORN)


def _stopped(timeline: Timeline) -> Iterator[Finding]:
    """The whole run was ended: one sentence, not one for each process."""
    if timeline.stopped_ns is None:
        return
    hit = [life.id for life in timeline.lives.values() if stopped_with_the_run(life, timeline)]
    ended_by = timeline.ended_by or "user"
    yield found(timeline, FindingKind.STOPPED, hit, timeline.stopped_ns, ended_by=ended_by, count=len(hit))


def _events_lost(timeline: Timeline) -> Iterator[Finding]:
    if timeline.lost_events:
        yield found(timeline, FindingKind.EVENTS_LOST, [], timeline.last_ns, count=timeline.lost_events)


def _torn(timeline: Timeline) -> Iterator[Finding]:
    if timeline.torn:
        yield found(timeline, FindingKind.TORN, [], timeline.last_ns)


_OF_A_LIFE: tuple[OfALife, ...] = (
    waits.implicit_wait,
    signals.daemon_cutoff,
    signals.ended_by_call,
    signals.killed_from_outside,
    signals.sigterm_outlived,
    handlers.signal_handled,
    signals.suspended,
    waits.zombie,
    waits.orphan,
    mistakes.daemon_children,
    ends.child_failed,
    ends.crash,
    ends.not_run,
    ends.exit_code,
    hangs.output_lost,
    hangs.queue_not_emptied,
    hangs.pool_worker_lost,
    hangs.executor_broken,
)
_OF_THE_RUN: tuple[OfTheRun, ...] = (
    signals.grandchildren_left,
    mistakes.main_guard,
    mistakes.not_importable,
    hangs.lock_owner_died,
    costs.start_cost,
    costs.cores_busy,
    _stopped,
    _events_lost,
    _torn,
)
