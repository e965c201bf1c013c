"""Waits for what does not come, and text that was never written: each finding with its look-alikes."""

from __future__ import annotations

from typing import Any

from procviz.trace.findings.all_findings import find
from procviz.trace.findings.finding import Finding, FindingKind
from procviz.trace.records import Deed
from procviz.trace.timeline import Place
from tests.trace.builders import Story, ns


def _found(story: Story, kind: FindingKind) -> list[Finding]:
    return [finding for finding in find(story.timeline) if finding.kind is kind]


def _one(story: Story, kind: FindingKind) -> Finding:
    (finding,) = _found(story, kind)
    return finding


def _deed(story: Story, p: int, at: float, what: str, **facts: Any) -> None:
    story.add(Deed(t=ns(at), p=p, deed=what, **facts))


# ---------------------------------------------------------------------------------- join before the queue is emptied


def _filling(flush_ends: float | None) -> Story:
    story = Story()
    story.child(2, 20, name="filler")
    story.step(2, 100, "target-ended", outcome="returned", exitcode=0)
    _deed(story, 2, 101, "flush-began", thing="1")
    if flush_ends is not None:
        _deed(story, 2, flush_ends, "flush-ended", thing="1")
    return story


def test_a_join_that_waits_for_ever_for_a_full_queue() -> None:
    story = _filling(None)
    story.calls(1, 50, "join", 2, line=30)
    story.tick(900, 1, 2)
    finding = _one(story, FindingKind.QUEUE_NOT_EMPTIED)
    assert (finding.processes, finding.ts_ns, finding.place) == ((2, 1), ns(101), Place("job.py", 30))
    assert (finding.facts["lasted_ns"], finding.facts["going_on"]) == (799_000_000, 1)


def test_a_join_that_gave_up_before_the_queue_was_emptied() -> None:
    story = _filling(650)
    story.call(1, 50, 600, "join", 2, None, line=30, timeout_s=0.55)
    story.ends(2, 660, 0)
    finding = _one(story, FindingKind.QUEUE_NOT_EMPTIED)
    assert (finding.facts["lasted_ns"], finding.facts["going_on"]) == (499_000_000, 0)


def test_who_gave_up_waiting_and_waits_again_is_told_where_it_hangs_now() -> None:
    story = _filling(None)
    story.call(1, 50, 600, "join", 2, None, line=30, timeout_s=0.55)
    story.calls(1, 610, "join", 2, line=31)
    story.tick(930, 1, 2)
    finding = _one(story, FindingKind.QUEUE_NOT_EMPTIED)
    assert (finding.ts_ns, finding.place) == (ns(610), Place("job.py", 31))
    assert (finding.facts["lasted_ns"], finding.facts["going_on"]) == (320_000_000, 1)


def test_a_wait_at_exit_for_a_full_queue() -> None:
    story = _filling(None)
    story.step(1, 150, "code-ended", outcome="returned")
    story.calls(1, 151, "join", 2, implicit=True)
    story.tick(900, 1, 2)
    assert _one(story, FindingKind.QUEUE_NOT_EMPTIED).facts["implicit"] == 1


def test_a_queue_that_somebody_empties_holds_nobody_up() -> None:
    slow = _filling(600)  # a large item that goes out while main waits: nobody was stuck
    slow.call(1, 50, 605, "join", 2, 0, line=30)
    slow.ends(2, 604, 0)
    alone = _filling(600)  # the reader is slow, but does not wait for the end of the writer
    alone.call(1, 590, 605, "join", 2, 0, line=30)
    alone.ends(2, 604, 0)
    short = _filling(None)  # just now
    short.calls(1, 50, "join", 2, line=30)
    short.tick(250, 1, 2)
    for story in (slow, alone, short):
        assert not _found(story, FindingKind.QUEUE_NOT_EMPTIED)


# ---------------------------------------------------------------------------------- the owner of a lock died


def _locked(given_at: float | None = None) -> Story:
    story = Story()
    story.child(2, 20, name="owner")
    story.child(3, 21, name="waiter")
    _deed(story, 2, 50, "lock-taken", thing="L", file="job.py", line=8)
    if given_at is not None:
        _deed(story, 2, given_at, "lock-given", thing="L")
    story.call(1, 100, 100.1, "terminate", 2, line=30)
    story.ends(2, 101, -15)
    return story


def test_a_lock_that_its_dead_owner_cannot_give_back() -> None:
    story = _locked()
    _deed(story, 3, 90, "lock-wait", thing="L")
    story.tick(600, 1, 3)
    finding = _one(story, FindingKind.LOCK_OWNER_DIED)
    assert (finding.processes, finding.ts_ns, finding.place) == ((2, 3), ns(101), Place("job.py", 8))
    assert (finding.facts["lasted_ns"], finding.facts["going_on"]) == (499_000_000, 1)


def test_waits_with_a_timeout_add_up() -> None:
    story = _locked()
    for at in (150, 300, 450):
        _deed(story, 3, at, "lock-wait", thing="L")
        _deed(story, 3, at + 100, "lock-gave-up", thing="L")
    story.finishes(800)
    finding = _one(story, FindingKind.LOCK_OWNER_DIED)
    assert (finding.facts["lasted_ns"], finding.facts["going_on"]) == (300_000_000, 0)


