"""#@param: the form comments that turn top-level constants into controls, and back.

The one place that both reads controls out of a source and writes values into it. Knows no files.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace

from procviz.script.controls import ControlKind, Param, ParamFault, Value, fault_of
from procviz.script.marks import UNPARSABLE, Literal, Mark, find_marks, literal_span, read_form_text
from procviz.trace.problem import Problem, ProblemKind

__all__ = [
    "ControlKind",
    "Form",
    "Param",
    "ParamFault",
    "SourceFault",
    "Value",
    "fault_of",
    "parse_value",
    "read_form",
    "rewrite",
]

# A source beyond this is somebody's data, not code: reading it on every key stroke would freeze whoever types.
_LARGEST_SOURCE = 4_000_000

_KINDS = {
    "slider": ControlKind.SLIDER,
    "number": ControlKind.NUMBER,
    "integer": ControlKind.NUMBER,
    "boolean": ControlKind.CHECK,
    "string": ControlKind.TEXT,
    "date": ControlKind.TEXT,
}
_YES = ("true", "yes", "on", "1")
_NO = ("false", "no", "off", "0")


@dataclass(frozen=True, slots=True)
class SourceFault:
    """Why a source cannot be run as it stands: a syntax error or a #@param that makes no sense."""

    line: int  # 1-based
    column: int  # 1-based
    message: str  # Python's own words for a syntax error, "" for a ParamFault
    fault: ParamFault | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What was found in a source: its controls in order, and what is wrong with it."""

    params: tuple[Param, ...]
    faults: tuple[SourceFault, ...]

    @property
    def runnable(self) -> bool:
        """True when the source parses and every control holds a value it allows."""
        return not self.faults and all(param.fault is None for param in self.params)

    @property
    def values(self) -> dict[str, Value]:
        """The value of every control by its name."""
        return {param.name: param.value for param in self.params}


def read_form(source: str) -> Form:
    """Find every #@param of a source. Never raises: what is wrong is in the Form.

    A source that does not parse still gives the controls on those of its lines that do.
    """
    if len(source) > _LARGEST_SOURCE:
        return Form((), ())
    read = _read_params(source)
    params = tuple(param for param, _ in read if isinstance(param, Param))
    faults = [fault for fault, _ in read if isinstance(fault, SourceFault)]
    return Form(params, tuple(_syntax_faults(source) + faults))


def rewrite(source: str, name: str, value: Value) -> str:
    """The source with one parameter's literal replaced, every other character untouched.

    Raises Problem(PARAM_UNKNOWN) or Problem(PARAM_VALUE).
    """
    found = {param.name: (param, literal) for param, literal in _read_params(source) if isinstance(param, Param)}
    if name not in found:
        raise Problem(ProblemKind.PARAM_UNKNOWN, name=name, known=", ".join(found))
    param, literal = found[name]
    assert literal is not None
    fault = fault_of(param, value)
    if fault:
        raise _refused(param, str(value), fault)
    begin, end = literal_span(source, literal)
    return source[:begin] + _spell(param, value, source[begin:end]) + source[end:]


def parse_value(param: Param, text: str) -> Value:
    """What `--set NAME=VALUE` means for this parameter. Raises Problem(PARAM_VALUE)."""
    value = _understand(param, text)
    fault = ParamFault.WRONG_TYPE if value is None else fault_of(param, value)
    if value is None or fault:
        raise _refused(param, text, fault or ParamFault.WRONG_TYPE)
    return value


def _refused(param: Param, value: str, fault: ParamFault) -> Problem:
    return Problem(
        ProblemKind.PARAM_VALUE,
        name=param.name,
        value=value,
        line=param.line,
        reason=fault.value,
        allowed=param.allowed,
    )


def _syntax_faults(source: str) -> list[SourceFault]:
    """Compiled, not only parsed: a `return` outside of a function is an error too."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "<script>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return [SourceFault(error.lineno or 1, max(error.offset or 1, 1), error.msg)]
    except UNPARSABLE as error:
        return [SourceFault(1, 1, str(error) or type(error).__name__)]
    return []


def _read_params(source: str) -> list[tuple[Param | SourceFault, Literal | None]]:
    read: list[tuple[Param | SourceFault, Literal | None]] = []
    names = set()
    for mark in find_marks(source):
        param = _read_mark(mark)
        if isinstance(param, Param):
            if param.name in names:
                param = _fault(mark, ParamFault.DUPLICATE)
            else:
                names.add(param.name)
        read.append((param, mark.literal))
    return read


