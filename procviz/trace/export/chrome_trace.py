"""A timeline in Chrome's trace event format, which Perfetto opens: states, marks, arrows, CPU and memory.

Open ends stay open (a begin without its end), so that what was going on when the recording stopped is not lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import msgspec

from procviz.trace.timeline import Flow, Instant, Life, Slice, Timeline

_Event = dict[str, Any]
_STANDS_IN_FROM = 1 << 22  # above every pid of Linux: for a pid that came again


def chrome_trace(timeline: Timeline) -> bytes:
    """The whole timeline as one JSON document; times are microseconds from the header's clock snapshot."""
    header = timeline.header
    document = {
        "traceEvents": list(_Writer(timeline).events()),
        "displayTimeUnit": "ms",
        "otherData": {
            "program": " ".join(header.program.argv),
            "procviz": header.procviz,
            "python": header.interpreter.version,
            "monotonic_ns": header.monotonic_ns,
            "unix_ns": header.unix_ns,
        },
    }
    return msgspec.json.encode(document)


class _Writer:
    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._zero_ns = timeline.header.monotonic_ns
        self._pids = _unique_pids(timeline)

    def events(self) -> Iterator[_Event]:
        for index, life in enumerate(self._timeline.lives.values()):
            yield from self._names(life, index)
            for one in life.slices:
                yield self._slice(one)
            for mark in life.instants:
                yield self._instant(mark)
        numbers = count(1)
        for flow in self._timeline.flows:
            if flow.source in self._pids and flow.target in self._pids:
                yield from self._flow(flow, next(numbers))
        yield from self._counters()

    def _us(self, ts_ns: int) -> float:
        return (ts_ns - self._zero_ns) / 1000

    def _at(self, p: int, ph: str, ts_ns: int, **more: Any) -> _Event:
        pid = self._pids[p]
        return {"ph": ph, "pid": pid, "tid": pid, "ts": self._us(ts_ns), **more}

    def _names(self, life: Life, index: int) -> Iterator[_Event]:
        pid = self._pids[life.id]
        metadata = {"process_name": {"name": life.name}, "process_sort_index": {"sort_index": index}}
        metadata["process_labels"] = {"labels": _label(life)}
        for name, args in metadata.items():
            yield {"ph": "M", "pid": pid, "tid": pid, "name": name, "args": args}
        yield {"ph": "M", "pid": pid, "tid": pid, "name": "thread_name", "args": {"name": life.name}}

    def _slice(self, one: Slice) -> _Event:
        args: dict[str, Any] = {"from": one.begin.witness.value}
        if one.end is not None:
            args["until"] = one.end.witness.value
        awaited = self._timeline.lives.get(one.awaited) if one.awaited is not None else None
        if awaited is not None:
            args["awaited"] = awaited.name
        if one.place is not None:
            args["place"] = f"{one.place.file}:{one.place.line}"
        more: dict[str, Any] = {"name": one.state.value, "cat": "state", "args": args}
        if one.end is None:
            return self._at(one.process, "B", one.begin.ts_ns, **more)
        more["dur"] = (one.end.ts_ns - one.begin.ts_ns) / 1000
        return self._at(one.process, "X", one.begin.ts_ns, **more)

    def _instant(self, mark: Instant) -> _Event:
        other = self._timeline.lives.get(mark.other) if mark.other is not None else None
        args: dict[str, Any] = {"text": mark.name, "witness": mark.edge.witness.value}
        if other is not None:
            args["other"] = other.name
        if mark.sender is not None:
            args["sender"] = mark.sender
        if mark.place is not None:
            args["place"] = f"{mark.place.file}:{mark.place.line}"
        name = mark.name or mark.kind.value
        return self._at(mark.process, "i", mark.edge.ts_ns, s="t", name=name, cat=mark.kind.value, args=args)

    def _flow(self, flow: Flow, number: int) -> Iterator[_Event]:
        more = {"id": number, "name": flow.label or flow.kind.value, "cat": flow.kind.value}
        yield self._at(flow.source, "s", flow.source_ns, **more)
        yield self._at(flow.target, "f", flow.target_ns, bp="e", **more)

    def _counters(self) -> Iterator[_Event]:
        for tick in self._timeline.samples:
            for p, cpu, rss_kib in zip(tick.p or (), tick.c, tick.r, strict=True):
                if p not in self._pids:
                    continue
                if cpu is not None:
                    yield self._at(p, "C", tick.t, name="CPU", args={"percent": cpu})
                if rss_kib is not None:
                    yield self._at(p, "C", tick.t, name="memory", args={"RSS KiB": rss_kib})


def _unique_pids(timeline: Timeline) -> dict[int, int]:
    """A number per process that no other has: its pid, unless that came again."""
    pids: dict[int, int] = {}
    taken: set[int] = set()
    for life in timeline.lives.values():
        pids[life.id] = _STANDS_IN_FROM + life.id if life.pid in taken else life.pid
        taken.add(life.pid)
    return pids


def _label(life: Life) -> str:
    if life.ended is None:
        return life.kind.value
    code = "?" if life.exitcode is None else str(life.exitcode)
    return " ".join(part for part in (life.kind.value, "exit", code, life.signal or "") if part)
