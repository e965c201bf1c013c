"""Lives as Windows has them: told of by the job, without zombies and without adopters, ended all alike."""

from __future__ import annotations

import contextlib
import os
import signal
import time

from procviz.recorder.processes.births import Births
from procviz.recorder.processes.exit_watch import TICK_NS, born_ns
from procviz.recorder.processes.life_table import Life, Manner, Table
from procviz.recorder.processes.user_actions import Acts
from procviz.recorder.store import Store
from procviz.recorder.system_calls import process_tree
from procviz.recorder.windows.exits import HandleWatch
from procviz.recorder.windows.job_object import Job, Newcomer
from procviz.trace.records import Act, Witness

_NAMED_WITHIN_NS = 300_000_000


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
        self._nameless: list[Newcomer] = []  # who has come so lately that the system does not say what it runs
        self._consoles: set[int] = set()  # pids in the job that are no processes of the program

    def take_exits(self) -> None:
        """Who has come, and who has gone."""
        super().take_exits()
        newcomers, self._nameless = [*self._nameless, *self._job.newcomers()], []
        for newcomer in newcomers:
            command, name = process_tree.command_line(newcomer.pid), _program_of(newcomer.pid)
            fresh = time.monotonic_ns() - newcomer.t < _NAMED_WITHIN_NS
            if not command and not name and newcomer.handle is not None and fresh:
                self._nameless.append(newcomer)  # its first thread does not run yet
            else:
                self._meet(newcomer, command)
        if newcomers:
            super().take_exits()

    def scan(self) -> None:
        """Look for members of the job that nobody has told of."""
        for pid in self._of_the_program():
            self._look_at(pid)

    def reap_own(self) -> bool:
        """There is nothing to wait for; False when nobody is left in the job."""
        return bool(self._of_the_program())

    def _of_the_program(self) -> list[int]:
        members = self._job.members()
        for pid in members:
            known = pid in self._consoles or self._table.alive(pid) is not None
            if not known and _is_console(pid, process_tree.command_line(pid)):
                self._consoles.add(pid)
        self._consoles &= set(members)
        return [pid for pid in members if pid not in self._consoles]

    def _meet(self, newcomer: Newcomer, command: list[str]) -> None:
        pid, t, handle = newcomer
        if _is_console(pid, command):
            self._consoles.add(pid)
            if handle is not None:
                self._job.api.close(handle)
            return
        if handle is not None:
            if self._table.alive(pid) is not None:
                self._job.api.close(handle)
                return
            self._handles.keep(pid, handle)
        stat = process_tree.read_stat(pid)
        if stat is None and handle is None:
            self._table.begin(pid, 0, t, Witness.OS, None)  # all that is known: it was there
            return
        low = born_ns(stat.identity) if stat is not None else t - TICK_NS
        t = min(t, max(low, t - TICK_NS) + TICK_NS)
        life = self._table.begin(pid, stat.ppid if stat is not None else 0, t, Witness.OS, max(0, t - low))
        self._describe_command(life, t, Witness.OS, command or None)


def _is_console(pid: int, command: list[str]) -> bool:
    """Whether it is what the system starts for a console: none of the program's own."""
    names = (command[0].replace("/", "\\").rpartition("\\")[2] if command else "", _program_of(pid))
    return any(name.lower() in ("conhost.exe", "openconsole.exe") for name in names)


def _program_of(pid: int) -> str:
    """The file name of what it runs; "" where that cannot be told, or not yet."""
    import psutil

    with contextlib.suppress(psutil.Error, OSError):
        return psutil.Process(pid).name()
    return ""


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
            with contextlib.suppress(OSError, SystemError):  # where no console is shared
                os.kill(main.pid, getattr(signal, "CTRL_BREAK_EVENT", signal.SIGINT))

    def _kill_round(self, spare_trackers: bool) -> list[int]:
        self._job.end_all()
        return []


def _suspend_or_resume(life: Life, act: str) -> None:
    import psutil

    with contextlib.suppress(psutil.Error):
        process = psutil.Process(life.pid)
        if act == "suspend":
            process.suspend()
        elif act == "resume":
            process.resume()
