"""Why a process ended, with what and by whom: the one table of causes.

A cause is only named where a fact says it. An exit code 0 alone does not say that the code returned; a signal alone
does not say who sent it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from procviz.trace.folding.evidence import RANK, WAITS, Asked, Evidence, in_time
from procviz.trace.records import Step, Witness, encode_line
from procviz.trace.signal_names import CRASHES, SELF_MADE, SIGKILL, fault_name, signal_name
from procviz.trace.timeline import Cause, Failure, Kind, Life, Place


@dataclass(frozen=True, slots=True)
class Sent:
    """A signal that was sent to the process: by a process of the run (`caller`) or by somebody else (`sender`)."""

    t: int
    signal: int
    how: str  # terminate, kill, os.kill, os.killpg, or the user's act
    caller: int | None = None
    sender: str | None = None  # "user"
    implicit: bool = False
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """What a process ended with: `exitcode` as multiprocessing says it, `signal` as the system does."""

    exitcode: int | None = None
    witness: Witness | None = None
    signal: int | None = None
    signal_witness: Witness | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    cause: Cause = Cause.UNKNOWN
    by: int | str | None = None
    place: Place | None = None
    failure: Failure | None = None
    how: str | None = None  # the call or act that sent the signal, as `Sent.how`


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else decides who may have sent a signal."""

    system: str = "Linux"
    all_heard: bool = False  # the probe hears every process that could have sent one
    group_signals: tuple[tuple[int, int], ...] = field(default=())  # (t, signal) sent to groups we do not know


# Calls and acts that end a process with their signal. Everything else that sends one is Cause.SIGNAL.
_BY_CALL = {"terminate": Cause.TERMINATE, "kill": Cause.KILL}
_BY_RUN = {15: Cause.TERMINATE, 9: Cause.KILL}  # stop and timeout of the whole run
_DIES_WITHIN_NS = 2_000_000_000
_AGAIN_NS = 100_000_000
_OUTCOMES = {
    "returned": Cause.RETURNED,
    "exception": Cause.EXCEPTION,
    "sys-exit": Cause.SYS_EXIT,
    "os-exit": Cause.OS_EXIT,
}


def status_of(evidence: Evidence) -> Status:
    """The exit code and the signal by the best witness who knows; empty while the process lives."""
    life = evidence.life
    if life.ended is None:
        return Status()
    codes = sorted(_codes(evidence))
    if not codes:
        return Status()
    _rank, _order, _t, status, witness = codes[0]
    signal = -status if status < 0 else None
    told = _as_multiprocessing_says(evidence) if life.start_method == "forkserver" else None
    if told is not None:
        return Status(told, Witness.CALL, signal, Witness(witness) if signal else None)
    return Status(status, Witness(witness), signal, Witness(witness) if signal else None)


def how_it_ended(
    life: Life, evidence: Evidence, status: Status, sent: list[Sent], around: Surroundings | None, system: str = "Linux"
) -> Ending:
    """The cause from the table: a signal first, then what the code itself did."""
    if life.ended is None:
        return Ending()
    if status.signal is not None:
        return _by_signal(life, status, sent, around)
    if system == "Windows":
        told = _by_exit_code(life, status, sent)
        if told is not None:
            return told
    left = _os_exit(evidence)
    if left is not None:
        return Ending(Cause.OS_EXIT, place=left.place)
    step = _last_word(life, evidence.steps)
    if step is None or (step.outcome == "sys-exit" and step.exitcode and status.exitcode == 0):
        return Ending()  # of code that was given with -c only its calls are seen, and this one was caught
    cause = _OUTCOMES.get(step.outcome or "", Cause.UNKNOWN)
    failure = Failure(step.exception or "", step.message or "", step.traceback or "")
    return Ending(cause, failure=failure if cause is Cause.EXCEPTION else None)


def _by_exit_code(life: Life, status: Status, sent: list[Sent]) -> Ending | None:
    """Windows has no signals: Popen's terminate() and kill() end a process with 1, os.kill() with its number."""
    assert life.ended is not None
    if fault_name(status.exitcode, "Windows") is not None:
        return Ending(Cause.CRASH)
    for one in reversed(sent):
        with_code = 1 if one.how in _BY_CALL else one.signal
        if 0 <= life.ended.ts_ns - one.t <= _DIES_WITHIN_NS and status.exitcode == with_code:
            return Ending(_cause_of(one), _sender_of(one), one.place, how=one.how)
    return None


def is_unexplained(life: Life, status: Status, sent: list[Sent]) -> bool:
    """Whether only the surroundings can say who sent the signal it died of."""
    return life.ended is not None and status.signal is not None and _fitting(life, status.signal, sent) is None


