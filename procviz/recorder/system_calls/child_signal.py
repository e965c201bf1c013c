"""A descriptor that is readable once a child of the recorder has ended: SIGCHLD, heard while the recorder rests.

The main process is such a child, and so is everybody who comes to the recorder because the parent has ended. Nothing
is asked and nothing is held for it while no child ends. Elsewhere than on Windows, which knows no such signal.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys

_MUCH_BYTES = 1 << 12


class ChildEnds:
    """Made in the main thread, and by one recorder only: a process has one such descriptor."""

    def __init__(self) -> None:
        self._read_end, self._write_end = os.pipe()
        if sys.platform == "win32":
            raise NotImplementedError
        os.set_blocking(self._read_end, False)
        os.set_blocking(self._write_end, False)
        signal.set_wakeup_fd(self._write_end, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _pass)  # a signal without a handler would not be written there

    def fileno(self) -> int:
        """Readable when some child has ended since `clear()`."""
        return self._read_end

    def clear(self) -> None:
        """To be called before looking who it is, so that nobody who ends meanwhile is missed."""
        with contextlib.suppress(BlockingIOError):
            os.read(self._read_end, _MUCH_BYTES)


def _pass(_signal: int, _frame: object) -> None:
    """What counts is that the descriptor has become readable."""
