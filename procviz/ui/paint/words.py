"""Which words stand in a bar or a pill, longest first, so that a painter can take the first that fits."""

from __future__ import annotations

from procviz.chart.scene import Pill, Scene
from procviz.trace.timeline import Cause, Slice, State
from procviz.wording import _


def slice_words(scene: Scene, piece: Slice) -> tuple[str, ...]:
    """What a process was doing, with and without whom it waited for."""
    awaited = scene.life(piece.awaited) if piece.awaited is not None else None
    name = awaited.name if awaited is not None else ""
    match piece.state:
        case State.WAITING if name:
            return _("waiting in join for {name}").format(name=name), _("waiting in join"), _("waiting")
        case State.WAITING:
            return _("waiting in join"), _("waiting")
        case State.WAITING_AT_EXIT if name:
            return _("waiting at exit for {name}").format(name=name), _("waiting at exit"), _("waiting")
        case State.WAITING_AT_EXIT:
            return _("waiting at exit"), _("waiting")
    return (state_word(piece.state),)


def state_word(state: State) -> str:
    words = {
        State.STARTING: _("starting"),
        State.RUNNING: _("running"),
        State.WAITING: _("waiting in join"),
        State.WAITING_AT_EXIT: _("waiting at exit"),
        State.EXITING: _("exiting"),
        State.ORPHANED: _("orphaned"),
        State.ZOMBIE: _("zombie"),
    }
    return words[state]


def pill_words(pill: Pill) -> str:
    """The exit code, and the signal or the cause where the code alone does not tell."""
    if pill.exitcode is None and pill.signal is None:
        return _("exit code unknown")
    code = _("exit {code}").format(code=pill.exitcode) if pill.exitcode is not None else ""
    cause = _cause(pill)
    return " · ".join(part for part in (code, cause) if part)


def _cause(pill: Pill) -> str:
    if pill.cause is Cause.DAEMON_CUTOFF:
        return _("cut off: daemon")
    if pill.signal is not None:
        return pill.signal
    return _("exception") if pill.cause is Cause.EXCEPTION else ""
