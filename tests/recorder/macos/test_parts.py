"""The recorder's macOS parts, run on a Linux that looks like macOS to them (`programs/as_macos.py`).

That kqueue itself does what its manual says can only be seen on a Mac.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from procviz.recorder.client import RecorderClient
from procviz.recorder.macos.belonging import Belonging
from procviz.recorder.macos.exits import KqueueWatch
from procviz.recorder.processes.exit_watch import born_ns
from procviz.recorder.processes.life_table import Life
from procviz.recorder.system_calls import process_tree, psutil_lookup
from procviz.trace.records import Began, Described, Ended, Finished, Header, Note, Output, Reaped, Witness
from tests.recorder.conftest import DEADLINE_S, Records, finish, marked, run_folders, until_said, wait_until
from tests.recorder.pretending import ENDS, pretend

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a Linux that pretends")
EXIT, STATUS = 0x80000000, 0x04000000  # sys/event.h


@pytest.fixture
def as_macos(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, "macOS")


@pytest.mark.usefixtures("as_macos")
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_every_end_is_known(record: Callable[..., Records], method: str) -> None:
    records = record(ENDS.format(method=method), output="pipe")
    assert records.of(Header)[0].witness == "kqueue"
    assert [records.end(records.named(name)).exitcode for name in ("plain", "three", "stuck")] == [0, 3, -15]
    main = records.end(1)
    assert (main.exitcode, main.w) == (5, Witness.OS)
    assert records.of(Finished)[0].exitcode == 5
    assert [one.by_recorder for one in records.of(Reaped) if one.p == 1] == [True]
    assert not [note for note in records.of(Note) if note.note == "probe-error"]


@pytest.mark.usefixtures("as_macos")
@pytest.mark.parametrize("output", ["terminal", "pipe"])
def test_what_is_printed_is_told_with_who_printed_it(record: Callable[..., Records], output: str) -> None:
    records = record(ENDS.format(method="fork"), output=output)
    assert records.text(1) == "main speaks\n"
    assert {one.stream for one in records.of(Output)} == {"stdout"}
    assert ("stdout-pipe" in records.of(Header)[0].changed) is (output == "pipe")


@pytest.mark.usefixtures("as_macos")
def test_children_that_are_no_python_are_found(record: Callable[..., Records]) -> None:
    records = record("import subprocess; subprocess.run(['sleep', '0.4'])", probe=False)
    commands = [one.cmdline for one in records.of(Described) if one.cmdline]
    assert ["sleep", "0.4"] in commands
    ended = {one.p: one.exitcode for one in records.of(Ended)}
    assert ended == {1: 0, 2: None}  # nobody here may know how the child of another ended


STUBBORN = """
    import os, signal, subprocess, sys, time

    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            print("hidden", flush=True)
            time.sleep(60)
        os._exit(0)
    bare = {name: os.environ[name] for name in ("PATH", "PROCVIZ_RUN")}
    subprocess.Popen(["setsid", "sleep", "60"], env=bare)
    del bare["PROCVIZ_RUN"]
    subprocess.Popen(["nohup", "sleep", "60"], env=bare, stderr=subprocess.DEVNULL)
    print("token", os.environ["PROCVIZ_RUN"], flush=True)
    time.sleep(60)
