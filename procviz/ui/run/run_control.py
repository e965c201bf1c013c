"""Starting and ending runs: a script and the settings become a job, the recorder's client a source for the player."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from procviz.places import recordings_folder
from procviz.recorder.client import RecorderClient
from procviz.recorder.job import Job
from procviz.script.interpreters import examine
from procviz.script.scripts import Script, check_runnable, program_of
from procviz.ui.settings import Settings

KEPT_RECORDINGS = 40


class RunControl:
    """At most one run at a time."""

    def __init__(self, settings: Settings, folder: Callable[[], Path] = recordings_folder) -> None:
        self._settings = settings
        self._folder = folder
        self.client: RecorderClient | None = None
        self.recording: Path | None = None  # where the newest run is kept

    @property
    def running(self) -> bool:
        """True from start() until the recorder is gone."""
        return self.client is not None and not self.client.finished

    def start(self, script: Script) -> RecorderClient:
        """Run this text now. Raises Problem before anything has started."""
        check_runnable(script)
        self.close()
        folder = self._folder()
        prune(folder)
        recording = folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{_stem(script)}.procviz"
        client = RecorderClient(self._job(script, recording))
        client.start()
        self.client, self.recording = client, recording
        return client

    def _job(self, script: Script, recording: Path) -> Job:
        home = script.path.parent if script.path is not None else Path.home()
        unchanged = script.unchanged_on_disk
        return Job(
            program=program_of(script, cwd=str(home)),
            interpreter=examine(self._settings.interpreter),
            recording=str(recording),
            source=None if unchanged else script.source,
            script=str(script.path) if unchanged else None,
            args=list(script.args),
            interval_ns=self._settings.interval_ms * 1_000_000,
            output=self._settings.output_mode,
            clean_environment=True,  # what the window's own start set is nothing that the user chose for the program
        )

    def stop(self) -> None:
        """End everything that the run started; its last records still come."""
        if self.client is not None:
            self.client.stop()

    def act(self, process: int, act: str) -> None:
        """Do something to one process of the run."""
        if self.client is not None and self.running:
            self.client.act(process, act)

    def close(self) -> None:
        """Stop, and wait until nothing of the run is left."""
        if self.client is not None:
            self.client.close()
            self.client = None


def prune(folder: Path, keep: int = KEPT_RECORDINGS) -> None:
    """Let go of the oldest recordings; their names begin with the time."""
    for old in sorted(folder.glob("*.procviz"))[: -keep or None]:
        old.unlink(missing_ok=True)


def _stem(script: Script) -> str:
    name = script.lesson or (script.path.stem if script.path else "script")
    return "".join(char if char.isalnum() or char in "-_" else "_" for char in name)[:60]
