"""The exit watch of macOS and the BSDs: a kqueue with a filter for each process's end.

The kernel tells of the end of any process that this user may signal. The status comes with it for children of the
recorder, and for others where the system allows that (NOTE_EXITSTATUS); else it is the probe's to tell. When a dead
process was waited for is seen by looking.
"""

from __future__ import annotations

import select
import time
from typing import Any

from procviz.recorder.processes.exit_watch import Seen
from procviz.recorder.processes.life_table import Life, Manner
from procviz.recorder.system_calls import process_tree
from procviz.trace.records import Witness

_NOTE_EXITSTATUS = 0x04000000  # sys/event.h; Python has no name for it
_STATUS_BITS = 0xFFFF
_EVENTS = 256


class KqueueWatch:
    """Watches by pid: the filter hangs on the process, so a pid that comes again is no matter."""

    def __init__(self, door: Any = select) -> None:
        """`door` has kqueue, kevent and their constants, as the module select has where there are such."""
        self._door = door
        self._queue = door.kqueue()
        self._by_pid: dict[int, Life] = {}
        self._late: list[Life] = []  # dead already when we came
        self._refused: list[Life] = []  # no filter may be put on them
        self._statuses: dict[int, int] = {}  # by p
        self._dead: dict[int, Life] = {}  # by p: not waited for yet
        self._polled_ns = time.monotonic_ns()

    def fileno(self) -> int:
        return int(self._queue.fileno())

    def add(self, life: Life) -> bool:
        stat = process_tree.read_stat(life.pid)
        if stat is None:
            return False
        life.identity = stat.identity
        self._by_pid[life.pid] = life
        try:
            self._watch(life.pid)
        except ProcessLookupError:
            self._late.append(life)
        except PermissionError:
            self._refused.append(life)
        return True

    def poll(self) -> list[Seen]:
        events = self._take_events()
        t = time.monotonic_ns()
        seen = []
        for event in events:
            life = self._by_pid.get(int(event.ident))
            if life is None or life.p in self._dead:
                continue
            if event.fflags & _NOTE_EXITSTATUS:
                self._statuses[life.p] = event.data & _STATUS_BITS
            seen.append(self._ended(life, t, Witness.OS))
        seen += [self._ended(life, t, Witness.POLL) for life in self._late]
        self._late.clear()
        seen += self._look_at_refused(t) + self._look_for_reaped(t)
        self._polled_ns = t
        return seen

    def manner(self, life: Life) -> Manner:
        return Manner.of(self._statuses.get(life.p))

    def release(self, life: Life) -> None:
        self._dead.pop(life.p, None)
        self._statuses.pop(life.p, None)
        if self._by_pid.get(life.pid) is life:
            del self._by_pid[life.pid]

    def _watch(self, pid: int) -> None:
        door = self._door
        try:
            self._put_filter(pid, door.KQ_NOTE_EXIT | _NOTE_EXITSTATUS)
        except PermissionError:  # before some version of macOS, children of others keep their status to themselves
            self._put_filter(pid, door.KQ_NOTE_EXIT)

    def _put_filter(self, pid: int, notes: int) -> None:
        door = self._door
        flags = door.KQ_EV_ADD | door.KQ_EV_ENABLE | door.KQ_EV_ONESHOT
        self._queue.control([door.kevent(pid, filter=door.KQ_FILTER_PROC, flags=flags, fflags=notes)], 0, 0)

    def _take_events(self) -> list[Any]:
        events: list[Any] = []
        while part := self._queue.control(None, _EVENTS, 0):
            events += part
        return events

    def _ended(self, life: Life, t: int, w: Witness) -> Seen:
        self._dead[life.p] = life
        since = self._polled_ns if life.born_ns < self._polled_ns else 0
        return Seen(life, "ended", t, t - max(since, life.last_ns, life.born_low_ns), w)

    def _look_at_refused(self, t: int) -> list[Seen]:
        seen = []
        for life in list(self._refused):
            if _is_over(life):
                self._refused.remove(life)
                seen.append(self._ended(life, t, Witness.POLL))
        return seen

    def _look_for_reaped(self, t: int) -> list[Seen]:
        gone = []
        for life in self._dead.values():
            stat = process_tree.read_stat(life.pid)
            if stat is None or stat.identity != life.identity:
                gone.append(Seen(life, "reaped", t, t - self._polled_ns, Witness.POLL))
        return gone


def _is_over(life: Life) -> bool:
    stat = process_tree.read_stat(life.pid)
    return stat is None or stat.identity != life.identity or stat.state == "Z"
