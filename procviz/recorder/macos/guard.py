"""The guard's part on macOS and the BSDs: waiting without pidfds, and ending a run without being its subreaper."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time
from typing import Any

from procviz.recorder.macos.belonging import Belonging
from procviz.recorder.system_calls import process_tree

LEVELS = 1  # without subreapers a second one could adopt nothing
_PATIENCE_S = 5.0
_ROUND_S = 0.01
_QUIET_ROUNDS = 2  # one look takes its time, and somebody may slip through it by forking


def wait(child: int, hold: int, above: list[int], grace_ms: int) -> int:
    """Wait for the recorder, which has its grace once its client has gone; returns its exit code."""
    return wait_by(select, child, above[0], grace_ms / 1000)


def wait_by(door: Any, child: int, link: int, grace_s: float) -> int:
    """The same by this kqueue; `grace_s` is the recorder's time to go."""
    if sys.platform == "win32":
        raise NotImplementedError
    queue = door.kqueue()
    add = door.KQ_EV_ADD | door.KQ_EV_ENABLE | door.KQ_EV_CLEAR
    # The link tells of every command too (EV_CLEAR: once each), of which only the end of all is ours.
    queue.control([door.kevent(link, filter=door.KQ_FILTER_READ, flags=add)], 0, 0)
    with contextlib.suppress(ProcessLookupError):  # dead already
        queue.control([door.kevent(child, filter=door.KQ_FILTER_PROC, flags=add, fflags=door.KQ_NOTE_EXIT)], 0, 0)
    until: float | None = None
    while True:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid == child:
            queue.close()
            return os.waitstatus_to_exitcode(status)
        if until is not None and time.monotonic() > until:
            os.kill(child, signal.SIGKILL)  # our own child, not reaped yet: the pid cannot be another's
        # After the notice of its end it may take a moment until a process can be waited for.
        for event in queue.control(None, 4, 1.0 if until is None else 0.02):
            if event.filter == door.KQ_FILTER_PROC or event.flags & door.KQ_EV_EOF:
                until = until or time.monotonic() + grace_s


def end_run(folder: str) -> list[int]:
    """End everything that belongs to the run; the pids that would not go."""
    belonging = Belonging(folder)
    belonging.read_events()
    begin = time.monotonic()
    quiet = 0
    while quiet < _QUIET_ROUNDS:
        found = belonging.members(marks=True)
        quiet = 0 if found else quiet + 1
        spare = time.monotonic() - begin < process_tree.SPARE_S
        _alive, forbidden = process_tree.kill(found, spare_trackers=spare)
        process_tree.reap_all()
        left = [stat.identity.pid for stat in found]
        if found and (len(forbidden) == len(found) or time.monotonic() - begin > _PATIENCE_S):
            return left
        time.sleep(_ROUND_S)
    return []
