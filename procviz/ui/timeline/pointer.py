"""What the pointer means in the plots: which process is under it, what is told of it, what a click does.

Joins the boxes' gestures with the scene's hit test; writes to the view state and the tool tip. How a thing is put in
words is `tooltips.py`'s affair.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPoint, QPointF, Signal

from procviz.chart.hit import Hit, HitKind, hit_test
from procviz.chart.lanes import lanes_of
from procviz.chart.scene import Pill, Row, Scene
from procviz.chart.series import Counter
from procviz.chart.view import TimeScale
from procviz.trace.timeline import Flow, Instant, Life, Slice
from procviz.ui.paint.axes import counter_top, drawn_upids
from procviz.ui.timeline.gestures import GestureBox
from procviz.ui.timeline.hover_tip import HoverTip
from procviz.ui.timeline.plot_items import Stage
from procviz.ui.timeline.plots import Plots
from procviz.ui.timeline.timeline_view import LaneLabels
from procviz.ui.timeline.tooltips import Sample, Teller

Watched = GestureBox | LaneLabels
CURVE_TOLERANCE_PX = 8.0
SLICE_MARGIN = 0.08  # air at both sides of what is zoomed to


@dataclass(frozen=True, slots=True)
class Spot:
    """What is at a place: a process, perhaps a thing of it, and the moment (None beside the plots)."""

    upid: int | None
    hit: Hit | Sample | None
    ts_ns: float | None


class Pointer(QObject):
    """Follows the pointer over one `Plots`."""

    menu_wanted = Signal(int, QPoint)  # upid, where on the screen
    clicked = Signal(object)  # the line of code behind what was clicked: Place or None

    def __init__(self, stage: Stage, plots: Plots) -> None:
        super().__init__(plots)
        self._stage, self._plots = stage, plots
        self._state = stage.state
        self.tip = HoverTip(plots)
        self._spots: dict[Watched, Callable[[QPointF], Spot]] = {}
        self._item: Watched | None = None  # what the pointer is in, and where
        self._at = QPointF()
        self._busy = False
        self._watch(plots.timeline_box, self._lane_spot)
        self._watch(plots.cpu_box, lambda at: self._curve_spot(at, Counter.CPU))
        self._watch(plots.memory_box, lambda at: self._curve_spot(at, Counter.RSS))
        self._watch(plots.labels, self._label_spot)
        self._state.changed.connect(self._view_changed)

    def refresh(self) -> None:
        """The picture moved or grew under a resting pointer."""
        if self._item is not None:
            self._point(self._item, self._at)

    def leave(self) -> None:
        self._item = None
        self.tip.leave()
        self._state.point(None, None)

    def spot(self, item: Watched, at: QPointF) -> Spot:
        """What is at a place of one of the watched items."""
        return self._spots[item](at)

    # where the pointer is

    def _watch(self, item: Watched, spot: Callable[[QPointF], Spot]) -> None:
        self._spots[item] = spot
        item.pointed.connect(lambda at: self._point(item, at))
        item.left.connect(self.leave)
        item.clicked.connect(lambda at: self._click(item, at))
        item.double_clicked.connect(lambda at: self._zoom_to(self.spot(item, at)))
        item.menu_wanted.connect(lambda at: self._want_menu(item, at))

    def _point(self, item: Watched, at: QPointF) -> None:
        self._item, self._at = item, at
        if self._stage.scene is None:
            return
        spot = self.spot(item, at)
        self._busy = True
        self._state.point(spot.upid, spot.ts_ns)
        self._busy = False
        self.tip.show_text(self._told(spot), self._on_screen(item, at))

    def _view_changed(self) -> None:
        """The pointer's pixel now means another moment, unless that is why the view changed."""
        if not self._busy and self._item is not None and self._item is not self._plots.labels:
            self._busy = True
            self._state.point(self._state.view.hovered, self._state.scale.ts_ns(self._at.x()))
            self._busy = False

    def _on_screen(self, item: Watched, at: QPointF) -> QPoint:
        place: QPoint = self._plots.mapFromScene(item.mapToScene(at))
        return QPoint(self._plots.viewport().mapToGlobal(place))

    # what is there

    def _lane_spot(self, at: QPointF) -> Spot:
        scene, view = self._stage.scene, self._state.view
        ts_ns = self._state.scale.ts_ns(at.x())
        if scene is None:
            return Spot(None, None, ts_ns)
        place = self._plots.timeline_box.mapToScene(at)
        left = place.x() - at.x()
        scale = TimeScale(view.begin_ns, view.end_ns, left, left + self._plots.timeline_box.width())
        boxes = self._plots.lanes.pill_boxes
        hit = hit_test(scene, view, scale, place.y() - at.y(), place.x(), place.y(), boxes)
        return Spot(None if hit is None else hit.upid, hit, ts_ns)

    def _label_spot(self, at: QPointF) -> Spot:
        scene = self._stage.scene
        row = lanes_of(self._state.view, 0.0).row_at(at.y())
        if scene is None or at.y() < lanes_of(self._state.view, 0.0).first_y or not 0 <= row < len(scene.rows):
            return Spot(None, None, None)
        found = scene.rows[row]
        return Spot(found.upid, Hit(HitKind.ROW, found.upid, found), None)

    def _curve_spot(self, at: QPointF, counter: Counter) -> Spot:
        """The nearest curve, if it is near."""
        stage, view = self._stage, self._state.view
        ts_ns = self._state.scale.ts_ns(at.x())
        box = self._plots.cpu_box if counter is Counter.CPU else self._plots.memory_box
        top = counter_top(stage.store, counter, view)
        best: tuple[float, Sample] | None = None
        for upid in drawn_upids(stage.store, counter, view)[0]:
            value = self._value(upid, counter, ts_ns)
            if value is None:
                continue
            away = abs(box.height() * (1 - value / top) - at.y())
            if away <= CURVE_TOLERANCE_PX and (best is None or away < best[0]):
                best = away, Sample(upid, ts_ns)
        return Spot(None, None, ts_ns) if best is None else Spot(best[1].upid, best[1], ts_ns)

    def _value(self, upid: int, counter: Counter, ts_ns: float) -> float | None:
        life = self._life(upid)
        if life is None or (life.ended is not None and life.ended.ts_ns < ts_ns):
            return None
        return self._stage.store.value_at(upid, counter, ts_ns)

    def _life(self, upid: int) -> Life | None:
        return None if self._stage.scene is None else self._stage.scene.life(upid)

    def _told(self, spot: Spot) -> str:
        scene = self._stage.scene
        if scene is None or spot.hit is None:
            return ""
        if isinstance(spot.hit, Hit) and spot.hit.kind is HitKind.ROW and spot.ts_ns is not None:
            return ""  # beside the bars there is nothing to tell
        teller = Teller(scene.timeline, self._stage.store, self._state.view.now_ns, self._stage.palette)
        if isinstance(spot.hit, Sample):
            return teller.sample(spot.hit)
        return self._thing_told(teller, spot.hit, spot.ts_ns)

    @staticmethod
    def _thing_told(teller: Teller, hit: Hit, ts_ns: float | None) -> str:
        thing = hit.object
        if isinstance(thing, Slice):
            return teller.slice(thing, ts_ns)
        if isinstance(thing, Instant):
            return teller.instant(thing)
        if isinstance(thing, Flow):
            return teller.flow(thing)
        if isinstance(thing, Pill):
            return teller.end(thing.upid)
        return teller.life(hit.upid)

    # what a click does

    def _click(self, item: Watched, at: QPointF) -> None:
        spot = self.spot(item, at)
        on_nothing = isinstance(spot.hit, Hit) and spot.hit.kind is HitKind.ROW and spot.ts_ns is not None
        self._state.select(None if on_nothing else spot.upid)
        thing = spot.hit.object if isinstance(spot.hit, Hit) else None
        self.clicked.emit(thing.place if isinstance(thing, Slice | Instant) else None)
        if spot.upid is None and self._state.view.range_ns is not None:
            self._state.measure(None)

    def _want_menu(self, item: Watched, at: QPointF) -> None:
        spot = self.spot(item, at)
        if spot.upid is not None:
            self.tip.leave()
            self._state.select(spot.upid)
            self.menu_wanted.emit(spot.upid, self._on_screen(item, at))

    def _zoom_to(self, spot: Spot) -> None:
        thing = spot.hit.object if isinstance(spot.hit, Hit) else None
        if isinstance(thing, Slice):
            end_ns = self._state.view.now_ns if thing.end is None else thing.end.ts_ns
            self._show(thing.begin.ts_ns, end_ns)
        elif spot.upid is not None and not (isinstance(thing, Row) and spot.ts_ns is not None):
            self.zoom_to_life(spot.upid)
        else:
            self._state.fit()

    def zoom_to_life(self, upid: int) -> None:
        """Show all of one process's life, from start to reaping."""
        life = self._life(upid)
        if life is None or life.started is None:
            return
        last = life.reaped or life.ended
        self._show(life.started.ts_ns, self._state.view.now_ns if last is None else last.ts_ns)
        scene: Scene | None = self._stage.scene
        if scene is not None and upid in scene.row_of:
            self._state.show_row(scene.row_of[upid])

    def _show(self, begin_ns: float, end_ns: float) -> None:
        air = max(end_ns - begin_ns, 1e3) * SLICE_MARGIN
        self._state.show_range(begin_ns - air, end_ns + air)
