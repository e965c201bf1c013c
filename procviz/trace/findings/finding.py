"""What a finding is: one thing that happened, as ids, numbers and names.

What makes one is said in the files `of_*.py`; its sentence is in `wording.findings`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from procviz.trace.timeline import Kind, Life, Place, Slice, Timeline

Fact = int | float | str | None
STOPS = ("stop", "timeout")  # the acts that end the whole run


class FindingKind(Enum):
    """What was found, with its facts beside `at_ns` (from the picture's beginning) and `file` (not the program's)."""

    START_COST = "start-cost"  # <method>_ns (median from birth to target), <method>_count
    IMPLICIT_WAIT = "implicit-wait"  # waited_ns, going_on, stopped (the run was)
    DAEMON_CUTOFF = "daemon-cutoff"  # printed (its last line), ran_ns (None: its target had not begun), instrumented
    TERMINATE = "terminate"  # sender
    KILL = "kill"  # sender
    SIGNAL = "signal"  # signal, sender
    STOPPED = "stopped"  # ended_by
    SIGTERM_IGNORED = "sigterm-ignored"  # sender, lived_ns, going_on, ending (a Cause value), ending_signal, handler,
    # stopped (the run was)
    SIGTERM_HANDLED = "sigterm-handled"  # sender, lived_ns, exitcode, handler (None: not known)
    SIGNAL_HANDLED = "signal-handled"  # signal, sender, handler, count (of such signals), lived_ns (after the last),
    # exitcode (of the end that it made itself soon after, or None)
    SUSPENDED = (
        "suspended"  # lasted_ns, going_on, outcome (resumed, ended, stopped, None), sender, signal (None: not known)
    )
    GRANDCHILDREN_LEFT = "grandchildren-left"  # lived_ns (the longest), going_on, cause, signal, stopped
    MAIN_GUARD = "main-guard"  # method, count
    NOT_IMPORTABLE = "not-importable"  # name, stage (start, child), method, count
    DAEMON_CHILDREN = "daemon-children"  # -
    CHILD_FAILED = "child-failed"  # type, message, exitcode; of an interrupt signal, sender, sent_at_ns, sent_line too
    CRASH = "crash"  # signal
    NOT_RUN = "not-run"  # command, error (of the call)
    EXIT_CODE = "exit-code"  # exitcode, cause, born (a Kind value), method
    KILLED_FROM_OUTSIDE = "killed-from-outside"  # signal
    OUTPUT_LOST = "output-lost"  # text (its first line), since_ns, certain, in_line (a line had not ended)
    QUEUE_NOT_EMPTIED = "queue-not-emptied"  # lasted_ns, going_on, implicit
    LOCK_OWNER_DIED = "lock-owner-died"  # lasted_ns, going_on
    POOL_WORKER_LOST = "pool-worker-lost"  # name, ran_ns, waited_ns, going_on
    EXECUTOR_BROKEN = "executor-broken"  # name, own (the executor's process had ended the worker itself), idle (the
    # worker returned before its first task)
    ORPHAN = "orphan"  # lived_ns, going_on, adopter (init, procviz, process, other, None), adopter_pid,
    # adopter_name, ended_by (the run's stop)
    ZOMBIE = "zombie"  # lasted_ns, going_on, via (see `Reaped.via`), stopped (the run was), call and called_ns (what
    # the parent was in meanwhile, and since when)
    CORES_BUSY = "cores-busy"  # lasted_ns, cores, busy (the most processes at work at a time)
    EVENTS_LOST = "events-lost"  # count
    TORN = "torn"  # -


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that happened. The first process is the one it is about, the others had a part in it.

    `names` goes with `processes`; None stands for main, which every language calls its own way.
    """

    kind: FindingKind
    processes: tuple[int, ...]
    ts_ns: int
    facts: dict[str, Fact] = field(default_factory=dict)
    place: Place | None = None
    names: tuple[str | None, ...] = ()


_FRAME = re.compile(r'^ *File "(.+)", line (\d+)', re.MULTILINE)
_LIBRARY = re.compile(r"^<|[/\\](?:lib[/\\]python\d[\d.]*t?|Lib|site-packages|dist-packages)[/\\]")

OfALife = Callable[[Life, Timeline], Iterator[Finding]]
OfTheRun = Callable[[Timeline], Iterator[Finding]]


RULES_OF_A_LIFE: list[OfALife] = []  # filled by the two below, where each rule stands
RULES_OF_THE_RUN: list[OfTheRun] = []


def of_a_life(rule: OfALife) -> OfALife:
    """Mark a rule that is asked about each process."""
    RULES_OF_A_LIFE.append(rule)
    return rule


def of_the_run(rule: OfTheRun) -> OfTheRun:
    """Mark a rule that is asked once about the whole run."""
    RULES_OF_THE_RUN.append(rule)
    return rule


def found(
    timeline: Timeline, kind: FindingKind, people: Sequence[int], ts_ns: int, place: Place | None = None, **facts: Fact
) -> Finding:
    """A finding about these processes, with their names and, of a place elsewhere, the file's name."""
    known = [timeline.lives.get(p) for p in people]
    names = tuple(None if life is None or life.kind is Kind.MAIN else timeline.label(life) for life in known)
    facts = {"at_ns": ts_ns - timeline.begin_ns, **facts}
    program = timeline.header.program
    if place is not None and place.file not in (program.path, program.run_path):
        facts["file"] = place.file.replace("\\", "/").rpartition("/")[2]
    return Finding(kind, tuple(people), ts_ns, facts, place, names)


def with_sender(life: Life) -> list[int]:
    """The process and, where it is one of the run, who ended it."""
    return [life.id, life.by] if isinstance(life.by, int) else [life.id]


def with_parent(life: Life) -> list[int]:
    """The process and its parent, where that is known."""
    return [life.id] if life.parent is None else [life.id, life.parent]


def raised_at(traceback: str, timeline: Timeline) -> Place | None:
    """The last place of the program's own file in a traceback; else of a file that is no library's; else of any."""
    frames = [Place(file, int(line)) for file, line in _FRAME.findall(traceback)]
    program = timeline.header.program
    own = [frame for frame in frames if frame.file in (program.path, program.run_path)]
    others = [frame for frame in frames if not _LIBRARY.search(frame.file)]
    return next(reversed(own or others or frames), None)


def stopped_with_the_run(life: Life, timeline: Timeline) -> bool:
    """Whether it was ended because the whole run was."""
    if timeline.stopped_ns is None or life.ended is None or life.ended.ts_ns < timeline.stopped_ns:
        return False
    return life.ended_with in STOPS


def until_the_stop(ts_ns: int | None, timeline: Timeline) -> bool:
    """Whether what lasted until then was ended by the stop of the whole run, not by the program."""
    return timeline.stopped_ns is not None and ts_ns is not None and ts_ns >= timeline.stopped_ns


def end_of(life: Life, timeline: Timeline) -> int:
    """When it ended; of one that lives, the newest moment that is known."""
    return life.ended.ts_ns if life.ended else timeline.last_ns


def slice_end(one: Slice, timeline: Timeline) -> int:
    """When the slice ended; of one that goes on, the newest moment that is known."""
    return one.end.ts_ns if one.end else timeline.last_ns
