"""The recorder's door: `python -m procviz.recorder --link N`, started by `client.py` alone.

It imports only what the guard needs; everything heavier is imported by the guard's child.
"""

from __future__ import annotations

import os
import sys

if not __package__:  # run as a file, so that no environment variable is needed to find procviz
    _here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [os.path.dirname(os.path.dirname(_here)), *(path for path in sys.path if path != _here)]

from procviz.recorder import guard


def main(arguments: list[str]) -> int:
    """Guard a recorder that talks over the descriptor named by `--link`, or over stdin and stdout without one."""
    link = int(arguments[arguments.index("--link") + 1]) if "--link" in arguments else None
    if link is None or not hasattr(os, "fork"):
        return _unguarded()
    os.set_inheritable(link, False)
    return guard.guard(link, lambda folder, watch, signals: _record(link, folder, watch, signals))


def _record(link: int, folder: str, watch: int, signals: guard.Dispositions) -> int:
    from procviz.recorder.run import record

    return record(link, folder, watch, signals)


def _unguarded() -> int:
    from procviz.recorder import runfolder
    from procviz.recorder.run import record

    folder = runfolder.make()
    try:
        return record(None, folder, None, guard.ignore_signals())
    finally:
        runfolder.remove(folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
