"""Round numbers on the axes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procviz.chart.ticks import duration_text, moment_text, time_ticks, value_ticks, value_top
from tests.chart.builders import BEGIN_NS, ns


@pytest.mark.parametrize(
    ("seconds", "labels"),
    [
        (8.0, ["0 s", "1 s", "2 s", "3 s", "4 s", "5 s", "6 s", "7 s", "8 s"]),
        (0.5, ["0.0 s", "0.1 s", "0.2 s", "0.3 s", "0.4 s", "0.5 s"]),
        (0.00001, ["0.000000 s", "0.000002 s", "0.000004 s", "0.000006 s", "0.000008 s", "0.000010 s"]),
        (300.0, ["0:00", "1:00", "2:00", "3:00", "4:00", "5:00"]),
        (7200.0, ["0:00", "30:00", "1:00:00", "1:30:00", "2:00:00"]),
    ],
)
def test_labels_from_hours_to_microseconds(seconds: float, labels: list[str]) -> None:
    width = 80.0 * (len(labels) - 1)
    assert [tick.label for tick in time_ticks(BEGIN_NS, ns(seconds), BEGIN_NS, width)] == labels


@given(st.floats(1e-6, 1e6), st.floats(50, 4000), st.floats(-0.5, 0.9))
def test_ticks_are_in_view_apart_and_never_before_the_start(seconds: float, width: float, shift: float) -> None:
    begin, end = BEGIN_NS + shift * seconds * 1e9, BEGIN_NS + (1 + shift) * seconds * 1e9
    ticks = time_ticks(begin, end, BEGIN_NS, width)
    assert all(max(begin, BEGIN_NS) - 1 <= tick.ts_ns <= end for tick in ticks)
    gaps = [(b.ts_ns - a.ts_ns) / (end - begin) * width for a, b in pairwise(ticks)]
    assert all(gap >= 73 for gap in gaps)
    assert len({tick.label for tick in ticks}) == len(ticks)


def test_a_moment_is_as_exact_as_a_pixel() -> None:
    assert moment_text(4_203_151_700, 1 / 1e7) == "4.20 s"
    assert moment_text(4_203_151_700, 1 / 1e3) == "4.203152 s"


def test_durations_choose_their_unit() -> None:
    assert [duration_text(value) for value in (1_500, 2_500_000, 3_250_000_000)] == ["1.5 µs", "2.5 ms", "3.25 s"]


def test_percent_prefers_halves_of_a_core() -> None:
    assert [tick.label for tick in value_ticks(value_top(97, percent=True), 100, percent=True)] == ["0", "50", "100"]
    labels = [tick.label for tick in value_ticks(value_top(780, percent=True), 100, percent=True)]
    assert labels[0] == "0"
    assert all(int(label) % 100 == 0 for label in labels)


@given(st.floats(0, 1e6), st.floats(20, 600), st.booleans())
def test_value_ticks_lie_on_the_axis(maximum: float, height: float, percent: bool) -> None:
    top = value_top(maximum, percent=percent)
    ticks = value_ticks(top, height, percent=percent)
    assert top > maximum or maximum == 0
    assert ticks[0].value == 0
    assert ticks[-1].value <= top * (1 + 1e-9)
    assert len(ticks) <= height / 32 + 2
