"""The lessons: folders in resources/lessons with lesson.py, en.md and zh_CN.md.

A lesson's text is Markdown of a fixed build: `# Title`, one paragraph (the summary, one line), a `##` heading over a
list of "- `NAME`: label" lines, then everything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from procviz.places import LESSONS
from procviz.script.scripts import Script
from procviz.trace.problem import Problem, ProblemKind

_IN_TEACHING_ORDER = (
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
_LANGUAGES = ("en", "zh_CN")
_LABEL = re.compile(r"-\s+`(\w+)`\s*[:：]\s*(.+)")


@dataclass(frozen=True, slots=True)
class LessonText:
    """A lesson in one language."""

    title: str
    summary: str  # one line
    labels: dict[str, str]  # parameter name -> label
    body: str  # Markdown: what to look for, try this, why


@dataclass(frozen=True, slots=True)
class Lesson:
    id: str
    script: Script
    texts: dict[str, LessonText]  # language -> text

    def text(self, language: str) -> LessonText:
        """The lesson in this language, in English where it has none."""
        return self.texts.get(language) or self.texts["en"]


def lesson_ids() -> tuple[str, ...]:
    """Ids in teaching order, playground first."""
    there = {text.parent.name for text in LESSONS.glob("*/en.md")}
    known = [lesson for lesson in _IN_TEACHING_ORDER if lesson in there]
    return (*known, *sorted(there.difference(known)))


def load_lesson(lesson_id: str) -> Lesson:
    """Raises Problem(LESSON_UNKNOWN)."""
    if lesson_id not in lesson_ids():
        raise Problem(ProblemKind.LESSON_UNKNOWN, id=lesson_id, known=", ".join(lesson_ids()))
    folder = LESSONS / lesson_id
    texts = {
        language: read_lesson_text((folder / f"{language}.md").read_text(encoding="utf-8"))
        for language in _LANGUAGES
        if (folder / f"{language}.md").exists()
    }
    source = (folder / "lesson.py").read_text(encoding="utf-8")
    return Lesson(lesson_id, Script(source, title=texts["en"].title, lesson=lesson_id), texts)


def read_lesson_text(markdown: str) -> LessonText:
    """Take a lesson's Markdown apart. Raises ValueError where it is not built as it should be."""
    lines = iter(markdown.splitlines())
    title = next(lines, "")
    if not title.startswith("# "):
        raise ValueError(f"no title: {title!r}")
    summary = [line for line in _until_heading(lines) if line]
    labels: dict[str, str] = {}
    rest: list[str] = []
    for line in lines:
        label = _LABEL.fullmatch(line.strip())
        if rest or (line and not label):
            rest.append(line)
        elif label:
            labels[label[1]] = label[2]
    if len(summary) != 1:
        raise ValueError(f"{title}: the summary is one line")
    return LessonText(title[2:].strip(), summary[0], labels, "\n".join(rest).strip() + "\n")


def _until_heading(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if line.startswith("## "):
            return
        yield line.strip()
