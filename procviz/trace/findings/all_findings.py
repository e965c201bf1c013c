"""What happened, told from the facts of a timeline alone: each by a rule that is marked as one.

A finding holds ids, numbers and names; its sentence is `wording.findings`.
"""

from __future__ import annotations

from collections.abc import Iterator

from procviz.trace.findings import costs, ends, handlers, hangs, mistakes, signals, waits
from procviz.trace.findings.finding import (
    RULES_OF_A_LIFE,
    RULES_OF_THE_RUN,
    Fact,
    Finding,
    FindingKind,
    found,
    of_the_run,
    stopped_with_the_run,
    until_the_stop,
)
from procviz.trace.timeline import Timeline

__all__ = ["Fact", "Finding", "FindingKind", "find"]

_RULES = (costs, ends, handlers, hangs, mistakes, signals, waits)  # importing them marks their rules


def find(timeline: Timeline) -> list[Finding]:
    """Everything worth a sentence, in order of time and, of one moment, in the order of `FindingKind`."""
    told = [finding for rule in RULES_OF_A_LIFE for life in timeline.lives.values() for finding in rule(life, timeline)]
    told += [finding for rule in RULES_OF_THE_RUN for finding in rule(timeline)]
    told = [one for one in told if one.kind in _OF_THE_RECORDING or not until_the_stop(one.ts_ns, timeline)]
    order = {kind: index for index, kind in enumerate(FindingKind)}
    return sorted(told, key=lambda one: (one.ts_ns, order[one.kind], one.processes))


# Told of whatever moment; of the rest nothing that came about while the run was being ended from outside.
_OF_THE_RECORDING = (FindingKind.STOPPED, FindingKind.EVENTS_LOST, FindingKind.TORN)


@of_the_run
def _stopped(timeline: Timeline) -> Iterator[Finding]:
    """The whole run was ended: one sentence, not one for each process."""
    if timeline.stopped_ns is None:
        return
    hit = [life.id for life in timeline.lives.values() if stopped_with_the_run(life, timeline)]
    ended_by = timeline.ended_by or "user"
    yield found(timeline, FindingKind.STOPPED, hit, timeline.stopped_ns, ended_by=ended_by, count=len(hit))


@of_the_run
def _events_lost(timeline: Timeline) -> Iterator[Finding]:
    if timeline.lost_events:
        yield found(timeline, FindingKind.EVENTS_LOST, [], timeline.last_ns, count=timeline.lost_events)


@of_the_run
def _torn(timeline: Timeline) -> Iterator[Finding]:
    if timeline.torn:
        yield found(timeline, FindingKind.TORN, [], timeline.last_ns)
