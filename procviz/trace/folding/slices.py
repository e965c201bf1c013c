"""A life cut into what the process was doing, gap by gap, from its edges and its waits.

Pure arithmetic on edges: who waited, who sent and why it ended are known already.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace

from procviz.trace.folding.evidence import Asked
from procviz.trace.records import Witness
from procviz.trace.timeline import Edge, Kind, Life, Slice, State

_FOREVER_NS = 1 << 62


@dataclass(frozen=True, slots=True)
class Wait:
    """A call in which the process waited; `end` None: it is still in it."""

    begin: Edge
    end: Edge | None
    asked: Asked


def cut(life: Life, waits: Iterable[Wait], *, probe: bool, zombie: tuple[Edge | None, bool]) -> list[Slice]:
    """The slices of a life in time order, without overlap.

    `probe`: the recording has a probe, so main will speak. `zombie`: until when it was one, and whether it was.
    """
    if life.started is None:
        return []
    pieces = list(_without_overlap(life, waits))
    slices = [*pieces, *_between(_phases(life, probe), pieces, life.ended)]
    slices.sort(key=lambda one: (one.begin.ts_ns, _end_ns(one)))
    if not slices and life.ended is not None:
        slices = [Slice(life.id, State.RUNNING, life.started, life.ended)]
    return slices + _zombie(life, *zombie)


def _phases(life: Life, probe: bool) -> list[Slice]:
    """Starting, running (or orphaned), exiting: one after the other, each may be missing."""
    assert life.started is not None
    marks = [(life.started, State.RUNNING)]
    up = _first_code(life, probe)
    if up is None or up is not life.started:
        marks[0] = (life.started, State.STARTING)
    if up is not None and up is not life.started:
        marks.append((up, State.RUNNING))
    over = life.code_ended or life.exit_began
    if over is not None:
        marks.append((over, State.EXITING))
    return list(_orphan(life, _chain(life, marks)))


def _first_code(life: Life, probe: bool) -> Edge | None:
    """Where starting ends: its first own line; `started` itself where that cannot be told; None: not there yet."""
    assert life.started is not None
    if life.kind is not Kind.MULTIPROCESSING:
        silent = life.kind is Kind.MAIN and probe and not life.instrumented and life.ended is None
        return None if silent else life.up or life.started
    if life.target_began is not None:
        return life.target_began
    if life.code_ended is not None:
        return life.up or life.started
    if life.instrumented or life.ended is None or life.signal is not None:
        return None
    return life.started


def _chain(life: Life, marks: list[tuple[Edge, State]]) -> Iterator[Slice]:
    """Slices from mark to mark, never running backwards, up to the end of the life."""
    begin = marks[0][0]
    for index, (_mark, state) in enumerate(marks):
        end = marks[index + 1][0] if index + 1 < len(marks) else life.ended
        if end is not None and life.ended is not None and end.ts_ns > life.ended.ts_ns:
            end = life.ended
        if end is None:
            yield Slice(life.id, state, begin, None)
        elif end.ts_ns > begin.ts_ns:
            yield Slice(life.id, state, begin, end)
            begin = end


def _orphan(life: Life, slices: Iterable[Slice]) -> Iterator[Slice]:
    for one in slices:
        if life.orphaned is None or one.state is not State.RUNNING or _end_ns(one) <= life.orphaned.ts_ns:
            yield one
        elif one.begin.ts_ns >= life.orphaned.ts_ns:
            yield replace(one, state=State.ORPHANED)
        else:
            yield replace(one, end=life.orphaned)
            yield replace(one, begin=life.orphaned, state=State.ORPHANED)


def waits_of(life: Life, asked: Iterable[Asked], ended: dict[int, Edge]) -> list[Wait]:
    """The waits of a life, within it. `ended`: the ends of the processes that are known to have ended.

    multiprocessing's own join at exit tells only that it begins: it ends with the process it is for.
    """
    waits = []
    for one in asked:
        if one.call is None or life.started is None:
            continue
        begin, end = _clamp(Edge(one.call.t, Witness.CALL, 0), life), life.ended
        if one.called is not None:
            end = _clamp(Edge(one.called.t, Witness.CALL, 0), life)
        elif one.call.implicit and one.target in ended:
            end = _clamp(ended[one.target], life)
        if end is None or end.ts_ns > begin.ts_ns:
            waits.append(Wait(begin, end, one))
    return waits


def _clamp(edge: Edge, life: Life) -> Edge:
    if life.started is not None and edge.ts_ns < life.started.ts_ns:
        return life.started
    if life.ended is not None and edge.ts_ns > life.ended.ts_ns:
        return life.ended
    return edge


def _without_overlap(life: Life, waits: Iterable[Wait]) -> Iterator[Slice]:
    """Waits of several threads, or one inside the other, as one row: the one that began last is shown."""
    stack: list[Wait] = []
    cursor = life.started
    for wait in sorted(waits, key=lambda one: (one.begin.ts_ns, one.asked.number)):
        if stack and _covers(stack[-1], wait):
            continue
        assert cursor is not None
        cursor = yield from _advance(life, stack, cursor, wait.begin)
        stack.append(wait)
    while stack:
        assert cursor is not None
        cursor = yield from _advance(life, stack, cursor, None)


def _covers(outer: Wait, inner: Wait) -> bool:
    """Whether one call waits by the other: for the same process and all the time."""
    same = outer.asked.target == inner.asked.target
    return same and _wait_end(outer) >= _wait_end(inner)


def _advance(life: Life, stack: list[Wait], cursor: Edge, until: Edge | None) -> Generator[Slice, None, Edge]:
    limit = _FOREVER_NS + 1 if until is None else until.ts_ns
    while stack and (_wait_end(stack[-1]) <= limit):
        top = stack.pop()
        if _wait_end(top) > cursor.ts_ns:
            yield _waiting(life, top, cursor, top.end)
            if top.end is None:
                stack.clear()
                break
            cursor = top.end
    if stack and until is not None and until.ts_ns > cursor.ts_ns:
        yield _waiting(life, stack[-1], cursor, until)
    if until is not None and until.ts_ns >= cursor.ts_ns:
        cursor = until
    return cursor


def _waiting(life: Life, wait: Wait, begin: Edge, end: Edge | None) -> Slice:
    asked = wait.asked
    assert asked.call is not None
    state = State.WAITING_AT_EXIT if asked.call.implicit else State.WAITING
    return Slice(life.id, state, begin, end, asked.target, asked.place, asked.call.timeout_s)


def _between(phases: list[Slice], pieces: list[Slice], ended: Edge | None) -> Iterator[Slice]:
    """What is left of the phases where there was no wait."""
    for phase in phases:
        cursor = phase.begin
        for piece in pieces:
            if _end_ns(piece) <= cursor.ts_ns:
                continue
            if piece.begin.ts_ns >= _end_ns(phase):
                break
            if piece.begin.ts_ns > cursor.ts_ns:
                yield replace(phase, begin=cursor, end=piece.begin)
            if piece.end is None:
                cursor = Edge(_FOREVER_NS, Witness.CALL)
                break
            cursor = piece.end
        if cursor.ts_ns < _end_ns(phase):
            yield replace(phase, begin=cursor)


def _zombie(life: Life, until: Edge | None, was: bool) -> list[Slice]:
    return [Slice(life.id, State.ZOMBIE, life.ended, until)] if was and life.ended is not None else []


def _end_ns(one: Slice) -> int:
    return _FOREVER_NS if one.end is None else one.end.ts_ns


def _wait_end(wait: Wait) -> int:
    return _FOREVER_NS if wait.end is None else wait.end.ts_ns
