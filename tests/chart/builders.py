"""Timelines made by hand: lives and their slices in seconds, so that a test reads like the picture it asks for."""

from __future__ import annotations

import math

from procviz.trace.records import Header, Interpreter, Platform, Program, Samples, Witness
from procviz.trace.timeline import (
    Cause,
    Edge,
    Flow,
    FlowKind,
    Instant,
    InstantKind,
    Kind,
    Life,
    Slice,
    State,
    Timeline,
)

BEGIN_NS = 5_000_000_000_000


def ns(seconds: float) -> int:
    return BEGIN_NS + round(seconds * 1e9)


def edge(seconds: float) -> Edge:
    return Edge(ns(seconds), Witness.OS, 0)


def header(**parameters: int | float | bool | str) -> Header:
    return Header(
        format=1,
        procviz="1.0",
        monotonic_ns=BEGIN_NS,
        unix_ns=1_760_000_000_000_000_000,
        program=Program(argv=["playground.py"], cwd="somewhere", title="Playground", parameters=parameters),
        interpreter=Interpreter(executable="python3", version="3.11.7", implementation="cpython"),
        platform=Platform(system="Linux", release="6.1", machine="x86_64", cpu_count=2),
        interval_ns=50_000_000,
        witness="pidfd",
        probe=True,
        output="pipe",
    )


def life(
    upid: int,
    name: str,
    parts: list[tuple[State, float, float | None]],
    *,
    parent: int | None = 1,
    exitcode: int | None = None,
    signal: str | None = None,
    cause: Cause = Cause.RETURNED,
    kind: Kind = Kind.MULTIPROCESSING,
    awaited: int | None = None,
) -> Life:
    """A process from its slices (state, begin, end in seconds; end None: still so)."""
    waits = (State.WAITING, State.WAITING_AT_EXIT)
    slices = [
        Slice(upid, state, edge(a), None if b is None else edge(b), awaited=awaited if state in waits else None)
        for state, a, b in parts
    ]
    alive = [end for state, _begin, end in parts if state is not State.ZOMBIE]
    ended = edge(alive[-1]) if alive and alive[-1] is not None else None
    return Life(
        upid,
        41209 + upid,
        41208,
        parent=parent,
        name=name,
        kind=kind,
        started=edge(parts[0][1]) if parts else None,
        ended=ended,
        exitcode=exitcode if ended else None,
        signal=signal,
        cause=cause,
        slices=slices,
    )


def timeline(*lives: Life, flows: list[Flow] | None = None, last: float = 8.0, torn: bool = False) -> Timeline:
    return Timeline(
        header=header(CHILDREN=4, SECONDS=2.0),
        lives={one.id: one for one in lives},
        flows=flows or [],
        begin_ns=BEGIN_NS,
        last_ns=ns(last),
        finished=not torn,
        torn=torn,
        revision=1,
    )


def start(parent: int, child: int, at: float, up: float) -> Flow:
    return Flow(FlowKind.START, parent, ns(at), child, ns(up))


def sent(source: int, target: int, at: float, name: str) -> Flow:
    return Flow(FlowKind.SIGNAL, source, ns(at), target, ns(at), name)


def signal_on(upid: int, at: float, name: str, other: int | None = 1) -> Instant:
    return Instant(upid, InstantKind.SIGNAL, edge(at), name, other)


