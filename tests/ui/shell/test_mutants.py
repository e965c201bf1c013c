"""Damaged and made-up recordings in a window: nothing raises, none ends it.

Four of them; PROCVIZ_TEST_MUTANTS says of how many a quarter goes through it else. In processes of their own: one that
ends in a crash must be told of.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent.parent
MUTANTS = int(os.environ.get("PROCVIZ_TEST_MUTANTS", "16")) // 4
AT_ONCE = 250


@pytest.mark.parametrize("first", range(0, MUTANTS, AT_ONCE))
def test_no_recording_ends_a_window(first: int, tmp_path: Path) -> None:
    count = min(AT_ONCE, MUTANTS - first)
    command = [sys.executable, "-P", "-m", "tests.mutants", "window", str(first), str(count), str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
