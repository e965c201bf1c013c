"""Findings in sentences: who, when, why; every kind has its words in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from procviz.trace.findings.all_findings import Fact, Finding, FindingKind, find
from procviz.trace.timeline import Place
from procviz.wording import use_language
from procviz.wording.findings.sentences import sentence
from procviz.wording.quantities import duration_text, moment_text, names_text
from tests.trace.builders import Story, whole_run


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("en")


def _sentences(story: Story) -> list[str]:
    return [sentence(finding) for finding in find(story.timeline)]


def test_a_run_told() -> None:
    assert _sentences(whole_run()) == [
        "failing failed at 0.07 s with ValueError: no",
        "main ended victim at 0.11 s with terminate() (SIGTERM). See line 21.",
        "victim ended at 0.11 s and stayed a zombie for 289 ms: until then main did not wait for it.",
        "The SIGTERM sent at 0.12 s did not end stubborn: kill() did, 103 ms later.",
        "main ended stubborn at 0.22 s with kill() (SIGKILL). See line 24.",
        "stubborn ended at 0.22 s and stayed a zombie for 178 ms: until then main did not wait for it.",
        "main's code ended at 0.30 s, and main waited 98 ms more for plain, because it is not a daemon.",
        (
            "daemon was cut off at 0.30 s, because it is a daemon and main's code had ended. "
            "Its target had run for 268 ms."
        ),
    ]


def test_more_than_one_waited_for() -> None:
    story = Story()
    for p in range(2, 10):
        story.child(p, 20 + p)
    story.step(1, 40, "code-ended", outcome="returned")
    story.calls(1, 41, "join", 9, implicit=True)
    for p in range(2, 9):
        story.returns(p, 50 + p)
    story.tick(100, 1)
    assert _sentences(story)[0] == (
        "main's code ended at 0.04 s; it is still waiting for worker-2, worker-3, worker-4, worker-5, worker-6 "
        "and 3 more, because they are not daemons."
    )


def test_the_user_and_the_time_limit() -> None:
    story = Story()
    story.child(2, 20, name="worker")
    story.act(2, 50, "kill")
    story.ends(2, 51, -9)
    story.act(1, 60, "timeout", "procviz")
    story.ends(1, 61, -9)
    story.finishes(70, -9, "timeout")
    assert _sentences(story) == [
        "The user ended worker at 0.05 s with kill (SIGKILL).",
        "The time limit ended the run at 0.06 s, and with it 1 process.",
    ]


def test_signals_by_whom() -> None:
    story = Story()
    for p, name in ((2, "selfish"), (3, "sent"), (4, "lost"), (5, "outside")):
        story.child(p, 20, name=name)
    story.calls(2, 50, "os.kill", 2, signal=9)
    story.ends(2, 50.5, -9)
    story.calls(2, 50, "os.kill", 3, signal=2)
    story.ends(3, 51, -2)
    story.ends(4, 52, -13)
    story.ends(5, 53, -9)
    story.finishes(60)
    assert _sentences(story) == [
        "selfish sent SIGKILL to itself, which ended it at 0.05 s.",
        "selfish sent SIGINT to sent, which ended it at 0.05 s.",
        "lost was ended by SIGPIPE at 0.05 s; who sent it is not known.",
        "outside was ended by SIGKILL at 0.05 s, which no process of this run had sent.",
    ]


def test_braces_and_percents_of_the_program_are_left_alone() -> None:
    story = Story()
    story.child(2, 20, name="{at} %s")
    story.step(2, 50, "target-ended", outcome="exception", exception="E", message="{0} %d {waited}")
    story.ends(2, 52, 1)
    story.finishes(60)
    assert _sentences(story) == ["{at} %s failed at 0.05 s with E: {0} %d {waited}"]


def test_a_place_in_another_file() -> None:
    finding = Finding(
        FindingKind.KILL,
        (2, 1),
        0,
        {"at_ns": 0, "signal": "SIGKILL", "file": "pool.py"},
        Place("lib/pool.py", 7),
        ("w", None),
    )
    assert sentence(finding) == "main ended w at 0.00 s with kill() (SIGKILL). See line 7 of pool.py."


def test_a_place_in_a_notebook() -> None:
    for file in ("/tmp/ipykernel_4711/3983030323.py", "C:\\Temp\\ipykernel_4711\\3983030323.py"):
        facts: dict[str, Fact] = {"at_ns": 0, "signal": "SIGKILL", "file": "3983030323.py"}
        finding = Finding(FindingKind.KILL, (2, 1), 0, facts, Place(file, 2), ("w", None))
        assert sentence(finding).endswith("with kill() (SIGKILL). See line 2 of the notebook's cell.")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("kind", FindingKind)
@pytest.mark.parametrize("people", [(), (2,), (2, 1), (1, 2, 3)])
@pytest.mark.parametrize("going_on", [0, 1])
def test_every_finding_has_words(kind: FindingKind, people: tuple[int, ...], going_on: int, language: str) -> None:
    use_language(language)
    names = tuple(None if p == 1 else f"worker-{p}" for p in people)
    text = sentence(Finding(kind, people, 0, {"at_ns": 1_500_000_000, "going_on": going_on}, None, names))
    assert text
    assert "{" not in text


def test_durations_have_the_figures_one_can_use() -> None:
    lengths = [0, 400_000, 9_900_000, 45_000_000, 999_600_000, 1_020_000_000, 59_999_000_000, 125_000_000_000]
    texts = ["0.0 ms", "0.4 ms", "9.9 ms", "45 ms", "1.00 s", "1.02 s", "1 min 00 s", "2 min 05 s"]
    assert [duration_text(length) for length in lengths] == texts
    assert moment_text(1_020_000_000) == "1.02 s"


def test_lists_of_names() -> None:
    assert names_text([]) == ""
    assert names_text(["a"]) == "a"
    assert names_text(["a", "b"]) == "a and b"
    assert names_text(["a", "b", "c"]) == "a, b and c"
    assert names_text(list("abcdefgh")) == "a, b, c, d, e and 3 more"
