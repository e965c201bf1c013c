"""On Windows itself: whoever of a run is killed, at whatever moment, its job leaves nothing; and runs leave each other.

A moment is a number of lines that the program has printed: no clock decides what is there when somebody is killed.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.skipif(sys.platform != "win32", reason="a job object of Windows")
DEADLINE_S = 30.0
PROGRAM = """
    import multiprocessing, subprocess, sys, time

    def work(depth):
        if depth:
            multiprocessing.Process(target=work, args=(depth - 1,)).start()
        print("child", flush=True)
        time.sleep(SECONDS)

    if __name__ == "__main__":
        print("main", flush=True)
        for _ in range(2):
            multiprocessing.Process(target=work, args=(1,)).start()
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(SECONDS)"], creationflags=0x8)  # detached
        print("detached", flush=True)
        time.sleep(SECONDS)
"""
LINES = 6  # of all of it


@contextlib.contextmanager
def recorded(folder: Path, seconds: int) -> Iterator[subprocess.Popen[str]]:
    """A run under `procviz record`, whose lines come out as they are printed."""
    folder.mkdir()
    program = folder / "program.py"
    program.write_text(textwrap.dedent(PROGRAM).replace("SECONDS", str(seconds)), encoding="utf-8")
    command = [sys.executable, "-m", "procviz", "record", "-o", str(folder / "run.procviz"), str(program)]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as client:
        try:
            yield client
        finally:
            client.kill()


def below(pids: set[int]) -> dict[int, list[str]]:
    """The living among these and everybody below them, with their command lines; Windows keeps a dead parent's pid."""
    found: dict[int, list[str]] = {}
    everybody = {process.pid: process for process in psutil.process_iter()}
    parents = {}
    for pid, process in everybody.items():
        with contextlib.suppress(psutil.Error, OSError):
            parents[pid] = process.ppid()
    waiting = list(pids)
    while waiting:
        pid = waiting.pop()
        waiting += [child for child, parent in parents.items() if parent == pid and child not in found]
        if pid in everybody:
            found[pid] = []
            with contextlib.suppress(psutil.Error, OSError):
                found[pid] = everybody[pid].cmdline()
    return found


def those_of(victim: str, client: subprocess.Popen[str]) -> list[int]:
    """Who is to be killed; waits until the recorder is there, for the client is there first."""
    until = time.monotonic() + DEADLINE_S
    while time.monotonic() < until:
        recorders = [pid for pid, command in below({client.pid}).items() if "--pipes" in command]
        if recorders:
            return {"client": [client.pid], "recorder": recorders, "both": [client.pid, *recorders]}[victim]
    raise AssertionError("no recorder")


@pytest.mark.parametrize("victim", ["client", "recorder", "both"])
@pytest.mark.parametrize("lines", [0, 1, 3, LINES])
def test_nothing_is_left(victim: str, lines: int, tmp_path: Path) -> None:
    with recorded(tmp_path / "run", 60) as client:
        assert client.stdout is not None
        for _ in range(lines):
            assert client.stdout.readline()
        victims = those_of(victim, client)
        family = {client.pid, *victims, *below({client.pid})}
        for pid in victims:
            psutil.Process(pid).kill()
        until = time.monotonic() + DEADLINE_S
        while (left := below(family)) and time.monotonic() < until:
            family |= set(left)
        assert not left
        assert len(family) >= 2 or not lines  # at first not even the recorder need be known as the client's child


def test_one_run_outlives_another(tmp_path: Path) -> None:
    with recorded(tmp_path / "one", 60) as one, recorded(tmp_path / "two", 4) as two:
        assert one.stdout is not None
        assert two.stdout is not None
        for _ in range(LINES):
            assert one.stdout.readline()
        one.kill()
        printed = two.stdout.read().split()
        assert len(printed) == LINES
        assert two.wait(DEADLINE_S) == 0
