"""Every problem a user can cause, as one sentence: what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Callable

from procviz.script.params import ParamFault
from procviz.trace.problem import Problem, ProblemKind
from procviz.wording import _
from procviz.wording.foreign_text import in_one_line


def problem_text(problem: Problem) -> str:
    """One sentence (two where the cure needs its own) in the language in use."""
    return _SENTENCES[problem.kind]().format_map(_Facts(problem))


def fault_text(fault: ParamFault) -> str:
    """Why a #@param, or the value of one, cannot be used: a clause that stands after a colon."""
    return _FAULTS[fault]()


class _Facts(dict[str, str]):
    """A problem's facts by name; one that is missing shows as a question mark rather than as a second error."""

    def __init__(self, problem: Problem) -> None:
        super().__init__({name: in_one_line(str(value)) for name, value in problem.facts.items()})
        if "reason" in self and self["reason"] in {fault.value for fault in ParamFault}:
            self["reason"] = fault_text(ParamFault(self["reason"]))

    def __missing__(self, name: str) -> str:
        return "?"


# Looked up when a problem is shown, not when this file is read: the language may have changed in between.
_SENTENCES: dict[ProblemKind, Callable[[], str]] = {
    ProblemKind.SCRIPT_MISSING: lambda: _("There is no script {path}: check the name and the folder."),
    ProblemKind.SCRIPT_IS_FOLDER: lambda: _("{path} is a folder: name the Python file in it that is to run."),
    ProblemKind.SCRIPT_UNREADABLE: lambda: _("{path} cannot be read ({reason}): check its permissions."),
    ProblemKind.SCRIPT_BINARY: lambda: _("{path} is a binary file, not Python source: choose a .py file."),
    ProblemKind.SCRIPT_NOT_UTF8: lambda: _(
        "{path}, line {line}: byte {byte} is not valid in this file's encoding; "
        "save the file as UTF-8, or name its encoding in a coding comment in the first line."
    ),
    ProblemKind.SCRIPT_SYNTAX: lambda: _(
        "{path}, line {line}: Python cannot read this ({message}); correct the line and run again."
    ),
    ProblemKind.PARAM_INVALID: lambda: _(
        "{path}, line {line}: the #@param of {name} makes no sense: {reason}; correct or remove the comment."
    ),
    ProblemKind.PARAM_UNKNOWN: lambda: _("The script has no parameter {name}; it has: {known}."),
    ProblemKind.PARAM_VALUE: lambda: _("{name} cannot be {value}: {reason}. Allowed: {allowed}."),
    ProblemKind.LESSON_UNKNOWN: lambda: _('There is no lesson "{id}"; there are: {known}.'),
    ProblemKind.INTERPRETER_MISSING: lambda: _(
        "There is no Python interpreter {path}: check the path, or leave it out to use procviz's own."
    ),
    ProblemKind.INTERPRETER_NOT_PYTHON: lambda: _(
        "{path} did not answer as a Python interpreter: choose a python executable."
    ),
    ProblemKind.INTERPRETER_TOO_OLD: lambda: _("{path} is Python {version}: procviz watches Python 3.8 and later."),
    ProblemKind.RECORDING_MISSING: lambda: _("There is no recording {path}: check the name and the folder."),
    ProblemKind.RECORDING_IS_FOLDER: lambda: _("{path} is a folder: name the recording in it."),
    ProblemKind.RECORDING_UNREADABLE: lambda: _(
        "The recording {path} cannot be read ({reason}): check its permissions and those of its folder."
    ),
    ProblemKind.RECORDING_EMPTY: lambda: _("{path} is empty: nothing was recorded in it."),
    ProblemKind.RECORDING_FOREIGN: lambda: _(
        "{path} is not a procviz recording: choose a .procviz file or a PNG exported by procviz."
    ),
    ProblemKind.RECORDING_NEWER: lambda: _(
        "{path} was made by a newer procviz (format {version}, this one reads up to {supported}): update procviz."
    ),
    ProblemKind.RECORDING_DAMAGED: lambda: _(
        "{path}, line {line}: the recording is damaged from its beginning on and cannot be read; record again."
    ),
    ProblemKind.PICTURE_WITHOUT_RECORDING: lambda: _(
        "{path} is a picture without a recording in it: web pages and chat programs often strip it; "
        "ask for the original file."
    ),
    ProblemKind.OUTPUT_UNWRITABLE: lambda: _("{path} cannot be written ({reason}): choose another place."),
    ProblemKind.OUTPUT_ENDING: lambda: _("What to write is told by the ending of {path}; it can be: {known}."),
    ProblemKind.OUTPUT_TOO_LARGE: lambda: _(
        "A picture of {width} x {height} pixels would not fit in memory: choose a smaller scale, or .svg or .pdf."
    ),
    ProblemKind.DISK_FULL: lambda: _(
        "The disk is full, {path} could not be written to its end: free some space; "
        "what was recorded until then is whole."
    ),
    ProblemKind.RECORDER_FAILED: lambda: _(
        "The recorder stopped unexpectedly ({reason}); what was recorded until then is kept."
    ),
    ProblemKind.WITNESS_UNAVAILABLE: lambda: _(
        "The witness {witness} cannot be used here ({reason}): leave out --witness to use the best there is."
    ),
    ProblemKind.MODULE_MISSING: lambda: _("There is no Python module {name} to run: check the name."),
    ProblemKind.NO_SCREEN: lambda: _(
        "There is no screen to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set): "
        "use procviz record, report or export, which need none."
    ),
    ProblemKind.QT_LIBRARY_MISSING: lambda: _(
        "Qt cannot start, this system lacks {libraries}: install the packages {packages}."
    ),
    ProblemKind.USAGE: lambda: _("{message} (procviz --help shows what can be said)."),
}

_FAULTS: dict[ParamFault, Callable[[], str]] = {
    ParamFault.NOT_A_CONSTANT: lambda: _("it does not stand on a line of the form NAME = value at the top level"),
    ParamFault.BAD_FORM: lambda: _("its comment cannot be read"),
    ParamFault.UNKNOWN_TYPE: lambda: _("its type is none of slider, number, integer, boolean, string"),
    ParamFault.BAD_RANGE: lambda: _("its range is empty, or its step is not above zero"),
    ParamFault.WRONG_TYPE: lambda: _("the value is of the wrong type"),
    ParamFault.OUT_OF_RANGE: lambda: _("the value is out of range"),
    ParamFault.NOT_A_CHOICE: lambda: _("the value is none of the choices"),
    ParamFault.DUPLICATE: lambda: _("the name is used by a parameter above"),
}
