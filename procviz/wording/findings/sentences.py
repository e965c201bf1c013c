"""Every finding as a sentence in plain words: who, when (from the beginning of the run), why."""

from __future__ import annotations

import re

from procviz.trace.findings.all_findings import Finding, FindingKind
from procviz.trace.timeline import Timeline
from procviz.wording import _, language, ngettext
from procviz.wording.findings import costs, ends, hangs, mistakes, signals, waits
from procviz.wording.findings.facts import PAGES, SENTENCES, facts_of, number, says, word
from procviz.wording.quantities import close_up

_SAID_IN = (costs, ends, hangs, mistakes, signals, waits)  # importing them marks their sentences
_NAME_THEIR_LINE = (FindingKind.SIGTERM_IGNORED, FindingKind.SIGTERM_HANDLED, FindingKind.CHILD_FAILED)

_DOCS = {"en": "https://docs.python.org/3/", "zh_CN": "https://docs.python.org/zh-cn/3/"}
_NOTEBOOK_CELL = re.compile(r"[/\\]ipykernel_\d+[/\\]\d+\.py$")  # what a kernel calls the file of a cell


def sentence(finding: Finding, timeline: Timeline | None = None) -> str:
    """One sentence or two (a last one names the line of the call). The finding holds all that is needed for it."""
    text = close_up(SENTENCES[finding.kind](finding))
    if finding.place is None or finding.kind in _NAME_THEIR_LINE:
        return text
    file, line = finding.facts.get("file"), finding.place.line
    if file is None:
        return _("{sentence} See line {line}.").format(sentence=text, line=line)
    if _NOTEBOOK_CELL.search(finding.place.file):
        return _("{sentence} See line {line} of the notebook's cell.").format(sentence=text, line=line)
    return _("{sentence} See line {line} of {file}.").format(sentence=text, line=line, file=word(finding, "file"))


def page_about(kind: FindingKind) -> str | None:
    """The address of the page of Python's documentation that says more, in the language in use; None: there is none."""
    page = PAGES.get(kind)
    return None if page is None else _DOCS[language()] + page


@says(FindingKind.EVENTS_LOST)
def _events_lost(finding: Finding) -> str:
    count = number(finding, "count")
    text = ngettext(
        "{count} event was lost: the picture may not show everything.",
        "{count} events were lost: the picture may not show everything.",
        count,
    )
    return text.format(count=count)


@says(FindingKind.TORN)
def _torn(finding: Finding) -> str:
    return _("The recording stops at {at}, before the run ended.").format(**facts_of(finding))
