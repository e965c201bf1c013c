"""The nouns that the fold makes of records, in Perfetto's words: a life per process, slices, instants, flows.

Values only: how they come about is `fold.py`, where they go on the screen is the room `chart`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from procviz.trace.records import Deed, Header, Output, Samples, Witness


class State(Enum):
    """What a process was doing during a slice."""

    STARTING = "starting"  # from fork or exec to its target's first line
    RUNNING = "running"
    WAITING = "waiting"  # in join() or wait() that its code called
    WAITING_AT_EXIT = "waiting-at-exit"  # in the join that multiprocessing makes at exit
    EXITING = "exiting"  # its code has ended, exit handlers run
    SUSPENDED = "suspended"  # stopped by a signal (SIGSTOP): it does nothing until SIGCONT
    ORPHANED = "orphaned"  # its parent ended before it
    ZOMBIE = "zombie"  # ended, not yet reaped


class Kind(Enum):
    MAIN = "main"
    MULTIPROCESSING = "multiprocessing"
    SUBPROCESS = "subprocess"
    FORK = "fork"
    HELPER = "helper"


class Cause(Enum):
    """Why a process ended."""

    RETURNED = "returned"
    EXCEPTION = "exception"
    SYS_EXIT = "sys-exit"
    OS_EXIT = "os-exit"
    TERMINATE = "terminate"
    KILL = "kill"
    DAEMON_CUTOFF = "daemon-cutoff"
    SIGNAL = "signal"
    CRASH = "crash"
    UNKNOWN = "unknown"


class InstantKind(Enum):
    CODE_ENDED = "code-ended"
    SIGNAL = "signal"  # a signal was sent to this process (terminate, kill, os.kill, the user)
    CALL = "call"  # start, join, ... was called by this process
    PRINT = "print"
    EXECUTED = "executed"


class FlowKind(Enum):
    START = "start"  # parent -> child
    SIGNAL = "signal"  # caller -> victim
    WAIT = "wait"  # waiter -> awaited


@dataclass(frozen=True, slots=True)
class Edge:
    """A moment with its witness; the truth lies within `precision_ns` before it (0 exact, None unknown)."""

    ts_ns: int
    witness: Witness
    precision_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Slice:
    """One stretch of a life. `end` None: still so now, or torn off where the recording stopped."""

    process: int
    state: State
    begin: Edge
    end: Edge | None
    awaited: int | None = None  # upid
    place: Place | None = None
    timeout_s: float | None = None


@dataclass(frozen=True, slots=True)
class Instant:
    process: int
    kind: InstantKind
    edge: Edge
    name: str = ""  # the call ("terminate"), the signal's name, a print's first line
    other: int | None = None  # the other process: sender of a signal, target of a call
    sender: str | None = None  # "user" or "procviz" where it is no process of the run
    place: Place | None = None
    error: str | None = None  # the exception that the call raised, as "Type: message"


@dataclass(frozen=True, slots=True)
class Flow:
    kind: FlowKind
    source: int
    source_ns: int
    target: int
    target_ns: int
    label: str = ""  # signal name


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception that ended a process."""

    type: str
    message: str
    traceback: str


@dataclass(frozen=True, slots=True)
class NotRun:
    """A command that a process was made for and never became."""

    command: str
    error: str  # what the parent's call raised, as "Type: message"


@dataclass(slots=True)
class Life:
    """All that is known of one process. None is unknown (or has not happened yet)."""

    id: int
    pid: int
    ppid: int
    parent: int | None = None
    name: str = ""
    kind: Kind = Kind.SUBPROCESS
    start_method: str | None = None
    daemon: bool | None = None
    target: str | None = None
    cmdline: list[str] | None = None
    started_at: Place | None = None
    depth: int = 0  # 0 main, 1 its children, ...
    instrumented: bool = False  # the probe spoke from inside it
    started: Edge | None = None
    up: Edge | None = None
    target_began: Edge | None = None
    target_ended: Edge | None = None
    code_ended: Edge | None = None
    exit_began: Edge | None = None
    ended: Edge | None = None
    reaped: Edge | None = None
    reaped_by: int | None = None
    reaped_via: str | None = None  # what was called that did it, as in `Reaped.via`
    orphaned: Edge | None = None
    adopted_by: int | None = None
    adopted_by_pid: int | None = None
    exitcode: int | None = None
    exitcode_witness: Witness | None = None
    signal: str | None = None
    cause: Cause = Cause.UNKNOWN
    by: int | str | None = None  # upid, "user", "keyboard" (Ctrl-C), "procviz" (a time limit) or "outside"
    cause_place: Place | None = None
    ended_with: str | None = None  # the call or act whose signal it died of: kill, os.kill, stop, timeout, ...
    failure: Failure | None = None
    not_run: NotRun | None = None
    cpu_seconds: float | None = None
    max_rss_bytes: int | None = None
    slices: list[Slice] = field(default_factory=list)
    instants: list[Instant] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)  # in order of time
    revision: int = 0  # grows whenever anything above changed


@dataclass(slots=True)
class Timeline:
    """Everything the picture is made of. A live one grows in place; `revision` tells whether it did."""

    header: Header
    lives: dict[int, Life] = field(default_factory=dict)  # in start order, main first
    flows: list[Flow] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)  # as they came in: only ever appended to
    samples: list[Samples] = field(default_factory=list)  # with `p` always filled in
    begin_ns: int = 0
    last_ns: int = 0  # the newest moment that any record speaks of
    finished: bool = False
    finished_exitcode: int | None = None
    ended_by: str | None = None
    stopped_ns: int | None = None  # when the whole run was stopped: by the user, by a time limit
    torn: bool = False  # the recording stopped before the run did
    lost_events: int = 0
    notes: list[tuple[str, dict[str, str | int | float | None]]] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)  # how many lives have each name
    revision: int = 0

    def label(self, life: Life) -> str:
        """What to call a life where its pid does not stand beside it: with it, where others have the same name."""
        alone = self.names.get(life.name, 0) < 2 or life.name.endswith(f" {life.pid}")
        return life.name if alone else f"{life.name} {life.pid}"

    @property
    def main(self) -> Life | None:
        """The program's first process, once it is known."""
        return next((life for life in self.lives.values() if life.kind is Kind.MAIN), None)
