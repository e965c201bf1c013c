"""What goes wrong is told as a problem or a note, and nothing that was recorded is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from procviz.recorder.client import RecorderClient
from procviz.recorder.job import Job
from procviz.trace.file import read_recording
from procviz.trace.problem import Problem, ProblemKind
from procviz.trace.records import Finished, Header, Interpreter, Note, encode_line
from tests.recorder.conftest import Records, finish

Recorded = Callable[..., Records]


def _interpreter(path: object) -> Interpreter:
    return Interpreter(executable=str(path), version="3.11.0", implementation="cpython")


def test_interpreter_missing(record: Recorded, tmp_path: Path) -> None:
    with pytest.raises(Problem) as raised:
        record("pass", interpreter=_interpreter(tmp_path / "python"))
    assert raised.value.kind is ProblemKind.INTERPRETER_MISSING
    assert raised.value.facts == {"path": str(tmp_path / "python")}


def test_interpreter_that_cannot_be_started(record: Recorded, tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_bytes(b"\x7fELF no")
    broken.chmod(0o755)
    with pytest.raises(Problem) as raised:
        record("pass", interpreter=_interpreter(broken))
    assert raised.value.kind is ProblemKind.RECORDER_FAILED


def test_folder_missing(start: Callable[..., RecorderClient], job: Callable[..., Job], tmp_path: Path) -> None:
    import msgspec

    good = job("pass")
    gone = msgspec.structs.replace(good, program=msgspec.structs.replace(good.program, cwd=str(tmp_path / "gone")))
    client = RecorderClient(gone)
    client.start()
    with pytest.raises(Problem) as raised:
        finish(client)
    assert raised.value.kind is ProblemKind.RECORDER_FAILED
    client.close()


@pytest.mark.parametrize("path", ["/dev/full", "missing/folder/run.procviz"])
def test_recording_that_cannot_be_written(record: Recorded, tmp_path: Path, path: str) -> None:
    records = record("print('on')", recording=str(tmp_path / path))
    assert isinstance(records[0], Header)
    assert [one.note for one in records.of(Note)] == ["write-failed"]
    assert records.text(1) == "on\n"
    assert isinstance(records[-1], Finished)


def test_the_file_holds_what_the_client_got(record: Recorded, tmp_path: Path) -> None:
    path = tmp_path / "run.procviz"
    records = record("print('kept')", recording=str(path))
    assert path.read_bytes() == b"".join(encode_line(one) for one in records)


def test_a_client_that_does_not_follow_gets_the_frame_only(record: Recorded, tmp_path: Path) -> None:
    path = tmp_path / "run.procviz"
    records = record("print('kept')", recording=str(path), follow=False)
    assert [type(one) for one in records] == [Header, Finished]
    assert Records(read_recording(path).records).text(1) == "kept\n"


def test_a_probe_that_is_ignored_is_noticed(record: Recorded, tmp_path: Path) -> None:
    import sys

    deaf = tmp_path / "deaf"
    deaf.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I "$@"\n')
    deaf.chmod(0o755)
    records = record("print('on')", interpreter=_interpreter(deaf))
    assert [one.note for one in records.of(Note)] == ["probe-silent"]
    assert records.text(None) == "on\n"
    assert records.end(1).exitcode == 0


def test_close_before_start_and_twice(job: Callable[..., Job]) -> None:
    client = RecorderClient(job("pass"))
    client.close()
    client.start()
    client.close()
    client.close()