def _read_mark(mark: Mark) -> Param | SourceFault:
    if mark.literal is None:
        return _fault(mark, ParamFault.NOT_A_CONSTANT)
    try:
        choices, settings = read_form_text(mark.form)
        kind = _kind(mark.literal.value, choices, settings)
        minimum, maximum, step = (_number(settings, key) for key in ("min", "max", "step"))
    except KeyError:
        return _fault(mark, ParamFault.UNKNOWN_TYPE)
    except ValueError:
        return _fault(mark, ParamFault.BAD_FORM)
    value = mark.literal.value
    param = Param(mark.literal.name, kind, value, mark.literal.line, choices=tuple(choices or ()))
    if kind is ControlKind.CHOICE:
        param = replace(param, free=settings.get("allow-input") is True)
    if kind is ControlKind.SLIDER:
        minimum, maximum = 0 if minimum is None else minimum, 100 if maximum is None else maximum
    if kind in (ControlKind.SLIDER, ControlKind.NUMBER):
        param = replace(param, minimum=minimum, maximum=maximum, integer=_is_integer(value, settings, kind))
        param = replace(param, step=_step(param, step))
        if not _sensible(param):
            return _fault(mark, ParamFault.BAD_RANGE)
    return replace(param, fault=fault_of(param, value))


def _fault(mark: Mark, fault: ParamFault) -> SourceFault:
    return SourceFault(mark.line, mark.column, "", fault, mark.literal.name if mark.literal else "")


def _kind(value: Value, choices: list[Value] | None, settings: Mapping[str, Value | None]) -> ControlKind:
    """Raises KeyError for a type nobody knows, ValueError for a list without choices."""
    if choices is not None:
        if not choices:
            raise ValueError(choices)
        return ControlKind.CHOICE
    named = settings.get("type", "raw")
    if named != "raw":
        return _KINDS[str(named)]
    if isinstance(value, bool):
        return ControlKind.CHECK
    return ControlKind.TEXT if isinstance(value, str) else ControlKind.NUMBER


def _number(settings: Mapping[str, Value | None], key: str) -> float | None:
    """Raises ValueError where it is no number."""
    if key not in settings:
        return None
    value = settings[key]
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise ValueError(key)
    return value


def _is_integer(value: Value, settings: Mapping[str, Value | None], kind: ControlKind) -> bool:
    """A slider is one of whole numbers when all its numbers are written as such."""
    if kind is ControlKind.NUMBER:
        return settings.get("type") == "integer"
    bounds = (settings.get(key, 1) for key in ("min", "max", "step"))
    return not isinstance(value, float) and all(isinstance(bound, int) for bound in bounds)


def _step(param: Param, step: float | None) -> float | None:
    if step is not None or param.kind is not ControlKind.SLIDER:
        return step
    assert param.minimum is not None
    assert param.maximum is not None
    return 1 if param.integer else (param.maximum - param.minimum) / 100 or 1.0


def _sensible(param: Param) -> bool:
    if param.step is not None and param.step <= 0:
        return False
    return param.minimum is None or param.maximum is None or param.minimum <= param.maximum


def _understand(param: Param, text: str) -> Value | None:
    """The value that a text means to a control; None where it means nothing."""
    match param.kind:
        case ControlKind.CHECK:
            word = text.strip().lower()
            return True if word in _YES else False if word in _NO else None
        case ControlKind.TEXT:
            return text
        case ControlKind.CHOICE:
            return next((choice for choice in param.choices if str(choice) == text), text)
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return None


def _spell(param: Param, value: Value, old: str) -> str:
    """The value as Python source, in the manner of the literal it replaces."""
    if isinstance(value, str):
        return _quote(value, next((mark for mark in old if mark in "'\""), '"'))
    if isinstance(value, bool) or param.kind is ControlKind.CHOICE:
        return repr(value)
    stays_whole = isinstance(param.value, int) and not isinstance(param.value, bool) and abs(value) < 2**53
    if value == int(value) and (param.integer or stays_whole):
        return str(int(value))
    return repr(_tidy(float(value)))


def _tidy(value: float) -> float:
    """Without the noise of adding steps: 0.30000000000000004 is 0.3."""
    rounded = round(value, 10)
    return rounded if math.isclose(rounded, value, rel_tol=1e-12) else value


def _quote(text: str, quote: str) -> str:
    return quote + "".join(_escape(character, quote) for character in text) + quote


def _escape(character: str, quote: str) -> str:
    if character in ("\\", quote):
        return "\\" + character
    return character if character.isprintable() else character.encode("unicode_escape").decode()
