"""The facts a recording is made of: one JSON object per line, the first one a `Header`.

This file owns the saved format. A record says what was *witnessed*, never what it means: meaning is the fold's.
Every `t` is `time.monotonic_ns()` of the machine that recorded (CLOCK_MONOTONIC on Linux), every `p` is the
recorder's own process id (upid, counted from 1): a pid is a label and may come again.

Compatibility: readers skip record kinds and fields they do not know; a change that old readers would misread
raises `FORMAT`.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

import msgspec
from msgspec import Meta

FORMAT = 1

# What a number can be at all. A record with another one says nothing true, and is left out by whoever reads.
_MUCH = 2**62  # of nanoseconds 146 years; differences still fit into 64 bits
Moment = Annotated[int, Meta(ge=0, le=_MUCH)]
Length = Annotated[int, Meta(ge=0, le=_MUCH)]
Count = Annotated[int, Meta(ge=0, le=2**53)]
Upid = Annotated[int, Meta(ge=0, lt=2**31)]
Pid = Annotated[int, Meta(ge=0, lt=2**32)]
Line = Annotated[int, Meta(ge=0, lt=2**31)]
ExitCode = Annotated[int, Meta(ge=-(2**31), lt=2**32)]
Chosen = Annotated[int, Meta(ge=-_MUCH, le=_MUCH)]  # a program may pass what it likes to a call
Percent = Annotated[float, Meta(ge=0, le=1e7)]  # of one core
Kib = Annotated[int, Meta(ge=0, le=2**50)]
Bytes = Annotated[int, Meta(ge=0, le=2**60)]
Seconds = Annotated[float, Meta(ge=0, le=1e12)]


class Witness(Enum):
    """Who saw a fact, best first."""

    KERNEL = "kernel"  # the kernel's own event with the kernel's timestamp (proc connector)
    OS = "os"  # a notice of the operating system (pidfd, wait, kqueue, process handle), stamped on arrival
    CALL = "call"  # the program's own call, told by the probe
    POLL = "poll"  # seen by looking from time to time


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="k"):
    """Anything that may stand on a line of a recording."""


class Interpreter(msgspec.Struct, frozen=True, kw_only=True):
    executable: str
    version: str  # "3.11.7"
    implementation: str  # "cpython"
    default_start_method: str | None = None


class Platform(msgspec.Struct, frozen=True, kw_only=True):
    system: str  # "Linux", as platform.system()
    release: str
    machine: str
    cpu_count: Count  # processors that the program may use; 0: not known


class Program(msgspec.Struct, frozen=True, kw_only=True):
    argv: list[str]  # as the user would type it: script (or "-m", module) and its arguments
    cwd: str
    title: str
    path: str | None = None  # the script as the user knows it; None for text that was never saved
    run_path: str | None = None  # the file that was really run, as tracebacks name it
    lesson: str | None = None
    source: str | None = None  # exactly the text that was run; None for -m
    parameters: dict[str, Chosen | float | bool | str] = msgspec.field(default_factory=dict)


class Header(Record, frozen=True, kw_only=True, tag="header"):
    """The first line: what was run, with what, where, and when in wall-clock time."""

    format: int
    procviz: str
    monotonic_ns: Moment  # the clock snapshot: both read at the same moment
    unix_ns: Moment
    program: Program
    interpreter: Interpreter
    platform: Platform
    interval_ns: Length  # the sampling interval that was asked for
    witness: str  # "kernel" or "pidfd" (or the platform's): the one that is in use
    probe: bool
    output: str  # terminal, pipe, unbuffered
    changed: list[str] = msgspec.field(default_factory=list)  # what recording changed for the program, as ids


class Began(Record, frozen=True, kw_only=True, tag="began"):
    """A process exists. `t` is its birth as this witness knows it; a better witness may follow with the same `p`."""

    t: Moment
    p: Upid
    pid: Pid
    ppid: Pid
    parent: Upid | None = None  # upid
    w: Witness
    precision_ns: Length | None = None  # the truth lies within this before `t`; 0 exact; None unknown
    cmdline: list[str] | None = None


class Described(Record, frozen=True, kw_only=True, tag="described"):
    """What became known of a process: only the fields that are set."""

    t: Moment
    p: Upid
    w: Witness
    name: str | None = None
    kind: str | None = None  # main, multiprocessing, subprocess, fork, helper
    start_method: str | None = None
    daemon: bool | None = None
    target: str | None = None  # qualified name of the function it was started with
    cmdline: list[str] | None = None
    file: str | None = None  # where start() was called
    line: Line | None = None


class Executed(Record, frozen=True, kw_only=True, tag="executed"):
    """The process replaced its program (exec)."""

    t: Moment
    p: Upid
    w: Witness
    cmdline: list[str] | None = None


class Step(Record, frozen=True, kw_only=True, tag="step"):
    """The process passed a point of its life, told by the probe.

    up: its interpreter runs the probe; forked: first code in a forked child; target-began; target-ended;
    code-ended: the last line of the main script (or target) is done; exit-began: exit handlers begin.
    """

    t: Moment
    p: Upid
    step: str
    w: Witness = Witness.CALL
    outcome: str | None = None  # target-ended, code-ended: returned, exception, sys-exit, os-exit
    exitcode: Chosen | None = None  # what the process is about to exit with, where the step knows it
    exception: str | None = None  # type name
    message: str | None = None
    traceback: str | None = None


class Call(Record, frozen=True, kw_only=True, tag="call"):
    """A call began: start, join, wait, communicate, poll, terminate, kill, close, os.kill, os.killpg, exec, os._exit,
    raise_signal, pthread_kill, pidfd_send_signal.

    `implicit` marks the calls that multiprocessing makes by itself when a program exits.
    """

    t: Moment
    p: Upid
    call: Count  # number of the call within the recording
    name: str
    target: Upid | None = None  # upid of the process it is about
    target_pid: Chosen | None = None
    signal: Chosen | None = None
    timeout_s: float | None = None
    implicit: bool = False
    file: str | None = None
    line: Line | None = None
    group: list[Upid] | None = None  # of a signal to a process group: its members then


class Called(Record, frozen=True, kw_only=True, tag="called"):
    """A call ended. A call without this record was still going on, or its process died in it."""

    t: Moment
    p: Upid
    call: Count
    target: Upid | None = None  # known only now for start()
    result: Chosen | None = None  # join, wait, poll: the exit code it saw; None: still alive
    error: str | None = None  # the exception it raised, as "Type: message"


class Act(Record, frozen=True, kw_only=True, tag="act"):
    """Somebody outside the program acted on a process through procviz: sender is "user" or "procviz"."""

    t: Moment
    p: Upid
    act: str  # terminate, kill, suspend, resume, interrupt, ctrl-c (to the whole group), stop (the whole run), timeout
    sender: str
    signal: Chosen | None = None


class Halted(Record, frozen=True, kw_only=True, tag="halted"):
    """The process was seen suspended (stopped by a signal), or going on again; told when that has changed."""

    t: Moment
    p: Upid
    w: Witness
    precision_ns: Length | None = None
    halted: bool


class Ended(Record, frozen=True, kw_only=True, tag="ended"):
    """A process ended. `exitcode` is what multiprocessing would say (-15 after SIGTERM); None: not observed."""

    t: Moment
    p: Upid
    w: Witness
    precision_ns: Length | None = None
    exitcode: ExitCode | None = None
    code_w: Witness | None = None  # who knows the exit code, where it is not `w`
    core: bool = False
    cpu_seconds: Seconds | None = None  # user + system
    max_rss_bytes: Bytes | None = None


class Reaped(Record, frozen=True, kw_only=True, tag="reaped"):
    """A dead process was waited for and is gone; `by` is the upid of who did, None where it is not known."""

    t: Moment
    p: Upid
    w: Witness
    precision_ns: Length | None = None
    by: Upid | None = None
    by_recorder: bool = False
    exitcode: ExitCode | None = None
    via: str | None = None  # what the program called that did it: join, start, active_children, is_alive, exit, ...


class Adopted(Record, frozen=True, kw_only=True, tag="adopted"):
    """A process lost its parent and has a new one: a process of the run (`by`), or a pid outside of it."""

    t: Moment
    p: Upid
    w: Witness
    precision_ns: Length | None = None
    by: Upid | None = None
    by_pid: Pid | None = None


class Deed(Record, frozen=True, kw_only=True, tag="deed"):
    """Something a process did that is no call about another process, told by the probe.

    lock-taken, lock-given: `thing` is the lock. lock-wait, lock-got, lock-gave-up: it had to wait for it, which is
    told of a wait of some length only. flush-began, flush-ended: at its exit, or in join_thread(), it writes out what
    it has put into the queue `thing`. task-began, task-ended: a worker of a pool at work on `name`; result-wait,
    result-got, result-gave-up: a wait for the results of tasks. pool-ending: the pool ends its workers itself;
    executor-broken: an executor found a worker dead. text-held, text-flushed: text for the stream `thing` is kept in
    a block buffer, or for want of a line's end (`thing` is "line"), since then (`name`: its first line). handler:
    `name` (or "ignore", "default") now answers `signal`.
    To stay cheap not every lock, task and text is told of; who tells of a begin tells of its end too.
    """

    t: Moment
    p: Upid
    deed: str
    thing: str | None = None
    name: str | None = None
    signal: Chosen | None = None
    file: str | None = None
    line: Line | None = None


class Output(Record, frozen=True, kw_only=True, tag="output"):
    """Something was written. `p` is None where nobody claimed it (a child that is not Python)."""

    t: Moment
    p: Upid | None = None
    stream: str  # stdout, stderr, terminal (not known which of the two)
    text: str | None = None  # when the bytes are UTF-8
    data: bytes | None = None  # else (base64 in JSON)
    bytes_left_out: Bytes = 0  # of a very large write: how many bytes the recording does not keep


class Samples(Record, frozen=True, kw_only=True, tag="s"):
    """One sampling tick: parallel lists, short names because there are many of these lines."""

    t: Moment
    p: list[Upid] | None = None  # None: the same processes as in the tick before
    c: list[Percent | None]  # CPU percent of one core since that process's sample before; None: its first
    r: list[Kib | None]  # resident memory in KiB
    u: list[Kib | None] | None = None  # unique memory in KiB, on the ticks that have it


class Lost(Record, frozen=True, kw_only=True, tag="lost"):
    """A witness lost events; `what` is the witness, `count` None where it cannot say."""

    t: Moment
    what: str
    count: Count | None = None


class Note(Record, frozen=True, kw_only=True, tag="note"):
    """Something about the recording itself that its reader must know, as an id with facts."""

    t: Moment
    note: str  # witness-fell-back, no-terminal, probe-silent, rate-bent, survivor, write-failed, interpreter-died, ...
    p: Upid | None = None
    facts: dict[str, str | Chosen | float | None] = msgspec.field(default_factory=dict)


class Finished(Record, frozen=True, kw_only=True, tag="finished"):
    """The last line of a whole recording: every process is gone. A recording without it was cut or runs still."""

    t: Moment
    exitcode: ExitCode | None = None  # the program's, as multiprocessing would say it
    ended_by: str | None = None  # None: by itself; user, timeout, procviz


AnyRecord = (
    Header
    | Began
    | Described
    | Executed
    | Step
    | Call
    | Called
    | Act
    | Halted
    | Ended
    | Reaped
    | Adopted
    | Deed
    | Output
    | Samples
    | Lost
    | Note
    | Finished
)

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(AnyRecord)


def encode_line(record: Record) -> bytes:
    """One record as one line, newline included."""
    try:
        return _encoder.encode(record) + b"\n"
    except UnicodeEncodeError:
        return _encoder.encode(as_text(msgspec.to_builtins(record))) + b"\n"


def as_text(value: Any) -> Any:
    """The same with each byte that is not UTF-8, as in the name of a file, as `\\xff`; msgspec takes no others."""
    match value:
        case str():
            try:
                return value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
            except UnicodeEncodeError:  # half a character, which a program may well write
                return value.encode("utf-8", "backslashreplace").decode()
        case dict():
            return {as_text(key): as_text(own) for key, own in value.items()}
        case list() | tuple():
            return [as_text(own) for own in value]
    return value


def decode_line(line: bytes) -> AnyRecord:
    """The record on one line.

    Raises msgspec.DecodeError where it is none (msgspec.ValidationError for a kind that is not known).
    """
    record: AnyRecord = _decoder.decode(line)
    return record
