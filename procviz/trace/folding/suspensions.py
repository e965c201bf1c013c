"""When a process was suspended: from the signals that suspend and continue it, and from what was seen of it.

SIGSTOP can be neither caught nor ignored, so a call that sends it is enough. The other signals that suspend may be
handled, and some have no effect on a program without a terminal of its own: there only what was seen counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from procviz.trace.folding.causes import Sent
from procviz.trace.records import Halted, Witness
from procviz.trace.signal_names import signal_name
from procviz.trace.timeline import Edge, Life, Slice, State

_UNDER_WAY_NS = 100_000_000  # so long after the call that sends SIGCONT a process may still be seen as it was
_DYING_NS = 50_000_000  # a process that a signal ends is woken for it: to be seen so is not to go on
_FOREVER_NS = 1 << 62

Halt = tuple[Edge, Edge | None]


def halts_of(life: Life, sent: Iterable[Sent], seen: Iterable[Halted], system: str) -> list[Halt]:
    """The stretches in which it was suspended; None: it still is, or was to its end."""
    halts: list[Halt] = []
    begin, continued_ns = None, -_FOREVER_NS
    moments = sorted(_moments(sent, seen, system), key=lambda one: (one[0].ts_ns, one[1]))
    for edge, halted in moments:
        if _is_over(life, edge, last=not halted and edge is moments[-1][0]):
            break
        if halted and begin is None:
            in_doubt = edge.witness is not Witness.CALL and edge.ts_ns - continued_ns < _UNDER_WAY_NS
            begin = None if in_doubt else edge
        elif not halted:
            continued_ns = edge.ts_ns if edge.witness is Witness.CALL else continued_ns
            if begin is not None:
                halts.append((begin, edge))
                begin = None
    return halts if begin is None else [*halts, (begin, life.ended)]


def lay_over(slices: list[Slice], halts: list[Halt]) -> list[Slice]:
    """The same slices, cut where the process was suspended."""
    for begin, end in halts:
        slices = list(_cut_out(slices, begin, end))
    return list(_joined(slices))


def _joined(slices: list[Slice]) -> Iterator[Slice]:
    """One slice per stretch: what the process was doing may have changed just as it was suspended."""
    before: Slice | None = None
    for one in slices:
        both = before is not None and before.state is one.state is State.SUSPENDED
        if before is not None and both and before.end is not None and before.end.ts_ns == one.begin.ts_ns:
            before = replace(before, end=one.end)
            continue
        if before is not None:
            yield before
        before = one
    if before is not None:
        yield before


def _is_over(life: Life, edge: Edge, *, last: bool) -> bool:
    if life.ended is None:
        return False
    woken_to_die = last and edge.witness is not Witness.CALL and life.signal is not None
    return edge.ts_ns >= life.ended.ts_ns - (_DYING_NS if woken_to_die else 0)


def _moments(sent: Iterable[Sent], seen: Iterable[Halted], system: str) -> Iterator[tuple[Edge, bool]]:
    for one in sent:
        name = signal_name(one.signal, system)
        if one.caller is not None and name in ("SIGSTOP", "SIGCONT"):
            yield Edge(one.t, Witness.CALL, 0), name == "SIGSTOP"
    for look in seen:
        yield Edge(look.t, look.w, look.precision_ns), look.halted


def _cut_out(slices: list[Slice], begin: Edge, end: Edge | None) -> Iterator[Slice]:
    from_ns, to_ns = begin.ts_ns, _FOREVER_NS if end is None else end.ts_ns
    for one in slices:
        one_end_ns = _FOREVER_NS if one.end is None else one.end.ts_ns
        if one.state in (State.ZOMBIE, State.SUSPENDED) or one_end_ns <= from_ns or one.begin.ts_ns >= to_ns:
            yield one
            continue
        if one.begin.ts_ns < from_ns:
            yield replace(one, end=begin)
        last = one_end_ns >= to_ns or one.end is None
        first = begin if one.begin.ts_ns < from_ns else one.begin
        yield Slice(one.process, State.SUSPENDED, first, end if last else one.end)
        if to_ns < one_end_ns:
            assert end is not None
            yield replace(one, begin=end)
