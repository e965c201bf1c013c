"""Who a process was and when it passed the points of its life, from its own evidence alone.

Looks at no other process: what follows from the parent or from a sender is for `slices` and `ends`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from procviz.trace.folding.evidence import (
    RANK,
    STARTS,
    Evidence,
    best,
    by_quality,
    earliest_step,
    edge,
    in_time,
    newest,
)
from procviz.trace.folding.reaping import reaped
from procviz.trace.records import Began, Described, Step, Witness
from procviz.trace.timeline import Edge, Kind, Life, NotRun, Place

_PRECISE = ("main", "helper", "multiprocessing", "subprocess", "fork")  # a kind only ever becomes more precise
_IN_ONE = re.compile(r"""\s*(?:"([^"]+)"|([^\s"]+))\s+/""")  # a command line of Windows: a file, then an option
_HELPERS = {"tracker": "resource tracker", "forkserver": "fork server"}


def describe(evidence: Evidence) -> None:
    """Bring name, kind, edges and accounts of a life up to its evidence. It has begun."""
    life, began = evidence.life, best(evidence.began)
    assert began is not None
    life.pid, life.ppid = began.pid, began.ppid
    life.instrumented = evidence.spoke
    _origin(evidence)
    _said_of_it(evidence)
    _steps(life, evidence.steps)
    life.started = _start(evidence, began)
    _end(evidence)


def _origin(evidence: Evidence) -> None:
    life = evidence.life
    life.parent = next((began.parent for began in by_quality(evidence.began) if began.parent is not None), None)
    life.started_at = None
    starts = [asked for asked in in_time(evidence.aimed.values()) if asked.call and asked.call.name in STARTS]
    if starts and starts[-1].call:
        life.parent, life.started_at = starts[-1].call.p, starts[-1].place
    if life.parent == life.id:
        life.parent = None


def _said_of_it(evidence: Evidence) -> None:
    life, words = evidence.life, newest(evidence.described)
    life.start_method = next((word.start_method for word in words if word.start_method is not None), None)
    life.daemon = next((word.daemon for word in words if word.daemon is not None), None)
    life.target = next((word.target for word in words if word.target is not None), None)
    for word in words:
        if word.file is not None and word.line is not None:
            life.started_at = Place(word.file, word.line)
            break
    life.cmdline = _cmdline(evidence)
    life.not_run = _not_run(evidence)
    if life.not_run is not None:
        life.cmdline = None
    life.kind = Kind.FORK if life.not_run is not None else _kind(evidence, words)
    life.name = _name(life, next((word.name for word in words if word.name), None))


def _not_run(evidence: Evidence) -> NotRun | None:
    """What it should have become, where its parent was told that this failed: it is a fork of the parent then.

    It leaves with 255 (`_posixsubprocess.fork_exec`); an exception in the parent's part of the call is no such news.
    """
    if evidence.executed or not evidence.life.cmdline or not _left_with(255, evidence):
        return None
    failed = [
        one.called.error
        for one in evidence.aimed.values()
        if one.call and one.call.name == "popen" and one.called and one.called.error
    ]
    return NotRun(_basename(evidence.life.cmdline[0]), failed[0]) if failed else None


def _left_with(code: int, evidence: Evidence) -> bool:
    codes = [one.exitcode for one in evidence.ended] + [one.exitcode for one in evidence.reaped]
    return code in codes


def _cmdline(evidence: Evidence) -> list[str] | None:
    known = [(one.t, -RANK[one.w], one.cmdline) for one in _with_cmdline(evidence) if one.cmdline]
    return max(known)[2] if known else None


def _with_cmdline(evidence: Evidence) -> Iterator[Began | Described]:
    yield from evidence.began
    yield from evidence.described
    yield from evidence.executed  # type: ignore[misc]  # the same three fields


def _kind(evidence: Evidence, words: list[Described]) -> Kind:
    told = {word.kind for word in words}
    for kind in _PRECISE:
        if kind in told:
            return Kind(kind)
    if evidence.id == 1 and evidence.life.parent is None:
        return Kind.MAIN
    if not evidence.executed and earliest_step(evidence.steps, "forked"):
        return Kind.FORK
    return Kind.SUBPROCESS


def _name(life: Life, told: str | None) -> str:
    """Its own name or, where nobody named it, a label as it would stand in a process list."""
    words = life.cmdline or []
    if life.kind is Kind.HELPER:
        line = " ".join([told or "", *words])
        return next((name for mark, name in _HELPERS.items() if mark in line), told or "helper")
    if told or life.kind is Kind.MAIN:
        return told or "MainProcess"
    if life.kind is Kind.SUBPROCESS and words:
        name = _command_name(words)
        program = _python_program(words[1:]) if name.startswith("python") else None
        return f"{name} {program}" if program else name
    return f"{'fork' if life.kind is Kind.FORK else 'process'} {life.pid}"


def _command_name(words: list[str]) -> str:
    """What a command is called: its file, without folder and `.exe`; Windows may have the whole line in one text."""
    first = words[0]
    if len(words) == 1 and (whole := _IN_ONE.match(first)):
        first = whole[1] or whole[2]
    name = _basename(first)
    return name[:-4] if name.lower().endswith(".exe") else name


def _python_program(words: list[str]) -> str | None:
    """What a Python was asked to run, by its command line: a script, `-m` with a module, `-c`; None: nothing.

    The options are those of https://docs.python.org/3/using/cmdline.html.
    """
    rest = iter(words)
    for word in rest:
        if not word.startswith("-") or word == "-":
            return _basename(word)
        if word.startswith("--"):
            continue
        letters = re.split("[WX]", word[1:], maxsplit=1)[0]  # what follows these two belongs to them
        if "c" in letters:
            return "-c"
        if "m" in letters:
            return f"-m {letters.partition('m')[2] or next(rest, '')}".rstrip()
        if word[-1] in "WX" and len(letters) == len(word) - 2:
            next(rest, None)
    return None


def _basename(path: str) -> str:
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2] or path


def _steps(life: Life, steps: list[Step]) -> None:
    life.up = _passed(steps, "up", "forked")
    life.target_began = _passed(steps, "target-began")
    life.target_ended = _passed(steps, "target-ended")
    life.code_ended = _passed(steps, "code-ended", "target-ended")
    life.exit_began = _passed(steps, "exit-began")


def _passed(steps: list[Step], *names: str) -> Edge | None:
    step = earliest_step(steps, *names)
    return None if step is None else Edge(step.t, step.w, 0)


def _start(evidence: Evidence, began: Began) -> Edge:
    """The birth, but never later than the first word from inside: who speaks lives."""
    started = Edge(began.t, began.w, began.precision_ns)
    first = min(evidence.steps, key=lambda step: step.t, default=None)
    if first is not None and first.t < started.ts_ns and began.w is not Witness.KERNEL:
        return Edge(first.t, first.w, None)
    return started


def _end(evidence: Evidence) -> None:
    life = evidence.life
    life.ended, life.reaped = edge(best(evidence.ended)), reaped(evidence, {})
    if life.ended is None and life.reaped is not None:  # gone, so it ended, no later than that
        life.ended = replace(life.reaped, precision_ns=None)
    reapers = [record.by for record in by_quality(evidence.reaped) if record.by is not None]
    life.reaped_by = reapers[0] if reapers and life.start_method != "forkserver" else None
    ways = [record.via for record in by_quality(evidence.reaped) if record.via is not None]
    life.reaped_via = ways[0] if ways and life.start_method != "forkserver" else None
    life.cpu_seconds = max((one.cpu_seconds for one in evidence.ended if one.cpu_seconds is not None), default=None)
    life.max_rss_bytes = max(
        (one.max_rss_bytes for one in evidence.ended if one.max_rss_bytes is not None), default=None
    )
    adopted = max(evidence.adopted, key=lambda one: (one.t, -RANK[one.w]), default=None)
    life.adopted_by = adopted.by if adopted else None
    life.adopted_by_pid = adopted.by_pid if adopted else None
