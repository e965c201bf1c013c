"""What the recorder and the program may use."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from procviz.trace.records import Header
from tests.recorder.conftest import Records


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="NOT TESTED: no processor can be chosen here")
def test_only_the_processors_that_the_program_may_use_are_counted(record: Callable[..., Records]) -> None:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        records = record("pass")
    finally:
        os.sched_setaffinity(0, before)
    assert isinstance(records[0], Header)
    assert records[0].platform.cpu_count == 1
