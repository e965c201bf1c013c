"""Damaged and made-up recordings through all of the way but the window: nothing raises, every text stays in its line.

60 of them, a second or two; PROCVIZ_TEST_MUTANTS says how many else. In processes of their own: one that ends in a
crash must be told of.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
MUTANTS = int(os.environ.get("PROCVIZ_TEST_MUTANTS", "60"))
AT_ONCE = 1000


@pytest.mark.parametrize("first", range(0, MUTANTS, AT_ONCE))
def test_no_recording_raises(first: int, tmp_path: Path) -> None:
    count = min(AT_ONCE, MUTANTS - first)
    command = [sys.executable, "-P", "-m", "tests.mutants", "exports", str(first), str(count), str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not list(tmp_path.rglob("*.txt"))
