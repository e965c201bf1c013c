"""A timeline laid out: which row each process has, and everything drawable as columns of numbers.

Built anew for every change of the timeline, in time that grows with what changed: unchanged lives are taken over
from the scene before. It must not know pixels, colours or words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from procviz.trace.timeline import (
    Cause,
    Flow,
    FlowKind,
    Instant,
    InstantKind,
    Kind,
    Life,
    Slice,
    State,
    Timeline,
)

OPEN_NS = int(np.iinfo(np.int64).max)  # the end of what has not ended
STATES = tuple(State)
INSTANT_KINDS = tuple(InstantKind)
FLOW_KINDS = tuple(FlowKind)

_STATE_INDEX = {state: index for index, state in enumerate(STATES)}
_INSTANT_INDEX = {kind: index for index, kind in enumerate(INSTANT_KINDS)}
_FLOW_INDEX = {kind: index for index, kind in enumerate(FLOW_KINDS)}

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Row:
    """One process's lane; `identity` counts processes in start order, main is 0."""

    upid: int
    depth: int
    name: str
    pid: int
    kind: Kind
    identity: int


@dataclass(frozen=True, slots=True)
class Pill:
    """How a life ended. `ts_ns` is the right end of what is drawn of it (OPEN_NS: it grows still)."""

    upid: int
    row: int
    ts_ns: int
    ended_ns: int
    exitcode: int | None
    signal: str | None
    cause: Cause


@dataclass(frozen=True, slots=True, eq=False)
class Slices:
    """Columns of equal length, row by row, in time order; `state` counts in STATES, an open end is OPEN_NS."""

    begin_ns: Ints
    end_ns: Ints
    row: Ints
    state: Ints
    objects: tuple[Slice, ...]

    def __len__(self) -> int:
        return len(self.objects)


@dataclass(frozen=True, slots=True, eq=False)
class Instants:
    """Columns of equal length; `kind` counts in INSTANT_KINDS."""

    ts_ns: Ints
    row: Ints
    kind: Ints
    objects: tuple[Instant, ...]

    def __len__(self) -> int:
        return len(self.objects)


