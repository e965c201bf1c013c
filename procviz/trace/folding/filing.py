"""Which record speaks of which process: files every record with the lives that it can change.

Keeps the indexes (calls by number, processes by pid, who was called about) and the list of lives to make anew.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from procviz.trace.folding import marks
from procviz.trace.folding.evidence import NO_LENGTH_NS, SENDS, STARTS, WAITS, Asked, Evidence, best
from procviz.trace.records import (
    Act,
    Adopted,
    Began,
    Call,
    Called,
    Deed,
    Described,
    Ended,
    Executed,
    Halted,
    Output,
    Reaped,
    Step,
    encode_line,
)
from procviz.trace.timeline import Instant, Life

_RUN_ACTS = frozenset({"stop", "timeout"})


class Files:
    """The evidence of every process, and what changed since it was last looked at."""

    def __init__(self) -> None:
        self.evidence: dict[int, Evidence] = {}
        self.run_acts: dict[str, Act] = {}  # the first stop or timeout: they concern everybody
        self.group_sends: dict[int, Asked] = {}  # signals to a group: others than those named may have been in it
        self.victims: defaultdict[int, set[int]] = defaultdict(set)  # caller -> whom it started or signalled
        self.dirty: set[int] = set()  # to be made anew
        self.marked: set[int] = set()  # only got a mark more
        self._asked: dict[int, Asked] = {}
        self._pids: defaultdict[int, dict[int, Evidence]] = defaultdict(dict)
        self._by_pid: defaultdict[int, dict[int, Asked]] = defaultdict(dict)  # calls that only name a pid
        self._handlers: dict[type, Callable[[Any], None]] = {
            Began: self._began,
            Described: lambda record: self._of(record.p).described.append(record),
            Executed: lambda record: self._of(record.p).executed.append(record),
            Step: self._step,
            Call: self._call,
            Called: self._called,
            Act: self._act,
            Halted: lambda record: self._of(record.p).halts.append(record),
            Ended: lambda record: self._of(record.p).ended.append(record),
            Reaped: lambda record: self._of(record.p).reaped.append(record),
            Adopted: lambda record: self._of(record.p).adopted.append(record),
            Deed: self._deed,
        }

    def file(self, record: Any) -> None:
        """File a record that speaks of a process; other records are none of its business."""
        handle = self._handlers.get(type(record))
        if handle is not None:
            handle(record)

    def printed(self, output: Output) -> None:
        """Put the mark of a print on the row of who printed it."""
        mark = marks.printed(output)
        if mark is not None:
            self._mark(mark)

    def mark_all(self) -> None:
        """Everything may look different now."""
        self.dirty.update(self.evidence)

    def _of(self, p: int) -> Evidence:
        evidence = self.evidence.get(p)
        if evidence is None:
            evidence = self.evidence[p] = Evidence(Life(id=p, pid=0, ppid=0))
        self.dirty.add(p)
        return evidence

    def _mark(self, mark: Instant) -> None:
        evidence = self.evidence.get(mark.process) or self._of(mark.process)
        marks.put(evidence.life.instants, mark)
        self.marked.add(mark.process)

    def _began(self, record: Began) -> None:
        evidence = self._of(record.p)
        evidence.began.append(record)
        self._pids[record.pid][record.p] = evidence
        for asked in list(self._by_pid[record.pid].values()):
            self._refile(asked)

    def _step(self, record: Step) -> None:
        evidence = self._of(record.p)
        evidence.steps.append(record)
        evidence.spoke = True

    def _deed(self, record: Deed) -> None:
        evidence = self.evidence.get(record.p) or self._of(record.p)
        insort(evidence.life.deeds, record, key=lambda deed: (deed.t, encode_line(deed)))
        if not evidence.spoke:
            evidence.spoke = True
            self.dirty.add(record.p)

    def _act(self, record: Act) -> None:
        self._of(record.p).acts.append(record)
        if record.act in _RUN_ACTS:
            first = self.run_acts.get(record.act)
            if first is None or (record.t, record.p) < (first.t, first.p):
                self.run_acts[record.act] = record
            self.mark_all()

    def _call(self, record: Call) -> None:
        asked = self._asked.setdefault(record.call, Asked(record.call))
        asked.call = record
        evidence = self.evidence.get(record.p) or self._of(record.p)
        if not evidence.spoke:
            evidence.spoke = True
            self.dirty.add(record.p)
        self._refile(asked)

    def _called(self, record: Called) -> None:
        asked = self._asked.setdefault(record.call, Asked(record.call))
        asked.called = record
        self._refile(asked)

    def _refile(self, asked: Asked) -> None:
        """Put a call where it belongs by all that is known of it now."""
        call = asked.call
        if call is None:
            return
        self._unfile(asked, call)
        asked.target = self._target(asked, call)
        mark = marks.called(asked)
        if mark is not None and mark != asked.instant:
            if asked.instant is not None:
                marks.take(self.evidence[call.p].life.instants, asked.instant)
            asked.instant = mark
            self._mark(mark)
        self._index(asked, call)

    def _unfile(self, asked: Asked, call: Call) -> None:
        maker = self.evidence[call.p]
        if maker.waits.pop(asked.number, None) is not None:
            self.dirty.add(call.p)
        for p in asked.targets:
            target = self.evidence.get(p)
            if target is not None and target.aimed.pop(asked.number, None) is not None:
                self.dirty.add(p)

    def _index(self, asked: Asked, call: Call) -> None:
        length_ns = asked.length_ns
        waits, settled = call.name in WAITS, False
        if call.name == "os._exit":
            self._of(call.p).exits[asked.number] = asked
        elif waits and (length_ns is None or length_ns >= NO_LENGTH_NS):
            self._of(call.p).waits[asked.number] = asked
        elif waits:
            settled = asked.called is not None and asked.called.result is None
        if call.name in SENDS or call.name in STARTS or (waits and not settled):
            for target in asked.targets:
                self._of(target).aimed[asked.number] = asked
                self.victims[call.p].add(target)

    def _target(self, asked: Asked, call: Call) -> int | None:
        told = asked.called.target if asked.called else None
        target = told if told is not None else call.target
        pid = call.target_pid
        if pid is None:
            return target
        if call.name == "os.killpg" or pid <= 0:
            self._group(asked, call)
            pid = abs(pid)
        if target is not None or pid == 0:
            return target
        self._by_pid[pid][asked.number] = asked
        return self._who_was(pid, call.t)

    def _group(self, asked: Asked, call: Call) -> None:
        if call.name in SENDS and not asked.failed:
            self.group_sends[asked.number] = asked
        else:
            self.group_sends.pop(asked.number, None)

    def _who_was(self, pid: int, t: int) -> int | None:
        """The process that had this pid then: the newest that had begun."""
        starts = []
        for evidence in self._pids[pid].values():
            began = best(evidence.began)
            if began is not None and began.pid == pid:
                starts.append((began.t, evidence.id))
        before = [start for start in starts if start[0] <= t]
        return max(before)[1] if before else min(starts)[1] if starts else None
