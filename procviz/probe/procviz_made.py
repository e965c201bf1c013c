"""The functions by which a process makes another one that is not its copy, and when the system made it.

A fork announces itself to whoever asks for it (see procviz_life.py); these do not. This file must not know why a
process is made: that is told by who called (see procviz_calls.py).
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from procviz.probe.procviz_life import state
    from procviz.probe.procviz_tell import note_fork, now, quietly, ring, tell
    from procviz.probe.procviz_wrap import disguise, unseen
else:
    from procviz_life import state
    from procviz_tell import note_fork, now, quietly, ring, tell
    from procviz_wrap import disguise, unseen

# A vfork is over in no time, but its parent only goes on when the child has become another program.
_VFORK_NS = 100_000
_POSIX_SPAWN_NS = 300_000  # the arguments are converted first
_FORK_EXEC_IS_VFORK = sys.platform == "linux" and sys.version_info >= (3, 10)


def watch_subprocess(subprocess: "Any") -> None:
    """Watch what subprocess makes its children with."""
    if hasattr(subprocess, "_fork_exec"):
        _watch(subprocess, "_fork_exec", _VFORK_NS if _FORK_EXEC_IS_VFORK else None)
    elif hasattr(subprocess, "_posixsubprocess"):
        _watch(subprocess._posixsubprocess, "fork_exec", _VFORK_NS if _FORK_EXEC_IS_VFORK else None)


def watch_util(util: "Any") -> None:
    """Watch what multiprocessing spawns with."""
    if hasattr(util, "spawnv_passfds"):
        _watch(util, "spawnv_passfds", _VFORK_NS if _FORK_EXEC_IS_VFORK else None)


def watch_os() -> None:
    """Watch os.posix_spawn and os.posix_spawnp."""
    for name in ("posix_spawn", "posix_spawnp"):
        if hasattr(os, name):
            _watch(os, name, _POSIX_SPAWN_NS if sys.platform == "linux" else None)


def _watch(owner: "Any", name: str, within_ns: "int | None") -> None:
    original = getattr(owner, name)

    def maker(*args: "Any", **kwargs: "Any") -> "Any":
        began = now()
        try:
            pid = original(*args, **kwargs)
        except BaseException as error:
            unseen(error)
            raise
        quietly(_made, began, now(), pid, within_ns)
        return pid

    disguise(maker, original)
    setattr(owner, name, maker)


def _made(began: int, ended: int, pid: object, within_ns: "int | None") -> None:
    if not isinstance(pid, int) or pid <= 0:
        return
    if state.fork_began > began:  # it was a plain fork after all
        began = state.fork_began
    elif within_ns is not None:
        ended = min(ended, began + within_ns)
    note_fork(began, ended, pid)
    tell("forks")
    ring()
