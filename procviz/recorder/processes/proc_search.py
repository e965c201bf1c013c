"""Looking through /proc for processes of the run that nobody has told of."""

from __future__ import annotations

import os
import time

from procviz.recorder.processes.exit_watch import TICK_NS, born_ns
from procviz.recorder.processes.life_table import Life, Table, cpu_seconds
from procviz.recorder.system_calls import process_tree
from procviz.recorder.system_calls.process_identity import Stat
from procviz.trace.records import Witness

_EXEC_WITHIN_NS = 1_000_000_000  # a child that still runs its parent's program may yet become another one


class Search:
    """Finds them, and puts them into the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._lists_children = os.path.exists(f"/proc/self/task/{os.getpid()}/children")
        self._me = os.getpid()
        self._taken_for_forks: dict[int, Life] = {}  # by p: with its parent's command line when it was found

    def listen(self) -> None:
        """Called on the way, for what cannot wait until all of /proc is looked through."""

    def scan(self) -> None:
        """Look for processes of the run that nobody has told of."""
        if not self._lists_children:
            for stat in process_tree.descendants(self._me):
                self._look_at(stat.identity.pid)
            return
        waiting = [self._me, *(life.pid for life in self._table.living)]
        while waiting:
            self.listen()
            new = [pid for pid in process_tree.children(waiting.pop()) if self._look_at(pid)]
            waiting += new

    def look_again(self) -> None:
        """Those that were found between their fork and their exec."""
        now = time.monotonic_ns()
        for p, life in list(self._taken_for_forks.items()):
            if life.ended_ns is not None or now - life.born_ns > _EXEC_WITHIN_NS:
                del self._taken_for_forks[p]
            else:
                self._look_for_exec(life, now)

    def may_exec(self, life: Life) -> None:
        """A child that its parent has told of, but not what it runs; it may run that already."""
        self._taken_for_forks[life.p] = life
        self._look_for_exec(life, time.monotonic_ns())

    def look_below(self, parent: Life, since_ns: int) -> bool:
        """Look for children of one process that were not there at `since_ns`: whether there are new ones."""
        new = [pid for pid in process_tree.children(parent.pid) if self._look_at(pid)]
        now = time.monotonic_ns()
        for pid in new:
            if (life := self._table.alive(pid)) is not None:
                self._table.narrow(life, since_ns, now, Witness.POLL)
        return bool(new)

    def _look_at(self, pid: int) -> bool:
        """Whether this is a process that nobody has told of, which now is in the table."""
        if self._table.alive(pid) is not None:
            return False
        stat, last = process_tree.read_stat(pid), self._table.last(pid)
        if stat is None or stat.state == "X" or (stat.state == "Z" and stat.ppid == self._me):
            return False
        if last is not None and last.identity == stat.identity:
            return False  # ended, and not reaped yet
        self.found(stat)
        return True

    def _look_for_exec(self, life: Life, now: int) -> None:
        command = process_tree.command_line(life.pid)
        if command and life.parent is not None and command != _program_of(life.parent):
            del self._taken_for_forks[life.p]
            role = process_tree.helper_role(command)
            kind = "helper" if role else "subprocess"
            self._table.describe(life, now, Witness.POLL, kind=kind, name=role, cmdline=command)

    def found(self, stat: Stat) -> Life:
        """A process seen in /proc: it started within the clock tick that its start time names."""
        now = time.monotonic_ns()
        low = born_ns(stat.identity)
        used_ns = int((cpu_seconds(stat.identity.pid) or 0.0) * 1e9)
        t = max(low, min(now - used_ns, low + TICK_NS))
        life = self._table.begin(stat.identity.pid, stat.ppid, t, Witness.POLL, t - low)
        self._describe_command(life, t, Witness.POLL, process_tree.command_line(stat.identity.pid) or None)
        return life

    def _describe_command(self, life: Life, t: int, w: Witness, command: list[str] | None) -> None:
        role = process_tree.helper_role(command or [])
        kind = "helper" if role else "subprocess" if w is not Witness.POLL else None  # it may be a fork of somebody
        if life.parent is not None and _program_of(life.parent) == command and w is Witness.POLL:
            kind, command = "fork", None  # it still runs its parent's program
        if command is None and w is Witness.POLL:
            self._taken_for_forks[life.p] = life
        self._table.describe(life, t, w, kind=kind, name=role, cmdline=command)


def _program_of(life: Life) -> object:
    """The command line of a process; a fork has that of its parent."""
    at: Life | None = life
    while at is not None and at.told.get("cmdline") is None:
        at = at.parent
    return None if at is None else at.told["cmdline"]
