"""The guards' part on Linux: waiting by poll and pidfd, and ending a run as its subreaper."""

from __future__ import annotations

import os
import select
import signal
import time

from procviz.recorder.system_calls import process_tree

LEVELS = 2  # of guards, which watch each other


def wait(child: int, hold: int, above: list[int], grace_ms: int) -> int:
    """Wait for the child, which has its grace once one of those above hangs up; returns its exit code."""
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


def end_run(folder: str) -> None:
    """End and reap everything below this process; `folder` is the run's."""
    process_tree.end_descendants(folder)
