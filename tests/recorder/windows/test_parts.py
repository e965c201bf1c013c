"""The recorder's Windows parts, run on a Linux that looks like Windows to them (`programs/as_windows.py`).

That kernel32 itself does what its documentation says can only be seen on Windows, above all that a job ends everybody
in it when its only handle goes.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import procviz
from procviz.recorder import pipe_socket
from procviz.recorder import recorder_process as process_module
from procviz.recorder.client import RecorderClient
from procviz.recorder.windows.api import Kernel32, Limits, Port
from procviz.recorder.windows.inbox import FolderInbox
from procviz.recorder.windows.launch import real_interpreter
from procviz.trace.file import Recording
from procviz.trace.folding.fold import fold
from procviz.trace.problem import Problem
from procviz.trace.records import Act, Began, Ended, Finished, Header, Interpreter, Note, Reaped, Witness
from procviz.trace.timeline import State
from tests.recorder.conftest import DEADLINE_S, Records, finish, marked, run_folders, token_of, until_said, wait_until
from tests.recorder.pretending import ENDS, pretend

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a Linux that pretends")


@pytest.fixture
def as_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, "Windows")
    monkeypatch.setattr(process_module, "_start", pipe_socket.start_recorder)


@pytest.mark.usefixtures("as_windows")
def test_every_end_is_known(record: Callable[..., Records]) -> None:
    records = record(ENDS.format(method="spawn"))
    header = records.of(Header)[0]
    assert (header.witness, header.changed[:2]) == ("job", ["environment", "own-job"])
    assert [records.end(records.named(name)).exitcode for name in ("plain", "three", "stuck")] == [0, 3, -15]
    assert (records.end(1).exitcode, records.end(1).w) == (5, Witness.OS)
    assert records.of(Finished)[0].exitcode == 5
    assert records.text(1) == "main speaks\n"
    assert not records.of(Note)


@pytest.mark.usefixtures("as_windows")
def test_there_are_no_zombies(record: Callable[..., Records]) -> None:
    records = record(
        """
        import subprocess, time
        child = subprocess.Popen(["sleep", "0.1"])
        time.sleep(0.5)
        child.wait()
        """
    )
    child = next(one for one in records.of(Began) if one.parent == 1)
    ended = records.end(child.p)
    assert [one.t for one in records.of(Reaped) if one.p == child.p and one.w is not Witness.CALL] == [ended.t]
    timeline = fold(Recording(records.of(Header)[0], records[1:]))
    assert State.ZOMBIE not in {one.state for life in timeline.lives.values() for one in life.slices}


@pytest.mark.usefixtures("as_windows")
@pytest.mark.parametrize("way", ["stop", "client"])
def test_nothing_is_left(start: Callable[..., RecorderClient], way: str) -> None:
    client = start(
        """
        import os, signal, subprocess, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        subprocess.Popen(["sh", "-c", "setsid nohup sleep 60 & echo ready; sleep 60"])
        time.sleep(60)
        """
    )
    records = until_said(client, "ready")
    token = token_of(records.of(Began)[0].pid)
    assert len(marked(token)) >= 3
    if way == "stop":
        client.stop()
        finish(client, records)
        assert [(one.act, one.signal) for one in records.of(Act)] == [("stop", signal.SIGTERM)]
        assert records.end(1).exitcode == -15
        # Whoever went before a handle of it was opened has a code that nobody saw.
        assert {one.exitcode for one in records.of(Ended)} <= {-15, None}
    else:
        client.close()
    assert not marked(token)
    wait_until(lambda: not run_folders(), DEADLINE_S, "the folder is left")


@pytest.mark.usefixtures("as_windows")
def test_one_process_is_ended_and_stopped_and_resumed(start: Callable[..., RecorderClient]) -> None:
    client = start(
        """
        import multiprocessing, time

        def count():
            print("counting", flush=True)
            time.sleep(60)

        if __name__ == "__main__":
            child = multiprocessing.get_context("spawn").Process(target=count, name="count")
            child.start()
            child.join()
            print("code", child.exitcode)
        """
    )
    records = until_said(client, "counting")
    p = records.named("count")
    for act in ("suspend", "resume", "interrupt", "terminate"):
        client.act(p, act)
    finish(client, records)
    assert [(one.act, one.signal) for one in records.of(Act)] == [
        ("suspend", None),
        ("resume", None),
        ("terminate", 15),
    ]
    assert records.end(p).exitcode == -15
    assert records.of(Finished)[0].exitcode == 0


@pytest.mark.usefixtures("as_windows")
def test_a_program_that_cannot_be_started_is_a_problem(start: Callable[..., RecorderClient], tmp_path: Path) -> None:
    broken = tmp_path / "python.exe"
    broken.write_bytes(b"MZ")
    broken.chmod(0o755)
    interpreter = Interpreter(executable=str(broken), version="3.11.0", implementation="cpython")
    client = start("", interpreter=interpreter)
    with pytest.raises(Problem):
        finish(client)


class Library(SimpleNamespace):
    """A kernel32 of which a test says what it answers; everything else fails."""

    def __getattr__(self, name: str) -> Any:
        answer = lambda *arguments: None  # noqa: E731
        setattr(self, name, answer)
        return answer


def _api(**answers: Callable[..., Any]) -> Kernel32:
    return Kernel32(Library(**answers), lambda: 5)


@pytest.mark.skipif(ctypes.sizeof(ctypes.c_void_p) != 8, reason="the sizes of 64 bits")
def test_structures_are_laid_out_as_documented() -> None:
    assert ctypes.sizeof(Limits) == 144
    assert (Limits.LimitFlags.offset, Limits.IoInfo.offset, Limits.PeakJobMemoryUsed.offset) == (16, 64, 136)
    assert (ctypes.sizeof(Port), Port.CompletionPort.offset) == (16, 8)


def test_the_job_kills_when_it_is_closed() -> None:
    asked = []

    def set_information(job: int, kind: int, information: Any, size: int) -> int:
        asked.append((kind, information._obj.LimitFlags, size))
        return 1

    assert _api(CreateJobObjectW=lambda *_: 7, SetInformationJobObject=set_information).create_job() == 7
    assert asked == [(9, 0x2000, ctypes.sizeof(Limits))]


def test_a_call_that_fails_says_which_and_why() -> None:
    with pytest.raises(OSError, match="AssignProcessToJobObject failed with Windows error 5"):
        _api().join_job(7)


def test_a_job_of_any_size_is_listed() -> None:
    everybody = list(range(100, 1100))

    def query(job: int, kind: int, told: Any, size: int, needed: None) -> int:
        told._obj.Assigned = len(everybody)
        if len(told._obj.Ids) < len(everybody):
            return 0
        told._obj.Listed = len(everybody)
        told._obj.Ids[: len(everybody)] = everybody
        return 1

    api = Kernel32(Library(QueryInformationJobObject=query), lambda: 234)
    assert api.job_members(7) == everybody


def test_file_times_become_wall_clock_times() -> None:
    def times(process: int, *answers: Any) -> int:
        told = (116_444_736_000_000_000, 116_444_736_010_000_000, 2_500_000, 7_500_000)
        for answer, value in zip(answers, told, strict=True):
            answer._obj.value = value
        return 1

    told = _api(GetProcessTimes=times).times(3)
    assert (told.began, told.ended, told.cpu_seconds) == (0, 10_000_000, 1.0)


def test_a_process_that_may_not_be_ended_can_still_be_watched() -> None:
    asked = []

    def open_process(rights: int, inherit: int, pid: int) -> int | None:
        asked.append(rights)
        return None if rights & 1 else 55

    assert _api(OpenProcess=open_process).open_process(9) == 55
    assert asked == [0x101401, 0x101001, 0x101000]
    assert _api().open_process(9) is None


def test_the_interpreter_behind_a_virtual_environment_is_found(tmp_path: Path) -> None:
    real, venv = tmp_path / "Python 3.12", tmp_path / "venv"
    real.mkdir()
    (venv / "Scripts").mkdir(parents=True)
    launcher = venv / "Scripts" / "python.exe"
    for path in (real / "python.exe", launcher):
        path.touch()
    assert real_interpreter(str(real / "python.exe")) == (str(real / "python.exe"), {})
    assert real_interpreter(str(launcher)) == (str(launcher), {})
    (venv / "pyvenv.cfg").write_text(f"home = {real}\ninclude-system-site-packages = false\nversion = 3.10.1\n")
    expected = (str(real / "python.exe"), {"__PYVENV_LAUNCHER__": str(launcher)})
    assert real_interpreter(str(launcher)) == expected
    (venv / "pyvenv.cfg").write_text(f"Home = {tmp_path}\nexecutable = {real / 'python.exe'}\n")
    assert real_interpreter(str(launcher)) == expected


def _event(t: int, e: str = "hello") -> str:
    return f'{{"e":"{e}","t":{t},"pid":1}}\n'


@pytest.mark.parametrize("open_files", [100, 1])
def test_all_files_of_the_folder_are_read_in_the_order_of_time(tmp_path: Path, open_files: int) -> None:
    inbox = FolderInbox(str(tmp_path), open_files)
    (tmp_path / "owner").write_text("1 2")
    assert inbox.read() == []
    (tmp_path / "events-1-1").write_text(_event(3) + _event(5) + _event(7)[:9])
    (tmp_path / "events-2-2").write_text(_event(4) + "no event\n")
    assert [event.t for event in inbox.read()] == [3, 4, 5]
    with open(tmp_path / "events-1-1", "a") as file:
        file.write(_event(7)[9:])
    with open(tmp_path / "events-2-2", "a") as file:
        file.write(_event(6))
    assert [event.t for event in inbox.read()] == [6, 7]
    assert inbox.read() == []
    inbox.close()


def test_the_probe_gives_each_thread_a_file_where_appending_is_no_single_step(tmp_path: Path) -> None:
    code = """
        import os, sys, threading
        os.O_BINARY, os.O_NOINHERIT, sys.platform = 0, os.O_CLOEXEC, "win32"
        from procviz_event_writer import tell
        tell("hello")
        thread = threading.Thread(target=tell, args=["exit-began"])
        thread.start()
        thread.join()
        print(os.getpid(), thread.native_id)
    """
    environment = {**os.environ, "PROCVIZ_EVENTS": str(tmp_path / "events")}
    environment["PYTHONPATH"] = str(Path(procviz.__file__).parent / "probe")
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], env=environment, capture_output=True, text=True, check=True
    )
    pid, thread = told.stdout.split()
    assert {path.name for path in tmp_path.iterdir()} == {f"events-{pid}-{pid}", f"events-{pid}-{thread}"}
    assert [event.e for event in FolderInbox(str(tmp_path)).read()] == ["hello", "exit-began"]
