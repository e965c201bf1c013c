"""Every finding as a sentence in plain words: who, when (from the beginning of the run), why."""

from __future__ import annotations

import re

from procviz.trace.findings import Finding, FindingKind
from procviz.trace.timeline import Timeline
from procviz.wording import (
    _,
    ngettext,
    said_of_costs,
    said_of_ends,
    said_of_hangs,
    said_of_mistakes,
    said_of_signals,
    said_of_waits,
)
from procviz.wording.quantities import close_up
from procviz.wording.said import Sentence, facts_of, number, word

_NAME_THEIR_LINE = (FindingKind.SIGTERM_IGNORED, FindingKind.SIGTERM_HANDLED, FindingKind.CHILD_FAILED)

_NOTEBOOK_CELL = re.compile(r"[/\\]ipykernel_\d+[/\\]\d+\.py$")  # what a kernel calls the file of a cell


def sentence(finding: Finding, timeline: Timeline | None = None) -> str:
    """One sentence or two (a last one names the line of the call). The finding holds all that is needed for it."""
    text = close_up(_SENTENCES[finding.kind](finding))
    if finding.place is None or finding.kind in _NAME_THEIR_LINE:
        return text
    file, line = finding.facts.get("file"), finding.place.line
    if file is None:
        return _("{sentence} See line {line}.").format(sentence=text, line=line)
    if _NOTEBOOK_CELL.search(finding.place.file):
        return _("{sentence} See line {line} of the notebook's cell.").format(sentence=text, line=line)
    return _("{sentence} See line {line} of {file}.").format(sentence=text, line=line, file=word(finding, "file"))


def _events_lost(finding: Finding) -> str:
    count = number(finding, "count")
    text = ngettext(
        "{count} event was lost: the picture may not show everything.",
        "{count} events were lost: the picture may not show everything.",
        count,
    )
    return text.format(count=count)


def _torn(finding: Finding) -> str:
    return _("The recording stops at {at}, before the run ended.").format(**facts_of(finding))


_SENTENCES: dict[FindingKind, Sentence] = {
    FindingKind.START_COST: said_of_costs.start_cost,
    FindingKind.IMPLICIT_WAIT: said_of_waits.implicit_wait,
    FindingKind.DAEMON_CUTOFF: said_of_signals.daemon_cutoff,
    FindingKind.TERMINATE: said_of_signals.ended_with("terminate()"),
    FindingKind.KILL: said_of_signals.ended_with("kill()"),
    FindingKind.SIGNAL: said_of_signals.ended_by_signal,
    FindingKind.STOPPED: said_of_signals.stopped,
    FindingKind.SIGTERM_IGNORED: said_of_signals.sigterm_ignored,
    FindingKind.SIGTERM_HANDLED: said_of_signals.sigterm_handled,
    FindingKind.SIGNAL_HANDLED: said_of_signals.signal_handled,
    FindingKind.SUSPENDED: said_of_signals.suspended,
    FindingKind.GRANDCHILDREN_LEFT: said_of_signals.grandchildren_left,
    FindingKind.MAIN_GUARD: said_of_mistakes.main_guard,
    FindingKind.NOT_IMPORTABLE: said_of_mistakes.not_importable,
    FindingKind.DAEMON_CHILDREN: said_of_mistakes.daemon_children,
    FindingKind.CHILD_FAILED: said_of_ends.child_failed,
    FindingKind.CRASH: said_of_ends.crash,
    FindingKind.NOT_RUN: said_of_ends.not_run,
    FindingKind.EXIT_CODE: said_of_ends.exit_code,
    FindingKind.KILLED_FROM_OUTSIDE: said_of_ends.killed_from_outside,
    FindingKind.OUTPUT_LOST: said_of_ends.output_lost,
    FindingKind.QUEUE_NOT_EMPTIED: said_of_hangs.queue_not_emptied,
    FindingKind.LOCK_OWNER_DIED: said_of_hangs.lock_owner_died,
    FindingKind.POOL_WORKER_LOST: said_of_hangs.pool_worker_lost,
    FindingKind.EXECUTOR_BROKEN: said_of_hangs.executor_broken,
    FindingKind.ORPHAN: said_of_waits.orphan,
    FindingKind.ZOMBIE: said_of_waits.zombie,
    FindingKind.CORES_BUSY: said_of_costs.cores_busy,
    FindingKind.EVENTS_LOST: _events_lost,
    FindingKind.TORN: _torn,
}
