"""Starting the program on Windows: by subprocess, into the job that the recorder is in already."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from procviz.recorder.output.streams import Stream

_NO_WINDOW = 0x8000000  # CREATE_NO_WINDOW: a program of the window's opens no console beside it
_NEW_GROUP = 0x200  # CREATE_NEW_PROCESS_GROUP: it can be told to break, and does not hear our Ctrl-C


class Program:
    """The program's first process. It runs from the start; what kept it from that is told by `go`."""

    def __init__(self, process: subprocess.Popen[bytes] | None, failure: OSError | None, begin_ns: int) -> None:
        self._process = process  # keeps the pid from coming again
        self._failure = failure
        self.pid = process.pid if process is not None else 0
        self.begin_ns = begin_ns
        self.forked_ns = time.monotonic_ns()

    def go(self) -> None:
        """Raise what kept it from starting."""
        if self._failure is not None:
            raise self._failure


def start(
    command: list[str], cwd: str, variables: dict[str, str], streams: list[Stream], stdin: int, own_group: bool
) -> Program:
    """Start it. With `own_group` it can be told to break, else it hears the Ctrl-C of our console."""
    executable, more = real_interpreter(command[0])
    if own_group:  # nobody but procviz reads what it prints, so it need not be what this system's consoles read
        more["PYTHONIOENCODING"] = variables.get("PYTHONIOENCODING", "utf-8")
    begin_ns = time.monotonic_ns()
    process, failure = None, None
    try:
        process = subprocess.Popen(
            [executable, *command[1:]],
            cwd=cwd,
            env=variables | more,
            stdin=stdin,
            stdout=streams[0].write_end,
            stderr=streams[-1].write_end,
            creationflags=_NEW_GROUP | _NO_WINDOW if own_group and sys.platform == "win32" else 0,
        )
    except OSError as error:
        failure = error
    program = Program(process, failure, begin_ns)
    for stream in streams:
        os.close(stream.write_end)
    return program


def real_interpreter(executable: str) -> tuple[str, dict[str, str]]:
    """The interpreter behind the python.exe of a virtual environment, and the variable that tells it where it is.

    That python.exe only starts the real one and waits, which would be two processes for one. multiprocessing goes the
    same way.
    """
    place = Path(executable)
    for folder in (place.parent, place.parent.parent):
        settings = _settings(folder / "pyvenv.cfg")
        home = settings.get("home")
        candidates = [settings.get("executable"), home and str(Path(home) / place.name)]
        for candidate in candidates:
            if candidate and Path(candidate).is_file():
                return candidate, {"__PYVENV_LAUNCHER__": str(place)}
    return executable, {}


def _settings(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    pairs = (line.partition("=") for line in lines)
    return {name.strip().lower(): value.strip() for name, found, value in pairs if found}
