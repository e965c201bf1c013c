"""What the kernel has told and nobody has acted upon yet, with the answers to what had to be asked at once.

The recorder may leave events for later, for the kernel has stamped them. What it does not tell, a command line, the CPU
time of the dead, until when they were there to be waited for, can only be asked in time; and whether it was in time
only shows when the next event about the same pid comes.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from procviz.recorder.processes.life_table import cpu_seconds
from procviz.recorder.system_calls import process_tree
from procviz.recorder.system_calls.proc_connector import KernelEvent, KernelWitness

_VISIT_NS = 20_000_000


@dataclass(slots=True)
class Zombie:
    """What could be asked of a dead process before somebody waited for it, which is not told where no pidfd is held."""

    ended_ns: int
    seen_ns: int  # it was still there then
    gone_ns: int | None = None
    cpu_seconds: float | None = None

    def look(self, pid: int) -> bool:
        """Whether it is still there."""
        used = cpu_seconds(pid)
        now = time.monotonic_ns()
        if used is None:
            self.gone_ns = now
            return False
        self.cpu_seconds, self.seen_ns = used, now
        return True

    def replaced(self, t: int) -> None:
        """Another process has had its pid from then on."""
        self.gone_ns = t
        if self.seen_ns > t:
            self.seen_ns, self.cpu_seconds = self.ended_ns, None


class Overheard:
    """Events of this run's processes, oldest first."""

    def __init__(self, kernel: KernelWitness, is_alive: Callable[[int], bool]) -> None:
        """`is_alive(pid)`: whether a process of the run has this pid, as far as has been acted upon."""
        self._kernel = kernel
        self._is_alive = is_alive
        self._overflows = 0
        self._events: deque[KernelEvent] = deque()
        self._coming: dict[int, int | None] = {}  # by pid: when, if it lives; those whose birth waits in `_events`
        self._commands: dict[KernelEvent, list[str]] = {}  # by exec: [] where it was too late to ask
        self._asked: dict[int, tuple[KernelEvent, int]] = {}  # by pid: for the command of which exec, and when
        self._zombies: dict[int, Zombie] = {}  # by pid: whose end waits in `_events`, and who may still be there
        self._buried: dict[KernelEvent, Zombie] = {}  # by the event of their end: all of these
        self._visited_ns = 0

    def listen(self) -> bool:
        """Take what the kernel tells; False when all of it is about processes that are not of this run."""
        overflows = self._kernel.overflows
        ours = [event for event in self._kernel.read() if self._note(event)]
        self._events += ours
        self.keep_commands(event for event in ours if event.kind == "exec")
        self._visit_all()
        return bool(ours) or self._kernel.overflows != overflows

    def keep_commands(self, execs: Iterable[KernelEvent]) -> None:
        """Ask for the command lines that came with these events now: many a command is over in half a millisecond."""
        new = [event for event in execs if event not in self._commands]
        latest = {event.pid: event for event in new}
        for event in new:
            self._belie(event.pid, event.t)
            self._commands[event] = process_tree.command_line(event.pid) if latest[event.pid] is event else []
            self._asked[event.pid] = (event, time.monotonic_ns())

    def oldest_unmet_ns(self) -> int | None:
        """Since when the oldest of those lives whose births wait here; None: there is none."""
        return next((t for t in self._coming.values() if t is not None), None)

    def born_and_ended(self) -> set[tuple[int, int]]:
        """Those whose births and ends both wait here: pid and time of birth."""
        born: dict[int, int] = {}
        over: set[tuple[int, int]] = set()
        for event in self._events:
            if event.kind == "fork":
                born[event.pid] = event.t
            elif event.kind == "exit" and event.pid in born:
                over.add((event.pid, born[event.pid]))
        return over

    def take(self) -> Iterator[KernelEvent]:
        """All that waits; what was asked about it is forgotten after the last."""
        while self._events:
            yield self._events.popleft()
        for known in (self._commands, self._asked, self._zombies, self._buried, self._coming):
            known.clear()

    def command(self, event: KernelEvent) -> list[str] | None:
        """Of the program that began with this event, if somebody asked in time."""
        return self._commands.get(event) or None

    def zombie(self, event: KernelEvent) -> Zombie:
        """What is known of the time after this end."""
        return self._buried.get(event) or Zombie(event.t, event.t)

    def overflowed(self) -> bool:
        """Whether the kernel has dropped events since this was asked last."""
        before, self._overflows = self._overflows, self._kernel.overflows
        return self._overflows != before

    def _note(self, event: KernelEvent) -> bool:
        """Take down what must not wait until this event is acted upon; False where it is not of this run."""
        if event.kind == "fork":
            self._belie(event.pid, event.t)
        pid = event.ppid or event.pid
        if pid not in self._coming and not self._is_alive(pid):
            return False
        if event.kind == "fork":
            self._coming[event.pid] = event.t
        elif event.kind == "exit":
            self._buried[event] = self._zombies[event.pid] = Zombie(event.t, event.t)
            self._visit(event.pid)
            if event.pid in self._coming:
                self._coming[event.pid] = None
        return True

    def _belie(self, pid: int, t: int) -> None:
        """From then on this pid was of another program or process: later answers were about that one."""
        before, asked_ns = self._asked.get(pid, (None, 0))
        if before is not None and before.t < t < asked_ns:
            self._commands[before] = []
        zombie = self._zombies.pop(pid, None)
        if zombie is not None:
            zombie.replaced(t)

    def _visit_all(self) -> None:
        """See who of the dead is still there: so exactly is known when somebody waited for them."""
        now = time.monotonic_ns()
        if now - self._visited_ns > _VISIT_NS:
            self._visited_ns = now
            for pid in list(self._zombies):
                self._visit(pid)

    def _visit(self, pid: int) -> None:
        if not self._zombies[pid].look(pid):
            del self._zombies[pid]
