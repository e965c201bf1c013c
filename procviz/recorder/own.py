"""Wakes the recorder when a child of its own ends: the program itself, and whoever it took in as an orphan.

Nobody else waits for those, so they would be zombies for as long as the recorder sleeps. Costs nothing until then, and
nothing at all for the children of others.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys


class OwnChildren:
    """Readable once one of them may have ended."""

    def __init__(self) -> None:
        """To be called in the main thread, which is where Python has its signals."""
        if sys.platform != "linux":
            raise NotImplementedError
        self._read, self._write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda _signum, _frame: None)
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        os.write(self._write, b"\0")  # one may have ended before

    def fileno(self) -> int:
        return self._read

    def clear(self) -> None:
        """From now on only new ends are told."""
        with contextlib.suppress(BlockingIOError):
            while os.read(self._read, 4096):
                pass
