"""Counters: what goes in comes out, at whatever resolution, with its gaps."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from procviz.chart.series import Counter, CounterStore
from procviz.trace.records import Samples
from tests.chart.builders import BEGIN_NS, ns


def _store(values: list[float | None], *, at_once: bool = True) -> CounterStore:
    ticks = [Samples(t=ns(n * 0.05), p=[7], c=[value], r=[1000 + n]) for n, value in enumerate(values)]
    store = CounterStore()
    if at_once:
        store.extend(ticks)
    else:
        for tick in ticks:
            store.extend([tick])
    return store


@pytest.mark.parametrize("at_once", [True, False])
def test_few_samples_come_back_as_they_are(at_once: bool) -> None:
    curve = _store([None, 10.0, 20.0, None, 40.0], at_once=at_once).visible(7, Counter.CPU, BEGIN_NS, ns(1), 100)
    assert curve.exact
    assert list(curve.ts_ns) == [ns(n * 0.05) for n in range(5)]
    assert [None if math.isnan(value) else value for value in curve.high] == [None, 10, 20, None, 40]


def test_memory_is_in_megabytes_of_a_million_bytes() -> None:
    curve = _store([1.0]).visible(7, Counter.RSS, BEGIN_NS, ns(1), 100)
    assert curve.high[0] == pytest.approx(1000 * 1024 / 1e6)


@pytest.mark.parametrize("at_once", [True, False])
def test_no_extreme_is_lost_however_many_samples_share_a_column(at_once: bool) -> None:
    chance = random.Random(4)
    values: list[float | None] = [chance.random() * 100 for _ in range(9_001)]
    values[5_000], values[8_999] = 777.0, -5.0
    store = _store(values, at_once=at_once)
    for columns in (3, 50, 700):
        curve = store.visible(7, Counter.CPU, BEGIN_NS, ns(1e6), columns)
        assert len(curve) <= 2 * columns + 2
        assert (float(np.nanmax(curve.high)), float(np.nanmin(curve.low))) == (777.0, -5.0)
        assert (np.diff(curve.ts_ns) > 0).all()
    assert store.maximum(Counter.CPU, BEGIN_NS, ns(1e6)) == 777.0


def test_the_view_may_begin_and_end_anywhere() -> None:
    values: list[float | None] = [float(n) for n in range(10_000)]
    store = _store(values)
    for first, last in ((0, 3), (4_090, 4_100), (100, 9_500), (9_990, 20_000)):
        curve = store.visible(7, Counter.CPU, ns(first * 0.05), ns(last * 0.05), 100)
        assert curve.ts_ns[0] <= ns(first * 0.05)
        assert float(np.nanmax(curve.high)) >= min(last, 9_999)
    assert len(store.visible(99, Counter.CPU, BEGIN_NS, ns(1), 100)) == 0
    assert len(store.visible(7, Counter.CPU, ns(-2), ns(-1), 100)) <= 1


def test_a_long_gap_stays_a_gap_when_columns_are_few() -> None:
    values: list[float | None] = [1.0] * 2000 + [None] * 4000 + [1.0] * 2000
    curve = _store(values).visible(7, Counter.CPU, BEGIN_NS, ns(1e6), 40)
    assert np.isnan(curve.high).sum() > 10


def test_a_process_that_was_not_seen_for_a_while_has_a_gap() -> None:
    store = CounterStore()
    seen = [[1, 2], [1, 2], [1], [1], [1, 2]]
    store.extend([Samples(t=ns(n), p=p, c=[5.0] * len(p), r=[1] * len(p)) for n, p in enumerate(seen)])
    assert not np.isnan(store.visible(1, Counter.CPU, BEGIN_NS, ns(9), 100).high).any()
    assert np.isnan(store.visible(2, Counter.CPU, BEGIN_NS, ns(9), 100).high).any()


def test_the_largest_in_view_come_first() -> None:
    ids = list(range(1, 31))
    store = CounterStore()
    store.extend([Samples(t=ns(n), p=ids, c=[float(i) for i in ids], r=[100 - i for i in ids]) for n in range(50)])
    assert store.top(Counter.CPU, BEGIN_NS, ns(50), 3) == [30, 29, 28]
    assert store.top(Counter.RSS, BEGIN_NS, ns(50), 3) == [1, 2, 3]
    low, high = store.envelope(Counter.CPU, BEGIN_NS, ns(50), 100).low, store.maximum(Counter.CPU, BEGIN_NS, ns(50))
    assert (float(low.min()), high) == (1.0, 30.0)


def test_the_value_at_a_moment_is_the_last_one_sampled() -> None:
    store = _store([None, 10.0, 20.0])
    moments = (-1.0, 0.0, 0.07, 0.1, 9.0)
    assert [store.value_at(7, Counter.CPU, ns(moment)) for moment in moments] == [None, None, 10.0, 20.0, None]


def test_ticks_without_processes_count_but_hold_nothing() -> None:
    store = CounterStore()
    store.extend([Samples(t=ns(0), p=[], c=[], r=[])])
    assert (store.ticks, store.upids(), store.maximum(Counter.CPU, BEGIN_NS, ns(1))) == (1, [], -1.0)
