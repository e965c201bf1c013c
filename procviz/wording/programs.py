"""What a recorded program and its parameters are called, in the language in use: a lesson has names in each."""

from __future__ import annotations

from procviz.script.lessons import LessonText, load_lesson
from procviz.trace.problem import Problem
from procviz.trace.records import Program
from procviz.wording import language


def program_title(program: Program) -> str:
    """The lesson's title, or what the recording calls its program."""
    text = _lesson_text(program)
    return text.title if text is not None else program.title or " ".join(program.argv)


def parameter_names(program: Program) -> dict[str, str]:
    """Constant -> what its control is called; SECONDS_OF_WORK without a lesson's word for it is "Seconds of work"."""
    text = _lesson_text(program)
    labels = {} if text is None else text.labels
    return {name: short_label(labels[name]) if name in labels else pretty(name) for name in program.parameters}


def short_label(label: str) -> str:
    """What comes before the colon names a control, what follows explains it."""
    return label.replace("：", ":").partition(":")[0].strip()


def pretty(name: str) -> str:
    """A constant's name as a label: SECONDS_OF_WORK becomes "Seconds of work"."""
    return name.replace("_", " ").strip().capitalize()


def _lesson_text(program: Program) -> LessonText | None:
    if program.lesson is None:
        return None
    try:
        return load_lesson(program.lesson).text(language())
    except Problem:  # recorded by a procviz that has more lessons
        return None
