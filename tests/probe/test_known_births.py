"""Where the kernel tells of births, the probe puts off what it says around a fork. What it says is the same."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from procviz.recorder.probe_inbox.probe_events import ProbeEvent
from tests.probe.subject import Ran, program, pythons, run

SOME = [(pythons()[0], method) for method in ("fork", "spawn", "forkserver")]
SOME += [(python, "fork") for python in pythons()[1:]]
KNOWN = {"PROCVIZ_KERNEL": "1"}
SAID = ("e", "call", "deed", "outcome", "exitcode", "name", "daemon", "target", "method", "line", "implicit", "sig")
SAID_LATER = ("result", "error", "exc", "msg", "via", "role")


def _said(ran: Ran) -> dict[str, list[tuple[object, ...]]]:
    """What each process told, by its name; the children in the order that they were started in."""
    names = {event.tpid: f"child {number}" for number, event in enumerate(_starts(ran))}
    names[ran.pid] = "main"
    told: dict[str, list[tuple[object, ...]]] = {}
    # At exit Python joins the daemon that it has cut off, unless that has gone meanwhile.
    chance = {event.n for event in ran.of(ran.pid, "call") if event.call == "join" and event.implicit}
    for event in ran.events:
        if event.e != "forks" and not (event.e in ("call", "called") and event.pid == ran.pid and event.n in chance):
            said = tuple(getattr(event, name) for name in SAID + SAID_LATER)
            told.setdefault(names.get(event.pid, event.role or "another"), []).append(said)
    ended = {names.get(event.tpid) for event in ran.of(ran.pid, "call") if event.call == "terminate"}
    return {
        name: sorted(said, key=repr) for name, said in told.items() if name not in ended
    }  # those may come to nothing


def _starts(ran: Ran) -> list[ProbeEvent]:
    starts = {event.n for event in ran.of(ran.pid, "call") if event.call == "start"}
    return [event for event in ran.of(ran.pid, "called") if event.n in starts and event.tpid is not None]


@pytest.mark.parametrize(("python", "method"), SOME)
def test_the_same_is_told(python: str, method: str, tmp_path: Path) -> None:
    told = run(python, program("lives"), method, events=tmp_path / "told")
    known = run(python, program("lives"), method, events=tmp_path / "known", **KNOWN)
    assert _said(known) == _said(told)
    assert not any(event.forks for event in known.events)


@pytest.mark.parametrize("python", pythons())
def test_the_order_of_a_life(python: str, tmp_path: Path) -> None:
    """From its first words on, though several of them are written at once."""
    ran = run(python, program("lives"), "fork", events=tmp_path / "events", **KNOWN)
    for start in _starts(ran)[1:4]:
        assert start.tpid is not None
        *steps, _exit = (event for event in ran.of(start.tpid) if event.e != "deed")
        assert [event.e for event in steps[:4]] == ["forked", "child", "target-began", "target-ended"]
        assert steps == sorted(steps, key=lambda event: event.t)
        assert ran.one("call", pid=ran.pid, n=start.n).t < steps[0].t
        assert steps[0].t < steps[2].t < ran.one("reaped", tpid=start.tpid).t


def test_names_that_need_more_care(tmp_path: Path) -> None:
    """Quotes, other letters, and more of them than have room."""
    names = ["it's", 'a "b"', "back\\slash", "进程", "x" * 2000, "last"]
    code = f"""
import multiprocessing
def work(): pass
def main():
    context = multiprocessing.get_context("fork")
    for name in {names!r}:
        process = context.Process(target=work, name=name)
        process.start()
        process.join()
main()
"""
    ran = run(sys.executable, "-c", code, events=tmp_path / "events", **KNOWN)
    assert (ran.err, ran.code) == (b"", 0)
    starts = [event.name for event in ran.of(ran.pid, "call") if event.call == "start"]
    assert [name and name[:20] for name in starts] == [name[:20] for name in names]
    assert [event.name for event in ran.events if event.e == "child"] == starts
    assert not [event for event in ran.events if event.e == "probe-error"]


def test_another_thread_says_that_it_is_one(tmp_path: Path) -> None:
    code = """
import multiprocessing, threading
def work(): pass
def main():
    for _ in range(2):
        process = multiprocessing.get_context("fork").Process(target=work)
        process.start()
        process.join()
