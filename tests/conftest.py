"""What holds for every test: a bare machine's environment, nobody's own folders, and nothing alive afterwards.

The environment is set before anything of procviz or Qt is imported, so that no test can touch the settings, recordings
or caches of whoever runs it, and none depends on a screen, a language or a variable of that machine.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import itertools
import os
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest


def _own_folder() -> Path:
    """Of this process alone: a worker of pytest-xdist has one beside that of the process that directs it."""
    worker = os.environ.pop("PYTEST_XDIST_WORKER", "")  # what the tests start is no worker
    if not worker:
        return Path(tempfile.mkdtemp(prefix="procviz-tests-"))
    directing = Path(os.environ["HOME"]).parent
    folder = directing.with_name(f"{directing.name}-{worker}")
    folder.mkdir(mode=0o700)
    return folder


_HOME = _own_folder()
_FOLDERS = {
    "HOME": "home",
    "USERPROFILE": "home",
    "APPDATA": "home/roaming",
    "LOCALAPPDATA": "home/local",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_CACHE_HOME": "cache",
    "XDG_STATE_HOME": "state",
    "XDG_RUNTIME_DIR": "run",
    "TMPDIR": "tmp",
    "TEMP": "tmp",
    "TMP": "tmp",
}
_NOT_OF_A_BARE_MACHINE = (
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "LANGUAGE",
    "LC_ALL",
    "LC_MESSAGES",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPATH",
    "PYTHONUNBUFFERED",
    "QT_SCALE_FACTOR",
    "QT_STYLE_OVERRIDE",
)


def _bare_environment() -> None:
    for variable, folder in _FOLDERS.items():
        path = _HOME / folder
        path.mkdir(parents=True, exist_ok=True)
        os.environ[variable] = str(path)
    (_HOME / "run").chmod(0o700)  # Qt wants it private
    for variable in _NOT_OF_A_BARE_MACHINE:
        os.environ.pop(variable, None)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["LANG"] = "C.UTF-8"
    tempfile.tempdir = None
    # A shell's background job ignores Ctrl-C, and so would every program that a test starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _adopt_orphans() -> None:
    """Make orphans of what the tests start children of this process, so that none can hide."""
    if sys.platform == "linux":
        pr_set_child_subreaper = 36
        ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1, 0, 0, 0)


_bare_environment()
_adopt_orphans()


def _take_folders_away(owner: int) -> None:
    if os.getpid() == owner:  # a fork of it leaves by the same door
        for folder in _HOME.parent.glob(_HOME.name + "*"):  # a worker that was killed has left its own
            shutil.rmtree(folder, ignore_errors=True)


atexit.register(_take_folders_away, os.getpid())  # pytest's own hooks are not called where its options are wrong


@pytest.fixture(autouse=True)
def _same_language() -> Iterator[None]:
    from procviz.wording import use_language

    use_language("en")
    yield
    use_language("en")


@pytest.fixture(autouse=True)
def _own_settings() -> Iterator[None]:
    """No test sees what another one kept: settings, recordings, caches."""
    yield
    for folder in ("config", "data"):
        for path in (_HOME / folder).iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.fixture(autouse=True)
def _nothing_left_behind(_own_settings: None) -> Iterator[None]:
    """Every process that a test started is gone, and reaped, when the test is over."""
    before = _children()
    yield
    left = _wait_until_gone(before)
    told = [_describe(pid) for pid in left]
    for pid in left:
        _end(pid)
    assert not told, "left behind:\n" + "\n".join(told)


def _children() -> set[int]:
    tasks = list(Path("/proc/self/task").glob("*/children"))
    if not tasks:
        return {child.pid for child in psutil.Process().children()}
    pids: set[int] = set()
    for task in tasks:
        with contextlib.suppress(OSError):  # a thread may end while we look
            pids.update(map(int, task.read_text().split()))
    return pids


def _wait_until_gone(before: set[int], deadline_s: float = 30.0) -> list[int]:
    until = time.monotonic() + deadline_s
    while True:
        left = [pid for pid in _children() - before if not _kept_by_python(pid)]
        if not left or time.monotonic() > until:
            return left
        _reap_adopted(left)
        time.sleep(0.01)


def _reap_adopted(pids: list[int]) -> None:
    """A dead orphan has nobody else to wait for it."""
    for pid in pids:
        with contextlib.suppress(psutil.Error, ChildProcessError):
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                os.waitpid(pid, os.WNOHANG)


def _kept_by_python(pid: int) -> bool:
    """multiprocessing keeps its resource tracker until the interpreter ends."""
    try:
        return any("multiprocessing.resource_tracker" in part for part in psutil.Process(pid).cmdline())
    except psutil.Error:
        return False


def _describe(pid: int) -> str:
    try:
        process = psutil.Process(pid)
        return f"  {pid} {process.status()}: {' '.join(process.cmdline())}"
    except psutil.Error:
        return f"  {pid}"


def _end(pid: int) -> None:
    with contextlib.suppress(psutil.Error, ChildProcessError):
        process = psutil.Process(pid)
        for one in (process, *process.children(recursive=True)):
            one.kill()
        process.wait(30)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests gave for the end by `record_property`, each line once: workers of pytest-xdist have no terminal."""
    lines: dict[str, None] = {}
    figures: dict[str, list[float]] = {}
    for report in itertools.chain.from_iterable(terminalreporter.stats.values()):
        for name, value in getattr(report, "user_properties", ()):
            kind, _, what = name.partition("closing figure: ")
            if name == "closing line":
                lines[value] = None
            elif not kind and value is not None:
                figures.setdefault(what, []).append(value)
    for what, many in figures.items():
        lines[f"{what}: {statistics.median(many):.0f}, at most {max(many):.0f} ({len(many)} times)"] = None
    for line in (*lines, *_pythons_observed()):
        terminalreporter.write_line(line)


def _pythons_observed() -> Iterator[str]:
    """Which Pythons programs ran under in the tests, and which were not there to be tried."""
    from tests.probe.subject import OBSERVED, installed

    here = {*installed(), sys.version_info[:2]}
    names = {version: f"3.{version[1]}" for version in [*OBSERVED, *sorted(here)]}
    yield "Pythons that were observed: " + ", ".join(name for version, name in names.items() if version in here)
    missing = [name for version, name in names.items() if version not in here]
    if missing:
        yield "NOT TESTED, because they are not on this machine: Python " + ", ".join(missing)
