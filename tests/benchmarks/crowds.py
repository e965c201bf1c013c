"""What a recorder costs with many processes: its CPU beside the psutil calls alone, its memory, and whom it loses."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from pathlib import Path

import psutil

from procviz.recorder.client import RecorderClient
from procviz.recorder.job import Job
from procviz.trace.records import Began, Interpreter, Note, Program
from tests.benchmarks.figures import HERE, Figure
from tests.truth.compare import compare
from tests.truth.kernel_account import KernelAccount, why_not

HUNDRED = 100
TICK_S = 0.05
SETTLE_S = 3.0
LOOK_S = 6.0
WANTED_RATIO = 1.3
WANTED_BUDGET_PERCENT = 5.0
WANTED_MEMORY_MB = 200.0
_UNBOUND_PERCENT = 100.0


def hundred() -> list[Figure]:
    """CPU of the recorder with a hundred sleeping processes, sampled as often as asked for, then within its budget."""
    recorder, alone, _bent = _look(_UNBOUND_PERCENT)
    within, _alone, bent = _look(WANTED_BUDGET_PERCENT)
    reference = "the psutil calls alone, same processes, same time"
    budget = f"its budget; {'it said that it samples less often' if bent else 'no need to sample less often'}"
    return [
        Figure(f"recorder, {HUNDRED} processes at 20 Hz", recorder, "% CPU", reference, alone, WANTED_RATIO * alone),
        Figure("the same with its usual budget", within, "% CPU", budget, None, WANTED_BUDGET_PERCENT * 1.1),
    ]


def _look(budget_percent: float) -> tuple[float, float, bool]:
    """Percent of a core: the recorder's, that of psutil calls alone; and whether the recorder bent its rate."""
    client = RecorderClient(_job(["100", "100", "600"], budget_percent=budget_percent))
    client.start()
    try:
        began: list[Began] = []
        until = time.monotonic() + 60
        while len(began) <= HUNDRED:
            assert time.monotonic() < until, "the hundred processes do not begin"
            began += [record for record in client.wait(0.1) if isinstance(record, Began)]
        time.sleep(SETTLE_S)
        notes = client.read()
        recorder = psutil.Process(began[0].ppid)
        before = sum(recorder.cpu_times()[:2])
        start = time.monotonic()
        alone = _psutil_alone([psutil.Process(one.pid) for one in began[1:]])
        share = (sum(recorder.cpu_times()[:2]) - before) / (time.monotonic() - start) * 100
        notes += client.read()
    finally:
        client.close()
    return share, alone, any(isinstance(one, Note) and one.note == "rate-bent" for one in notes)


def _psutil_alone(processes: list[psutil.Process]) -> float:
    began, used = time.monotonic(), time.thread_time()
    due = began
    while time.monotonic() < began + LOOK_S:
        for process in processes:
            with process.oneshot():
                process.cpu_times()
                process.memory_info()
        due += TICK_S
        time.sleep(max(0.0, due - time.monotonic()))
    return (time.thread_time() - used) / (time.monotonic() - began) * 100


def many() -> list[Figure]:
    """The short form: a thousand processes, three hundred of them at once."""
    return _crowd(1000, 300, 12)


def many_in_full() -> list[Figure]:
    """Five thousand in a minute, a thousand of them at once."""
    return _crowd(5000, 1000, 60)


def _crowd(total: int, alive: int, seconds: float) -> list[Figure]:
    reason = why_not()
    if reason is not None:
        return [Figure("NOT MEASURED: crowds", 0, "", f"NO ACCOUNT OF THE KERNEL HERE: {reason}", None)]
    return [
        figure
        for witness in ("kernel", "pidfd")
        for figure in _crowd_by(witness, [str(total), str(alive), str(seconds)])
    ]


def _crowd_by(witness: str, arguments: list[str]) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "crowd.procviz"
        client = RecorderClient(_job(arguments, witness=witness, recording=str(path)))
        with KernelAccount() as account:
            client.start()
            while not client.finished:
                client.wait(0.5)
        client.close()
        compared = compare(path, account, 0)
        megabytes = path.stat().st_size / 1e6
    total, alive, seconds = arguments
    what = f"{witness}: {total} processes in {seconds} s, {alive} at once"
    there = len(compared.pairs) + len(compared.missed)
    wrong = sum(pair.told["exitcode"] != pair.truth.exitcode for pair in compared.pairs)
    recorder = account.of(compared.timeline.lives[1].ppid)[0]
    counted = "processes in the kernel's account"
    figures = [
        Figure(f"{what}: lost", len(compared.missed), "", counted, there, 0),
        Figure(f"{what}: wrong codes", wrong, "", counted, there, 0),
        Figure(f"{what}: recording", megabytes, "MB", "no reference", None),
    ]
    if recorder.peak_bytes is not None and recorder.cpu_ns is not None:
        share = recorder.cpu_ns / 1e7 / float(seconds)
        figures.append(
            Figure(f"{what}: memory", recorder.peak_bytes / 1e6, "MB", "no reference", None, WANTED_MEMORY_MB)
        )
        figures.append(Figure(f"{what}: recorder", share, "% CPU", "no reference", None))
    return figures


def _job(arguments: list[str], **fields: object) -> Job:
    path = str(HERE / "programs" / "many.py")
    program = Program(argv=[path, *arguments], cwd=os.getcwd(), title="many", path=path)
    here = Interpreter(executable=sys.executable, version=platform.python_version(), implementation="cpython")
    return Job(program=program, interpreter=here, script=path, args=arguments, **fields)  # type: ignore[arg-type]
