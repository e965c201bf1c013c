"""The probe stays out of the way: bad files, odd programs, odd interpreters; and loses nothing that it told."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.probe.subject import PROBE, environment, program, python_2, pythons, run, wait_for


@pytest.mark.parametrize(
    ("fault", "method"),
    [(fault, "fork") for fault in ("missing", "unwritable", "folder", "full")] + [("folder", "spawn")],
)
def test_an_events_file_that_cannot_be_written(fault: str, method: str, tmp_path: Path) -> None:
    events = {"folder": tmp_path, "full": Path("/dev/full")}.get(fault, tmp_path / "events")
    if fault == "unwritable":
        events.touch()
        events.chmod(0)
    if fault == "full" and not events.exists():
        pytest.skip("no full disk here")
    command = [sys.executable, program("lives"), method]
    plain, probed = (
        subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=80, check=False)
        for env in (environment(None), environment(events, PROCVIZ_TEE="1", PROCVIZ_BELL=str(tmp_path / "none")))
    )
    assert (probed.stdout, probed.stderr, probed.returncode) == (plain.stdout, plain.stderr, plain.returncode)
    assert fault != "missing" or not events.exists()


def test_a_program_that_limits_the_size_of_files(tmp_path: Path) -> None:
    """Beyond the limit a write brings a signal, which Python ignores."""
    limits = f"(300, {resource.RLIM_INFINITY})"
    code = (
        f"import resource, os; resource.setrlimit(resource.RLIMIT_FSIZE, {limits}); "
        "os.fork() or os._exit(5); print(os.wait()[1])"
    )
    ran = run(sys.executable, "-c", code, events=tmp_path / "events")
    assert (ran.out, ran.err, ran.code) == (b"1280\n", b"", 0)


def test_nothing_is_lost_by_a_kill(tmp_path: Path) -> None:
    code = """
import os, signal, sys
for number in range(100):
    child = os.fork()
    if child == 0:
        sys.stdout.write("told\\n")
        sys.stdout.flush()
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
"""
    ran = run(sys.executable, "-c", code, events=tmp_path / "events", PROCVIZ_TEE="1")
    events = ran.events
    children = [event.pid for event in events if event.e == "forked"]
    assert len(children) == 100
    assert [event.pid for event in events if event.e == "write" and event.text == "told\n"] == children
    assert [event.tpid for event in events if event.call == "os.kill"] == children


def test_a_program_that_is_killed(tmp_path: Path) -> None:
    events = tmp_path / "events"
    events.touch()
    code = "import threading; print('up', flush=True); threading.Event().wait(60)"
    with subprocess.Popen([sys.executable, "-c", code], env=environment(events), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert b"hello" in events.read_bytes()
    assert b"ended" not in events.read_bytes()


def test_a_program_that_closes_every_descriptor(tmp_path: Path) -> None:
    code = """
import os, sys
os.closerange(3, 1000)
child = os.fork()
if child == 0:
    os.closerange(0, 1000)
    print("nobody hears this")
    os._exit(7)
