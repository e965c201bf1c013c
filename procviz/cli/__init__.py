"""The command line: window, record, export, report, lessons.

It reaches the window's room only when it opens one, and must not know how anything is found out or drawn.
"""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from procviz.cli.arguments import Arguments, parse
from procviz.trace.problem import Problem, ProblemKind
from procviz.wording import use_language

if TYPE_CHECKING:
    from procviz.recorder.recorder_process import RecorderProcess

# Away from the codes that programs use and from 128+N: a caller can tell procviz's failures from its program's.
_EXIT_CODES = {
    ProblemKind.RECORDER_FAILED: 70,
    ProblemKind.USAGE: 71,
    ProblemKind.OUTPUT_ENDING: 71,
    ProblemKind.SCRIPT_MISSING: 72,
    ProblemKind.SCRIPT_IS_FOLDER: 72,
    ProblemKind.SCRIPT_UNREADABLE: 72,
    ProblemKind.SCRIPT_BINARY: 72,
    ProblemKind.SCRIPT_NOT_UTF8: 72,
    ProblemKind.SCRIPT_SYNTAX: 72,
    ProblemKind.MODULE_MISSING: 72,
    ProblemKind.PARAM_INVALID: 73,
    ProblemKind.PARAM_UNKNOWN: 73,
    ProblemKind.PARAM_VALUE: 73,
    ProblemKind.LESSON_UNKNOWN: 73,
    ProblemKind.INTERPRETER_MISSING: 74,
    ProblemKind.INTERPRETER_NOT_PYTHON: 74,
    ProblemKind.INTERPRETER_TOO_OLD: 74,
    ProblemKind.RECORDING_MISSING: 75,
    ProblemKind.RECORDING_IS_FOLDER: 75,
    ProblemKind.RECORDING_UNREADABLE: 75,
    ProblemKind.RECORDING_EMPTY: 75,
    ProblemKind.RECORDING_FOREIGN: 75,
    ProblemKind.RECORDING_NEWER: 75,
    ProblemKind.RECORDING_DAMAGED: 75,
    ProblemKind.PICTURE_WITHOUT_RECORDING: 75,
    ProblemKind.OUTPUT_UNWRITABLE: 76,
    ProblemKind.OUTPUT_TOO_LARGE: 76,
    ProblemKind.DISK_FULL: 77,
    ProblemKind.NO_SCREEN: 78,
    ProblemKind.QT_LIBRARY_MISSING: 78,
    ProblemKind.WITNESS_UNAVAILABLE: 79,
}


def run(argv: list[str]) -> int:
    """Do what the command line says; returns the exit code, and prints a problem as one sentence."""
    use_language(_system_language())
    try:
        return _dispatch(parse(argv))
    except Problem as problem:
        from procviz.wording.problems import problem_text

        print(f"procviz: {problem_text(problem)}", file=sys.stderr)
        return _EXIT_CODES[problem.kind]
    except BrokenPipeError:
        # Whoever read our output has enough; the interpreter's own flush at exit must not complain about it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _dispatch(arguments: Arguments) -> int:
    if arguments.command == "window":
        from procviz.cli.window import open_window

        return open_window(arguments.file)
    if arguments.command == "record":
        with _recorder_ahead() as process:
            from procviz.cli.record import record

            return record(arguments, process)
    if arguments.command == "export":
        from procviz.cli.output import export

        return export(arguments)
    if arguments.command == "report":
        from procviz.cli.output import report

        return report(arguments)
    from procviz.cli.output import list_lessons

    return list_lessons()


@contextmanager
def _recorder_ahead() -> Iterator[RecorderProcess]:
    """A recorder that gets ready while we find out what it is to do."""
    from procviz.recorder.recorder_process import RecorderProcess

    try:
        process = RecorderProcess(passthrough=True)
    except OSError as error:
        raise Problem(ProblemKind.RECORDER_FAILED, reason=error.strerror or str(error)) from None
    try:
        yield process
    finally:
        process.abandon()


def _system_language() -> str:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return value
    return locale.getlocale()[0] or "en"
