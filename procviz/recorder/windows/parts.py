"""The recorder's parts on Windows: a job object tells of births and ends everything, handles tell of ends.

Written from documentation and tried on Linux with a stand-in for kernel32; see the README for what has been run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from procviz.recorder.windows.api import Kernel32
from procviz.recorder.windows.exits import HandleWatch
from procviz.recorder.windows.inbox import FolderInbox
from procviz.recorder.windows.job_object import Job
from procviz.recorder.windows.launch import Program, start

if TYPE_CHECKING:
    from procviz.recorder.output.streams import Stream
    from procviz.recorder.processes.births import Births
    from procviz.recorder.processes.exit_watch import ExitWatch
    from procviz.recorder.processes.life_table import Table
    from procviz.recorder.processes.user_actions import Acts
    from procviz.recorder.store import Store
    from procviz.recorder.system_calls.dispositions import Dispositions
    from procviz.recorder.system_calls.proc_connector import KernelWitness


class Windows:
    """No fork, no signals, no zombies, no terminal; but a job."""

    witness = "job"
    has_kernel_events = False
    changed: tuple[str, ...] = ("environment", "own-job")

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._job = Job(Kernel32())
        self._watch = HandleWatch(self._job)
        self._shares_console = False

    def inbox(self) -> FolderInbox:
        return FolderInbox(self._folder)

    def launch(
        self, command: list[str], cwd: str, variables: dict[str, str], streams: list[Stream], stdin: int,
        before: Dispositions,
    ) -> Program:  # fmt: skip
        self._shares_console = streams[0].passthrough is not None
        self._job.join()
        return start(command, cwd, variables, streams, stdin, own_group=not self._shares_console)

    def table(self, store: Store) -> Table:
        from procviz.recorder.windows.lives import WindowsTable

        return WindowsTable(store)

    def watch(self) -> ExitWatch:
        return self._watch

    def births(self, table: Table, watch: ExitWatch, kernel: KernelWitness | None, store: Store) -> Births:
        from procviz.recorder.windows.lives import WindowsBirths

        return WindowsBirths(table, self._watch, self._job, store)

    def acts(self, table: Table, store: Store) -> Acts:
        from procviz.recorder.windows.lives import WindowsActs

        return WindowsActs(table, store, self._watch, self._job, shares_console=self._shares_console)
