"""Findings about processes that wait for what does not come: a full queue, a dead one's lock, a lost task.

Where the probe tells of a begin it tells of the end too; what it does not tell of is not known, and then no finding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from procviz.trace.findings.finding import (
    Finding,
    FindingKind,
    end_of,
    found,
    of_a_life,
    of_the_run,
    slice_end,
    stopped_with_the_run,
)
from procviz.trace.findings.signals import BY_OTHERS
from procviz.trace.records import Deed
from procviz.trace.timeline import Cause, Kind, Life, Place, Slice, State, Timeline

LONG_NS = 200_000_000  # a shorter wait may be a coincidence of the moment
_POOL_WORKER = "multiprocessing.pool.worker"
_EXECUTOR_WORKER = "concurrent.futures.process._process_worker"
_WAITS = (State.WAITING, State.WAITING_AT_EXIT)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """From a deed's begin to its end; `end` None: its process never came to it."""

    begin: Deed
    end: Deed | None

    def until(self, life: Life, timeline: Timeline) -> int:
        return self.end.t if self.end else end_of(life, timeline)


@of_a_life
def queue_not_emptied(life: Life, timeline: Timeline) -> Iterator[Finding]:
    """It cannot end before its queue is emptied, and who should empty it waits for its end.

    Not so where the queue was emptied while the other still waited: then somebody else took the items.
    """
    parent = timeline.lives.get(life.parent) if life.parent is not None else None
    if parent is None:
        return
    stuck = [
        _stuck(life, parent, wait, begin_ns, end_ns, timeline)
        for wait, begin_ns, end_ns in _waits_for_a_full_queue(life, parent, timeline)
        if end_ns - begin_ns >= LONG_NS
    ]
    if stuck:  # who gives up waiting may wait again: told is what still goes on, else the longest
        yield max(stuck, key=lambda one: (one.facts["going_on"], one.facts["lasted_ns"]))


def _waits_for_a_full_queue(life: Life, parent: Life, timeline: Timeline) -> Iterator[tuple[Slice, int, int]]:
    """Each wait for its end, with the stretch of it in which it could not end."""
    for flush in _stretches(life, "flush-began", ("flush-ended",)):
        for wait in parent.slices:
            if wait.state not in _WAITS or wait.awaited != life.id:
                continue
            freed = flush.end is not None and flush.end.t <= slice_end(wait, timeline)
            if not freed:
                end_ns = min(flush.until(life, timeline), slice_end(wait, timeline))
                yield wait, max(flush.begin.t, wait.begin.ts_ns), end_ns


@of_the_run
def lock_owner_died(timeline: Timeline) -> Iterator[Finding]:
    """A process ended with a lock in its hands, and others waited for it in vain."""
    given: defaultdict[str | None, list[int]] = defaultdict(list)
    for life in timeline.lives.values():
        for deed in life.deeds:
            if deed.deed in ("lock-given", "lock-taken"):
                given[deed.thing].append(deed.t)
    for life in timeline.lives.values():
        for taken in _held_at_the_end(life):
            end_ns = end_of(life, timeline)
            if any(t > taken.t for t in given[taken.thing]):
                continue  # another process gave it back, or got it later
            waiting = _waiting_for(taken, life, end_ns, timeline)
            if waiting:
                lasted_ns = max(lasted for lasted, _open in waiting.values())
                going_on = int(any(still for _lasted, still in waiting.values()))
                yield found(
                    timeline, FindingKind.LOCK_OWNER_DIED, [life.id, *waiting], end_ns, _place(taken),
                    lasted_ns=lasted_ns, going_on=going_on,
                )  # fmt: skip


@of_a_life
def pool_worker_lost(life: Life, timeline: Timeline) -> Iterator[Finding]:
    """A worker of a Pool ended in the midst of a task. Not so where the pool itself ended its workers."""
    parent = timeline.lives.get(life.parent) if life.parent is not None else None
    if life.target != _POOL_WORKER or life.ended is None or parent is None or stopped_with_the_run(life, timeline):
        return
    task = next((one.begin for one in _stretches(life, "task-began", ("task-ended",)) if one.end is None), None)
    end_ns = life.ended.ts_ns
    if task is None or (parent.ended is not None and parent.ended.ts_ns <= end_ns) or _interrupted(life):
        return
    if any(deed.deed == "pool-ending" and deed.t <= end_ns for deed in parent.deeds):
        return
    waits = list(_stretches(parent, "result-wait", ("result-got", "result-gave-up")))
    late = [one for one in waits if one.until(parent, timeline) > end_ns and not _got(one)]
    waited = late[0].until(parent, timeline) - max(late[0].begin.t, end_ns) if late else None
    yield found(
        timeline, FindingKind.POOL_WORKER_LOST, [life.id, parent.id], end_ns, life.cause_place, name=task.name,
        ran_ns=end_ns - task.t, waited_ns=waited, going_on=int(bool(late) and _goes_on(late[0], parent)),
    )  # fmt: skip


@of_a_life
def executor_broken(life: Life, timeline: Timeline) -> Iterator[Finding]:
    """An executor found a worker gone: one that somebody ended, that failed, or that returned before its first task."""
    for deed in life.deeds:
        if deed.deed == "executor-broken":
            workers = [
                child
                for child in timeline.lives.values()
                if child.parent == life.id and child.target == _EXECUTOR_WORKER and child.ended
            ]
            lost = _first_lost(workers, life, deed)
            people = [life.id] if lost is None else [lost.id, life.id]
            yield found(
                timeline, FindingKind.EXECUTOR_BROKEN, people, deed.t, lost.cause_place if lost else None,
                name=_last_task(lost), own=int(lost is not None and lost.by == life.id),
                idle=int(lost is not None and lost.exitcode == 0),
            )  # fmt: skip


