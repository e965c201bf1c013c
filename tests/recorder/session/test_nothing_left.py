"""However procviz ends, every process that it started is gone within a second, and so are their files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from procviz.recorder.client import RecorderClient
from procviz.recorder.job import Job
from procviz.recorder.system_calls import process_tree
from procviz.trace.records import Act, Began, Ended, Finished, Note
from tests.recorder.conftest import DEADLINE_S, finish, marked, run_folders, token_of, until_said, wait_until

Start = Callable[..., RecorderClient]

HARD_TO_END = """
    import multiprocessing, os, signal, subprocess, sys, time

    def stubborn():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print("ready", flush=True)
        time.sleep(600)

    def stopped():
        print("ready", flush=True)
        os.kill(os.getpid(), signal.SIGSTOP)

    def twice_forked():
        if os.fork():
            os._exit(0)
        os.setsid()
        if os.fork():
            os._exit(0)
        print("ready", flush=True)
        os.closerange(0, 1000)
        time.sleep(600)

    if __name__ == "__main__":
        fork, spawn = multiprocessing.get_context("fork"), multiprocessing.get_context("spawn")
        lock = spawn.Lock()
        print("lock", lock._semlock.name, flush=True)
        for target in (stubborn, stopped, twice_forked):
            fork.Process(target=target).start()
        spawn.Process(target=stubborn).start()
        subprocess.Popen(["sh", "-c", "trap '' TERM HUP INT; echo ready; while :; do sleep 600; done"])
        time.sleep(600)
"""
PROCESSES = 5


def _semaphore_left(said: str) -> bool:
    """Whether the named semaphore that HARD_TO_END made is still there."""
    name = said.partition("lock /")[2].split()[0]
    return Path(f"/dev/shm/sem.{name}").exists()


def test_stop(start: Start, witness: str) -> None:
    client = start(HARD_TO_END, witness=witness)
    records = until_said(client, "ready", PROCESSES)
    assert _semaphore_left(records.text(1))
    token = token_of(records.of(Began)[0].pid)
    assert len(marked(token)) >= PROCESSES
    client.stop()
    took = wait_until(lambda: not marked(token), 3.0, "processes are left")
    finish(client, records)
    last = records[-1]
    assert isinstance(last, Finished)
    assert last.ended_by == "user"
    assert last.exitcode == -9
    assert [(act.act, act.sender) for act in records.of(Act)] == [("stop", "user")]
    assert took < 2.0
    assert not run_folders()
    assert not _semaphore_left(records.text(1))
    assert {began.p for began in records.of(Began)} == {end.p for end in records.of(Ended)}


def test_timeout(start: Start, witness: str) -> None:
    client = start("import time; time.sleep(600)", timeout_s=0.3, witness=witness)
    records = finish(client)
    last = records[-1]
    assert isinstance(last, Finished)
    assert (last.ended_by, last.exitcode) == ("timeout", -9)
    assert [act.act for act in records.of(Act)] == ["timeout"]


@pytest.mark.parametrize(("act", "code"), [("terminate", -15), ("kill", -9), ("interrupt", -2)])
def test_acts_end(start: Start, act: str, code: int) -> None:
    client = start("import time\nprint('ready')\ntime.sleep(600)")
    records = until_said(client, "ready")
    client.act(1, act)
    finish(client, records)
    done = records.of(Act)[0]
    assert (done.p, done.act, done.sender, done.signal) == (1, act, "user", -code)
    assert records.end(1).exitcode == code
    assert done.t < records.end(1).t


def test_suspend_and_resume(start: Start) -> None:
    client = start("import time\nprint('ready')\ntime.sleep(600)")
    records = until_said(client, "ready")
    pid = records.of(Began)[0].pid

    def state() -> str:
        stat = process_tree.read_stat(pid)
        return stat.state if stat else "gone"

    client.act(1, "suspend")
    wait_until(lambda: state() == "T", 5, "not suspended")
    client.act(1, "resume")
    wait_until(lambda: state() == "S", 5, "not resumed")
    client.act(99, "kill")  # nobody: ignored
    client.act(1, "kill")
    finish(client, records)
    assert [one.act for one in records.of(Act)] == ["suspend", "resume", "kill"]


def test_interrupt_reaches_the_whole_program(start: Start) -> None:
    client = start(
        """
        import multiprocessing, time
        def child():
            print("ready", flush=True)
            time.sleep(600)
        if __name__ == "__main__":
            process = multiprocessing.get_context("fork").Process(target=child, name="child")
            process.start()
            process.join()
        """
    )
    records = until_said(client, "ready")
    client.act(0, "interrupt")
    finish(client, records)
    assert records.end(1).exitcode == -2
    assert records.end(records.named("child")).exitcode == 1


class _Abort:
    """A client in a process of its own, with everything it started, to be killed."""

    def __init__(self, job: Job) -> None:
        code = """
            import msgspec, sys
            from procviz.recorder.client import RecorderClient
            from procviz.recorder.job import Job
            from procviz.trace.records import Began, Output
            client = RecorderClient(msgspec.json.decode(sys.argv[1], type=Job))
            client.start()
            said, main = "", None
            while said.count("ready") < int(sys.argv[2]):
                for record in client.wait():
                    if isinstance(record, Began) and record.p == 1: main = record
                    if isinstance(record, Output): said += record.text or ""
            print(client.pid, main.ppid, main.pid, " ".join(said.split()), flush=True)
            while True: client.wait()
        """
        self.process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code), msgspec.json.encode(job).decode(), str(PROCESSES)],
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        )
        assert self.process.stdout is not None
        *pids, self.said = self.process.stdout.readline().decode().split(maxsplit=3)
        self.guard, self.recorder, self.main = (int(pid) for pid in pids)
        (self.second,) = process_tree.children(self.guard)
        self.token = token_of(self.main)
        self.process.stdout.close()

    @property
    def own(self) -> list[int]:
        """All of procviz's but the client."""
        return [self.guard, self.second, self.recorder]

    def kill(self, names: str) -> None:
        """One right after the other."""
        pids = {"client": self.process.pid, "guard": self.guard, "second": self.second, "recorder": self.recorder}
        for pid in [pids[name] for name in names.split("+")]:
            os.kill(pid, signal.SIGKILL)

    def nothing_left(self, within_s: float = DEADLINE_S) -> None:
        wait_until(lambda: not marked(self.token), within_s, "processes are left")
        wait_until(lambda: not any(map(_alive, self.own)), 5.0, "a guard is left")
        self.process.kill()
        self.process.wait()
        assert not run_folders()
        assert not _semaphore_left(self.said)


