"""Who sent the signal that ended a process: by every way to send one, and never a stranger where it was a crash."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from procviz.trace.findings.all_findings import FindingKind, find
from procviz.trace.timeline import Cause, InstantKind, Kind
from tests.recorder.conftest import Records

Recorded = Callable[..., Records]

OF_ITSELF = """
    import ctypes, faulthandler, multiprocessing, os, signal, threading, time

    def raises(): signal.raise_signal(signal.SIGTERM)
    def raises_in_a_thread():
        threading.Thread(target=lambda: signal.raise_signal(signal.SIGTERM)).start()
        time.sleep(60)
    def signals_a_thread(): signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)
    def kills_itself(): os.kill(os.getpid(), signal.SIGKILL)
    def raises_a_fault(): signal.raise_signal(signal.SIGSEGV)
    def aborts(): os.abort()
    def reads_nowhere(): ctypes.string_at(0)
    def with_a_handler_of_faults():
        faulthandler.enable(open(os.devnull, "w"))
        faulthandler._sigsegv()
    def survives():
        signal.signal(signal.SIGUSR1, lambda number, frame: None)
        signal.raise_signal(signal.SIGUSR1)
    def sleeps(): time.sleep(60)

    if __name__ == "__main__":
        context = multiprocessing.get_context("fork")
        for target in (raises, raises_in_a_thread, signals_a_thread, kills_itself, raises_a_fault, aborts,
                       reads_nowhere, with_a_handler_of_faults, survives):
            child = context.Process(target=target, name=target.__name__)
            child.start()
            child.join()
        if hasattr(os, "pidfd_open"):
            child = context.Process(target=sleeps, name="by_descriptor")
            child.start()
            descriptor = os.pidfd_open(child.pid)
            signal.pidfd_send_signal(descriptor, signal.SIGTERM)
            child.join()
        signal.raise_signal(signal.SIGINT)
"""


def _line_of(path: Path, text: str) -> int:
    return next(number for number, line in enumerate(path.read_text().splitlines(), 1) if text in line)


def test_who_sends_to_itself_is_the_sender(record: Recorded, witness: str, tmp_path: Path) -> None:
    timeline = record(OF_ITSELF, witness=witness).timeline()
    named = {life.name: life for life in timeline.lives.values()}
    senders = {
        "raises": ("SIGTERM", "def raises()"),
        "raises_in_a_thread": ("SIGTERM", "threading.Thread(target=lambda"),
        "signals_a_thread": ("SIGUSR1", "def signals_a_thread"),
        "kills_itself": ("SIGKILL", "def kills_itself"),
        "raises_a_fault": ("SIGSEGV", "def raises_a_fault"),
    }
    for name, (signal, text) in senders.items():
        life, line = named[name], _line_of(tmp_path / "program.py", text)
        assert (life.signal, life.cause, life.by) == (signal, Cause.SIGNAL, life.id), name
        assert life.cause_place is not None
        assert (life.cause_place.file, life.cause_place.line) == (str(tmp_path / "program.py"), line)
    for name, signal in (("aborts", "SIGABRT"), ("reads_nowhere", "SIGSEGV"), ("with_a_handler_of_faults", "SIGSEGV")):
        assert (named[name].signal, named[name].cause, named[name].by) == (signal, Cause.CRASH, None), name
    assert (named["survives"].exitcode, named["survives"].cause) == (0, Cause.RETURNED)
    if "by_descriptor" in named:
        assert (named["by_descriptor"].cause, named["by_descriptor"].by) == (Cause.SIGNAL, 1)
    assert (named["MainProcess"].signal, named["MainProcess"].by) == ("SIGINT", 1)
    assert FindingKind.KILLED_FROM_OUTSIDE not in {finding.kind for finding in find(timeline)}


A_GROUP = """
    import os, signal, subprocess, sys, time

    inside = subprocess.Popen(["sleep", "60"])
    apart = subprocess.Popen(["sleep", "60"], start_new_session=True)
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    {send}
    inside.wait()
    apart.kill()  # a sender that is told apart from the group's
    apart.wait()
"""


@pytest.mark.parametrize("send", ["os.killpg(os.getpgrp(), signal.SIGUSR1)", "os.kill(0, signal.SIGUSR1)"])
def test_each_member_of_a_group_knows_who_sent_it_a_signal(
    record: Recorded, witness: str, send: str, tmp_path: Path
) -> None:
    timeline = record(A_GROUP.format(send=send), witness=witness).timeline()
    main, inside, apart = timeline.lives.values()
    line = _line_of(tmp_path / "program.py", send)
    assert (inside.signal, inside.cause, inside.by) == ("SIGUSR1", Cause.SIGNAL, main.id)
    assert inside.cause_place is not None
    assert inside.cause_place.line == line
    assert (apart.signal, apart.by) == ("SIGKILL", main.id)
    assert [one.name for one in apart.instants if one.kind is InstantKind.SIGNAL] == ["SIGKILL"]
    handled = [finding for finding in find(timeline) if finding.kind is FindingKind.SIGNAL_HANDLED]
    assert [(finding.processes, finding.facts["handler"]) for finding in handled] == [((main.id, main.id), "ignore")]


HANDLED = """
    import multiprocessing, os, signal, sys, time

    def aborted(number, frame): sys.exit(3)
    def work(ready):
        signal.signal(signal.SIGABRT, aborted)
        ready.set()
        time.sleep(60)

    if __name__ == "__main__":
        context = multiprocessing.get_context("fork")
        ready = context.Event()
        child = context.Process(target=work, args=(ready,), name="work")
        child.start()
        ready.wait()
        os.kill(child.pid, signal.SIGABRT)
        child.join()
"""


def test_a_signal_that_a_handler_answers_is_told(record: Recorded, witness: str) -> None:
    timeline = record(HANDLED, witness=witness).timeline()
    [finding] = [one for one in find(timeline) if one.kind is FindingKind.SIGNAL_HANDLED]
    facts = finding.facts
    assert (facts["signal"], facts["handler"], facts["count"], facts["exitcode"]) == ("SIGABRT", "aborted", 1, 3)
    assert finding.processes == (2, 1)
    assert finding.place is not None


@pytest.mark.parametrize(
    ("call", "command", "error"),
    [
        ("['sleep', '1'], preexec_fn=lambda: 1 / 0", "sleep", "SubprocessError"),
        ("['no-such-command-at-all', '1']", "no-such-command-at-all", "FileNotFoundError"),
    ],
)
def test_a_command_that_never_ran_is_not_told_as_ended(
    record: Recorded, witness: str, call: str, command: str, error: str
) -> None:
    text = f"import subprocess, time\ntry:\n    subprocess.run({call})\nexcept Exception:\n    pass\ntime.sleep(0.01)\n"
    timeline = record(text, witness=witness).timeline()
    [finding] = find(timeline)
    child = timeline.lives[finding.processes[0]]
    assert (child.kind, child.exitcode, child.cmdline) == (Kind.FORK, 255, None)
    assert finding.kind is FindingKind.NOT_RUN
    assert finding.processes[1:] == (1,)
    assert finding.facts["command"] == command
    assert str(finding.facts["error"]).startswith(error)
