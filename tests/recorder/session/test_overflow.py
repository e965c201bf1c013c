"""When the kernel has to drop events, that is said, and nobody who still lives is missed, nor how he ends."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from procviz.recorder.client import RecorderClient
from procviz.trace.findings.all_findings import FindingKind, find
from procviz.trace.records import Began, Lost
from procviz.wording.findings.sentences import sentence
from tests.recorder.conftest import DEADLINE_S, finish, no_kernel, until_said, wait_until

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or no_kernel() is not None, reason=f"NOT TESTED: no kernel events here ({no_kernel()})"
)

_PIDFD_GETFD = 438
_SMALLEST = 1  # the kernel makes it what it allows at least
BURST = """
    import os, subprocess, sys, time

    def until(name):
        while not os.path.exists(name): time.sleep(0.002)

    before = subprocess.Popen(["sleep", "0.2"])
    print("ready", flush=True)
    until("go")
    for number in range(300):
        if os.fork() == 0: os._exit(0)
        os.wait() if number else None
    living = [subprocess.Popen(["sh", "-c", f"while [ ! -e end ]; do sleep 0.01; done; exit {n}"]) for n in range(4)]
    with open("forked.part", "w") as file: print(*(child.pid for child in living), file=file)
    os.rename("forked.part", "forked")
    print([child.wait() for child in living], flush=True)
"""


def _take_descriptor(pid: int, number: int) -> int:
    held = os.pidfd_open(pid)
    try:
        taken = ctypes.CDLL(None, use_errno=True).syscall(_PIDFD_GETFD, held, number, 0)
    finally:
        os.close(held)
    if taken < 0:
        pytest.skip(f"NOT TESTED: descriptors cannot be shared here ({os.strerror(ctypes.get_errno())})")
    return int(taken)


def _make_buffer_tiny(recorder: int) -> None:
    """That of the recorder's netlink socket."""
    for link in Path(f"/proc/{recorder}/fd").iterdir():
        if not os.readlink(link).startswith("socket:"):
            continue
        with socket.socket(fileno=_take_descriptor(recorder, int(link.name))) as shared:
            if shared.family == socket.AF_NETLINK:
                shared.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALLEST)
                return
    raise AssertionError("the recorder listens to no netlink socket")


def test_what_lives_is_found_after_events_were_dropped(start: Callable[..., RecorderClient], tmp_path: Path) -> None:
    client = start(BURST, witness="kernel", probe=False)
    records = until_said(client, "ready")
    recorder = records.of(Began)[0].ppid
    _make_buffer_tiny(recorder)
    os.kill(recorder, signal.SIGSTOP)
    try:
        (tmp_path / "go").touch()
        wait_until((tmp_path / "forked").exists, DEADLINE_S, "the program forks")
    finally:
        os.kill(recorder, signal.SIGCONT)
    living = [int(word) for word in (tmp_path / "forked").read_text().split()]
    until = time.monotonic() + DEADLINE_S
    while not {one.pid for one in records.of(Began)}.issuperset(living):
        assert time.monotonic() < until, records.of(Began)
        records += client.wait(0.1)
    (tmp_path / "end").touch()
    finish(client, records)
    timeline = records.timeline()
    assert {one.what for one in records.of(Lost)} == {"kernel"}
    ends = {life.pid: (life.parent, life.exitcode, life.ended is not None) for life in timeline.lives.values()}
    assert [ends[pid] for pid in living] == [(1, number, True) for number in range(4)]
    assert all(life.ended is not None for life in timeline.lives.values())
    assert timeline.finished_exitcode == 0
    assert "[0, 1, 2, 3]" in records.text(every=True)
    (told,) = [one for one in find(timeline) if one.kind is FindingKind.EVENTS_LOST]
    assert "lost" in sentence(told)
