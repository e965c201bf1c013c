"""What of the recorder depends on the system, in one place: Linux, macOS (and what is like it), Windows.

Whatever is not named here is the same everywhere. Everything is imported when it is asked for: a program shall start
before the parts that only watch it are loaded, and none of them need exist on another system.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from procviz.recorder.guard import Dispositions
    from procviz.recorder.output.streams import Stream
    from procviz.recorder.probe_inbox.probe_events import ProbeEvent
    from procviz.recorder.processes.births import Births
    from procviz.recorder.processes.exit_watch import ExitWatch
    from procviz.recorder.processes.life_table import Table
    from procviz.recorder.processes.user_actions import Acts
    from procviz.recorder.store import Store
    from procviz.recorder.system_calls.proc_connector import KernelWitness


class Started(Protocol):
    """The program's first process; the system made it between `begin_ns` and `forked_ns`."""

    pid: int
    begin_ns: int
    forked_ns: int

    def go(self) -> None:
        """Let it run, where it does not yet. Raises OSError saying why it could not be started."""


class Inbox(Protocol):
    """Where the probe's events are read."""

    def read(self) -> list[ProbeEvent]:
        """Some more events; [] when there are none."""

    @property
    def grown(self) -> bool:
        """Whether there may be some."""

    @property
    def unread_bytes(self) -> int:
        """How much there is to read, as far as that can be told without reading."""

    def close(self) -> None:
        """Stop reading."""


class System(Protocol):
    """The parts. `changed`: what recording changes for a program here, as ids; `witness`: who tells of the ends."""

    witness: str
    has_kernel_events: bool
    changed: tuple[str, ...]

    def inbox(self) -> Inbox: ...

    def launch(
        self, command: list[str], cwd: str, variables: dict[str, str], streams: list[Stream], stdin: int,
        before: Dispositions,
    ) -> Started: ...  # fmt: skip

    def table(self, store: Store) -> Table: ...

    def watch(self) -> ExitWatch: ...

    def births(self, table: Table, watch: ExitWatch, kernel: KernelWitness | None, store: Store) -> Births: ...

    def acts(self, table: Table, store: Store) -> Acts: ...


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
        from procviz.recorder.processes.exit_watch import exit_watch

        return exit_watch()

    def births(self, table: Table, watch: ExitWatch, kernel: KernelWitness | None, store: Store) -> Births:
        from procviz.recorder.processes.births import Births

        return Births(table, watch, kernel, store)

    def acts(self, table: Table, store: Store) -> Acts:
        from procviz.recorder.processes.user_actions import Acts

        return Acts(table, store)


def here(folder: str) -> System:
    """The system that this is; `folder` is the run's. Raises OSError where it lacks what cannot be done without."""
    if sys.platform == "linux":
        return Linux(folder)
    elif sys.platform == "win32":  # noqa: RET505  # type checkers follow the platform only this way
        from procviz.recorder.windows.parts import Windows

        return Windows(folder)
    else:
        from procviz.recorder.macos.parts import MacOS

        return MacOS(folder)
