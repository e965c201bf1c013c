"""Named semaphores and shared memory that outlive whoever is killed: noted before, taken away once nobody has them.

multiprocessing's resource tracker does this, but it may not have been started yet, or not been told. What is removed
was made during this run and mapped by a process of it, and no living process has it any more. Files are known by
their inode, for a semaphore gets its name only after it was mapped. Linux; elsewhere nothing.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time

_FOLDER = "/dev/shm"
_CLOCK_IS_COARSE_S = 0.1  # that of files, against that of programs
_since_s = time.time() - _CLOCK_IS_COARSE_S  # the guard imports this before it starts anything


class Leftovers:
    """What the processes that are about to be killed have mapped."""

    def __init__(self, folder: str | None = None) -> None:
        """`folder` is the run's: what is noted stays there for the guard, should the recorder be killed as well."""
        self._noted: set[bytes] = set()
        self._notes = None if folder is None else os.path.join(folder, "shared")

    def note(self, pid: int) -> None:
        """Remember what this process has."""
        new = _mapped(pid) - self._noted if sys.platform == "linux" else set()
        self._noted |= new
        if new and self._notes is not None:
            with contextlib.suppress(OSError), open(self._notes, "ab") as file:
                file.writelines(one + b"\n" for one in new)

    def remove(self) -> None:
        """Take away what is still there and nobody's."""
        if self._notes is not None:
            with contextlib.suppress(OSError), open(self._notes, "rb") as file:
                self._noted.update(line[:-1] for line in file if line.endswith(b"\n"))
        left = _files_of_this_run() if self._noted else {}
        wanted = left.keys() & self._noted
        self._noted.clear()
        if wanted:
            wanted.difference_update(*(_mapped(int(name)) for name in os.listdir("/proc") if name.isdigit()))
        for one in wanted:
            with contextlib.suppress(OSError):
                os.unlink(left[one])


def _mapped(pid: int) -> set[bytes]:
    """Device and inode of every file in shared memory that a process has mapped."""
    try:
        with open(f"/proc/{pid}/maps", "rb") as file:
            lines = [line for line in file if b" " + _FOLDER.encode() + b"/" in line]
    except OSError:
        return set()
    return {b" ".join(line.split(maxsplit=5)[3:5]) for line in lines}


def _files_of_this_run() -> dict[bytes, str]:
    """By device and inode as /proc writes them."""
    found: dict[bytes, str] = {}
    with contextlib.suppress(OSError):
        for entry in os.scandir(_FOLDER):
            stat = entry.stat(follow_symlinks=False)
            if entry.is_file(follow_symlinks=False) and stat.st_uid == os.getuid() and stat.st_ctime >= _since_s:
                device = f"{os.major(stat.st_dev):02x}:{os.minor(stat.st_dev):02x}"
                found[f"{device} {stat.st_ino}".encode()] = entry.path
    return found
