"""The points on a life and the arrows between lives: calls, signals, prints, starts, waits."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Container, Iterable

import msgspec

from procviz.trace.folding.causes import Sent
from procviz.trace.folding.evidence import SENDS, STARTS, Asked, Evidence, in_time
from procviz.trace.folding.slices import Wait
from procviz.trace.records import Act, Call, Output, Witness
from procviz.trace.signal_names import SIGINT, SIGKILL, SIGTERM, act_signal, signal_name
from procviz.trace.timeline import Edge, Flow, FlowKind, Instant, InstantKind

_PRINT_LENGTH = 200


def put(instants: list[Instant], instant: Instant) -> None:
    """Insert a mark where its time belongs."""
    if not instants or instants[-1].edge.ts_ns < instant.edge.ts_ns:  # as most come: a million prints, one by one
        instants.append(instant)
    else:
        insort(instants, instant, key=_order)


def take(instants: list[Instant], instant: Instant) -> None:
    """Take a mark out again."""
    index = bisect_left(instants, _order(instant), key=_order)
    if index < len(instants) and instants[index] == instant:
        del instants[index]


def printed(output: Output) -> Instant | None:
    """The mark of a print: its first line; None for one that shows nothing."""
    text = (output.text or "").lstrip()[: 2 * _PRINT_LENGTH].rstrip()
    if output.p is None or (not text and output.data is None):
        return None
    first = text.splitlines()[0][:_PRINT_LENGTH] if text else ""
    return Instant(output.p, InstantKind.PRINT, Edge(output.t, Witness.CALL), first)


def called(asked: Asked) -> Instant | None:
    """The mark of a call on the row of who made it."""
    call = asked.call
    if call is None:
        return None
    error = asked.called.error if asked.called else None
    at, place = _told(call.t), asked.place
    return Instant(call.p, InstantKind.CALL, at, call.name, other=asked.target, place=place, error=error)


def call_signal(call: Call) -> int | None:
    """The number of the signal that a call sends; None where it sends none (os.kill with 0 only asks)."""
    default = {"terminate": SIGTERM, "kill": SIGKILL, "interrupt": SIGINT}.get(call.name)
    number = call.signal if call.signal is not None else default
    return number or None


def sent_to(evidence: Evidence, run_acts: Iterable[Act], system: str) -> list[Sent]:
    """Every signal that was sent to a process, in order of time."""
    aimed = in_time(evidence.aimed.values())
    calls = [one for one in aimed if one.call and one.call.name in SENDS and not one.failed and _alive(evidence, one)]
    sent = [one for one in (_sent(asked, system) for asked in _outermost(calls)) if one is not None]
    for act in [*evidence.acts, *_of_the_run(evidence, run_acts)]:
        number = act.signal if act.signal is not None else act_signal(act.act, system)
        if number:
            sent.append(Sent(act.t, number, act.act, sender=act.sender))
    return sorted(sent, key=lambda one: (one.t, one.signal, one.how, one.caller or 0))


def marks_of(evidence: Evidence, sent: Iterable[Sent], system: str) -> list[Instant]:
    """The marks that follow from the whole life: signals, the code's end, a new program."""
    life, marks = evidence.life, []
    for one in sent:
        name, at = signal_name(one.signal, system), _told(one.t)
        marks.append(Instant(life.id, InstantKind.SIGNAL, at, name, one.caller, one.sender, one.place))
    if life.code_ended is not None:
        marks.append(Instant(life.id, InstantKind.CODE_ENDED, life.code_ended))
    for record in sorted(evidence.executed, key=lambda one: one.t)[_birth_execs(evidence) :]:
        name = record.cmdline[0] if record.cmdline else ""
        marks.append(Instant(life.id, InstantKind.EXECUTED, Edge(record.t, record.w), name))
    return marks


def flows_of(
    evidence: Evidence, sent: Iterable[Sent], waits: Iterable[Wait], stage: Container[int], system: str
) -> list[Flow]:
    """The arrows that this life owns: its start, the signals sent to it, its own waits. `stage`: whose life is shown.

    An arrow of a wait or a signal is drawn at one moment: when the call was made.
    """
    life = evidence.life
    flows = [
        Flow(FlowKind.SIGNAL, one.caller, one.t, life.id, one.t, signal_name(one.signal, system))
        for one in sent
        if one.caller is not None and one.caller in stage
    ]
    if life.parent is not None and life.parent in stage and life.started is not None:
        begin = min(_start_ns(evidence), life.started.ts_ns)
        flows.append(Flow(FlowKind.START, life.parent, begin, life.id, life.started.ts_ns))
    begins = {(wait.begin.ts_ns, wait.asked.target) for wait in waits}
    flows.extend(  # a wait that another one cut in pieces is one arrow, one inside its like is none
        Flow(FlowKind.WAIT, life.id, one.begin.ts_ns, one.awaited, one.begin.ts_ns)
        for one in life.slices
        if one.awaited is not None and one.awaited in stage and (one.begin.ts_ns, one.awaited) in begins
    )
    return flows


def _alive(evidence: Evidence, asked: Asked) -> bool:
    """Whether it lived when a signal was sent to its group: the dead are members until they are waited for."""
    ended, call = evidence.life.ended, asked.call
    return ended is None or call is None or call.group is None or call.t <= ended.ts_ns


def _outermost(calls: list[Asked]) -> Iterable[Asked]:
    """Without the os.kill that terminate() and kill() make themselves."""
    outer = [(one, one.call) for one in calls if one.call and one.call.name in ("terminate", "kill", "interrupt")]
    for asked in calls:
        call = asked.call
        if call and call.name == "os.kill" and any(_inside(call, one, own) for one, own in outer):
            continue
        yield asked


def _inside(inner: Call, outer: Asked, own: Call) -> bool:
    if own.p != inner.p or call_signal(own) != inner.signal or inner.t < own.t:
        return False
    return outer.called is not None and inner.t <= outer.called.t


def _sent(asked: Asked, system: str) -> Sent | None:
    call = asked.call
    number = call_signal(call) if call else None
    if call is not None and call.name == "kill" and system == "Windows":
        number = SIGTERM  # there it does what terminate() does
    if call is None or number is None:
        return None
    return Sent(call.t, number, call.name, caller=call.p, implicit=call.implicit, place=asked.place)


def _of_the_run(evidence: Evidence, run_acts: Iterable[Act]) -> Iterable[Act]:
    """A stop of the run concerns everybody who still lives, though the record names one process."""
    life, own = evidence.life, {act.act for act in evidence.acts}
    for act in run_acts:
        if act.act not in own and life.started and (life.ended is None or life.ended.ts_ns >= act.t):
            yield msgspec.structs.replace(act, t=max(act.t, life.started.ts_ns))


def _birth_execs(evidence: Evidence) -> int:
    """How many of its exec belong to its birth: none once its own code has spoken."""
    first = min((step.t for step in evidence.steps), default=None)
    if first is None:
        return 1
    return sum(1 for record in evidence.executed if record.t <= first)


def _start_ns(evidence: Evidence) -> int:
    starts = [one.call.t for one in in_time(evidence.aimed.values()) if one.call and one.call.name in STARTS]
    assert evidence.life.started is not None
    return starts[-1] if starts else evidence.life.started.ts_ns


def _told(t: int) -> Edge:
    return Edge(t, Witness.CALL, 0)


def _order(instant: Instant) -> tuple[int, str, str, int, str, str, int]:
    place = instant.place
    where = (place.file, place.line) if place else ("", 0)
    return instant.edge.ts_ns, instant.kind.value, instant.name, instant.other or 0, instant.sender or "", *where
