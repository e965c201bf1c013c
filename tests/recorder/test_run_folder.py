"""A run's folder tells whose it is; only one whose guard is surely gone is swept, with what carries its mark."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from procviz.recorder import run_folder
from procviz.recorder.system_calls import process_tree

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(run_folder, "_parents", lambda: [str(tmp_path)])
    return Path(run_folder.make())


def marked_process(folder: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PROCVIZ_RUN": run_folder.token(str(folder))}
    return subprocess.Popen(["sleep", "60"], env=environment)


def test_a_run_whose_guard_lives_is_left_alone(folder: Path) -> None:
    with marked_process(folder) as process:
        run_folder.sweep_abandoned()
        assert process.poll() is None
        assert folder.is_dir()
        process.kill()


@pytest.mark.parametrize("owner", ["darwin {pid} 0", "win32 {pid} 0", "{pid}", "", "linux x y"])
def test_what_cannot_be_told_for_sure_is_left_alone(folder: Path, owner: str) -> None:
    (folder / "owner").write_text(owner.format(pid=os.getpid()))
    with marked_process(folder) as process:
        run_folder.sweep_abandoned()
        assert process.poll() is None
        assert folder.is_dir()
        process.kill()


def test_a_guard_that_is_gone_leaves_nothing(folder: Path) -> None:
    with subprocess.Popen(["true"]) as gone:
        stat = process_tree.read_stat(gone.pid)
        assert stat is not None
    (folder / "owner").write_text(f"linux {gone.pid} {stat.identity.start_ticks}")
    with marked_process(folder) as process:
        run_folder.sweep_abandoned()
        assert process.wait(5) != 0
    assert not folder.exists()


def test_a_pid_that_came_again_is_not_the_guard(folder: Path) -> None:
    (folder / "owner").write_text(f"linux {os.getpid()} 1")
    run_folder.sweep_abandoned()
    assert not folder.exists()


def test_what_was_never_signed_is_gone_after_a_while(folder: Path) -> None:
    (folder / "owner").write_text("")
    os.utime(folder, (0, 0))
    run_folder.sweep_abandoned()
    assert not folder.exists()


def test_what_cannot_be_signed_is_not_left_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(run_folder, "_parents", lambda: [str(tmp_path)])
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        with pytest.raises(OSError, match="no folder"):
            run_folder.make()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not list(tmp_path.iterdir())
