"""All that was witnessed about one process, gathered in whatever order it came.

Only keeps and picks: the best witness of an edge, the newest word about a name. What it means is said elsewhere
(`lives`, `slices`, `ends`, `marks`), so that the same facts in another order give the same picture.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from procviz.trace.records import (
    Act,
    Adopted,
    Began,
    Call,
    Called,
    Described,
    Ended,
    Executed,
    Halted,
    Reaped,
    Record,
    Step,
    Witness,
    encode_line,
)
from procviz.trace.timeline import Edge, Flow, Instant, Life, Place

RANK = {Witness.KERNEL: 0, Witness.OS: 1, Witness.CALL: 2, Witness.POLL: 3}
WAITS = frozenset({"join", "wait", "communicate", "poll"})
SENDS = frozenset(
    {"terminate", "kill", "interrupt", "os.kill", "os.killpg", "raise_signal", "pthread_kill", "pidfd_send_signal"}
)
STARTS = frozenset({"start", "popen", "posix_spawn"})
NO_LENGTH_NS = 1_000_000  # a wait shorter than this was none: it asked and got its answer
_UNKNOWN_PRECISION = 1 << 62


class _Moment(Protocol):
    @property
    def t(self) -> int: ...
    @property
    def w(self) -> Witness: ...
    @property
    def precision_ns(self) -> int | None: ...


MomentT = TypeVar("MomentT", bound=_Moment)


@dataclass(slots=True, eq=False)
class Asked:
    """A call with what became of it; either half may come first."""

    number: int
    call: Call | None = None
    called: Called | None = None
    target: int | None = None
    instant: Instant | None = None

    @property
    def targets(self) -> Iterable[int]:
        """Whom it was about: one process, or the members of a group."""
        if self.call is not None and self.call.group is not None:
            return self.call.group
        return () if self.target is None else (self.target,)

    @property
    def place(self) -> Place | None:
        call = self.call
        return Place(call.file, call.line) if call and call.file and call.line is not None else None

    @property
    def length_ns(self) -> int | None:
        """How long it took, None while it goes on."""
        return self.called.t - self.call.t if self.call and self.called else None

    @property
    def failed(self) -> bool:
        return self.called is not None and self.called.error is not None


@dataclass(slots=True, eq=False)
class Evidence:
    """One process: its records by kind, the calls it made and the calls about it, and the life made of them."""

    life: Life
    began: list[Began] = field(default_factory=list)
    described: list[Described] = field(default_factory=list)
    executed: list[Executed] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    reaped: list[Reaped] = field(default_factory=list)
    adopted: list[Adopted] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    halts: list[Halted] = field(default_factory=list)
    spoke: bool = False  # the probe told something from inside
    waits: dict[int, Asked] = field(default_factory=dict)  # its own, those with a length
    exits: dict[int, Asked] = field(default_factory=dict)  # its own os._exit
    aimed: dict[int, Asked] = field(default_factory=dict)  # others' calls about it
    marks: list[Instant] = field(default_factory=list)  # those of `life.instants` that follow from the rest
    flows: list[Flow] = field(default_factory=list)

    @property
    def id(self) -> int:
        return self.life.id


def best(moments: list[MomentT]) -> MomentT | None:
    """The best witness's: by rank, then by precision, then the earliest."""
    if len(moments) < 2:
        return moments[0] if moments else None
    return min(moments, key=_quality)


def by_quality(moments: list[MomentT]) -> list[MomentT]:
    """Best witness first."""
    return sorted(moments, key=_quality) if len(moments) > 1 else moments


def edge(moment: _Moment | None) -> Edge | None:
    """The moment as an edge of the picture."""
    return None if moment is None else Edge(moment.t, moment.w, moment.precision_ns)


def newest(records: Iterable[Described]) -> list[Described]:
    """The best witness first and, of one witness, the newest first."""
    return sorted(records, key=lambda record: (RANK[record.w], -record.t, encode_line(record)))


def in_time(asked: Iterable[Asked]) -> list[Asked]:
    """Calls in the order in which they were made."""
    return sorted((one for one in asked if one.call), key=lambda one: (one.call.t if one.call else 0, one.number))


def earliest_step(steps: list[Step], *names: str) -> Step | None:
    """The first passing of any of these points."""
    passed = [step for step in steps if step.step in names]
    return min(passed, key=lambda step: (step.t, encode_line(step))) if passed else None


def _quality(moment: _Moment) -> tuple[int, int, int, bytes]:
    precision = _UNKNOWN_PRECISION if moment.precision_ns is None else moment.precision_ns
    return RANK[moment.w], precision, moment.t, encode_line(moment) if isinstance(moment, Record) else b""
