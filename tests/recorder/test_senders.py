"""Who sent the signal that ended a process: by every way to send one, and never a stranger where it was a crash."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from procviz.trace.findings import FindingKind, find
from procviz.trace.timeline import Cause
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
