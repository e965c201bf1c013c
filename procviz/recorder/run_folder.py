"""The private folder of one run: the probe's events, the doorbell, the source that is run. Gone when the run is.

Standard library only: the guards make it and take it away. Next to what the run needs it holds `owner`, the first
guard's pid and start time, and the second's, so that a later run can tell a folder in use from one whose guards were
killed.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time

from procviz.recorder.system_calls import process_tree
from procviz.recorder.system_calls.process_identity import Identity

_PREFIX = "procviz-run-"
FIRST, SECOND = "owner", "second"  # each guard's signature is a file of its own
_SIGNED_WITHIN_S = 60.0  # it takes a moment


def make() -> str:
    """Make a folder that only this user can enter, in memory where the system offers that."""
    for parent in _parents():
        path = os.path.join(parent, _PREFIX + os.urandom(8).hex())
        try:
            os.mkdir(path, 0o700)
        except OSError:
            continue
        try:
            sign(path, FIRST)
        except OSError:
            remove(path)
            continue
        return path
    raise OSError("no folder for temporary files can be written")


def token(path: str) -> str:
    """What marks every process of this run, as PROCVIZ_RUN in its environment."""
    return os.path.basename(path).removeprefix(_PREFIX)


def remove(path: str) -> None:
    """Take the folder away, and the folders that multiprocessing made and could not remove any more."""
    if not os.path.isdir(path):
        return
    import shutil

    for folder in [
        *_temporary_folders(os.path.join(path, "tempdirs")),
        *_temporary_folders(os.path.join(path, "events")),
    ]:
        shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(path, ignore_errors=True)


def sweep_abandoned() -> None:
    """End what runs left behind whose guard was killed together with everything above it, and their folders."""
    for parent in _parents():
        with contextlib.suppress(OSError):
            for name in os.listdir(parent):
                path = os.path.join(parent, name)
                if name.startswith(_PREFIX) and _is_ours(path) and _abandoned(path):
                    process_tree.end_marked(token(path))
                    remove(path)


def _parents() -> list[str]:
    if sys.platform == "win32":
        wanted = [os.environ.get("TEMP"), os.environ.get("TMP")]
    else:
        wanted = [os.environ.get("XDG_RUNTIME_DIR"), "/dev/shm", os.environ.get("TMPDIR"), "/tmp"]
    return [path for path in wanted if path and os.path.isdir(path) and os.access(path, os.W_OK)]


def sign(path: str, which: str) -> None:
    """Say that the run is in the care of this process. Raises OSError."""
    stat = process_tree.read_stat(os.getpid())
    ticks = stat.identity.start_ticks if stat else 0
    with open(os.path.join(path, which), "w", encoding="ascii") as file:
        file.write(f"{sys.platform} {os.getpid()} {ticks}")


def _abandoned(path: str) -> bool:
    """Whether the guards that signed are surely gone: in any doubt their run goes on."""
    return _is_gone(path, FIRST) and (not os.path.exists(os.path.join(path, SECOND)) or _is_gone(path, SECOND))


def _is_gone(path: str, which: str) -> bool:
    try:
        with open(os.path.join(path, which), encoding="ascii") as file:
            system, pid, ticks = file.read().split()
        owner = Identity(int(pid), int(ticks))
    except (OSError, ValueError):
        return _age_s(path) > _SIGNED_WITHIN_S
    if system != sys.platform:
        return False  # start times are counted differently there
    if sys.platform != "linux":
        from procviz.recorder.system_calls import psutil_lookup

        return psutil_lookup.is_gone(owner)
    stat = process_tree.read_stat(owner.pid)
    if stat is None:
        return not os.path.exists(f"/proc/{owner.pid}")  # it may also be that no more files can be opened
    return stat.identity != owner or stat.state in "ZX"


def _age_s(path: str) -> float:
    try:
        return time.time() - os.stat(path).st_mtime
    except OSError:
        return 0.0


def _is_ours(path: str) -> bool:
    return sys.platform == "win32" or os.stat(path).st_uid == os.getuid()  # there each user has a TEMP


def _temporary_folders(events: str) -> list[str]:
    """The pymp-* folders that the probe told of; nothing else may be removed on its word."""
    import json

    found = []
    with contextlib.suppress(OSError), open(events, "rb") as file:
        for line in file:
            if b'"tempdir"' not in line:
                continue
            with contextlib.suppress(ValueError):
                path = json.loads(line).get("path", "")
                if os.path.basename(path).startswith("pymp-") and os.path.isdir(path) and not os.path.islink(path):
                    found.append(path)
    return found
