"""Real runs for the recorder's tests: a program's text in, its records out; and proof that nothing of it is left."""

from __future__ import annotations

import os
import platform
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest

from procviz.recorder.client import RecorderClient
from procviz.recorder.job import Job
from procviz.recorder.system_calls.proc_connector import KernelWitness
from procviz.trace.file import Recording, fill_samples
from procviz.trace.folding.fold import fold
from procviz.trace.records import AnyRecord, Described, Ended, Header, Interpreter, Output, Program, Record
from procviz.trace.timeline import Timeline

DEADLINE_S = 60.0  # that nothing hangs for ever; no test is about how quick the machine is
HERE = Interpreter(executable=sys.executable, version=platform.python_version(), implementation="cpython")

R = TypeVar("R", bound=Record)


class Records(list[AnyRecord]):
    """The records of a run, with questions that tests ask."""

    def of(self, kind: type[R]) -> list[R]:
        """All records of one kind, in the order of the file."""
        return [record for record in self if isinstance(record, kind)]

    def named(self, name: str) -> int:
        """The number of the process with this name."""
        return next(record.p for record in self.of(Described) if record.name == name)

    def end(self, p: int) -> Ended:
        """The last that is known of a process's end."""
        return [record for record in self.of(Ended) if record.p == p][-1]

    def timeline(self) -> Timeline:
        """The picture that they give."""
        header, *rest = self
        assert isinstance(header, Header)
        return fold(Recording(header, fill_samples(rest)))

    def text(self, p: int | None = None, *, every: bool = False) -> str:
        """What a process printed, or with `every` all that was printed."""
        return "".join(record.text or "" for record in self.of(Output) if every or record.p == p)


@cache
def no_kernel() -> str | None:
    """Why the kernel's events are not to be had here; None where they are."""
    try:
        KernelWitness.open().close()
    except OSError as error:
        return f"NOT TESTED: no kernel events here ({error.strerror or error})"
    return None


@pytest.fixture(params=["kernel", "pidfd"])
def witness(request: pytest.FixtureRequest) -> str:
    """Both ways to watch."""
    if request.param == "kernel" and (reason := no_kernel()) is not None:
        pytest.skip(reason)
    return str(request.param)


@pytest.fixture
def job(tmp_path: Path) -> Callable[..., Job]:
    """A job from a program's text."""

    def make(text: str, **fields: Any) -> Job:
        path = tmp_path / "program.py"
        path.write_text(textwrap.dedent(text))
        program = Program(argv=[str(path)], cwd=str(tmp_path), title="program", path=str(path))
        fields.setdefault("interpreter", HERE)
        fields.setdefault("script", str(path))
        return Job(program=program, **fields)

    return make


@pytest.fixture
def start(job: Callable[..., Job]) -> Iterator[Callable[..., RecorderClient]]:
    """Start a run; it is ended after the test."""
    clients: list[RecorderClient] = []

    def begin(text: str, **fields: Any) -> RecorderClient:
        client = RecorderClient(job(text, **fields))
        clients.append(client)
        client.start()
        return client

    yield begin
    for client in clients:
        client.close()


@pytest.fixture
def record(start: Callable[..., RecorderClient]) -> Callable[..., Records]:
    """Record a program to its end."""

    def whole(text: str, **fields: Any) -> Records:
        return finish(start(text, **fields))

    return whole


def finish(client: RecorderClient, records: Records | None = None) -> Records:
    """Everything that still comes."""
    records = Records() if records is None else records
    until = time.monotonic() + DEADLINE_S
    while not client.finished:
        assert time.monotonic() < until, f"still running after {len(records)} records"
        records += client.wait(0.1)
    return records


def until_said(client: RecorderClient, text: str, times: int = 1) -> Records:
    """Read until the program has printed this so often."""
    records = Records()
    end = time.monotonic() + DEADLINE_S
    while records.text(every=True).count(text) < times:
        assert time.monotonic() < end, f"never said {text!r}: {records.text(every=True)!r}"
        assert not client.finished, f"ended without {text!r}: {records.text(every=True)!r}"
        records += client.wait(0.1)
    return records


def marked(token: str) -> list[int]:
    """The pids of every living process that carries this run's token."""
    mark = f"PROCVIZ_RUN={token}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
            except OSError:
                continue
    return found


def token_of(pid: int) -> str:
    """The run that a process belongs to."""
    variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return next(part for part in variables if part.startswith(b"PROCVIZ_RUN=")).partition(b"=")[2].decode()


def wait_until(fact: Callable[[], bool], within_s: float, what: str) -> float:
    """Wait for a fact; returns how long it took."""
    begin = time.monotonic()
    while not fact():
        assert time.monotonic() - begin < within_s, what
        time.sleep(0.005)
    return time.monotonic() - begin


def soonest_ns(measure_ns: Callable[[], int], wanted_ns: int, times: int = 5) -> int:
    """The least of several measurements, of no more than it takes: a busy machine comes late to some, never to all."""
    least_ns = measure_ns()
    while least_ns > wanted_ns and (times := times - 1):
        least_ns = min(least_ns, measure_ns())
    return least_ns


def run_folders() -> list[str]:
    """The private folders of runs that exist now."""
    folder = os.environ["XDG_RUNTIME_DIR"]
    return [name for name in os.listdir(folder) if name.startswith("procviz-run-")]
