"""The light door: the recorder where the packaged app is asked for it, else the command line. Imports no Qt."""

from __future__ import annotations

import sys

from procviz.trace import clock


def main() -> int:
    """Run procviz as the command line says; returns the exit code."""
    clock.use_one()
    if sys.argv[1:2] == ["--recorder"]:  # a frozen app is its own interpreter, for its recorder too
        from procviz.recorder.__main__ import main as record

        return record(sys.argv[2:])
    from procviz.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
