"""A process that is suspended shows as suspended, whoever did it; and one that ignored the signal does not."""

from __future__ import annotations

import time
from collections.abc import Callable

from procviz.recorder.client import RecorderClient
from procviz.trace.findings.all_findings import FindingKind, find
from procviz.trace.records import Act, Halted, Witness
from procviz.trace.timeline import Life, Slice, State
from tests.recorder.conftest import DEADLINE_S, Records, finish, until_said

Recorded = Callable[..., Records]


def suspensions(life: Life) -> list[Slice]:
    return [one for one in life.slices if one.state is State.SUSPENDED]


def test_by_the_program(record: Recorded, witness: str) -> None:
    timeline = record(
        """
        import multiprocessing, os, signal, time

        def works(): time.sleep(0.2)

        def handles(ready):
            signal.signal(signal.SIGTSTP, lambda number, frame: None)
            ready.set()
            time.sleep(0.2)

        def state(pid):
            with open(f"/proc/{pid}/stat") as file: return file.read().rpartition(")")[2].split()[0]

        if __name__ == "__main__":
            context = multiprocessing.get_context("fork")
            stopped = context.Process(target=works, name="stopped")
            ready = context.Event()
            handling = context.Process(target=handles, args=(ready,), name="handling")
            stopped.start()
            os.kill(stopped.pid, signal.SIGSTOP)
            handling.start()
            ready.wait()
            os.kill(handling.pid, signal.SIGTSTP)
            while state(stopped.pid) != "T": time.sleep(0.001)
            handling.join()
            os.kill(stopped.pid, signal.SIGCONT)
            stopped.join()
        """,
        witness=witness,
    ).timeline()
    named = {life.name: life for life in timeline.lives.values()}
    (piece,) = suspensions(named["stopped"])
    assert piece.begin.witness is Witness.CALL
    assert piece.end is not None
    assert named["handling"].ended is not None
    assert piece.begin.ts_ns < named["handling"].ended.ts_ns
    assert named["handling"].ended.ts_ns - (named["handling"].ended.precision_ns or 0) < piece.end.ts_ns
    assert not suspensions(named["handling"])
    (told,) = [one for one in find(timeline) if one.kind is FindingKind.SUSPENDED]
    assert (told.processes, told.facts["outcome"]) == ((named["stopped"].id, 1), "resumed")


def test_by_the_user(start: Callable[..., RecorderClient], witness: str) -> None:
    client = start("import time; print('ready', flush=True); time.sleep(60)", witness=witness)
    records = until_said(client, "ready")
    until = time.monotonic() + DEADLINE_S
    for act, count in (("suspend", 1), ("resume", 2), ("suspend", 3)):
        client.act(1, act)
        while len(records.of(Halted)) < count:
            assert time.monotonic() < until, records
            records += client.wait(0.05)
    client.act(1, "kill")
    timeline = finish(client, records).timeline()
    first, second = suspensions(timeline.lives[1])
    acts = [one.t for one in records.of(Act) if one.act == "suspend"]
    for piece, asked_ns in zip((first, second), acts, strict=True):
        assert piece.begin.witness is Witness.POLL
        assert piece.begin.precision_ns is not None
        assert piece.begin.ts_ns - piece.begin.precision_ns >= asked_ns
    assert second.end == timeline.lives[1].ended
    outcomes = [one.facts["outcome"] for one in find(timeline) if one.kind is FindingKind.SUSPENDED]
    assert outcomes == ["resumed", "ended"]


def test_by_somebody_else(record: Recorded, witness: str) -> None:
    """Nothing tells of the signal; it is seen when the process is looked at."""
    timeline = record(
        """
        import subprocess, time
        sleeper = subprocess.Popen(["sleep", "60"])
        subprocess.run(["sh", "-c", f"kill -STOP {sleeper.pid}"])
        time.sleep(1.5)
        sleeper.kill()
        sleeper.wait()
        """,
        witness=witness,
    ).timeline()
    life = next(life for life in timeline.lives.values() if life.exitcode == -9)
    (piece,) = suspensions(life)
    assert piece.begin.witness is Witness.POLL
    assert piece.begin.precision_ns
    assert piece.end == life.ended
