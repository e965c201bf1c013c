"""One clock for everybody: the observed programs stamp with `time.perf_counter_ns`, procviz with `time.monotonic_ns`.

On Linux and macOS these are the same clock. On Windows they are since Python 3.13; before, the second one went in steps
of 16 ms and began elsewhere.
"""

from __future__ import annotations

import sys
import time


def use_one() -> None:
    """Make them the same in this process; to be called before anybody keeps `time.monotonic_ns`."""
    if sys.platform == "win32" and sys.version_info < (3, 13):
        setattr(time, "monotonic_ns", time.perf_counter_ns)  # noqa: B010  # to type checkers it is a constant
