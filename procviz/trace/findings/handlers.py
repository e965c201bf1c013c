"""Findings about signals that a process had a handler for, or had the system ignore.

That a handler was set is known; that it ran is not told by anybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from procviz.trace.findings.finding import Finding, FindingKind, end_of, found, of_a_life
from procviz.trace.signal_names import ENDING, signal_name
from procviz.trace.timeline import Cause, Instant, InstantKind, Kind, Life, Timeline

_SOON_NS = 1_000_000_000  # an end of its own making so soon after a signal is told beside it
_BY_ITSELF = (Cause.SYS_EXIT, Cause.OS_EXIT, Cause.EXCEPTION)


@of_a_life
def signal_handled(life: Life, timeline: Timeline) -> Iterator[Finding]:
    """A signal that would have ended it, had it not set a handler for it or asked for it to be ignored."""
    sent: defaultdict[str, list[Instant]] = defaultdict(list)
    for one in life.instants:
        if one.kind is InstantKind.SIGNAL and one.name in ENDING and one.name not in ("SIGTERM", life.signal):
            sent[one.name].append(one)
    for signal, instants in sent.items():
        answered = [(one, answer(life, signal, one.edge.ts_ns, timeline)) for one in instants]
        outlived = [(one, handler) for one, handler in answered if handler is not None]
        if not outlived:
            continue
        first, handler = outlived[0]
        people = [life.id] if first.other is None else [life.id, first.other]
        soon = life.ended is not None and end_of(life, timeline) - outlived[-1][0].edge.ts_ns <= _SOON_NS
        by_itself = soon and life.signal is None and life.cause in _BY_ITSELF
        yield found(
            timeline, FindingKind.SIGNAL_HANDLED, people, first.edge.ts_ns, first.place, signal=signal,
            sender=first.sender, handler=handler, count=len(outlived), exitcode=life.exitcode if by_itself else None,
            lived_ns=end_of(life, timeline) - outlived[-1][0].edge.ts_ns,
        )  # fmt: skip


def signal_behind(life: Life) -> Instant | None:
    """The SIGINT behind the KeyboardInterrupt that it ended with, where one was sent."""
    over = life.code_ended or life.ended
    if life.cause is not Cause.EXCEPTION or life.failure is None or life.failure.type != "KeyboardInterrupt":
        return None
    sent = [one for one in life.instants if one.kind is InstantKind.SIGNAL and one.name == "SIGINT"]
    return next((one for one in reversed(sent) if over is not None and one.edge.ts_ns <= over.ts_ns), None)


def answer(life: Life, signal: str, ts_ns: int, timeline: Timeline) -> str | None:
    """What had been set to answer a signal then: the name of a handler, "ignore", or None where nobody told.

    A forked process takes over what its parent had set, one with a new interpreter only what is ignored.
    """
    before_ns, inherited, passed = ts_ns, False, set()
    system = timeline.header.platform.system
    if system == "Windows":
        return None  # no handler runs there for what another process does
    one: Life | None = life
    while one is not None and one.id not in passed:
        passed.add(one.id)
        told = [
            deed
            for deed in one.deeds
            if deed.deed == "handler" and deed.t <= before_ns and signal_name(deed.signal or 0, system) == signal
        ]
        if told:
            name = told[-1].name
            return None if name in (None, "default") or (inherited and name != "ignore") else name
        inherited = inherited or one.start_method == "spawn" or one.kind is Kind.SUBPROCESS
        if one.started is None or one.start_method == "forkserver" or one.parent is None:
            return None
        before_ns, one = one.started.ts_ns, timeline.lives.get(one.parent)
    return None