def everything() -> Timeline:
    """Every state, mark and ending at once."""
    run, begin = State.RUNNING, State.STARTING
    main = life(
        1,
        "MainProcess",
        [(begin, 0, 0.2), (run, 0.2, 4.2), (State.WAITING_AT_EXIT, 4.2, 7.6), (State.EXITING, 7.6, 7.9)],
        parent=None,
        kind=Kind.MAIN,
        exitcode=0,
        awaited=5,
    )
    main.code_ended = edge(4.2)
    main.instants = [Instant(1, InstantKind.CODE_ENDED, edge(4.2))]
    waiter = life(
        3,
        "worker-2",
        [(begin, 0.7, 1.0), (run, 1.0, 2.1), (State.WAITING, 2.1, 5.2), (run, 5.2, 6.2), (State.SUSPENDED, 6.2, 7.3)],
        exitcode=0,
        awaited=4,
    )
    worker = life(2, "worker-1", [(begin, 0.55, 0.85), (run, 0.85, 3.1)], exitcode=0)
    worker.instants = [Instant(2, InstantKind.PRINT, edge(1 + n * 0.25), f"step {n}") for n in range(8)]
    worker.instants.append(Instant(2, InstantKind.CODE_ENDED, edge(3.0)))
    stubborn = life(
        8, "stubborn", [(begin, 1.4, 1.6), (run, 1.6, 6.5)], exitcode=-9, signal="SIGKILL", cause=Cause.KILL
    )
    stubborn.instants = [signal_on(8, 2.6, "SIGTERM"), signal_on(8, 6.5, "SIGKILL")]
    victim = life(
        7, "to-terminate", [(begin, 1.25, 1.5), (run, 1.5, 3.6)], exitcode=-15, signal="SIGTERM", cause=Cause.TERMINATE
    )
    victim.instants = [signal_on(7, 3.6, "SIGTERM")]
    lives = [
        main,
        worker,
        waiter,
        life(4, "child-of-2", [(begin, 2.0, 2.25), (run, 2.25, 5.1)], parent=3, exitcode=1, cause=Cause.EXCEPTION),
        life(5, "joined", [(begin, 0.95, 1.2), (run, 1.2, 7.6)], exitcode=0),
        life(
            6,
            "daemon",
            [(begin, 1.1, 1.4), (run, 1.4, 4.25)],
            exitcode=-15,
            signal="SIGTERM",
            cause=Cause.DAEMON_CUTOFF,
        ),
        victim,
        stubborn,
        life(9, "never-joined", [(begin, 1.45, 1.7), (run, 1.7, 2.9), (State.ZOMBIE, 2.9, 7.9)], exitcode=0),
        life(10, "left-alone", [(begin, 1.9, 2.1), (run, 2.1, 4.0), (State.ORPHANED, 4.0, None)], cause=Cause.UNKNOWN),
        life(11, "resource_tracker", [(begin, 0.3, 0.4), (run, 0.4, 7.95)], kind=Kind.HELPER, exitcode=0),
    ]
    starts = [
        start(
            one.parent,
            one.id,
            one.slices[0].begin.ts_ns / 1e9 - BEGIN_NS / 1e9 - 0.1,
            one.slices[0].begin.ts_ns / 1e9 - BEGIN_NS / 1e9,
        )
        for one in lives
        if one.parent
    ]
    signals = [
        sent(1, 7, 3.6, "SIGTERM"),
        sent(1, 8, 2.6, "SIGTERM"),
        sent(1, 8, 6.5, "SIGKILL"),
        sent(1, 6, 4.25, "SIGTERM"),
        Flow(FlowKind.WAIT, 3, ns(2.1), 4, ns(2.25)),
    ]
    made = timeline(*lives, flows=starts + signals, last=8.2)
    made.samples = samples(made)
    return made


def samples(made: Timeline, interval_s: float = 0.05) -> list[Samples]:
    """A sample of every living process per tick, of a plausible shape."""
    ticks = []
    for number in range(int((made.last_ns - made.begin_ns) / 1e9 / interval_s)):
        t = ns(number * interval_s)
        alive = [
            one
            for one in made.lives.values()
            if one.slices and one.slices[0].begin.ts_ns <= t and (one.ended is None or t <= one.ended.ts_ns)
        ]
        cpu: list[float | None] = [
            None
            if t - one.slices[0].begin.ts_ns < interval_s * 1e9
            else max(
                0.0, min(100.0, 15.0 * (one.id % 7) + 8 * math.sin(number * 0.9 + one.id) + 4 * math.sin(number * 2.3))
            )
            for one in alive
        ]
        rss: list[int | None] = [
            15_000 + 1_500 * one.id + int(9_000 * (1 - math.exp(-(t - one.slices[0].begin.ts_ns) / 1e9)))
            for one in alive
        ]
        ticks.append(Samples(t=t, p=[one.id for one in alive], c=cpu, r=rss))
    return ticks
