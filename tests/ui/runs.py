"""A small run as records: main starts one child, both print, both end."""

from __future__ import annotations

from procviz.trace.records import (
    FORMAT,
    AnyRecord,
    Began,
    Described,
    Ended,
    Finished,
    Header,
    Interpreter,
    Output,
    Platform,
    Program,
    Reaped,
    Samples,
    Step,
    Witness,
)

MS = 1_000_000
BEGIN = 1_000 * MS
SOURCE = 'COUNT = 3  #@param {type:"slider", min:1, max:8, step:1}\nprint(COUNT)\n'


def header(lesson: str | None = None, source: str = SOURCE) -> Header:
    return Header(
        format=FORMAT,
        procviz="0",
        monotonic_ns=BEGIN,
        unix_ns=1_700_000_000_000_000_000,
        program=Program(argv=["mine.py"], cwd="/", title="mine.py", source=source, lesson=lesson),
        interpreter=Interpreter(
            executable="python3", version="3.11.7", implementation="cpython", default_start_method="fork"
        ),
        platform=Platform(system="Linux", release="6", machine="x86_64", cpu_count=2),
        interval_ns=50 * MS,
        witness="kernel",
        probe=True,
        output="terminal",
    )


def records(lesson: str | None = None) -> list[AnyRecord]:
    """The run from its header to its end."""
    t = BEGIN
    return [
        header(lesson),
        Began(t=t, p=1, pid=100, ppid=99, w=Witness.KERNEL),
        Described(t=t, p=1, w=Witness.CALL, name="MainProcess", kind="main"),
        Step(t=t + 20 * MS, p=1, step="up"),
        Output(t=t + 30 * MS, p=1, stream="stdout", text="hello from main\n"),
        Began(t=t + 100 * MS, p=2, pid=101, ppid=100, parent=1, w=Witness.KERNEL),
        Described(
            t=t + 100 * MS,
            p=2,
            w=Witness.CALL,
            name="worker-1",
            kind="multiprocessing",
            start_method="fork",
            daemon=False,
        ),
        Step(t=t + 110 * MS, p=2, step="target-began"),
        Samples(t=t + 150 * MS, p=[1, 2], c=[None, None], r=[9000, 7000]),
        Samples(t=t + 200 * MS, p=[1, 2], c=[1.0, 99.0], r=[9000, 8000]),
        Output(t=t + 250 * MS, p=2, stream="stderr", text="hello from the child\n"),
        Step(t=t + 290 * MS, p=2, step="target-ended", outcome="returned"),
        Ended(t=t + 300 * MS, p=2, w=Witness.KERNEL, exitcode=0, cpu_seconds=0.2, max_rss_bytes=8_192_000),
        Reaped(t=t + 310 * MS, p=2, w=Witness.KERNEL, by=1, exitcode=0),
        Ended(t=t + 400 * MS, p=1, w=Witness.KERNEL, exitcode=0),
        Finished(t=t + 410 * MS, exitcode=0),
    ]
