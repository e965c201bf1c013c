"""Whoever comes to the recorder because the parent has ended is reaped at once, also while the recorder rests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from procviz.recorder.client import RecorderClient
from procviz.trace.findings.all_findings import FindingKind, find
from procviz.trace.records import Executed, Finished, Reaped
from procviz.trace.timeline import State
from tests.busy import busy_cores
from tests.recorder.conftest import Records, finish

# Nobody in the program ever waits for the two: the first ends while the second, which tells of it, lives on.
LEFT_ALONE = """
    import subprocess
    subprocess.run(["/bin/sh", "-c", "(sleep 0.3; echo first) & (sleep 0.9; echo second) & exit 0"], check=True)
"""
SPAWNED = """
    import multiprocessing
    if __name__ == "__main__":
        multiprocessing.set_start_method("spawn")
        child = multiprocessing.Process(target=print, args=("hello",))
        child.start()
        child.join()
"""
RESTING = {"budget_percent": 0.01}  # what it takes to start is more than it may use in all of this


@pytest.fixture(params=["idle", pytest.param("busy", marks=pytest.mark.thorough)])
def load(request: pytest.FixtureRequest) -> Iterator[None]:
    """Cores that have nothing else to do, or plenty."""
    with ExitStack() as stack:
        if request.param == "busy":
            stack.enter_context(busy_cores())
        yield


@pytest.mark.usefixtures("load")
def test_an_orphan_that_has_ended_is_reaped_before_the_next_one_ends(
    witness: str, record: Callable[..., Records]
) -> None:
    records = record(LEFT_ALONE, witness=witness, **RESTING)
    reaped = {one.p: one for one in records.of(Reaped) if one.by_recorder}
    left = reaped.keys() - {1}
    first, *_others, last = sorted(left, key=lambda p: records.end(p).t)
    assert reaped[first].t < records.end(last).t
    timeline = records.timeline()
    assert State.ZOMBIE not in {one.state for p in left for one in timeline.lives[p].slices}
    assert FindingKind.ZOMBIE not in {finding.kind for finding in find(timeline)}


@pytest.mark.usefixtures("load")
def test_the_helper_that_main_leaves_is_no_zombie(witness: str, record: Callable[..., Records]) -> None:
    timeline = record(SPAWNED, witness=witness, **RESTING).timeline()
    assert FindingKind.ZOMBIE not in {finding.kind for finding in find(timeline)}
    (tracker,) = [life for life in timeline.lives.values() if life.name == "resource tracker"]
    assert tracker.ended is not None
    assert State.ZOMBIE not in {one.state for one in tracker.slices}


def test_the_run_is_over_when_its_last_process_is(start: Callable[..., RecorderClient]) -> None:
    records = finish(start(LEFT_ALONE, **RESTING))
    last_ns = max(record.t for record in records.of(Reaped))
    (finished,) = records.of(Finished)
    resting_ns = 200_000_000  # a recorder that rested until then would do so for a second
    assert finished.t - last_ns < resting_ns


def test_the_command_of_a_new_program_is_known_whoever_of_the_kernels_two_sockets_is_read_first(
    record: Callable[..., Records],
) -> None:
    records = record(LEFT_ALONE, **RESTING)
    sleeps = [one.cmdline for one in records.of(Executed) if one.cmdline and one.cmdline[0].endswith("sleep")]
    if records and records[0].witness == "kernel":  # type: ignore[union-attr]
        assert len(sleeps) == 2
