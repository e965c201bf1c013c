"""As an ordinary user: a whole recording by both witnesses, and what belongs to another user is named, not ended."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from procviz.trace.file import read_recording
from procviz.trace.folding.fold import fold
from procviz.trace.records import Note
from procviz.trace.timeline import Cause
from procviz.wording.report_text import note_text
from tests.users import NOBODY, Nobody, nobody

REPOSITORY = Path(__file__).resolve().parents[3]
PROGRAM = """
import multiprocessing, os, subprocess, sys, time

def works(): pass
def fails(): raise LookupError("on purpose")
def sleeps(): time.sleep(60)

if __name__ == "__main__":
    context = multiprocessing.get_context("METHOD")
    children = [context.Process(target=target, name=target.__name__) for target in (works, fails, sleeps)]
    for child in children: child.start()
    subprocess.run(["sh", "-c", "exit 5"])
    children[2].terminate()
    for child in children: child.join()
    print(os.getuid())
    sys.exit(3)
"""
OF_ROOT = """
import os, subprocess, sys, time
code = "import os, time; os.setuid(0); print('ready', os.getpid(), flush=True); time.sleep(60)"
subprocess.run([os.path.abspath("of-root"), "-I", "-S", "-c", code])
"""
ENDS_THE_RUN = """
import json, sys
from procviz.recorder.client import RecorderClient
from procviz.recorder.job import Job
from procviz.trace.records import Finished, Note, Output
import msgspec
client = RecorderClient(msgspec.json.decode(sys.argv[1], type=Job))
client.start()
while not client.finished:
    for record in client.wait(0.1):
        if isinstance(record, Output) and (record.text or "").startswith("ready"):
            print(json.dumps({"pid": int(record.text.split()[1])}), flush=True)
            client.stop()
        elif isinstance(record, Note):
            print(json.dumps({"note": record.note, "facts": record.facts}), flush=True)
        elif isinstance(record, Finished):
            print(json.dumps({"ended_by": record.ended_by}), flush=True)
"""


@pytest.fixture
def user() -> Iterator[Nobody]:
    with nobody([str(REPOSITORY), str(Path(msgspec.__file__).parents[1])]) as made:
        yield made


@pytest.mark.parametrize("method", ["fork", "forkserver"])
def test_a_whole_recording(user: Nobody, witness: str, method: str) -> None:
    (user.folder / "program.py").write_text(PROGRAM.replace("METHOD", method))
    words = ["-m", "procviz", "record", "--witness", witness, "-o", "run.procviz", "program.py"]
    with user.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        told = running.communicate(timeout=60)
    assert (running.returncode, told[0]) == (3, f"{NOBODY}\n"), told[1]
    assert "LookupError: on purpose" in told[1]
    recording = read_recording(user.folder / "run.procviz")
    timeline = fold(recording)
    assert (recording.header.witness, recording.torn, timeline.finished_exitcode) == (witness, False, 3)
    ends = {life.name: (life.exitcode, life.cause) for life in timeline.lives.values()}
    assert ends["works"] == (0, Cause.RETURNED)
    assert ends["fails"] == (1, Cause.EXCEPTION)
    assert ends["sleeps"] == (-15, Cause.TERMINATE)
    assert 5 in {exitcode for exitcode, _cause in ends.values()}
    assert all(life.ended is not None and life.exitcode is not None for life in timeline.lives.values())
    assert not [record for record in recording.records if isinstance(record, Note) and record.note == "probe-error"]


def test_what_belongs_to_another_user_is_named(user: Nobody) -> None:
    if os.statvfs(user.folder).f_flag & os.ST_NOSUID:
        pytest.skip("NOT TESTED: programs do not become another user in the folder of temporary files")
    theirs = user.folder / "of-root"
    shutil.copy(os.path.realpath(user.python), theirs)
    theirs.chmod(0o4755)
    (user.folder / "program.py").write_text(OF_ROOT)
    described = {
        "program": {"argv": ["program.py"], "cwd": str(user.folder), "title": "program"},
        "interpreter": {"executable": user.python, "version": "3.11.0", "implementation": "cpython"},
        "script": str(user.folder / "program.py"),
    }
    with user.start("-c", ENDS_THE_RUN, json.dumps(described), stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        pid = json.loads(running.stdout.readline())["pid"]
        try:
            told = json.loads(running.stdout.readline())
            assert Path(f"/proc/{pid}").exists()
        finally:
            os.kill(pid, signal.SIGKILL)
        last = json.loads(running.stdout.read())
    assert told == {"note": "survivor", "facts": {"pid": pid}}
    assert last == {"ended_by": "user"}
    assert str(pid) in note_text(Note(t=time.monotonic_ns(), note=told["note"], facts=told["facts"]))
