"""What recording changes for a program, and what of the picture comes from procviz's own pace, in sentences.

The ids are those of `Header.changed`. Whoever adds one there adds its sentence here; a test compares them.
"""

from __future__ import annotations

from collections.abc import Callable

from procviz.trace.records import Header
from procviz.wording import _
from procviz.wording.quantities import duration_text


def influence_texts(header: Header) -> list[str]:
    """One sentence each: what was other for the program than without procviz, then how the figures were taken."""
    texts = [_CHANGED[name]() for name in header.changed if name in _CHANGED]
    texts.append(
        _(
            "CPU and memory are read every {duration}, and less often where that would cost too much: "
            "what lies between two readings is their average, and a peak between them may be missing."
        ).format(duration=duration_text(header.interval_ns))
    )
    if header.witness == "pidfd":
        texts.append(
            _(
                "Births and ends are stamped when procviz hears of them, which busy processors delay: "
                "every moment says how exactly it is known."
            )
        )
    return texts


_CHANGED: dict[str, Callable[[], str]] = {
    "environment": lambda: _(
        "The program found variables in its environment that were not there before (PROCVIZ_…, PYTHONPATH)."
    ),
    "own-session": lambda: _(
        "The program ran in a session and a process group of its own, without a controlling terminal: "
        "Ctrl-C reached it through procviz."
    ),
    "adopter-of-orphans": lambda: _(
        "Processes whose parent ended came to procviz, not to the system's first process: getppid() told them its pid. "
        "procviz waited for them at once; how long that took is not told as theirs."
    ),
    "own-job": lambda: _("The program ran in a job object of procviz's: all of it ends with the run."),
    "stdout-terminal": lambda: _(
        "What it printed went to a terminal of procviz's: isatty() was true, and lines were written "
        "as they were complete."
    ),
    "stdout-pipe": lambda: _(
        "What it printed went into a pipe: isatty() was false, and Python wrote it out in blocks."
    ),
    "unbuffered": lambda: _("PYTHONUNBUFFERED was set: what it printed was written at once, piece by piece."),
    "stdin-empty": lambda: _("Its standard input was empty."),
    "run-from-copy": lambda: _("It was run from a copy of its text, in a folder of the run."),
    "probe": lambda: _(
        "procviz's probe was loaded into each of its Python processes, which start up to a millisecond later for it."
    ),
    "monitoring": lambda: _(
        "The probe used one of the tools of sys.monitoring, under the name “procviz”, to learn of the last line of the "
        "main script."
    ),
}
