"""Every process of a program is found, and how it ended, whoever watches and however it was started."""

from __future__ import annotations

import multiprocessing
import sys
from collections import Counter
from collections.abc import Callable

import pytest

from procviz.trace.records import (
    Adopted,
    Began,
    Call,
    Called,
    Described,
    Ended,
    Finished,
    Header,
    Reaped,
    Samples,
    Step,
    Witness,
)
from tests.recorder.conftest import Records

Recorded = Callable[..., Records]

ENDINGS = """
    import ctypes, multiprocessing, os, signal, sys, time

    def returned(): pass
    def exception(): raise RuntimeError("on purpose")
    def sys_exit(): sys.exit(3)
    def os_exit(): os._exit(4)
    def segfault(): ctypes.string_at(0)
    def killed():
        os.kill(os.getpid(), signal.SIGKILL)

    if __name__ == "__main__":
        context = multiprocessing.get_context("METHOD")
        children = [context.Process(target=f, name=f.__name__)
                    for f in (returned, exception, sys_exit, os_exit, segfault, killed)]
        for child in children: child.start()
        for child in children: child.join()
        sys.exit(7)
"""
CODES = {"returned": 0, "exception": 1, "sys_exit": 3, "os_exit": 4, "segfault": -11, "killed": -9}


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_exit_codes(record: Recorded, witness: str, method: str) -> None:
    records = record(ENDINGS.replace("METHOD", method), witness=witness)
    assert isinstance(records[0], Header)
    assert records[0].witness == witness
    assert {name: records.end(records.named(name)).exitcode for name in CODES} == CODES
    assert records.end(1).exitcode == 7
    last = records[-1]
    assert isinstance(last, Finished)
    assert last.exitcode == 7
    assert last.ended_by is None
    assert {life.p for life in records.of(Began)} == {end.p for end in records.of(Ended)}


def test_a_life_begins_before_anything_is_said_of_it(record: Recorded, witness: str) -> None:
    records = record(ENDINGS.replace("METHOD", "spawn"), witness=witness)
    begun: set[int] = set()
    for one in records[1:]:
        if isinstance(one, Began):
            begun.add(one.p)
        elif isinstance(one, Samples):
            assert begun.issuperset(one.p or [])
        elif (p := getattr(one, "p", None)) is not None:
            assert p in begun, one
    assert sum(isinstance(one, Finished) for one in records) == 1


def test_kernel_times_are_exact(record: Recorded, witness: str) -> None:
    records = record(ENDINGS.replace("METHOD", "fork"), witness=witness)
    if witness == "kernel":
        assert {(life.w, life.precision_ns) for life in records.of(Began)} == {(Witness.KERNEL, 0)}
        assert {(end.w, end.precision_ns) for end in records.of(Ended)} == {(Witness.KERNEL, 0)}
    for life in records.of(Began):
        assert life.precision_ns is not None
        assert life.precision_ns >= 0
        assert life.t - life.precision_ns < records.end(life.p).t


def test_daemons_are_cut_off_before_main_ends(record: Recorded, witness: str) -> None:
    records = record(
        """
        import multiprocessing, time
        if __name__ == "__main__":
            context = multiprocessing.get_context("fork")
            daemon = context.Process(target=time.sleep, args=(60,), name="daemon", daemon=True)
            other = context.Process(target=time.sleep, args=(0.5,), name="other")
            daemon.start()
            other.start()
            time.sleep(0.05)
        """,
        witness=witness,
    )
    daemon, other = records.named("daemon"), records.named("other")
    code_ended = next(step.t for step in records.of(Step) if step.p == 1 and step.step == "code-ended")
    assert records.end(daemon).exitcode == -15
    assert code_ended < records.end(daemon).t < records.end(1).t
    assert code_ended < records.end(other).t < records.end(1).t
    cut_off = next(call for call in records.of(Call) if call.target == daemon and call.implicit)
    assert cut_off.name == "terminate"
    described = [one for one in records.of(Described) if one.p == daemon]
    assert any(one.daemon for one in described)
    assert any(one.start_method == "fork" for one in described)


def test_calls_name_their_target(record: Recorded, witness: str) -> None:
    records = record(
        """
        import multiprocessing, signal, sys, time

        def stubborn(ready):
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            ready.set()
            time.sleep(60)

        if __name__ == "__main__":
            context = multiprocessing.get_context("fork")
            ready = context.Event()
            child = context.Process(target=stubborn, args=(ready,), name="stubborn")
            child.start()
            ready.wait()
            child.terminate()
            child.join(0.05)
            child.kill()
            child.join()
        """,
        witness=witness,
    )
    p = records.named("stubborn")
    calls = [call for call in records.of(Call) if call.target == p]
    assert [call.name for call in calls if call.name != "close"] == ["terminate", "join", "kill", "join"]
    assert [call.signal for call in calls if call.signal] == [15, 9]
    assert calls[1].timeout_s == 0.05
    assert all(call.file is not None and call.file.endswith("program.py") for call in calls)
    assert len({call.call for call in records.of(Call)}) == len(records.of(Call))
    results = {called.call: called.result for called in records.of(Called)}
    assert results[calls[1].call] is None
    assert results[calls[3].call] == -9
    started = next(call for call in records.of(Call) if call.name == "start")
    assert next(called.target for called in records.of(Called) if called.call == started.call) == p
    assert any(reaped.by == 1 and reaped.exitcode == -9 for reaped in records.of(Reaped) if reaped.p == p)


