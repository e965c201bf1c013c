"""The recorder's own limits: a descriptor per process of the run, quick turns; and the program must not notice."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import struct
import sys

if sys.platform != "win32":
    import resource

_TURN_NS = 100_000  # the shortest that Linux grants; whoever asks for short turns gets them sooner (since 6.12)
_SCHED_SETATTR = {"x86_64": 314, "aarch64": 274}
_ATTRIBUTES = struct.Struct("=IIQiIQQQII")  # size, policy, flags, nice, priority, runtime ns, ...

_ours: tuple[int, int] | None = None


def widen() -> None:
    """Allow as many open files as this user may have, and ask for the processor in short turns, but soon.

    Windows has no such limit.
    """
    global _ours
    if sys.platform != "win32":
        _ours = resource.getrlimit(resource.RLIMIT_NOFILE)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (_ours[1], _ours[1]))
        _ask_for_turns(_TURN_NS)


def restore() -> None:
    """Back to what it was, in the process that becomes the program."""
    if sys.platform != "win32" and _ours is not None:
        resource.setrlimit(resource.RLIMIT_NOFILE, _ours)
        _ask_for_turns(0)


def processors() -> int:
    """How many processors this process, and so the program, may use; 0 where the system does not say."""
    count = os.cpu_count() or 0
    if sys.platform == "linux":
        count = len(os.sched_getaffinity(0))
    return count


def _ask_for_turns(length_ns: int) -> None:
    """Of the thread that calls and those that it makes later; 0: as the system likes. Linux only; elsewhere nothing."""
    number = _SCHED_SETATTR.get(platform.machine())
    if sys.platform == "linux" and number is not None and os.sched_getscheduler(0) == os.SCHED_OTHER:
        nice = os.getpriority(os.PRIO_PROCESS, 0)
        attributes = _ATTRIBUTES.pack(_ATTRIBUTES.size, os.SCHED_OTHER, 0, nice, 0, length_ns, 0, 0, 0, 0)
        ctypes.CDLL(None).syscall(number, 0, attributes, 0)
