"""A script as a value: its text, where it comes from, and what a recording says of it.

How it becomes a run is for those above, who know the recorder.
"""

from __future__ import annotations

import io
import os
import tokenize
from dataclasses import dataclass, replace
from pathlib import Path

from procviz.script.params import Form, Value, read_form, rewrite
from procviz.trace.problem import Problem, ProblemKind
from procviz.trace.records import Program


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

    @property
    def name(self) -> str:
        """What the user calls it: "lesson:ID", the path, or the title."""
        return f"lesson:{self.lesson}" if self.lesson else str(self.path or self.title)

    @property
    def unchanged_on_disk(self) -> bool:
        """True when its file holds this very text (line endings aside), so that it can run where it stands."""
        if self.path is None:
            return False
        try:
            return _same_text(load_script(self.path).source, self.source)
        except Problem:
            return False

    def with_value(self, name: str, value: Value) -> Script:
        """The same script with one parameter changed. Raises Problem(PARAM_UNKNOWN, PARAM_VALUE)."""
        return replace(self, source=rewrite(self.source, name, value))


def load_script(path: Path) -> Script:
    """Read a user's .py file, in the encoding that it declares. Raises Problem(SCRIPT_*) for a file that is none.

    A syntax error is no obstacle: it is in the form, for the window to show; see `check_runnable`.
    """
    data = _read(path)
    if b"\0" in data:
        raise Problem(ProblemKind.SCRIPT_BINARY, path=str(path))
    return Script(_decode(path, data), title=path.name, path=path.absolute())


def check_runnable(script: Script) -> None:
    """Raises Problem(SCRIPT_SYNTAX, PARAM_INVALID or PARAM_VALUE) for the first thing that forbids a run."""
    form = script.form
    for fault in form.faults:
        if fault.fault is None:
            raise Problem(
                ProblemKind.SCRIPT_SYNTAX,
                path=script.name,
                line=fault.line,
                column=fault.column,
                message=fault.message,
            )
        raise Problem(
            ProblemKind.PARAM_INVALID,
            path=script.name,
            line=fault.line,
            name=fault.name,
            reason=fault.fault.value,
        )
    for param in form.params:
        if param.fault:
            raise Problem(
                ProblemKind.PARAM_VALUE,
                name=param.name,
                value=str(param.value),
                line=param.line,
                reason=param.fault.value,
                allowed=param.allowed,
            )


def program_of(script: Script, cwd: str | None = None) -> Program:
    """What a recording says of this script, run in `cwd` (None: the current folder), in the user's own terms."""
    return Program(
        argv=[script.name, *script.args],
        cwd=cwd or os.getcwd(),
        title=script.title,
        path=None if script.path is None else str(script.path),
        lesson=script.lesson,
        source=script.source,
        parameters=script.form.values,
    )


def _read(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise Problem(ProblemKind.SCRIPT_IS_FOLDER, path=str(path))
        if path.exists() and not path.is_file():  # a pipe or a device may never end
            raise Problem(ProblemKind.SCRIPT_BINARY, path=str(path))
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise Problem(ProblemKind.SCRIPT_MISSING, path=str(path)) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Problem(ProblemKind.SCRIPT_UNREADABLE, path=str(path), reason=reason) from error


def _decode(path: Path, data: bytes) -> str:
    encoding = "utf-8"
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _not_decodable(path, data, error) from error
    except (SyntaxError, LookupError, ValueError) as error:
        try:
            data.decode()
        except UnicodeDecodeError as undecodable:
            raise _not_decodable(path, data, undecodable) from error
        message = error.msg if isinstance(error, SyntaxError) else str(error)
        raise Problem(ProblemKind.SCRIPT_SYNTAX, path=str(path), line=1, column=1, message=message) from error


def _not_decodable(path: Path, data: bytes, error: UnicodeDecodeError) -> Problem:
    line = len(data[: error.start].splitlines(keepends=True)) or 1
    if data[: error.start].endswith((b"\n", b"\r")):
        line += 1
    return Problem(ProblemKind.SCRIPT_NOT_UTF8, path=str(path), line=line, byte=f"0x{data[error.start]:02x}")


def _same_text(one: str, other: str) -> bool:
    return one == other or io.StringIO(one, newline=None).read() == io.StringIO(other, newline=None).read()
