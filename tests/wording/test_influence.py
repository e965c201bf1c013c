"""What recording changes for a program is said in full, in every language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import procviz.recorder
from procviz.wording import use_language
from procviz.wording.influence import influence_texts
from procviz.wording.report_text import report_text
from tests.trace.builders import Story, header

RECORDER = Path(procviz.recorder.__file__).parent
EVERYTHING = [
    "environment", "own-session", "adopter-of-orphans", "own-job", "stdout-terminal", "stdout-pipe", "unbuffered",
    "stdin-empty", "run-from-copy", "probe", "monitoring",
]  # fmt: skip


def test_whatever_the_recorder_says_it_changed_has_a_sentence() -> None:
    told = set()
    for path in RECORDER.glob("**/*.py"):
        text = path.read_text(encoding="utf-8")
        told.update(re.findall(r'changed\.append\(\s*"([a-z-]+)"', text))
        told.update(re.findall(r'"(stdout-[a-z]+)"', text))
        for tuple_ in re.findall(r"changed: tuple\[str, \.\.\.\] = \((.*?)\)", text):
            told.update(re.findall(r'"([a-z-]+)"', tuple_))
    assert told == set(EVERYTHING)
    assert len(influence_texts(header(changed=EVERYTHING))) == len(EVERYTHING) + 1


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_how_the_figures_were_taken_is_said_of_every_recording(language: str) -> None:
    use_language(language)
    assert "50 ms" in influence_texts(header())[-1] or "50 毫秒" in influence_texts(header())[-1]
    assert len(influence_texts(header(witness="pidfd"))) == 2


def test_the_report_says_it_where_it_is_asked_for() -> None:
    story = Story(changed=["adopter-of-orphans"])
    story.finishes(20)
    assert "getppid()" in report_text(story.timeline, with_influence=True)
    assert "getppid()" not in report_text(story.timeline)
