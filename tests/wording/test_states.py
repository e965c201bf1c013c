"""States, causes and witnesses in words; the language is asked for when the word is, not before."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from procviz.trace.records import Note, Witness
from procviz.trace.timeline import Cause, Kind, State
from procviz.wording import use_language
from procviz.wording.report_text import note_text, report_text
from procviz.wording.states import (
    cause_text,
    exit_text,
    kind_text,
    pill_text,
    precision_text,
    process_name,
    state_text,
    who_text,
    witness_text,
)
from tests.trace.builders import Story, whole_run


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("en")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_value_has_a_word(language: str) -> None:
    use_language(language)
    for words in (
        [state_text(state) for state in State],
        [kind_text(kind) for kind in Kind],
        [witness_text(witness) for witness in Witness],
    ):
        assert all(words)
        assert len(set(words)) == len(words)


def test_every_cause_has_words_for_every_doer() -> None:
    life = whole_run().life(2)
    for cause in Cause:
        for by in (None, 1, "user", "procviz", "outside"):
            life.cause, life.by = cause, by
            assert cause_text(life)
            assert "{" not in cause_text(life)


def test_causes_of_a_run() -> None:
    timeline = whole_run().timeline
    assert {life.name: cause_text(life, timeline) for life in timeline.lives.values()} == {
        "MainProcess": "its code ended",
        "plain": "its code ended",
        "daemon": "cut off: daemon",
        "victim": "terminate() by main, line 21",
        "stubborn": "kill() by main, line 24",
        "failing": "exception ValueError",
    }


def test_who_did_it_without_a_timeline_is_a_number() -> None:
    assert cause_text(whole_run().life(4)) == "terminate() by process 1, line 21"
    assert [who_text(by) for by in ("user", "outside", None)] == ["the user", "someone outside", "unknown"]


def test_an_end_without_an_error_was_its_own() -> None:
    life = whole_run().life(2)
    life.cause, life.by, life.exitcode = Cause.UNKNOWN, None, 0
    assert cause_text(life) == "ended by itself"
    life.exitcode = 1
    assert cause_text(life) == "not known"


def test_helpers_have_a_name_in_every_language() -> None:
    life = whole_run().life(2)
    life.kind, life.name = Kind.HELPER, "resource tracker"
    assert process_name(life) == "resource tracker"
    use_language("zh_CN")
    assert process_name(life) == "资源跟踪器"


def test_pills() -> None:
    timeline = whole_run().timeline
    assert [pill_text(life) for life in timeline.lives.values()] == [
        "exit 0", "exit 0", "cut off: daemon", "exit -15 SIGTERM", "exit -9 SIGKILL", "exit 1"
    ]  # fmt: skip
    story = Story()
    assert (pill_text(story.life(1)), cause_text(story.life(1))) == ("", "")
    story.ends(1, 50, None)
    assert pill_text(story.life(1)) == "exit code unknown"


def test_exit_codes_and_precision_in_words() -> None:
    assert exit_text(None) == "not observed"
    assert exit_text(0) == "0: no error"
    assert exit_text(-15, "SIGTERM") == "-15: ended by SIGTERM"
    assert exit_text(3).startswith("3: ")
    assert [precision_text(value) for value in (None, 0, 400_000)] == [
        "not known how exactly", "exact", "up to 0.4 ms earlier"
    ]  # fmt: skip


def test_main_is_called_main() -> None:
    timeline = whole_run().timeline
    assert [process_name(life) for life in timeline.lives.values()][:2] == ["main", "plain"]


def test_the_report_is_a_table_and_what_happened() -> None:
    lines = report_text(whole_run().timeline).splitlines()
    assert lines[0] == "job.py: 6 processes in 412 ms, Python 3.11.7"
    assert lines[2:5] == [
        "process     pid  kind             started   ended  exit  why",
        "main        101  main              0.00 s  0.41 s     0  its code ended",
        "  plain     102  multiprocessing   0.02 s  0.40 s     0  its code ended",
    ]
    assert lines[10] == "What happened:"
    assert lines[11].startswith("- failing failed")


def _columns(line: str, mark: str) -> int:
    before = line[: line.index(mark)]
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in before)


def test_chinese_names_leave_the_table_straight() -> None:
    story = Story()
    story.child(2, 20, name="工人二号")
    story.child(3, 30, name="ab")
    lines = report_text(story.timeline).splitlines()
    rows = [next(line for line in lines if name in line) for name in ("工人二号", "ab")]
    assert _columns(rows[0], "102") == _columns(rows[1], "103")


def test_notes_say_what_a_reader_must_know() -> None:
    facts: dict[str, dict[str, str | int | float | None]] = {
        "witness-fell-back": {"reason": "refused"},
        "probe-silent": {},
        "probe-error": {"message": "E: x"},
        "rate-bent": {"interval_ns": 200_000_000, "processes": 90},
        "survivor": {"pid": 7},
        "write-failed": {"reason": "No space left on device"},
        "interpreter-died": {},
        "unreadable": {"what": "unique-memory"},
    }
    for note, values in facts.items():
        text = note_text(Note(t=0, note=note, facts=values))
        assert text
        assert "?" not in text
    assert note_text(Note(t=0, note="of-a-later-version")) == ""


def test_no_word_is_looked_up_when_the_module_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def marked(message: str) -> str:
        return f"<{message}>"

    for module in ("states", "findings.sentences", "report_text", "quantities"):
        monkeypatch.setattr(f"procviz.wording.{module}._", marked)
    words: list[Callable[[], str]] = [lambda: state_text(State.ZOMBIE), lambda: kind_text(Kind.FORK)]
    assert [word() for word in words] == ["<zombie>", "<fork>"]
