"""Starting the recorder's process: it can get ready while whoever wants it still finds out what to run.

Imports little, for that is the point. What is said to the process is the matter of `client.py`.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
from pathlib import Path


def recorder_command() -> list[str]:
    """How this copy of procviz starts its recorder: a frozen app is its own interpreter."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--recorder"]
    return [sys.executable, str(Path(__file__).with_name("__main__.py"))]


class RecorderProcess:
    """A recorder that waits for its job, and our end of the pipe to it."""

    def __init__(self, *, passthrough: bool) -> None:
        """Start it; `passthrough`: the program is to have our stdin, stdout and stderr. Raises OSError."""
        self.passthrough = passthrough
        if sys.platform == "win32":
            from procviz.recorder.pipe_socket import start_recorder

            self.popen, self.socket = start_recorder(recorder_command(), passthrough)
        else:
            self.popen, self.socket = _start(recorder_command(), passthrough)

    def abandon(self) -> None:
        """Nothing more is wanted of it: it ends by itself when the pipe closes."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)  # closing alone goes unnoticed while a thread reads
        self.socket.close()
        if self.popen.stderr is not None:
            self.popen.stderr.close()
        self.popen.wait()


def _start(command: list[str], passthrough: bool) -> tuple[subprocess.Popen[bytes], socket.socket]:
    ours, theirs = socket.socketpair()
    outward = None if passthrough else subprocess.DEVNULL
    try:
        popen = subprocess.Popen(
            [*command, "--link", str(theirs.fileno())],
            stdin=outward,
            stdout=outward,
            stderr=None if passthrough else subprocess.PIPE,
            pass_fds=[theirs.fileno()],
        )
    except OSError:
        ours.close()
        raise
    finally:
        theirs.close()
    return popen, ours
