"""What is told, and in which order: the facts that the picture is made of."""

from __future__ import annotations

import functools
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from procviz.recorder.probe_inbox.probe_events import ProbeEvent
from tests.probe.subject import Ran, program, pythons, run

Lives = Callable[[str, str], Ran]
METHODS = ["fork", "spawn", "forkserver"]
SOME = [(pythons()[0], method) for method in METHODS] + [(python, "fork") for python in pythons()[1:]]


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Lives:
    """The program of that name under an interpreter and a start method, run once for all tests here."""

    @functools.cache
    def ran(python: str, method: str) -> Ran:
        return run(python, program("lives"), method, events=tmp_path_factory.mktemp("lives") / "events")

    return ran


def _kinds(events: list[ProbeEvent]) -> list[str]:
    """The steps and calls; what is told of locks and buffers has a file of its own."""
    return [event.call or event.e for event in events if event.e != "deed"]


def _line_of(name: str, text: str) -> int:
    lines = Path(program(name)).read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def _child(ran: Ran, name: str) -> int:
    pid = ran.one("child", name=name).pid
    assert pid != ran.pid
    return pid


@pytest.mark.parametrize(("python", "method"), SOME)
def test_a_child_from_start_to_reaped(python: str, method: str, lives: Lives) -> None:
    ran = lives(python, method)
    name = {"fork": "ForkProcess-1", "spawn": "SpawnProcess-1", "forkserver": "ForkServerProcess-1"}[method]
    pid = _child(ran, name)
    first = "hello" if method == "spawn" else "forked"
    assert _kinds(ran.of(pid))[:5] == [first, "child", "target-began", "target-ended", "exit-began"]
    start = ran.one("call", call="start", name=name)
    assert (start.pid, start.method, start.daemon, start.target) == (ran.pid, method, False, "returns")
    assert (start.file, start.line) == (program("lives"), _line_of("lives", "process.start()"))
    started = next(event for event in ran.of(ran.pid, "called") if event.n == start.n)
    assert started.tpid == pid
    join = ran.of(ran.pid, "call")[1]
    assert (join.call, join.tpid, join.line, join.implicit) == (
        "join",
        pid,
        _line_of("lives", "process.join()"),
        False,
    )
    joined = next(event for event in ran.of(ran.pid, "called") if event.n == join.n)
    assert joined.result == 0
    reaped = ran.one("reaped", tpid=pid)
    assert reaped.exitcode == 0
    assert start.t < started.t < join.t < reaped.t < joined.t
    assert start.t < ran.of(pid)[0].t < ran.of(pid)[-1].t < reaped.t


@pytest.mark.parametrize(("python", "method"), SOME)
def test_how_targets_end(python: str, method: str, lives: Lives) -> None:
    ran = lives(python, method)
    starts = [event for event in ran.of(ran.pid, "call") if event.call == "start"]
    pids = [ran.one("child", name=start.name).pid for start in starts[:6]]
    ends = [ran.of(pid, "target-ended")[0] for pid in pids]
    no_status = ran.one("reaped", tpid=pids[5]).exitcode  # 1 in Python 3.8, 0 after that
    assert [(end.outcome, end.exitcode) for end in ends] == [
        ("returned", 0),
        ("exception", 1),
        ("sys-exit", 3),
        ("sys-exit", 44),
        ("sys-exit", 1),
        ("sys-exit", no_status),
    ]
    assert [ran.one("reaped", tpid=pid).exitcode for pid in pids] == [end.exitcode for end in ends]
    assert (ends[1].exc, ends[1].msg) == ("ValueError", "no good")
    assert ends[1].tb is not None
    assert f'lives.py", line {_line_of("lives", "raise ValueError")}, in fails' in ends[1].tb
    own = ran.one("child", name="mine")
    assert own.target == "Own.run"


@pytest.mark.parametrize(("python", "method"), SOME)
def test_terminate_and_the_cut_off_of_a_daemon(python: str, method: str, lives: Lives) -> None:
    ran = lives(python, method)
    terminate, cut = [event for event in ran.of(ran.pid, "call") if event.call == "terminate"]
    assert (terminate.sig, terminate.implicit, terminate.file) == (signal.SIGTERM, False, program("lives"))
    assert ran.one("reaped", tpid=terminate.tpid).exitcode == -signal.SIGTERM
    assert (cut.sig, cut.implicit, cut.file, cut.line) == (signal.SIGTERM, True, None, None)
    start = ran.one("call", call="start", name="cut-off")
    assert start.daemon is True
    assert ran.one("called", pid=ran.pid, n=start.n).tpid == cut.tpid
    ended, began = ran.of(ran.pid, "code-ended", "exit-began")
    assert (ended.outcome, ended.exitcode) == ("returned", 0)
    assert start.t < ended.t < began.t < cut.t
    assert "close" in _kinds(ran.of(ran.pid))