main()
thread = threading.Thread(target=main)
thread.start()
thread.join()
"""
    ran = run(sys.executable, "-W", "ignore", "-c", code, events=tmp_path / "events", **KNOWN)
    by_thread = [event.call for event in ran.of(ran.pid, "call") if event.tid is not None]
    assert by_thread == ["start", "join"] * 2
    assert [event.tid is None for event in ran.of(ran.pid, "reaped")] == [True, True, False, False]
    assert len([event for event in ran.events if event.e == "target-began"]) == 4


def test_a_fork_that_is_none_of_multiprocessing(tmp_path: Path) -> None:
    """It says so at once, for nobody knows what it will do."""
    code = """
import multiprocessing, os, sys
def work(): pass
def main():
    for _ in range(2):
        process = multiprocessing.get_context("fork").Process(target=work)
        process.start()
        process.join()
    pid = os.fork()
    if pid == 0:
        os.kill(os.getpid(), 9)
    os.waitpid(pid, 0)
main()
"""
    ran = run(sys.executable, "-c", code, events=tmp_path / "events", **KNOWN)
    killed = ran.one("call", call="os.kill").pid
    assert [event.e for event in ran.of(killed)] == ["forked", "call"]


def test_what_was_handled_when_a_child_was_started_is_no_failure_of_it(tmp_path: Path) -> None:
    code = """
import multiprocessing
def work(): pass
def fails(): raise LookupError("its own")
def main():
    context = multiprocessing.get_context("fork")
    for target in work, work, fails:
        try:
            raise ValueError("the parent's")
        except ValueError:
            process = context.Process(target=target)
            process.start()
        process.join()
main()
"""
    for known in ({}, KNOWN):
        ran = run(sys.executable, "-c", code, events=tmp_path / f"events{len(known)}", **known)
        ends = [(event.outcome, event.exc) for event in ran.events if event.e == "target-ended"]
        assert ends == [("returned", None), ("returned", None), ("exception", "LookupError")]


@pytest.mark.parametrize("python", pythons())
def test_a_process_tells_what_it_has_used(python: str, tmp_path: Path) -> None:
    code = """
import multiprocessing, os, time
def work():
    until = time.process_time() + 0.05
    while time.process_time() < until: pass
def large(): b"x" * 30_000_000
def leaves(): os._exit(3)
def main():
    for target in work, large, leaves:
        process = multiprocessing.get_context("fork").Process(target=target)
        process.start()
        process.join()
main()
"""
    ran = run(python, "-c", code, events=tmp_path / "events", **KNOWN)
    works, large, leaves = (
        next(event for event in ran.of(start.tpid or 0) if event.cpu is not None) for start in _starts(ran)
    )
    assert works.cpu is not None
    assert works.cpu > 50_000_000
    assert (leaves.e, leaves.call, leaves.exitcode) == ("call", "os._exit", 3)
    if sys.platform == "linux":
        assert large.peak is not None
        assert works.peak is not None
        assert large.peak - works.peak > 25_000


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no process asks for its peak")
@pytest.mark.parametrize("python", pythons())
def test_what_a_child_asks_is_not_loaded_for_the_program(python: str, tmp_path: Path) -> None:
    (tmp_path / "resource.py").write_text("print('one of the program')")
    code = """
import sys, multiprocessing
def work(): print("resource" in sys.modules, flush=True)
def main():
    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join()
    print("resource" in sys.modules)
main()
import resource
"""
    (tmp_path / "main.py").write_text(code)
    ran = run(python, str(tmp_path / "main.py"), events=tmp_path / "events", **KNOWN)
    assert ran.out.decode().split("\n") == ["False", "False", "one of the program", ""]
    assert ran.one("exit-began", pid=_starts(ran)[0].tpid).peak


@pytest.mark.parametrize("python", pythons())
def test_a_child_that_fails_on_its_way_out_has_not_called_start(python: str, tmp_path: Path) -> None:
    code = """
import multiprocessing, sys
def work(): pass
def leaves(): sys.exit(2**40)
if __name__ == "__main__":
    for target in work, leaves:
        process = multiprocessing.get_context("fork").Process(target=target)
        process.start()
        process.join()
"""
    (tmp_path / "main.py").write_text(code)
    ran = run(python, str(tmp_path / "main.py"), events=tmp_path / "events", **KNOWN)
    assert {event.pid for event in ran.events if event.call == "start"} == {ran.pid}


@pytest.mark.parametrize("python", pythons())
def test_children_of_threads_are_not_taken_for_those_of_the_main_one(python: str, tmp_path: Path) -> None:
    code = """
import multiprocessing, sys, threading
def work(): pass
context = multiprocessing.get_context("fork")
def starts(kind):
    for number in range(40):
        process = context.Process(target=work, name="%s-%d" % (kind, number))
        process.start()
        process.join()
