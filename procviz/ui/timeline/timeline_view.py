"""The timeline's three items: the lanes, their labels at the left, the time axis at the bottom."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsSceneHoverEvent, QGraphicsSceneMouseEvent, QGraphicsSceneWheelEvent

from procviz.chart.hit import PillBox
from procviz.chart.scene import Scene
from procviz.ui.paint.axes import paint_time_axis
from procviz.ui.paint.labels import paint_labels
from procviz.ui.paint.timeline import paint_timeline
from procviz.ui.timeline.plot_items import BoxItem, SideItem, Stage


class LanesItem(BoxItem):
    """One row per process: bars, marks, arrows, ends."""

    def __init__(self, stage: Stage, box: pg.ViewBox) -> None:
        super().__init__(stage, box)
        self.pill_boxes: tuple[PillBox, ...] = ()  # in the pixels of the last paint

    def draw(self, painter: QPainter, rect: QRectF, scene: Scene) -> None:
        painted = paint_timeline(
            painter, rect, scene, self.stage.state.view, self.stage.palette, store=self.stage.store
        )
        self.pill_boxes = painted.pills


class LaneLabels(SideItem):
    """Name and pid of every row; they can be pointed at and clicked like the rows themselves."""

    clicked = Signal(QPointF)
    double_clicked = Signal(QPointF)
    menu_wanted = Signal(QPointF)
    pointed = Signal(QPointF)
    left = Signal()

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.setAcceptHoverEvents(True)

    def draw(self, painter: QPainter, rect: QRectF, scene: Scene) -> None:
        paint_labels(painter, rect, scene, self.stage.state.view, self.stage.palette)

    def wheelEvent(self, event: QGraphicsSceneWheelEvent) -> None:
        state = self.stage.state
        state.scroll(state.view.top_row - event.delta() / 120.0 * 2.0)
        event.accept()

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        if event.button() is Qt.MouseButton.RightButton:
            self.menu_wanted.emit(event.pos())
        elif event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.pos()):
            self.clicked.emit(event.pos())
        event.accept()

    def mouseDoubleClickEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        self.double_clicked.emit(event.pos())
        event.accept()

    def hoverMoveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        self.pointed.emit(event.pos())

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        self.left.emit()


class TimeAxis(SideItem):
    """Seconds since the run began, under all plots."""

    def draw(self, painter: QPainter, rect: QRectF, scene: Scene) -> None:
        paint_time_axis(painter, rect, scene, self.stage.state.view, self.stage.palette)
