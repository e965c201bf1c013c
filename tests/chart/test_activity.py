"""Stretches off the CPU: from samples alone, grown or at once, and never where nothing was sampled."""

from __future__ import annotations

import numpy as np
import pytest

from procviz.chart.activity import OffCpu, OffCpuTrack
from procviz.chart.series import CounterStore
from procviz.trace.records import Samples

MS = 1_000_000
NAN = float("nan")


def _track(cpu: list[float], chunk: int = 1000, step_ns: int = 50 * MS) -> OffCpuTrack:
    track = OffCpuTrack()
    ts_ns = np.arange(len(cpu), dtype=np.int64) * step_ns
    for first in range(0, len(cpu), chunk):
        track.extend(ts_ns[first : first + chunk], np.array(cpu[first : first + chunk], dtype=np.float32))
    return track


def _spans(track: OffCpuTrack) -> list[tuple[int, int]]:
    return list(zip((track.begin_ns // MS).tolist(), (track.end_ns // MS).tolist(), strict=True))


@pytest.mark.parametrize("chunk", [1, 2, 3, 1000])
def test_a_stretch_is_what_lies_between_samples_without_cpu_time(chunk: int) -> None:
    track = _track([NAN, 100, 0, 0.4, 80, 0, 0, 0], chunk)
    assert _spans(track) == [(50, 150), (200, 350)]
    assert track.at(100 * MS) == OffCpu(50 * MS, 150 * MS, 50 * MS)
    assert track.at(175 * MS) is None
    assert track.at(400 * MS) is None


def test_nothing_is_said_where_no_value_was() -> None:
    assert _spans(_track([NAN, 0, NAN, 0])) == [(0, 50), (100, 150)]
    assert _spans(_track([0.0])) == []


def test_rare_samples_make_a_rough_stretch() -> None:
    found = _track([NAN, 0, 0], step_ns=400 * MS).at(500 * MS)
    assert found is not None
    assert found.precision_ns == 400 * MS


def test_from_afar_what_is_nearly_all_off_is_one_and_what_is_half_is_none() -> None:
    idle = _track([NAN, *([0.0] * 99 + [50.0]) * 10])
    begins, ends = idle.within(0, 50_000 * MS, 1_000 * MS)
    assert len(begins) == 1
    assert ends[0] - begins[0] > 49_000 * MS
    half = _track([NAN, *[0.0, 90.0] * 500])
    assert len(half.within(0, 50_000 * MS, 1_000 * MS)[0]) == 0
    assert len(half.within(0, 1_000 * MS, MS)[0]) == 10


def test_a_store_that_grows_tells_what_one_filled_at_once_tells() -> None:
    ticks = [Samples(t=n * 50 * MS, p=[1, 2], c=[None if n == 0 else 0.0, 99.0], r=[1, 1]) for n in range(20)]
    grown, filled = CounterStore(), CounterStore()
    for tick in ticks:
        grown.extend([tick])
        grown.off_cpu(1)
    filled.extend(ticks)
    assert _spans(grown.off_cpu(1)) == _spans(filled.off_cpu(1)) == [(0, 950)]
    assert _spans(filled.off_cpu(2)) == _spans(filled.off_cpu(3)) == []