"""


def _token(records: Records) -> str:
    words = records.text(every=True).split()
    return words[words.index("token") + 1]


def _in_session(session: int) -> list[int]:
    return [pid for pid, stat in process_tree.every_process().items() if stat.state != "Z" and _session(pid) == session]


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return -1


@pytest.mark.usefixtures("as_macos")
@pytest.mark.parametrize("way", ["stop", "client", "recorder"])
def test_nothing_is_left(start: Callable[..., RecorderClient], way: str) -> None:
    client = start(STUBBORN)
    records = until_said(client, "hidden")
    if "token" not in records.text(every=True):
        records += until_said(client, "token")
    token, main = _token(records), records.of(Began)[0].pid
    assert len(marked(token)) >= 3
    if way == "stop":
        client.stop()
        finish(client, records)
    elif way == "client":
        client.close()
    else:
        assert client.pid is not None
        os.kill(process_tree.children(client.pid)[0], signal.SIGKILL)
    wait_until(lambda: not marked(token), DEADLINE_S, "somebody is left")
    wait_until(lambda: not _in_session(main), DEADLINE_S, "somebody is left in the session")
    wait_until(lambda: not run_folders(), DEADLINE_S, "the folder is left")


class Door(SimpleNamespace):
    """A kqueue that answers what a test wants."""

    def __init__(self, *, refuse: type[OSError] | None = None, refuse_status: bool = False) -> None:
        super().__init__(
            KQ_NOTE_EXIT=EXIT, KQ_EV_ADD=1, KQ_EV_ENABLE=4, KQ_EV_ONESHOT=16, KQ_FILTER_PROC=-5,
            asked=[], events=[], kevent=lambda ident, **rest: SimpleNamespace(ident=ident, **rest),
        )  # fmt: skip
        self.refuse, self.refuse_status = refuse, refuse_status

    def kqueue(self) -> Door:
        return self

    def control(self, changes: list[Any] | None, most: int, timeout: float | None) -> list[Any]:
        for change in changes or ():
            self.asked.append(change.fflags)
            if self.refuse is not None:
                raise self.refuse
            if self.refuse_status and change.fflags & STATUS:
                raise PermissionError
        given: list[Any] = self.events[:most]
        del self.events[:most]
        return given

    def tell(self, pid: int, fflags: int, data: int = 0) -> None:
        self.events.append(SimpleNamespace(ident=pid, fflags=fflags, data=data))


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process
        process.kill()


def _life(pid: int, p: int = 1) -> Life:
    now = time.monotonic_ns()
    return Life(p, pid, os.getpid(), None, now, now, Witness.CALL, last_ns=now)


@pytest.mark.parametrize(("status", "exitcode"), [(3 << 8, 3), (9, -9), (11 | 0x80, -11)])
def test_a_status_that_comes_with_the_notice_is_taken(
    child: subprocess.Popen[bytes], status: int, exitcode: int
) -> None:
    door = Door()
    watch, life = KqueueWatch(door), _life(child.pid)
    assert watch.add(life)
    assert door.asked == [EXIT | STATUS]
    assert watch.poll() == []
    door.tell(child.pid, EXIT | STATUS, status)
    assert [(seen.what, seen.w) for seen in watch.poll()] == [("ended", Witness.OS)]
    assert watch.manner(life).exitcode == exitcode


def test_where_no_status_may_be_asked_for_the_end_is_asked_for(child: subprocess.Popen[bytes]) -> None:
    door = Door(refuse_status=True)
    watch, life = KqueueWatch(door), _life(child.pid)
    watch.add(life)
    assert door.asked == [EXIT | STATUS, EXIT]
    door.tell(child.pid, EXIT)
    assert [seen.what for seen in watch.poll()] == ["ended"]
    assert watch.manner(life).exitcode is None


@pytest.mark.parametrize("refusal", [ProcessLookupError, PermissionError])
def test_who_cannot_be_watched_is_looked_at(child: subprocess.Popen[bytes], refusal: type[OSError]) -> None:
    watch, life = KqueueWatch(Door(refuse=refusal)), _life(child.pid)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert watch.add(life)
    assert [(seen.what, seen.w) for seen in watch.poll()] == [("ended", Witness.POLL)]
    child.wait()
    assert [seen.what for seen in watch.poll()] == ["reaped"]
    watch.release(life)
    assert watch.poll() == []


def test_who_is_gone_is_not_watched(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.wait()
    assert not KqueueWatch(Door()).add(_life(child.pid))


def test_psutil_says_the_same_as_proc(child: subprocess.Popen[bytes]) -> None:
    there, seen = process_tree.read_stat(child.pid), psutil_lookup.read_stat(child.pid)
    assert there is not None
    assert seen is not None
    assert (seen.ppid, seen.state) == (there.ppid, "R")
    whole_seconds = 1_100_000_000  # in which Linux tells when it was booted, and psutil counts from there
    assert abs(psutil_lookup.born_ns(seen.identity) - born_ns(there.identity)) < whole_seconds
    assert psutil_lookup.command_line(child.pid) == process_tree.command_line(child.pid)
    assert not psutil_lookup.is_gone(seen.identity)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    zombie = psutil_lookup.read_stat(child.pid)
    assert zombie is not None
    assert zombie.state == "Z"
    assert psutil_lookup.is_gone(seen.identity)


def test_who_spoke_before_the_pid_came_again_is_no_member(tmp_path: Path, child: subprocess.Popen[bytes]) -> None:
    stat = psutil_lookup.read_stat(child.pid)
    assert stat is not None
    born = psutil_lookup.born_ns(stat.identity)
    for spoke, belongs in ((born - 1_000_000_000, False), (born + 1_000_000_000, True)):
        (tmp_path / "events").write_text(f'{{"e":"hello","t":{spoke},"pid":{child.pid}}}\ntorn')
        belonging = Belonging(str(tmp_path))
        belonging.read_events()
        assert belonging._has_spoken(stat) is belongs
