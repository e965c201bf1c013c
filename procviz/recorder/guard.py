"""The two processes above the recorder: if it or its client dies, or one of them, all of the run is gone in a second.

The first forks the second, and that forks the recorder, before anything heavy is imported; then they only wait: for the
end of the process below, or for what is above to close its end of a pipe. Being subreapers, they inherit whatever dies
below them, so whichever is left ends all of it. They ignore the signals that a terminal, a logout or a careless `kill`
sends, are called by another name (`process_title.py`), and each has a session of its own. Where there are no
subreapers, one is enough; where there is no fork (Windows), the recorder runs unguarded.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from typing import Protocol

from procviz.recorder import run_folder
from procviz.recorder.system_calls.dispositions import Dispositions, ignore_signals
from procviz.recorder.system_calls.prctl import become_subreaper
from procviz.recorder.system_calls.process_title import GUARD, Title

_GRACE_MS = 700  # what the recorder gets to end the run by itself once its client is gone
_LONG_GRACE_MS = 7000  # and what the second guard gets for that, and for what the recorder left

Recorder = Callable[[str, int, Dispositions], int]  # run folder, descriptor that closes with the guard, signals


class Ways(Protocol):
    """What guarding is on this system: the module `guard` of its folder."""

    LEVELS: int

    def wait(self, child: int, hold: int, above: list[int], grace_ms: int) -> int: ...

    def end_run(self, folder: str) -> object: ...


def guard(link: int, recorder: Recorder, ways: Ways) -> int:
    """Run `recorder` below the guards and outlive it; returns its exit code once nothing of the run is left."""
    title = Title()
    title.become(GUARD)  # before there is anything to guard
    before = ignore_signals()
    _lead()
    folder = run_folder.make()

    def record(watch: int) -> int:
        title.restore()
        become_subreaper()
        return _record(folder, lambda: recorder(folder, watch, before))

    def guard_too(watch: int) -> int:
        _lead()
        run_folder.sign(folder, run_folder.SECOND)
        return _outlive(*_fork(record), [link, watch], folder, _GRACE_MS, ways)

    if ways.LEVELS > 1:
        first, grace_ms = guard_too, _LONG_GRACE_MS
    else:
        first, grace_ms = record, _GRACE_MS
    child, hold = _fork(first)
    run_folder.sweep_abandoned()
    return _outlive(child, hold, [link], folder, grace_ms, ways)


def _lead() -> None:
    """Adopt the orphans from below; a session of our own, so that who kills a whole group hits one of us at most."""
    with contextlib.suppress(PermissionError):  # we lead a group already
        os.setsid()
    become_subreaper()


def _record(folder: str, recorder: Callable[[], int]) -> int:
    """Should both guards be gone, then the recorder, which ends the run for that, is the one to tidy up."""
    guard = os.getppid()
    code = recorder()
    if os.getppid() != guard:
        run_folder.remove(folder)
    return code


def _fork(below: Callable[[int], int]) -> tuple[int, int]:
    """Do `below` in a child, with a descriptor that hangs up when we close ours or end: its pid, and ours."""
    watch, hold = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(hold)
        os._exit(below(watch))
    os.close(watch)
    return child, hold


def _outlive(child: int, hold: int, above: list[int], folder: str, grace_ms: int, ways: Ways) -> int:
    """Wait for the child, or for one of those above to hang up; returns its exit code once nothing is left."""
    try:
        return ways.wait(child, hold, above, grace_ms)
    finally:
        _let_finish(child)
        ways.end_run(folder)
        run_folder.remove(folder)


def _let_finish(guard: int) -> None:
    """Where the second guard was killed, the recorder, alone in that one's process group, has come to us."""
    until = time.monotonic() + _GRACE_MS / 1000
    with contextlib.suppress(ChildProcessError):  # as always otherwise
        while os.waitpid(-guard, os.WNOHANG) == (0, 0) and time.monotonic() < until:
            time.sleep(0.005)
