"""What this process has used until now: it may live too short for anybody to look at it from outside.

This file must not know when that is asked.
"""

import os
import sys
from time import process_time_ns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from procviz.probe.procviz_event_writer import kept
    from procviz.probe.procviz_private_imports import private_module
else:
    from procviz_event_writer import kept
    from procviz_private_imports import private_module

_STATUS = b"/proc/self/status"
_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)
_open, _read, _close, _getpid = kept(os.open), kept(os.read), kept(os.close), os.getpid
_PEAK = 2  # ru_maxrss
_PEAK_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024

_first = os.getpid()  # the process that this was loaded in: unlike its forks it was something else before
_getrusage: "Callable[[int], Any] | None" = None


def used() -> "tuple[int, int]":
    """CPU time of all threads (ns), and the most memory that was resident at once (KiB; 0: not known)."""
    if _getrusage is not None and _getpid() != _first:
        return process_time_ns(), _getrusage(0)[_PEAK] * _PEAK_UNIT_BYTES >> 10
    return process_time_ns(), _peak_of_status()


def _peak_of_status() -> int:
    """In KiB. What wait() and getrusage() tell counts what the process was before an exec, this does not."""
    if sys.platform != "linux":
        return 0
    try:
        descriptor = _open(_STATUS, _FLAGS)
        try:
            status = _read(descriptor, 4096)
        finally:
            _close(descriptor)
        at = status.index(b"VmHWM:") + 6
        return int(status[at : status.index(b"k", at)])
    except (OSError, ValueError):
        return 0


def fork_cheaply() -> None:
    """Have forked processes ask getrusage() from now on: /proc makes files for each process that looks into its own."""
    global _getrusage
    try:
        _getrusage = private_module("resource", "getrusage").getrusage
    except (ImportError, AttributeError):
        pass  # as on Windows
