"""Every lesson: its text in both languages, and that plain Python does what the lesson tells."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from procviz.places import LESSONS
from procviz.script.lessons import lesson_ids, load_lesson, read_lesson_text
from procviz.script.params import ControlKind, Value
from procviz.script.scripts import check_runnable
from procviz.trace.problem import Problem, ProblemKind
from tests.wine import WINE

IDS = (
    "playground",
    "one-by-one",
    "side-by-side",
    "speed-up",
    "arguments",
    "who-is-who",
    "signals",
    "mixed-output",
    "own-memory",
    "exit-order",
    "join",
    "daemon",
    "terminate",
    "main-guard",
    "notebook",
    "zombie",
    "orphans",
    "start-methods",
    "grandchildren",
    "full-queue",
    "dead-lock-owner",
    "pool",
    "exit-codes",
    "puzzle",
)
METHODS = ("fork", "spawn", "forkserver")
method = pytest.mark.parametrize("method", [*METHODS[:2], pytest.param("forkserver", marks=pytest.mark.thorough)])
LANGUAGES = ("en", "zh_CN")

# As short as it can be on a busy machine: what ends by itself does so well before or after what ends it.
SHORT: dict[str, dict[str, Value]] = {
    "playground": {"SECONDS": 2.0},
    "exit-order": {"CHILD_SECONDS": 1.0, "LATER_SECONDS": 0.25, "MAIN_SECONDS": 0.0},
    "join": {"QUICK_SECONDS": 0.5, "SLOW_SECONDS": 5.0, "TIMEOUT": 0.0, "QUICK": 1},
    "daemon": {"STEPS": 3, "STEP_SECONDS": 0.6, "MAIN_SECONDS": 0.1},
    "terminate": {"MAIN_SECONDS": 0.0, "PATIENCE": 1.0},
}
LAST_LINE = "main: this is my last line"


def test_the_lessons_in_teaching_order() -> None:
    assert list(lesson_ids()) == [lesson for lesson in IDS if (LESSONS / lesson / "lesson.py").exists()]


def test_a_lesson_nobody_knows() -> None:
    with pytest.raises(Problem) as caught:
        load_lesson("../playground")

    assert caught.value.kind is ProblemKind.LESSON_UNKNOWN
    assert "exit-order" in str(caught.value.facts["known"])


@pytest.mark.parametrize("lesson_id", lesson_ids())
def test_a_lesson_is_whole(lesson_id: str) -> None:
    lesson = load_lesson(lesson_id)
    form = lesson.script.form
    names = [param.name for param in form.params]

    check_runnable(lesson.script)
    assert (lesson.script.lesson, lesson.script.path) == (lesson_id, None)
    if "METHOD" in names:
        assert names[-1] == "METHOD"
        assert set(form.params[-1].choices) <= set(METHODS)
    for language in LANGUAGES:
        text = lesson.text(language)
        assert list(text.labels) == names
        assert text.title
        assert text.summary
        assert len(re.findall("^## ", text.body, re.MULTILINE)) == 4
        page = "https://docs.python.org/zh-cn/3/" if language == "zh_CN" else "https://docs.python.org/3/"
        links = re.findall(r"\]\((.*?)\)", text.body)
        assert len(links) >= 2
        assert all(link.startswith(page) for link in links)
    assert lesson.text("fr") == lesson.text("en")


@pytest.mark.parametrize("lesson_id", lesson_ids())
def test_a_lessons_code_is_short_enough_to_read(lesson_id: str) -> None:
    lines = [line for line in load_lesson(lesson_id).script.source.splitlines() if line]

    assert len(lines) < 60
    assert max(map(len, lines)) <= 120


@pytest.mark.parametrize("lesson_id", lesson_ids())
def test_chinese_paragraphs_are_not_wrapped(lesson_id: str) -> None:
    """Markdown makes a space of a line's end, and Chinese has none between its characters."""
    lines = (LESSONS / lesson_id / "zh_CN.md").read_text(encoding="utf-8").splitlines()
    starts = re.compile(r"$|#|\||- |\d+\. ")

    assert not [line for before, line in pairwise(lines) if before and not starts.match(line)]


def test_every_control_can_be_set_to_both_of_its_ends() -> None:
    for lesson_id in lesson_ids():
        script = load_lesson(lesson_id).script
        for param in script.form.params:
            if param.kind is ControlKind.SLIDER:
                assert param.minimum is not None
                assert param.maximum is not None
                for end in (param.minimum, param.maximum):
                    check_runnable(script.with_value(param.name, end))


