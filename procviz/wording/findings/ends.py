"""Sentences about ends that a process brought upon itself, and about what it could not say any more."""

from __future__ import annotations

from collections.abc import Callable

from procviz.trace.findings.finding import Finding, FindingKind
from procviz.trace.signal_names import signal_name
from procviz.wording import _
from procviz.wording.findings.facts import facts_of, number, says, word
from procviz.wording.findings.signals import interrupted


@says(FindingKind.CHILD_FAILED, "tutorial/errors.html")
def child_failed(finding: Finding) -> str:
    """Which exception ended it, and in which line."""
    if finding.facts.get("signal") is not None:
        return interrupted(finding)
    kind, message = word(finding, "type"), str(finding.facts.get("message") or "")
    place, file = finding.place, finding.facts.get("file")
    if place is None:
        text = (
            _("{process} failed at {at} with {type}: {message}")
            if message
            else _("{process} failed at {at} with {type}.")
        )
    elif file is None:
        text = (
            _("{process} failed at {at} in line {line} with {type}: {message}")
            if message
            else _("{process} failed at {at} in line {line} with {type}.")
        )
    else:
        text = (
            _("{process} failed at {at} in line {line} of {file} with {type}: {message}")
            if message
            else _("{process} failed at {at} in line {line} of {file} with {type}.")
        )
    line = place.line if place is not None else "?"
    return text.format(**facts_of(finding), type=kind, message=message, line=line, file=file)


@says(FindingKind.CRASH, "library/faulthandler.html")
def crash(finding: Finding) -> str:
    """Which fault ended it."""
    return _("{process} crashed at {at} with {signal}.").format(**facts_of(finding), signal=word(finding, "signal"))


@says(FindingKind.KILLED_FROM_OUTSIDE, "library/signal.html")
def killed_from_outside(finding: Finding) -> str:
    """Which signal ended it that nobody of the run had sent."""
    return _("{process} was ended by {signal} at {at}, which no process of this run had sent.").format(
        **facts_of(finding), signal=word(finding, "signal")
    )


@says(FindingKind.NOT_RUN, "library/subprocess.html#exceptions")
def not_run(finding: Finding) -> str:
    """Which command was never run, and what the parent was told."""
    return _("{process} ended at {at} before it could run {command}: the call of {other} failed ({error}).").format(
        **facts_of(finding), command=word(finding, "command"), error=word(finding, "error")
    )


@says(FindingKind.EXIT_CODE, "library/multiprocessing.html#multiprocessing.Process.exitcode")
def exit_code(finding: Finding) -> str:
    """Which number it ended with, how, and what such a number often means."""
    code = number(finding, "exitcode")
    match finding.facts.get("cause"):
        case "sys-exit":
            text = _("{process} ended itself with sys.exit() at {at}: exit code {code}.")
        case "os-exit":
            text = _("{process} ended itself with os._exit() at {at}: exit code {code}.")
        case _:
            text = _("{process} ended at {at} with exit code {code}.")
    said = text.format(**facts_of(finding), code=word(finding, "exitcode"))
    return _meaning(finding, code).format(sentence=said, signal=signal_name(code - 128))


def _meaning(finding: Finding, code: int) -> str:
    """A second sentence, where the number speaks by itself."""
    born, cause = finding.facts.get("born"), finding.facts.get("cause")
    if cause in ("unknown", "returned") and code == _NOT_FLUSHED:
        return _("{sentence} Python says 120 when it could not write out the last of its output.")
    if born == "subprocess" and cause == "unknown":
        if code in _SHELLS:
            return _SHELLS[code]()
        if _ENDED_BY < code < _ENDED_BY + 32:
            return _("{sentence} A shell says so when the program that it ran was ended by {signal}.")
    if finding.facts.get("method") == "forkserver" and code == _SERVER_DIED:
        return _("{sentence} 255 is also what is said when the fork server was ended before its child.")
    return "{sentence}"


_NOT_FLUSHED, _ENDED_BY, _SERVER_DIED = 120, 128, 255
_SHELLS: dict[int, Callable[[], str]] = {
    126: lambda: _("{sentence} A shell says so when it may not run a file."),
    127: lambda: _("{sentence} A shell says so when it does not find a command."),
}


@says(FindingKind.OUTPUT_LOST, "library/sys.html#sys.stdout")
def output_lost(finding: Finding) -> str:
    """What it had printed that never went out."""
    facts, text = facts_of(finding), finding.facts.get("text")
    if finding.facts.get("in_line") and finding.facts.get("certain"):
        said = _(
            "The last that {process} had printed was lost with it at {at}: a terminal gets text when its line ends, "
            "and this line had not ended. It began with: {text}"
        )
    elif finding.facts.get("in_line"):
        said = _(
            "The last that {process} had printed may have been lost with it at {at}: a terminal gets text when its "
            "line ends, and this line had not ended. It began with: {text}"
        )
    elif finding.facts.get("certain"):
        said = _(
            "What {process} had printed was lost with it at {at}: standard output was no terminal, so the text was "
            "kept in a buffer and never written. It began with: {text}"
        )
    else:
        said = _(
            "Some of what {process} had printed may have been lost with it at {at}: standard output was no terminal, "
            "so text was kept in a buffer, and the process ended before it was written."
        )
    return said.format(**facts, text="?" if text is None else text)
