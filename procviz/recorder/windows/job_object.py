"""The job that the recorder and everything it starts are in, which is how Windows leaves nothing behind.

The recorder puts itself into it just before it starts the program, so that no process of the program is ever outside.
It holds the only handle: however the recorder ends, the system ends everybody else. The job tells of births and
deaths, as notices that may be lost, and of who is in it, which is certain.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections import deque
from typing import NamedTuple

from procviz.recorder.windows.api import ABNORMAL_EXIT_PROCESS, EXIT_PROCESS, NEW_PROCESS, Handle, Kernel32


class Newcomer(NamedTuple):
    """The job told of a new process; `handle` keeps it known after its end, None where it was gone already."""

    pid: int
    t: int
    handle: Handle | None


class Job:
    """Ours."""

    def __init__(self, api: Kernel32) -> None:
        self.api = api
        self._job = api.create_job()
        self._port = api.listen_to_job(self._job)
        self._newcomers: deque[Newcomer] = deque()
        self._deaths = 0
        self._wake, self._waker = socket.socketpair()
        for end in (self._wake, self._waker):
            end.setblocking(False)
        threading.Thread(target=self._listen, name="job", daemon=True).start()

    def join(self) -> None:
        """Be in it from now on: whoever we start later is as well."""
        self.api.join_job(self._job)

    def fileno(self) -> int:
        """Readable when the job has told something."""
        return self._wake.fileno()

    @property
    def deaths(self) -> int:
        """How many deaths the job has told of."""
        return self._deaths

    def newcomers(self) -> list[Newcomer]:
        """Who has come since the last call; the handles are the caller's."""
        with contextlib.suppress(BlockingIOError):
            self._wake.recv(1 << 12)
        found = []
        while self._newcomers:
            found.append(self._newcomers.popleft())
        return found

    def members(self) -> list[int]:
        """Who is alive in it besides us."""
        return [pid for pid in self.api.job_members(self._job) if pid != os.getpid()]

    def end_all(self) -> None:
        """End everybody besides us, once."""
        for pid in self.members():
            handle = self.api.open_process(pid)
            if handle is not None:
                with contextlib.suppress(OSError):  # it is looked for again
                    if self.api.is_member(handle, self._job):  # and not a stranger who has the pid by now
                        self.api.terminate(handle)
                self.api.close(handle)

    def _listen(self) -> None:
        """In a thread: whoever lives shortly must be taken hold of at once."""
        with contextlib.suppress(OSError):
            while True:
                message, pid = self.api.next_message(self._port)
                if message == NEW_PROCESS and pid != os.getpid():
                    self._newcomers.append(Newcomer(pid, time.monotonic_ns(), self.api.open_process(pid)))
                elif message in (EXIT_PROCESS, ABNORMAL_EXIT_PROCESS):
                    self._deaths += 1
                with contextlib.suppress(BlockingIOError):
                    self._waker.send(b"!")