@pytest.mark.parametrize("markdown", ["", "no title", "# Title", "# Title\n\none\n\ntwo\n\n## Controls\n"])
def test_a_text_that_is_not_built_as_it_should_be(markdown: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - it is for authors, who read all of it
        read_lesson_text(markdown)


def test_a_text_taken_apart() -> None:
    text = read_lesson_text("# T\n\nS\n\n## C\n\n- `A`: one: two\n- `B`：二\n\n## Look\n\n- `A`: body\n")

    assert (text.title, text.summary) == ("T", "S")
    assert text.labels == {"A": "one: two", "B": "二"}
    assert text.body == "## Look\n\n- `A`: body\n"


def run(lesson_id: str, method: str, folder: Path, **values: Value) -> list[str]:
    script = load_lesson(lesson_id).script
    for name, value in {**SHORT[lesson_id], "METHOD": method, **values}.items():
        script = script.with_value(name, value)
    path = folder / "lesson.py"
    path.write_text(script.source, encoding="utf-8")
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, timeout=60, check=True)
    expected = "crashes on purpose" if lesson_id == "playground" else ""
    assert expected in done.stderr
    assert bool(expected) == bool(done.stderr), done.stderr
    return done.stdout.splitlines()


@method
def test_playground(method: str, tmp_path: Path) -> None:
    lines = run("playground", method, tmp_path)

    assert sorted(lines) == ["joined: done", LAST_LINE, "plain: done", "plain: done"]
    assert lines.index("joined: done") < lines.index(LAST_LINE)
    assert lines[-1] == "plain: done"


@method
def test_exit_order(method: str, tmp_path: Path) -> None:
    lines = run("exit-order", method, tmp_path)

    done = [line for line in lines if line.endswith(": done")]
    assert done == ["worker-1: done", "worker-2: done", "worker-3: done"]
    assert lines.index(LAST_LINE) < lines.index("worker-1: done")


@method
def test_join(method: str, tmp_path: Path) -> None:
    lines = run("join", method, tmp_path, SLOW_SECONDS=2.0)

    story = [
        "main: join() for quick-1",
        "quick-1: done",
        "main: quick-1 has ended with exit code 0",
        "main: join(0.0) for slow",
        "main: slow is still at work, I go on without it",
        LAST_LINE,
        "slow: done",
    ]
    assert [line for line in lines if line in story] == story


def test_join_sees_that_the_slow_one_has_ended(tmp_path: Path) -> None:
    lines = run("join", "fork", tmp_path, JOIN_QUICK=False, SLOW_SECONDS=0.5, TIMEOUT=10.0)

    assert "main: slow has ended with exit code 0" in lines
    assert "main: join() for quick-1" not in lines


@method
def test_daemon(method: str, tmp_path: Path) -> None:
    lines = run("daemon", method, tmp_path, DAEMONS=3)

    after = lines[lines.index(LAST_LINE) + 1 :]
    assert [line for line in lines if line.endswith("done")] == ["worker-1: done"]
    assert "worker-1: step 3 of 3" in after
    assert not [line for line in after if line.startswith("daemon")]


STUBBORN_ENDS = (  # on Windows nobody can ignore TerminateProcess
    ["main: stubborn-1 has ended with exit code -15"]
    if sys.platform == "win32"
    else ["main: stubborn-1 ignores SIGTERM, so kill()", "main: stubborn-1 has ended with exit code -9"]
)


@method
def test_terminate(method: str, tmp_path: Path) -> None:
    lines = run("terminate", method, tmp_path, OBEDIENT=2)

    story = [
        "main: terminate() for obedient-1",
        "main: obedient-1 has ended with exit code -15",
        "main: terminate() for obedient-2",
        "main: obedient-2 has ended with exit code -15",
        "main: terminate() for stubborn-1",
        *STUBBORN_ENDS,
    ]
    assert [line for line in lines if line.startswith("main: ")] == story
    assert not [line for line in lines if line.endswith(("done", "tidied up"))]


@pytest.mark.xfail(WINE, reason="Wine lets TerminateProcess succeed on who has ended, so multiprocessing says -15")
def test_children_that_come_to_their_own_end_tidy_up(tmp_path: Path) -> None:
    lines = run("terminate", "fork", tmp_path, SECONDS=1, MAIN_SECONDS=2.0)

    assert lines.count("main: stubborn-1 has ended with exit code 0") == 1
    assert {"obedient-1: tidied up", "stubborn-1: tidied up"} <= set(lines)
