"""Findings about ends that somebody else brought: daemons cut off, terminate, kill, signals sent and outlived."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from procviz.trace.findings.finding import (
    Finding,
    FindingKind,
    end_of,
    found,
    of_a_life,
    of_the_run,
    slice_end,
    stopped_with_the_run,
    until_the_stop,
    with_sender,
)
from procviz.trace.findings.handlers import answer
from procviz.trace.signal_names import TERMINATE_PROCESS
from procviz.trace.timeline import Cause, Instant, InstantKind, Kind, Life, Slice, State, Timeline

DYING_NS = 50_000_000  # a process that lives so short after a signal may be dying of it
_AT_ONCE_NS = 25_000_000  # and one that ends so soon after it was at its end anyway, unless it is known to handle it
_BY_ITSELF = (Cause.SYS_EXIT, Cause.OS_EXIT, Cause.EXCEPTION, Cause.UNKNOWN)
BY_OTHERS = (Cause.TERMINATE, Cause.KILL, Cause.DAEMON_CUTOFF, Cause.SIGNAL)
_SUSPENDING = ("SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU")


@of_a_life
def daemon_cutoff(life: Life, timeline: Timeline) -> Iterator[Finding]:
    """Ended by multiprocessing, because its parent's code had ended; and how far it had come."""
    if not life.ended or life.cause is not Cause.DAEMON_CUTOFF:
        return
    began = life.target_began
    yield found(
        timeline, FindingKind.DAEMON_CUTOFF, with_sender(life), life.ended.ts_ns,
        printed=_last_line(life, timeline), ran_ns=life.ended.ts_ns - began.ts_ns if began else None,
        instrumented=int(life.instrumented),
    )  # fmt: skip


@of_a_life
def ended_by_call(life: Life, timeline: Timeline) -> Iterator[Finding]:
    """Ended by terminate(), kill() or another signal of somebody who is known."""
    kinds = {Cause.TERMINATE: FindingKind.TERMINATE, Cause.KILL: FindingKind.KILL, Cause.SIGNAL: FindingKind.SIGNAL}
    kind = kinds.get(life.cause)
    if kind is None or life.ended is None or life.by == "outside" or stopped_with_the_run(life, timeline):
        return
    sender = life.by if isinstance(life.by, str) else None
    yield found(
        timeline, kind, with_sender(life), life.ended.ts_ns, life.cause_place, signal=_ended_by(life), sender=sender
    )


@of_a_life
def killed_from_outside(life: Life, timeline: Timeline) -> Iterator[Finding]:
    """Ended by a signal that no process of the run sent."""
    if life.ended and life.by == "outside":
        ts_ns = life.ended.ts_ns
        yield found(timeline, FindingKind.KILLED_FROM_OUTSIDE, [life.id], ts_ns, signal=_ended_by(life))


@of_a_life
def sigterm_outlived(life: Life, timeline: Timeline) -> Iterator[Finding]:
    """A SIGTERM that did not end it: it was ignored, or handled and answered by an end of its own making."""
    sent = [one for one in life.instants if one.kind is InstantKind.SIGNAL and one.name == "SIGTERM"]
    sent = [one for one in sent if not life.ended or one.edge.ts_ns < life.ended.ts_ns]
    if not sent or life.signal == "SIGTERM" or (life.ended and life.exitcode is None):
        return
    first, lived_ns = sent[0], end_of(life, timeline) - sent[0].edge.ts_ns
    if not life.ended and lived_ns < DYING_NS:
        return
    people = [life.id] if first.other is None else [life.id, first.other]
    handler = answer(life, "SIGTERM", first.edge.ts_ns, timeline)
    if first.other == life.id and handler == "ignore":
        return  # its group was meant, and it had taken care not to be
    if handler is None and lived_ns < _AT_ONCE_NS:
        return
    if _ended_itself(life, first, handler):
        yield found(
            timeline, FindingKind.SIGTERM_HANDLED, people, first.edge.ts_ns, first.place, lived_ns=lived_ns,
            sender=first.sender, exitcode=life.exitcode, handler=handler,
        )  # fmt: skip
        return
    yield found(
        timeline, FindingKind.SIGTERM_IGNORED, people, first.edge.ts_ns, first.place, lived_ns=lived_ns,
        sender=first.sender, going_on=int(life.ended is None), ending=life.cause.value, ending_signal=life.signal,
        handler=handler, stopped=int(until_the_stop(life.ended.ts_ns if life.ended else None, timeline)),
    )  # fmt: skip


