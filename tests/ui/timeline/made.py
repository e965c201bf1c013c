"""Timelines made by hand, as large and as far along as a test wants them."""

from __future__ import annotations

from procviz.trace.records import FORMAT, Header, Interpreter, Platform, Program, Samples, Witness
from procviz.trace.timeline import (
    Cause,
    Edge,
    Flow,
    FlowKind,
    Instant,
    InstantKind,
    Kind,
    Life,
    Place,
    Slice,
    State,
    Timeline,
)

SECOND = 1_000_000_000
BEGIN = 500 * SECOND


def at(seconds: float, witness: Witness = Witness.KERNEL, precision_ns: int | None = 0) -> Edge:
    """An edge so many seconds after the run began."""
    return Edge(BEGIN + round(seconds * SECOND), witness, precision_ns)


def header() -> Header:
    return Header(
        format=FORMAT,
        procviz="0",
        monotonic_ns=BEGIN,
        unix_ns=1_700_000_000 * SECOND,
        program=Program(argv=["lesson.py"], cwd="/", title="lesson"),
        interpreter=Interpreter(executable="python", version="3.11.7", implementation="cpython"),
        platform=Platform(system="Linux", release="6", machine="x86_64", cpu_count=2),
        interval_ns=SECOND // 20,
        witness="kernel",
        probe=True,
        output="pipe",
    )


def empty(last_s: float = 0.0) -> Timeline:
    return Timeline(header=header(), begin_ns=BEGIN, last_ns=at(last_s).ts_ns)


def child(upid: int, name: str, begin_s: float, end_s: float | None, **known: object) -> Life:
    """A multiprocessing child of main: starting, running, then gone and reaped at once."""
    running = begin_s + 0.15
    life = Life(
        id=upid,
        pid=41200 + upid,
        ppid=41201,
        parent=1,
        name=name,
        kind=Kind.MULTIPROCESSING,
        start_method="fork",
        daemon=False,
        target="work",
        depth=1,
        instrumented=True,
        started=at(begin_s),
        up=at(begin_s + 0.1, Witness.CALL),
        target_began=at(running, Witness.CALL),
        started_at=Place("lesson.py", 10 + upid),
        revision=1,
    )
    end = None if end_s is None else at(end_s)
    life.slices = [
        Slice(upid, State.STARTING, at(begin_s), at(running, Witness.CALL)),
        Slice(upid, State.RUNNING, at(running, Witness.CALL), end),
    ]
    if end is not None:
        life.ended, life.reaped, life.reaped_by = end, at((end_s or 0) + 0.001, Witness.OS, 100_000), 1
        life.exitcode, life.exitcode_witness, life.cause = 0, Witness.KERNEL, Cause.RETURNED
        life.cpu_seconds, life.max_rss_bytes = 1.25, 14_000_000
    for field, value in known.items():
        setattr(life, field, value)
    return life


def main_life(end_s: float | None) -> Life:
    life = Life(id=1, pid=41201, ppid=41200, name="MainProcess", kind=Kind.MAIN, instrumented=True, revision=1)
    life.started, life.up, life.target_began = at(0), at(0.2, Witness.CALL), at(0.2, Witness.CALL)
    end = None if end_s is None else at(end_s)
    life.slices = [
        Slice(1, State.STARTING, at(0), at(0.2, Witness.CALL)),
        Slice(1, State.RUNNING, at(0.2, Witness.CALL), at(4.2, Witness.CALL)),
        Slice(1, State.WAITING_AT_EXIT, at(4.2, Witness.CALL), end, awaited=3),
    ]
    life.code_ended = at(4.2, Witness.CALL)
    life.instants = [Instant(1, InstantKind.CODE_ENDED, at(4.2, Witness.CALL))]
    if end is not None:
        life.ended, life.exitcode, life.cause = end, 0, Cause.RETURNED
    return life


def playground(finished: bool = True) -> Timeline:
    """Main and seven children within 8 s: joined, cut off, terminated, a zombie, one with a child of its own."""
    timeline = empty(8.0 if finished else 5.0)
    end = 8.0 if finished else None
    zombie = child(8, "never-joined", 1.4, 2.9)
    zombie.slices.append(Slice(8, State.ZOMBIE, at(2.9), None if end is None else at(7.9)))
    zombie.reaped = None if end is None else at(7.9)
    victim = child(7, "to-terminate", 1.2, 3.6, cause=Cause.TERMINATE, by=1, exitcode=-15, signal="SIGTERM")
    victim.instants = [
        Instant(7, InstantKind.SIGNAL, at(3.59, Witness.CALL), "SIGTERM", 1, None, Place("lesson.py", 31))
    ]
    lives = [
        main_life(end),
        child(2, "worker-1", 0.5, 3.1),
        child(3, "worker-2", 0.6, 7.3 if finished else None),
        child(4, "child-of-2", 1.9, 5.0, parent=3, depth=2, exitcode=1, cause=Cause.EXCEPTION),
        child(5, "joined", 0.9, 7.6 if finished else None),
        child(6, "daemon", 1.0, 7.9 if finished else None, daemon=True, cause=Cause.DAEMON_CUTOFF),
        victim,
        zombie,
    ]
    timeline.lives = {life.id: life for life in lives}
    for life in lives[1:]:
        assert life.started is not None
        parent = life.parent or 1
        timeline.flows.append(
            Flow(FlowKind.START, parent, life.started.ts_ns - SECOND // 100, life.id, life.started.ts_ns)
        )
    timeline.flows.append(Flow(FlowKind.SIGNAL, 1, at(3.58).ts_ns, 7, at(3.59).ts_ns, "SIGTERM"))
    timeline.samples = samples(timeline, 8.0 if finished else 5.0)
    timeline.finished = finished
    timeline.finished_exitcode = 0 if finished else None
    timeline.revision = 1
    return timeline


def samples(timeline: Timeline, until_s: float, begin_s: float = 0.0) -> list[Samples]:
    """20 ticks a second of every process that lives then; no two curves alike."""
    ticks = []
    for number in range(int(begin_s * 20), int(until_s * 20)):
        moment = at(number / 20).ts_ns
        alive = [life for life in timeline.lives.values() if _lives(life, moment)]
        cpu: list[float | None] = [float(10 * life.id + (number * 7 + life.id * 13) % 9) for life in alive]
        rss: list[int | None] = [9000 + 1500 * life.id + 20 * number for life in alive]
        ticks.append(Samples(t=moment, p=[life.id for life in alive], c=cpu, r=rss))
    return ticks


def crowd(rows: int, ticks: int, live: bool = False) -> Timeline:
    """Main and many children, each sampled `ticks` times."""
    timeline = empty(ticks / 20)
    lives = [main_life(None if live else ticks / 20)]
    end_s = None if live else ticks / 20
    lives += [child(upid, f"worker-{upid - 1}", 0.01 * upid, end_s) for upid in range(2, rows + 1)]
    timeline.lives = {life.id: life for life in lives}
    for life in lives[1:]:
        assert life.started is not None
        timeline.flows.append(Flow(FlowKind.START, 1, life.started.ts_ns, life.id, life.started.ts_ns))
    timeline.samples = samples(timeline, ticks / 20)
    timeline.finished, timeline.revision = not live, 1
    return timeline


def _lives(life: Life, moment: int) -> bool:
    started = life.started is not None and life.started.ts_ns <= moment
    return started and (life.ended is None or moment <= life.ended.ts_ns)
