"""A figure that cannot be read is a gap: whatever the system answers, the recording goes on, and it is said once."""

from __future__ import annotations

import os
from collections.abc import Callable

import psutil
import pytest

from procviz.recorder.sampling.usage import PsutilReader


def _failing(error: Exception) -> Callable[[psutil.Process], None]:
    def ask(_process: psutil.Process) -> None:
        raise error

    return ask


@pytest.mark.parametrize(
    "error", [OSError(87, "Invalid parameter"), psutil.AccessDenied(1), NotImplementedError(), RuntimeError("?")]
)
def test_what_cannot_be_read_is_left_out(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil.Process, "memory_full_info", _failing(error))
    monkeypatch.setattr(psutil.Process, "cpu_times", _failing(error))
    reader = PsutilReader(os.getpid())
    use = reader.use(with_peak=True)
    assert use is not None
    assert use.cpu_seconds is None
    assert use.resident_bytes
    assert reader.unique_bytes() is None
    assert reader.unread == {"cpu", "unique-memory"}


def test_who_is_gone_has_no_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = PsutilReader(os.getpid())
    monkeypatch.setattr(psutil.Process, "memory_info", _failing(psutil.NoSuchProcess(os.getpid())))
    assert reader.use(with_peak=False) is None
    assert not reader.unread
