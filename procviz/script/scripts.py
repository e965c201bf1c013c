"""A script as a value: its text, where it comes from, and how it becomes a Job."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from procviz.script.params import Form, Value, read_form, rewrite


@dataclass(frozen=True, slots=True)
class Script:
    """Source text with its origin: a lesson, a file, or neither (typed in)."""

    source: str
    title: str
    path: Path | None = None  # the user's file; None for a lesson
    lesson: str | None = None
    args: tuple[str, ...] = ()

    @property
    def form(self) -> Form:
        """Controls and faults of the text as it stands."""
        return read_form(self.source)

    def with_value(self, name: str, value: Value) -> Script:
        """The same script with one parameter changed. Raises Problem(PARAM_UNKNOWN, PARAM_VALUE)."""
        return replace(self, source=rewrite(self.source, name, value))


def load_script(path: Path) -> Script:
    """Read a user's .py file. Raises Problem(SCRIPT_*) for a file that is none."""
    raise NotImplementedError
