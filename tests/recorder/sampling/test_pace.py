"""A recorder that has used up its budget rests: that may delay what it says, and changes nothing of it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from procviz.recorder.client import RecorderClient
from procviz.recorder.session.pace import Pace
from procviz.trace.file import read_recording
from procviz.trace.findings.all_findings import FindingKind, find
from procviz.trace.records import Act, Adopted, Began, Described, Ended, Executed, Finished, Reaped, Witness
from tests.recorder.conftest import Records, finish, no_kernel, soonest_ns, until_said

Recorded = Callable[..., Records]
needs_kernel = pytest.mark.skipif(no_kernel() is not None, reason=no_kernel() or "")
TINY = {"witness": "kernel", "budget_percent": 0.01}

CROWD = """
    import multiprocessing, os, signal, subprocess, sys, time

    def works(code):
        until = time.process_time() + 0.002
        while time.process_time() < until: pass
        sys.exit(code)

    def gets_killed(code):
        os.kill(os.getpid(), signal.SIGKILL)

    if __name__ == "__main__":
        context = multiprocessing.get_context("fork")
        for code in range(40):
            target = gets_killed if code % 4 == 3 else works
            child = context.Process(target=target, args=(code,), name=f"child-{code}")
            child.start()
            child.join()
        for code in range(10):
            subprocess.run(["/bin/sh", "-c", f"exit {code}"])
