"""#@param: the form comments that turn top-level constants into controls, and back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

Value = int | float | bool | str


class ControlKind(Enum):
    SLIDER = "slider"
    NUMBER = "number"  # {type:"number"} or {type:"integer"}: a number box without a slider
    CHECK = "check"
    CHOICE = "choice"
    TEXT = "text"  # {type:"string"}


class ParamFault(Enum):
    """Why a #@param or its value cannot be used."""

    NOT_A_CONSTANT = "not-a-constant"  # the line is no top-level NAME = literal
    BAD_FORM = "bad-form"  # the comment cannot be read
    UNKNOWN_TYPE = "unknown-type"
    BAD_RANGE = "bad-range"  # min > max, step <= 0
    WRONG_TYPE = "wrong-type"  # the value's type does not fit the control
    OUT_OF_RANGE = "out-of-range"
    NOT_A_CHOICE = "not-a-choice"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Param:
    """One control. `fault` says why its value in the source cannot be used (the control shows it)."""

    name: str
    kind: ControlKind
    value: Value
    line: int  # 1-based
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[Value, ...] = ()
    fault: ParamFault | None = None


@dataclass(frozen=True, slots=True)
class SourceFault:
    """Why a source cannot be run as it stands: a syntax error or a #@param that makes no sense."""

    line: int
    column: int
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


def read_form(source: str) -> Form:
    """Find every #@param of a source. Never raises: what is wrong is in the Form."""
    raise NotImplementedError


def rewrite(source: str, name: str, value: Value) -> str:
    """The source with one parameter's literal replaced, every other character untouched.

    Raises Problem(PARAM_UNKNOWN) or Problem(PARAM_VALUE).
    """
    raise NotImplementedError


def parse_value(param: Param, text: str) -> Value:
    """What `--set NAME=VALUE` means for this parameter. Raises Problem(PARAM_VALUE)."""
    raise NotImplementedError
