"""What is under the pointer, found without a window."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from procviz.chart.hit import Box, HitKind, PillBox, hit_test
from procviz.chart.lanes import STRIP_PX, bar_px, flow_points, lanes_of
from procviz.chart.scene import build_scene
from procviz.chart.view import TimeScale, fit
from procviz.trace.timeline import FlowKind, InstantKind, State
from tests.chart.builders import everything, ns

SCENE = build_scene(everything())
VIEW = replace(fit(SCENE, 500), top_row=0.0, row_px=40.0)
TOP = 10.0
SCALE = TimeScale(VIEW.begin_ns, VIEW.end_ns, 150, 1150)
LANES = lanes_of(VIEW, TOP)


def _at(upid: int, seconds: float) -> Any:
    return hit_test(SCENE, VIEW, SCALE, TOP, SCALE.x(ns(seconds)), LANES.middle(SCENE.row_of[upid]))


def test_a_slice_knows_its_state() -> None:
    hit = _at(1, 5.0)
    assert hit is not None
    assert (hit.kind, hit.upid, hit.object.state) == (HitKind.SLICE, 1, State.WAITING_AT_EXIT)


def test_beside_the_bar_there_is_only_the_row() -> None:
    hit = _at(2, 6.0)
    assert hit is not None
    assert (hit.kind, hit.upid) == (HitKind.ROW, 2)


def test_an_instant_wins_over_the_slice_below_it() -> None:
    hit = _at(8, 2.6)
    assert hit is not None
    assert (hit.kind, hit.object.kind, hit.object.name) == (HitKind.INSTANT, InstantKind.SIGNAL, "SIGTERM")


def test_an_arrow_wins_over_the_bar_it_crosses() -> None:
    hit = _at(5, 3.6)
    assert hit is not None
    assert (hit.kind, hit.object.kind, hit.upid) == (HitKind.FLOW, FlowKind.SIGNAL, 7)


def test_who_waits_is_only_there_for_the_process_looked_at() -> None:
    index = next(n for n, flow in enumerate(SCENE.flows.objects) if flow.kind is FlowKind.WAIT)
    (x, y0), (_x, y1), _head = flow_points(SCENE, index, LANES, SCALE)
    at = (x, (y0 + y1) / 2)
    hit = hit_test(SCENE, VIEW, SCALE, TOP, *at)
    assert hit is not None
    assert hit.kind is not HitKind.FLOW
    hit = hit_test(SCENE, replace(VIEW, selected=3), SCALE, TOP, *at)
    assert hit is not None
    assert hit.object is SCENE.flows.objects[index]


def test_a_pill_is_where_the_painter_put_it() -> None:
    placed = PillBox(SCENE.pills[0], Box(700, 300, 760, 317))
    hit = hit_test(SCENE, VIEW, SCALE, TOP, 730, 310, [placed])
    assert hit is not None
    assert (hit.kind, hit.object) == (HitKind.PILL, SCENE.pills[0])


@pytest.mark.parametrize("y", [TOP + STRIP_PX / 2, TOP + STRIP_PX + 40 * 50])
def test_the_strip_and_the_room_below_the_rows_are_empty(y: float) -> None:
    assert hit_test(SCENE, VIEW, SCALE, TOP, 600, y) is None


def test_rows_are_where_the_lanes_say() -> None:
    for row in range(len(SCENE.rows)):
        assert LANES.row_at(LANES.middle(row)) == row
        assert LANES.y(row) <= LANES.bar_top(row) < LANES.y(row + 1)
    assert list(LANES.visible(len(SCENE.rows), LANES.y(3) + 1)) == [0, 1, 2, 3]
    assert bar_px(3) == 3
    assert bar_px(100) == 22
