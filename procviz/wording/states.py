"""What processes are, do and end with, in words: labels and clauses for bars, pills, tables and tooltips.

Every text is looked up when it is asked for, never when this file is read: the language may change in between.
"""

from __future__ import annotations

from collections.abc import Callable

from procviz.trace.records import Witness
from procviz.trace.signal_names import TERMINATE_PROCESS
from procviz.trace.timeline import Cause, Kind, Life, State, Timeline
from procviz.wording import _
from procviz.wording.findings.facts import name_text
from procviz.wording.foreign_text import shown
from procviz.wording.quantities import close_up, duration_text


def state_text(state: State) -> str:
    """What a process was doing."""
    return _STATES[state]()


def kind_text(kind: Kind) -> str:
    """What sort of process it is."""
    return _KINDS[kind]()


def witness_text(witness: Witness) -> str:
    """Who saw a moment."""
    return _WITNESSES[witness]()


def precision_text(precision_ns: int | None) -> str:
    """How exactly a moment is known."""
    if precision_ns is None:
        return _("not known how exactly")
    if precision_ns == 0:
        return _("exact")
    return _("up to {duration} earlier").format(duration=duration_text(precision_ns))


def process_name(life: Life, timeline: Timeline | None = None) -> str:
    """What to call a process: "main", its name, or its number in the recording where it has none.

    With a timeline, for where its pid does not stand beside it: with the pid where others have the same name.
    """
    name = life.name if timeline is None else timeline.label(life)
    return name_text(None if life.kind is Kind.MAIN else name or f"#{life.id}")


def who_text(by: int | str | None, timeline: Timeline | None = None) -> str:
    """Who did it: a process of the run (its number where there is no timeline to look it up in), or somebody else."""
    if isinstance(by, int):
        life = timeline.lives.get(by) if timeline is not None else None
        if life is None or timeline is None:
            return _("process {number}").format(number=by)
        return process_name(life, timeline)
    others = {"user": _("the user"), "procviz": _("procviz"), "outside": _("someone outside"), "keyboard": _("Ctrl-C")}
    return others.get(by or "", _("unknown"))


def cause_text(life: Life, timeline: Timeline | None = None) -> str:
    """Why a process ended, as a clause; with the timeline who did it has its name. "" while it lives."""
    if life.ended is None:
        return ""
    if life.ended_with in _STOPS:
        return _STOPS[life.ended_with](life)
    call = _CALLS.get(life.cause)
    if call is not None and life.by is not None:
        return _done_by(call, life, timeline)
    if life.cause is Cause.SIGNAL and isinstance(life.by, int):
        return _sent_by(life, timeline)
    return _CAUSES[life.cause](life)


def exit_text(exitcode: int | None, signal: str | None = None) -> str:
    """An exit code in words."""
    if exitcode is None:
        return _("not observed")
    if signal is not None:
        return _("{exitcode}: ended by {signal}").format(exitcode=exitcode, signal=signal)
    if exitcode == 0:
        return _("0: no error")
    return _("{exitcode}: an error, or a number that the program chose").format(exitcode=exitcode)


def pill_text(life: Life) -> str:
    """The few words at the end of a bar; "" while the process lives."""
    if life.ended is None:
        return ""
    if life.cause is Cause.DAEMON_CUTOFF:
        return _("cut off: daemon")
    if life.ended_with in _STOPS:
        return _("time limit") if life.ended_with == "timeout" else _("stopped")
    if life.exitcode is None:
        return _("exit code unknown")
    if life.signal is not None:
        return _("exit {code} {signal}").format(code=life.exitcode, signal=life.signal)
    return _("exit {code}").format(code=life.exitcode)


def _done_by(call: str, life: Life, timeline: Timeline | None) -> str:
    who = who_text(life.by, timeline)
    if life.cause_place is not None:
        return close_up(_("{call} by {who}, line {line}").format(call=call, who=who, line=life.cause_place.line))
    return close_up(_("{call} by {who}").format(call=call, who=who))


def _sent_by(life: Life, timeline: Timeline | None) -> str:
    if life.signal is None:
        return _done_by("os.kill()", life, timeline)
    signal, who = life.signal or TERMINATE_PROCESS, who_text(life.by, timeline)
    if life.cause_place is None:
        own, others = _("{signal} sent by itself"), _("{signal} sent by {who}")
        return close_up((own if life.by == life.id else others).format(signal=signal, who=who))
    own, others = _("{signal} sent by itself, line {line}"), _("{signal} sent by {who}, line {line}")
    text = own if life.by == life.id else others
    return close_up(text.format(signal=signal, who=who, line=life.cause_place.line))


def _exception(life: Life) -> str:
    if life.failure is None or not life.failure.type:
        return _("an exception")
    return _("exception {type}").format(type=shown(life.failure.type))


def _signal(life: Life) -> str:
    signal = life.signal or TERMINATE_PROCESS
    if life.by == "outside":
        return _("{signal} from outside").format(signal=signal)
    if life.by == "keyboard":
        return _("Ctrl-C (interrupt from the keyboard)")
    if life.by == "user":
        return _("{signal} by the user").format(signal=signal)
    if life.by == "procviz":
        return _("{signal} by procviz").format(signal=signal)
    return _("{signal}, sender unknown").format(signal=signal)


_STATES: dict[State, Callable[[], str]] = {
    State.STARTING: lambda: _("starting"),
    State.RUNNING: lambda: _("running"),
    State.WAITING: lambda: _("waiting"),
    State.WAITING_AT_EXIT: lambda: _("waiting at exit"),
    State.EXITING: lambda: _("exiting"),
    State.SUSPENDED: lambda: _("suspended"),
    State.ORPHANED: lambda: _("orphaned"),
    State.ZOMBIE: lambda: _("zombie"),
}
_KINDS: dict[Kind, Callable[[], str]] = {
    Kind.MAIN: lambda: _("main"),
    Kind.MULTIPROCESSING: lambda: _("multiprocessing"),
    Kind.SUBPROCESS: lambda: _("subprocess"),
    Kind.FORK: lambda: _("fork"),
    Kind.HELPER: lambda: _("helper"),
}
_WITNESSES: dict[Witness, Callable[[], str]] = {
    Witness.KERNEL: lambda: _("the kernel's event"),
    Witness.OS: lambda: _("a notice of the operating system"),
    Witness.CALL: lambda: _("the program's own call"),
    Witness.POLL: lambda: _("looking from time to time"),
}
# What ends a whole run, and is nothing that the program did.
_STOPS: dict[str | None, Callable[[Life], str]] = {
    "timeout": lambda life: _("time limit of the run"),
    "stop": lambda life: _("stopped by procviz") if life.by == "procviz" else _("stopped by the user"),
}
_CALLS = {Cause.TERMINATE: "terminate()", Cause.KILL: "kill()"}
_CAUSES: dict[Cause, Callable[[Life], str]] = {
    Cause.RETURNED: lambda life: _("its code ended"),
    Cause.EXCEPTION: _exception,
    Cause.SYS_EXIT: lambda life: _("sys.exit()"),
    Cause.OS_EXIT: lambda life: _("os._exit()"),
    Cause.TERMINATE: lambda life: _("terminate()"),
    Cause.KILL: lambda life: _("kill()"),
    Cause.DAEMON_CUTOFF: lambda life: _("cut off: daemon"),
    Cause.SIGNAL: _signal,
    Cause.CRASH: lambda life: _("crash, {signal}").format(signal=life.signal or f"0x{life.exitcode or 0:08X}"),
    Cause.UNKNOWN: lambda life: _("ended by itself") if life.exitcode == 0 else _("not known"),
}