def _codes(evidence: Evidence) -> Iterable[tuple[int, int, int, int, str]]:
    """(rank, order, time, code, witness): the system's word first, what a process meant to exit with last."""
    for ended in evidence.ended:
        if ended.exitcode is not None:
            witness = ended.code_w or ended.w
            yield RANK[witness], 0, ended.t, ended.exitcode, witness.value
    for reaped in evidence.reaped:
        if reaped.exitcode is not None:
            yield RANK[reaped.w], 1, reaped.t, reaped.exitcode, reaped.w.value
    for t, code in _learnt(evidence):
        yield RANK[Witness.CALL], 2, t, code, Witness.CALL.value
    for step in evidence.steps:
        if step.exitcode is not None:
            yield RANK[Witness.CALL], 3, -step.t, step.exitcode, Witness.CALL.value


def _learnt(evidence: Evidence) -> list[tuple[int, int]]:
    """When others learnt its exit code by waiting for it."""
    returned = [asked.called for asked in evidence.aimed.values() if asked.call and asked.call.name in WAITS]
    return [(called.t, called.result) for called in returned if called is not None and called.result is not None]


def _as_multiprocessing_says(evidence: Evidence) -> int | None:
    """A forkserver child is the server's: its starter only knows what the server tells, 255 if that died."""
    told = [
        (reaped.t, reaped.exitcode)
        for reaped in evidence.reaped
        if reaped.w is Witness.CALL and reaped.exitcode is not None and reaped.by == evidence.life.parent
    ]
    told += _learnt(evidence)
    return min(told)[1] if told else None


def _by_signal(life: Life, status: Status, sent: list[Sent], around: Surroundings | None) -> Ending:
    assert status.signal is not None
    fitting = _fitting(life, status.signal, sent)
    if fitting is not None:
        return Ending(_cause_of(fitting), _sender_of(fitting), fitting.place, how=fitting.how)
    around = around or Surroundings()
    name = signal_name(status.signal, around.system)
    if name in CRASHES:
        return Ending(Cause.CRASH)
    return Ending(Cause.SIGNAL, "outside" if _from_outside(life, status, name, around) else None)


def _cause_of(sent: Sent) -> Cause:
    if sent.implicit and sent.how in _BY_CALL:
        return Cause.DAEMON_CUTOFF
    if sent.how in ("stop", "timeout"):
        return _BY_RUN.get(sent.signal, Cause.SIGNAL)
    return _BY_CALL.get(sent.how, Cause.SIGNAL)


def _sender_of(sent: Sent) -> int | str | None:
    if sent.sender is None:
        return sent.caller
    return "keyboard" if sent.how == "ctrl-c" else sent.sender


def _fitting(life: Life, signal: int, sent: list[Sent]) -> Sent | None:
    """The sending of the signal that it died of: the last before the end, but there is no surviving the first kill."""
    assert life.ended is not None
    fit = [one for one in sent if one.signal == signal and one.t <= life.ended.ts_ns]
    pick = min if signal == SIGKILL else max
    picked = pick(fit, key=lambda one: (one.t, one.caller or 0, one.how)) if fit else None
    if picked is None or picked.place is not None or picked.caller is None:
        return picked
    # A library that sends once more what the program has sent just before it: the program's line says more.
    own = [one for one in fit if one.caller == picked.caller and one.place and abs(picked.t - one.t) <= _AGAIN_NS]
    return max(own, key=lambda one: one.t, default=picked)


def _from_outside(life: Life, status: Status, name: str, around: Surroundings) -> bool:
    assert life.ended is not None
    if name in SELF_MADE or status.signal_witness not in (Witness.KERNEL, Witness.OS) or not around.all_heard:
        return False
    return not any(signal == status.signal and t <= life.ended.ts_ns for t, signal in around.group_signals)


def _os_exit(evidence: Evidence) -> Asked | None:
    """Its own os._exit, unless its code had ended before: then that is how multiprocessing leaves a child."""
    over = evidence.life.code_ended
    exits = [asked for asked in in_time(evidence.exits.values()) if not asked.failed]
    return next((one for one in exits if one.call and (over is None or one.call.t < over.ts_ns)), None)


def _last_word(life: Life, steps: list[Step]) -> Step | None:
    """The step that says with what the code ended: the target's of a child, the script's of the rest."""
    first = "target-ended" if life.kind is Kind.MULTIPROCESSING else "code-ended"
    said = [step for step in steps if step.outcome is not None and step.step in ("target-ended", "code-ended")]
    return min(said, key=lambda step: (step.step != first, step.t, encode_line(step)), default=None)