@pytest.mark.parametrize(("python", "method"), SOME)
def test_the_wait_at_exit(python: str, method: str, tmp_path: Path) -> None:
    ran = run(python, program("waits_at_exit"), method, events=tmp_path / "events")
    ended, began = ran.of(ran.pid, "code-ended", "exit-began")
    assert (ended.outcome, ended.exitcode, ran.code) == ("sys-exit", 5, 5)
    join = ran.one("call", call="join", pid=ran.pid)
    assert (join.implicit, join.tpid, join.file) == (True, _child(ran, ran.one("child").name or ""), None)
    assert ended.t < began.t < join.t < ran.one("called", pid=ran.pid, n=join.n).t


@pytest.mark.parametrize("python", pythons())
def test_exit_handlers_come_after_the_code_without_threading_too(python: str, tmp_path: Path) -> None:
    events = tmp_path / "events"
    ran = run(python, program("plain_exits"), events=events, PROCVIZ_TEE="1", PYTHONUNBUFFERED="1")
    plain = run(python, program("plain_exits"))
    assert ran.out == plain.out  # it prints whether threading is there: the probe has not brought it in
    ended, began = ran.of(ran.pid, "code-ended", "exit-began")
    handlers = [event for event in ran.of(ran.pid, "write") if event.text and event.text.startswith("handler")]
    assert (ended.outcome, ended.exitcode) == ("returned", 0)
    assert ended.t < began.t < handlers[0].t < handlers[1].t


@pytest.mark.parametrize("python", pythons())
def test_forks_that_end_in_their_own_ways(python: str, tmp_path: Path) -> None:
    ran = run(python, program("plain_exits"), events=tmp_path / "events")
    children = [event for event in ran.events if event.e == "forked"]
    assert all(child.ppid == ran.pid and child.t0 is not None and child.t0 < child.t for child in children)
    told = [ran.of(child.pid) for child in children]
    assert [_kinds(events)[1] for events in told] == [
        "code-ended",
        "os._exit",
        "code-ended",
        "code-ended",
        "exec",
        "os.kill",
    ]
    assert [events[1].exitcode for events in told] == [4, 44, None, 1, None, None]
    assert [events[1].outcome for events in told] == ["sys-exit", None, "sys-exit", "exception", None, None]
    assert (told[3][1].exc, told[3][1].msg) == ("LookupError", "forked")
    assert (told[5][1].tpid, told[5][1].sig) == (children[5].pid, signal.SIGKILL)


@pytest.mark.parametrize("python", [pythons()[0], pythons()[-1]])
def test_children_of_other_kinds(python: str, tmp_path: Path) -> None:
    ran = run(python, program("others"), events=tmp_path / "events")
    calls = ran.of(ran.pid, "call")
    assert {call.file for call in calls} == {program("others")}
    assert _kinds(calls) == [
        *("popen", "communicate"),
        *("popen", "terminate", "wait"),
        *("popen", "communicate", "kill", "wait"),
        *("popen", "wait"),
        *("popen", "communicate"),
        "popen",
        *("os.system", "posix_spawn"),
        "popen",
    ]
    inner = next(event for event in ran.events if event.e == "hello" and event.pid != ran.pid)
    assert (inner.ppid, inner.role) == (ran.pid, "")
    popen, wait = calls[0], calls[1]
    assert popen.argv == inner.argv
    assert ran.one("called", pid=ran.pid, n=popen.n).tpid == wait.tpid == inner.pid
    assert ran.one("reaped", tpid=inner.pid).exitcode == 0
    assert (calls[3].sig, calls[3].tpid, calls[4].timeout) == (signal.SIGTERM, calls[4].tpid, 30.0)
    failed = next(event for event in ran.of(ran.pid, "called") if event.error and "FileNotFound" in event.error)
    assert failed.n == next(call.n for call in calls if call.line == _line_of("others", 'Popen(["/nowhere'))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("python", pythons())
def test_helpers_say_what_they_are(python: str, method: str, tmp_path: Path) -> None:
    ran = run(python, program("pools"), method, events=tmp_path / "events")
    roles = {event.role for event in ran.events if event.e == "hello"}
    assert {"fork": {""}, "spawn": {"", "spawn", "resource-tracker"}}.get(
        method, {"", "forkserver", "resource-tracker"}
    ) == roles
    workers = [event for event in ran.events if event.e == "child"]
    assert {event.method for event in workers} == {method}
    assert True in {event.daemon for event in workers}  # those of the Pool; one may be cut off before it says so
    starts = [event for event in ran.of(ran.pid, "call") if event.call == "start"]
    assert {event.tpid for event in ran.of(ran.pid, "called")} >= {event.pid for event in workers}
    assert starts[0].line == _line_of("pools", "context.Pool(2)")


