"""The recorder's parts on macOS and the BSDs: kqueue tells of ends, psutil and the probe of births.

Written from documentation and tried on Linux with a stand-in for kqueue; see the README for what has been run.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from procviz.recorder.linux.parts import Linux
from procviz.recorder.macos.belonging import Belonging
from procviz.recorder.processes.births import Births
from procviz.recorder.processes.user_actions import Acts
from procviz.recorder.system_calls import process_tree
from procviz.recorder.system_calls.process_identity import Stat

if TYPE_CHECKING:
    from procviz.recorder.output.streams import Stream
    from procviz.recorder.processes.exit_watch import ExitWatch
    from procviz.recorder.processes.life_table import Table
    from procviz.recorder.store import Store
    from procviz.recorder.system import Started
    from procviz.recorder.system_calls.dispositions import Dispositions
    from procviz.recorder.system_calls.proc_connector import KernelWitness

_WHOLE_LOOK_EVERY_NS = 1_000_000_000


class MacOS(Linux):
    """What Linux has, except for the witnesses and for who orphans come back to."""

    witness = "kqueue"
    has_kernel_events = False
    changed: tuple[str, ...] = ("environment", "own-session")

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self._belonging = Belonging(folder)

    def launch(
        self, command: list[str], cwd: str, variables: dict[str, str], streams: list[Stream], stdin: int,
        before: Dispositions,
    ) -> Started:  # fmt: skip
        started = super().launch(command, cwd, variables, streams, stdin, before)
        self._belonging.note_session(started.pid)
        return started

    def watch(self) -> ExitWatch:
        from procviz.recorder.macos.exits import KqueueWatch

        return KqueueWatch()

    def births(self, table: Table, watch: ExitWatch, kernel: KernelWitness | None, store: Store) -> Births:
        return MacBirths(table, watch, store, self._belonging)

    def acts(self, table: Table, store: Store) -> Acts:
        return MacActs(table, store, self._belonging)


class MacBirths(Births):
    """Births where only the main process is a child of ours."""

    def __init__(self, table: Table, watch: ExitWatch, store: Store, belonging: Belonging) -> None:
        super().__init__(table, watch, None, store)
        self._belonging = belonging
        self._whole_look_ns = time.monotonic_ns() + _WHOLE_LOOK_EVERY_NS

    def scan(self) -> None:
        """Look for processes of the run that nobody has told of."""
        now = time.monotonic_ns()
        if now < self._whole_look_ns:
            self._take_in(self._belonging.in_session())
        else:
            self._whole_look_ns = now + _WHOLE_LOOK_EVERY_NS
            self._take_in(self._belonging.members(marks=False))

    def reap_own(self) -> bool:
        """Wait for the main process when it is dead; False when nothing of the run is left."""
        main = self._table.main
        if main.ended_ns is not None and not main.reaped:
            self._reap_one(main.pid)
        if not main.reaped or self._table.living:
            return True
        return self._take_in(self._belonging.members(marks=True))

    def _take_in(self, found: list[Stat]) -> bool:
        """Whether there is somebody among these whom nobody has told of."""
        new = [stat for stat in found if self._table.alive(stat.identity.pid) is None]
        for stat in new:
            self.found(stat)
        return bool(new)


class MacActs(Acts):
    """Ending everything, without a tree that orphans stay in."""

    def __init__(self, table: Table, store: Store, belonging: Belonging) -> None:
        super().__init__(table, store)
        self._belonging = belonging

    def _kill_round(self, spare_trackers: bool) -> list[int]:
        known = {life.identity for life in self._table.living}
        found = self._belonging.members(marks=True)
        known -= {stat.identity for stat in found}
        found += [stat for identity in known if identity and (stat := process_tree.read_stat(identity.pid))]
        return process_tree.kill(found, spare_trackers=spare_trackers)[1]
