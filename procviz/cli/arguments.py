"""What the command line may say. Everything that is said wrongly is a Problem, so that no exit code is a surprise."""

from __future__ import annotations

import argparse
from collections import deque
from pathlib import Path
from typing import NoReturn

from procviz import __version__
from procviz.trace.problem import Problem, ProblemKind
from procviz.wording import _

LESSON = "lesson:"
_COMMANDS = ("record", "export", "report", "lessons")
LESSON = "lesson:"
_RECORD_FLAGS = {"--no-probe", "-h", "--help"}


class Arguments(argparse.Namespace):
    """What was said, whatever the command; a command reads only its own."""

    command: str
    file: Path | None
    out: Path | None
    interval: float
    python: str | None
    timeout: float | None
    set: list[tuple[str, str]]
    witness: str
    probe: bool
    output: str
    module: str | None
    program: list[str]
    recording: Path
    json: bool
    scale: int
    theme: str


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Problem(ProblemKind.USAGE, message=message)


def parse(argv: list[str]) -> Arguments:
    """Read the command line (without the program's name). Raises Problem(USAGE)."""
    if argv[:1] == ["record"]:
        return _parse_record(argv[1:])
    if argv and argv[0] in _COMMANDS:
        return _command_parser(argv[0]).parse_args(argv[1:], Arguments(command=argv[0]))
    return _window_parser().parse_args(argv, Arguments(command="window"))


def _parse_record(argv: list[str]) -> Arguments:
    own, program, module = _split_program(argv)
    arguments = _record_parser().parse_args(own, Arguments(command="record"))
    arguments.module = module
    arguments.program = program
    if module is None and not program:
        raise Problem(ProblemKind.USAGE, message=_("record needs a script, lesson:ID, or -m MODULE"))
    if module is not None and arguments.set:
        raise Problem(ProblemKind.USAGE, message=_("--set works on the parameters of a script, not on -m MODULE"))
    return arguments


def _split_program(argv: list[str]) -> tuple[list[str], list[str], str | None]:
    """Our options, the program with its arguments, and the module where -m names one.

    What follows a script is the script's own, as with python; a lesson has no options, so ours may follow it.
    """
    own: list[str] = []
    program: list[str] = []
    words = deque(argv)
    while words:
        word = words.popleft()
        if word == "--":
            return own, [*program, *words], None
        if word == "-m" and not program:
            if not words:
                raise Problem(ProblemKind.USAGE, message=_("-m needs the name of a module"))
            return own, list(words)[1:], words[0]
        if word.startswith("-") and word != "-":
            own += [word, words.popleft()] if words and _takes_value(word) else [word]
        elif program or word.startswith(LESSON):
            program.append(word)
        else:
            return own, [word, *words], None
    return own, program, None


def _takes_value(option: str) -> bool:
    return option not in _RECORD_FLAGS and "=" not in option and (len(option) == 2 or option.startswith("--"))


def _record_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="procviz record",
        usage=_("procviz record [options] SCRIPT|lesson:ID [ARG]...  |  procviz record [options] -m MODULE [ARG]..."),
        description=_("Run a program and record the life of every process it starts. Ends with its exit code."),
        formatter_class=argparse.RawTextHelpFormatter,
    )
    add = parser.add_argument
    add("-o", dest="out", type=Path, metavar="OUT", help=_("keep: .procviz, .png, .svg, .pdf, .csv or .json"))
    add("--interval", type=_seconds, default=0.05, metavar="SECONDS", help=_("between samples (default 0.05)"))
    add("--python", metavar="EXE", help=_("the interpreter to run it with"))
    add("--timeout", type=_seconds, metavar="SECONDS", help=_("end everything after this time"))
    add("--set", type=_assignment, action="append", default=[], metavar="NAME=VALUE", help=_("set a #@param"))
    add("--witness", choices=("auto", "kernel", "pidfd"), default="auto", help=_("who tells births and deaths"))
    add("--no-probe", dest="probe", action="store_false", help=_("watch from outside only"))
    modes = ("terminal", "pipe", "unbuffered")
    add("--output", choices=modes, default="terminal", help=_("what the program's output goes to"))
    return parser


def _command_parser(command: str) -> argparse.ArgumentParser:
    parser = _Parser(prog=f"procviz {command}")
    if command in ("export", "report"):
        parser.add_argument("recording", type=Path, metavar="RECORDING")
    if command == "export":
        endings = _("by its ending: .png .svg .pdf .csv .json (Chrome trace)")
        parser.add_argument("-o", dest="out", type=Path, metavar="OUT", required=True, help=endings)
        parser.add_argument("--scale", type=int, choices=(1, 2, 4), default=2, help=_("of a .png"))
        parser.add_argument("--theme", choices=("light", "dark"), default="light", help=_("of a picture"))
    if command == "report":
        parser.add_argument("--json", action="store_true", help=_("as one JSON object"))
    return parser


def _window_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="procviz",
        usage="procviz [FILE] | procviz {record,export,report,lessons} ...",
        description=_("Show how Python processes live and die. Without a command: open the window."),
    )
    parser.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help=_("a recording, an exported PNG, or a script to open")
    )
    parser.add_argument("--version", action="version", version=f"procviz {__version__}")
    return parser


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < 1e7:
        raise argparse.ArgumentTypeError(_("must be seconds above zero: {text}").format(text=text))
    return value


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(_("must be NAME=VALUE: {text}").format(text=text))
    return name.strip(), value
