"""The exit watch: when the processes of the run end, and when they are reaped, as the operating system notices it.

Each system has its own, in the file `exits.py` of its folder. It says what it saw; what becomes of that is decided in
`births.py`.
"""

from __future__ import annotations

import os
import sys
import time
from typing import NamedTuple, Protocol

from procviz.recorder.processes.life_table import Life, Manner
from procviz.recorder.system_calls.process_identity import Identity
from procviz.trace.records import Witness

if sys.platform == "win32":
    TICK_NS = 10**9 // 64
else:
    TICK_NS = 10**9 // os.sysconf("SC_CLK_TCK")


class Seen(NamedTuple):
    """One notice; the truth lies within `precision_ns` before `t`."""

    life: Life
    what: str  # ended, reaped
    t: int
    precision_ns: int
    w: Witness


class ExitWatch(Protocol):
    """What the recorder needs of the platform."""

    def fileno(self) -> int | None:
        """Readable when there is something to `poll`; None where one has to look from time to time."""

    def add(self, life: Life) -> bool:
        """Watch this process; False when it is gone already."""

    def poll(self) -> list[Seen]:
        """What happened since the last call."""

    def manner(self, life: Life) -> Manner:
        """How it ended, where that can be known now."""

    def release(self, life: Life) -> None:
        """Nothing more is asked about this one."""


def born_ns(identity: Identity) -> int:
    """The begin of the clock tick in which a process started, on the clock of `time.monotonic_ns`."""
    if sys.platform != "linux":
        from procviz.recorder.system_calls import psutil_lookup

        return psutil_lookup.born_ns(identity)
    slept = time.clock_gettime_ns(time.CLOCK_BOOTTIME) - time.monotonic_ns()
    return identity.start_ticks * TICK_NS - slept
