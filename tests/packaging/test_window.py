"""The real window on a real screen: a screen reader finds its way, a mouse presses Run, and the run is told in words.

Of the built app where PROCVIZ_APP names it, else of this checkout.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import PySide6
import pytest

from procviz.cli.libraries import missing_libraries

APP = [os.environ["PROCVIZ_APP"]] if os.environ.get("PROCVIZ_APP") else [sys.executable, "-m", "procviz"]
READER = Path(__file__).with_name("read_window.py")
LAUNCHER = Path("/usr/libexec/at-spi-bus-launcher")
SYSTEM_PYTHON = "/usr/bin/python3"
SCRIPT = """\
import multiprocessing

def work():
    print("at work")

if __name__ == "__main__":
    child = multiprocessing.Process(target=work, name="worker")
    child.start()
    child.join()
"""


def _missing() -> list[str]:
    found = {name: shutil.which(name) for name in ("Xvfb", "xdotool", "dbus-daemon")}
    found["at-spi2-core"] = str(LAUNCHER) if LAUNCHER.exists() else None
    asked = [SYSTEM_PYTHON, "-c", "import gi; gi.require_version('Atspi', '2.0')"]
    known = os.path.exists(SYSTEM_PYTHON) and subprocess.run(asked, capture_output=True, check=False).returncode == 0
    found["gir1.2-atspi-2.0 and python3-gi"] = SYSTEM_PYTHON if known else None
    site = Path(PySide6.__file__).parent.parent
    return [name for name, place in found.items() if place is None] + missing_libraries(str(site), "x11")


MISSING = _missing()
pytestmark = pytest.mark.skipif(
    bool(MISSING), reason="THE WINDOW IS NOT TESTED BY MOUSE AND SCREEN READER: missing " + ", ".join(MISSING)
)


class Thing(NamedTuple):
    role: str
    name: str
    can_focus: bool
    x: int
    y: int
    width: int
    height: int


@contextmanager
def _running(*command: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    variables = {**os.environ, **more}
    process = subprocess.Popen(
        command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # a bus has children that hold its output open
        process.wait(timeout=60)
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture
def screen() -> Iterator[dict[str, str]]:
    """A screen with the buses that a desktop has, as variables for what runs on it."""
    with ExitStack() as stack:
        xvfb = ["Xvfb", "-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp"]
        number = _first_line(stack.enter_context(_running(*xvfb)))
        bus = _first_line(stack.enter_context(_running("dbus-daemon", "--session", "--nofork", "--print-address=1")))
        variables = {"DISPLAY": f":{number}", "DBUS_SESSION_BUS_ADDRESS": bus, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
        stack.enter_context(_running(str(LAUNCHER), "--launch-immediately", "--a11y=1", **variables))
        yield variables


def _first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _read(pid: int, screen: dict[str, str]) -> list[Thing]:
    told = subprocess.run(
        [SYSTEM_PYTHON, str(READER), str(pid)],
        env={**os.environ, **screen},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return [Thing(*json.loads(line)) for line in told.stdout.splitlines()]


def _wait_for(fact: Callable[[], Thing | None], deadline_s: float = 60.0) -> Thing:
    until = time.monotonic() + deadline_s
    while (found := fact()) is None:
        assert time.monotonic() < until
        time.sleep(0.1)
    return found


def _click(thing: Thing, screen: dict[str, str]) -> None:
    x, y = thing.x + thing.width // 2, thing.y + thing.height // 2
    command = ["xdotool", "mousemove", str(x), str(y), "click", "1"]
    subprocess.run(command, env={**os.environ, **screen}, check=True)


def test_a_run_by_mouse_is_read_by_a_screen_reader(screen: dict[str, str], tmp_path: Path) -> None:
    script = tmp_path / "mine.py"
    script.write_text(SCRIPT)
    with _running(*APP, str(script), **screen, QT_QPA_PLATFORM="xcb") as app:

        def shown(role: str, name: str) -> Thing | None:
            things = _read(app.pid, screen)
            return next((one for one in things if one.role == role and one.name.startswith(name)), None)

        _wait_for(lambda: shown("frame", "mine.py"))
        _click(_wait_for(lambda: shown("push button", "Run")), screen)
        _wait_for(lambda: shown("label", "Ended with exit code 0"))
        _click(_wait_for(lambda: shown("page tab", "Processes")), screen)
        _wait_for(lambda: shown("table cell", "worker"))
        things = _read(app.pid, screen)
        nameless = {one.role for one in things if one.can_focus and not one.name}
        # A text area's inner part has the focus with it, and is never told alone.
        assert nameless <= {"filler"}
        cells = [one.name for one in things if one.role == "table cell"]
        assert cells[cells.index("worker") + 2 :][:2] == ["0", "its code ended"]
