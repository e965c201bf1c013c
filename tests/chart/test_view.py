"""Every gesture as a function from a view to a view."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procviz.chart.scene import build_scene
from procviz.chart.view import (
    MAX_ROW_PX,
    MIN_SPAN_NS,
    TimeScale,
    clamp,
    fit,
    follow,
    pan,
    scroll,
    scroll_to,
    show,
    zoom_at,
    zoom_rows,
)
from tests.chart.builders import BEGIN_NS, everything, ns, timeline

SCENE = build_scene(everything())


def test_time_to_pixels_and_back() -> None:
    scale = TimeScale(BEGIN_NS, ns(10), 100, 1100)
    assert scale.x(ns(0)) == 100
    assert scale.x(ns(5)) == pytest.approx(600)
    assert scale.ts_ns(scale.x(ns(3.25))) == pytest.approx(ns(3.25))


def test_fit_shows_all_of_the_run_and_as_many_rows_as_have_room() -> None:
    view = fit(SCENE, 400)
    assert view.begin_ns < SCENE.begin_ns
    assert view.end_ns > SCENE.last_ns
    assert len(SCENE.rows) * view.row_px <= 400
    assert fit(SCENE, 100).row_px == fit(SCENE, 10).row_px


def test_fit_of_nothing_still_shows_a_second() -> None:
    assert fit(build_scene(timeline(last=0))).span_ns >= 1e9


@given(st.floats(0.01, 100), st.floats(0, 8))
def test_zoom_keeps_the_moment_under_the_pointer(factor: float, at: float) -> None:
    view = fit(SCENE)
    closer = zoom_at(view, factor, ns(at))
    before = (ns(at) - view.begin_ns) / view.span_ns
    assert (ns(at) - closer.begin_ns) / closer.span_ns == pytest.approx(before, abs=1e-3)


def test_zoom_ends_at_a_microsecond_and_a_few_lengths_of_the_run() -> None:
    view = fit(SCENE)
    assert zoom_at(view, 1e15, ns(4)).span_ns == pytest.approx(MIN_SPAN_NS, rel=0.01)
    far = clamp(zoom_at(view, 1e-9, ns(4)), SCENE)
    assert far.span_ns <= 9 * (SCENE.last_ns - SCENE.begin_ns)


def test_panning_away_is_stopped_while_something_still_shows() -> None:
    for way in (-1e15, 1e15):
        view = clamp(pan(fit(SCENE), way), SCENE)
        assert view.begin_ns < SCENE.last_ns
        assert view.end_ns > SCENE.begin_ns


def test_show_takes_the_ends_in_either_order() -> None:
    view = show(fit(SCENE), ns(3), ns(1))
    assert view.begin_ns == pytest.approx(ns(1))
    assert view.end_ns == pytest.approx(ns(3))


def test_following_keeps_now_in_view() -> None:
    whole = follow(fit(SCENE, live=True), SCENE, ns(20))
    assert whole.begin_ns < SCENE.begin_ns < ns(20) < whole.end_ns
    near = follow(zoom_at(whole, 10, ns(1)), SCENE, ns(21), whole=False)
    assert near.begin_ns < ns(21) < near.end_ns
    assert near.span_ns == pytest.approx(whole.span_ns / 10)


def test_rows_scroll_within_their_number() -> None:
    view = fit(SCENE, 100)
    assert scroll(view, -5, SCENE, 100).top_row == 0
    last = scroll(view, 500, SCENE, 100)
    assert last.top_row + 100 / last.row_px == pytest.approx(len(SCENE.rows))
    shown = scroll_to(view, 7, SCENE, 100)
    assert shown.top_row <= 7
    assert shown.top_row + 100 / shown.row_px >= 8
    assert scroll_to(shown, 7, SCENE, 100) == shown


def test_higher_rows_keep_the_row_under_the_pointer() -> None:
    view = scroll(fit(SCENE, 100), 2, SCENE, 100)
    higher = zoom_rows(view, 1.5, SCENE, 100, at_row=4)
    assert (4 - higher.top_row) * higher.row_px == pytest.approx((4 - view.top_row) * view.row_px)
    assert zoom_rows(view, 1e6, SCENE, 100).row_px == MAX_ROW_PX