@pytest.mark.parametrize("python", [pythons()[0], pythons()[-1]])
def test_uncaught_exceptions_of_main(python: str, tmp_path: Path) -> None:
    ran = run(python, program("mistakes"), "fork", "start-twice", events=tmp_path / "first")
    ended = ran.one("code-ended", pid=ran.pid)
    assert (ended.outcome, ended.exitcode, ended.exc) == ("exception", 1, "AssertionError")
    assert ended.msg == "cannot start a process twice"
    assert ended.tb is not None
    assert "procviz" not in ended.tb.replace(str(Path(__file__).parent), "")
    ran = run(python, program("mistakes"), "fork", "interrupt", events=tmp_path / "second")
    ended = ran.one("code-ended", pid=ran.pid)
    assert (ended.outcome, ended.exitcode, ended.exc, ran.code) == ("exception", -2, "KeyboardInterrupt", -2)
    join = ran.of(ran.pid, "call")[1]
    assert (ran.one("called", pid=ran.pid, n=join.n).error or "").startswith("KeyboardInterrupt")
    ran = run(python, "-c", "no Python", events=tmp_path / "third")
    assert ran.one("code-ended").exc == "SyntaxError"


@pytest.mark.parametrize(
    ("code", "outcome", "exitcode"),
    [("pass", "returned", 0), ("raise SystemExit(7)", "sys-exit", 7), ("1 / 0", "exception", 1)],
)
def test_how_a_module_ends(code: str, outcome: str, exitcode: int, tmp_path: Path) -> None:
    (tmp_path / "given.py").write_text(code)
    ran = run(sys.executable, "-m", "given", events=tmp_path / "events", PYTHONPATH=str(tmp_path))
    ended = ran.one("code-ended")
    assert (ended.outcome, ended.exitcode, ran.code) == (outcome, exitcode, exitcode)


def test_a_spawned_child_that_fails_before_its_target(tmp_path: Path) -> None:
    ran = run(sys.executable, program("no_guard"), "spawn", events=tmp_path / "events")
    child = next(event for event in ran.events if event.role == "spawn")
    ended, _began = ran.of(child.pid, "code-ended", "exit-began")
    assert (ended.outcome, ended.exc) == ("exception", "RuntimeError")
    assert not ran.of(child.pid, "child")


def test_the_folders_of_multiprocessing_are_told(tmp_path: Path) -> None:
    ran = run(sys.executable, "-c", "import multiprocessing.util as u; u.get_temp_dir()", events=tmp_path / "events")
    path = ran.one("tempdir").path
    assert path is not None
    assert Path(path).name.startswith("pymp-")


def test_what_a_command_says_of_itself(tmp_path: Path) -> None:
    ran = run(sys.executable, "-c", "pass", "a\udcff" if sys.platform != "darwin" else "a", events=tmp_path / "events")
    hello = ran.one("hello")
    assert hello.argv is not None
    assert (hello.argv[1:3], hello.exe) == (["-c", "pass"], sys.executable)
    assert hello.version == ".".join(map(str, sys.version_info[:3]))
    ended = ran.one("code-ended")
    known = sys.version_info >= (3, 14)  # before, nobody can tell how a -c ended
    assert (ended.outcome, ended.exitcode) == (("returned", 0) if known else (None, None))


def test_a_doorbell_rings_for_every_process(tmp_path: Path) -> None:
    import socket

    with socket.socket(socket.AF_UNIX) as bell:
        bell.bind(str(tmp_path / "bell"))
        bell.listen()
        bell.settimeout(20)
        run(
            sys.executable, program("no_guard"), "fork", events=tmp_path / "events", PROCVIZ_BELL=str(tmp_path / "bell")
        )
        for _ in range(2):
            bell.accept()[0].close()


def test_a_folder_to_import_from(tmp_path: Path) -> None:
    """Right after the script's own folder, in spawned children too, and not in programs that are started by it."""
    for folder in ("run", "original"):
        (tmp_path / folder).mkdir()
    (tmp_path / "original" / "beside.py").write_text("NAME = 'beside'")
    (tmp_path / "run" / "main.py").write_text(
        "import multiprocessing, os, subprocess, sys\nimport beside\n"
        "def child(): print(beside.NAME, sys.path[1], flush=True)\n"
        "if __name__ == '__main__':\n"
        "    print(sys.path[:2], flush=True)\n"
        "    for method in 'spawn', 'forkserver':\n"
        "        process = multiprocessing.get_context(method).Process(target=child)\n"
        "        process.start(), process.join()\n"
        "    code = 'import sys, os; print(os.environ.get(\"PROCVIZ_PATH\"), len(sys.path))'\n"
        "    subprocess.run([sys.executable, '-c', code])\n"
    )
    original = str(tmp_path / "original")
    ran = run(sys.executable, str(tmp_path / "run" / "main.py"), events=tmp_path / "events", PROCVIZ_PATH=original)
    plain = subprocess.run([sys.executable, "-c", "import sys; print(len(sys.path))"], capture_output=True, check=True)
    first, *children, inner = ran.out.decode().splitlines()
    assert first == str([str(tmp_path / "run"), original])
    assert children == [f"beside {original}"] * 2
    assert inner == f"None {plain.stdout.decode().strip()}"
