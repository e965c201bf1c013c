"""What the probe hooks is there in every Python that this machine has, and a Python nobody has looked at says so."""

from __future__ import annotations

import subprocess

import pytest

from tests.probe.subject import PROBE, pythons

ASKS = """
import importlib, sys
sys.path.insert(0, sys.argv[1])
from procviz_versions import HOOKS, LAST_SEEN
version = sys.version_info[:2]
if version > LAST_SEEN:
    print("Python %d.%d is newer than any that the hooks were compared with" % version)
for module, name, first, last in HOOKS:
    found = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    if (found is not None) != (version >= first and (last is None or version <= last)):
        print(module, name, "is missing" if found is None else "is there")
"""


@pytest.mark.parametrize("python", pythons())
def test_the_hooks_are_where_the_table_says(python: str) -> None:
    command = [python, "-I", "-c", ASKS, str(PROBE)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout == ""
