"""The lessons about what processes are: each runs under each start method to the end that its text tells."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
import venv
from pathlib import Path

import msgspec
import pytest

from procviz.trace.timeline import InstantKind, Life
from tests.script.lesson_run import HERE, LessonRun, run_lesson

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="NOT TESTED: the recorder of this system")

METHODS = ("fork", "spawn", "forkserver")
method = pytest.mark.parametrize("method", METHODS)
thorough = pytest.mark.thorough
two_methods = pytest.mark.parametrize("method", [*METHODS[:2], pytest.param("forkserver", marks=thorough)])

# Told or not told, as busy as the machine happens to be.
CHANCE = ("start-cost", "cores-busy", "zombie")


def lives_of(run: LessonRun) -> dict[str, Life]:
    return {life.name: life for life in run.timeline.lives.values()}


def began_ns(life: Life) -> int:
    assert life.started is not None
    return life.started.ts_ns


def length_ns(life: Life) -> int:
    assert life.ended is not None
    return life.ended.ts_ns - began_ns(life)


def overlap(one: Life, other: Life) -> bool:
    return began_ns(one) < began_ns(other) + length_ns(other) and began_ns(other) < began_ns(one) + length_ns(one)


def writes(run: LessonRun, name: str) -> int:
    """How many times this process wrote something that shows."""
    return sum(one.kind is InstantKind.PRINT for one in lives_of(run)[name].instants)


@pytest.mark.parametrize(
    ("in_turn", "first_lines"), [(False, "laundry laundry sums sums"), (True, "laundry sums laundry sums")]
)
def test_one_by_one(in_turn: bool, first_lines: str, tmp_path: Path) -> None:
    values = {"LAUNDRY_STEPS": 2, "SUMS_STEPS": 2, "STEP_SECONDS": 0.1}
    run = run_lesson("one-by-one", tmp_path, TAKE_TURNS=in_turn, **values)

    assert [line.partition(":")[0] for line in run.lines] == [*first_lines.split(), "main"]
    assert len(run.timeline.lives) == 1
    assert run.without(*CHANCE) == []


@two_methods
def test_side_by_side(method: str, tmp_path: Path) -> None:
    values = {"LAUNDRY_STEPS": 2, "SUMS_STEPS": 4, "STEP_SECONDS": 0.2}
    run = run_lesson("side-by-side", tmp_path, METHOD=method, **values)

    took = [float(one) for one in re.findall(r"took (\S+) s", "\n".join(run.lines))]
    lives = lives_of(run)
    assert len(took) == 2
    assert run.says("main: laundry, step 2 of 2", "main: sums, step 4 of 4", "washer: laundry, step 2 of 2")
    assert overlap(lives["washer"], lives["adder"])
    assert run.without(*CHANCE) == []


@two_methods
def test_speed_up(method: str, tmp_path: Path) -> None:
    run = run_lesson("speed-up", tmp_path, WORKERS=3, MILLIONS=1, SLEEP_SECONDS=1.6, METHOD=method)

    lives = lives_of(run)
    gains = [float(one) for one in re.findall(r"(\S+) times as fast", "\n".join(run.lines))]
    assert len(gains) == 2
    names = {f"{task}-{part}" for task in ("count", "sleep") for part in ("1-of-1", "1-of-3", "2-of-3", "3-of-3")}
    assert names < set(lives)
    assert f"main: I may use {len(os.sched_getaffinity(0))} cores" in run.lines
    assert length_ns(lives["sleep-1-of-3"]) < length_ns(lives["sleep-1-of-1"])
    assert overlap(lives["sleep-1-of-3"], lives["sleep-3-of-3"])
    assert run.without(*CHANCE) == []


@method
def test_arguments(method: str, tmp_path: Path) -> None:
    run = run_lesson("arguments", tmp_path, CUPS=1, CUP_SECONDS=0.2, METHOD=method)

    last = {
        "in-order: cup 1 of 1, tea",
        "by-name: cup 2 of 2, tea",
        "both: cup 3 of 3, tea",
        "Process-4: cup 4 of 4, tea",
    }
    assert last <= set(run.lines)
    assert "main: no-comma has ended with exit code 1" in run.lines
    assert any(line.startswith("main: args=(1) is refused at once: ") for line in run.lines)
    assert run.without(*CHANCE) == [("child-failed", "no-comma")]


def test_a_comma_that_is_missing_and_not_missed(tmp_path: Path) -> None:
    run = run_lesson("arguments", tmp_path, DRINK="t", CUPS=1, CUP_SECONDS=0.1)

    assert run.says("no-comma: cup 1 of 1, t", "main: no-comma has ended with exit code 0")
    assert run.without(*CHANCE) == []


def test_who_is_who(tmp_path: Path) -> None:
    run = run_lesson("who-is-who", tmp_path, CHILDREN=1, SECONDS=0.2)

    lives, text = lives_of(run), "\n".join(run.lines)
    for name, pid, parent, starter in re.findall(r"^(\S+): my pid is (\d+), my parent is (\d+), (.*)$", text, re.M):
        assert (lives[name].pid, lives[name].ppid) == (int(pid), int(parent))
        assert (starter == "the one who started me") == (not name.startswith("forkserver"))
    parents = {run.timeline.lives[life.parent].name for life in lives.values() if life.parent is not None}
    assert {"fork-1", "spawn-1", "forkserver-1"} <= parents
    helpers = [life.name for life in run.timeline.lives.values() if life.kind.value == "helper"]
    assert sorted(helpers) == ["fork server", "fork server", "resource tracker"]
    assert run.without(*CHANCE) == []


def test_no_helpers_with_fork_alone(tmp_path: Path) -> None:
    run = run_lesson("who-is-who", tmp_path, METHODS="fork", CHILDREN=1, GRANDCHILDREN=2, SECONDS=0.2)

    assert len(run.timeline.lives) == 4
    assert run.without(*CHANCE) == []


@method
def test_signals(method: str, tmp_path: Path) -> None:
    values = {"BEFORE_SECONDS": 0.0, "TIDY_SECONDS": 0.1, "PATIENCE": 1.0}
    run = run_lesson("signals", tmp_path, METHOD=method, **values)

    assert run.says(
        "main: unprepared has ended with exit code -15",
        "polite: SIGTERM has come, I tidy up",
        "main: polite has ended with exit code 7",
        "main: deaf has ended with exit code -9",
    )
    assert run.without("exit-code", *CHANCE) == [
        ("signal", "deaf"),
        ("signal", "unprepared"),
        ("sigterm-handled", "polite"),
        ("sigterm-ignored", "deaf"),
    ]


def test_the_signal_of_ctrl_c(tmp_path: Path) -> None:
    values = {"BEFORE_SECONDS": 0.0, "TIDY_SECONDS": 0.1, "PATIENCE": 1.0}
    run = run_lesson("signals", tmp_path, FIRST="SIGINT", TIDY_CODE=0, **values)

    assert run.says("main: unprepared has ended with exit code 1", "main: polite has ended with exit code 0")
    assert "KeyboardInterrupt" in run.lines
    assert "main: deaf has ended with exit code -9" in run.lines


@two_methods
def test_mixed_output(method: str, tmp_path: Path) -> None:
    run = run_lesson("mixed-output", tmp_path, WRITERS=2, LINES=2, METHOD=method)

    assert writes(run, "terminal-1") == 8  # one for each line: 4 steps of 2 lines
    assert writes(run, "pipe-1") == 1
    assert writes(run, "unbuffered-1") == 40  # one for each word
    assert writes(run, "pipe-2") == 0
    assert writes(run, "terminal-2") < 8
    assert writes(run, "unbuffered-2") > 0
    ways = ("pipe", "terminal", "unbuffered")
    assert run.without("output-lost", *CHANCE) == [("terminate", f"{way}-2") for way in ways]
    assert run.of("output-lost") == {("output-lost", "pipe-2")}


def test_output_as_python_decides(tmp_path: Path) -> None:
    run = run_lesson("mixed-output", tmp_path, WAYS="as Python decides", WRITERS=1, LINES=2, CUT_OFF=False)

    assert [line for line in run.lines if line.startswith("python")] == [
        f"python-1 step {step} line {line}" for step in range(1, 5) for line in (1, 2)
    ]
    assert writes(run, "python-1") == 8  # a line each: it is a terminal
    assert run.without(*CHANCE) == []


def test_own_memory(tmp_path: Path) -> None:
    run = run_lesson("own-memory", tmp_path, STEPS=2, STEP_SECONDS=0.2, MEGABYTES=0)

    first = {"fork": "['bread', 'milk']", "spawn": "['bread']", "forkserver": "['bread']"}
    for name, things in first.items():
        assert f"{name}-child: at my first line the list is {things}" in run.lines
        begin = f"{things.rstrip(']')}, '{name}-child 1', '{name}-child 2']"
        assert f"main: {name}-child has sent a copy back: {begin}" in run.lines
    assert run.lines[-1] == "main: my own list is still ['bread', 'milk', 'eggs']"
    assert run.without(*CHANCE) == []


@pytest.mark.parametrize("method", METHODS[1:])
def test_main_guard(method: str, tmp_path: Path) -> None:
    run = run_lesson("main-guard", tmp_path, SECONDS=0.2, METHOD=method)

    # With Python 3.14 the fork server itself imports the program, and main fails with it; later ones pass over that.
    server_fails = method == "forkserver" and sys.version_info[:2] == (3, 14)
    worker_fails = [] if server_fails else [f"  {method}-worker-1 has ended with exit code 1"]
    assert run.says(
        "main: fork-no-guard.py by fork ends with these lines:",
        "  top of the file: here I am called __main__",
        "  at work: here I am called __main__",
        "  fork-worker-1 has ended with exit code 0",
        f"main: {method}-no-guard.py by {method} ends with these lines:",
        "  top of the file: here I am called __mp_main__",
        *worker_fails,
        f"main: {method}-no-guard.py has ended with exit code {int(server_fails)}",
        f"main: {method}-guard.py by {method} ends with these lines:",
        "  at work: here I am called __mp_main__",
        f"  {method}-worker-1 has ended with exit code 0",
    )
    if server_fails:
        assert run.without(*CHANCE) == [
            ("child-failed", "python forkserver-no-guard.py"), ("main-guard", "fork server"),
        ]  # fmt: skip
    else:
        assert run.without(*CHANCE) == [("main-guard", f"{method}-worker-1")]


def _jupyter() -> bool:
    return all(importlib.util.find_spec(name) for name in ("ipykernel", "jupyter_client"))


def test_a_notebook_without_jupyter_says_how_to_install_it(tmp_path: Path) -> None:
    venv.create(tmp_path / "bare", symlinks=True)
    bare = str(tmp_path / "bare" / "bin" / "python")
    run = run_lesson("notebook", tmp_path, msgspec.structs.replace(HERE, executable=bare))

    command = f"{bare} -m pip install ipykernel jupyter_client"
    assert run.lines[0] == f"Jupyter's kernel is missing. Install it: {command}"
    assert "Run > Python" in run.lines[1]
    assert run.exitcode == 1
    assert run.without() == [("exit-code", "main")]


@pytest.mark.skipif(not _jupyter(), reason="NOT TESTED: Jupyter's kernel is not installed (the extra `notebook`)")
@pytest.mark.parametrize("method", ["fork", pytest.param("spawn", marks=thorough)])
def test_notebook(method: str, tmp_path: Path) -> None:
    run = run_lesson("notebook", tmp_path, WAIT_SECONDS=10.0 if method == "fork" else 2.0, METHOD=method)

    fails = method != "fork"
    shown = dict(re.findall(r"^(\S+): \S.*\n((?: .*\n?)+)", "\n".join(run.lines), re.MULTILINE))
    works = {name: "hello from the child" in text or "got" in text for name, text in shown.items()}
    assert works == {
        **dict.fromkeys(("print", "flush", "queue", "pool", "executor"), not fails),
        **dict.fromkeys(("module", "module-queue", "module-executor", "fork"), True),
    }
    signs = {"print": "exit code of the child: 1", "queue": "Empty", "pool": "Timeout", "executor": "BrokenProcessPool"}
    assert all((sign in shown[name]) == fails for name, sign in signs.items())
    told = {"not-importable", "executor-broken"} if fails else set()
    assert told <= {kind for kind, _ in run.told}
    assert run.exitcode == 0


@thorough
@pytest.mark.skipif(not _jupyter(), reason="NOT TESTED: Jupyter's kernel is not installed (the extra `notebook`)")
def test_a_kernel_that_does_not_listen_in(tmp_path: Path) -> None:
    run = run_lesson("notebook", tmp_path, CELL="module", CAPTURE=False)

    assert "    the cell shows: exit code of the child: 0" in run.lines
    assert "    the cell shows: hello from the child" not in run.lines
    assert "    the terminal shows: hello from the child" in run.lines
