"""What names a process for good, and what the system says of it at a glance. Standard library only."""

from __future__ import annotations

from typing import NamedTuple


class Identity(NamedTuple):
    """One process for good: its pid and when it started, in clock ticks since boot."""

    pid: int
    start_ticks: int


class Stat(NamedTuple):
    """What /proc/PID/stat says that matters here."""

    identity: Identity
    ppid: int
    state: str
    threads: int
