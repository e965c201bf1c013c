"""Executors and pools whose workers are ended, interrupted or fail at once: by whom, in which line, what was likely."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from procviz.trace.findings.all_findings import Finding, FindingKind, find
from procviz.trace.records import Header, Interpreter
from procviz.trace.timeline import Timeline
from procviz.wording.findings.sentences import sentence
from tests.probe.subject import python_of
from tests.recorder.conftest import Records

Recorded = Callable[..., Records]

WORKERS_ENDED = """
    import concurrent.futures, multiprocessing, sys

    def works(ready):
        ready.set()
        multiprocessing.Event().wait()

    if __name__ == "__main__":
        context = multiprocessing.get_context("{method}")
        with context.Manager() as manager:
            ready = manager.Event()
            executor = concurrent.futures.ProcessPoolExecutor(1, mp_context=context)
            future = executor.submit(works, ready)
            ready.wait()
            executor.{call}()
            future.exception()
            executor.shutdown()
"""
INTERRUPTED = """
    import multiprocessing

    def works(ready):
        ready.set()
        multiprocessing.Event().wait()

    if __name__ == "__main__":
        context = multiprocessing.get_context("{method}")
        ready = context.Event()
        child = context.Process(target=works, args=(ready,), name="worker")
        child.start()
        ready.wait()
        child.interrupt()
        child.join()
"""
NO_BEGIN = """
    import concurrent.futures, multiprocessing

    def fails(): raise ValueError("no settings")

    if __name__ == "__main__":
        context = multiprocessing.get_context("{method}")
        with concurrent.futures.ProcessPoolExecutor(1, initializer=fails, mp_context=context) as executor:
            executor.submit(abs, 1).exception()
"""


def _of(timeline: Timeline, kind: FindingKind) -> list[Finding]:
    return [finding for finding in find(timeline) if finding.kind is kind]


def _record(record: Recorded, text: str, minor: int, witness: str) -> Timeline:
    python = Interpreter(executable=python_of(minor), version=f"3.{minor}.0", implementation="cpython")
    return record(text, interpreter=python, witness=witness).timeline()


def _line_of(folder: Path, text: str) -> int:
    return next(
        number for number, line in enumerate((folder / "program.py").read_text().splitlines(), 1) if text in line
    )


@pytest.mark.parametrize("minor", [14, 15])
@pytest.mark.parametrize("method", ["fork", "forkserver"])
@pytest.mark.parametrize("call", ["terminate_workers", "kill_workers"])
def test_an_executor_that_ends_its_workers_itself(
    record: Recorded, witness: str, minor: int, method: str, call: str, tmp_path: Path
) -> None:
    timeline = _record(record, WORKERS_ENDED.format(method=method, call=call), minor, witness)
    [worker] = [life for life in timeline.lives.values() if life.target == "concurrent.futures.process._process_worker"]
    how = FindingKind.TERMINATE if call == "terminate_workers" else FindingKind.KILL
    [ended] = [finding for finding in _of(timeline, how) if finding.processes[0] == worker.id]
    assert ended.processes == (worker.id, 1)
    assert ended.place is not None
    assert ended.place.line == _line_of(tmp_path, call)
    assert not _of(timeline, FindingKind.SIGTERM_IGNORED)
    for broken in _of(timeline, FindingKind.EXECUTOR_BROKEN):
        assert (broken.processes, broken.facts["own"]) == ((worker.id, 1), 1)


@pytest.mark.parametrize("minor", [14, 15])
@pytest.mark.parametrize("method", ["fork", "forkserver"])
def test_who_interrupts_whom_and_in_which_line(
    record: Recorded, witness: str, minor: int, method: str, tmp_path: Path
) -> None:
    timeline = _record(record, INTERRUPTED.format(method=method), minor, witness)
    [finding] = _of(timeline, FindingKind.CHILD_FAILED)
    assert finding.names == ("worker", None)
    assert (finding.facts["signal"], finding.facts["sent_line"]) == ("SIGINT", _line_of(tmp_path, "interrupt()"))
    assert finding.place is not None
    assert finding.place.line in (_line_of(tmp_path, "ready.set()"), _line_of(tmp_path, ".Event().wait()"))
    assert sentence(finding).startswith("main sent SIGINT to worker at ")


@pytest.mark.parametrize(("minor", "method"), [(11, "fork"), (11, "spawn"), (14, "forkserver")])
def test_an_initializer_that_fails_is_likely_and_names_the_worker(
    record: Recorded, witness: str, minor: int, method: str
) -> None:
    timeline = _record(record, NO_BEGIN.format(method=method), minor, witness)
    [broken] = _of(timeline, FindingKind.EXECUTOR_BROKEN)
    worker = timeline.lives[broken.processes[0]]
    assert (worker.target, worker.exitcode) == ("concurrent.futures.process._process_worker", 0)
    assert (broken.facts["idle"], broken.facts["own"], broken.processes[1]) == (1, 0, 1)


@pytest.mark.parametrize(("minor", "used"), [(13, False), (14, True), (15, True)])
def test_what_the_probe_takes_of_sys_monitoring_is_said(record: Recorded, minor: int, used: bool) -> None:
    python = Interpreter(executable=python_of(minor), version=f"3.{minor}.0", implementation="cpython")
    text = """
        import sys
        tools = [sys.monitoring.get_tool(number) for number in range(6)]
        print("procviz" in tools)
    """
    records = record(text, interpreter=python)
    assert records.text(1).strip() == str(used)
    assert ("monitoring" in records.of(Header)[0].changed) is used
