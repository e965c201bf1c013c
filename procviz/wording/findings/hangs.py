"""Sentences about processes that wait for what will never come."""

from __future__ import annotations

from procviz.trace.findings.finding import Finding, FindingKind
from procviz.wording import _, ngettext
from procviz.wording.findings.facts import facts_of, length, people_text, says, word


@says(FindingKind.QUEUE_NOT_EMPTIED, "library/multiprocessing.html#all-start-methods")
def queue_not_emptied(finding: Finding) -> str:
    """Two processes that wait for each other: one for room in a queue, one for the other's end."""
    facts, lasted = facts_of(finding), length(finding, "lasted_ns")
    if finding.facts.get("going_on"):
        return _(
            "{process} cannot end: what it put into a queue has not been taken out, and the queue's pipe is full. "
            "{other} has been waiting since {at} for {process} to end. Each waits for the other; "
            "take everything out of a queue before you join."
        ).format(**facts)
    return _(
        "{process} could not end: what it had put into a queue was not taken out, and the queue's pipe was full. "
        "{other} waited for {process} to end, from {at} on, for {lasted}. Each waited for the other; "
        "take everything out of a queue before you join."
    ).format(**facts, lasted=lasted)


@says(FindingKind.LOCK_OWNER_DIED, "library/multiprocessing.html#multiprocessing.Process.terminate")
def lock_owner_died(finding: Finding) -> str:
    """Who ended with a lock in its hands, and who waits for that."""
    facts, waiting = facts_of(finding), finding.names[1:]
    if finding.facts.get("going_on"):
        text = ngettext(
            "{process} ended at {at} while it held a lock, which nobody gives back now: {waiting} waits for it.",
            "{process} ended at {at} while it held a lock, which nobody gives back now: {waiting} wait for it.",
            len(waiting),
        )
    else:
        text = ngettext(
            "{process} ended at {at} while it held a lock, and did not give it back: "
            "{waiting} waited for it in vain, for {lasted}.",
            "{process} ended at {at} while it held a lock, and did not give it back: "
            "{waiting} waited for it in vain, up to {lasted}.",
            len(waiting),
        )
    return text.format(**facts, waiting=people_text(waiting), lasted=length(finding, "lasted_ns"))


@says(FindingKind.POOL_WORKER_LOST, "library/multiprocessing.html#module-multiprocessing.pool")
def pool_worker_lost(finding: Finding) -> str:
    """A worker that ended with its task: the pool does not notice."""
    facts, task = facts_of(finding), word(finding, "name")
    text = _(
        "{process}, a worker of a Pool, ended at {at} in the midst of its task ({task}). "
        "The Pool starts another worker, but does not repeat the task: its result never comes."
    ).format(**facts, task=task)
    if finding.facts.get("waited_ns") is None:
        return text
    waited = length(finding, "waited_ns")
    if finding.facts.get("going_on"):
        return _("{sentence} {other} has been waiting for it for {waited}.").format(
            sentence=text, other=facts["other"], waited=waited
        )
    return _("{sentence} {other} waited for it in vain, for {waited}.").format(
        sentence=text, other=facts["other"], waited=waited
    )


@says(FindingKind.EXECUTOR_BROKEN, "library/concurrent.futures.html#concurrent.futures.process.BrokenProcessPool")
def executor_broken(finding: Finding) -> str:
    """A worker that ended with its task: the executor says so."""
    facts = facts_of(finding)
    if len(finding.processes) < 2:
        return _(
            "At {at} the ProcessPoolExecutor of {process} found a worker dead: "
            "everything that was still asked of it now raises BrokenProcessPool."
        ).format(**facts)
    if finding.facts.get("own"):
        return _(
            "{other} itself ended {process}, a worker of its ProcessPoolExecutor, and noticed at {at}: "
            "everything that was still asked of the executor now raises BrokenProcessPool."
        ).format(**facts)
    if finding.facts.get("idle"):
        return _(
            "{process}, a worker of a ProcessPoolExecutor, ended before its first task, with exit code 0: its "
            "initializer most likely failed. {other} noticed at {at}: "
            "everything that was still asked of the executor now raises BrokenProcessPool."
        ).format(**facts)
    return _(
        "{process}, a worker of a ProcessPoolExecutor, ended too early. {other} noticed at {at}: "
        "everything that was still asked of the executor now raises BrokenProcessPool."
    ).format(**facts)
