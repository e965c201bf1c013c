"""What Linux tells about one process through a pidfd and /proc: that it ended, and with which status.

A pidfd becomes readable when its process ends and hangs up when it is reaped. The status comes from the zombie's
line in /proc (field 52, while it is a zombie) or from the pidfd itself once it is reaped (PIDFD_GET_INFO, Linux 6.15).
"""

from __future__ import annotations

import errno
import os
import struct
import sys

_PIDFD_INFO_EXIT = 1 << 3
_INFO_BYTES = 64  # PIDFD_INFO_SIZE_VER0: what PIDFD_GET_INFO fills at least
_PIDFD_GET_INFO = (3 << 30) | (_INFO_BYTES << 16) | (0xFF << 8) | 11  # _IOWR(PIDFS_IOCTL_MAGIC, 11, ...)
_EXIT_CODE_AT = 60
_NO_PROCESS = (errno.ESRCH, errno.EINVAL, errno.ENOENT)  # the number is that of a thread by now, says one of the last

if sys.platform == "linux":
    import fcntl

    def open_pidfd(pid: int) -> int | None:
        """A descriptor for this process, close-on-exec; None when it is gone. Raises OSError where there are none."""
        try:
            return os.pidfd_open(pid)
        except OSError as error:
            if error.errno in _NO_PROCESS:
                return None
            raise

    def exit_status(pidfd: int) -> int | None:
        """The wait status of a process that has been reaped; None before that, and before Linux 6.15."""
        info = bytearray(_INFO_BYTES)
        struct.pack_into("=Q", info, 0, _PIDFD_INFO_EXIT)
        try:
            fcntl.ioctl(pidfd, _PIDFD_GET_INFO, info)
        except OSError:
            return None
        (mask,) = struct.unpack_from("=Q", info, 0)
        if not mask & _PIDFD_INFO_EXIT:
            return None
        (status,) = struct.unpack_from("=i", info, _EXIT_CODE_AT)
        return int(status)


def zombie_status(pid: int) -> int | None:
    """The wait status of a zombie of ours, read from /proc/PID/stat; None when it is none (any more)."""
    fields = _stat_fields(pid)
    if fields is None or fields[0] not in (b"Z", b"X"):
        return None
    return int(fields[49])


def start_ticks(pid: int) -> int | None:
    """When the process started, in clock ticks since boot: with the pid it names one process for good."""
    fields = _stat_fields(pid)
    return None if fields is None else int(fields[19])


def _stat_fields(pid: int) -> list[bytes] | None:
    """/proc/PID/stat from field 3 (state) on: the name in field 2 may itself hold blanks and brackets."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
