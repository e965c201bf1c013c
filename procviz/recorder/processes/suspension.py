"""Whether a process is suspended: seen when it is looked at anyway, and right after the user asked for it."""

from __future__ import annotations

import time

from procviz.recorder.processes.life_table import Life
from procviz.recorder.store import Store
from procviz.trace.records import Halted, Witness

_AT_MOST_S = 0.02  # a signal needs that long when every processor is busy; later looks find it as well
_STEP_S = 0.0003


def saw(store: Store, life: Life, t: int, halted: bool) -> None:
    """Tell it if that has changed since the last look."""
    since, life.looked_ns = life.looked_ns if life.looked_ns is not None else life.born_ns, t
    if halted != life.halted:
        life.halted = halted
        store.write(Halted(t=t, p=life.p, w=Witness.POLL, precision_ns=max(0, t - since), halted=halted))


def watch_for(store: Store, life: Life, halted: bool, since_ns: int) -> None:
    """Look until the signal that was sent then has worked, but for a moment only."""
    if halted == life.halted:
        return
    life.looked_ns = since_ns
    until = time.monotonic() + _AT_MOST_S
    while (seen := is_halted(life.pid)) is not halted and seen is not None and time.monotonic() < until:
        time.sleep(_STEP_S)
    if seen is halted:
        saw(store, life, time.monotonic_ns(), halted)


def is_halted(pid: int) -> bool | None:
    """None where it cannot be told, or the process is gone."""
    try:
        with open(f"/proc/{pid}/status", "rb") as file:
            return halted_in(file.read())
    except OSError:
        return None


def halted_in(status: bytes) -> bool | None:
    """What /proc/PID/status says of it; a process that a debugger holds is not meant."""
    _, found, rest = status.partition(b"\nState:")
    return rest.split(maxsplit=1)[0] == b"T" if found else None
