"""The process above the recorder: if the recorder or its client dies, everything of the run is gone within a second.

It forks the recorder before anything heavy is imported, then only waits: for the recorder's end, or for the client's
end of the pipe to close. Being a subreaper, it inherits whatever the recorder leaves. It ignores the signals that a
terminal, a logout or a careless `kill` sends. Where there is no fork (Windows), the recorder runs unguarded.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time
from collections.abc import Callable

from procviz.recorder import runfolder, sweep

_IGNORED = ("SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE", "SIGTTOU", "SIGTTIN", "SIGTSTP", "SIGQUIT", "SIGUSR1", "SIGUSR2")
_IGNORED_ON_WINDOWS = ("SIGBREAK",)
_GRACE_MS = 700  # what the recorder gets to end the run by itself once its client is gone
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36

Dispositions = dict[int, object]
Recorder = Callable[[str, int, Dispositions], int]  # run folder, descriptor that closes with the guard, signals


def guard(link: int, recorder: Recorder) -> int:
    """Run `recorder` in a child and outlive it; returns its exit code once nothing of the run is left."""
    before = ignore_signals()
    with contextlib.suppress(PermissionError):  # we lead a group already
        os.setsid()  # whoever kills the client's whole group does not hit us
    become_subreaper()
    folder = runfolder.make()
    watch, hold = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(hold)
        become_subreaper()
        os._exit(recorder(folder, watch, before))
    os.close(watch)
    try:
        runfolder.sweep_abandoned()
        code = _wait(child, link)
    finally:
        _end_all(folder)
        runfolder.remove(folder)
    return code


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
        sweep.end_descendants(folder)
    else:
        from procviz.recorder import macos_guard

        macos_guard.end_run(folder)


def _wait(child: int, link: int) -> int:
    if sys.platform != "linux":
        from procviz.recorder import macos_guard

        return macos_guard.wait(child, link, _GRACE_MS / 1000)
    poll = select.poll()
    poll.register(link, 0)  # a hang-up is always reported
    exits = _exit_notice(child, poll)
    while True:
        for descriptor, _event in poll.poll(None if exits else 20):
            if descriptor == link:
                poll.unregister(link)
                _end_within(child, _GRACE_MS)
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid == child:
            return os.waitstatus_to_exitcode(status)


def _exit_notice(child: int, poll: select.poll) -> bool:
    if sys.platform != "linux":
        return False
    poll.register(os.pidfd_open(child), select.POLLIN)
    return True


def _end_within(child: int, grace_ms: int) -> None:
    """Give the recorder its time, then end it; it stays a zombie for the caller to reap."""
    until = time.monotonic() + grace_ms / 1000
    while time.monotonic() < until:
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)  # our own child, not reaped yet: the pid cannot be another's
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
