"""A problem the user can cause, as a value: `wording` gives it its sentence, `cli` its exit code."""

from __future__ import annotations

from enum import Enum


class ProblemKind(Enum):
    """What went wrong; the value names the fields that `Problem.facts` holds."""

    SCRIPT_MISSING = "script-missing"  # path
    SCRIPT_IS_FOLDER = "script-is-folder"  # path
    SCRIPT_UNREADABLE = "script-unreadable"  # path, reason
    SCRIPT_BINARY = "script-binary"  # path
    SCRIPT_NOT_UTF8 = "script-not-utf8"  # path, line, byte (hex)
    SCRIPT_SYNTAX = "script-syntax"  # path, line, column, message
    PARAM_INVALID = "param-invalid"  # path, line, name, reason (a ParamFault value)
    PARAM_UNKNOWN = "param-unknown"  # name, known (comma separated)
    PARAM_VALUE = "param-value"  # name, value, line, reason (a ParamFault value), allowed
    LESSON_UNKNOWN = "lesson-unknown"  # id, known
    INTERPRETER_MISSING = "interpreter-missing"  # path
    INTERPRETER_NOT_PYTHON = "interpreter-not-python"  # path
    INTERPRETER_TOO_OLD = "interpreter-too-old"  # path, version
    RECORDING_MISSING = "recording-missing"  # path
    RECORDING_IS_FOLDER = "recording-is-folder"  # path
    RECORDING_UNREADABLE = "recording-unreadable"  # path, reason
    RECORDING_EMPTY = "recording-empty"  # path
    RECORDING_FOREIGN = "recording-foreign"  # path
    RECORDING_NEWER = "recording-newer"  # path, version, supported
    RECORDING_DAMAGED = "recording-damaged"  # path, line
    PICTURE_WITHOUT_RECORDING = "picture-without-recording"  # path
    OUTPUT_UNWRITABLE = "output-unwritable"  # path, reason
    OUTPUT_ENDING = "output-ending"  # path, known
    OUTPUT_TOO_LARGE = "output-too-large"  # path, width, height
    DISK_FULL = "disk-full"  # path
    RECORDER_FAILED = "recorder-failed"  # reason
    WITNESS_UNAVAILABLE = "witness-unavailable"  # witness, reason
    MODULE_MISSING = "module-missing"  # name
    NO_SCREEN = "no-screen"  # -
    QT_LIBRARY_MISSING = "qt-library-missing"  # libraries, packages
    USAGE = "usage"  # message


class Problem(Exception):
    """One problem with its facts; `str()` is for logs, people read `wording.problem_text`."""

    def __init__(self, kind: ProblemKind, **facts: str | int) -> None:
        super().__init__(kind.value, facts)
        self.kind = kind
        self.facts = facts
