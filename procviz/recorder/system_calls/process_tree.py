"""Ending processes for good: who descends from whom, and rounds of SIGKILL until nobody is left.

Used by the guard, which must start in milliseconds and carry little, so this file knows the standard library only.
A process is always named by pid and start time; a signal goes through a pidfd that was checked against both.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time

from procviz.recorder.system_calls import pidfd
from procviz.recorder.system_calls.named_memory import Leftovers
from procviz.recorder.system_calls.process_identity import Identity, Stat

_CALM_LOOKS = 3
_LOOK_S = 0.0005
_RUSH_S = 0.05
SPARE_S = 1.0  # resource trackers may unlink semaphores and shared memory for so long before they are ended too


def read_stat(pid: int) -> Stat | None:
    """A process as /proc knows it now; None when it is gone."""
    if sys.platform != "linux":
        from procviz.recorder.system_calls import psutil_lookup

        return psutil_lookup.read_stat(pid)
    try:
        fields = _content(f"/proc/{pid}/stat").rpartition(b")")[2].split(None, 20)
    except OSError:
        return None
    return Stat(Identity(pid, int(fields[19])), int(fields[1]), fields[0].decode(), int(fields[17]))


def _content(path: str) -> bytes:
    """A small file of /proc: read very often, for which a file object takes three times as long."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    try:
        return os.read(descriptor, 1 << 16)
    finally:
        os.close(descriptor)


def every_process() -> dict[int, Stat]:
    """All processes of the machine by pid; empty where there is no /proc."""
    if sys.platform != "linux":
        from procviz.recorder.system_calls import psutil_lookup

        return psutil_lookup.every_process()
    found = (read_stat(int(name)) for name in os.listdir("/proc") if name.isdigit())
    return {stat.identity.pid: stat for stat in found if stat is not None}


def descendants(root: int) -> list[Stat]:
    """Everything below `root`, zombies too, parents before children; `root` itself is not among them."""
    return below(root, every_process())


def below(root: int, everyone: dict[int, Stat]) -> list[Stat]:
    """The same among processes that were read already."""
    children: dict[int, list[Stat]] = {}
    for stat in everyone.values():
        children.setdefault(stat.ppid, []).append(stat)
    found: list[Stat] = []
    waiting = [root]
    while waiting:
        for stat in children.get(waiting.pop(), []):
            found.append(stat)
            waiting.append(stat.identity.pid)
    return found


def children(pid: int) -> list[int]:
    """The children of one process, zombies too: far cheaper than `descendants` where few of many are ours."""
    found: list[int] = []
    with contextlib.suppress(OSError):  # it may end meanwhile
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", "rb") as file:
                found += map(int, file.read().split())
    return found


def command_line(pid: int) -> list[str]:
    """The arguments of a process; [] for a zombie, a kernel thread or one that is gone."""
    if sys.platform != "linux":
        from procviz.recorder.system_calls import psutil_lookup

        return psutil_lookup.command_line(pid)
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            parts = file.read().split(b"\0")
    except OSError:
        return []
    return [part.decode("utf-8", "surrogateescape") for part in parts[:-1]]


def helper_role(command: list[str]) -> str | None:
    """Which of multiprocessing's helpers this command line is: resource-tracker, forkserver, or none."""
    for part in command[1:]:
        if "multiprocessing.resource_tracker" in part:
            return "resource-tracker"  # unlinks semaphores and shared memory once everybody else is gone
        if "multiprocessing.forkserver" in part:
            return "forkserver"
    return None


def send_signal(identity: Identity, signum: int) -> bool:
    """Signal exactly this process; False when it is gone. Raises PermissionError for another user's."""
    try:
        if sys.platform != "linux":
            same = getattr(read_stat(identity.pid), "identity", None) == identity
            if same:
                os.kill(identity.pid, signum)
            return same
        held = pidfd.open_pidfd(identity.pid)
    except ProcessLookupError:
        return False
    if held is None:
        return False
    try:
        stat = read_stat(identity.pid)
        if stat is None or stat.identity != identity:
            return False
        signal.pidfd_send_signal(held, signum)
    except ProcessLookupError:
        return False
    finally:
        os.close(held)
    return True


