"""What stands beside a control, under the code or above the Run button when a script cannot be run as it is."""

from __future__ import annotations

from procviz.script.params import Form, Param, ParamFault, SourceFault
from procviz.wording import _
from procviz.wording.problems import fault_text


def param_fault(param: Param) -> str:
    """What is wrong with a parameter's value, with what it could be; "" when nothing is."""
    if param.fault is None:
        return ""
    if param.fault in (ParamFault.OUT_OF_RANGE, ParamFault.NOT_A_CHOICE, ParamFault.WRONG_TYPE):
        return _("{value}: {reason}. Allowed: {allowed}.").format(
            value=repr(param.value), reason=fault_text(param.fault), allowed=param.allowed
        )
    return _("Line {line}: {reason}.").format(line=param.line, reason=fault_text(param.fault))


def source_fault(fault: SourceFault) -> str:
    """Why the source cannot be run, with its line."""
    if fault.fault is None:
        return _("Line {line}: Python cannot read this ({message}).").format(line=fault.line, message=fault.message)
    return _("Line {line}: the #@param of {name} makes no sense: {reason}.").format(
        line=fault.line, name=fault.name or "?", reason=fault_text(fault.fault)
    )


def why_not_runnable(form: Form) -> str:
    """The first reason why Run is disabled; "" when it is not."""
    for fault in form.faults:
        return source_fault(fault)
    for param in form.params:
        if param.fault is not None:
            return _("{name}: {reason}").format(name=param.name, reason=param_fault(param))
    return ""


def first_fault(form: Form) -> tuple[int, str] | None:
    """Line (1-based) and sentence of what is to be marked in the code; None when all is well."""
    for fault in form.faults:
        return fault.line, source_fault(fault)
    for param in form.params:
        if param.fault is not None:
            return param.line, param_fault(param)
    return None
