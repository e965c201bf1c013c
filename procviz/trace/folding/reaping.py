"""Whose it was to wait for a dead process, and until when: what comes after that is nobody's of the program.

A parent that is dead waits for nobody: whoever it leaves is taken in and waited for by others, mostly by the recorder,
at its own pace, which must not be taken for the program's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from procviz.trace.folding.evidence import Evidence, best, edge
from procviz.trace.timeline import Edge, Life


def forker(life: Life, lives: Mapping[int, Life]) -> Life | None:
    """Who had it as a child first: under forkserver that is the server, not who asked for it."""
    if life.start_method != "forkserver":
        return lives.get(life.parent) if life.parent is not None else None
    same = [one for one in lives.values() if one.pid == life.ppid and one.id < life.id]
    return same[-1] if same else None


def keeper(life: Life, lives: Mapping[int, Life]) -> Life | None:
    """Whose it was to wait for it when it ended; None: of nobody who is known and lived."""
    if life.ended is None or (life.adopted_by is None and life.adopted_by_pid is not None):
        return None
    one = forker(life, lives) if life.adopted_by is None else lives.get(life.adopted_by)
    if one is None or (one.ended is not None and one.ended.ts_ns <= life.ended.ts_ns):
        return None
    return one


def kept_until(life: Life, lives: Mapping[int, Life], gone: bool) -> tuple[Edge | None, bool]:
    """Until when it was a zombie (None: it still is), and whether it was one at all."""
    one = keeper(life, lives)
    ends = [edge for edge in (life.reaped, one.ended if one is not None else None) if edge is not None]
    if life.ended is None or one is None or (not ends and (gone or life.start_method == "forkserver")):
        return None, False
    until = min(ends, key=lambda edge: edge.ts_ns, default=None)
    return until, until is None or until.ts_ns > life.ended.ts_ns


def reaped(evidence: Evidence, lives: Mapping[int, Life]) -> Edge | None:
    """When it was waited for; what the recorder took its time for counts as done when it was nobody else's to do."""
    life, told = evidence.life, evidence.reaped
    if life.start_method == "forkserver":  # the server reaps it; its starter only learns of it later
        told = [record for record in told if record.w.value != "call"]
    record = best(told)
    if record is None or not record.by_recorder or life.ended is None:
        return edge(record)
    one = keeper(life, lives)
    since = life.ended if one is None or one.ended is None else one.ended
    return since if since.ts_ns < record.t else replace(since, ts_ns=record.t)
