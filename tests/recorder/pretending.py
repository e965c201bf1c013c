"""What the tests of the macOS and Windows parts share: a recorder on Linux that takes it for another system."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from procviz.recorder import recorder_process

PROGRAMS = Path(__file__).with_name("programs")
ENDS = """
    import multiprocessing, os, sys, time

    def plain(): pass
    def three(): sys.exit(3)
    def stuck(): time.sleep(60)

    if __name__ == "__main__":
        context = multiprocessing.get_context("{method}")
        print("main speaks")
        for name, target in (("plain", plain), ("three", three), ("stuck", stuck)):
            child = context.Process(target=target, name=name)
            child.start()
            if name == "stuck":
                child.terminate()
            child.join()
        sys.exit(5)
"""


def pretend(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    """Have recorders of this test start as `programs/as_<system>.py`.

    It kills and reaps as Linux does: who is quicker there says nothing of the other system, so it is run by hand.
    """
    if "PROCVIZ_TEST_STAND_INS" not in os.environ:
        pytest.skip(f"NOT TESTED: a Linux that poses as {system} (set PROCVIZ_TEST_STAND_INS to run it)")
    program = PROGRAMS / f"as_{system.lower()}.py"
    monkeypatch.setattr(recorder_process, "recorder_command", lambda: [sys.executable, str(program)])
