"""Aborted at any moment in any way, a run leaves nothing behind, and touches nothing that is not its own.

A dozen aborts; PROCVIZ_TEST_ABORTS says how many else.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from procviz.trace.file import read_recording
from procviz.trace.records import Finished
from tests.truth.aborts import NASTY, Abort
from tests.truth.compare import PROGRAMS, RECORD, ROOT
from tests.truth.conftest import WHY_NOT
from tests.truth.kernel_account import KernelAccount

ABORTS = int(os.environ.get("PROCVIZ_TEST_ABORTS", "12"))
AT_ONCE = 2
PROMISED_MS = 1000  # on a busy machine one may take longer, not all


class Bystander:
    """The same program with the same command line, which nobody started by procviz."""

    def __init__(self, tag: str, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, NASTY, tag], env=os.environ | {"TMPDIR": str(folder)}, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        name, temporary = self._process.stdout.readline().decode().split()
        self._process.stdout.close()
        self._things = [Path(f"/dev/shm/sem.{name.strip('/')}"), Path(temporary)]

    @property
    def unharmed(self) -> bool:
        """It lives, and all that it made is there."""
        return self._process.poll() is None and all(thing.exists() for thing in self._things)

    def end(self) -> None:
        """Let it end as it likes: its resource tracker cleans up."""
        self._process.terminate()
        self._process.wait()


@pytest.fixture(scope="module")
def bystander(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bystander]:
    one = Bystander(f"nasty{os.getpid()}bystander", tmp_path_factory.mktemp("bystander"))
    yield one
    one.end()


@pytest.mark.parametrize("first", range(0, ABORTS, AT_ONCE))
def test_nothing_is_left_behind(
    first: int, bystander: Bystander, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with ExitStack() as stack:
        account = stack.enter_context(KernelAccount()) if WHY_NOT is None else None
        quiet = _quiet_run(tmp_path)
        aborts = [_start(tmp_path, seed) for seed in range(first, first + AT_ONCE)]
        for one in aborts:
            stack.callback(one.clean)
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(Abort.abort, aborts))
        for one in aborts:
            one.wait()
        assert quiet.wait(60) == 5
        if account is not None:
            account.read()
        for one in aborts:
            left = one.left(account.of(one.client.pid) if account is not None else None)
            record_property("closing figure: until an abort's last process was gone, in ms", one.took_ms)
            assert not left, "\n".join([f"{one.way} after {one.after_s:.3f} s{' (early)' * one.early} left:", *left])
    assert min((one.took_ms for one in aborts if one.took_ms is not None), default=0) < PROMISED_MS
    assert isinstance(read_recording(tmp_path / "quiet.procviz").records[-1], Finished)
    assert bystander.unharmed


def _quiet_run(folder: Path) -> subprocess.Popen[bytes]:
    """Another recorder at the same time, which nobody disturbs."""
    command = [*RECORD, "-o", str(folder / "quiet.procviz"), str(PROGRAMS / "methods.py"), "fork"]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL)


def _start(tmp_path: Path, seed: int) -> Abort:
    folder = tmp_path / str(seed)
    folder.mkdir()
    return Abort(folder, seed)
