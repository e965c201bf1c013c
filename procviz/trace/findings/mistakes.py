"""Findings about what start() refuses and what a new interpreter cannot find: the well-known first mistakes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from procviz.trace.findings.finding import Finding, FindingKind, found, of_a_life, of_the_run, with_parent
from procviz.trace.timeline import Instant, InstantKind, Kind, Life, Place, Timeline

_NEW_INTERPRETER = ("spawn", "forkserver")
_GUARD = "bootstrapping phase"  # of multiprocessing's own words when a module that is being imported starts a process
_REFUSED = "daemonic processes are not allowed to have children"
_NOT_THERE = re.compile(r"Can't get attribute '([^']+)' on <module '(__mp_main__|__main__)'")
_NOT_PICKLED = re.compile(r"(?:PicklingError|AttributeError): Can't (?:pickle|get) (.*)", re.DOTALL)
_NAMES = (
    re.compile(r"local object '([^']+)'"),
    re.compile(r"<(?:function|class|built-in function) '?(.+?)'?(?: at 0x|>:|>$)"),
)


@of_a_life
def daemon_children(life: Life, timeline: Timeline) -> Iterator[Finding]:
    """A daemon called start(), which multiprocessing refuses."""
    for one in _failed_starts(life):
        if one.error is not None and one.error.startswith("AssertionError") and _REFUSED in one.error:
            yield found(timeline, FindingKind.DAEMON_CHILDREN, [life.id], one.edge.ts_ns, one.place)
            return


@of_the_run
def main_guard(timeline: Timeline) -> Iterator[Finding]:
    """New processes that got to the program's start() while they only imported it; all of them in one finding."""
    hit = [(life, _unguarded(life)) for life in timeline.lives.values()]
    lives = [(life, at) for life, at in hit if at is not None]
    lives = [(life, at) for life, at in lives if life.kind is not Kind.HELPER or life.exitcode] or lives[:1]
    if lives:
        first, (ts_ns, place) = lives[0]
        people = [life.id for life, _at in lives]
        # From Python 3.14 on the fork server imports the program too, before it has any child.
        method = "forkserver" if first.kind is Kind.HELPER else first.start_method
        yield found(timeline, FindingKind.MAIN_GUARD, people, ts_ns, place, method=method, count=len(people))


@of_the_run
def not_importable(timeline: Timeline) -> Iterator[Finding]:
    """Functions that cannot be handed to a new interpreter by their name: once for every name."""
    lost: defaultdict[str, list[Life]] = defaultdict(list)
    for life in timeline.lives.values():
        for one in _failed_starts(life):
            name = _unpicklable(one.error or "")
            if name is not None:
                yield found(
                    timeline, FindingKind.NOT_IMPORTABLE, [life.id], one.edge.ts_ns, one.place, name=name,
                    stage="start", method=None, count=1,
                )  # fmt: skip
        missing = _missing(life)
        if missing is not None:
            lost[missing].append(life)
    for name, lives in lost.items():
        at = lives[0].code_ended or lives[0].ended
        if at is not None:
            people = [*with_parent(lives[0])[:1], *(life.id for life in lives[1:])]
            yield found(
                timeline, FindingKind.NOT_IMPORTABLE, people, at.ts_ns, lives[0].started_at, name=name,
                stage="child", method=lives[0].start_method, count=len(lives),
            )  # fmt: skip


def is_explained(life: Life) -> bool:
    """Whether the exception that ended it is told as one of these already."""
    if _unguarded(life) is not None or _missing(life) is not None:
        return True
    own = f"{life.failure.type}: {life.failure.message}" if life.failure else None
    return any(one.error == own and _is_told(one.error or "") for one in _failed_starts(life))


def _is_told(error: str) -> bool:
    return _REFUSED in error or _unpicklable(error) is not None


def _failed_starts(life: Life) -> Iterator[Instant]:
    for one in life.instants:
        if one.kind is InstantKind.CALL and one.name == "start" and one.error is not None:
            yield one


def _unguarded(life: Life) -> tuple[int, Place | None] | None:
    """When and where a process that was only importing the program called start()."""
    for one in _failed_starts(life):
        if one.error is not None and one.error.startswith("RuntimeError") and _GUARD in one.error:
            return one.edge.ts_ns, one.place
    return None


def _missing(life: Life) -> str | None:
    """The name that a new process did not find in the program it had imported."""
    failure = life.failure
    if failure is None or failure.type != "AttributeError":
        return None
    match = _NOT_THERE.match(failure.message)
    return match[1] if match else None


def _unpicklable(error: str) -> str | None:
    match = _NOT_PICKLED.match(error)
    if match is None:
        return None
    return next((name[1] for name in (one.search(match[1]) for one in _NAMES) if name is not None), "?")
