"""Every finding as a sentence in plain words: who, when (from the beginning of the run), why."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

from procviz.trace.findings import Finding, FindingKind
from procviz.trace.timeline import Timeline
from procviz.wording import _, ngettext
from procviz.wording.quantities import close_up, duration_text, moment_text, names_text


def sentence(finding: Finding, timeline: Timeline | None = None) -> str:
    """One sentence (a second one names the line of the call). The finding holds all that is needed for it."""
    text = close_up(_SENTENCES[finding.kind](finding))
    if finding.place is None or finding.kind is FindingKind.SIGTERM_IGNORED:
        return text
    file, line = finding.facts.get("file"), finding.place.line
    if file is None:
        return _("{sentence} See line {line}.").format(sentence=text, line=line)
    return _("{sentence} See line {line} of {file}.").format(sentence=text, line=line, file=file)


class _Facts(TypedDict):
    """What most sentences are made of."""

    process: str
    other: str
    at: str


def _facts(finding: Finding) -> _Facts:
    people = [_("main") if name is None else name for name in finding.names]
    process, other = [*people, "?", "?"][:2]
    return {"process": process, "other": other, "at": moment_text(_number(finding, "at_ns"))}


def _number(finding: Finding, name: str) -> int:
    value = finding.facts.get(name)
    return value if isinstance(value, int) else 0


def _word(finding: Finding, name: str) -> str:
    value = finding.facts.get(name)
    return "?" if value is None else str(value)


def _length(finding: Finding, name: str) -> str:
    return duration_text(_number(finding, name))


def _implicit_wait(finding: Finding) -> str:
    awaited = [_("main") if name is None else name for name in finding.names[1:]]
    if finding.facts.get("going_on"):
        text = ngettext(
            "{process}'s code ended at {at}; it is still waiting for {awaited}, because that is not a daemon.",
            "{process}'s code ended at {at}; it is still waiting for {awaited}, because they are not daemons.",
            len(awaited),
        )
    else:
        text = ngettext(
            "{process}'s code ended at {at}, and {process} waited {waited} more for {awaited}, "
            "because that is not a daemon.",
            "{process}'s code ended at {at}, and {process} waited {waited} more for {awaited}, "
            "because they are not daemons.",
            len(awaited),
        )
    return text.format(**_facts(finding), awaited=names_text(awaited), waited=_length(finding, "waited_ns"))


def _daemon_cutoff(finding: Finding) -> str:
    if len(finding.processes) < 2:
        return _("{process} was cut off at {at}, because it is a daemon.").format(**_facts(finding))
    return _("{process} was cut off at {at}, because it is a daemon and {other}'s code had ended.").format(
        **_facts(finding)
    )


def _ended_with(call: str) -> Callable[[Finding], str]:
    def text(finding: Finding) -> str:
        facts, signal = _facts(finding), _word(finding, "signal")
        if finding.facts.get("sender") is not None:
            return _("The user ended {process} at {at} with {call} ({signal}).").format(
                **facts, call=call.removesuffix("()"), signal=signal
            )
        if finding.processes[1:] == finding.processes[:1]:
            return _("{process} ended itself at {at} with {call} ({signal}).").format(**facts, call=call, signal=signal)
        return _("{other} ended {process} at {at} with {call} ({signal}).").format(**facts, call=call, signal=signal)

    return text


def _signal(finding: Finding) -> str:
    facts, signal = _facts(finding), _word(finding, "signal")
    if finding.facts.get("sender") == "user":
        return _("The user sent {signal} to {process}, which ended it at {at}.").format(**facts, signal=signal)
    if finding.facts.get("sender") is not None:
        return _("procviz sent {signal} to {process}, which ended it at {at}.").format(**facts, signal=signal)
    if len(finding.processes) < 2:
        return _("{process} was ended by {signal} at {at}; who sent it is not known.").format(**facts, signal=signal)
    if finding.processes[0] == finding.processes[1]:
        return _("{process} sent {signal} to itself, which ended it at {at}.").format(**facts, signal=signal)
    return _("{other} sent {signal} to {process}, which ended it at {at}.").format(**facts, signal=signal)


def _stopped(finding: Finding) -> str:
    facts, count = _facts(finding), len(finding.processes)
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


def _sigterm_ignored(finding: Finding) -> str:
    facts, lived = _facts(finding), _length(finding, "lived_ns")
    if finding.facts.get("going_on"):
        return _("The SIGTERM sent at {at} has not ended {process}: it lives on.").format(**facts)
    if finding.facts.get("ending") == "kill":
        return _("The SIGTERM sent at {at} did not end {process}: kill() did, {lived} later.").format(
            **facts, lived=lived
        )
    signal = finding.facts.get("ending_signal")
    if signal is not None:
        return _("The SIGTERM sent at {at} did not end {process}: {signal} did, {lived} later.").format(
            **facts, lived=lived, signal=signal
        )
    return _("The SIGTERM sent at {at} did not end {process}: it ended by itself, {lived} later.").format(
        **facts, lived=lived
    )


def _zombie(finding: Finding) -> str:
    facts, lasted = _facts(finding), _length(finding, "lasted_ns")
    if len(finding.processes) < 2:
        return _("{process} ended at {at} and stayed a zombie for {lasted}.").format(**facts, lasted=lasted)
    if finding.facts.get("going_on"):
        return _("{process} ended at {at} and is a zombie since, because {other} has not waited for it.").format(
            **facts
        )
    return _(
        "{process} ended at {at} and stayed a zombie for {lasted}: until then {other} did not wait for it."
    ).format(**facts, lasted=lasted)


def _orphan(finding: Finding) -> str:
    facts, lived = _facts(finding), _length(finding, "lived_ns")
    if len(finding.processes) < 2:
        return _("{process} lost its parent at {at} and lived {lived} without it.").format(**facts, lived=lived)
    if finding.facts.get("going_on"):
        return _("{process} is an orphan: its parent {other} ended at {at}, and it lives on.").format(**facts)
    return _("{process} was an orphan: its parent {other} ended at {at}, and it lived on for {lived}.").format(
        **facts, lived=lived
    )


def _child_failed(finding: Finding) -> str:
    kind, message = _word(finding, "type"), str(finding.facts.get("message") or "")
    if not message:
        return _("{process} failed at {at} with {type}.").format(**_facts(finding), type=kind)
    return _("{process} failed at {at} with {type}: {message}").format(**_facts(finding), type=kind, message=message)


def _crash(finding: Finding) -> str:
    return _("{process} crashed at {at} with {signal}.").format(**_facts(finding), signal=_word(finding, "signal"))


def _exit_code(finding: Finding) -> str:
    facts, code = _facts(finding), _word(finding, "exitcode")
    match finding.facts.get("cause"):
        case "sys-exit":
            return _("{process} ended itself with sys.exit() at {at}: exit code {code}.").format(**facts, code=code)
        case "os-exit":
            return _("{process} ended itself with os._exit() at {at}: exit code {code}.").format(**facts, code=code)
    return _("{process} ended at {at} with exit code {code}.").format(**facts, code=code)


def _killed_from_outside(finding: Finding) -> str:
    return _("{process} was killed from outside the program at {at}, with {signal}.").format(
        **_facts(finding), signal=_word(finding, "signal")
    )


def _events_lost(finding: Finding) -> str:
    count = _number(finding, "count")
    text = ngettext(
        "{count} event was lost: the picture may not show everything.",
        "{count} events were lost: the picture may not show everything.",
        count,
    )
    return text.format(count=count)


def _torn(finding: Finding) -> str:
    return _("The recording stops at {at}, before the run ended.").format(**_facts(finding))


_SENTENCES: dict[FindingKind, Callable[[Finding], str]] = {
    FindingKind.IMPLICIT_WAIT: _implicit_wait,
    FindingKind.DAEMON_CUTOFF: _daemon_cutoff,
    FindingKind.TERMINATE: _ended_with("terminate()"),
    FindingKind.KILL: _ended_with("kill()"),
    FindingKind.SIGNAL: _signal,
    FindingKind.STOPPED: _stopped,
    FindingKind.SIGTERM_IGNORED: _sigterm_ignored,
    FindingKind.ZOMBIE: _zombie,
    FindingKind.ORPHAN: _orphan,
    FindingKind.CHILD_FAILED: _child_failed,
    FindingKind.CRASH: _crash,
    FindingKind.EXIT_CODE: _exit_code,
    FindingKind.KILLED_FROM_OUTSIDE: _killed_from_outside,
    FindingKind.EVENTS_LOST: _events_lost,
    FindingKind.TORN: _torn,
}
