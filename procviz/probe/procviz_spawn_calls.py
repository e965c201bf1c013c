"""The functions by which a process makes another one that is not its copy, and when the system made it.

A fork announces itself to whoever asks for it (see procviz_life_steps.py); these do not. This file must not know why a
process is made: that is told by who called (see procviz_calls.py).
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from procviz.probe.procviz_event_writer import note_fork, now, quietly, ring, tell
    from procviz.probe.procviz_life_steps import state
    from procviz.probe.procviz_wrap import disguise, unseen
else:
    from procviz_event_writer import note_fork, now, quietly, ring, tell
    from procviz_life_steps import state
    from procviz_wrap import disguise, unseen


def watch_subprocess(subprocess: "Any") -> None:
    """Watch what subprocess makes its children with."""
    if hasattr(subprocess, "_fork_exec"):
        _watch(subprocess, "_fork_exec")
    elif hasattr(subprocess, "_posixsubprocess"):
        _watch(subprocess._posixsubprocess, "fork_exec")


def watch_util(util: "Any") -> None:
    """Watch what multiprocessing spawns with."""
    if hasattr(util, "spawnv_passfds"):
        _watch(util, "spawnv_passfds")


def watch_os() -> None:
    """Watch os.posix_spawn and os.posix_spawnp."""
    for name in ("posix_spawn", "posix_spawnp"):
        if hasattr(os, name):
            _watch(os, name)


def _watch(owner: "Any", name: str) -> None:
    original = getattr(owner, name)

    def maker(*args: "Any", **kwargs: "Any") -> "Any":
        began = now()
        try:
            pid = original(*args, **kwargs)
        except BaseException as error:
            unseen(error)
            raise
        quietly(_made, began, now(), pid)
        return pid

    disguise(maker, original)
    setattr(owner, name, maker)


def _made(began: int, ended: int, pid: object) -> None:
    if isinstance(pid, int) and pid > 0:
        note_fork(max(began, state.fork_began), ended, pid)  # where it was a plain fork, that is the later begin
        tell("forks")
        ring(pid)
