"""Sentences about what start() refuses and what a new interpreter cannot find."""

from __future__ import annotations

from procviz.trace.findings.finding import Finding, FindingKind
from procviz.wording import _, ngettext
from procviz.wording.findings.facts import facts_of, number, people_text, says, word


@says(FindingKind.MAIN_GUARD, "library/multiprocessing.html#the-spawn-and-forkserver-start-methods")
def main_guard(finding: Finding) -> str:
    """Why a program that starts processes wants a main guard."""
    text = ngettext(
        "{people} failed before its own code began: a process started by {method} imports the program's file, "
        "and this one starts processes as it is imported. What starts them belongs under "
        'if __name__ == "__main__".',
        "{people} failed before their own code began: a process started by {method} imports the program's file, "
        "and this one starts processes as it is imported. What starts them belongs under "
        'if __name__ == "__main__".',
        len(finding.names),
    )
    return text.format(people=people_text(finding.names), method=word(finding, "method"))


@says(FindingKind.NOT_IMPORTABLE, "library/pickle.html#what-can-be-pickled-and-unpickled")
def not_importable(finding: Finding) -> str:
    """Which function could not be handed to a new interpreter, and why."""
    facts, name = facts_of(finding), word(finding, "name")
    if finding.facts.get("stage") == "start":
        return _(
            "{process} could not start a process at {at}: a function is handed to a new interpreter by its name in "
            "its module, and {name} cannot be found that way (as a lambda, or a function within a function)."
        ).format(**facts, name=name)
    count = number(finding, "count") or len(finding.names)
    text = ngettext(
        "{people} failed before its own code began: a new interpreter imports the program, and found no {name} in it.",
        "{people} failed before their own code began: a new interpreter imports the program, "
        "and they found no {name} in it.",
        count,
    )
    return text.format(people=people_text(finding.names), name=name)


@says(FindingKind.DAEMON_CHILDREN, "library/multiprocessing.html#multiprocessing.Process.daemon")
def daemon_children(finding: Finding) -> str:
    """A daemon may have no children."""
    return _(
        "{process} wanted to start a process at {at} and was refused: it is a daemon, and a daemon may have no "
        "children, for nobody would end them when it is cut off."
    ).format(**facts_of(finding))
