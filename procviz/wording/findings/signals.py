"""Sentences about ends that somebody else brought: daemons cut off, terminate, kill, signals, the stop of a run."""

from __future__ import annotations

from procviz.trace.findings.finding import Finding, FindingKind
from procviz.trace.signal_names import TERMINATE_PROCESS
from procviz.wording import _, ngettext
from procviz.wording.findings.facts import Sentence, facts_of, length, number, people_text, says, word
from procviz.wording.quantities import moment_text


@says(FindingKind.DAEMON_CUTOFF, "library/multiprocessing.html#multiprocessing.Process.daemon")
def daemon_cutoff(finding: Finding) -> str:
    """Who was cut off, by whose end, and how far it had come."""
    if len(finding.processes) < 2:
        text = _("{process} was cut off at {at}, because it is a daemon.").format(**facts_of(finding))
    else:
        text = _("{process} was cut off at {at}, because it is a daemon and {other}'s code had ended.").format(
            **facts_of(finding)
        )
    if finding.facts.get("printed") is not None:
        return _("{sentence} The last it had printed: {text}").format(sentence=text, text=word(finding, "printed"))
    if finding.facts.get("ran_ns") is not None:
        return _("{sentence} Its target had run for {ran}.").format(sentence=text, ran=length(finding, "ran_ns"))
    if finding.facts.get("instrumented"):
        return _("{sentence} Its target had not begun yet.").format(sentence=text)
    return text


def ended_with(call: str) -> Sentence:
    """Who was ended by whom with this call."""

    def text(finding: Finding) -> str:
        facts, signal = facts_of(finding), word(finding, "signal")
        if finding.facts.get("sender") is not None:
            return _("The user ended {process} at {at} with {call} ({signal}).").format(
                **facts, call=call.removesuffix("()"), signal=signal
            )
        if finding.processes[1:] == finding.processes[:1]:
            return _("{process} ended itself at {at} with {call} ({signal}).").format(**facts, call=call, signal=signal)
        return _("{other} ended {process} at {at} with {call} ({signal}).").format(**facts, call=call, signal=signal)

    return text


says(FindingKind.TERMINATE, "library/multiprocessing.html#multiprocessing.Process.terminate")(ended_with("terminate()"))
says(FindingKind.KILL, "library/multiprocessing.html#multiprocessing.Process.kill")(ended_with("kill()"))


@says(FindingKind.SIGNAL, "library/signal.html")
def ended_by_signal(finding: Finding) -> str:
    """Who was ended by which signal, and who sent it."""
    facts, signal = facts_of(finding), word(finding, "signal")
    if signal == TERMINATE_PROCESS and len(finding.processes) > 1:
        return ended_with("os.kill()")(finding)
    if finding.facts.get("sender") == "user":
        return _("The user sent {signal} to {process}, which ended it at {at}.").format(**facts, signal=signal)
    if finding.facts.get("sender") == "keyboard":
        return _("Ctrl-C on the keyboard sent {signal} to {process}, which ended it at {at}.").format(
            **facts, signal=signal
        )
    if finding.facts.get("sender") is not None:
        return _("procviz sent {signal} to {process}, which ended it at {at}.").format(**facts, signal=signal)
    if len(finding.processes) < 2:
        return _("{process} was ended by {signal} at {at}; who sent it is not known.").format(**facts, signal=signal)
    if finding.processes[0] == finding.processes[1]:
        return _("{process} sent {signal} to itself, which ended it at {at}.").format(**facts, signal=signal)
    return _("{other} sent {signal} to {process}, which ended it at {at}.").format(**facts, signal=signal)


@says(FindingKind.STOPPED)
def stopped(finding: Finding) -> str:
    """Who ended the whole run, and how many went with it."""
    facts, count = facts_of(finding), len(finding.processes)
    match finding.facts.get("ended_by"):
        case "timeout":
            text = ngettext(
                "The time limit ended the run at {at}, and with it {count} process.",
                "The time limit ended the run at {at}, and with it {count} processes.",
                count,
            )
        case "procviz":
            text = ngettext(
                "procviz ended the run at {at}, and with it {count} process.",
                "procviz ended the run at {at}, and with it {count} processes.",
                count,
            )
        case _:
            text = ngettext(
                "The user stopped the run at {at}, and with it {count} process.",
                "The user stopped the run at {at}, and with it {count} processes.",
                count,
            )
    return text.format(**facts, count=count)


@says(FindingKind.SIGTERM_IGNORED, "library/signal.html#signal.signal")
def sigterm_ignored(finding: Finding) -> str:
    """A SIGTERM that did not end it, what did, and why it did not, where that is known."""
    text = _outlived(finding).format(
        **facts_of(finding), lived=length(finding, "lived_ns"), signal=word(finding, "ending_signal")
    )
    handler = finding.facts.get("handler")
    if handler == "ignore":
        return _("{sentence} It had told the system to ignore SIGTERM.").format(sentence=text)
    if handler is not None:
        return _("{sentence} It had set a handler for it, {handler}.").format(sentence=text, handler=handler)
    return text


def _outlived(finding: Finding) -> str:
    if finding.facts.get("going_on"):
        return _("The SIGTERM sent at {at} has not ended {process}: it lives on.")
    if finding.facts.get("stopped"):
        return _("The SIGTERM sent at {at} did not end {process}: it lived on until the run was stopped.")
    if finding.facts.get("ending") == "kill":
        return _("The SIGTERM sent at {at} did not end {process}: kill() did, {lived} later.")
    if finding.facts.get("ending_signal") is not None:
        return _("The SIGTERM sent at {at} did not end {process}: {signal} did, {lived} later.")
    return _("The SIGTERM sent at {at} did not end {process}: it ended by itself, {lived} later.")


