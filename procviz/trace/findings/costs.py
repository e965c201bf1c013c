"""Findings about what it costs: the start of a process by each method, and cores that are all at work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from statistics import median_low

from procviz.trace.findings.finding import Fact, Finding, FindingKind, found, of_the_run
from procviz.trace.records import Samples
from procviz.trace.timeline import Kind, Life, Timeline

SLOW_START_NS = 50_000_000
BUSY_NS = 500_000_000
_ALL_BUSY = 0.9  # of all cores
_AT_WORK_PERCENT = 10.0  # of one core: a process that computes, not one that looks after others


@of_the_run
def start_cost(timeline: Timeline) -> Iterator[Finding]:
    """How long it took from birth to target; worth a sentence where methods can be compared or one is slow.

    A new interpreter is always slow, whatever the machine: so spawn is told of whether it took 40 ms or 60.
    """
    booted: defaultdict[str, list[Life]] = defaultdict(list)
    for life in timeline.lives.values():
        if life.kind is Kind.MULTIPROCESSING and life.start_method and life.started and life.target_began:
            booted[life.start_method].append(life)
    medians = {method: median_low(map(_boot_ns, lives)) for method, lives in booted.items()}
    slow = any(method == "spawn" or (method != "fork" and ns > SLOW_START_NS) for method, ns in medians.items())
    if len(medians) < 2 and not slow:
        return
    facts: dict[str, Fact] = {}
    for method, ns in sorted(medians.items(), key=lambda item: item[1]):
        facts |= {f"{method}_ns": ns, f"{method}_count": len(booted[method])}
    lives = [life for method in medians for life in booted[method]]
    first_ns = min(life.started.ts_ns for life in lives if life.started)
    yield found(timeline, FindingKind.START_COST, [life.id for life in lives], first_ns, None, **facts)


@of_the_run
def cores_busy(timeline: Timeline) -> Iterator[Finding]:
    """The longest stretch in which the run's processes left no core idle."""
    cores = timeline.header.platform.cpu_count
    if not cores:
        return
    best: tuple[int, int, int, list[int]] = (0, 0, 0, [])
    begin_ns, busy, people, before_ns = 0, 0, list[int](), None
    for tick in timeline.samples:
        at_work = _at_work(tick)
        if before_ns is not None and at_work and _total(tick) >= _ALL_BUSY * 100 * cores:
            if not people:
                begin_ns, busy = before_ns, 0
            busy = max(busy, len(at_work))
            people = list(dict.fromkeys([*people, *at_work]))
            best = max(best, (tick.t - begin_ns, begin_ns, busy, people))
        else:
            people = []
        before_ns = tick.t
    lasted_ns, begin_ns, busy, people = best
    if lasted_ns > BUSY_NS:
        yield found(
            timeline, FindingKind.CORES_BUSY, sorted(people), begin_ns, lasted_ns=lasted_ns, cores=cores, busy=busy
        )


def _boot_ns(life: Life) -> int:
    assert life.started is not None
    assert life.target_began is not None
    return max(life.target_began.ts_ns - life.started.ts_ns, 0)


def _total(tick: Samples) -> float:
    return sum(percent for percent in tick.c if percent is not None)


def _at_work(tick: Samples) -> list[int]:
    return [p for p, percent in zip(tick.p or (), tick.c, strict=False) if percent and percent >= _AT_WORK_PERCENT]
