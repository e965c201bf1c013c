"""The recorder's own limit of open files: a descriptor per process of the run, and the program must not notice."""

from __future__ import annotations

import contextlib
import sys

if sys.platform != "win32":
    import resource

_ours: tuple[int, int] | None = None


def widen() -> None:
    """Allow as many open files as this user may have. Windows has no such limit."""
    global _ours
    if sys.platform != "win32":
        _ours = resource.getrlimit(resource.RLIMIT_NOFILE)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (_ours[1], _ours[1]))


def restore() -> None:
    """Back to what it was, in the process that becomes the program."""
    if sys.platform != "win32" and _ours is not None:
        resource.setrlimit(resource.RLIMIT_NOFILE, _ours)