@of_a_life
def suspended(life: Life, timeline: Timeline) -> Iterator[Finding]:
    """It did nothing for a while, because a signal had stopped it; by whom, where that is known."""
    pieces = [one for one in life.slices if one.state is State.SUSPENDED]
    for first, last in _joined(pieces):
        end_ns = slice_end(last, timeline)
        went_on = last.end is not None and not (life.ended and last.end.ts_ns >= life.ended.ts_ns)
        by = _who_stopped(life, first)
        people = [life.id] if by is None or by.other is None else [life.id, by.other]
        yield found(
            timeline, FindingKind.SUSPENDED, people, first.begin.ts_ns, by.place if by else None,
            lasted_ns=end_ns - first.begin.ts_ns, sender=by.sender if by else None, signal=by.name if by else None,
            outcome=_came_of_it(life, timeline, went_on=went_on), going_on=int(last.end is None),
        )  # fmt: skip


def _ended_by(life: Life) -> str:
    return life.signal or TERMINATE_PROCESS


def _came_of_it(life: Life, timeline: Timeline, *, went_on: bool) -> str | None:
    if went_on:
        return "resumed"
    if life.ended is None:
        return None
    return "stopped" if until_the_stop(life.ended.ts_ns, timeline) else "ended"


def _joined(pieces: list[Slice]) -> list[tuple[Slice, Slice]]:
    """First and last of the pieces that follow each other without a gap."""
    joined: list[tuple[Slice, Slice]] = []
    for piece in pieces:
        if joined and joined[-1][1].end == piece.begin:
            joined[-1] = joined[-1][0], piece
        else:
            joined.append((piece, piece))
    return joined


def _who_stopped(life: Life, piece: Slice) -> Instant | None:
    """The signal that did it: the last one that had been sent, within what is known of the moment."""
    latest_ns, within_ns = piece.begin.ts_ns, piece.begin.precision_ns or 0
    sent = [one for one in life.instants if one.kind is InstantKind.SIGNAL and one.name in (*_SUSPENDING, "SIGCONT")]
    last = next((one for one in reversed(sent) if latest_ns - within_ns <= one.edge.ts_ns <= latest_ns), None)
    return last if last is not None and last.name in _SUSPENDING else None


@of_the_run
def grandchildren_left(timeline: Timeline) -> Iterator[Finding]:
    """A child was ended by somebody while children of its own lived: they went on."""
    children: defaultdict[int | None, list[Life]] = defaultdict(list)
    for child in timeline.lives.values():
        children[child.parent].append(child)
    for life in timeline.lives.values():
        if life.ended is None or life.kind is Kind.MAIN or life.cause not in BY_OTHERS:
            continue
        left = [child for child in children[life.id] if _went_on(child, life.ended.ts_ns)]
        if left and not stopped_with_the_run(life, timeline):
            last_ns = max(end_of(child, timeline) for child in left)
            lived_ns = last_ns - life.ended.ts_ns
            yield found(
                timeline, FindingKind.GRANDCHILDREN_LEFT, [life.id, *(child.id for child in left)], life.ended.ts_ns,
                lived_ns=lived_ns, going_on=int(any(child.ended is None for child in left)), cause=life.cause.value,
                signal=life.signal, stopped=int(until_the_stop(last_ns, timeline)),
            )  # fmt: skip


def _went_on(child: Life, end_ns: int) -> bool:
    """Whether it lived then and did not die of the same sweep, a signal to the whole group say."""
    if child.kind is Kind.HELPER or child.started is None or child.started.ts_ns > end_ns:
        return False
    if child.ended is None:
        return True
    lived_ns = child.ended.ts_ns - end_ns
    return lived_ns > 0 and (child.signal is None or lived_ns >= DYING_NS)


def _ended_itself(life: Life, first: Instant, handler: str | None) -> bool:
    """Whether its end is its own answer to the signal. Without a word about handlers, only an exit code says so."""
    if life.ended is None or life.signal is not None or handler == "ignore":
        return False
    if handler is not None:
        over = life.code_ended
        return over is None or over.ts_ns >= first.edge.ts_ns
    return bool(life.exitcode) and life.cause in _BY_ITSELF


def _last_line(life: Life, timeline: Timeline) -> str | None:
    """The last line it printed, as far as that reached the recording."""
    if not any(one.kind is InstantKind.PRINT for one in life.instants):
        return None
    for output in reversed(timeline.outputs):
        lines = (output.text or "").strip().splitlines() if output.p == life.id else []
        if lines:
            return lines[-1].strip()
    return None