def _alive(pid: int) -> bool:
    stat = process_tree.read_stat(pid)
    return stat is not None and stat.state not in "ZX"


@pytest.mark.parametrize(
    "victims",
    [
        "client", "recorder", "guard", "second", "client+recorder", "recorder+client", "stopped recorder",
        "client+guard+recorder", "recorder+second+client", "second+guard+client",
    ],
)  # fmt: skip
def test_killed(job: Callable[..., Job], tmp_path: Path, victims: str) -> None:
    abort = _Abort(job(HARD_TO_END, recording=str(tmp_path / "kept.procviz")))
    if victims == "stopped recorder":
        os.kill(abort.recorder, signal.SIGSTOP)
        abort.kill("client")
    else:
        abort.kill(victims)
    abort.nothing_left()
    lines = (tmp_path / "kept.procviz").read_bytes().splitlines(keepends=True)
    assert lines[0].startswith(b'{"k":"header"')
    if "recorder" not in victims:
        assert b'"k":"finished"' in lines[-1]
        assert b'"ended_by":"procviz"' in lines[-1]


def test_all_killed_at_once_is_swept_by_the_next_run(job: Callable[..., Job], start: Start) -> None:
    abort = _Abort(job(HARD_TO_END))
    abort.kill("guard+second+recorder+client")
    abort.process.wait()
    wait_until(lambda: not any(map(_alive, abort.own)), 5.0, "a guard is left")
    finish(start("pass"))
    wait_until(lambda: not marked(abort.token), 2.0, "processes are left")
    assert not run_folders()
    assert not _semaphore_left(abort.said)


def test_signals_do_not_end_a_recorder(start: Start) -> None:
    client = start("import time\nprint('ready')\ntime.sleep(600)")
    records = until_said(client, "ready")
    recorder = records.of(Began)[0].ppid
    for pid in (client.pid, recorder):
        assert pid is not None
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(pid, signum)
    client.act(1, "terminate")
    finish(client, records)
    assert records.end(1).exitcode == -15


def test_two_recorders_do_not_disturb_each_other(start: Start) -> None:
    text = """
        import multiprocessing, time
        def child(): print("ready", flush=True); time.sleep(WAIT)
        if __name__ == "__main__":
            multiprocessing.get_context("fork").Process(target=child).start()
    """
    one, two = start(text.replace("WAIT", "600")), start(text.replace("WAIT", "0.5"))
    records = until_said(one, "ready")
    others = until_said(two, "ready")
    one.stop()
    finish(one, records)
    finish(two, others)
    assert {began.pid for began in records.of(Began)}.isdisjoint(began.pid for began in others.of(Began))
    assert (others.end(1).exitcode, others.end(2).exitcode) == (0, 0)
    assert (records.end(1).exitcode, records.end(2).exitcode) == (-9, -9)
    assert isinstance(others[-1], Finished)
    assert others[-1].ended_by is None


def test_a_temporary_folder_of_multiprocessing_is_removed(start: Start) -> None:
    client = start(
        """
        import multiprocessing, time
        if __name__ == "__main__":
            manager = multiprocessing.get_context("fork").Manager()
            print(multiprocessing.util.get_temp_dir(), flush=True)
            print("ready", flush=True)
            time.sleep(600)
        """
    )
    records = until_said(client, "ready")
    folder = Path(records.text(1).splitlines()[0])
    assert folder.name.startswith("pymp-")
    assert folder.is_dir()
    client.stop()
    finish(client, records)
    assert not folder.exists()


def test_close_in_the_middle(start: Start) -> None:
    client = start(HARD_TO_END)
    records = until_said(client, "ready", PROCESSES)
    token = token_of(records.of(Began)[0].pid)
    client.close()
    assert not marked(token)
    finish(client, records)
    assert isinstance(records[-1], Finished)
    assert not any(isinstance(one, Note) and one.note == "survivor" for one in records)