@says(FindingKind.SIGTERM_HANDLED, "library/signal.html#signal.signal")
def sigterm_handled(finding: Finding) -> str:
    """A SIGTERM that was answered by an exit of its own."""
    facts, lived, code = facts_of(finding), length(finding, "lived_ns"), word(finding, "exitcode")
    handler = finding.facts.get("handler")
    if handler is None:
        return _(
            "The SIGTERM sent at {at} did not end {process} at once: "
            "it ended itself {lived} later, with exit code {code}."
        ).format(**facts, lived=lived, code=code)
    return _(
        "{process} had set a handler for the SIGTERM sent at {at}, {handler}: "
        "it ended itself {lived} later, with exit code {code}."
    ).format(**facts, lived=lived, code=code, handler=handler)


def interrupted(finding: Finding) -> str:
    """Whose KeyboardInterrupt came of which SIGINT, sent in which line, and where it stood then."""
    at = moment_text(number(finding, "sent_at_ns"))
    text = _sent(finding).format(**{**facts_of(finding), "at": at}, signal=word(finding, "signal"))
    if finding.facts.get("sent_line") is not None:
        text = _("{sentence} The call is in line {line}.").format(sentence=text, line=number(finding, "sent_line"))
    text = _("{sentence} Python made KeyboardInterrupt of it, which ended {process}.").format(
        **facts_of(finding), sentence=text
    )
    if finding.place is None or finding.facts.get("file") is not None:
        return text
    return _("{sentence} It was in line {line} then.").format(sentence=text, line=finding.place.line)


@says(FindingKind.SIGNAL_HANDLED, "library/signal.html#signal.signal")
def signal_handled(finding: Finding) -> str:
    """A signal that had a handler or was ignored, and the end that soon came after it."""
    handler, signal, count = finding.facts.get("handler"), word(finding, "signal"), number(finding, "count")
    text = _sent(finding).format(**facts_of(finding), signal=signal)
    if handler == "ignore":
        text = _("{sentence} It had told the system to ignore this signal.").format(sentence=text)
    else:
        text = _("{sentence} That did not end it: it had set a handler for it, {handler}.").format(
            sentence=text, handler=handler
        )
    if count > 1:
        more = ngettext("{sentence} {count} more came later.", "{sentence} {count} more came later.", count - 1)
        text = more.format(sentence=text, count=count - 1)
    if finding.facts.get("exitcode") is None:
        return text
    return _("{sentence} It ended itself {lived} later, with exit code {code}.").format(
        sentence=text, lived=length(finding, "lived_ns"), code=word(finding, "exitcode")
    )


def _sent(finding: Finding) -> str:
    match finding.facts.get("sender"):
        case "user":
            return _("The user sent {signal} to {process} at {at}.")
        case "keyboard":
            return _("Ctrl-C on the keyboard sent {signal} to {process} at {at}.")
        case str():
            return _("procviz sent {signal} to {process} at {at}.")
    if len(finding.processes) < 2:
        return _("{signal} was sent to {process} at {at}.")
    if finding.processes[0] == finding.processes[1]:
        return _("{process} sent {signal} to itself at {at}.")
    return _("{other} sent {signal} to {process} at {at}.")


@says(FindingKind.SUSPENDED, "library/signal.html#signal.SIGCONT")
def suspended(finding: Finding) -> str:
    """Who was suspended by whom, and for how long."""
    text = _suspended_by(finding).format(**facts_of(finding), signal=word(finding, "signal"))
    lasted = length(finding, "lasted_ns")
    match finding.facts.get("outcome"):
        case "resumed":
            return _("{sentence} It went on {lasted} later.").format(sentence=text, lasted=lasted)
        case "ended":
            return _("{sentence} It never went on: {lasted} later it ended.").format(sentence=text, lasted=lasted)
        case "stopped":
            return _("{sentence} It had not gone on when the run was stopped.").format(sentence=text)
    return _("{sentence} It has not gone on since.").format(sentence=text)


def _suspended_by(finding: Finding) -> str:
    if finding.facts.get("sender") is not None:
        return _("The user suspended {process} at {at} with {signal}.")
    if len(finding.processes) < 2:
        return _("{process} was suspended at {at}; by whom is not known.")
    if finding.processes[0] == finding.processes[1]:
        return _("{process} suspended itself at {at} with {signal}.")
    return _("{other} suspended {process} at {at} with {signal}.")


@says(FindingKind.GRANDCHILDREN_LEFT, "library/multiprocessing.html#multiprocessing.Process.terminate")
def grandchildren_left(finding: Finding) -> str:
    """Whose children went on when it was ended, and how long."""
    left, facts = finding.names[1:], facts_of(finding)
    if finding.facts.get("going_on"):
        text = ngettext(
            "The end of {process} at {at} reached that one process only: its child {left} lives on as an orphan.",
            "The end of {process} at {at} reached that one process only: its children {left} live on as orphans.",
            len(left),
        )
    elif finding.facts.get("stopped"):
        text = ngettext(
            "The end of {process} at {at} reached that one process only: "
            "its child {left} went on as an orphan until the run was stopped.",
            "The end of {process} at {at} reached that one process only: "
            "its children {left} went on as orphans, at least one until the run was stopped.",
            len(left),
        )
    else:
        text = ngettext(
            "The end of {process} at {at} reached that one process only: "
            "its child {left} went on as an orphan for {lived}.",
            "The end of {process} at {at} reached that one process only: "
            "its children {left} went on as orphans, the last one for {lived}.",
            len(left),
        )
    return text.format(**facts, left=people_text(left), lived=length(finding, "lived_ns"))
