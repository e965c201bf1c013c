"""Without the kernel's events: when a process was born, and children of which nobody tells."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from procviz.trace.records import Began, Ended, Note, Witness
from tests.recorder.conftest import Records

Recorded = Callable[..., Records]

BIRTHS = """
    import multiprocessing, subprocess, sys, time

    def nothing(): pass

    def told(make):
        earliest = time.monotonic_ns()
        pid = make()
        print("born", pid, earliest, time.monotonic_ns())

    def start():
        process = multiprocessing.get_context("METHOD").Process(target=nothing)
        process.start()
        started.append(process)
        return process.pid

    if __name__ == "__main__":
        started = []
        for _ in range(4):
            told(start)
        told(lambda: subprocess.Popen([sys.executable, "-c", "pass"]).pid)
        for process in started:
            process.join()
"""


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_births_lie_within_the_call_that_caused_them(record: Recorded, method: str) -> None:
    records = record(BIRTHS.replace("METHOD", method), witness="pidfd")
    told = [line.split() for line in records.text(every=True).splitlines() if line.startswith("born ")]
    assert len(told) == 5
    began = {life.pid: life for life in records.of(Began)}
    for _word, pid, earliest, latest in told:
        life = began[int(pid)]
        assert life.w is Witness.CALL
        assert life.precision_ns is not None
        assert int(earliest) <= life.t - life.precision_ns <= life.t <= int(latest)


def test_children_of_a_program_that_tells_nothing(record: Recorded) -> None:
    """They are looked for; that some may be missed is said."""
    records = record(
        """
        import subprocess, sys
        child = "import os, time; p = os.fork(); p or os._exit(6); time.sleep(1.5); os.waitpid(p, 0)"
        subprocess.run([sys.executable, "-I", "-S", "-c", child])
        """,
        witness="pidfd",
    )
    parents = {life.p: life.parent for life in records.of(Began)}
    assert parents == {1: None, 2: 1, 3: 2}
    assert records.end(3).exitcode == 6
    assert any(note.note == "short-lived-may-be-missed" for note in records.of(Note))


def test_a_shell_that_os_system_runs(record: Recorded) -> None:
    records = record("import os\nfor _ in range(5): os.system('sleep 0.05; exit 3')", witness="pidfd")
    first: dict[int, Began] = {}
    for life in records.of(Began):
        if life.parent == 1:
            first.setdefault(life.p, life)
    assert [records.end(p).exitcode for p in first] == [3] * 5
    precisions_ns = [life.precision_ns for life in first.values() if life.precision_ns is not None]
    assert min(precisions_ns) < 50_000_000  # a busy machine may come late to some of them, never to all


def test_a_short_child_of_posix_spawn(record: Recorded) -> None:
    records = record(
        """
        import os
        for code in range(20):
            os.waitpid(os.posix_spawn("/bin/sh", ["sh", "-c", f"exit {code}"], os.environ), 0)
        """,
        witness="pidfd",
    )
    assert len({life.pid for life in records.of(Began)}) == 21
    ends = {end.p: end.exitcode for end in records.of(Ended)}
    assert sorted(code for p, code in ends.items() if p != 1 and code is not None) == list(range(20))
