"""What the system says of this process: with which command and when it was born, and whom it has just made.

This file must not know to whom that matters.
"""

import os
import sys
from _thread import get_native_id
from time import process_time_ns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

    from procviz.probe.procviz_event_writer import kept, now, watched_from_outside
else:
    from procviz_event_writer import kept, now, watched_from_outside

_ROUNDING_NS = 100_000  # the system's own accounts may be wrong by so much
_newest = 0
_open, _read, _close = kept(os.open), kept(os.read), kept(os.close)


def command_line() -> "list[str]":
    """As this process was started."""
    argv = getattr(sys, "orig_argv", None)
    if argv is not None:
        return list(argv)
    try:
        return [os.fsdecode(part) for part in content("/proc/self/cmdline").split(b"\0")[:-1]]
    except OSError:
        return [sys.executable, *getattr(sys, "argv", [])]


def born_by(good_enough: int) -> "int | None":
    """When this process was born at the latest (ns): it has run for some time since, and waited for its turn to run.

    On a busy machine that waiting is most of its first moments; it is only looked up where that may be so. None where
    the kernel itself tells the recorder.
    """
    if not watched_from_outside:
        return None
    born = now() - process_time_ns()
    try:
        for _ in range(3):  # whoever has to wait again while it is asked learns too little
            if born <= good_enough:
                break
            waited = int(content("/proc/self/schedstat").split()[1])
            born = min(born, now() - waited - process_time_ns())
    except (OSError, ValueError, IndexError):
        pass
    return born + _ROUNDING_NS


def unsaid_child(frame: "FrameType | None") -> int:
    """The pid of the child that was forked now, if nobody else tells: it may be killed before it says a word."""
    if frame is None or str(frame.f_globals.get("__name__")).startswith("multiprocessing."):
        return 0  # what starts a Process tells its pid
    global _newest
    try:
        newest = int(content("/proc/self/task/%d/children" % get_native_id()).split()[-1])
    except (OSError, ValueError, IndexError):
        return 0
    if newest == _newest:
        return 0  # where children are never waited for, it may be gone already
    _newest = newest
    return newest


def content(path: str) -> bytes:
    """All of a file of /proc. Raises OSError."""
    descriptor = _open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    try:
        content = b""
        while True:
            part = _read(descriptor, 1 << 14)
            if not part:
                return content
            content += part
    finally:
        _close(descriptor)
