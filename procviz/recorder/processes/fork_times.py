"""When a process was made, as narrowly as its parent's word and its own bound it.

A child's first word comes some tenths of a millisecond after its birth; its parent's call of fork() lasts from before
the birth to after it, and on a busy machine either may be much later than the other. Whoever speaks first, the
narrower bounds are kept.

A parent whose child becomes another program at once only goes on when that has happened; such a child is asked for
its age by how long it has run, and waited for its turn to run.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from procviz.recorder.probe_inbox.probe_events import ProbeEvent
from procviz.recorder.processes.life_table import Life, Table, cpu_seconds
from procviz.trace.records import Witness

_NUMBERS = 3  # per fork: from, to, pid
_ROUNDING_NS = 100_000  # the system's own accounts may be wrong by so much


class Forks:
    """Matches what parents tell of their forks with what their children tell."""

    def __init__(self, table: Table, begin: Callable[[int, int, int, int], Life]) -> None:
        """`begin(pid, ppid, t, precision_ns)` takes up a process that nobody has told of."""
        self._table = table
        self._begin = begin
        self._over: dict[tuple[int, int], int] = {}  # (parent's pid, from) -> to
        self._spoke: dict[tuple[int, int], Life] = {}  # the same key -> a child whose parent has not told yet

    def child_spoke(self, event: ProbeEvent, life: Life) -> None:
        """A forked child's own word."""
        if event.t0 is None or event.ppid is None:
            return
        latest = max(event.t0, event.born or event.t)
        over = self._over.pop((event.ppid, event.t0), None)
        if over is None:
            self._spoke[event.ppid, event.t0] = life
        self._table.narrow(life, event.t0, min(latest, over or latest), Witness.CALL)

    def parent_told(self, event: ProbeEvent, made: Life | None) -> None:
        """A parent's word; `made` is the child that the call which just ended has started by a fork."""
        assert event.forks is not None
        for at in range(0, len(event.forks) - _NUMBERS + 1, _NUMBERS):
            began, over, pid = event.forks[at : at + _NUMBERS]
            child = self._by_pid(pid, event.pid, began, over) if pid else self._spoke.pop((event.pid, began), None)
            if child is None:
                self._over[event.pid, began] = over
                child = made if len(event.forks) == _NUMBERS else None
            if child is not None:
                latest = latest_birth_ns(child.pid) if pid and child.ended_ns is None else None
                self._table.narrow(child, began, max(began, min(over, latest or over)), Witness.CALL)

    def _by_pid(self, pid: int, ppid: int, began: int, over: int) -> Life:
        life = self._table.last(pid)
        if life is not None and (life.ended_ns is None or life.ended_ns > began):
            return life
        return self._begin(pid, ppid, over, over - began)


def latest_birth_ns(pid: int) -> int | None:
    """A moment by which this process was born; None where that is not known. Linux only."""
    try:
        with open(f"/proc/{pid}/schedstat", "rb") as file:
            waited_ns = int(file.read().split()[1])
    except (OSError, ValueError, IndexError):
        return None
    used = cpu_seconds(pid)
    return None if used is None else time.monotonic_ns() - waited_ns - int(used * 1e9) + _ROUNDING_NS
