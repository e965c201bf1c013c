"""Processes as psutil sees them: what `process_tree.py` reads from /proc, for systems that have none.

psutil is imported with the first question, for the guard, which begins with this file, is to start quickly. Start times
are the system's wall clock in microseconds: what counts is only that they stay the same.
"""

from __future__ import annotations

import sys
import time

from procviz.recorder.system_calls.process_identity import Identity, Stat

_SAME_START = 2_000_000  # microseconds: psutil corrects start times when somebody sets the clock


def read_stat(pid: int) -> Stat | None:
    """A process as it is now; None when it is gone, or none of ours to look at."""
    import psutil

    try:
        process = psutil.Process(pid)
        started = round(process.create_time() * 1e6)
        # Windows knows no zombies, and would be asked for all threads of the machine.
        zombie = sys.platform != "win32" and process.status() == psutil.STATUS_ZOMBIE
        return Stat(Identity(pid, started), process.ppid(), "Z" if zombie else "R", 1)
    except (psutil.Error, OSError):
        return None


def every_process() -> dict[int, Stat]:
    """All processes that can be looked at, by pid."""
    import psutil

    return {pid: stat for pid in psutil.pids() if (stat := read_stat(pid)) is not None}


def command_line(pid: int) -> list[str]:
    """The arguments of a process; [] where they cannot be read."""
    import psutil

    try:
        return psutil.Process(pid).cmdline()
    except (psutil.Error, OSError):
        return []


def parent(pid: int) -> int:
    """The pid of the parent of a process; 0 where it cannot be read."""
    import psutil

    try:
        return psutil.Process(pid).ppid()
    except (psutil.Error, OSError):
        return 0


def name(pid: int) -> str:
    """The name of a process's program; "" where it cannot be read."""
    import psutil

    try:
        return psutil.Process(pid).name()
    except (psutil.Error, OSError):
        return ""


def carries(pid: int, token: str) -> bool:
    """Whether a process has this PROCVIZ_RUN in its environment."""
    import psutil

    try:
        return psutil.Process(pid).environ().get("PROCVIZ_RUN") == token
    except (psutil.Error, OSError):
        return False


def marked(token: str) -> list[Identity]:
    """Every process that carries this token."""
    return [stat.identity for pid, stat in every_process().items() if carries(pid, token)]


def is_gone(identity: Identity) -> bool:
    """Whether that process has ended, as surely as can be told: what cannot be looked at is there."""
    import psutil

    stat = read_stat(identity.pid)
    if stat is None:
        return not psutil.pid_exists(identity.pid)
    return stat.state == "Z" or abs(stat.identity.start_ticks - identity.start_ticks) > _SAME_START


def born_ns(identity: Identity) -> int:
    """When a process started, on the clock of `time.monotonic_ns`; a start in the future is not known yet: now."""
    now_ns = time.monotonic_ns()
    return min(identity.start_ticks * 1000 - (time.time_ns() - now_ns), now_ns)
