"""Everything that Windows and macOS import, imported where what Linux alone has is hidden."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "procviz"

WINDOWS_LACKS = {
    "modules": "fcntl termios pty tty resource pwd grp _posixsubprocess",
    "os": "fork forkpty register_at_fork openpty killpg setsid getsid getuid geteuid uname sysconf pread waitid wait4 "
    "eventfd pidfd_open sched_getaffinity O_CLOEXEC WNOHANG WEXITED WNOWAIT P_PID P_PIDFD P_ALL",
    "signal": "SIGKILL SIGSTOP SIGCONT SIGHUP SIGPIPE SIGQUIT SIGTSTP SIGUSR1 SIGUSR2 SIGXFSZ pidfd_send_signal",
    "socket": "AF_UNIX AF_NETLINK SOCK_CLOEXEC MSG_CMSG_CLOEXEC socketpair",
    "select": "poll epoll EPOLLIN EPOLLET EPOLLHUP",
    "time": "clock_gettime_ns CLOCK_BOOTTIME CLOCK_MONOTONIC",
}
MACOS_LACKS = {
    "modules": "",
    "os": "waitid eventfd pidfd_open sched_getaffinity P_PIDFD",
    "signal": "pidfd_send_signal",
    "socket": "AF_NETLINK SOCK_CLOEXEC MSG_CMSG_CLOEXEC",
    "select": "epoll EPOLLIN EPOLLET EPOLLHUP",
    "time": "CLOCK_BOOTTIME",
}

HIDE = """
    import importlib, sys
    # What is not ours keeps the real system: it has its own ways for the others.
    import asyncio, ctypes, importlib.metadata, logging.handlers, multiprocessing.connection, multiprocessing.util
    import platform, selectors, shutil, signal, socket, subprocess, tempfile, time, unittest, uuid
    import msgspec, numpy, platformdirs.unix, psutil, pygments

    lacks, names = {lacks!r}, {names!r}
    importlib.import_module("PySide6.QtWidgets")
    importlib.import_module("pyqtgraph")
    for name in lacks.pop("modules").split():
        sys.modules[name] = None
    for name, attributes in lacks.items():
        module = importlib.import_module(name)
        for attribute in attributes.split():
            vars(module).pop(attribute, None)
    sys.platform = {platform!r}
    for name in names:
        importlib.import_module(name)
    {then}
"""


def _modules() -> list[str]:
    """All of procviz besides the probe, which other interpreters import."""
    names = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        if "probe" not in parts and not name.startswith("procviz.__main__"):
            names.append(name)
    return names


def _run(platform: str, lacks: dict[str, str], names: list[str], then: str = "") -> str:
    code = textwrap.dedent(HIDE).format(platform=platform, lacks=lacks, names=names, then=then)
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    return told.stdout


ELSEWHERE = [("win32", WINDOWS_LACKS), ("darwin", MACOS_LACKS)]


@pytest.mark.parametrize(("platform", "lacks"), ELSEWHERE)
def test_every_module_can_be_imported(platform: str, lacks: dict[str, str]) -> None:
    _run(platform, lacks, _modules())


@pytest.mark.parametrize(("platform", "lacks"), ELSEWHERE)
def test_the_command_line_works(platform: str, lacks: dict[str, str]) -> None:
    recording = ROOT / "tests" / "recordings" / "terminate.procviz"
    then = f"from procviz.cli import run; sys.exit(run(['lessons']) or run(['report', {str(recording)!r}]))"
    told = _run(platform, lacks, ["procviz.cli"], then)
    assert "playground" in told
    assert "stubborn-1" in told


@pytest.mark.parametrize(("platform", "lacks"), ELSEWHERE)
def test_the_probe_can_be_imported(tmp_path: Path, platform: str, lacks: dict[str, str]) -> None:
    files = [path.stem for path in (PACKAGE / "probe").glob("procviz_*.py")]
    (tmp_path / "events").touch()
    code = f"""
        import atexit, importlib, os, sys, threading
        lacks = {lacks!r}
        sys.path.insert(0, {str(PACKAGE / "probe")!r})
        os.environ["PROCVIZ_EVENTS"] = {str(tmp_path / "events")!r}
        os.O_BINARY, os.O_NOINHERIT = 0, os.O_CLOEXEC
        for name in lacks.pop("modules").split():
            sys.modules[name] = None
        for name, attributes in lacks.items():
            for attribute in attributes.split():
                vars(importlib.import_module(name)).pop(attribute, None)
        sys.platform = {platform!r}
        for name in {files!r}:
            importlib.import_module(name)
        print("still here")
    """
    told = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout) == (0, "still here\n"), told.stderr
    events = "".join(path.read_text() for path in tmp_path.iterdir())
    assert '"e":"hello"' in events
    assert "probe-error" not in events