@dataclass(frozen=True, slots=True, eq=False)
class Flows:
    """Columns of equal length; `kind` counts in FLOW_KINDS."""

    source_ns: Ints
    target_ns: Ints
    source_row: Ints
    target_row: Ints
    kind: Ints
    objects: tuple[Flow, ...]

    def __len__(self) -> int:
        return len(self.objects)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One life's share of the columns, kept for as long as its revision stays."""

    revision: int
    begin_ns: Ints
    end_ns: Ints
    state: Ints
    slices: tuple[Slice, ...]
    ts_ns: Ints
    kind: Ints
    instants: tuple[Instant, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Everything drawable of a timeline at one moment."""

    timeline: Timeline
    revision: int
    rows: tuple[Row, ...]
    row_of: dict[int, int]  # upid -> row
    slices: Slices
    instants: Instants
    flows: Flows
    pills: tuple[Pill, ...]
    begin_ns: int
    last_ns: int
    main: int | None  # upid
    code_ended_ns: int | None  # main's
    parts: dict[int, _Part]

    def life(self, upid: int) -> Life | None:
        return self.timeline.lives.get(upid)


def build_scene(timeline: Timeline, previous: Scene | None = None) -> Scene:
    """The scene of a timeline; give the one before to pay only for what changed since."""
    if previous is not None and previous.timeline is not timeline:
        previous = None
    if previous is not None and previous.revision == timeline.revision and previous.last_ns == timeline.last_ns:
        return previous
    layout = _laid_out(timeline.lives, previous)
    main = timeline.main
    return Scene(
        timeline=timeline,
        revision=timeline.revision,
        rows=layout.rows,
        row_of=layout.row_of,
        slices=layout.slices,
        instants=layout.instants,
        flows=_flows(timeline.flows, layout.row_of),
        pills=layout.pills,
        begin_ns=timeline.begin_ns,
        last_ns=max(timeline.last_ns, timeline.begin_ns),
        main=main.id if main is not None else None,
        code_ended_ns=main.code_ended.ts_ns if main is not None and main.code_ended is not None else None,
        parts=layout.parts,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Layout:
    """What of a scene depends on lives alone."""

    parts: dict[int, _Part]
    rows: tuple[Row, ...]
    row_of: dict[int, int]
    slices: Slices
    instants: Instants
    pills: tuple[Pill, ...]


def _laid_out(lives: dict[int, Life], previous: Scene | None) -> _Layout:
    old = previous.parts if previous is not None else {}
    parts = {upid: _part_of(life, old.get(upid)) for upid, life in lives.items()}
    same = len(parts) == len(old) and all(part is old.get(upid) for upid, part in parts.items())
    if previous is not None and same:
        p = previous
        return _Layout(p.parts, p.rows, p.row_of, p.slices, p.instants, p.pills)
    rows = _rows(lives)
    ordered = [parts[row.upid] for row in rows]
    return _Layout(
        parts=parts,
        rows=rows,
        row_of={row.upid: index for index, row in enumerate(rows)},
        slices=_slices(ordered),
        instants=_instants(ordered),
        pills=tuple(_pills(rows, lives)),
    )


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _part_of(life: Life, old: _Part | None) -> _Part:
    if old is not None and old.revision == life.revision:
        return old
    slices, instants = tuple(life.slices), tuple(life.instants)
    return _Part(
        revision=life.revision,
        begin_ns=_ints(piece.begin.ts_ns for piece in slices),
        end_ns=_ints(OPEN_NS if piece.end is None else piece.end.ts_ns for piece in slices),
        state=_ints(_STATE_INDEX[piece.state] for piece in slices),
        slices=slices,
        ts_ns=_ints(instant.edge.ts_ns for instant in instants),
        kind=_ints(_INSTANT_INDEX[instant.kind] for instant in instants),
        instants=instants,
    )


def _rows(lives: dict[int, Life]) -> tuple[Row, ...]:
    """Depth first: main on top, children under their parent in start order."""
    children: dict[int | None, list[Life]] = {}
    for life in lives.values():
        parent = life.parent if life.parent in lives and life.parent != life.id else None
        children.setdefault(parent, []).append(life)
    identity = _identities(lives.values())
    roots = sorted(children.get(None, []), key=lambda life: life.kind is not Kind.MAIN)
    rows: list[Row] = []
    waiting = [(life, 0) for life in [*reversed(lives.values()), *reversed(roots)]]  # who has no root, last
    done: set[int] = set()
    while waiting:
        life, depth = waiting.pop()
        if life.id in done:
            continue
        done.add(life.id)
        rows.append(Row(life.id, depth, life.name, life.pid, life.kind, identity[life.id]))
        waiting.extend((child, depth + 1) for child in reversed(children.get(life.id, [])))
    return tuple(rows)


def _identities(lives: Iterable[Life]) -> dict[int, int]:
    identity: dict[int, int] = {}
    others = 0
    for life in lives:
        if life.kind is Kind.MAIN:
            identity[life.id] = 0
        else:
            others += 1
            identity[life.id] = others
    return identity


def _joined(arrays: Sequence[Ints]) -> Ints:
    return np.concatenate(arrays) if arrays else np.empty(0, dtype=np.int64)


def _slices(parts: Sequence[_Part]) -> Slices:
    return Slices(
        begin_ns=_joined([part.begin_ns for part in parts]),
        end_ns=_joined([part.end_ns for part in parts]),
        row=np.repeat(np.arange(len(parts), dtype=np.int64), [len(part.slices) for part in parts]),
        state=_joined([part.state for part in parts]),
        objects=tuple(piece for part in parts for piece in part.slices),
    )


def _instants(parts: Sequence[_Part]) -> Instants:
    return Instants(
        ts_ns=_joined([part.ts_ns for part in parts]),
        row=np.repeat(np.arange(len(parts), dtype=np.int64), [len(part.instants) for part in parts]),
        kind=_joined([part.kind for part in parts]),
        objects=tuple(instant for part in parts for instant in part.instants),
    )


def _flows(flows: Sequence[Flow], row_of: dict[int, int]) -> Flows:
    known = tuple(flow for flow in flows if flow.source in row_of and flow.target in row_of)
    return Flows(
        source_ns=_ints(flow.source_ns for flow in known),
        target_ns=_ints(flow.target_ns for flow in known),
        source_row=_ints(row_of[flow.source] for flow in known),
        target_row=_ints(row_of[flow.target] for flow in known),
        kind=_ints(_FLOW_INDEX[flow.kind] for flow in known),
        objects=known,
    )


def _pills(rows: Sequence[Row], lives: dict[int, Life]) -> Iterable[Pill]:
    for index, row in enumerate(rows):
        life = lives[row.upid]
        if life.ended is None:
            continue
        ts_ns = life.ended.ts_ns
        if life.slices:
            last = life.slices[-1].end
            ts_ns = OPEN_NS if last is None else max(ts_ns, last.ts_ns)
        yield Pill(life.id, index, ts_ns, life.ended.ts_ns, life.exitcode, life.signal, life.cause)
