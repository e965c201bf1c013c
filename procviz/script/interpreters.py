"""Which Python runs a script: the one asked for, checked, or the one procviz itself runs on."""

from __future__ import annotations

from procviz.trace.records import Interpreter


def examine(executable: str | None = None) -> Interpreter:
    """Ask an interpreter who it is (None: the one procviz runs on). Cached per path and modification time.

    Raises Problem(INTERPRETER_MISSING, INTERPRETER_NOT_PYTHON, INTERPRETER_TOO_OLD).
    """
    raise NotImplementedError
