"""The rules of the house that no room can prove alone: who imports whom, what files may hold, what children carry."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

ROOT = Path(__file__).resolve().parent.parent


def _tracked() -> list[Path]:
    """The files of the repository, as git names them."""
    try:
        told = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, encoding="utf-8")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a clone, or no git: nobody knows which files belong to the repository")
    return [ROOT / name for name in told.stdout.split("\0") if name and (ROOT / name).is_file()]


def _texts() -> list[tuple[str, str]]:
    found = []
    for path in _tracked():
        data = path.read_bytes()
        if b"\0" not in data:
            found.append((path.relative_to(ROOT).as_posix(), data.decode("utf-8", errors="replace")))
    return found


def test_imports_go_downwards_only() -> None:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8")
    assert told.returncode == 0, told.stdout + told.stderr


# Written apart, so that this file does not hold what it looks for.
FORBIDDEN = {
    "a package index": r"https?://[\w.-]*(pypi|python" + r"hosted)\.|--(extra-)?index" + r"-url",
    "a folder of one machine": r"(?<![\w.$}])/(root|work|home/\w+|Users/\w+)" + r"/[\w.]",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = [f"{name}: {match[0]}" for name, text in _texts() for match in pattern.finditer(text)]
    assert not found, "\n".join(found)


def test_every_module_says_why_it_exists() -> None:
    modules = list((ROOT / "procviz").rglob("*.py"))
    assert modules
    silent = [str(path) for path in modules if not path.read_text(encoding="utf-8").startswith(('"""', "# "))]
    assert not silent


def test_locked_versions_come_with_hashes_of_every_platform() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-package.lock"):
        text = (ROOT / name).read_text()
        packages = re.split(r"\n(?=\w)", text.strip())
        assert all("--hash=sha256:" in package for package in packages)
        psutil = next(package for package in packages if package.startswith("psutil=="))
        assert psutil.count("--hash") > 10  # Linux, macOS and Windows, several processors


def test_the_lock_for_running_is_part_of_the_other_one() -> None:
    pins = [
        {line.split(" ")[0] for line in (ROOT / name).read_text().splitlines() if "==" in line}
        for name in ("requirements.lock", "requirements-dev.lock")
    ]
    assert pins[0] < pins[1]


PROGRAM = """\
import json, multiprocessing, sys

def loaded():
    names = ("PySide6", "shiboken6", "pyqtgraph", "numpy", "psutil", "msgspec", "procviz", "platformdirs")
    print(json.dumps([name for name in names if name in sys.modules]))

if __name__ == "__main__":
    for method in {methods}:
        child = multiprocessing.get_context(method).Process(target=loaded)
        child.start()
        child.join()
    loaded()
"""


def test_observed_processes_carry_nothing_of_procviz(tmp_path: Path) -> None:
    """They load the probe's one small file and stay themselves otherwise, under every start method."""
    methods = ["spawn"] if sys.platform == "win32" else ["fork", "spawn", "forkserver"]
    script = tmp_path / "program.py"
    script.write_text(PROGRAM.format(methods=methods))
    command = [sys.executable, "-m", "procviz", "record", "-o", str(tmp_path / "out.procviz"), str(script)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=60)
    assert told.returncode == 0, told.stderr
    lines = [msgspec.json.decode(line) for line in told.stdout.splitlines()]
    assert lines == [[]] * (len(methods) + 1)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None counts no references there")
def test_qt_gives_none_back_with_its_reference() -> None:
    """PySide6 6.12.0 takes one per call from it: the interpreter dies after some five thousand."""
    code = """
import sys
from PySide6.QtCore import QObject
o = QObject()
before = sys.getrefcount(None)
for n in range(20_000):
    o.setObjectName("a")
    if before - sys.getrefcount(None) > 1_000:
        sys.exit(f"None lost 1,000 references in {n} calls")
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert told.returncode == 0, told.stderr
