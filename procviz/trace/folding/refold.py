"""Makes the lives anew that new evidence concerns, and those that hang on them.

First each life from its own evidence (`lives`), then what follows from others: depth, orphanhood, waits, causes,
arrows. A life whose outcome others can see (its start, its end, its place in the tree) draws them in.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields
from itertools import pairwise
from typing import Any

from procviz.trace.folding import causes, marks
from procviz.trace.folding.causes import Sent, Status
from procviz.trace.folding.evidence import WAITS, Evidence, best, edge
from procviz.trace.folding.filing import Files
from procviz.trace.folding.lives import describe
from procviz.trace.folding.reaping import keeper, kept_until, reaped
from procviz.trace.folding.slices import cut, waits_of
from procviz.trace.folding.suspensions import halts_of, lay_over
from procviz.trace.folding.unknown_senders import Strangers, strangers
from procviz.trace.signal_names import signal_name
from procviz.trace.timeline import Edge, Kind, Life, Timeline

_FACTS = tuple(one.name for one in fields(Life) if one.name not in ("instants", "deeds", "revision"))


class Settling:
    """Brings a timeline up to its files."""

    def __init__(self, timeline: Timeline, files: Files) -> None:
        self._timeline = timeline
        self._files = files
        self._system = timeline.header.platform.system
        self._children: defaultdict[int, set[int]] = defaultdict(set)
        self._seen: dict[int, tuple[Any, ...]] = {}  # what others can see of a life
        self._ends: dict[int, Edge] = {}
        self._statuses: dict[int, Status] = {}
        self._unexplained: set[int] = set()
        self._strangers: Strangers | None = None
        self._in_order = True

    def settle(self) -> None:
        """Make anew what changed since the last time."""
        evidence = self._files.evidence
        todo = {p for p in self._files.dirty if evidence[p].began}
        marked = {p for p in self._files.marked if evidence[p].began}
        self._files.dirty.clear()
        self._files.marked.clear()
        before = {p: _facts(evidence[p].life) for p in todo}
        for p in before:
            todo |= self._describe(evidence[p])
        todo = {p for p in todo if p in self._timeline.lives} | self._asked_again()
        before |= {p: _facts(evidence[p].life) for p in todo - before.keys()}
        marked |= self._relate(todo, before)
        for p in marked | {p for p, old in before.items() if _facts(evidence[p].life) != old}:
            evidence[p].life.revision += 1

    def _describe(self, evidence: Evidence) -> set[int]:
        """A life by itself; returns whom it draws in."""
        life, p = evidence.life, evidence.id
        old_parent, old_name = life.parent, life.name
        describe(evidence)
        self._count_name(old_name, life.name)
        status = self._statuses[p] = causes.status_of(evidence)
        life.exitcode, life.exitcode_witness = status.exitcode, status.witness
        has_signals = status.signal is not None and self._system != "Windows"
        life.signal = signal_name(status.signal or 0, self._system) if has_signals else None
        if life.ended is not None:
            self._ends[p] = life.ended
        if old_parent is not None:
            self._children[old_parent].discard(p)
        if life.parent is not None:
            self._children[life.parent].add(p)
        seen = (life.kind, life.started, life.parent, life.ended)
        old = self._seen.get(p)
        if seen == old:
            return set()
        self._seen[p] = seen
        self._timeline.lives.setdefault(p, life)
        if old is None or old[:2] != seen[:2]:
            self._in_order = False
        waiters = {one.call.p for one in evidence.aimed.values() if one.call and one.call.name in WAITS}
        return self._children[p] | self._files.victims.get(p, set()) | waiters

    def _count_name(self, old: str, new: str) -> None:
        names = self._timeline.names
        if old != new:
            names[new] = names.get(new, 0) + 1
            if old and names[old] > 1:
                names[old] -= 1
            elif old:
                del names[old]

    def _asked_again(self) -> set[int]:
        """Lives whose killer was not known, when what is known of possible senders changed."""
        if not self._unexplained:
            self._strangers = None
            return set()
        now = strangers(self._timeline, self._files)
        changed = now != self._strangers
        self._strangers = now
        return set(self._unexplained) if changed else set()

    def _relate(self, todo: set[int], before: dict[int, tuple[Any, ...]]) -> set[int]:
        """What follows from others; returns those with other marks."""
        marked, flown, queue = set(), False, list(todo)
        while queue:
            p = queue.pop()
            evidence = self._files.evidence[p]
            life, flows = evidence.life, evidence.flows
            before.setdefault(p, _facts(life))
            depth = self._depth(life)
            if depth != life.depth:
                life.depth = depth
                queue.extend(child for child in self._children[p] if child in self._timeline.lives)
            if self._make(evidence):
                marked.add(p)
            flown |= evidence.flows != flows
        if not self._in_order:
            self._order()
        if flown:
            self._gather_flows()
        return marked

    def _make(self, evidence: Evidence) -> bool:
        """Slices, cause, marks and arrows of one life; says whether its marks changed."""
        life, timeline = evidence.life, self._timeline
        life.orphaned = self._orphaned(evidence)
        zombie = self._kept(evidence)
        sent = marks.sent_to(evidence, self._files.run_acts.values(), self._system)
        self._explain(evidence, sent)
        waits = waits_of(life, evidence.waits.values(), self._ends)
        pieces = cut(life, waits, probe=timeline.header.probe, zombie=zombie)
        life.slices = lay_over(pieces, halts_of(life, sent, evidence.halts, self._system))
        evidence.flows = marks.flows_of(evidence, sent, waits, timeline.lives, self._system)
        new = marks.marks_of(evidence, sent, self._system)
        if new == evidence.marks:
            return False
        for mark in evidence.marks:
            marks.take(life.instants, mark)
        for mark in new:
            marks.put(life.instants, mark)
        evidence.marks = new
        return True

    def _kept(self, evidence: Evidence) -> tuple[Edge | None, bool]:
        """Until when it was a zombie of somebody who lived, and whether it was; makes that one's end draw it in."""
        life, lives = evidence.life, self._timeline.lives
        one = keeper(life, lives)
        if one is not None:
            self._children[one.id].add(life.id)
        if life.reaped is not None:
            life.reaped = reaped(evidence, lives) or life.reaped
        return kept_until(life, lives, self._timeline.finished)

    def _explain(self, evidence: Evidence, sent: list[Sent]) -> None:
        life, status = evidence.life, self._statuses[evidence.id]
        if causes.is_unexplained(life, status, sent):
            self._unexplained.add(life.id)
            self._strangers = self._strangers or strangers(self._timeline, self._files)
        else:
            self._unexplained.discard(life.id)
        around = self._strangers.around(life) if life.id in self._unexplained and self._strangers else None
        ending = causes.how_it_ended(life, evidence, status, sent, around, self._system)
        life.cause, life.by, life.cause_place, life.failure = ending.cause, ending.by, ending.place, ending.failure
        life.ended_with = ending.how

    def _orphaned(self, evidence: Evidence) -> Edge | None:
        """When the parent was gone, if the process lived then."""
        life = evidence.life
        parent = self._ends.get(life.parent) if life.parent is not None else None
        lost = parent or edge(best(evidence.adopted))
        if lost is None or life.started is None:
            return None
        if life.ended is not None and lost.ts_ns >= life.ended.ts_ns - (life.ended.precision_ns or 0):
            return None  # who ended first is not known
        return lost if lost.ts_ns >= life.started.ts_ns else life.started

    def _depth(self, life: Life) -> int:
        depth, passed, parent = 0, {life.id}, life.parent
        while parent is not None and parent not in passed and parent in self._timeline.lives:
            passed.add(parent)
            depth += 1
            parent = self._files.evidence[parent].life.parent
        return depth

    def _order(self) -> None:
        """Keep the lives in start order, main first, in the same dict."""
        lives = self._timeline.lives
        if any(later < earlier for earlier, later in pairwise(map(_rank, lives.values()))):
            ordered = sorted(lives.items(), key=lambda item: _rank(item[1]))
            lives.clear()
            lives.update(ordered)
        self._timeline.begin_ns = min(life.started.ts_ns for life in lives.values() if life.started)
        self._in_order = True

    def _gather_flows(self) -> None:
        flows = [flow for p in self._timeline.lives for flow in self._files.evidence[p].flows]
        flows.sort(key=lambda one: (one.source_ns, one.target_ns, one.source, one.target, one.kind.value))
        self._timeline.flows[:] = flows


def _rank(life: Life) -> tuple[bool, int, int]:
    return life.kind is not Kind.MAIN, life.started.ts_ns if life.started else 0, life.id


def _facts(life: Life) -> tuple[Any, ...]:
    return tuple(getattr(life, name) for name in _FACTS)
