"""The built app: PROCVIZ_APP names its executable, the one that `python3 dev.py package app` makes.

Each lesson runs under each start method as it does unpackaged, the window opens, and a kill leaves nothing.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from procviz.script.lessons import lesson_ids, load_lesson

APP = os.environ.get("PROCVIZ_APP", "")
METHODS = ["spawn"] if sys.platform == "win32" else ["fork", "spawn", "forkserver"]

pytestmark = pytest.mark.skipif(
    not APP, reason="THE PACKAGED APP IS NOT TESTED: PROCVIZ_APP names none (python3 dev.py package app makes one)"
)


def _app(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the app where no Python is to be found."""
    variables = {**os.environ, "PATH": "/nonexistent", **more}
    return subprocess.run([APP, *words], env=variables, capture_output=True, encoding="utf-8", timeout=120)


def _shape(report: dict[str, Any]) -> dict[str, Any]:
    """What does not differ from run to run."""
    lives = Counter((one["kind"], one["start_method"], one["exitcode"], one["cause"]) for one in report["processes"])
    return {"exitcode": report["program"]["exitcode"], "lives": lives, "findings": Counter(_kinds(report))}


def _kinds(report: dict[str, Any]) -> list[str]:
    return [finding["kind"] for finding in report["findings"]]


def _recorded(tmp_path: Path, *words: str) -> dict[str, Any]:
    out = tmp_path / "run.procviz"
    told = _app("record", "-o", str(out), *words)
    assert out.is_file(), told.stderr
    report: dict[str, Any] = json.loads(_app("report", "--json", str(out)).stdout)
    return report


@pytest.mark.parametrize("method", METHODS)
def test_the_report_is_the_one_of_a_checkout(method: str, tmp_path: Path) -> None:
    values = (f"METHOD={method}", "STEPS=3", "STEP_SECONDS=0.3", "MAIN_SECONDS=0.6")
    choice = ["lesson:daemon", *(word for value in values for word in ("--set", value))]
    packaged = _recorded(tmp_path, *choice)
    out = tmp_path / "checkout.procviz"
    command = [sys.executable, "-m", "procviz"]
    subprocess.run([*command, "record", *choice, "-o", out], stdout=subprocess.DEVNULL, check=True)
    told = subprocess.run([*command, "report", "--json", out], capture_output=True, check=True)
    assert _shape(packaged) == _shape(json.loads(told.stdout))


def _cases() -> Iterator[tuple[str, str | None]]:
    for lesson in lesson_ids():
        params = load_lesson(lesson).script.form.params
        choices = next((param.choices for param in params if param.name == "METHOD"), ())
        methods: list[str | None] = [method for method in METHODS if method in choices]
        for method in methods or [None]:
            yield lesson, method


@pytest.mark.parametrize(("lesson", "method"), list(_cases()))
def test_every_lesson_is_seen_from_inside(lesson: str, method: str | None, tmp_path: Path) -> None:
    choice = ["--set", f"METHOD={method}"] if method else []
    report = _recorded(tmp_path, "--timeout", "8", f"lesson:{lesson}", *choice)
    main = report["processes"][0]
    assert main["kind"] == "main"
    # An interpreter that cannot find a module, or its own lesson, ends at once with a traceback.
    out = (tmp_path / "run.procviz").read_text(encoding="utf-8")
    assert "ModuleNotFoundError" not in out
    assert '"step":"up"' in out, "the probe was not loaded"


def test_no_process_is_on_the_timeline_that_is_not_the_programs(tmp_path: Path) -> None:
    script = tmp_path / "one.py"
    script.write_text("print('alone')\n")
    assert len(_recorded(tmp_path, str(script))["processes"]) == 1


def test_the_users_own_python_does_not_see_the_app(tmp_path: Path) -> None:
    script = tmp_path / "look.py"
    script.write_text("import os; print([n for n in os.environ if n.startswith(('_PYI', 'LD_LIBRARY'))])\n")
    out = str(tmp_path / "x.procviz")
    for words in ((), ("--python", sys.executable)):
        told = _app("record", *words, "-o", out, str(script), LD_LIBRARY_PATH="/users/own")
        assert told.stdout.splitlines() == ["['LD_LIBRARY_PATH']"], told.stderr


def test_a_picture_carries_the_run_and_opens_again(tmp_path: Path) -> None:
    picture = tmp_path / "run.png"
    assert _app("record", "lesson:join", "-o", str(picture)).returncode == 0
    again = tmp_path / "again.svg"
    told = _app("export", str(picture), "-o", str(again))
    assert told.returncode == 0, told.stderr
    assert "<svg" in again.read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform != "linux", reason="asks the window to close by a signal")
@pytest.mark.parametrize("name", ["", "run.procviz", "script.py"])
def test_the_window_opens_and_closes(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if path.suffix == ".procviz":
        assert _app("record", "lesson:join", "-o", str(path)).returncode == 0
    elif name:
        path.write_text("print(1)\n")
    process = subprocess.Popen([APP, *([str(path)] if name else [])], stderr=subprocess.PIPE, text=True)
    _wait_for(lambda: _has_a_window(process.pid))
    process.send_signal(signal.SIGTERM)
    _out, error = process.communicate(timeout=30)
    assert process.returncode == 0, error
    assert "Traceback" not in error


def _has_a_window(pid: int) -> bool:
    """It has handlers of its own for SIGTERM only once its window stands."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught, 16) & 1 << (signal.SIGTERM - 1))


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc and /dev/shm")
def test_a_kill_leaves_nothing_but_the_recording(tmp_path: Path) -> None:
    before = _run_folders()
    out = tmp_path / "run.procviz"
    words = ["record", "lesson:playground", "-o", str(out)]
    process = subprocess.Popen([APP, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _wait_for(lambda: len(_family(process.pid)) >= 6)
    family = _family(process.pid)
    process.kill()
    process.wait()
    _wait_for(lambda: not any(_lives(one) for one in family))
    _wait_for(lambda: _run_folders() == before)
    assert [path.name for path in tmp_path.iterdir()] == ["run.procviz"]
    assert json.loads(_app("report", "--json", str(out)).stdout)["processes"]


def _family(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _run_folders() -> set[Path]:
    places = (Path("/dev/shm"), Path(os.environ["TMPDIR"]), Path(os.environ["XDG_RUNTIME_DIR"]))
    return {path for place in places for path in place.glob("procviz-run-*")}


def _wait_for(fact: Any, deadline_s: float = 30.0) -> None:
    until = time.monotonic() + deadline_s
    while not fact():
        assert time.monotonic() < until
        time.sleep(0.02)
