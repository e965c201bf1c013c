"""The recorder as the rest of procviz sees it: give it a job, take records out, tell it to stop.

This is the only module of the room that others import, with `job.py` and, ahead of time, `recorder_process.py`. It
knows no Qt: the window polls `read()` from its tick. A thread takes what the recorder sends, so that a busy window
never holds the recorder up.
"""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
import time

import msgspec

from procviz.recorder.job import Command, Job, Signal, Stop, encode_job
from procviz.recorder.recorder_process import RecorderProcess
from procviz.trace.file import cannot_be, left_out
from procviz.trace.problem import Problem, ProblemKind
from procviz.trace.records import AnyRecord, decode_line

_CLOSE_WITHIN_S = 5.0


class RecorderClient:
    """A recorder process and the pipe to it. Every method returns at once unless it says otherwise."""

    def __init__(self, job: Job, process: RecorderProcess | None = None) -> None:
        """`process`: one that was started ahead of time, with the job's `passthrough`."""
        self.job = job
        self._process = process
        self._socket: socket.socket | None = None
        self._reader: threading.Thread | None = None
        self._arrived = threading.Condition()
        self._records: list[AnyRecord] = []
        self._problem: Problem | None = None
        self._over = False
        self._heard = False

    @property
    def pid(self) -> int | None:
        """The guard's pid, once started."""
        return None if self._process is None else self._process.popen.pid

    def start(self) -> None:
        """Start guard, recorder and program.

        Raises Problem(RECORDER_FAILED). What only shows later (an interpreter that cannot be started, a witness that
        is not to be had) is raised by `read` and `wait`.
        """
        try:
            self._process = self._process or RecorderProcess(passthrough=self.job.passthrough)
        except OSError as error:
            raise Problem(ProblemKind.RECORDER_FAILED, reason=error.strerror or str(error)) from None
        self._socket = self._process.socket
        self._send(encode_job(self.job))
        self._reader = threading.Thread(target=self._read_all, name="procviz-records", daemon=True)
        self._reader.start()

    def read(self) -> list[AnyRecord]:
        """The records that have arrived since the last call, the Header first of all; [] when there are none.

        Raises the Problem that kept the recorder from its work, once, after everything it sent.
        """
        with self._arrived:
            records, self._records = self._records, []
            if records:
                self._heard = True
            elif self._problem is not None:
                problem, self._problem = self._problem, None
                raise problem
        return records

    @property
    def finished(self) -> bool:
        """True once the recorder is gone and `read()` has given out all it sent."""
        with self._arrived:
            return self._over and not self._records and self._problem is None

    def stop(self) -> None:
        """End everything that the run started; the records about it still come."""
        self._command(Stop())

    def act(self, p: int, act: str) -> None:
        """Terminate, kill, suspend, resume or interrupt one process (see job.Signal); p 0 is the whole program."""
        self._command(Signal(p=p, act=act))

    def wait(self, timeout_s: float | None = None) -> list[AnyRecord]:
        """Block until something arrived or the recorder is gone (or the time is over); then as `read()`."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._records or self._problem or self._over, timeout_s)
        return self.read()

    def close(self) -> None:
        """Stop, wait until nothing of the run is left, and let go of the pipe."""
        if self._socket is None:
            return
        self.stop()
        if self._reader is not None:
            self._reader.join(_CLOSE_WITHIN_S)
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # the guard ends what is left
        if self._reader is not None:
            self._reader.join(_CLOSE_WITHIN_S)
        if sys.platform == "win32" and self._process is not None and self._process.popen.poll() is None:
            self._process.popen.kill()  # the system ends what is left
        self._socket.close()
        self._socket = None

    def _command(self, command: Command) -> None:
        with contextlib.suppress(OSError):
            self._send(msgspec.json.encode(command))

    def _send(self, line: bytes) -> None:
        if self._socket is not None:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self._socket.sendall(line + b"\n")

    def _read_all(self) -> None:
        """In the reader's thread, until the guard, which is the last to go, has closed its end."""
        assert self._socket is not None
        partial = b""
        with contextlib.suppress(OSError):
            while data := self._socket.recv(1 << 20):
                *lines, partial = (partial + data).split(b"\n")
                self._take(lines)
        self._conclude()

    def _take(self, lines: list[bytes]) -> None:
        records: list[AnyRecord] = []
        lost = 0
        for line in lines:
            if line.startswith(b'{"problem"'):
                self._problem = _problem_of(line)
                continue
            try:
                records.append(decode_line(line))
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):  # or a kind that is not known here
                lost += cannot_be(line)
        if lost:
            records.append(left_out(time.monotonic_ns(), lost))
        with self._arrived:
            self._records += records
            self._arrived.notify_all()

    def _conclude(self) -> None:
        assert self._process is not None
        told = b""
        popen = self._process.popen
        if popen.stderr is not None:
            told = popen.stderr.read()
            popen.stderr.close()
        code = popen.wait()
        with self._arrived:
            if self._problem is None and code != 0:
                self._problem = Problem(ProblemKind.RECORDER_FAILED, reason=_last_line(told) or f"exit code {code}")
            self._over = True
            self._arrived.notify_all()


def _problem_of(line: bytes) -> Problem:
    told = msgspec.json.decode(line)
    return Problem(ProblemKind(told["problem"]), **told["facts"])


def _last_line(told: bytes) -> str:
    lines = told.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""
