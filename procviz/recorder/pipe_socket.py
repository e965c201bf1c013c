"""Two pipes made to look like one socket, for both ends of the link on Windows, where no socket can be handed down.

A thread for each direction. What comes out at the other end of the pipes is another bridge.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
from typing import Any

_PART_BYTES = 1 << 16


class Bridge:
    """Owns both pipe ends; `socket` is for use, and is closed by whoever uses it."""

    def __init__(self, read_end: int, write_end: int) -> None:
        self.socket, self._inner = socket.socketpair()
        self._directions = 2
        self._lock = threading.Lock()
        threading.Thread(target=self._inward, args=[read_end], name="bridge-in", daemon=True).start()
        self._outward_thread = threading.Thread(
            target=self._outward, args=[write_end], name="bridge-out", daemon=True
        )  # fmt: skip
        self._outward_thread.start()

    def finish(self) -> None:
        """Close the socket, and wait until the other side has taken everything that went into it, or is gone."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)
        self._outward_thread.join()
        self.socket.close()

    def _inward(self, read_end: int) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(read_end, _PART_BYTES):
                self._inner.sendall(data)
        os.close(read_end)
        self._half_done(socket.SHUT_WR)

    def _outward(self, write_end: int) -> None:
        with contextlib.suppress(OSError):
            while data := self._inner.recv(_PART_BYTES):
                view = memoryview(data)
                while view:
                    view = view[os.write(write_end, view) :]
        os.close(write_end)
        self._half_done(socket.SHUT_RD)

    def _half_done(self, direction: int) -> None:
        with self._lock:
            self._directions -= 1
            with contextlib.suppress(OSError):
                self._inner.shutdown(direction)
            if not self._directions:
                self._inner.close()


def start_recorder(command: list[str], passthrough: bool) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start a recorder at the other end of two pipes; our end of them as a socket. Raises OSError."""
    commands, ours_out = os.pipe()
    ours_in, records = os.pipe()
    outward = subprocess.DEVNULL
    try:
        names, options = _handed_down([commands, records], hidden=not passthrough)
        process = subprocess.Popen(
            [*command, "--pipes", *map(str, names)],
            stdin=_open_one(0) if passthrough else outward,
            stdout=_open_one(1) if passthrough else outward,
            stderr=_open_one(2) if passthrough else subprocess.PIPE,
            **options,
        )
    except OSError:
        os.close(ours_in)
        os.close(ours_out)
        raise
    finally:
        os.close(commands)
        os.close(records)
    return process, Bridge(ours_in, ours_out).socket


def opened(handle: int, flags: int) -> int:
    """The descriptor for a pipe end that was handed down, which our own children do not get."""
    if sys.platform == "win32":
        import msvcrt

        os.set_handle_inheritable(handle, False)
        return msvcrt.open_osfhandle(handle, flags | os.O_BINARY)
    os.set_inheritable(handle, False)
    return handle


def _handed_down(descriptors: list[int], *, hidden: bool) -> tuple[list[int], dict[str, Any]]:
    """What the child calls these, and how it is started so that it gets them and nothing else."""
    if sys.platform == "win32":
        import msvcrt

        handles = [msvcrt.get_osfhandle(descriptor) for descriptor in descriptors]
        for handle in handles:
            os.set_handle_inheritable(handle, True)
        start = subprocess.STARTUPINFO(lpAttributeList={"handle_list": handles})
        flags = subprocess.CREATE_NO_WINDOW if hidden else 0
        return handles, {"startupinfo": start, "creationflags": flags}
    return descriptors, {"pass_fds": descriptors}


def _open_one(descriptor: int) -> int:
    """Our own stdin, stdout or stderr; a windowed program has none."""
    try:
        os.fstat(descriptor)
    except OSError:
        return subprocess.DEVNULL
    return descriptor