def _first_lost(workers: list[Life], executor: Life, broken: Deed) -> Life | None:
    """The worker that was missed: not one of the rest, which the executor ended itself when it had found out."""
    rest = {one.id for one in workers if one.by == executor.id and not one.cause_place and _ended_ns(one) > broken.t}
    dead = [one for one in workers if one.exitcode and one.id not in rest]
    if not dead:
        dead = [one for one in workers if one.exitcode == 0 and _returned_at_once(one, broken.t)]
    return min(dead, key=lambda one: (_ended_ns(one), one.id), default=None)


def _returned_at_once(worker: Life, until_ns: int) -> bool:
    """Whether it was done before it had begun a task: so ends a worker whose initializer failed."""
    over = worker.target_ended or worker.ended
    return over is not None and over.ts_ns <= until_ns and _last_task(worker) is None and worker.instrumented


@of_a_life
def output_lost(life: Life, timeline: Timeline) -> Iterator[Finding]:
    """Text it had printed was still in a buffer when it was ended, or left by os._exit(), which writes nothing out."""
    if life.ended is None or not (life.signal is not None or life.cause in (*BY_OTHERS, Cause.OS_EXIT)):
        return
    held = next((one.begin for one in _stretches(life, "text-held", ("text-flushed",)) if one.end is None), None)
    if held is None:
        return
    later = any(output.p == life.id and output.t >= held.t for output in reversed(timeline.outputs))
    yield found(
        timeline, FindingKind.OUTPUT_LOST, [life.id], life.ended.ts_ns, text=held.name,
        since_ns=held.t - timeline.begin_ns, in_line=int(held.thing == "line"),
        certain=int(not later and _writes_to_us(life, timeline, "terminal" if held.thing == "line" else "pipe")),
    )  # fmt: skip


def _writes_to_us(life: Life, timeline: Timeline, output: str) -> bool:
    """Whether what it writes out would be in the recording: not so where a subprocess's output went elsewhere."""
    one: Life | None = life
    while one is not None and one.kind is not Kind.MAIN:
        if one.kind is Kind.SUBPROCESS or one.parent is None or one.parent == one.id:
            return False
        one = timeline.lives.get(one.parent)
    return one is not None and timeline.header.output == output


def _stretches(life: Life, begin: str, ends: tuple[str, ...]) -> Iterator[_Stretch]:
    """Begins with their ends, of one thing after the other."""
    going: dict[str | None, Deed] = {}
    for deed in life.deeds:
        if deed.deed == begin:
            going[deed.thing] = deed
        elif deed.deed in ends and deed.thing in going:
            yield _Stretch(going.pop(deed.thing), deed)
    for open_one in going.values():
        yield _Stretch(open_one, None)


def _stuck(life: Life, parent: Life, wait: Slice, begin_ns: int, end_ns: int, timeline: Timeline) -> Finding:
    going_on = life.ended is None and wait.end is None
    return found(
        timeline, FindingKind.QUEUE_NOT_EMPTIED, [life.id, parent.id], begin_ns, wait.place,
        lasted_ns=end_ns - begin_ns, going_on=int(going_on), implicit=int(wait.state is State.WAITING_AT_EXIT),
    )  # fmt: skip


def _held_at_the_end(life: Life) -> list[Deed]:
    if life.ended is None:
        return []
    return [one.begin for one in _stretches(life, "lock-taken", ("lock-given",)) if one.end is None]


def _waiting_for(taken: Deed, owner: Life, end_ns: int, timeline: Timeline) -> dict[int, tuple[int, bool]]:
    """Who waited for that lock after its owner's end: for how long in all, and whether it still does."""
    waiting = {}
    for life in timeline.lives.values():
        waits = list(_stretches(life, "lock-wait", ("lock-got", "lock-gave-up")))
        waits = [one for one in waits if one.begin.thing == taken.thing and one.until(life, timeline) > end_ns]
        lasted = sum(one.until(life, timeline) - max(one.begin.t, end_ns) for one in waits)
        if lasted >= LONG_NS and life is not owner and not any(_got(one) for one in waits):
            waiting[life.id] = lasted, any(_goes_on(one, life) for one in waits)
    return waiting


def _got(wait: _Stretch) -> bool:
    return wait.end is not None and wait.end.deed in ("lock-got", "result-got")


def _goes_on(wait: _Stretch, life: Life) -> bool:
    return wait.end is None and life.ended is None


def _interrupted(life: Life) -> bool:
    """Ctrl-C goes to everybody: the pool comes to its end with its workers."""
    return life.signal == "SIGINT" or (life.failure is not None and life.failure.type == "KeyboardInterrupt")


def _ended_ns(life: Life) -> int:
    return life.ended.ts_ns if life.ended else 0


def _last_task(worker: Life | None) -> str | None:
    names = [deed.name for deed in worker.deeds if deed.deed == "task-began"] if worker else []
    return names[-1] if names else None


def _place(deed: Deed) -> Place | None:
    return Place(deed.file, deed.line) if deed.file is not None and deed.line is not None else None
