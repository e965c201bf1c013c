"""The kernel's process events, and what a pidfd tells, of real processes."""

from __future__ import annotations

import os
import select
import signal
import struct
import sys
import threading
from collections.abc import Iterator

import pytest

from procviz.recorder.system_calls import pidfd, process_tree
from procviz.recorder.system_calls.proc_connector import KernelEvent, KernelWitness, parse
from procviz.recorder.system_calls.process_identity import Identity

linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's events and pidfds are Linux's")


@pytest.fixture
def witness() -> Iterator[KernelWitness]:
    try:
        opened = KernelWitness.open()
    except OSError as error:
        pytest.skip(f"NOT TESTED: no kernel events here: {error}")
    yield opened
    opened.close()


def events_of(witness: KernelWitness, pid: int, last: str) -> list[KernelEvent]:
    """Every event about this process, up to the first of kind `last`."""
    seen: list[KernelEvent] = []
    while not any(event.kind == last for event in seen):
        assert select.select([witness], [], [], 5)[0], f"the kernel told no {last} of {pid}"
        seen += [event for event in witness.read() if event.pid == pid]
    return seen


@linux
def test_fork_exec_and_exit_come_in_order_with_parent_and_status(witness: KernelWitness) -> None:
    pid = os.posix_spawn("/bin/sh", ["sh", "-c", "exit 7"], dict(os.environ))
    os.waitpid(pid, 0)
    events = events_of(witness, pid, "exit")
    kinds = [event.kind for event in events]
    assert kinds == ["fork", "exec", "exit"]
    assert events[0].ppid == os.getpid()
    assert os.waitstatus_to_exitcode(events[-1].status) == 7
    assert [event.t for event in events] == sorted(event.t for event in events)


@linux
def test_a_thread_is_no_process(witness: KernelWitness) -> None:
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
    pid = os.posix_spawn("/bin/true", ["true"], dict(os.environ))
    os.waitpid(pid, 0)
    events = witness.read()
    assert thread.native_id not in {event.pid for event in events}
    assert KernelEvent("thread-exit", 0, os.getpid()).kind in {e.kind for e in events if e.pid == os.getpid()}


@linux
def test_death_by_signal_keeps_the_signal(witness: KernelWitness) -> None:
    pid = os.posix_spawn("/bin/sleep", ["sleep", "60"], dict(os.environ))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(events_of(witness, pid, "exit")[-1].status) == -signal.SIGKILL


def test_what_is_no_event_is_passed_over() -> None:
    assert parse(b"") is None
    assert parse(bytes(200)) is None


def test_the_birth_of_a_thread_names_its_process() -> None:
    thread_born = bytes(36) + struct.pack("=IIQ4I", 0x1, 0, 5, 10, 10, 12, 11)
    assert parse(thread_born) == KernelEvent("thread-fork", 5, 11)


@linux
def test_status_is_read_from_the_zombie_and_from_the_reaped() -> None:
    pid = os.posix_spawn("/bin/sh", ["sh", "-c", "exit 3"], dict(os.environ))
    descriptor = pidfd.open_pidfd(pid)
    assert descriptor is not None
    assert pidfd.start_ticks(pid)
    try:
        assert select.select([descriptor], [], [], 5)[0]
        status = pidfd.zombie_status(pid)
        assert status is not None
        assert os.waitstatus_to_exitcode(status) == 3
        assert pidfd.exit_status(descriptor) is None, "not reaped yet"
        os.waitpid(pid, 0)
        assert pidfd.zombie_status(pid) is None
        assert pidfd.start_ticks(pid) is None
        after = pidfd.exit_status(descriptor)
        if after is None:
            pytest.skip("NOT TESTED: Linux before 6.15 does not tell the status of the reaped")
        assert os.waitstatus_to_exitcode(after) == 3
    finally:
        os.close(descriptor)


@linux
def test_no_descriptor_for_a_thread_that_has_the_number_of_a_process_by_now() -> None:
    leave = threading.Event()
    thread = threading.Thread(target=leave.wait)
    thread.start()
    try:
        assert thread.native_id is not None
        assert pidfd.open_pidfd(thread.native_id) is None
        assert not process_tree.send_signal(Identity(thread.native_id, 0), signal.SIGTERM)
    finally:
        leave.set()
        thread.join()


@linux
def test_no_descriptor_for_the_dead() -> None:
    pid = os.posix_spawn("/bin/true", ["true"], dict(os.environ))
    os.waitpid(pid, 0)
    assert pidfd.open_pidfd(pid) is None
