"""What is under the pointer. Works on the same arithmetic as the painters; must not know Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

import numpy as np

from procviz.chart.lanes import RICH_ROW_PX, Lanes, Point, flow_points, lanes_of
from procviz.chart.scene import OPEN_NS, Pill, Row, Scene
from procviz.chart.view import TimeScale, View
from procviz.trace.timeline import Flow, FlowKind, Instant, Slice

TOLERANCE_PX = 5.0


class HitKind(Enum):
    ROW = "row"
    SLICE = "slice"
    INSTANT = "instant"
    FLOW = "flow"
    PILL = "pill"


@dataclass(frozen=True, slots=True)
class Box:
    """Where something with words was painted: left, top, right, bottom in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True, slots=True)
class PillBox:
    """A pill and where it was painted: only a painter knows how wide its words are."""

    pill: Pill
    box: Box
    words: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """What was hit, and the process it belongs to (an arrow belongs to its target)."""

    kind: HitKind
    upid: int
    object: Row | Slice | Instant | Flow | Pill


def hit_test(
    scene: Scene,
    view: View,
    scale: TimeScale,
    top_px: float,
    x_px: float,
    y_px: float,
    pill_boxes: Sequence[PillBox] = (),
) -> Hit | None:
    """The most telling thing within 5 px; `top_px` is the top of the rectangle given to `paint_timeline`."""
    lanes = lanes_of(view, top_px)
    for placed in pill_boxes:
        if placed.box.holds(x_px, y_px):
            return Hit(HitKind.PILL, placed.pill.upid, placed.pill)
    row = lanes.row_at(y_px)
    if y_px < lanes.first_y or not 0 <= row < len(scene.rows):
        return None
    return (
        _instant(scene, lanes, scale, row, x_px, y_px)
        or _flow(scene, view, lanes, scale, (x_px, y_px))
        or _slice(scene, view, scale, row, x_px)
        or Hit(HitKind.ROW, scene.rows[row].upid, scene.rows[row])
    )


def _instant(scene: Scene, lanes: Lanes, scale: TimeScale, row: int, x: float, y: float) -> Hit | None:
    top = lanes.bar_top(row)
    if not top - TOLERANCE_PX <= y <= top + lanes.bar_px + TOLERANCE_PX:
        return None
    candidates = np.flatnonzero(scene.instants.row == row)
    if not len(candidates):
        return None
    away = np.abs(scale.xs(scene.instants.ts_ns[candidates]) - x)
    nearest = int(np.argmin(away))
    if away[nearest] > TOLERANCE_PX:
        return None
    instant = scene.instants.objects[int(candidates[nearest])]
    return Hit(HitKind.INSTANT, instant.process, instant)


def _flow(scene: Scene, view: View, lanes: Lanes, scale: TimeScale, at: Point) -> Hit | None:
    if view.row_px < RICH_ROW_PX or not len(scene.flows):
        return None
    flows = scene.flows
    row = lanes.row_at(at[1])
    spans = (np.minimum(flows.source_row, flows.target_row) <= row) & (
        row <= np.maximum(flows.source_row, flows.target_row)
    )
    best: tuple[float, Flow] | None = None
    for index in np.flatnonzero(spans):
        flow = flows.objects[int(index)]
        if not flow_shown(flow, view):
            continue
        away = _distance(flow_points(scene, int(index), lanes, scale), at)
        if away <= TOLERANCE_PX and (best is None or away < best[0]):
            best = (away, flow)
    return None if best is None else Hit(HitKind.FLOW, best[1].target, best[1])


def flow_shown(flow: Flow, view: View) -> bool:
    """Whether an arrow is drawn: who waits for whom only for the process that is looked at."""
    touched = {flow.source, flow.target} & {view.selected, view.hovered}
    return flow.kind is not FlowKind.WAIT or bool(touched)


def _distance(points: Sequence[Point], at: Point) -> float:
    """From a point to a line of several pieces."""
    best = float("inf")
    for (x0, y0), (x1, y1) in pairwise(points):
        dx, dy = x1 - x0, y1 - y0
        length = dx * dx + dy * dy
        share = 0.0 if length == 0 else min(max(((at[0] - x0) * dx + (at[1] - y0) * dy) / length, 0.0), 1.0)
        best = min(best, float(np.hypot(at[0] - x0 - share * dx, at[1] - y0 - share * dy)))
    return best


def _slice(scene: Scene, view: View, scale: TimeScale, row: int, x: float) -> Hit | None:
    columns = scene.slices
    candidates = np.flatnonzero(columns.row == row)
    if not len(candidates):
        return None
    end_ns = np.where(columns.end_ns[candidates] == OPEN_NS, view.now_ns, columns.end_ns[candidates])
    left, right = scale.xs(columns.begin_ns[candidates]), scale.xs(end_ns)
    away = np.maximum(np.maximum(left - x, x - right), 0.0)
    best = int(np.argmin(away + 1e-6 * (right - left)))  # of two equally near ones the shorter
    if away[best] > TOLERANCE_PX:
        return None
    piece = columns.objects[int(candidates[best])]
    return Hit(HitKind.SLICE, piece.process, piece)
