"""What is told of locks, queues, pools, handlers and buffers: enough to know who waits for whom, and never much."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from procviz.recorder.probe_inbox.probe_events import ProbeEvent
from tests.probe.subject import Ran, program, pythons, run

Runs = Callable[[str, str], Ran]
SOME = [(pythons()[0], "fork"), (pythons()[0], "spawn"), *((python, "fork") for python in pythons()[1:])]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """The program `sync` under an interpreter and a start method, run once for all tests here."""

    @functools.cache
    def ran(python: str, method: str) -> Ran:
        return run(python, program("sync"), method, events=tmp_path_factory.mktemp("sync") / "events")

    return ran


def _deeds(ran: Ran, pid: int, *names: str) -> list[ProbeEvent]:
    return [event for event in ran.of(pid, "deed") if event.deed in names]


def _pid(ran: Ran, name: str) -> int:
    return ran.one("child", name=name).pid


def _line_of(text: str) -> int:
    lines = Path(program("sync")).read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


@pytest.mark.parametrize(("python", "method"), SOME)
def test_the_owner_of_a_lock_and_who_waits_for_it(python: str, method: str, runs: Runs) -> None:
    ran = runs(python, method)
    owned = [one for one in _deeds(ran, _pid(ran, "owner"), "lock-taken") if one.line == _line_of("with lock:")]
    (taken,) = owned
    assert taken.file == program("sync")
    assert not [one for one in _deeds(ran, _pid(ran, "owner"), "lock-given") if one.thing == taken.thing]
    wait, gave_up = _deeds(ran, _pid(ran, "waiter"), "lock-wait", "lock-gave-up")
    assert (wait.thing, gave_up.thing, wait.line) == (taken.thing, taken.thing, _line_of("lock.acquire(timeout"))
    assert (gave_up.t - wait.t) / 1e9 > 0.25


@pytest.mark.parametrize(("python", "method"), SOME)
def test_a_queue_that_is_not_emptied(python: str, method: str, runs: Runs) -> None:
    ran = runs(python, method)
    began, ended = _deeds(ran, _pid(ran, "filler"), "flush-began", "flush-ended")
    first, second = [event for event in ran.of(ran.pid, "call") if event.tpid == began.pid and event.call == "join"]
    assert first.timeout == 0.3
    assert began.thing == ended.thing
    assert began.t < second.t
    assert first.t < ended.t


@pytest.mark.parametrize(("python", "method"), SOME)
def test_the_task_of_a_worker_that_died(python: str, method: str, runs: Runs) -> None:
    ran = runs(python, method)
    workers = [event.pid for event in ran.events if event.e == "child" and "PoolWorker" in (event.name or "")]
    dead = next(event.pid for event in ran.events if event.call == "os._exit" and event.pid in workers)
    *before, last = _deeds(ran, dead, "task-began", "task-ended")
    assert (last.deed, last.name) == ("task-began", "task")
    assert len(before) % 2 == 0
    wait, gave_up, ending = _deeds(ran, ran.pid, "result-wait", "result-gave-up", "pool-ending")
    assert wait.line == _line_of("print(function(")
    assert wait.t < gave_up.t < ending.t


@pytest.mark.parametrize(("python", "method"), SOME)
def test_who_answers_sigterm(python: str, method: str, runs: Runs) -> None:
    ran = runs(python, method)
    told = [event for event in ran.events if event.deed == "handler"]
    assert [(event.pid, event.sig, event.name) for event in told] == [(_pid(ran, "answerer"), 15, "handler")]
    assert ran.one("reaped", tpid=told[0].pid).exitcode == 7
    assert ran.one("reaped", tpid=told[0].pid).via == "join"
    assert not [event for event in ran.events if event.e == "probe-error"]


@pytest.mark.parametrize(("python", "method"), [*SOME, (pythons()[0], "forkserver")])
def test_mistakes_with_locks_look_the_same(python: str, method: str, runs: Runs) -> None:
    plain, probed = run(python, program("sync"), method), runs(python, method)
    assert _seen(python, probed) == _seen(python, plain)
    assert probed.code == plain.code


def _seen(python: str, ran: Ran) -> str:
    text = re.sub(rb"0x[0-9a-f]+", b"0x", ran.out).decode()
    if sys.version_info < (3, 11) or python != pythons()[0]:
        text = re.sub(r'  File "<procviz>".*\n', "", text)
    return text


@pytest.mark.parametrize("python", pythons())
def test_text_that_is_kept_back(python: str, tmp_path: Path) -> None:
    code = """
