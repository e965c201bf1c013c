"""Sentences about waiting, zombies and orphans."""

from __future__ import annotations

from collections.abc import Callable

from procviz.trace.findings.finding import Finding, FindingKind
from procviz.wording import _, ngettext
from procviz.wording.findings.facts import facts_of, length, number, people_text, says, word
from procviz.wording.quantities import moment_text


@says(FindingKind.IMPLICIT_WAIT, "library/multiprocessing.html#multiprocessing.Process.daemon")
def implicit_wait(finding: Finding) -> str:
    """Who waited at its exit, for whom, how long, why."""
    awaited = finding.names[1:]
    if finding.facts.get("going_on"):
        text = ngettext(
            "{process}'s code ended at {at}; it is still waiting for {awaited}, because it is not a daemon.",
            "{process}'s code ended at {at}; it is still waiting for {awaited}, because they are not daemons.",
            len(awaited),
        )
    elif finding.facts.get("stopped"):
        text = ngettext(
            "{process}'s code ended at {at}; it was still waiting for {awaited} when the run was stopped, "
            "because it is not a daemon.",
            "{process}'s code ended at {at}; it was still waiting for {awaited} when the run was stopped, "
            "because they are not daemons.",
            len(awaited),
        )
    else:
        text = ngettext(
            "{process}'s code ended at {at}, and {process} waited {waited} more for {awaited}, "
            "because it is not a daemon.",
            "{process}'s code ended at {at}, and {process} waited {waited} more for {awaited}, "
            "because they are not daemons.",
            len(awaited),
        )
    return text.format(**facts_of(finding), awaited=people_text(awaited), waited=length(finding, "waited_ns"))


@says(FindingKind.ZOMBIE, "library/multiprocessing.html#all-start-methods")
def zombie(finding: Finding) -> str:
    """How long it was a zombie, and what ended that."""
    facts, lasted = facts_of(finding), length(finding, "lasted_ns")
    if len(finding.processes) < 2:
        return _("{process} ended at {at} and stayed a zombie for {lasted}.").format(**facts, lasted=lasted)
    if finding.facts.get("call") is not None:
        return _in_a_call(finding).format(
            **facts, lasted=lasted, call=_call_text(finding), since=moment_text(number(finding, "called_ns"))
        )
    if finding.facts.get("going_on"):
        return _("{process} ended at {at} and is a zombie since, because {other} has not waited for it.").format(
            **facts
        )
    if finding.facts.get("stopped"):
        return _(
            "{process} ended at {at} and was a zombie until the run was stopped, because {other} had not waited for it."
        ).format(**facts)
    return _reaped(finding).format(**facts, lasted=lasted, call=f"{finding.facts.get('via')}()")


def _call_text(finding: Finding) -> str:
    """The call's name; older recordings hold wait() and communicate() of a Popen under one."""
    name = word(finding, "call")
    return _("wait() or communicate()") if name == "wait" else f"{name}()"


def _in_a_call(finding: Finding) -> str:
    """The parent was waiting all the while, but not for the end alone."""
    reads = finding.facts.get("call") == "communicate"
    if finding.facts.get("going_on"):
        text = _("{process} ended at {at} and is a zombie since. {other} is in {call}, which it called at {since}.")
    elif finding.facts.get("stopped"):
        text = _(
            "{process} ended at {at} and was a zombie until the run was stopped. "
            "{other} was in {call}, which it had called at {since}."
        )
    else:
        text = _("{process} ended at {at} and stayed a zombie for {lasted}. {other} was in {call}, called at {since}.")
    if not reads:
        return text
    return _(
        "{sentence} communicate() reads until nobody holds the other end of the pipe any more, "
        "and only then looks for the end of the process."
    ).replace("{sentence}", text)


def _reaped(finding: Finding) -> str:
    via = str(finding.facts.get("via"))
    if via in _CALLED:
        return _("{process} ended at {at} and stayed a zombie for {lasted}, until {other} called {call}.")
    if via in _REAPED:
        return _REAPED[via]()
    return _("{process} ended at {at} and stayed a zombie for {lasted}: until then {other} did not wait for it.")


_CALLED = ("join", "wait", "communicate", "poll", "is_alive")
_REAPED: dict[str, Callable[[], str]] = {
    "active_children": lambda: _(
        "{process} ended at {at} and stayed a zombie for {lasted}, until {other} called active_children(), "
        "which reaps every child that has ended."
    ),
    "start": lambda: _(
        "{process} ended at {at} and stayed a zombie for {lasted}, until {other} started another process, "
        "which reaps every child that has ended."
    ),
    "exitcode": lambda: _(
        "{process} ended at {at} and stayed a zombie for {lasted}, until {other} asked for its exitcode."
    ),
    "popen": lambda: _(
        "{process} ended at {at} and stayed a zombie for {lasted}, until {other} made another Popen, "
        "which reaps those that were thrown away."
    ),
    "del": lambda: _(
        "{process} ended at {at} and stayed a zombie for {lasted}, until the Popen object for it in {other} "
        "was thrown away."
    ),
    "pool": lambda: _(
        "{process} ended at {at} and stayed a zombie for {lasted}, until the Pool in {other} came to reap it."
    ),
    "executor": lambda: _(
        "{process} ended at {at} and stayed a zombie for {lasted}, "
        "until the ProcessPoolExecutor in {other} came to reap it."
    ),
    "asyncio": lambda: _(
        "{process} ended at {at} and stayed a zombie for {lasted}, until asyncio in {other} came to reap it."
    ),
    "exit": lambda: _(
        "{process} ended at {at} and stayed a zombie for {lasted}, until {other} itself came to its exit."
    ),
    "parent-ended": lambda: _(
        "{process} ended at {at} and stayed a zombie for {lasted}: {other} never waited for it, "
        "and only the end of {other} set it free."
    ),
}


@says(FindingKind.ORPHAN, "library/os.html#os.getppid")
def orphan(finding: Finding) -> str:
    """Whose orphan it was, how long, who took it in."""
    facts, lived = facts_of(finding), length(finding, "lived_ns")
    if len(finding.processes) < 2:
        text = _("{process} lost its parent at {at} and lived {lived} without it.")
    elif finding.facts.get("going_on"):
        text = _("{process} is an orphan: its parent {other} ended at {at}, and it lives on.")
    elif finding.facts.get("ended_by") is not None:
        text = _(
            "{process} was an orphan: its parent {other} ended at {at}, and it lived on until the run was stopped."
        )
    else:
        text = _("{process} was an orphan: its parent {other} ended at {at}, and it lived on for {lived}.")
    return _taken_in(finding).format(sentence=text.format(**facts, lived=lived), **_adopter(finding))


def _taken_in(finding: Finding) -> str:
    match finding.facts.get("adopter"):
        case "init":
            return _("{sentence} The system's first process (pid 1) took it in.")
        case "procviz":
            return _("{sentence} procviz took it in; without procviz it would have been the system's first process.")
        case "process":
            return _("{sentence} {adopter} took it in.")
        case "other":
            return _("{sentence} The process with pid {pid} took it in.")
    return "{sentence}"


def _adopter(finding: Finding) -> dict[str, str]:
    return {"adopter": word(finding, "adopter_name"), "pid": word(finding, "adopter_pid")}
