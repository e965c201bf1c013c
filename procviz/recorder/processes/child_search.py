"""Looking for children that nobody tells of, where the kernel does not: those of os.system and of what is no Python.

All that an ordinary user can do is to look into /proc again and again, so this is done as often as it stays cheap.
What lives shorter than that is missed, and the recording says so.
"""

from __future__ import annotations

import time

from procviz.recorder.processes.births import Births
from procviz.recorder.processes.life_table import Life, Table
from procviz.recorder.store import Store
from procviz.trace.records import Note

SOON_S = 0.0003
_EXPECT_NS = 30_000_000  # how long after a call of os.system its child is looked for in a hurry
_AT_MOST_EVERY_NS = 4_000_000
_SHARE = 50  # one part in so many of a processor may be spent on looking
_SETTLED_NS = 1_000_000_000  # a Python program has said its first word by then
_LIVED_NS = 50_000_000  # what lived for so long and ended without a word was none


class Seeker:
    """Knows whose children have to be looked for."""

    def __init__(self, table: Table, births: Births, store: Store) -> None:
        self._table = table
        self._births = births
        self._store = store
        self._expecting: dict[int, tuple[Life, int]] = {}  # by p: since when
        self._due_ns = 0
        self._looked: dict[int, int] = {}  # by p: when its children were looked for last
        self._told = False

    @property
    def hurried(self) -> bool:
        """A child is about to be there that lives for a moment only."""
        return bool(self._expecting)

    @property
    def rest_s(self) -> float:
        """How long it is until the next look."""
        return max(0.0, (self._due_ns - time.monotonic_ns()) / 1e9)

    def expect(self, parent: Life, t: int) -> None:
        """This process makes a child now of which nobody will say a word."""
        if time.monotonic_ns() - t < _EXPECT_NS:
            self._expecting[parent.p] = (parent, t)

    def look(self) -> None:
        """Look, if it is time."""
        now = time.monotonic_ns()
        for parent, since_ns in list(self._expecting.values()):
            if self._births.look_below(parent, since_ns):
                del self._expecting[parent.p]
            elif now - since_ns > _EXPECT_NS or parent.ended_ns is not None:
                del self._expecting[parent.p]
                self._admit(now, parent)
        if now >= self._due_ns:
            self._look_below_silent(now)
            self._due_ns = now + max(_AT_MOST_EVERY_NS, _SHARE * (time.monotonic_ns() - now))

    def _look_below_silent(self, now: int) -> None:
        self._births.look_again()
        self.note_the_ended(now)
        silent = self._table.silent
        self._looked = {p: self._looked.get(p, life.born_low_ns) for p, life in silent.items()}
        for p, life in list(silent.items()):
            self._births.look_below(life, self._looked[p])
            self._looked[p] = now
            if now - life.born_ns > _SETTLED_NS:
                self._admit(now, life)

    def note_the_ended(self, now: int) -> None:
        """Say it of those that ended without a word."""
        for p in self._looked.keys() - self._table.silent.keys():
            life = self._table[p]
            if life.ended_ns is not None and life.kind == "subprocess" and life.ended_ns - life.born_ns > _LIVED_NS:
                self._admit(now, life)

    def _admit(self, now: int, parent: Life) -> None:
        """Say, once, that this one may have had children that nobody saw."""
        if not self._told:
            self._told = True
            self._store.write(Note(t=now, note="short-lived-may-be-missed", p=parent.p))
