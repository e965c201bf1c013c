"""Named semaphores and shared memory that outlive whoever is killed: noted before, taken away once nobody has them.

multiprocessing's resource tracker does this, but it may not have been started yet, or not been told. What is removed
was made during this run and mapped by a process of it, and no living process has it any more. Linux; elsewhere nothing.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterable

_FOLDER = "/dev/shm/"
_CLOCK_IS_COARSE_S = 0.1  # that of files, against that of programs
_since_s = time.time() - _CLOCK_IS_COARSE_S  # the guard imports this before it starts anything


class Leftovers:
    """What the processes that are about to be killed have mapped."""

    def __init__(self, folder: str | None = None) -> None:
        """`folder` is the run's: what is noted stays there for the guard, should the recorder be killed as well."""
        self._paths: set[str] = set()
        self._notes = None if folder is None else os.path.join(folder, "shared")

    def note(self, pid: int) -> None:
        """Remember what this process has."""
        new = set(_mapped(pid)) - self._paths if sys.platform == "linux" else set()
        self._paths |= new
        if new and self._notes is not None:
            with contextlib.suppress(OSError), open(self._notes, "ab") as file:
                file.writelines(os.fsencode(path) + b"\n" for path in new)

    def remove(self) -> None:
        """Take away what is still there and nobody's."""
        if self._notes is not None:
            with contextlib.suppress(OSError), open(self._notes, "rb") as file:
                self._paths.update(os.fsdecode(line[:-1]) for line in file if line.endswith(b"\n"))
        left = {path for path in self._paths if _is_of_this_run(path)}
        self._paths.clear()
        if left:
            left.difference_update(*(_mapped(int(name)) for name in os.listdir("/proc") if name.isdigit()))
        for path in left:
            with contextlib.suppress(OSError):
                os.unlink(path)


def _mapped(pid: int) -> Iterable[str]:
    try:
        with open(f"/proc/{pid}/maps", "rb") as file:
            lines = [line for line in file if b" " + _FOLDER.encode() in line]
    except OSError:
        return []
    paths = [os.fsdecode(line.split(maxsplit=5)[5].rstrip(b"\n")) for line in lines]
    return [path for path in paths if not path.endswith(" (deleted)")]


def _is_of_this_run(path: str) -> bool:
    try:
        stat = os.stat(path)
    except OSError:
        return False
    return stat.st_uid == os.getuid() and stat.st_ctime >= _since_s
