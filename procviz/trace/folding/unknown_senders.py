"""Who could have sent a signal that nobody is known to have sent.

"From outside" is only said where every process that could have been the sender was heard by the probe.
"""

from __future__ import annotations

from dataclasses import dataclass

from procviz.trace.folding.causes import Surroundings
from procviz.trace.folding.filing import Files
from procviz.trace.folding.marks import call_signal
from procviz.trace.signal_names import SIGINT
from procviz.trace.timeline import Kind, Life, Timeline

_LATE_NS = 1_000_000_000  # a sender that was gone this long before the victim's end did not send it


@dataclass(frozen=True, slots=True)
class Strangers:
    """What the whole run says about possible senders; equal values give equal answers."""

    heard: bool
    group_signals: tuple[tuple[int, int], ...]
    silent: tuple[tuple[int, int, int | None], ...]  # (id, started, ended) of those whom the probe does not hear
    system: str

    def around(self, victim: Life) -> Surroundings:
        """The same as seen by one victim."""
        end_ns = victim.ended.ts_ns if victim.ended else 0
        suspects = (
            one
            for one, started_ns, ended_ns in self.silent
            if one != victim.id and started_ns <= end_ns and (ended_ns is None or ended_ns + _LATE_NS >= end_ns)
        )
        heard = self.heard and next(suspects, None) is None
        return Surroundings(self.system, heard, self.group_signals)


def strangers(timeline: Timeline, files: Files) -> Strangers:
    """Look around in the run as it is known now."""
    sends = [asked.call for asked in files.group_sends.values() if asked.call is not None]
    groups = [(call.t, call_signal(call) or 0) for call in sends]
    groups += [(act.t, SIGINT) for life in files.evidence.values() for act in life.acts if act.act == "interrupt"]
    silent = sorted(
        (life.id, life.started.ts_ns, life.ended.ts_ns if life.ended else None)
        for life in timeline.lives.values()
        if life.started and not life.instrumented and life.kind in (Kind.SUBPROCESS, Kind.FORK)
    )
    main = timeline.main
    heard = timeline.header.probe and main is not None and main.instrumented
    return Strangers(heard, tuple(sorted(groups)), tuple(silent), timeline.header.platform.system)
