"""What a process is called in lists of processes: by another name at will, and by its own again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone")

ASKS = """
import os, sys
sys.path.insert(0, sys.argv[1])
from procviz.recorder.system_calls.process_title import Title

def told(file):
    return repr(open(f"/proc/self/{file}", "rb").read())

before = told("cmdline"), told("comm"), told("environ")
title = Title()
title.become(sys.argv[2] * int(sys.argv[3]))
print(told("cmdline"), told("comm"), told("environ") == before[2], sep="\\n", flush=True)
if os.fork() == 0:
    title.restore()
    print((told("cmdline"), told("comm"), told("environ")) == before, flush=True)
    os._exit(0)
os.wait()
print(told("comm"))
"""


def _told(title: str, times: int = 1) -> list[str]:
    root = str(Path(__file__).parents[3])
    command = [sys.executable, "-c", ASKS, root, title, str(times)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.splitlines()


def test_another_name_and_ones_own_again_in_a_child() -> None:
    command, name, environment, restored, still = _told("run-guard")
    assert command.rstrip("0\\x'") == "b'run-guard"
    assert name == still == "b'run-guard\\n'"
    assert (environment, restored) == ("True", "True")


def test_a_name_that_does_not_fit_changes_nothing() -> None:
    command, name, *rest = _told("x", 100_000)
    assert command.startswith(f"b'{sys.executable}")
    assert not name.startswith("b'x")
    assert rest[:2] == ["True", "True"]