def kill_round(leftovers: Leftovers, *, spare_trackers: bool) -> tuple[int, list[int]]:
    """SIGKILL everything below this process once: how many still lived, and the pids that we may not touch."""
    _rush(leftovers, spare_trackers)
    return kill(descendants(os.getpid()), spare_trackers=spare_trackers, leftovers=leftovers)


def _rush(leftovers: Leftovers, spare_trackers: bool) -> None:
    """Kill our own children as fast as they can be listed.

    What forks, and leaves its child to us, again and again may do so faster than all of /proc can be read. We alone
    reap them, so until then their pids are theirs.
    """
    if sys.platform != "linux":
        return
    known: set[int] = set()
    calm, until = 0, time.monotonic() + _RUSH_S
    while calm < _CALM_LOOKS and time.monotonic() < until:
        new = set(children(os.getpid())) - known
        for pid in new:
            if not (spare_trackers and helper_role(command_line(pid)) == "resource-tracker"):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGSTOP)  # or it makes more while we look
                    leftovers.note(pid)
                    os.kill(pid, signal.SIGKILL)
        known |= new
        calm = 0 if new else calm + 1
        if calm:
            time.sleep(_LOOK_S)


def kill(
    found: list[Stat],
    *,
    spare_trackers: bool,
    excluded: frozenset[int] = frozenset(),
    leftovers: Leftovers | None = None,
) -> tuple[int, list[int]]:
    """SIGKILL these once: how many still lived, and the pids that we may not touch."""
    if sys.platform == "win32":
        raise NotImplementedError
    alive = 0
    forbidden: list[int] = []
    for stat in found:
        pid = stat.identity.pid
        if stat.state in "ZX" or pid in excluded:
            continue
        alive += 1
        if spare_trackers and helper_role(command_line(pid)) == "resource-tracker":
            continue
        try:
            if leftovers is not None:
                send_signal(stat.identity, signal.SIGSTOP)
                leftovers.note(pid)
            send_signal(stat.identity, signal.SIGKILL)
        except PermissionError:
            forbidden.append(pid)
    return alive, forbidden


def end_descendants(folder: str, patience_s: float = 5.0) -> list[int]:
    """End and reap everything below this process, which must be a subreaper; the pids that would not go.

    `folder` is the run's.
    """
    begin, leftovers = time.monotonic(), Leftovers(folder)
    while reap_all():
        alive, forbidden = kill_round(leftovers, spare_trackers=time.monotonic() - begin < SPARE_S)
        if alive == len(forbidden) and forbidden:
            return forbidden
        if time.monotonic() - begin > patience_s:
            return [stat.identity.pid for stat in descendants(os.getpid())]
        if reap_all():
            time.sleep(0.002)
    leftovers.remove()
    return []


def reap_all() -> bool:
    """Wait for whoever is dead; False when no child is left, which for a subreaper proves that no descendant is."""
    if sys.platform == "win32":
        raise NotImplementedError
    while True:
        try:
            pid, _status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return False
        if pid == 0:
            return True


def end_marked(token: str) -> None:
    """End every process of ours that carries this PROCVIZ_RUN in its environment: what a killed guard left behind."""
    if sys.platform == "win32":
        return  # the system has ended them, see `job_object.py`
    begin = time.monotonic()
    while (elapsed := time.monotonic() - begin) < 2 * SPARE_S:
        left = _marked(token)
        if not left:
            return
        for identity in left:
            if elapsed > SPARE_S or helper_role(command_line(identity.pid)) != "resource-tracker":
                with contextlib.suppress(PermissionError):
                    send_signal(identity, signal.SIGKILL)
        time.sleep(0.01)


def _marked(token: str) -> list[Identity]:
    if sys.platform != "linux":
        from procviz.recorder.system_calls import psutil_lookup

        return psutil_lookup.marked(token)
    mark = b"PROCVIZ_RUN=" + token.encode()
    found = []
    for pid, stat in every_process().items():
        with contextlib.suppress(OSError), open(f"/proc/{pid}/environ", "rb") as file:
            if mark in file.read().split(b"\0"):
                found.append(stat.identity)
    return found
