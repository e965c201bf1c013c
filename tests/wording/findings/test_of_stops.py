"""What procviz ends is never told as the program's, and a zombie's parent is told by what it was doing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from procviz.trace.findings.all_findings import find
from procviz.trace.records import Reaped
from procviz.wording import use_language
from procviz.wording.findings.sentences import sentence
from procviz.wording.states import cause_text, pill_text
from tests.trace.builders import CALL, Story, ns


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("en")


def _sentences(story: Story) -> list[str]:
    return [sentence(finding) for finding in find(story.timeline)]


def _stopped_at(story: Story, at: float, act: str = "timeout", sender: str = "procviz") -> None:
    story.act(1, at, act, sender)
    story.ends(1, at + 10, -9)
    story.reaped(1, at + 10)


def _shell(until: float) -> Story:
    """A shell that is dead at 110 ms, and whose parent is in communicate() from 105 ms on."""
    story = Story()
    story.begins(2, 20, kind="subprocess", cmdline=["sh", "-c", "sleep 9"])
    story.call(1, 105, until, "communicate", 2, 0, line=11)
    story.ends(2, 110, 0)
    story.add(Reaped(t=ns(until), p=2, w=CALL, by=1, via="communicate"))
    return story


def test_the_time_limit_is_no_kill_of_the_program() -> None:
    story = Story()
    story.calls(1, 50, "os.kill", 1, signal=15, line=8)
    _stopped_at(story, 500)
    story.finishes(520, -9, "timeout")
    assert _sentences(story) == [
        "The SIGTERM sent at 0.05 s did not end main: it lived on until the run was stopped.",
        "The time limit ended the run at 0.50 s, and with it 1 process.",
    ]
    assert (pill_text(story.life(1)), cause_text(story.life(1))) == ("time limit", "time limit of the run")


def test_a_kill_by_the_user_on_a_row_is_the_user_s() -> None:
    story = Story()
    story.act(1, 50, "kill")
    story.ends(1, 51, -9)
    assert (pill_text(story.life(1)), cause_text(story.life(1))) == ("exit -9 SIGKILL", "kill() by the user")


def test_what_a_stop_brings_about_has_no_sentence() -> None:
    story = Story()
    story.child(2, 20)
    story.child(3, 30)
    _stopped_at(story, 500, "stop", "user")
    story.returns(2, 512)
    story.step(3, 513, "target-ended", outcome="exception", exitcode=1, exception="BrokenPipeError", message="")
    story.ends(3, 514, 1)
    story.finishes(520, -9, "user")
    assert _sentences(story) == ["The user stopped the run at 0.50 s, and with it 1 process."]


def test_an_orphan_of_before_the_stop_is_told() -> None:
    story = Story()
    story.child(2, 20)
    story.ends(1, 100, 0)
    story.act(1, 500, "timeout", "procviz")
    story.ends(2, 501, -9)
    story.finishes(520, 0, "timeout")
    assert any("it lived on until the run was stopped" in text for text in _sentences(story))


def test_a_zombie_whose_parent_is_in_communicate_is_told_so() -> None:
    (text,) = _sentences(_shell(800))
    assert text == (
        "sh ended at 0.11 s and stayed a zombie for 690 ms. main was in communicate(), called at 0.10 s. "
        "communicate() reads until nobody holds the other end of the pipe any more, "
        "and only then looks for the end of the process."
    )


def test_a_zombie_until_the_stop_was_not_set_free_by_the_program() -> None:
    story = Story()
    story.begins(2, 20, kind="subprocess", cmdline=["true"])
    story.ends(2, 30, 0)
    _stopped_at(story, 500)
    story.reaped(2, 510)
    assert _sentences(story)[0] == (
        "true ended at 0.03 s and was a zombie until the run was stopped, because main had not waited for it."
    )


@pytest.mark.parametrize(
    ("via", "words"),
    [
        ("poll", "until main called poll()."),
        ("del", "until the Popen object for it in main was thrown away."),
        ("popen", "until main made another Popen, which reaps those that were thrown away."),
        ("pool", "until the Pool in main came to reap it."),
        (None, "until then main did not wait for it."),
    ],
)
def test_what_reaped_it_is_told_where_it_is_known(via: str | None, words: str) -> None:
    story = Story()
    story.begins(2, 20, kind="subprocess", cmdline=["true"])
    story.ends(2, 30, 0)
    story.add(Reaped(t=ns(300), p=2, w=CALL, by=1, via=via))
    assert _sentences(story)[0].endswith(words)
