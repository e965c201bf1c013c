"""Sentences about what it costs: the start of processes, and cores that are all at work."""

from __future__ import annotations

from procviz.trace.findings.finding import Finding, FindingKind
from procviz.wording import _, ngettext
from procviz.wording.findings.facts import facts_of, length, number, people_text, says
from procviz.wording.quantities import duration_text

_METHODS = ("fork", "forkserver", "spawn")


@says(FindingKind.START_COST, "library/multiprocessing.html#contexts-and-start-methods")
def start_cost(finding: Finding) -> str:
    """How long the birth of a process takes, by start method."""
    costs = [_cost(finding, name.removesuffix("_ns")) for name in finding.facts if name.removesuffix("_ns") in _METHODS]
    return _("From its birth to the first line of its target a process took {costs}.").format(costs=_listed(costs))


def _listed(costs: list[str]) -> str:
    """Not as names are listed: in Chinese these are clauses."""
    text = "".join(costs[:1])
    for cost in costs[1:-1]:
        text = _("{costs}, {cost}").format(costs=text, cost=cost)
    return _("{costs} and {cost}").format(costs=text, cost=costs[-1]) if len(costs) > 1 else text


def _cost(finding: Finding, method: str) -> str:
    count, duration = number(finding, f"{method}_count"), duration_text(number(finding, f"{method}_ns"))
    text = _("{duration} with {method}")
    if count == 2:
        text = _("{duration} with {method} (the shorter of two)")
    elif count > 2:
        text = _("{duration} with {method} (the middle one of {count})")  # of an even number the lower one
    return text.format(duration=duration, method=method, count=count)


@says(FindingKind.CORES_BUSY, "library/os.html#os.cpu_count")
def cores_busy(finding: Finding) -> str:
    """How long all cores were at work, and whether more processes wanted to be."""
    cores, busy, lasted = number(finding, "cores"), number(finding, "busy"), length(finding, "lasted_ns")
    if busy > cores:
        text = ngettext(
            "From {at} on, for {lasted}, the one core had no time left: {busy} processes shared it, "
            "so more of them would not have been faster.",
            "From {at} on, for {lasted}, all {cores} cores were busy: {busy} processes shared them, "
            "so more of them would not have been faster.",
            cores,
        )
    else:
        text = ngettext(
            "From {at} on, for {lasted}, {people} kept the one core busy.",
            "From {at} on, for {lasted}, {people} kept all {cores} cores busy.",
            cores,
        )
    at = facts_of(finding)["at"]
    return text.format(at=at, lasted=lasted, cores=cores, busy=busy, people=people_text(finding.names))