def test_a_lock_that_is_free_or_given_back_by_others_holds_nobody_up() -> None:
    given = _locked(given_at=80)
    given.tick(600, 1, 3)
    _deed(given, 3, 90, "lock-wait", thing="L")
    by_another = _locked()  # a plain Lock may be released by anybody
    _deed(by_another, 3, 120, "lock-wait", thing="L")
    _deed(by_another, 1, 500, "lock-given", thing="L")
    _deed(by_another, 3, 500, "lock-got", thing="L")
    other = _locked()
    _deed(other, 3, 90, "lock-wait", thing="M")
    other.tick(600, 1, 3)
    unwanted = _locked()
    unwanted.tick(600, 1, 3)
    brief = _locked()  # everybody is ended at the end of a pool
    _deed(brief, 3, 90, "lock-wait", thing="L")
    brief.call(1, 102, 102.1, "terminate", 3)
    brief.ends(3, 103, -15)
    for story in (given, by_another, other, unwanted, brief):
        assert not _found(story, FindingKind.LOCK_OWNER_DIED)


# ---------------------------------------------------------------------------------- workers that die with their task


def _working(target: str = "multiprocessing.pool.worker", *, busy: bool = True) -> Story:
    story = Story()
    story.child(2, 20, name="PoolWorker-1", daemon=True, target=target)
    _deed(story, 2, 30, "task-began", name="first")
    _deed(story, 2, 40, "task-ended")
    if busy:
        _deed(story, 2, 50, "task-began", name="second")
    return story


def test_a_worker_of_a_pool_that_dies_with_its_task() -> None:
    story = _working()
    _deed(story, 1, 60, "result-wait", file="job.py", line=9)
    story.ends(2, 100, -9)
    story.tick(500, 1)
    finding = _one(story, FindingKind.POOL_WORKER_LOST)
    assert (finding.processes, finding.ts_ns) == ((2, 1), ns(100))
    facts = finding.facts
    assert (facts["name"], facts["waited_ns"], facts["going_on"]) == ("second", 400_000_000, 1)
    _deed(story, 1, 400, "result-gave-up")
    assert _one(story, FindingKind.POOL_WORKER_LOST).facts["going_on"] == 0


def test_a_worker_that_dies_unwatched_still_loses_its_task() -> None:
    story = _working()
    story.step(2, 99, "target-ended", outcome="sys-exit", exitcode=2)
    story.ends(2, 100, 2)
    assert _one(story, FindingKind.POOL_WORKER_LOST).facts["waited_ns"] is None


def test_a_worker_that_is_idle_or_ended_by_its_pool_loses_nothing() -> None:
    idle = _working(busy=False)
    idle.ends(2, 100, -9)
    ended = _working()  # leaving `with Pool()`
    _deed(ended, 1, 90, "pool-ending")
    ended.call(1, 91, 91.1, "terminate", 2)
    ended.ends(2, 100, -15)
    interrupted = _working()
    interrupted.step(2, 99, "target-ended", outcome="exception", exitcode=1, exception="KeyboardInterrupt", message="")
    interrupted.ends(2, 100, 1)
    own = _working("work")  # a Process of the program's own
    own.ends(2, 100, -9)
    for story in (idle, ended, interrupted, own):
        assert not _found(story, FindingKind.POOL_WORKER_LOST)


def test_an_executor_says_so_itself() -> None:
    story = _working("concurrent.futures.process._process_worker")
    story.child(3, 25, name="other", target="concurrent.futures.process._process_worker")
    story.ends(2, 100, 3)
    _deed(story, 1, 101, "executor-broken")
    story.call(1, 101.5, 101.6, "terminate", 3)
    story.ends(3, 102, -15)
    finding = _one(story, FindingKind.EXECUTOR_BROKEN)
    assert (finding.processes, finding.facts["name"]) == ((2, 1), "second")
    assert not _found(story, FindingKind.POOL_WORKER_LOST)


def test_an_executor_whose_workers_end_in_order_is_not_broken() -> None:
    story = _working("concurrent.futures.process._process_worker", busy=False)
    story.returns(2, 100)
    assert not _found(story, FindingKind.EXECUTOR_BROKEN)


# ---------------------------------------------------------------------------------- text that was never written


def _printing(output: str = "pipe") -> Story:
    story = Story(output=output)
    story.child(2, 20, name="worker")
    _deed(story, 2, 50, "text-held", thing="stdout", name="step 1")
    return story


def test_text_that_is_lost_with_its_process() -> None:
    killed = _printing()
    killed.call(1, 100, 100.1, "terminate", 2)
    killed.ends(2, 101, -15)
    left = _printing()
    left.calls(2, 100, "os._exit", line=9)
    left.ends(2, 101, 3)
    for story in (killed, left):
        finding = _one(story, FindingKind.OUTPUT_LOST)
        assert (finding.processes, finding.ts_ns) == ((2,), ns(101))
        assert (finding.facts["text"], finding.facts["certain"]) == ("step 1", 1)


def test_it_is_not_certain_where_something_went_out_later_or_goes_elsewhere() -> None:
    later = _printing()
    later.prints(2, 80, "a full buffer")
    elsewhere = _printing(output="terminal")
    for story in (later, elsewhere):
        story.call(1, 100, 100.1, "terminate", 2)
        story.ends(2, 101, -15)
        assert _one(story, FindingKind.OUTPUT_LOST).facts["certain"] == 0


def test_text_that_was_written_or_whose_process_ends_in_order_is_not_lost() -> None:
    flushed = _printing()
    _deed(flushed, 2, 60, "text-flushed", thing="stdout")
    flushed.call(1, 100, 100.1, "terminate", 2)
    flushed.ends(2, 101, -15)
    ordinary = _printing()
    ordinary.returns(2, 100)
    living = _printing()
    living.tick(500, 1, 2)
    for story in (flushed, ordinary, living):
        assert not _found(story, FindingKind.OUTPUT_LOST)
