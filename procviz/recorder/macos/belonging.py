"""Which processes belong to a run where orphans do not come back to us: macOS and the BSDs have no subreaper.

Whoever descends from us, is in the session that the program was given, carries the run's mark in its environment, or
has told of itself through the probe. A process that is none of these (it left the session with an environment of its
own, its parents are gone, and it is no Python) cannot be told from a stranger's, and is left alone.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys

from procviz.recorder import run_folder
from procviz.recorder.system_calls import process_tree, psutil_lookup
from procviz.recorder.system_calls.process_identity import Stat

_SESSION_FILE = "session"


class Belonging:
    """Knows the members of the run whose folder this is; the guard and the recorder have one each."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._token = run_folder.token(folder)
        self._told: dict[int, int] = {}  # pid -> when it spoke last

    def note_session(self, session: int) -> None:
        """The program's session, for whoever comes after us."""
        with open(os.path.join(self._folder, _SESSION_FILE), "w", encoding="ascii") as file:
            file.write(str(session))

    def read_events(self) -> None:
        """Learn from the probe's events who there is, when there is no recorder any more that knows."""
        with contextlib.suppress(OSError), open(os.path.join(self._folder, "events"), "rb") as file:
            for line in file:
                with contextlib.suppress(ValueError, KeyError, TypeError):
                    event = json.loads(line)
                    self._told[int(event["pid"])] = int(event["t"])

    def in_session(self) -> list[Stat]:
        """Who is in the program's session, zombies left out: cheap, and almost everybody of a run."""
        import psutil

        session = self._session()
        pids = [] if session is None else [pid for pid in psutil.pids() if _session_of(pid) == session]
        return [stat for pid in pids if (stat := process_tree.read_stat(pid)) is not None and stat.state != "Z"]

    def members(self, *, marks: bool) -> list[Stat]:
        """Everybody who can be found, zombies left out. With `marks` environments are read too, which takes longest."""
        everyone = process_tree.every_process()
        session = self._session()
        below = {stat.identity.pid for stat in process_tree.below(os.getpid(), everyone)}
        found = []
        for pid, stat in everyone.items():
            if pid == os.getpid() or stat.state == "Z":
                continue
            known = pid in below or (session is not None and _session_of(pid) == session) or self._has_spoken(stat)
            if known or (marks and psutil_lookup.carries(pid, self._token)):
                found.append(stat)
        return found

    def _has_spoken(self, stat: Stat) -> bool:
        """A pid names one process at a time: who has it since before it spoke is who spoke."""
        spoke_ns = self._told.get(stat.identity.pid)
        return spoke_ns is not None and psutil_lookup.born_ns(stat.identity) <= spoke_ns

    def _session(self) -> int | None:
        try:
            with open(os.path.join(self._folder, _SESSION_FILE), encoding="ascii") as file:
                return int(file.read())
        except (OSError, ValueError):
            return None


def _session_of(pid: int) -> int | None:
    if sys.platform == "win32":
        return None
    try:
        return os.getsid(pid)
    except OSError:
        return None