print(os.waitpid(child, 0)[1])
os.close(1)
"""
    ran = run(sys.executable, "-c", code, events=tmp_path / "events", PROCVIZ_TEE="1")
    assert (ran.out, ran.code) == (b"", 120)  # what it printed can no longer go out, as Python itself would say
    assert ran.one("call", call="os._exit").exitcode == 7
    assert ran.one("code-ended").pid == ran.pid


def test_a_program_whose_output_is_no_longer_read(tmp_path: Path) -> None:
    """The message about the broken pipe is the same, as is the exit code."""
    seen = []
    for events in (None, tmp_path / "events"):
        if events is not None:
            events.touch()
        process = subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.stdin.read(); print('x' * 100)"],
            env=environment(events, PROCVIZ_TEE="1"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.close()
        with process.stderr:
            seen.append((process.stderr.read(), process.wait(60)))
    assert seen[0] == seen[1]
    assert seen[0][1] == 120


@pytest.mark.parametrize("flag", ["-I", "-E"])
def test_an_interpreter_that_ignores_its_environment_says_nothing(flag: str, tmp_path: Path) -> None:
    code = "import subprocess, sys; subprocess.run([sys.executable, sys.argv[1], '-c', 'print(1)'], check=True)"
    ran = run(sys.executable, "-c", code, flag, events=tmp_path / "events")
    assert (ran.out, ran.code) == (b"1\n", 0)
    child = ran.one("called", n=1).tpid
    assert child is not None
    assert not ran.of(child)
    assert ran.one("reaped", tpid=child).exitcode == 0


def test_a_sitecustomize_of_the_users(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; print('theirs', __name__); sys.theirs = True")
    code = "import sys; print(sys.theirs, 'sitecustomize' in sys.modules and sys.modules['sitecustomize'].__file__)"
    plain = run(sys.executable, "-c", code, PYTHONPATH=str(tmp_path))
    probed = run(sys.executable, "-c", code, events=tmp_path / "events", PYTHONPATH=str(tmp_path))
    assert b"theirs sitecustomize" in probed.out
    assert (probed.out, probed.err, probed.code) == (plain.out, plain.err, plain.code)
    assert probed.one("hello").pid == probed.pid


@pytest.mark.parametrize("fault", ["1 / 0", "import nowhere_at_all", "def"])
def test_a_broken_sitecustomize_of_the_users(fault: str, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(fault)
    plain = run(sys.executable, "-c", "print(1)", PYTHONPATH=str(tmp_path))
    probed = run(sys.executable, "-c", "print(1)", events=tmp_path / "events", PYTHONPATH=str(tmp_path))
    assert (probed.out, probed.err, probed.code) == (plain.out, plain.err, plain.code)
    assert plain.err
    assert probed.one("hello").pid == probed.pid


def test_nothing_happens_without_a_file_for_the_events(tmp_path: Path) -> None:
    own = environment(tmp_path / "events")
    del own["PROCVIZ_EVENTS"]
    code = "import sys; print([name for name in sys.modules if 'procviz' in name], sys.path[1:2], len(sys.meta_path))"
    seen = [
        subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, timeout=60, check=True)
        for env in (environment(None), own)
    ]
    assert (seen[0].stdout, seen[0].stderr) == (seen[1].stdout, seen[1].stderr)


@pytest.mark.skipif(python_2() is None, reason="no Python 2 here")
def test_python_2_stays_silent(tmp_path: Path) -> None:
    python = python_2()
    assert python is not None
    ran = run(python, "-c", "import sys; sys.stdout.write(str(len(sys.path)))", events=tmp_path / "events")
    plain = run(python, "-c", "import sys; sys.stdout.write(str(len(sys.path)))")
    assert (ran.out, ran.err, ran.code, ran.lines) == (plain.out, plain.err, plain.code, [])


@pytest.mark.parametrize("python", [pythons()[0], pythons()[-1]])
def test_a_copy_that_cannot_be_compiled_beside(python: str, tmp_path: Path) -> None:
    """From a folder that the program may not write to."""
    folder = tmp_path / "probe"
    shutil.copytree(PROBE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    folder.chmod(0o555)
    events = tmp_path / "events"
    events.touch()
    own = environment(events, folder=folder)
    done = subprocess.run([python, "-c", "print(1)"], env=own, capture_output=True, timeout=60, check=True)
    assert (done.stdout, done.stderr) == (b"1\n", b"")
    assert b"hello" in events.read_bytes()


def test_signals_that_raise_are_let_through(tmp_path: Path) -> None:
    """An exception of a signal handler reaches the program, however often it hits the probe's own code."""
    code = """
import os, signal, sys
class Late(Exception): pass
def handler(*_): raise Late
signal.signal(signal.SIGALRM, handler)
raised = 0
for number in range(150):
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.0002 + number % 10 * 0.00003)
        while True:
            sys.stdout.write("x\\n")
            sys.stdout.flush()
    except Late:
        raised += 1
sys.stderr.write(str(raised))
"""
    ran = run(sys.executable, "-c", code, events=tmp_path / "events", PROCVIZ_TEE="1")
    assert (ran.err, ran.code) == (b"150", 0)
    assert set(ran.out.split(b"\n")) == {b"x", b""}


def test_a_signal_handler_that_prints_while_the_program_prints(tmp_path: Path) -> None:
    code = """
import os, signal, sys
count = 0
def handler(*_):
    global count
    count += 1
    print("handler")
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
while count < 100:
    print("main", flush=True)
signal.setitimer(signal.ITIMER_REAL, 0)
"""
    ran = run(sys.executable, "-c", code, events=tmp_path / "events", PROCVIZ_TEE="1")
    assert (ran.err, ran.code) == (b"", 0)
    assert ran.out.count(b"handler") >= 100
    assert set(ran.out.replace(b"handler", b"").replace(b"main", b"")) <= set(b"\n")


def test_a_child_that_ends_while_it_is_told(tmp_path: Path) -> None:
    """A process ended from outside at any moment leaves whole lines only."""
    events = tmp_path / "events"
    events.touch()
    code = "import sys\nwhile True:\n    sys.stdout.write('y' * 50); sys.stdout.flush()"
    for _ in range(10):
        with open(os.devnull, "wb") as null:
            process = subprocess.Popen(
                [sys.executable, "-c", code], env=environment(events, PROCVIZ_TEE="1"), stdout=null
            )
            wait_for(events, b'"pid":%d,"t1"' % process.pid)
            process.kill()
            process.wait(30)
    assert all(line.startswith(b"{") and line.endswith(b"}") for line in events.read_bytes().splitlines())


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_descriptor_stays_when_a_signal_handler_raises_while_something_is_told(tmp_path: Path) -> None:
    code = """
import os, signal, sys
def handler(*args): raise TimeoutError
signal.signal(signal.SIGALRM, handler)
rounds = interrupted = 0
while interrupted < 1500:
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.00005 + rounds % 50 * 1e-6)
        while True:
            print("x", flush=True)
    except TimeoutError:
        interrupted += 1
    rounds += 1
signal.setitimer(signal.ITIMER_REAL, 0)
open_files = [os.readlink(entry.path) for entry in os.scandir("/proc/self/fd") if os.path.exists(entry.path)]
sys.exit(any(name.endswith("events") for name in open_files))
"""
    ran = run(sys.executable, "-c", code, events=tmp_path / "events", PROCVIZ_TEE="1")
    assert ran.code == 0
    assert [event.fd for event in ran.events if event.e == "write"][:1] == [1]
