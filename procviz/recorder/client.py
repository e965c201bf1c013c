"""The recorder as the rest of procviz sees it: give it a job, take records out, tell it to stop.

This is the only module of the room that others import. It knows no Qt: the window polls `read()` from its tick.
"""

from __future__ import annotations

from procviz.recorder.job import Job
from procviz.trace.records import AnyRecord


class RecorderClient:
    """A recorder process and the pipe to it. Every method returns at once unless it says otherwise."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def start(self) -> None:
        """Start guard, recorder and program. Raises Problem(RECORDER_FAILED)."""
        raise NotImplementedError

    def read(self) -> list[AnyRecord]:
        """The records that have arrived since the last call, the Header first of all; [] when there are none."""
        raise NotImplementedError

    @property
    def finished(self) -> bool:
        """True once the recorder is gone and `read()` has given out all it sent."""
        raise NotImplementedError

    def stop(self) -> None:
        """End everything that the run started; the records about it still come."""
        raise NotImplementedError

    def act(self, p: int, act: str) -> None:
        """Terminate, kill, suspend, resume or interrupt one process (see job.Signal)."""
        raise NotImplementedError

    def wait(self, timeout_s: float | None = None) -> list[AnyRecord]:
        """Block until something arrived or the recorder is gone (or the time is over); then as `read()`."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop, wait until nothing of the run is left, and let go of the pipe."""
        raise NotImplementedError
