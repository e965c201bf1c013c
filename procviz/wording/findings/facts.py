"""What the sentences about findings are made of: names, moments, lengths of time from a finding's facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypedDict

from procviz.trace.findings.finding import Finding, FindingKind
from procviz.wording import _
from procviz.wording.foreign_text import LONGEST_LINE, shown
from procviz.wording.quantities import duration_text, moment_text, names_text

Sentence = Callable[[Finding], str]
SENTENCES: dict[FindingKind, Sentence] = {}  # filled by `says`, where each of them stands
PAGES: dict[FindingKind, str] = {}  # of Python's documentation

_HELPERS: dict[str, Callable[[], str]] = {
    "resource tracker": lambda: _("resource tracker"),
    "fork server": lambda: _("fork server"),
}


class Facts(TypedDict):
    """What most sentences are made of."""

    process: str
    other: str
    at: str


def says(kind: FindingKind, page: str | None = None) -> Callable[[Sentence], Sentence]:
    """Mark the function below as the sentence of this kind; `page`: where Python's documentation says more."""

    def mark(text: Sentence) -> Sentence:
        SENTENCES[kind] = text
        if page is not None:
            PAGES[kind] = page
        return text

    return mark


def facts_of(finding: Finding) -> Facts:
    """The first two processes and the moment."""
    process, other = [*map(name_text, finding.names), "?", "?"][:2]
    return {"process": process, "other": other, "at": moment_text(number(finding, "at_ns"))}


def name_text(name: str | None) -> str:
    """A process's name; None is main. multiprocessing's own helpers have no name but ours."""
    if name is None:
        return _("main")
    helper = _HELPERS.get(name)
    return shown(name) if helper is None else helper()


def people_text(names: Iterable[str | None]) -> str:
    """Several names as a list."""
    return names_text([name_text(name) for name in names])


def number(finding: Finding, name: str) -> int:
    """A fact that is a whole number; 0 where it is missing."""
    value = finding.facts.get(name)
    return value if isinstance(value, int) else 0


def word(finding: Finding, name: str) -> str:
    """A fact as text; "?" where it is missing."""
    value = finding.facts.get(name)
    return "?" if value is None else shown(str(value), LONGEST_LINE)


def length(finding: Finding, name: str) -> str:
    """A fact that is a number of nanoseconds, as a length of time."""
    return duration_text(number(finding, name))
