"""The app's own Python reads its command line, and ends, as any Python does: each case is run by both and compared.

Here it is a script of the Python that runs the tests; what only the built app can show is in `test_app.py`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

OWN = Path(__file__).resolve().parents[2] / "package" / "python.py"
OWN_PYTHON = [sys.executable, "-I", "-S", str(OWN)]
SCRIPT = """\
import atexit, os, sys
atexit.register(print, "at exit")
print(__name__, __file__ == os.path.abspath(__file__), sys.argv[1:], sys.path[0] == os.path.dirname(__file__))
print(sorted(set(globals()) - {"__loader__", "__cached__"}))
"""


def _both(words: list[str], folder: Path, text: str = "", **more: str) -> list[tuple[int, str, str]]:
    return [_told(command, words, folder, text, **more) for command in ([sys.executable], OWN_PYTHON)]


def _told(command: list[str], words: list[str], folder: Path, text: str = "", **more: str) -> tuple[int, str, str]:
    variables = {**os.environ, **more}
    told = subprocess.run(
        [*command, *words], cwd=folder, env=variables, input=text, capture_output=True, encoding="utf-8"
    )
    return told.returncode, told.stdout, told.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["-c", "import sys; print(sys.argv)", "a", "-b"],
        ["-c", "import sys; sys.exit(7)"],
        ["-c", "import sys; sys.exit('words')"],
        ["-c", "1/0"],
        ["-c", "def f(:"],
        ["-I", "-S", "-X", "utf8", "-c", "print(1)"],
        ["-u", "-c", "import sys; print(sys.stdout.write_through)"],
        ["-W", "error", "-c", "import warnings; warnings.warn('x')"],
        ["script.py", "-x", "y"],
        ["script.py"],
        ["deep/script.py"],
        ["raises.py"],
        ["exits.py"],
        ["-m", "script", "z"],
        ["-m", "json.tool"],
        ["-"],
        [],
        ["-V"],
    ],
    ids=" ".join,
)
def test_it_does_what_python_does(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("script.py", "deep/script.py"):
        (tmp_path / name).write_text(SCRIPT)
    (tmp_path / "raises.py").write_text("def f():\n    raise ValueError('boom')\n\nprint('x')\nf()\n")
    (tmp_path / "exits.py").write_text("import os\nprint('x', flush=True)\nos._exit(3)\n")
    python, own = _both(words, tmp_path, '{"a": 1}' if "json.tool" in words else "print(6 * 7)\n")
    assert own == python


def test_the_notebook_lesson_sends_to_another_python(tmp_path: Path) -> None:
    lesson = Path(__file__).resolve().parents[2] / "resources/lessons/notebook/lesson.py"
    code, _out, error = _told(OWN_PYTHON, [str(lesson)], tmp_path)
    assert code == 1
    assert "Run > Python" in error
    assert "ipykernel" in error


def test_it_finds_what_stands_in_the_way_of_a_script(tmp_path: Path) -> None:
    code, _out, error = _told(OWN_PYTHON, ["missing.py"], tmp_path)
    assert code == 2
    assert "missing.py" in error
    assert "Traceback" not in error


def test_sitecustomize_comes_from_pythonpath(tmp_path: Path) -> None:
    folder = tmp_path / "customs"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text("import sys; print('customized', sys.argv)")
    python, own = _both(["-c", "print('program')", "x"], tmp_path, PYTHONPATH=str(folder))
    assert own == python


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_ctrl_c_ends_it_by_the_signal(tmp_path: Path) -> None:
    (tmp_path / "waits.py").write_text("import time\nprint('up', flush=True)\ntime.sleep(60)\n")
    process = subprocess.Popen(
        [*OWN_PYTHON, str(tmp_path / "waits.py")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    process.send_signal(signal.SIGINT)
    _out, error = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGINT
    assert error.rstrip().endswith("KeyboardInterrupt")
    assert "package" not in error