sys.setswitchinterval(1e-6)
thread = threading.Thread(target=starts, args=("thread",))
thread.start()
starts("main")
thread.join()
"""
    ran = run(python, "-W", "ignore", "-c", code, events=tmp_path / "events", **KNOWN)
    begun = {event.n: event.name for event in ran.of(ran.pid, "call") if event.call == "start"}
    started = {event.tpid: begun[event.n] for event in _starts(ran)}
    assert len(started) == 80
    assert {event.pid: event.name for event in ran.events if event.e == "child"} == started
    assert set(started) == {event.tpid for event in ran.events if event.e == "reaped"}


GUARDED = """
class Guarded(context.Process):
    def __init__(self):
        super().__init__()
        self.done = True
    def __setattr__(self, name, value):
        if "done" in self.__dict__ and not name.startswith("_"):
            raise AttributeError(name)
        super().__setattr__(name, value)
    def run(self): print("ran", flush=True)
process = Guarded()
"""
PARTIAL = """
class Partial(context.Process):
    run = staticmethod(functools.partial(print, "ran", flush=True))
process = Partial()
"""
OWN = """
process = context.Process()
def own():
    print("ran" if process.__dict__.get("run") is own else "lost", flush=True)
process.run = own
"""


@pytest.mark.parametrize("python", pythons())
@pytest.mark.parametrize("kind", [GUARDED, PARTIAL, OWN], ids=["guarded", "partial", "own"])
def test_any_run_is_run_as_it_is(python: str, kind: str, tmp_path: Path) -> None:
    code = 'import functools, multiprocessing\ncontext = multiprocessing.get_context("fork")\n' + kind
    ran = run(python, "-c", code + "process.start()\nprocess.join()", events=tmp_path / "events", **KNOWN)
    assert (ran.out, ran.err) == (b"ran\n", b"")
    child = _starts(ran)[0].tpid
    assert [(event.outcome, event.exitcode) for event in ran.of(child or 0, "target-ended")] == [("returned", 0)]
    assert not [event for event in ran.events if event.e == "probe-error"]


@pytest.mark.parametrize("python", pythons())
def test_the_programs_own_resource_is_not_asked(python: str, tmp_path: Path) -> None:
    (tmp_path / "resource.py").write_text("def getrusage(who): raise RuntimeError('asked')")
    code = """
import sys, multiprocessing, resource
sys.path.append(b"bytes")
def work(): print(sys.modules["resource"] is resource, flush=True)
process = multiprocessing.get_context("fork").Process(target=work)
process.start()
process.join()
sys.modules["resource"] = None
import importlib; importlib.reload(multiprocessing.util)
print(sys.modules["resource"])
"""
    (tmp_path / "main.py").write_text(code)
    ran = run(python, str(tmp_path / "main.py"), events=tmp_path / "events", **KNOWN)
    assert (ran.out, ran.err) == (b"True\nNone\n", b"")
    assert not [event for event in ran.events if event.e == "probe-error"]


@pytest.mark.parametrize("python", pythons())
def test_clocks_and_files_that_are_faked_in_every_module(python: str, tmp_path: Path) -> None:
    """As libraries for tests do it."""
    code = """
import multiprocessing, os, sys, time
def fake(*args): raise FileNotFoundError("there is only the fake")
real = os.open, os.write, os.close, os.fstat, time.perf_counter_ns
for name, module in list(sys.modules.items()):
    if name.startswith("procviz_"):
        for name in [name for name, value in vars(module).items() if value in real]:
            setattr(module, name, fake)
def work(): print("works")
process = multiprocessing.get_context("fork").Process(target=work)
process.start()
process.join()
print("worked")
"""
    ran = run(python, "-c", code, events=tmp_path / "events", PROCVIZ_TEE="1", **KNOWN)
    assert (ran.out, ran.err, ran.code) == (b"works\nworked\n", b"", 0)
    child = _starts(ran)[0].tpid or 0
    assert [event.target for event in ran.of(child, "child")] == ["work"]
    assert ran.one("exit-began", pid=child).t


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no process asks for its peak")
def test_a_process_tells_what_it_has_used_before_it_becomes_another_program(tmp_path: Path) -> None:
    code = "import os; text = b'x' * 50_000_000; os.execv('/bin/true', ['true'])"
    ran = run(sys.executable, "-c", code, events=tmp_path / "events", **KNOWN)
    assert (ran.one("call", call="exec").peak or 0) > 50_000
