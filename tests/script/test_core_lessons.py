"""The five lessons that every learner meets, under spawn: the same is told of them on every system.

What differs is what the systems do differently: Windows has no signals, so nobody can ignore terminate(), and kill()
is the same call there.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from procviz.trace.timeline import Cause, Kind
from tests.script.lesson_run import run_lesson

WINDOWS = sys.platform == "win32"
pytestmark = [] if WINDOWS else [pytest.mark.thorough]  # elsewhere each lesson has tests of its own

RETURNED, CUT_OFF = (0, Cause.RETURNED), (-15, Cause.DAEMON_CUTOFF)
ENDED = (-15, Cause.TERMINATE)
KILLED = (-15 if WINDOWS else -9, Cause.KILL)
STUBBORN = ENDED if WINDOWS else KILLED

TOLD: dict[str, dict[str, tuple[int, Cause]]] = {  # by name, in the order of their starts
    "playground": {
        "MainProcess": RETURNED,
        "plain-1": RETURNED,
        "plain-2": RETURNED,
        "joined-1": RETURNED,
        "daemon-1": CUT_OFF,
        "terminated-1": ENDED,
        "killed-1": KILLED,
        "stubborn-1": STUBBORN,
        "crashing-1": (1, Cause.EXCEPTION),
    },
    "exit-order": {"MainProcess": RETURNED, "worker-1": RETURNED, "worker-2": RETURNED, "worker-3": RETURNED},
    "join": {"MainProcess": RETURNED, "slow": RETURNED, "quick-1": RETURNED, "quick-2": RETURNED},
    "daemon": {"MainProcess": RETURNED, "daemon-1": CUT_OFF, "daemon-2": CUT_OFF, "worker-1": RETURNED},
    "terminate": {"MainProcess": RETURNED, "obedient-1": ENDED, "stubborn-1": STUBBORN},
}


@pytest.mark.parametrize("lesson", TOLD)
def test_the_same_is_told_on_every_system(lesson: str, tmp_path: Path) -> None:
    run = run_lesson(lesson, tmp_path, METHOD="spawn")
    lives = [life for life in run.timeline.lives.values() if life.kind is not Kind.HELPER]  # not on Windows
    assert {life.name: (life.exitcode, life.cause) for life in lives} == TOLD[lesson]
    assert [life.name for life in lives] == list(TOLD[lesson])
    ends = {life.name: life.ended.ts_ns for life in lives if life.ended is not None}
    assert max(ends, key=lambda name: ends[name]) == "MainProcess"
    assert all(life.parent == 1 for life in lives if life.name != "MainProcess")
    assert all(life.code_ended is not None for life in lives if (life.exitcode, life.cause) == RETURNED)
    assert run.exitcode == 0