import os, sys, time
print()
print("first"), print("second", flush=True)
sys.stdout.write("third\\nfourth\\n")
if not os.fork():
    print("the child's")
    os._exit(0)
os.wait()
sys.stdout.reconfigure(line_buffering=True)
print("at once")
sys.stdout.write("last\\n")
os._exit(3)
"""
    ran = run(python, "-c", code, events=tmp_path / "events")
    assert ran.out == b"\nfirst\nsecond\nthird\nfourth\nat once\nlast\n"
    told = [(event.deed, event.name) for event in ran.of(ran.pid, "deed")]
    assert told == [("text-held", "first"), ("text-flushed", None), ("text-held", "third"), ("text-flushed", None)]
    (child,) = [event for event in ran.events if event.deed == "text-held" and event.pid != ran.pid]
    assert child.name == "the child's"


def test_output_that_is_written_at_once_is_not_told_of(tmp_path: Path) -> None:
    ran = run(sys.executable, "-u", "-c", "print('now')", events=tmp_path / "events")
    assert not [event for event in ran.events if event.e == "deed"]


def test_a_tight_loop_tells_little_and_stays_cheap(tmp_path: Path) -> None:
    """Per acquire or release some microseconds at most, whatever the machine does meanwhile."""
    code = """
import multiprocessing, time
lock, value = multiprocessing.Lock(), multiprocessing.RLock()
best = 1e9
for _ in range(20):
    began = time.thread_time_ns()
    for _ in range(2000):
        lock.acquire()
        lock.release()
    best = min(best, (time.thread_time_ns() - began) / 4000)
print(round(best))
"""
    ran = run(sys.executable, "-c", code, events=tmp_path / "events")
    assert int(ran.out) < 5_000  # ns
    assert len([event for event in ran.events if event.e == "deed"]) < 400


@pytest.mark.skipif(sys.version_info < (3, 9), reason="the executor of Python 3.8 has no one place where it notices")
def test_an_executor_that_finds_a_worker_dead(tmp_path: Path) -> None:
    code = """
import concurrent.futures, multiprocessing, os
with concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as executor:
    print(executor.submit(abs, -1).result(), type(executor.submit(os._exit, 3).exception()).__name__)
"""
    ran = run(sys.executable, "-c", code, events=tmp_path / "events")
    assert ran.out == b"1 BrokenProcessPool\n"
    assert "executor-broken" in [event.deed for event in ran.of(ran.pid, "deed")]
    told = [(event.deed, event.name) for event in ran.events if event.deed in ("task-began", "task-ended")]
    assert told == [("task-began", "abs"), ("task-ended", None), ("task-began", "posix._exit")]


def test_the_command_of_a_child_is_told_by_who_runs_it(tmp_path: Path) -> None:
    """It may be over before anybody else can ask for it."""
    code = """
import pathlib, subprocess
subprocess.run(["true", b"\\xff", "a b"])
subprocess.run("exit 0", shell=True)
subprocess.run([pathlib.Path("/bin/true")])
subprocess.run(["true", "x" * 5000])
"""
    ran = run(sys.executable, "-c", code, events=tmp_path / "events")
    told = [event.argv for event in ran.events if event.call == "popen"]
    assert told[:3] == [["true", "\\xff", "a b"], ["/bin/sh", "-c", "exit 0"], None]
    assert told[3] is not None
    assert told[3][0] == "true"
    assert set(told[3][1]) == {"x"}
