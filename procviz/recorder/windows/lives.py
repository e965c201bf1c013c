"""Lives as Windows has them: told of by the job, without zombies and without adopters, ended all alike."""

from __future__ import annotations

import contextlib
import ntpath
import os
import signal
import time

from procviz.recorder.processes.births import Births
from procviz.recorder.processes.exit_watch import TICK_NS
from procviz.recorder.processes.life_table import Life, Manner, Table
from procviz.recorder.processes.user_actions import Acts
from procviz.recorder.store import Store
from procviz.recorder.system_calls import process_tree, psutil_lookup
from procviz.recorder.windows.exits import HandleWatch
from procviz.recorder.windows.job_object import Job, Newcomer
from procviz.trace.records import Act, Witness

# What Windows starts beside a program for its console: none of the program's own.
_CONSOLES = frozenset({"conhost.exe", "openconsole.exe"})
_NAMED_WITHIN_NS = 200_000_000


class WindowsTable(Table):
    """A process that has ended is gone, and its children have no parent any more."""

    def end(
        self, life: Life, t: int, w: Witness, precision_ns: int | None, manner: Manner,
        *, cpu_seconds: float | None = None,
    ) -> None:  # fmt: skip
        """It ended; nobody has to wait for it, so it is no zombie for a moment."""
        super().end(life, t, w, precision_ns, manner, cpu_seconds=cpu_seconds)
        self.reap(life, t, w, precision_ns)

    def _rehome(self, dead: Life, t: int, w: Witness, precision_ns: int | None) -> None:
        dead.children.clear()


class WindowsBirths(Births):
    """Births from the job's notices, and from its list of members where those were lost."""

    def __init__(self, table: Table, watch: HandleWatch, job: Job, store: Store) -> None:
        super().__init__(table, watch, None, store)
        self._handles = watch
        self._job = job
        self._consoles: set[int] = set()
        self._nameless: list[Newcomer] = []  # so young that the system does not say yet what they run

    def take_exits(self) -> None:
        """Who has come, and who has gone."""
        super().take_exits()
        newcomers, self._nameless = [*self._nameless, *self._job.newcomers()], []
        for newcomer in newcomers:
            self._meet(newcomer)
        if len(newcomers) > len(self._nameless):
            super().take_exits()

    def scan(self) -> None:
        """Look for members of the job that nobody has told of."""
        with contextlib.suppress(OSError):  # it is asked again in a moment
            members = self._job.members()
            self._consoles.intersection_update(members)
            for pid in members:
                self._look_at(pid)

    def reap_own(self) -> bool:
        """There is nothing to wait for; False when nobody is left in the job."""
        try:
            return not self._consoles.issuperset(self._job.members())
        except OSError:
            return bool(self._table.living)

    def _look_at(self, pid: int) -> bool:
        known = self._consoles.union(newcomer.pid for newcomer in self._nameless)
        if self._table.alive(pid) is not None or pid in known:
            return False
        handle, last = self._job.api.open_process(pid), self._table.last(pid)
        if handle is None:
            return False
        same = last is not None and last.identity in (None, self._handles.identity(pid, handle))
        if same or self._job.api.has_ended(handle):
            self._job.api.close(handle)
            return False
        self._meet(Newcomer(pid, time.monotonic_ns(), handle))
        return True

    def _meet(self, newcomer: Newcomer) -> None:
        pid, t, handle = newcomer
        if handle is None:
            if self._table.last(pid) is None:
                self._table.begin(pid, 0, t, Witness.OS, None)  # all that is known: it was there
            return
        names = _program_names(pid)
        if not names and time.monotonic_ns() - t < _NAMED_WITHIN_NS and not self._job.api.has_ended(handle):
            self._nameless.append(newcomer)
            return
        if names & _CONSOLES:
            self._consoles.add(pid)
        if self._table.alive(pid) is not None or pid in self._consoles:
            self._job.api.close(handle)
            return
        self._handles.keep(pid, handle)
        low = self._handles.born_ns(handle)
        low = t - TICK_NS if low is None else min(low, t)
        t = min(t, low + TICK_NS)
        life = self._table.begin(pid, psutil_lookup.parent(pid), t, Witness.OS, t - low)
        self._describe_command(life, t, Witness.OS, process_tree.command_line(pid) or None)


def _program_names(pid: int) -> set[str]:
    """What a process runs, as the system calls it and as its command line does; empty while neither is known."""
    command = process_tree.command_line(pid)
    return {name.lower() for name in (psutil_lookup.name(pid), *map(ntpath.basename, command[:1])) if name}


class WindowsActs(Acts):
    """There are no signals: a process is ended, or stopped thread by thread; a console may be told to break."""

    def __init__(self, table: Table, store: Store, watch: HandleWatch, job: Job, *, shares_console: bool) -> None:
        super().__init__(table, store)
        self._watch = watch
        self._job = job
        self._shares_console = shares_console  # then a Ctrl-C that reached us has reached the program too

    def signal(self, p: int, act: str, sender: str) -> None:
        """Do what comes closest to the signal; interrupting is possible for the program as a whole only."""
        if p and p not in self._table:
            return
        life = self._table[p] if p else self._table.main
        if life.ended_ns is not None or (act == "interrupt" and life is not self._table.main):
            return
        signum = {"terminate": 15, "kill": 15, "interrupt": 2}.get(act)
        self._store.write(Act(t=time.monotonic_ns(), p=life.p, act=act, sender=sender, signal=signum))
        if act in ("terminate", "kill"):
            self._watch.terminate(life)
        elif act == "interrupt":
            self._interrupt(life)
        else:
            _suspend_or_resume(life, act)

    def _interrupt(self, main: Life) -> None:
        if not self._shares_console:
            with contextlib.suppress(OSError, SystemError):  # the second: no console is shared with it
                os.kill(main.pid, getattr(signal, "CTRL_BREAK_EVENT", signal.SIGINT))

    def _kill_round(self, spare_trackers: bool) -> list[int]:
        with contextlib.suppress(OSError):  # there will be another round
            self._job.end_all()
        return []


def _suspend_or_resume(life: Life, act: str) -> None:
    import psutil

    with contextlib.suppress(psutil.Error, OSError):
        process = psutil.Process(life.pid)
        if act == "suspend":
            process.suspend()
        elif act == "resume":
            process.resume()
