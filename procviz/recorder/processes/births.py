"""Births, ends and reapings of the run's processes: the witnesses' notices become lives in the table.

With kernel events every birth, exec and end comes from them, exact; the exit watch adds who was reaped when, and steps
in where the kernel dropped events. Without them births come from the probe (`probe_records.py`) and from looking at
/proc, ends from the exit watch. Whichever answers first, an end is told once; more may become known of it later.
"""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from procviz.recorder.processes.exit_watch import ExitWatch, Seen
from procviz.recorder.processes.life_table import Life, Manner, Table
from procviz.recorder.processes.pending_kernel_events import Overheard, Zombie
from procviz.recorder.processes.proc_search import Search
from procviz.recorder.store import Store
from procviz.recorder.system_calls.proc_connector import KernelEvent, KernelWitness
from procviz.trace.records import Executed, Lost, Witness

_MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024
_GRACE_NS = 200_000_000  # how long another witness may take to tell more of an end than that it happened


@dataclass(slots=True)
class _Open:
    """An end of which one witness told and another has not spoken yet."""

    life: Life
    t: int
    precision_ns: int | None
    w: Witness
    manner: Manner
    reaped: bool = False


class Births(Search):
    """Feeds the table from the kernel, the exit watch, our own children and /proc."""

    def __init__(self, table: Table, watch: ExitWatch, kernel: KernelWitness | None, store: Store) -> None:
        super().__init__(table)
        self._watch = watch
        self._heard = None if kernel is None else Overheard(kernel, lambda pid: table.alive(pid) is not None)
        self._store = store
        self._open: dict[int, _Open] = {}  # by p
        self._threads: dict[int, int] = {}  # by pid: how many live, as far as the kernel told of all their births
        self._dying: set[tuple[int, int]] = set()  # (pid, birth) of those whose end was overheard, too
        self._unheld: set[int] = set()  # by p: those that were not worth a look when they were born, for that
        self._launched = False
        self._waitable: dict[int, int] = {}  # by pid: since when we could reap it, but the kernel's event is not here
        self.peak_before_exec_bytes = 1 << 62
        self._notices: deque[Seen] = deque()
        table.on_begin = self._take_hold

    def listen(self) -> None:
        """Take what the witnesses tell now, so that it is stamped in time and nobody's buffer runs over; act later."""
        self._notices += self._watch.poll()
        self.overhear()

    def overhear(self) -> bool:
        """Take what the kernel tells; False when all of it is about processes that are not of this run."""
        return self._heard is not None and self._heard.listen()

    def keep_commands(self, execs: Iterable[KernelEvent]) -> None:
        """Ask for the command lines that came with these events now."""
        if self._heard is not None:
            self._heard.keep_commands(execs)

    def oldest_unmet_ns(self) -> int | None:
        """Since when the oldest of those lives whose births were overheard and not acted upon; None: there is none."""
        return None if self._heard is None else self._heard.oldest_unmet_ns()

    def take_kernel(self) -> None:
        """Everything that the kernel has told until now."""
        heard = self._heard
        if heard is None:
            return
        heard.listen()
        self._dying = heard.born_and_ended()
        for event in heard.take():
            if event.kind == "fork":
                self._forked(event)
            elif event.kind == "exec":
                self._executed(event, heard.command(event))
            elif event.kind == "thread-fork":
                if event.pid in self._threads:
                    self._threads[event.pid] += 1
            else:
                self._left(event, heard.zombie(event))
        if heard.overflowed():
            self._threads.clear()
            self._store.write(Lost(t=time.monotonic_ns(), what="kernel"))
            self.scan()

    def take_exits(self) -> None:
        """What the exit watch has seen."""
        self._notices += self._watch.poll()
        if self._notices:
            self.take_kernel()
        while self._notices:
            seen = self._notices.popleft()
            self.listen()  # what happens meanwhile is stamped now, not when all of these are dealt with
            if seen.what == "ended":
                self._noticed_end(seen)
            else:
                self._noticed_reaping(seen)

    @property
    def waits_to_reap(self) -> bool:
        """Whether a child of ours is left unreaped only until the kernel's event about it is here."""
        return bool(self._waitable)

    def reap_own(self) -> bool:
        """Wait for our own dead children, the main process among them; False when there is no child left."""
        if sys.platform != "linux":
            raise NotImplementedError
        try:
            while (dead := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)) is not None:
                if not self._reap_one(dead.si_pid):
                    break
        except ChildProcessError:
            return False
        return True

    def reaped_by(self, life: Life, t: int, exitcode: int | None) -> None:
        """The probe tells that a parent learnt of its child's end, which nobody may have seen."""
        if life.ended_ns is None and self._heard is not None:  # the kernel's word may come a little later
            self._open.setdefault(life.p, _Open(life, t, None, Witness.CALL, Manner(exitcode)))
            return
        waiting = self._open.pop(life.p, None)
        if life.ended_ns is None:
            precision = t - max(life.last_ns, life.born_low_ns)
            self._table.end(life, t, Witness.CALL, precision, Manner(exitcode))
            return
        self._table.ended_by_then(life, t)
        if waiting is not None and life.exitcode is None and exitcode is not None:
            self._table.complete(life, Manner(exitcode), Witness.CALL)

    def settle(self, *, everything: bool = False) -> None:
        """Tell the ends that no better witness has told of in time."""
        now = time.monotonic_ns()
        for p, waiting in list(self._open.items()):
            if everything or now - waiting.t > _GRACE_NS:
                del self._open[p]
                self._tell(waiting)

    def conclude(self) -> None:
        """No process is left: whatever is not known to have ended has ended by now."""
        self.settle(everything=True)
        now = time.monotonic_ns()
        for life in self._table.living:
            self._table.end(life, now, Witness.POLL, now - max(life.last_ns, life.born_low_ns), Manner())

    def _take_hold(self, life: Life) -> None:
        if life.born_by is Witness.KERNEL:
            self._threads[life.pid] = 1
            if (life.pid, life.born_ns) in self._dying:
                self._unheld.add(life.p)
                return
        if not self._watch.add(life) and self._heard is None:
            now = time.monotonic_ns()
            self._open[life.p] = _Open(life, now, None, Witness.POLL, Manner(), reaped=True)

    def _forked(self, event: KernelEvent) -> None:
        if self._table.alive(event.ppid) is not None:
            life = self._table.begin(event.pid, event.ppid, event.t, Witness.KERNEL, 0)
            self._table.describe(life, event.t, Witness.KERNEL, kind="fork")

    def _executed(self, event: KernelEvent, command: list[str] | None) -> None:
        life = self._table.alive(event.pid)
        if life is None:
            return
        if life is self._table.main and not self._launched:
            self._launched = True  # our own doing
            return
        self._store.write(Executed(t=event.t, p=life.p, w=Witness.KERNEL, cmdline=command))
        self._describe_command(life, event.t, Witness.KERNEL, command)

    def _left(self, event: KernelEvent, zombie: Zombie) -> None:
        """A thread is gone; the process ends with the last one."""
        life = self._table.alive(event.pid)
        if life is None:
            return
        threads = self._threads.get(event.pid)
        if threads is None:  # its births were dropped: its pidfd tells better when the last one is gone
            if life.pidfd is None and event.kind == "exit":
                self._end_by_kernel(life, event, zombie)
        elif threads > 1:
            self._threads[event.pid] = threads - 1
        else:
            self._end_by_kernel(life, event, zombie)

    def _end_by_kernel(self, life: Life, event: KernelEvent, zombie: Zombie) -> None:
        self._threads.pop(event.pid, None)
        waiting = self._open.pop(life.p, None)
        if life.p in self._unheld:  # it may be a zombie still
            self._unheld.remove(life.p)
            if zombie.gone_ns is None:
                self._watch.add(life)
        manner = Manner.of(event.status)
        if event.kind == "thread-exit":  # a thread's status need not be that of the process
            told = waiting.manner if waiting is not None else self._watch.manner(life)
            manner = manner if told.exitcode is None else told
        self._table.end(life, event.t, Witness.KERNEL, 0, manner, cpu_seconds=zombie.cpu_seconds)
        if waiting is not None and waiting.reaped:
            self._table.reap(life, waiting.t, Witness.OS, waiting.precision_ns)
        elif life.pidfd is None and not life.reaped:
            gone_ns = zombie.gone_ns or time.monotonic_ns()
            self._table.reap(life, gone_ns, Witness.POLL, gone_ns - zombie.seen_ns)

    def _noticed_end(self, seen: Seen) -> None:
        life = seen.life
        manner = self._watch.manner(life)
        if life.ended_ns is None:
            if self._heard is None and manner.exitcode is not None:
                self._table.end(life, seen.t, seen.w, seen.precision_ns, manner)
                return
            self._open[life.p] = _Open(life, seen.t, seen.precision_ns, seen.w, manner)
            if self._heard is None:
                self._table.end(life, seen.t, seen.w, seen.precision_ns, manner)
        elif life.exitcode is None and manner.exitcode is not None:
            self._table.complete(life, manner, seen.w)

    def _noticed_reaping(self, seen: Seen) -> None:
        life = seen.life
        manner = self._watch.manner(life)
        self._watch.release(life)
        waiting = self._open.get(life.p)
        if waiting is not None:
            waiting.reaped, waiting.manner = True, manner
            if life.ended_ns is None:
                return
            if manner.exitcode is not None:
                del self._open[life.p]
        if manner.exitcode not in (None, life.exitcode):
            self._table.complete(life, manner, Witness.OS)
        if not life.reaped:
            precision = min(seen.precision_ns, seen.t - (life.ended_ns or 0))
            self._table.reap(life, seen.t, seen.w, precision, exitcode=manner.exitcode)

    def _tell(self, waiting: _Open) -> None:
        life = waiting.life
        if life.ended_ns is None:
            precision = waiting.precision_ns
            if precision is None:
                precision = waiting.t - max(life.last_ns, life.born_low_ns)
            self._table.end(life, waiting.t, waiting.w, precision, waiting.manner)
            if waiting.reaped and not life.reaped:
                self._table.reap(life, waiting.t, waiting.w, precision)

    def _reap_one(self, pid: int) -> bool:
        """Reap a child of ours; False when it is better to wait for the kernel's event about it."""
        if sys.platform == "win32":
            raise NotImplementedError
        self.take_exits()
        self.take_kernel()
        before = time.monotonic_ns()
        life = self._table.last(pid)
        if life is None or life.reaped:
            life = self._table.begin(pid, self._me, before, Witness.OS, None)
        if life.ended_ns is None:
            if self._heard is not None and before - self._waitable.setdefault(pid, before) < _GRACE_NS:
                return False
            self._table.end(life, before, Witness.OS, before - life.last_ns, self._watch.manner(life))
        self._waitable.pop(pid, None)
        _pid, status, usage = os.wait4(pid, 0)
        after = time.monotonic_ns()
        manner = Manner.of(status)
        if life.exitcode != manner.exitcode or self._note_peak(life, usage.ru_maxrss * _MAXRSS_BYTES):
            self._table.complete(life, manner, Witness.OS)
        self._table.reap(life, after, Witness.OS, after - before, by_recorder=True, exitcode=manner.exitcode)
        self._watch.release(life)
        return True

    def _note_peak(self, life: Life, peak_bytes: int) -> bool:
        """Take the peak that wait() tells, where it can only be this process's own.

        It counts reaped children and, from before exec, the recorder itself, as if they were this process.
        """
        if len(self._table) > 1 or peak_bytes <= self.peak_before_exec_bytes:
            return False
        life.max_rss_bytes = peak_bytes
        return True
