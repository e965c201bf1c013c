"""What a control is and which values it allows.

Knows no source text: where a control comes from and how it goes back there is the business of `params`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

Value = int | float | bool | str

_INT64 = 2**63  # what a recording can hold


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
    step: float | None = None  # a slider always has one
    choices: tuple[Value, ...] = ()
    fault: ParamFault | None = None
    integer: bool = False  # only whole numbers are allowed
    free: bool = False  # a drop-down that also takes text that is not in its list

    @property
    def allowed(self) -> str:
        """What the control takes, without words: "1 … 32", "fork, spawn", or a type's name."""
        if self.kind is ControlKind.CHOICE and not self.free:
            return ", ".join(str(choice) for choice in self.choices)
        if self.kind is ControlKind.CHECK:
            return "True, False"
        if self.minimum is not None and self.maximum is not None:
            return f"{self.minimum:g} … {self.maximum:g}"
        if self.minimum is not None:
            return f"≥ {self.minimum:g}"
        if self.maximum is not None:
            return f"≤ {self.maximum:g}"
        numeric = "int" if self.integer else "float"
        return numeric if self.kind is ControlKind.NUMBER else "str"


def fault_of(param: Param, value: Value) -> ParamFault | None:
    """Why this control does not allow this value; None when it does."""
    match param.kind:
        case ControlKind.CHECK:
            return None if isinstance(value, bool) else ParamFault.WRONG_TYPE
        case ControlKind.TEXT:
            return None if isinstance(value, str) else ParamFault.WRONG_TYPE
        case ControlKind.CHOICE:
            chosen = any(_same(value, choice) for choice in param.choices)
            return None if chosen or (param.free and isinstance(value, str)) else ParamFault.NOT_A_CHOICE
        case _:
            return _fault_of_number(param, value)


def _fault_of_number(param: Param, value: Value) -> ParamFault | None:
    if isinstance(value, bool | str) or (isinstance(value, float) and not math.isfinite(value)):
        return ParamFault.WRONG_TYPE
    if param.integer and value != int(value):
        return ParamFault.WRONG_TYPE
    whole = param.integer or isinstance(value, int)
    low = -_INT64 if param.minimum is None and whole else param.minimum
    high = _INT64 - 1 if param.maximum is None and whole else param.maximum
    inside = (low is None or value >= low) and (high is None or value <= high)
    return None if inside else ParamFault.OUT_OF_RANGE


def _same(value: Value, choice: Value) -> bool:
    """True for equal values, where True is not 1."""
    return isinstance(value, bool) == isinstance(choice, bool) and value == choice
