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
from procviz.recorder.session import systems
from procviz.recorder.system_calls.dispositions import Dispositions, ignore_signals
from procviz.trace import clock


def main(arguments: list[str]) -> int:
    """Guard a recorder that talks over the socket named by `--link`, or have one talk over the two of `--pipes`."""
    clock.use_one()
    if arguments[:1] == ["--pipes"]:
        return _unguarded(int(arguments[1]), int(arguments[2]))
    link = int(arguments[arguments.index("--link") + 1])
    os.set_inheritable(link, False)
    return guard.guard(link, lambda folder, watch, signals: _record(link, folder, watch, signals), systems.guarding())


def _record(link: int, folder: str, watch: int, signals: Dispositions) -> int:
    from procviz.recorder.link import Link
    from procviz.recorder.session.run import record

    return record(Link.of(link), folder, watch, signals)


def _unguarded(commands: int, records: int) -> int:
    """On Windows: there the system itself ends the run with the recorder, see `job_object.py`."""
    from procviz.recorder import run_folder
    from procviz.recorder.link import Link
    from procviz.recorder.pipe_socket import Bridge, opened
    from procviz.recorder.session.run import record

    bridge = Bridge(opened(commands, os.O_RDONLY), opened(records, os.O_WRONLY))
    folder = run_folder.make()
    try:
        run_folder.sweep_abandoned()
        return record(Link(bridge.socket), folder, None, ignore_signals())
    finally:
        run_folder.remove(folder)
        bridge.finish()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