"""


@dataclass
class Clocks:
    """The time, and what was used of a processor."""

    now: int = 0
    used: int = 0

    def pace(self, share: float, longest_ns: int) -> Pace:
        return Pace(share, longest_ns, lambda: self.now, lambda: self.used)

    def work(self, ns: int) -> None:
        self.now += ns
        self.used += ns


def test_what_was_saved_may_be_used_at_once_and_is_then_saved_anew() -> None:
    clocks = Clocks()
    pace = clocks.pace(share=0.1, longest_ns=1_000_000_000)
    clocks.work(4_000_000)
    assert pace.rest_ns() == 0
    clocks.work(4_000_000)
    rest_ns = pace.rest_ns()
    assert 20_000_000 < rest_ns < 100_000_000
    clocks.now += rest_ns // 4
    assert 0 < pace.rest_ns() < rest_ns
    clocks.now += rest_ns
    assert pace.rest_ns() == 0


def test_nobody_rests_for_longer_than_is_said() -> None:
    clocks = Clocks()
    pace = clocks.pace(share=0.01, longest_ns=300_000_000)
    clocks.work(10_000_000_000)
    assert 0 < pace.rest_ns() <= 300_000_000


def test_what_is_accounted_for_elsewhere_costs_no_rest() -> None:
    clocks = Clocks()
    pace = clocks.pace(share=0.1, longest_ns=1_000_000_000)
    clocks.work(20_000_000)
    assert pace.rest_ns(apart_ns=20_000_000) == 0
    clocks.work(20_000_000)
    assert pace.rest_ns() > 0


@needs_kernel
@pytest.mark.parametrize("follow", [True, False])
def test_nothing_is_missed_while_it_rests(record: Recorded, tmp_path: object, follow: bool) -> None:
    path = f"{tmp_path}/run.procviz"
    records = record(CROWD, follow=follow, recording=path, **TINY)
    if not follow:
        recording = read_recording(path)
        records = Records([recording.header, *recording.records])
    timeline = records.timeline()
    lives = [life for life in timeline.lives.values() if (life.name or "").startswith("child-")]
    assert [life.name for life in lives] == [f"child-{code}" for code in range(40)]
    for code, life in enumerate(lives):
        killed = code % 4 == 3
        assert life.exitcode == (-signal.SIGKILL if killed else code)
        assert life.target == ("gets_killed" if killed else "works")
        assert life.started is not None
        assert life.started.witness is Witness.KERNEL
        assert killed or (life.cpu_seconds or 0) >= 0.002
        assert killed or (life.max_rss_bytes or 0) > 1_000_000
    shells = [one for one in records.of(Described) if one.cmdline and one.cmdline[:2] == ["/bin/sh", "-c"]]
    shells.sort(key=lambda one: one.p)
    assert [one.cmdline[2] for one in shells if one.cmdline] == [f"exit {code}" for code in range(10)]
    assert [records.end(one.p).exitcode for one in shells] == list(range(10))
    reaped = {one.p for one in records.of(Reaped) if one.by == 1}
    assert reaped >= {life.id for life in lives} | {one.p for one in shells}


@needs_kernel
def test_who_lives_for_a_while_is_sampled_while_it_rests(record: Recorded, tmp_path: object) -> None:
    path = f"{tmp_path}/run.procviz"
    code = (
        CROWD
        + """
        for _ in range(6):
            subprocess.run(["/bin/sleep", "0.25"])
    """
    )
    record(code, follow=False, recording=path, witness="kernel")
    recording = read_recording(path)
    records = Records([recording.header, *recording.records])
    lives = [life for life in records.timeline().lives.values() if (life.cmdline or [""])[0] == "/bin/sleep"]
    assert [life.max_rss_bytes is not None for life in lives] == [True] * 6


@needs_kernel
def test_who_was_waited_for_at_once_was_no_zombie(record: Recorded) -> None:
    timeline = record(
        """
        import os
        for number in range(200):
            pid = os.fork()
            if not pid: os._exit(0)
            os.waitpid(pid, 0)
        """,
        **TINY,
    ).timeline()
    assert len(timeline.lives) == 201
    assert [finding for finding in find(timeline) if finding.kind is FindingKind.ZOMBIE] == []


@needs_kernel
def test_no_program_gets_the_command_of_the_next(record: Recorded) -> None:
    records = record(
        """
        import os
        for number in range(20):
            os.spawnv(os.P_WAIT, "/usr/bin/env", ["env", "A=1", "env", "B=2", "true", "3"])
        """,
        **TINY,
    )
    execs = [[one.cmdline for one in records.of(Executed) if one.p == p] for p in range(2, 22)]
    assert [len(each) for each in execs] == [3] * 20
    for each in execs:
        assert all(len(command) == words for command, words in zip(each, (6, 4, 2), strict=True) if command)


@needs_kernel
def test_an_adopter_that_was_gone_when_it_was_looked_for_is_not_passed_over(record: Recorded) -> None:
    records = record(
        """
        import ctypes, os, time
        for number in range(4):
            adopter = os.fork()
            if not adopter:
                ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
                parent = os.fork()
                if not parent:
                    if not os.fork():
                        time.sleep(1.2)
                        os._exit(0)
                    os._exit(1)
                os.waitpid(parent, 0)
                time.sleep(0.03)
                os._exit(2)
            os.waitpid(adopter, 0)
            time.sleep(0.1)
        """,
        **TINY,
    )
    ends = {one.p: one.t for one in records.of(Ended)}
    adopted = records.of(Adopted)
    assert {one.p for one in adopted} == {4, 7, 10, 13}
    for one in adopted:
        assert one.precision_ns is not None
        adopter, parent = one.p - 2, one.p - 1
        within = one.t - one.precision_ns <= ends[parent] <= one.t
        assert within if one.by == adopter else one.t >= ends[adopter]


def _storm(start: Callable[..., RecorderClient]) -> RecorderClient:
    """A program that makes children as fast as it can, for ever."""
    client = start(
        """
        import os
        for number in range(10**9):
            if not os.fork(): os._exit(0)
            os.wait()
            if number == 100: print("on", flush=True)
        """,
        **TINY,
    )
    until_said(client, "on")
    return client


@needs_kernel
def test_a_stop_is_heard_while_it_rests(start: Callable[..., RecorderClient]) -> None:
    def heard_after_ns() -> int:
        client = _storm(start)
        asked = time.monotonic_ns()
        client.stop()
        records = finish(client)
        assert records.of(Finished)[0].ended_by == "user"
        return next(one.t for one in records.of(Act) if one.act == "stop") - asked

    assert soonest_ns(heard_after_ns, 500_000_000) < 500_000_000


@needs_kernel
def test_the_time_is_up_while_it_rests(record: Recorded) -> None:
    def up_after_ns() -> int:
        records = record("import time\nwhile True: time.sleep(0.001)", timeout_s=0.5, **TINY)
        began, act = records.of(Began)[0], records.of(Act)[0]
        assert act.act == "timeout"
        assert act.t - began.t > 400_000_000
        return act.t - began.t

    assert soonest_ns(up_after_ns, 1_000_000_000) < 1_000_000_000
