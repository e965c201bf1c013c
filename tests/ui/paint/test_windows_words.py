"""A recording from Windows is told in the words of Windows: no signals, no zombies."""

from __future__ import annotations

import pytest

from procviz.chart.scene import build_scene
from procviz.trace.findings.all_findings import FindingKind, find
from procviz.trace.records import Platform
from procviz.trace.timeline import Cause
from procviz.ui.paint import legend
from procviz.wording.findings.sentences import sentence
from procviz.wording.states import cause_text, exit_text
from tests.trace.builders import Story


def _story() -> Story:
    return Story(platform=Platform(system="Windows", release="10", machine="AMD64", cpu_count=2))


@pytest.mark.parametrize(("call", "cause"), [("terminate", Cause.TERMINATE), ("kill", Cause.KILL)])
def test_terminate_and_kill_are_the_same(call: str, cause: Cause) -> None:
    story = _story()
    story.child(2, 20, name="worker")
    story.call(1, 50, 50.1, call, 2, line=30)
    story.ends(2, 51, -15)
    timeline = story.timeline
    life = timeline.lives[2]
    assert (life.cause, life.by, life.signal) == (cause, 1, None)
    assert exit_text(life.exitcode, life.signal).startswith("-15")
    assert cause_text(life, timeline) == f"{call}() by main, line 30"
    [finding] = find(timeline)
    assert sentence(finding).startswith(f"main ended worker at 0.05 s with {call}() (TerminateProcess).")
    words = [entry.words for entry in legend._entries(build_scene(timeline))]
    assert "ended by another" in words
    assert "signal" not in words


@pytest.mark.parametrize(("call", "signal", "code"), [("terminate", None, 1), ("os.kill", 15, 15)])
def test_an_exit_code_that_a_call_gave_is_told_as_that_calls(call: str, signal: int | None, code: int) -> None:
    story = _story()
    story.child(2, 20, name="worker")
    story.call(1, 50, 50.1, call, 2, line=30, signal=signal)
    story.ends(2, 51, code)
    life = story.timeline.lives[2]
    assert (life.by, life.exitcode) == (1, code)
    assert life.cause in (Cause.TERMINATE, Cause.SIGNAL)
    assert FindingKind.EXIT_CODE not in [finding.kind for finding in find(story.timeline)]


def test_a_crash_has_its_name() -> None:
    story = _story()
    story.child(2, 20, name="worker")
    story.ends(2, 51, 0xC0000005)
    [finding] = find(story.timeline)
    assert (finding.kind, finding.facts["signal"]) == (FindingKind.CRASH, "STATUS_ACCESS_VIOLATION (0xC0000005)")


def test_no_handler_answers_there() -> None:
    story = _story()
    story.child(2, 20, name="worker")
    story.call(1, 50, 50.1, "os.kill", 2, signal=15)
    story.ends(2, 151, 0)
    kinds = {finding.kind for finding in find(story.timeline)}
    assert not kinds & {FindingKind.SIGTERM_HANDLED, FindingKind.SIGTERM_IGNORED, FindingKind.SIGNAL_HANDLED}
