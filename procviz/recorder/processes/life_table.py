"""Who is who: one life per process of the run, named by our own number, never by its pid.

Every record about births and deaths is written here, whichever witness saw it, so that a life begins in the file before
anything else is said of it, ends once, and a pid that comes again is another life. Knows no witness itself.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from procviz.recorder.store import Store
from procviz.recorder.system_calls import process_tree
from procviz.recorder.system_calls.process_identity import Identity
from procviz.trace.records import Adopted, Began, Described, Ended, Reaped, Witness

_WORTH_TELLING_NS = 50_000  # a birth that is known better by so much is told again
_KIND_RANK = {None: 0, "fork": 1, "subprocess": 2, "multiprocessing": 3, "helper": 4, "main": 5}


class Manner(NamedTuple):
    """How a process ended: its exit code as multiprocessing says it, None where nobody saw it."""

    exitcode: int | None = None
    core: bool = False

    @classmethod
    def of(cls, status: int | None) -> Manner:
        """From a wait status."""
        return cls() if status is None else cls(os.waitstatus_to_exitcode(status & 0xFF7F), bool(status & 0x80))


@dataclass(slots=True, eq=False)
class Life:
    """What the recorder keeps in mind of one process."""

    p: int
    pid: int
    ppid: int  # its parent now: changes when it is adopted
    parent: Life | None
    born_ns: int
    born_low_ns: int  # it cannot be older than this
    born_by: Witness
    identity: Identity | None = None
    pidfd: int | None = None
    children: set[int] = field(default_factory=set)  # p of those it is the parent of now
    homeless_ns: int | None = None  # since when it is not known who its parent is
    kind: str | None = None
    told: dict[str, object] = field(default_factory=dict)  # what Described has said already
    halted: bool = False  # suspended when it was looked at last
    looked_ns: int | None = None  # when that was
    last_ns: int = 0  # the newest moment at which it is known to have lived
    ended_ns: int | None = None
    ended_by: Witness | None = None
    ended_precision_ns: int | None = None
    core: bool = False
    exitcode: int | None = None
    reaped: bool = False
    cpu_seconds: float | None = None
    max_rss_bytes: int | None = None


class Table:
    """All lives of a run."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lives: list[Life] = []
        self._by_pid: dict[int, list[Life]] = {}
        self._alive: dict[int, Life] = {}
        self.silent: dict[int, Life] = {}  # by p: those that live and have not told anything of themselves
        self.on_begin: Callable[[Life], None] = lambda life: None  # lets the exit watch take hold of it

    @property
    def main(self) -> Life:
        """The program's first process."""
        return self._lives[0]

    @property
    def living(self) -> list[Life]:
        """Those that have not ended, oldest first."""
        return list(self._alive.values())

    def __len__(self) -> int:
        return len(self._lives)

    def __getitem__(self, p: int) -> Life:
        return self._lives[p - 1]

    def __contains__(self, p: int) -> bool:
        return 0 < p <= len(self._lives)

    def __iter__(self) -> Iterator[Life]:
        return iter(self._lives)

    def alive(self, pid: int) -> Life | None:
        """The life that has this pid now."""
        return self._alive.get(pid)

    def last(self, pid: int) -> Life | None:
        """The newest life with this pid, ended or not."""
        lives = self._by_pid.get(pid)
        return lives[-1] if lives else None

    def at(self, pid: int, t: int, *, speaking: bool = False) -> Life | None:
        """The life that had this pid at `t`; `speaking`: it acted itself then, so it had not ended."""
        for life in reversed(self._by_pid.get(pid, ())):
            if life.born_low_ns <= t:
                return None if speaking and life.ended_ns is not None and t > life.ended_ns else life
        return None

    def begin(
        self, pid: int, ppid: int, t: int, w: Witness, precision_ns: int | None, *, pidfd: int | None = None
    ) -> Life:
        """A new process: a new number and its Began."""
        before = self._alive.get(pid)
        if before is not None:  # the pid came again, so nobody saw that one end
            self.end(before, t, Witness.POLL, t - before.last_ns, Manner())
        parent = self._alive.get(ppid) or self.last(ppid)
        low = (
            t - precision_ns
            if precision_ns is not None
            else max((x.ended_ns or 0 for x in self._by_pid.get(pid, ())), default=0)
        )
        life = Life(len(self._lives) + 1, pid, ppid, parent, t, low, w, pidfd=pidfd, last_ns=low)
        self._lives.append(life)
        self._by_pid.setdefault(pid, []).append(life)
        self._alive[pid] = self.silent[life.p] = life
        if parent is not None:
            parent.children.add(life.p)
        self._write_began(life, precision_ns)
        self.on_begin(life)
        return life

    def narrow(self, life: Life, low_ns: int, high_ns: int, w: Witness) -> None:
        """It was born between these two moments, as far as this witness knows: told when it says more than before."""
        if life.born_by in (Witness.KERNEL, Witness.OS):
            return
        low, high = max(low_ns, life.born_low_ns), min(high_ns, life.born_ns)
        width = life.born_ns - life.born_low_ns
        life.born_low_ns = low if life.born_low_ns else min(low_ns, life.born_ns)
        if low <= high and (high - low < 0.8 * width or high < life.born_ns - _WORTH_TELLING_NS):
            life.born_low_ns, life.born_ns, life.born_by = low, high, w
            self._write_began(life, high - low)

    def correct_parent(self, life: Life, ppid: int) -> None:
        """`ppid` forked it; where it was found by looking only after that one's end, its adopter was taken for it."""
        parent = self._alive.get(ppid) or self.last(ppid)
        if parent is not None and parent is not life.parent and life.born_by is Witness.POLL:
            life.ppid, life.parent, life.born_by = ppid, parent, Witness.CALL
            self._write_began(life, life.born_ns - life.born_low_ns)

    def describe(self, life: Life, t: int, w: Witness, *, kind: str | None = None, **fields: object) -> None:
        """Write what is new in this; a kind only ever becomes more precise."""
        if _KIND_RANK[kind] > _KIND_RANK[life.kind]:
            life.kind = fields["kind"] = kind
        new = {name: value for name, value in fields.items() if value is not None and life.told.get(name) != value}
        if new:
            life.told.update(new)
            self._store.write(Described(t=t, p=life.p, w=w, **new))  # type: ignore[arg-type]

    def end(
        self, life: Life, t: int, w: Witness, precision_ns: int | None, manner: Manner,
        *, cpu_seconds: float | None = None,
    ) -> None:  # fmt: skip
        """A process ended, having used so much where somebody asked; its orphans find their new parents."""
        life.cpu_seconds = cpu_seconds or _last_cpu_seconds(life) or life.cpu_seconds
        if self._alive.get(life.pid) is life:
            del self._alive[life.pid]
        self.silent.pop(life.p, None)
        life.ended_ns, life.ended_by, life.ended_precision_ns = t, w, precision_ns
        self._write_ended(life, manner, None)
        self._rehome(life, t, w, precision_ns)

    def ended_by_then(self, life: Life, t: int) -> None:
        """Somebody knew at `t` that it had ended, while our own witness noticed only later: it is told again."""
        late_ns = (life.ended_ns or t) - t
        if life.ended_by in (Witness.OS, Witness.POLL) and late_ns > _WORTH_TELLING_NS:
            life.ended_ns, life.ended_by = t, Witness.CALL
            if life.ended_precision_ns is not None:
                life.ended_precision_ns = max(0, life.ended_precision_ns - late_ns)
            self._write_ended(life, Manner(life.exitcode, life.core), None)

    def used(self, life: Life, cpu_seconds: float, max_rss_bytes: int) -> None:
        """It has used so much at least; told again where its end was told with less."""
        known = life.cpu_seconds or 0.0, life.max_rss_bytes or 0
        if cpu_seconds > known[0] or max_rss_bytes > known[1]:
            life.cpu_seconds = max(cpu_seconds, known[0])
            life.max_rss_bytes = max(max_rss_bytes, known[1]) or None
            if life.ended_ns is not None:
                self._write_ended(life, Manner(life.exitcode, life.core), None)

    def complete(self, life: Life, manner: Manner, code_w: Witness) -> None:
        """More became known of an end that was told already: it is told again."""
        self._write_ended(life, manner, code_w if code_w is not life.ended_by else None)

    def reap(
        self, life: Life, t: int, w: Witness, precision_ns: int | None, *,
        by: Life | None = None, by_recorder: bool = False, exitcode: int | None = None, via: str | None = None,
    ) -> None:  # fmt: skip
        """A dead process was waited for."""
        if w is not Witness.CALL:
            life.reaped = True
        by_p = by.p if by is not None else None
        self._store.write(
            Reaped(
                t=t, p=life.p, w=w, precision_ns=precision_ns, by=by_p, by_recorder=by_recorder, exitcode=exitcode,
                via=via,
            )
        )  # fmt: skip

    def _write_began(self, life: Life, precision_ns: int | None) -> None:
        parent = life.parent.p if life.parent is not None else None
        ppid = life.parent.pid if life.parent is not None else life.ppid  # by now it may have been adopted
        self._store.write(
            Began(
                t=life.born_ns, p=life.p, pid=life.pid, ppid=ppid, parent=parent,
                w=life.born_by, precision_ns=precision_ns,
            )
        )  # fmt: skip

    def _write_ended(self, life: Life, manner: Manner, code_w: Witness | None) -> None:
        assert life.ended_ns is not None
        assert life.ended_by is not None
        if manner.exitcode is not None:
            life.exitcode, life.core = manner
        self._store.write(
            Ended(
                t=life.ended_ns, p=life.p, w=life.ended_by, precision_ns=life.ended_precision_ns,
                exitcode=life.exitcode, code_w=code_w, core=life.core,
                cpu_seconds=life.cpu_seconds, max_rss_bytes=life.max_rss_bytes,
            )
        )  # fmt: skip

    def _rehome(self, dead: Life, t: int, w: Witness, precision_ns: int | None) -> None:
        for p in sorted(dead.children):
            child = self._lives[p - 1]
            stat = process_tree.read_stat(child.pid) if child.ended_ns is None else None
            if stat is None:
                continue
            child.ppid = stat.ppid
            adopter = self._alive.get(stat.ppid)
            if adopter is dead or stat.state in "ZX":
                continue
            since_ns = t if child.homeless_ns is None else child.homeless_ns
            if (another := _gone_meanwhile(dead, adopter)) is not None:
                child.homeless_ns = since_ns
                another.children.add(p)
                continue
            child.homeless_ns = None
            if adopter is not None:
                adopter.children.add(p)
            by, by_pid = (adopter.p, None) if adopter is not None else (None, stat.ppid)
            precision = None if precision_ns is None else precision_ns + t - since_ns
            self._store.write(Adopted(t=t, p=p, w=w, precision_ns=precision, by=by, by_pid=by_pid))
        dead.children.clear()


def _gone_meanwhile(dead: Life, adopter: Life | None) -> Life | None:
    """One above it that may have had its children before this adopter, and is gone, too, which is not told yet."""
    above = dead.parent
    while above is not None and above is not adopter:
        if above.ended_ns is None:
            stat = process_tree.read_stat(above.pid)
            if stat is None or stat.state in "ZX" or above.identity not in (None, stat.identity):
                return above
        above = above.parent
    return None


def cpu_seconds(pid: int) -> float | None:
    """CPU time of all threads of a process so far, to the nanosecond; works until it is reaped. Linux only."""
    if sys.platform != "linux":
        return None
    try:
        return time.clock_gettime_ns(~pid << 3 | 2) / 1e9
    except (OSError, AttributeError, OverflowError):
        return None


def _last_cpu_seconds(life: Life) -> float | None:
    """The same for one that ended just now, if it can still be asked."""
    stat = None if life.reaped else process_tree.read_stat(life.pid)
    return cpu_seconds(life.pid) if stat is not None and stat.identity == life.identity else None
