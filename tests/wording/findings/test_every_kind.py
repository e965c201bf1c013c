"""Each kind of finding has a rule, a sentence in every language, a page to read on, and stories for and against it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from procviz.trace.findings import all_findings
from procviz.trace.findings.all_findings import find
from procviz.trace.findings.finding import RULES_OF_A_LIFE, RULES_OF_THE_RUN, FindingKind
from procviz.wording.findings.facts import PAGES, SENTENCES
from procviz.wording.findings.sentences import page_about
from tests.trace.builders import Story

TESTS = Path(__file__).parents[2]
WITHOUT_PAGE = {FindingKind.STOPPED, FindingKind.EVENTS_LOST, FindingKind.TORN}  # of procviz itself
KINDS = list(FindingKind)


@pytest.mark.parametrize("kind", KINDS)
def test_it_has_a_rule(kind: FindingKind) -> None:
    sources = "\n".join(inspect.getsource(inspect.getmodule(rule) or all_findings) for rule in _rules())
    assert f"FindingKind.{kind.name}" in sources


def _rules() -> list[Callable[..., object]]:
    return [*RULES_OF_A_LIFE, *RULES_OF_THE_RUN]


@pytest.mark.parametrize("kind", KINDS)
def test_it_has_a_sentence_in_the_file_of_its_name(kind: FindingKind) -> None:
    rules = {Path(inspect.getfile(rule)).stem for rule in _rules() if f"FindingKind.{kind.name}" in _module_of(rule)}
    said_in = Path(inspect.getfile(SENTENCES[kind])).stem
    assert said_in in {*rules, "sentences", "signals", "ends"}


def _module_of(rule: object) -> str:
    module = inspect.getmodule(rule)
    assert module is not None
    return inspect.getsource(module)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in WITHOUT_PAGE])
def test_it_has_a_page_to_read_on(kind: FindingKind) -> None:
    assert kind in PAGES
    assert str(page_about(kind)).startswith("https://docs.python.org/")


def _mentions() -> str:
    files = [*TESTS.glob("trace/**/*.py"), *TESTS.glob("recorder/**/*.py"), *TESTS.glob("script/**/*.py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("kind", KINDS)
def test_stories_speak_of_it(kind: FindingKind) -> None:
    assert re.search(rf"FindingKind\.{kind.name}\b|\"{kind.value}\"", _mentions())


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_in_which_all_is_well_has_none_of_it(kind: FindingKind) -> None:
    """Two children one after the other, a command, a signal with its handler back at the default: nothing to tell."""
    story = Story()
    for p, at in ((2, 20), (3, 120)):
        story.child(p, at)
        story.prints(p, at + 10, "at work\n")
        story.returns(p, at + 40)
        story.call(1, at + 6, at + 42, "join", p, result=0)
        story.reaped(p, at + 41, by=1)
    story.begins(4, 200, kind="subprocess", cmdline=["true"])
    story.ends(4, 210, 0)
    story.reaped(4, 210.1, by=1)
    story.returns(1, 220)
    story.finishes(230)
    assert kind not in [finding.kind for finding in find(story.timeline)]
