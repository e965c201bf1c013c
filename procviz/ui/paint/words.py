"""Which words stand in a bar or a pill, longest first, so that a painter can take the first that fits."""

from __future__ import annotations

from procviz.chart.scene import Pill, Scene
from procviz.trace.timeline import Cause, Slice, State
from procviz.ui.paint.canvas import TEXT_PX
from procviz.ui.paint.fonts import text_px
from procviz.wording import _
from procviz.wording.foreign_text import shown
from procviz.wording.states import pill_text, process_name, state_text

LONGEST_TYPE = 40  # letters
PILL_AIR_PX = 44.0  # the padding inside a pill, its distance from the bar, and some air behind it


def slice_words(scene: Scene, piece: Slice) -> tuple[str, ...]:
    """What a process was doing, with and without whom it waited for."""
    awaited = scene.life(piece.awaited) if piece.awaited is not None else None
    name = process_name(awaited, scene.timeline) if awaited is not None else ""
    match piece.state:
        case State.WAITING if name:
            return _("waiting for {name}").format(name=name), _("waiting")
        case State.WAITING:
            return (_("waiting"),)
        case State.WAITING_AT_EXIT if name:
            return _("waiting at exit for {name}").format(name=name), _("waiting at exit"), _("waiting")
        case State.WAITING_AT_EXIT:
            return _("waiting at exit"), _("waiting")
    return (state_text(piece.state),)


def off_cpu_words() -> tuple[str, ...]:
    """What a bar says that is running but for the most part off the CPU."""
    return _("running, off CPU"), _("off CPU")


def last_words_px(scene: Scene) -> float:
    """What the pills behind the lives that end last take of the plot; those of others fit behind a shorter bar."""
    late_ns = scene.begin_ns + 0.75 * (scene.last_ns - scene.begin_ns)
    late = (text_px(pill_words(scene, pill), TEXT_PX, None) for pill in scene.pills if pill.ts_ns >= late_ns)
    return max(late, default=0.0) + PILL_AIR_PX


def pill_choices(scene: Scene, pill: Pill) -> tuple[str, ...]:
    """The words of a pill, and the code alone for where they do not fit."""
    words = pill_words(scene, pill)
    return (words,) if pill.exitcode is None else (words, _("exit {code}").format(code=pill.exitcode))


def pill_words(scene: Scene, pill: Pill) -> str:
    """How a life ended: the exit code, and what the code alone does not tell."""
    life = scene.life(pill.upid)
    if life is None:
        return ""
    words = [pill_text(life)]
    if life.cause is Cause.DAEMON_CUTOFF and life.exitcode is not None:
        words.insert(0, _("exit {code}").format(code=life.exitcode))
    if life.cause is Cause.EXCEPTION and life.failure is not None and life.failure.type:
        words.append(shown(life.failure.type, LONGEST_TYPE))
    return " · ".join(words)
