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
import select
import signal
import sys
import time
from collections.abc import Callable

from procviz.recorder import run_folder
from procviz.recorder.system_calls import process_tree
from procviz.recorder.system_calls.process_title import GUARD, Title

_IGNORED = ("SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE", "SIGTTOU", "SIGTTIN", "SIGTSTP", "SIGQUIT", "SIGUSR1", "SIGUSR2")
_IGNORED_ON_WINDOWS = ("SIGBREAK",)
_GRACE_MS = 700  # what the recorder gets to end the run by itself once its client is gone
_LONG_GRACE_MS = 7000  # and what the second guard gets for that, and for what the recorder left
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36

Dispositions = dict[int, object]
Recorder = Callable[[str, int, Dispositions], int]  # run folder, descriptor that closes with the guard, signals


def guard(link: int, recorder: Recorder) -> int:
    """Run `recorder` two levels down and outlive it; returns its exit code once nothing of the run is left."""
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
        return _outlive(*_fork(record), [link, watch], folder, _GRACE_MS)

    if sys.platform == "linux":
        first, grace_ms = guard_too, _LONG_GRACE_MS
    else:
        first, grace_ms = record, _GRACE_MS
    child, hold = _fork(first)
    run_folder.sweep_abandoned()
    return _outlive(child, hold, [link], folder, grace_ms)


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


def _outlive(child: int, hold: int, above: list[int], folder: str, grace_ms: int) -> int:
    """Wait for the child, or for one of those above to hang up; returns its exit code once nothing is left."""
    try:
        return _wait(child, hold, above, grace_ms)
    finally:
        _let_finish(child)
        _end_all(folder)
        run_folder.remove(folder)


def ignore_signals() -> Dispositions:
    """Ignore what must not end a recorder; returns what stood before, for the program to get back."""
    before: Dispositions = {}
    for name in _IGNORED + _IGNORED_ON_WINDOWS:
        signum = getattr(signal, name, None)
        if signum is not None:
            before[signum] = signal.signal(signum, signal.SIG_IGN)
    return before


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


def _end_all(folder: str) -> None:
    if sys.platform == "linux":
        process_tree.end_descendants(folder)
    else:
        from procviz.recorder.macos import guard

        guard.end_run(folder)


def _wait(child: int, hold: int, above: list[int], grace_ms: int) -> int:
    if sys.platform != "linux":
        from procviz.recorder.macos import guard

        return guard.wait(child, above[0], grace_ms / 1000)
    poll = select.poll()
    for descriptor in above:
        poll.register(descriptor, 0)  # a hang-up is always reported
    poll.register(os.pidfd_open(child), select.POLLIN)
    while True:
        if any(descriptor in above for descriptor, _event in poll.poll()):
            os.close(hold)
            _end_within(child, grace_ms)
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid == child:
            return os.waitstatus_to_exitcode(status)


def _end_within(child: int, grace_ms: int) -> None:
    """Give the one below its time, then end it; it stays a zombie for the caller to reap."""
    until = time.monotonic() + grace_ms / 1000
    while time.monotonic() < until:
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)  # our own child, not reaped yet: the pid cannot be another's
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)


def _let_finish(guard: int) -> None:
    """Where the second guard was killed, the recorder, alone in that one's process group, has come to us."""
    until = time.monotonic() + _GRACE_MS / 1000
    with contextlib.suppress(ChildProcessError):  # as always otherwise
        while os.waitpid(-guard, os.WNOHANG) == (0, 0) and time.monotonic() < until:
            time.sleep(0.005)
