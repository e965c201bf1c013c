"""What the user does to the program through procviz: signals to one process, and the end of everything."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time

from procviz.recorder.processes import suspension
from procviz.recorder.processes.life_table import Life, Table
from procviz.recorder.store import Store
from procviz.recorder.system_calls import process_tree
from procviz.recorder.system_calls.named_memory import Leftovers
from procviz.trace.records import Act, Note

_KILL = int(getattr(signal, "SIGKILL", signal.SIGTERM))  # Windows has but one way to end a process
_SIGNALS = {
    "terminate": "SIGTERM",
    "kill": "SIGKILL",
    "suspend": "SIGSTOP",
    "resume": "SIGCONT",
    "interrupt": "SIGINT",
}


class Acts:
    """Does and writes down."""

    def __init__(self, table: Table, store: Store) -> None:
        self._table = table
        self._store = store
        self._stopping_since: float | None = None
        self._named: set[int] = set()
        self.ended_by: str | None = None
        self.leftovers = Leftovers()  # of those that were killed, to be removed when everybody is gone

    @property
    def stopping(self) -> bool:
        """Everything is being ended."""
        return self._stopping_since is not None

    def signal(self, p: int, act: str, sender: str) -> None:
        """Signal one process, or with p 0 the program's process group, as the keyboard does."""
        if sys.platform == "win32":
            raise NotImplementedError
        signum = getattr(signal, _SIGNALS.get(act, ""), None)
        if signum is None or (p and p not in self._table):
            return
        if not p:
            self._signal_group(self._table.main.pid, int(signum), sender)
            return
        life = self._table[p]
        if life.ended_ns is not None:
            return
        now = time.monotonic_ns()
        self._store.write(Act(t=now, p=life.p, act=act, sender=sender, signal=int(signum)))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            _send(life, signum)
            if act in ("suspend", "resume"):
                suspension.watch_for(self._store, life, act == "suspend", now)

    def _signal_group(self, group: int, signum: int, sender: str) -> None:
        """As Ctrl-C at a terminal: everybody gets it who has not left the group that the program began in."""
        if sys.platform == "win32":
            raise NotImplementedError
        hit = [life for life in self._table.living if life.ended_ns is None and _group_of(life.pid) == group]
        for life in hit:
            self._store.write(Act(t=time.monotonic_ns(), p=life.p, act="ctrl-c", sender=sender, signal=signum))
        if hit:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signum)

    def stop(self, act: str, sender: str, ended_by: str) -> None:
        """Begin to end everything."""
        if self.stopping:
            return
        self.ended_by = ended_by
        self._stopping_since = time.monotonic()
        self._store.write(Act(t=time.monotonic_ns(), p=1, act=act, sender=sender, signal=_KILL))

    def round(self) -> None:
        """While stopping: kill whoever lives. Resource trackers get a moment to clean up after the rest."""
        if self._stopping_since is None:
            return
        spare = time.monotonic() - self._stopping_since < process_tree.SPARE_S
        for pid in set(self._kill_round(spare)) - self._named:
            self._named.add(pid)
            life = self._table.alive(pid)
            self._store.write(
                Note(t=time.monotonic_ns(), note="survivor", p=life.p if life else None, facts={"pid": pid})
            )

    def _kill_round(self, spare_trackers: bool) -> list[int]:
        """Kill everybody once; the pids that we may not touch."""
        return process_tree.kill_round(self.leftovers, spare_trackers=spare_trackers)[1]


def _group_of(pid: int) -> int | None:
    if sys.platform == "win32":
        raise NotImplementedError
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def _send(life: Life, signum: signal.Signals) -> None:
    if sys.platform == "linux" and life.pidfd is not None:
        signal.pidfd_send_signal(life.pidfd, signum)
    elif life.identity is not None:
        process_tree.send_signal(life.identity, signum)
