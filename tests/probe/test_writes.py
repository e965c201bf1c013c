"""What is told of writes: all that goes out through the streams, once, in order, whole as far as a line holds it."""

from __future__ import annotations

import base64
import os
import sys
import threading
from pathlib import Path

import pytest

from procviz.recorder.probe_inbox.probe_events import ProbeEvent
from tests.probe.subject import environment, program, pythons, run


def _content(events: list[ProbeEvent], descriptor: int) -> bytes:
    told = b""
    for event in events:
        if event.e == "write" and event.fd == descriptor:
            data = (event.text or "").encode() or base64.b64decode(event.b64 or "")
            assert event.size is not None
            assert event.t1 is not None
            assert event.t <= event.t1
            told += data + b"?" * (event.size - len(data))
    return told


@pytest.mark.parametrize(
    ("python", "unbuffered"), [(pythons()[0], ""), (pythons()[0], "1"), *[(python, "") for python in pythons()[1:]]]
)
def test_all_that_is_printed_is_told(python: str, unbuffered: str, tmp_path: Path) -> None:
    events = tmp_path / "events"
    ran = run(python, program("prints"), events=events, PROCVIZ_TEE="1", PYTHONUNBUFFERED=unbuffered)
    told = _content(ran.events, 1)
    assert len(told) == len(ran.out) - len(b"raw\n")
    shown = ran.out.replace(b"raw\n", b"")
    assert all(known in (ord("?"), byte) for known, byte in zip(told, shown, strict=True))
    assert told.count(b"?") < len(told) * 0.9
    assert _content(ran.events, 2) == b"error text\n"
    child = ran.one("forked").pid
    assert b"".join((event.text or "").encode() for event in ran.of(child, "write")) == b"forked\n"
    assert b"void" not in told


def test_a_print_on_a_terminal_is_one_write(tmp_path: Path) -> None:
    events = tmp_path / "events"
    events.touch()
    shown, code = _on_a_terminal(
        [sys.executable, "-c", "print('a', 'b'); print('c')"], environment(events, PROCVIZ_TEE="1")
    )
    assert (shown.replace(b"\r", b""), code) == (b"a b\nc\n", 0)
    assert events.read_bytes().count(b'"write"') == 2


def test_a_prompt_on_a_terminal(tmp_path: Path) -> None:
    events = tmp_path / "events"
    events.touch()
    code = "print('before'); print('got', input('name? '))"
    shown, status = _on_a_terminal([sys.executable, "-c", code], environment(events, PROCVIZ_TEE="1"), b"me\n")
    assert status == 0
    assert b"name? " in shown
    assert b"got me" in shown


def test_output_that_goes_elsewhere_is_not_told(tmp_path: Path) -> None:
    """A child whose output is a pipe of its parent does not print for the user."""
    code = (
        "import subprocess, sys\n"
        "inner = [sys.executable, '-c', 'import sys; print(\"inner\"); sys.stderr.write(\"loud\")']\n"
        "print(len(subprocess.run(inner, stdout=subprocess.PIPE).stdout))"
    )
    ran = run(sys.executable, "-c", code, events=tmp_path / "events", PROCVIZ_TEE="1")
    assert [(event.fd, event.text) for event in ran.events if event.e == "write"] == [(2, "loud"), (1, "6\n")]


def test_which_files_are_the_programs_own_can_be_said(tmp_path: Path) -> None:
    status = os.stat(os.devnull)
    ran = run(
        sys.executable, "-c", "print(1)", events=tmp_path / "events", PROCVIZ_TEE=f"{status.st_dev}:{status.st_ino}"
    )
    assert not [event for event in ran.events if event.e == "write"]


def test_unflushed_text_is_told_when_it_goes_out(tmp_path: Path) -> None:
    code = "import os, sys; print('lost'); os.fork() or os._exit(0); os.wait(); print('kept')"
    ran = run(sys.executable, "-c", code, events=tmp_path / "events", PROCVIZ_TEE="1")
    assert ran.out == b"lost\nkept\n"
    assert [event.text for event in ran.events if event.e == "write"] == ["lost\nkept\n"]


def _on_a_terminal(command: list[str], variables: dict[str, str], typed: bytes = b"") -> tuple[bytes, int]:
    """Run a command on a terminal of its own; what it showed, and its exit status."""
    import pty
    import subprocess

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command, env=variables, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    os.write(ours, typed)
    guard = threading.Timer(60, process.kill)
    guard.start()
    shown = b""
    try:
        while data := os.read(ours, 65536):
            shown += data
    except OSError:  # its last holder is gone
        pass
    finally:
        os.close(ours)
        guard.cancel()
    return shown, process.wait(60)
