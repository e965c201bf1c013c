"""Every finding as a sentence in plain words: who, when (from the beginning of the run), why."""

from __future__ import annotations

import re

from procviz.trace.findings.all_findings import Finding, FindingKind
from procviz.trace.timeline import Timeline
from procviz.wording import _, ngettext
from procviz.wording.findings import costs, ends, hangs, mistakes, signals, waits
from procviz.wording.findings.facts import Sentence, facts_of, number, word
from procviz.wording.quantities import close_up

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
    FindingKind.START_COST: costs.start_cost,
    FindingKind.IMPLICIT_WAIT: waits.implicit_wait,
    FindingKind.DAEMON_CUTOFF: signals.daemon_cutoff,
    FindingKind.TERMINATE: signals.ended_with("terminate()"),
    FindingKind.KILL: signals.ended_with("kill()"),
    FindingKind.SIGNAL: signals.ended_by_signal,
    FindingKind.STOPPED: signals.stopped,
    FindingKind.SIGTERM_IGNORED: signals.sigterm_ignored,
    FindingKind.SIGTERM_HANDLED: signals.sigterm_handled,
    FindingKind.SIGNAL_HANDLED: signals.signal_handled,
    FindingKind.SUSPENDED: signals.suspended,
    FindingKind.GRANDCHILDREN_LEFT: signals.grandchildren_left,
    FindingKind.MAIN_GUARD: mistakes.main_guard,
    FindingKind.NOT_IMPORTABLE: mistakes.not_importable,
    FindingKind.DAEMON_CHILDREN: mistakes.daemon_children,
    FindingKind.CHILD_FAILED: ends.child_failed,
    FindingKind.CRASH: ends.crash,
    FindingKind.NOT_RUN: ends.not_run,
    FindingKind.EXIT_CODE: ends.exit_code,
    FindingKind.KILLED_FROM_OUTSIDE: ends.killed_from_outside,
    FindingKind.OUTPUT_LOST: ends.output_lost,
    FindingKind.QUEUE_NOT_EMPTIED: hangs.queue_not_emptied,
    FindingKind.LOCK_OWNER_DIED: hangs.lock_owner_died,
    FindingKind.POOL_WORKER_LOST: hangs.pool_worker_lost,
    FindingKind.EXECUTOR_BROKEN: hangs.executor_broken,
    FindingKind.ORPHAN: waits.orphan,
    FindingKind.ZOMBIE: waits.zombie,
    FindingKind.CORES_BUSY: costs.cores_busy,
    FindingKind.EVENTS_LOST: _events_lost,
    FindingKind.TORN: _torn,
}
