"""The lessons: folders in resources/lessons with lesson.py, en.md and zh_CN.md."""

from __future__ import annotations

from dataclasses import dataclass

from procviz.script.scripts import Script


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
        raise NotImplementedError


def lesson_ids() -> tuple[str, ...]:
    """Ids in teaching order, playground first."""
    raise NotImplementedError


def load_lesson(lesson_id: str) -> Lesson:
    """Raises Problem(LESSON_UNKNOWN)."""
    raise NotImplementedError
