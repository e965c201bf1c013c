"""The exit watch of Linux: a pidfd per process in an epoll set, readable at the end, hung up when reaped.

Where a kernel or a sandbox has no pidfds: psutil, by looking.
"""

from __future__ import annotations

import contextlib
import os
import select
import time
from typing import TYPE_CHECKING

from procviz.recorder.processes.exit_watch import TICK_NS, Seen, born_ns
from procviz.recorder.processes.life_table import Life, Manner
from procviz.recorder.system_calls import pidfd, process_tree
from procviz.trace.records import Witness

if TYPE_CHECKING:
    import psutil

_AT_ONCE = 1024
_HANG_UP_SINCE = (6, 9)  # Linux: a pidfd tells that its process was reaped


class PidfdWatch:
    """Linux."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._by_fd: dict[int, Life] = {}
        self._added_ns: dict[int, int] = {}
        self._polled_ns = time.monotonic_ns()
        self._zombies: dict[int, Life] = {}
        release = os.uname().release.split("-")[0].split(".")
        self._told_of_reaping = tuple(int(part) for part in release[:2]) >= _HANG_UP_SINCE

    def fileno(self) -> int:
        return self._epoll.fileno()

    def add(self, life: Life) -> bool:
        descriptor = pidfd.open_pidfd(life.pid) if life.pidfd is None else life.pidfd
        if descriptor is None:
            return False
        stat = process_tree.read_stat(life.pid)
        if stat is not None and born_ns(stat.identity) <= life.born_ns + 2 * TICK_NS:
            life.identity = stat.identity
        elif life.pidfd is None:  # reaped in between, or another process that has its pid by now
            os.close(descriptor)
            return False
        life.pidfd = descriptor
        self._by_fd[descriptor] = life
        self._added_ns[descriptor] = time.monotonic_ns()
        self._epoll.register(descriptor, select.EPOLLIN | select.EPOLLET)
        return True

    def poll(self) -> list[Seen]:
        asked_ns = time.monotonic_ns()
        notices = self._epoll.poll(0, _AT_ONCE)
        t = time.monotonic_ns()
        seen: list[Seen] = []
        for descriptor, events in notices:
            life = self._by_fd[descriptor]
            since = self._polled_ns if self._added_ns[descriptor] < self._polled_ns else 0
            precision = t - max(since, life.last_ns, life.born_low_ns)
            if descriptor not in self._zombies:
                self._zombies[descriptor] = life
                seen.append(Seen(life, "ended", t, precision, Witness.OS))
            if events & select.EPOLLHUP:
                seen.append(Seen(life, "reaped", t, precision, Witness.OS))
        if not self._told_of_reaping:
            seen += self._look_for_reaped(t)
        if len(notices) < _AT_ONCE:
            self._polled_ns = asked_ns  # whatever ended before has been told
        return seen

    def manner(self, life: Life) -> Manner:
        status = None if life.pidfd is None else pidfd.exit_status(life.pidfd)
        if status is None and not life.reaped:
            status = pidfd.zombie_status(life.pid)
        if status is None and life.pidfd is not None:
            status = pidfd.exit_status(life.pidfd)  # reaped between the two looks
        return Manner.of(status)

    def release(self, life: Life) -> None:
        if life.pidfd is None:
            return
        if self._by_fd.pop(life.pidfd, None) is not None:
            self._epoll.unregister(life.pidfd)
        self._zombies.pop(life.pidfd, None)
        self._added_ns.pop(life.pidfd, None)
        os.close(life.pidfd)
        life.pidfd = None

    def _look_for_reaped(self, t: int) -> list[Seen]:
        gone = []
        for life in self._zombies.values():
            stat = process_tree.read_stat(life.pid)
            if stat is None or stat.identity != life.identity:
                gone.append(Seen(life, "reaped", t, t - self._polled_ns, Witness.POLL))
        return gone


class LookingWatch:
    """Where there are no pidfds: psutil, every time it is asked."""

    def __init__(self) -> None:
        import psutil

        self._psutil = psutil
        self._watched: dict[int, psutil.Process] = {}
        self._lives: dict[int, Life] = {}
        self._polled_ns = time.monotonic_ns()

    def fileno(self) -> None:
        return None

    def add(self, life: Life) -> bool:
        try:
            self._watched[life.p] = self._psutil.Process(life.pid)
        except self._psutil.Error:
            return False
        self._lives[life.p] = life
        return True

    def poll(self) -> list[Seen]:
        t = time.monotonic_ns()
        seen = []
        for p, process in self._watched.items():
            life = self._lives[p]
            gone = not process.is_running()
            if life.ended_ns is None and (gone or self._is_zombie(process)):
                seen.append(Seen(life, "ended", t, t - max(self._polled_ns, life.last_ns), Witness.POLL))
            if gone:
                seen.append(Seen(life, "reaped", t, t - self._polled_ns, Witness.POLL))
        self._polled_ns = t
        return seen

    def manner(self, life: Life) -> Manner:
        return Manner()

    def release(self, life: Life) -> None:
        self._watched.pop(life.p, None)
        self._lives.pop(life.p, None)

    def _is_zombie(self, process: psutil.Process) -> bool:
        try:
            return bool(process.status() == self._psutil.STATUS_ZOMBIE)
        except self._psutil.Error:
            return True


def exit_watch() -> PidfdWatch | LookingWatch:
    """The best watch of this platform."""
    if hasattr(os, "pidfd_open") and hasattr(select, "epoll"):
        with contextlib.suppress(OSError):  # a kernel or a sandbox without pidfds
            os.close(os.pidfd_open(os.getpid()))
            return PidfdWatch()
    return LookingWatch()
