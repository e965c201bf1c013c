"""What a Linux process can ask for itself: to adopt orphans, and to be stopped with its parent. Elsewhere: nothing."""

from __future__ import annotations

import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def become_subreaper() -> None:
    """Orphans below this process come to it instead of to init. Linux only; elsewhere nothing."""
    prctl(_PR_SET_CHILD_SUBREAPER, 1)


def stop_with_parent() -> None:
    """Have the kernel stop this process when its parent dies: the guard then ends it and what it left. Linux only."""
    if sys.platform == "linux":
        prctl(_PR_SET_PDEATHSIG, signal.SIGSTOP)


def prctl(option: int, value: int) -> None:
    """prctl(2) with one argument, where there is such a thing."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
