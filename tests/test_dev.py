"""dev.py as its users meet it: what it says and refuses, what it takes for set up, what it names as missing.

A real set-up needs a network and minutes; here its decisions are tested, on folders and markers made for the purpose.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from procviz.cli.libraries import missing_libraries, not_found, packages_for

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def dev(tmp_path: Path) -> ModuleType:
    """dev.py in a checkout of its own, with a folder name that few scripts survive."""
    checkout = tmp_path / "路 径 [x]"
    checkout.mkdir()
    for name in ("dev.py", "requirements.lock", "requirements-dev.lock", "requirements-package.lock"):
        (checkout / name).write_bytes((ROOT / name).read_bytes())
    spec = importlib.util.spec_from_file_location("dev_under_test", checkout / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _environment(dev: ModuleType) -> Path:
    """A .venv with a Python in it, as a finished set-up leaves it."""
    python = Path(dev.PYTHON)
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    (Path(dev.VENV) / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
    dev.write_marker(python=os.path.realpath(python), locks={dev.RUN_LOCK: dev.lock_hash(dev.RUN_LOCK)}, qt=[])
    return Path(dev.VENV)


needs_symlinks = pytest.mark.skipif(sys.platform == "win32", reason="a user of Windows may not make symbolic links")


def test_help_names_every_command() -> None:
    told = subprocess.run([sys.executable, ROOT / "dev.py", "--help"], capture_output=True, text=True, check=True)
    for command in ("run", "test", "check", "catalogues", "windows", "docs", "benchmark", "package", "lock"):
        assert f"dev.py {command}" in told.stdout


def test_an_unknown_command_is_refused() -> None:
    assert subprocess.run([sys.executable, ROOT / "dev.py", "frobnicate"], capture_output=True).returncode == 2


@needs_symlinks
def test_a_finished_set_up_is_taken_as_it_is(dev: ModuleType) -> None:
    _environment(dev)
    assert dev.is_set_up(dev.RUN_LOCK)
    assert not dev.is_set_up(dev.DEV_LOCK)


@needs_symlinks
def test_the_package_is_made_in_an_environment_of_its_own(dev: ModuleType) -> None:
    _environment(dev)
    dev.use_environment(".venv-package")
    assert dev.VENV.endswith(".venv-package")
    assert all(path.startswith(dev.VENV) for path in (dev.PYTHON, dev.MARKER, dev.MAKING))
    assert not dev.is_set_up(dev.RUN_LOCK)


@needs_symlinks
def test_a_changed_lock_file_asks_for_a_new_set_up(dev: ModuleType) -> None:
    _environment(dev)
    with open(Path(dev.ROOT) / dev.RUN_LOCK, "a") as file:
        file.write("another==1.0\n")
    assert not dev.is_set_up(dev.RUN_LOCK)


@needs_symlinks
def test_line_endings_of_a_checkout_do_not_matter(dev: ModuleType) -> None:
    _environment(dev)
    lock = Path(dev.ROOT) / dev.RUN_LOCK
    lock.write_bytes(lock.read_bytes().replace(b"\n", b"\r\n"))
    assert dev.is_set_up(dev.RUN_LOCK)


@needs_symlinks
def test_a_python_that_vanished_asks_for_a_new_set_up(dev: ModuleType) -> None:
    _environment(dev)
    Path(dev.PYTHON).unlink()
    Path(dev.PYTHON).symlink_to("/nonexistent/python3.11")
    assert not dev.is_set_up(dev.RUN_LOCK)
    dev.clear_the_place()
    assert not Path(dev.VENV).exists()


@needs_symlinks
@pytest.mark.parametrize("text", ["", "{", "[]", '{"python": 1}'])
def test_a_damaged_marker_is_no_marker(dev: ModuleType, text: str) -> None:
    _environment(dev)
    Path(dev.MARKER).write_text(text)
    assert not dev.is_set_up(dev.RUN_LOCK)


def test_what_an_interrupted_set_up_left_is_taken_away(dev: ModuleType) -> None:
    venv = Path(dev.VENV)
    venv.mkdir()
    (venv / "procviz.making").touch()
    (venv / "pyvenv.cfg").touch()
    dev.clear_the_place()
    assert not venv.exists()


def test_an_environment_of_somebody_else_is_kept_aside(dev: ModuleType) -> None:
    venv = Path(dev.VENV)
    venv.mkdir()
    (venv / "pyvenv.cfg").write_text("mine")
    dev.clear_the_place()
    assert not venv.exists()
    kept = [path for path in venv.parent.iterdir() if path.name.startswith(".venv-")]
    assert [(path / "pyvenv.cfg").read_text() for path in kept] == ["mine"]


@needs_symlinks
def test_the_checkout_is_found_from_the_environment_by_a_relative_path(dev: ModuleType) -> None:
    packages = _environment(dev) / "lib" / "python3.11" / "site-packages"
    dev.put_on_path()
    line = (packages / "procviz.pth").read_text(encoding="ascii").strip()
    assert (packages / line).resolve() == Path(dev.ROOT).resolve()


def test_two_set_ups_take_turns(dev: ModuleType) -> None:
    with dev.only_one(), open(dev.VENV + ".lock", "w") as second:
        assert not dev.locked(second.fileno())
    with open(dev.VENV + ".lock", "w") as third:
        assert dev.locked(third.fileno())


@pytest.mark.parametrize(
    ("args", "draws"),
    [
        ([], True),
        (["my.procviz"], True),
        (["record", "lesson:daemon"], False),
        (["record", "lesson:daemon", "-o", "daemon.PNG"], True),
        (["export", "a.procviz", "-o", "a.csv"], False),
        (["lessons"], False),
    ],
)
def test_qt_is_asked_for_only_where_something_is_drawn(dev: ModuleType, args: list[str], draws: bool) -> None:
    assert dev.draws(args) is draws


def test_of_what_pip_says_the_last_error_counts(dev: ModuleType) -> None:
    assert dev.last_line("Collecting x\nERROR: no such x\nhint: none\n\n") == "ERROR: no such x"
    assert dev.last_line("one\ntwo\n") == "two"
    assert dev.last_line("") == "nothing"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every way to draw comes with the system")
@pytest.mark.parametrize(
    ("variables", "kind"),
    [
        ({}, ""),
        ({"DISPLAY": ":0"}, "x11"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "wayland"),
        ({"QT_QPA_PLATFORM": "vnc"}, "native"),
    ],
)
def test_where_a_window_could_open(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], kind: str
) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert dev.screen_kind() == kind


LDD = """\
lib/libQt6Gui.so.6:
\tlinux-vdso.so.1 (0x00007ffc3b5f2000)
\tlibGL.so.1 => not found
\tlibQt6Core.so.6 => /somewhere/libQt6Core.so.6 (0x00007f2a3c000000)
\tlibEGL.so.1 => not found
lib/libQt6Widgets.so.6:
\tlibGL.so.1 => not found
\tlibstrange.so.3 => not found
"""


def test_missing_libraries_are_read_from_ldd() -> None:
    assert list(not_found(LDD)) == ["libGL.so.1", "libEGL.so.1", "libGL.so.1", "libstrange.so.3"]


@pytest.mark.parametrize(
    ("tool", "names"),
    [("apt-get", "libegl1 libgl1 libstrange.so.3"), ("dnf", "libglvnd-egl libglvnd-glx libstrange.so.3")],
)
@pytest.mark.skipif(sys.platform == "win32", reason="about Linux")
def test_missing_libraries_have_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tool: str, names: str
) -> None:
    (tmp_path / tool).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert packages_for(set(not_found(LDD))) == names


@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="no Debian")
def test_packages_that_are_here_are_not_installed_again(dev: ModuleType) -> None:
    assert dev.installed("dpkg")
    assert not dev.installed("no-such-package")


def test_this_machine_misses_nothing_that_its_tests_need() -> None:
    import PySide6

    assert missing_libraries(str(Path(PySide6.__path__[0]).parent), "") == []
