"""What of the recorder differs between systems, as protocols: `session/systems.py` chooses who fulfils them.

Whatever is not named here is the same everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from procviz.recorder.output.streams import Stream
    from procviz.recorder.probe_inbox.probe_events import ProbeEvent
    from procviz.recorder.processes.births import Births
    from procviz.recorder.processes.exit_watch import ExitWatch
    from procviz.recorder.processes.life_table import Table
    from procviz.recorder.processes.user_actions import Acts
    from procviz.recorder.store import Store
    from procviz.recorder.system_calls.dispositions import Dispositions
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
