"""A recording made up: 100 processes that work, wait and end, and 10,000 ticks of samples of all of them."""

from __future__ import annotations

from collections.abc import Iterator

from procviz.trace.records import (
    FORMAT,
    AnyRecord,
    Began,
    Call,
    Called,
    Described,
    Ended,
    Finished,
    Header,
    Interpreter,
    Platform,
    Program,
    Reaped,
    Samples,
    Step,
    Witness,
)

ROWS = 100
TICKS = 10_000
TICK_NS = 50_000_000
LAST_NS = TICKS * TICK_NS
MAIN = 1


def records() -> Iterator[AnyRecord]:
    """Header first, in the order of time as far as the fold wants it."""
    yield _header()
    yield Began(t=0, p=MAIN, pid=1000, ppid=1, w=Witness.KERNEL, precision_ns=0)
    yield Described(t=0, p=MAIN, w=Witness.CALL, name="MainProcess", kind="main")
    for child in range(MAIN + 1, ROWS + 1):
        yield from _begin(child)
    yield from _ticks()
    for child in range(MAIN + 1, ROWS + 1):
        yield from _end(child)
    yield Ended(t=LAST_NS, p=MAIN, w=Witness.KERNEL, precision_ns=0, exitcode=0)
    yield Finished(t=LAST_NS, exitcode=0)


def _header() -> Header:
    return Header(
        format=FORMAT,
        procviz="0",
        monotonic_ns=0,
        unix_ns=0,
        program=Program(argv=["many.py"], cwd="", title="many.py"),
        interpreter=Interpreter(executable="python", version="3.11.0", implementation="cpython"),
        platform=Platform(system="Linux", release="", machine="", cpu_count=2),
        interval_ns=TICK_NS,
        witness="kernel",
        probe=True,
        output="terminal",
    )


def _begin(p: int) -> Iterator[AnyRecord]:
    t = p * 10_000_000
    yield Call(t=t - 1_000_000, p=MAIN, call=p, name="start")
    yield Began(t=t, p=p, pid=1000 + p, ppid=1000, parent=MAIN, w=Witness.KERNEL, precision_ns=0)
    yield Called(t=t + 500_000, p=MAIN, call=p, target=p)
    yield Described(t=t, p=p, w=Witness.CALL, name=f"worker-{p}", kind="multiprocessing", start_method="fork")
    yield Step(t=t + 2_000_000, p=p, step="target-began")
    for wait in range(3):
        moment = t + (wait + 1) * LAST_NS // 5
        yield Call(t=moment, p=p, call=1000 * p + wait, name="join")
        yield Called(t=moment + LAST_NS // 20, p=p, call=1000 * p + wait, result=0)


def _ticks() -> Iterator[AnyRecord]:
    everybody = list(range(1, ROWS + 1))
    for tick in range(1, TICKS):
        cpu: list[float | None] = [round((tick * (p % 7 + 1) * 0.37 + p) % 100, 1) for p in everybody]
        rss: list[int | None] = [14_000 + (tick * p) % 9_000 for p in everybody]
        yield Samples(t=tick * TICK_NS, p=everybody, c=cpu, r=rss)
    yield Samples(t=LAST_NS, p=everybody, c=[0.0] * ROWS, r=[14_000] * ROWS)


def _end(p: int) -> Iterator[AnyRecord]:
    t = LAST_NS - (ROWS - p) * 20_000_000 - 1_000_000_000
    yield Step(t=t, p=p, step="target-ended", outcome="returned", exitcode=0)
    yield Ended(t=t + 1_000_000, p=p, w=Witness.KERNEL, precision_ns=0, exitcode=0)
    yield Reaped(t=t + 50_000_000, p=p, w=Witness.KERNEL, by=MAIN, exitcode=0)
