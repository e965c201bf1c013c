"""The recorder's parts on Linux: kernel events or pidfds, a subreaper, /proc."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from procviz.recorder.output.streams import Stream
    from procviz.recorder.processes.births import Births
    from procviz.recorder.processes.exit_watch import ExitWatch
    from procviz.recorder.processes.life_table import Table
    from procviz.recorder.processes.user_actions import Acts
    from procviz.recorder.store import Store
    from procviz.recorder.system import Inbox, Started
    from procviz.recorder.system_calls.dispositions import Dispositions
    from procviz.recorder.system_calls.proc_connector import KernelWitness


class Linux:
    """Kernel events or pidfds, a subreaper, /proc."""

    witness = "pidfd"
    has_kernel_events = True
    changed: tuple[str, ...] = ("environment", "own-session", "adopter-of-orphans")

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def inbox(self) -> Inbox:
        from procviz.recorder.probe_inbox.probe_events import Tail

        return Tail(os.path.join(self._folder, "events"))

    def launch(
        self, command: list[str], cwd: str, variables: dict[str, str], streams: list[Stream], stdin: int,
        before: Dispositions,
    ) -> Started:  # fmt: skip
        from procviz.recorder.linux.launch import launch

        return launch(command, cwd, variables, streams, stdin, before)

    def table(self, store: Store) -> Table:
        from procviz.recorder.processes.life_table import Table

        return Table(store)

    def watch(self) -> ExitWatch:
        from procviz.recorder.linux.exits import exit_watch

        return exit_watch()

    def births(self, table: Table, watch: ExitWatch, kernel: KernelWitness | None, store: Store) -> Births:
        from procviz.recorder.processes.births import Births

        return Births(table, watch, kernel, store)

    def acts(self, table: Table, store: Store) -> Acts:
        from procviz.recorder.processes.user_actions import Acts

        return Acts(table, store)
