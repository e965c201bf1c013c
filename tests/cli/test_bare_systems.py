"""Where the system has less to give than usual, a recording is made all the same, and says what it lacks."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from procviz.trace.file import read_recording
from procviz.trace.folding.fold import fold
from procviz.trace.records import Header, Note
from procviz.ui.shell.status import trouble_texts
from tests.cli.conftest import Run

TALKS = """
import multiprocessing, sys

def child():
    print("child says")

if __name__ == "__main__":
    print(sys.stdout.isatty(), sys.stderr.isatty(), flush=True)
    process = multiprocessing.Process(target=child, name="child")
    process.start()
    process.join()
    print("main warns", file=sys.stderr)
"""
WITHOUT_TERMINALS = 'mount -t tmpfs none /dev/pts && exec "$@"'


@pytest.fixture
def without_terminals() -> list[str]:
    """The words that go before a command which is to find no /dev/pts."""
    words = ["unshare", "--mount", "sh", "-c", WITHOUT_TERMINALS, "sh"]
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("NOT TESTED: hiding /dev/pts needs Linux, root and unshare")
    openpty = [sys.executable, "-c", "import os; os.openpty()"]
    tried = subprocess.run([*words, *openpty], capture_output=True, text=True, check=False)
    if "OSError" not in tried.stderr:
        pytest.skip(f"NOT TESTED: /dev/pts cannot be hidden here: {tried.stderr}")
    return words


@pytest.mark.parametrize("output", ["terminal", "unbuffered"])
def test_without_a_terminal_to_give_the_output_goes_into_a_pipe(
    procviz: Run, tmp_path: Path, without_terminals: list[str], output: str
) -> None:
    (tmp_path / "talks.py").write_text(TALKS)
    record = ["-m", "procviz", "record", "--output", output, "-o", "talks.procviz", "talks.py"]
    done = subprocess.run(
        [*without_terminals, sys.executable, *record],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "False False\nchild says\n")
    recording = read_recording(tmp_path / "talks.procviz")
    notes = [record for record in recording.records if isinstance(record, Note)]
    assert [note.note for note in notes] == ["no-terminal"]
    assert "stdout-pipe" in recording.header.changed
    assert recording.header.output == ("pipe" if output == "terminal" else output)
    said = [text for text in trouble_texts(fold(recording)) if str(notes[0].facts["reason"]) in text]
    assert len(said) == 1
    assert said[0] in done.stderr
    assert said[0] in procviz("report", "talks.procviz").stdout
    assert json.loads(procviz("report", "--json", "talks.procviz").stdout)["program"]["exitcode"] == 0


def test_where_there_is_a_terminal_nothing_is_said_of_it(procviz: Run, tmp_path: Path) -> None:
    (tmp_path / "talks.py").write_text(TALKS)
    done = procviz("record", "-o", "talks.procviz", "talks.py")
    assert done.stdout == "True True\nchild says\n"
    header = read_recording(tmp_path / "talks.procviz").header
    assert isinstance(header, Header)
    assert (header.output, done.stderr) == ("terminal", "main warns\n")
    assert "About this recording" not in procviz("report", "talks.procviz").stdout