def test_children_that_are_not_python(record: Recorded, witness: str) -> None:
    records = record(
        """
        import os, subprocess, sys
        subprocess.run(["sh", "-c", "exit 5"])
        subprocess.run([sys.executable, "-I", "-c", "import os; os._exit(6)"])
        subprocess.run([sys.executable, "-c", "raise SystemExit(8)"], env={})
        pid = os.posix_spawn("/bin/sh", ["sh", "-c", "sleep 0.3; exit 9"], os.environ)
        os.waitpid(pid, 0)
        """,
        witness=witness,
    )
    codes = sorted(end.exitcode or 0 for end in {end.p: end for end in records.of(Ended)}.values() if end.p != 1)
    assert [code for code in codes if code] == [5, 6, 8, 9]


def test_many_that_live_for_no_time(record: Recorded, witness: str) -> None:
    records = record(
        """
        import os
        pids = []
        for code in range(40):
            pid = os.fork()
            if pid == 0:
                os._exit(code)
            pids.append(pid)
        for pid in pids:
            os.waitpid(pid, 0)
        """,
        witness=witness,
    )
    ends = {end.p: end for end in records.of(Ended)}
    assert len(ends) == 41
    assert Counter(end.exitcode for end in ends.values()) == Counter([0, *range(40)])
    kinds = {one.kind for one in records.of(Described) if one.p != 1}
    assert kinds == {"fork"}


def test_orphans_are_adopted_and_reaped_by_the_recorder(record: Recorded, witness: str) -> None:
    records = record(
        """
        import multiprocessing, os, sys, time

        def outlive(parent):
            while os.getppid() == parent:
                time.sleep(0.01)
            time.sleep(1)  # a busy recorder, too, finds it adopted before it ends
            sys.exit(12)

        if __name__ == "__main__":
            multiprocessing.get_context("fork").Process(target=outlive, args=(os.getpid(),), name="orphan").start()
            time.sleep(0.1)
            os._exit(0)
        """,
        witness=witness,
    )
    p = records.named("orphan")
    assert records.end(p).exitcode == 12
    assert records.end(1).t <= records.end(p).t  # one look of a busy recorder may find both
    adopted = records.of(Adopted)
    assert [(one.p, one.by) for one in adopted] == [(p, None)]
    assert adopted[0].by_pid == records.of(Began)[0].ppid
    assert any(one.p == p and one.by_recorder for one in records.of(Reaped))


def test_helpers_are_marked(record: Recorded, witness: str) -> None:
    records = record(
        """
        import multiprocessing
        if __name__ == "__main__":
            context = multiprocessing.get_context("forkserver")
            child = context.Process(target=print, args=("here",), name="child")
            child.start()
            child.join()
        """,
        witness=witness,
    )
    helpers = {one.name for one in records.of(Described) if one.kind == "helper"}
    assert helpers == {"forkserver", "resource-tracker"}
    server, child = records.named("forkserver"), records.named("child")
    assert next(life.parent for life in records.of(Began) if life.p == child) == server
    assert "here\n" in records.text(child)


def test_without_the_probe(record: Recorded, witness: str) -> None:
    records = record(
        """
        import multiprocessing, os, sys, time
        if __name__ == "__main__":
            assert "sitecustomize" not in sys.modules or not hasattr(sys.modules["sitecustomize"], "_folder")
            child = multiprocessing.get_context("fork").Process(target=time.sleep, args=(0.3,))
            child.start()
            child.join()
            sys.exit(2)
        """,
        witness=witness,
        probe=False,
    )
    assert records.of(Step) == []
    assert len({life.p for life in records.of(Began)}) == 2
    assert records.end(2).exitcode == 0
    assert records.end(1).exitcode == 2
    assert not any(getattr(one, "note", "") == "probe-silent" for one in records)


def test_a_process_of_many_threads_ends_with_the_last(record: Recorded, witness: str) -> None:
    records = record(
        """
        import ctypes, os, threading, time
        def leave():
            time.sleep(0.2)
            os._exit(21)
        threading.Thread(target=leave).start()
        ctypes.CDLL(None).pthread_exit(None)
        """,
        witness=witness,
    )
    assert records.end(1).exitcode == 21
    assert len(records.of(Ended)) <= 2
    up = next(step.t for step in records.of(Step) if step.step == "up")
    assert records.end(1).t - up > 150_000_000


def test_samples_start_with_a_gap(record: Recorded) -> None:
    records = record(
        """
        import time
        while time.process_time() < 0.4: pass
        """,
        interval_ns=20_000_000,
    )
    samples = records.of(Samples)
    assert samples[0].p == [1]
    assert samples[0].c == [None]
    assert len(samples) > 2
    assert max(one.c[0] or 0 for one in samples) > 5
    assert sorted(one.r[0] or 0 for one in samples)[len(samples) // 2] > 1000  # on its way out it has none
    end = records.end(1)
    assert end.cpu_seconds is not None
    assert 0.3 < end.cpu_seconds < 2
    assert end.max_rss_bytes is not None
    assert end.max_rss_bytes > 4 << 20
    assert sys.platform == "linux"


@pytest.mark.skipif("forkserver" not in multiprocessing.get_all_start_methods(), reason="NOT TESTED: no fork server")
@pytest.mark.skipif(sys.version_info[:2] == (3, 14), reason="with Python 3.14 the fork server fails and not its child")
def test_a_fork_servers_child_that_cannot_import_the_program(record: Recorded, witness: str) -> None:
    text = """
        import multiprocessing
        def work(): pass
        if __name__ == "__main__":
            child = multiprocessing.get_context("forkserver").Process(target=work, name="child")
            child.start()
            child.join()
        else:
            raise ValueError("not to be imported")
    """
    records = record(text, witness=witness)
    child = records.named("child")
    assert records.end(child).exitcode == 1
    told = [step for step in records.of(Step) if step.p == child and step.step == "code-ended"]
    assert [(step.exception, step.message) for step in told] == [("ValueError", "not to be imported")]
    assert "in <module>" in (told[0].traceback or "")
