"""The two items of a counter plot: the curves, and the value axis at their left."""

from __future__ import annotations

from dataclasses import replace

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPixmap

from procviz.chart.scene import Scene
from procviz.chart.series import Counter
from procviz.chart.view import View
from procviz.ui.paint.axes import counter_top, paint_value_axis
from procviz.ui.paint.canvas import canvas
from procviz.ui.paint.counters import paint_counters
from procviz.ui.paint.lines import paint_crosshair
from procviz.ui.timeline.plot_items import BoxItem, SideItem, Stage
from procviz.wording import language

MOVING_POINTS = 10_000  # while something moves: what a frame has time for
RESTING_POINTS = 60_000  # once it rests: more than a screen has columns
SMOOTH_LIVES = 16  # so few curves are drawn smooth even while they move


class CurvesItem(BoxItem):
    """One curve per process of one counter, the selected process's on top.

    The curves are kept as a picture: a cursor moves over them for next to nothing, and a live run, whose samples come
    more seldom than frames, may show them twice.
    """

    def __init__(self, stage: Stage, box: pg.ViewBox, counter: Counter) -> None:
        super().__init__(stage, box)
        self._counter = counter
        self._kept = QPixmap()
        self._kept_for: tuple[object, ...] = ()

    def draw(self, painter: QPainter, rect: QRectF, scene: Scene) -> None:
        stage, view = self.stage, self.stage.state.view
        ratio = painter.device().devicePixelRatio()
        if not (stage.light and self._kept.size() == (rect.size() * ratio).toSize()):
            self._keep(rect, scene, replace(view, cursor_ns=None, range_ns=None, top_row=0.0, row_px=1.0), ratio)
        painter.drawPixmap(rect.topLeft(), self._kept)
        paint_crosshair(painter, rect, canvas(painter, rect, scene, view, stage.palette, None))

    def _keep(self, rect: QRectF, scene: Scene, view: View, ratio: float) -> None:
        stage = self.stage
        wanted = (rect.size(), id(scene), view, stage.store.ticks, stage.palette, language(), ratio, stage.moving)
        if wanted == self._kept_for:
            return
        size = (rect.size() * ratio).toSize()
        if self._kept.size() != size:
            self._kept = QPixmap(size)
        self._kept.setDevicePixelRatio(ratio)
        painter = QPainter(self._kept)
        self._paint(painter, QRectF(QPointF(0.0, 0.0), rect.size()), scene, view)
        painter.end()
        self._kept_for = wanted

    def _paint(self, painter: QPainter, rect: QRectF, scene: Scene, view: View) -> None:
        stage = self.stage
        points = MOVING_POINTS if stage.moving else RESTING_POINTS
        smooth = not stage.moving or len(scene.rows) <= SMOOTH_LIVES
        paint_counters(painter, rect, stage.store, self._counter, scene, view, stage.palette, points, smooth)


class ValueAxis(SideItem):
    """What the counter is, its unit, and its scale."""

    def __init__(self, stage: Stage, counter: Counter) -> None:
        super().__init__(stage)
        self._counter = counter
        self._shown: tuple[float, int] | None = None

    def update_if_changed(self) -> None:
        """Paint anew if the scale is another one."""
        store = self.stage.store
        wanted = counter_top(store, self._counter, self.stage.state.view), len(store.upids())
        if wanted != self._shown:
            self._shown = wanted
            self.update()

    def draw(self, painter: QPainter, rect: QRectF, scene: Scene) -> None:
        stage = self.stage
        paint_value_axis(painter, rect, stage.store, self._counter, scene, stage.state.view, stage.palette)
