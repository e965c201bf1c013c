"""The lessons about what goes wrong: each runs under each start method to the end that its text tells."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.script.lesson_run import LessonRun, run_lesson

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="NOT TESTED: the recorder of this system")

METHODS = ("fork", "spawn", "forkserver")
method = pytest.mark.parametrize("method", METHODS)

# Told or not told, as busy as the machine happens to be.
CHANCE = ("start-cost", "cores-busy")


def chance(method: str) -> tuple[str, ...]:
    """A fork server on a busy machine may be late to reap; and it leaves with its last child when main is gone."""
    return (*CHANCE, "zombie") if method == "forkserver" else CHANCE


def test_each_zombie_is_reaped_by_what_it_is_called_after(tmp_path: Path) -> None:
    run = run_lesson("zombie", tmp_path, CHILD_SECONDS=0.1, PAUSE=0.4)

    names = ("by-join", "by-is-alive", "by-active-children", "by-next-start", "forgotten-1")
    assert run.without(*CHANCE) == sorted(("zombie", name) for name in names)
    lives = {life.name: life for life in run.timeline.lives.values()}
    reaped = [life.reaped.ts_ns for name in names if (life := lives[name]).reaped]
    assert reaped == sorted(reaped)
    assert len(reaped) == len(names)
    assert lives["forgotten-1"].started is not None
    assert abs(reaped[3] - lives["forgotten-1"].started.ts_ns) < 200_000_000


def test_zombies_with_interpreters_of_their_own(tmp_path: Path) -> None:
    run = run_lesson("zombie", tmp_path, CHILD_SECONDS=0.1, PAUSE=0.6, METHOD="spawn", FORGOTTEN=0)

    late = {("zombie", "by-active-children"), ("zombie", "by-next-start")}
    assert late <= run.of("zombie") <= late | {("zombie", "by-join"), ("zombie", "by-is-alive")}
    assert run.without("zombie", *CHANCE) == []
    assert run.says("main: join() for by-join", "main: is by-is-alive alive? False", "main: 0 children are at work")


def test_no_zombies_where_the_fork_server_reaps(tmp_path: Path) -> None:
    run = run_lesson("zombie", tmp_path, CHILD_SECONDS=0.1, PAUSE=0.3, METHOD="forkserver")

    assert run.without(*CHANCE) == []
    assert run.says("by-next-start: done", "forgotten-1: done", "main: this is my last line")


@method
def test_orphans(method: str, tmp_path: Path) -> None:
    run = run_lesson("orphans", tmp_path, CHILD_SECONDS=1.0, MAIN_SECONDS=0.5, METHOD=method)

    children = ("daemon-1", "worker-1", "careful-1")
    assert run.exitcode == -9
    assert run.without(*chance(method)) == sorted([("signal", "main"), *(("orphan", name) for name in children)])
    assert run.says("main: this is my end: SIGKILL", "careful-1: main is gone, so I go too")
    assert run.says("main: this is my end: SIGKILL", "daemon-1: done")
    assert run.says("main: this is my end: SIGKILL", "worker-1: done")
    assert "careful-1: done" not in run.lines


@pytest.mark.parametrize(
    ("ending", "exitcode", "of_main"), [("SIGTERM", -15, [("signal", "main")]), ("os._exit()", 0, [])]
)
def test_orphans_of_a_main_that_leaves_otherwise(
    ending: str, exitcode: int, of_main: list[tuple[str, str]], tmp_path: Path
) -> None:
    run = run_lesson("orphans", tmp_path, CHILD_SECONDS=1.0, MAIN_SECONDS=0.5, CAREFUL=0, ENDING=ending)

    assert run.exitcode == exitcode
    assert run.without() == sorted([*of_main, ("orphan", "daemon-1"), ("orphan", "worker-1")])


def test_no_orphans_of_a_main_that_ends_as_usual(tmp_path: Path) -> None:
    run = run_lesson("orphans", tmp_path, CHILD_SECONDS=1.0, MAIN_SECONDS=0.5, ENDING="last line")

    assert run.exitcode == 0
    # A daemon that is cut off in the midst of a line has lost it.
    assert run.without("output-lost") == [("daemon-cutoff", "daemon-1"), ("implicit-wait", "main")]
    assert run.says("main: this is my end: last line", "worker-1: done")


def test_the_start_methods_one_after_the_other(tmp_path: Path) -> None:
    run = run_lesson("start-methods", tmp_path, CHILD_SECONDS=0.1, IMPORT_SECONDS=0.0)

    # One that is quicker than the one before it is a zombie until main has joined that one.
    assert [kind for kind, _ in run.without("zombie", "cores-busy")] == ["start-cost"]
    knows = re.findall(r"^(\w+)-\d: .* setting is '(.*)'$", "\n".join(run.lines), re.MULTILINE)
    assert knows == [
        *[("fork", "as changed by main")] * 2,
        *[("spawn", "as in the file")] * 2,
        *[("forkserver", "as in the file")] * 2,
    ]
    read = [line.rpartition(" ")[2] for line in run.lines if "reads this file" in line]
    server_reads = 1 if (3, 13, 8) <= sys.version_info[:3] != (3, 14, 0) else 2
    assert read == ["__main__", *["__mp_main__"] * (2 + server_reads)]
    assert [life.name for life in run.timeline.lives.values() if life.kind.value == "helper"] == [
        "resource tracker",
        "fork server",
    ]


@method
def test_grandchildren(method: str, tmp_path: Path) -> None:
    values = {"GRANDCHILDREN": 1, "WORK_SECONDS": 1.5, "MAIN_SECONDS": 0.1, "TIMEOUT": 0.5}
    run = run_lesson("grandchildren", tmp_path, METHOD=method, **values)

    expected = [
        ("daemon-children", "boss-C"),
        ("grandchildren-left", "boss-A"),
        ("orphan", "child-A1"),
        ("terminate", "boss-A"),
        ("terminate", "child-B1"),
    ]
    zombies = [("zombie", "boss-A")] if method == "fork" else []  # there join() for the dead boss is deceived
    assert run.without(*chance(method)) == [*expected, *zombies]
    took = re.findall(r"main: join\(\) took (\S+) s, exit code -15", "\n".join(run.lines))
    assert (float(took[0]) >= 0.5) == (method == "fork")
    assert run.says(f"main: join() took {took[0]} s, exit code -15", "boss-B: my children have ended, and so do I")
    assert "child-A1: done" in run.lines
    assert "child-B1: done" not in run.lines
    assert any(line.startswith("boss-C: AssertionError: daemonic processes") for line in run.lines)


@method
def test_full_queue(method: str, tmp_path: Path) -> None:
    run = run_lesson("full-queue", tmp_path, WORK_SECONDS=0.0, TIMEOUT=1.0, METHOD=method)

    assert run.says(
        "main: after join(1.0), the exit code of join-first is None",
        "main: got 204800 letters",
        "main: now, the exit code of join-first is 0",
        "main: got 204800 letters",
        "main: the exit code of get-first is 0",
    )
    assert run.without(*chance(method)) == [("queue-not-emptied", "join-first")]


def test_a_queue_that_holds_it_all(tmp_path: Path) -> None:
    run = run_lesson("full-queue", tmp_path, WORK_SECONDS=0.0, TIMEOUT=5.0, KILOBYTES=10)

    assert "main: after join(5.0), the exit code of join-first is 0" in run.lines
    assert run.without() == []


@method
def test_dead_lock_owner(method: str, tmp_path: Path) -> None:
    run = run_lesson("dead-lock-owner", tmp_path, MAIN_SECONDS=0.2, PATIENCE=0.5, WAITERS=1, METHOD=method)

    assert run.says("waiter-A1: no lock after 0.5 s, I give up", "owner-B: I have the lock")
    assert {"owner-B: I gave the lock back", "waiter-B1: I have the lock"} <= set(run.lines)
    assert "owner-A: I gave the lock back" not in run.lines
    assert run.without(*chance(method)) == [("lock-owner-died", "owner-A"), ("terminate", "owner-A")]


@method
def test_pool(method: str, tmp_path: Path) -> None:
    run = run_lesson("pool", tmp_path, TASKS=4, TASK_SECONDS=0.1, PATIENCE=2.5, METHOD=method)

    assert run.says(
        "Pool: task 1 gives 1",
        "Pool: task 2 gives 4",
        "Pool: task 3 has given nothing for 2.5 s",
        "Pool: task 4 gives 16",
        "Executor: task 1 gives 1",
        "Executor: task 2 gives 4",
        "Executor: task 3 raises BrokenProcessPool",
    )
    daemons = re.findall(r"^\w+?(PoolWorker|Process)-\d: task \d, daemon is (\w+)$", "\n".join(run.lines), re.MULTILINE)
    assert set(daemons) == {("PoolWorker", "True"), ("Process", "False")}
    told = [kind for kind, _ in run.without("terminate", "sigterm-ignored", *chance(method))]
    assert told == ["executor-broken", "pool-worker-lost", "signal", "signal"]


def _whole_pool(run: LessonRun) -> bool:
    return all(f"{who}: task {n} gives {n * n}" in run.lines for who in ("Pool", "Executor") for n in (1, 2, 3))


def test_a_pool_in_which_nobody_dies(tmp_path: Path) -> None:
    run = run_lesson("pool", tmp_path, TASKS=3, TASK_SECONDS=0.1, DEADLY=0)

    assert _whole_pool(run)
    assert run.without("terminate", "sigterm-ignored") == []


@method
def test_exit_codes(method: str, tmp_path: Path) -> None:
    run = run_lesson("exit-codes", tmp_path, SECONDS=0.1, METHOD=method)

    said = re.findall(r"^main: (\S+) gives exit code (\S+)$", "\n".join(run.lines), re.MULTILINE)
    assert dict(said) == {
        "return": "0",
        "exception": "1",
        "sys-exit-none": "0",
        "sys-exit": "44",
        "sys-exit-text": "1",
        "os-exit": "44",
        "segfault": "-11",
        "terminate": "-15",
        "kill": "-9",
    }
    assert [one for one in run.told if one[0] not in chance(method)] == [
        ("child-failed", "exception"),
        ("exit-code", "sys-exit"),
        ("exit-code", "sys-exit-text"),
        ("exit-code", "os-exit"),
        ("crash", "segfault"),
        ("terminate", "terminate"),
        ("kill", "kill"),
    ]
    assert {"ValueError: this child fails on purpose", "this child leaves with a text"} <= set(run.lines)


@method
def test_the_puzzle_when_main_is_first(method: str, tmp_path: Path) -> None:
    values = {"DAEMON_SECONDS": 3.0, "WORKER_SECONDS": 0.5, "MAIN_SECONDS": 0.2}
    run = run_lesson("puzzle", tmp_path, METHOD=method, **values)

    assert run.says("main: one", "main: two", "worker: two")
    assert "daemon: two" not in run.lines
    assert run.without(*chance(method)) == [("daemon-cutoff", "daemon"), ("implicit-wait", "main")]


def test_the_puzzle_as_it_is(tmp_path: Path) -> None:
    """Whatever comes out is one of the outputs that the text counts."""
    run = run_lesson("puzzle", tmp_path, METHOD="fork")

    assert sorted(run.lines[:3]) == ["daemon: one", "main: one", "worker: one"]
    assert run.lines[3:] in (
        ["main: two", "worker: two"],
        ["daemon: two", "main: two", "worker: two"],
        ["main: two", "daemon: two", "worker: two"],
    )
    assert ("implicit-wait", "main") in run.told
