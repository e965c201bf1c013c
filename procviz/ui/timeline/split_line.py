"""The line between timeline and counter plots: dragging it gives one of them the other's height."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QGraphicsSceneHoverEvent,
    QGraphicsSceneMouseEvent,
    QStyleOptionGraphicsItem,
    QWidget,
)

from procviz.ui.timeline.plot_items import Stage

HEIGHT_PX = 9.0


class SplitLine(pg.GraphicsWidget):  # type: ignore[misc]
    """A thin line with a wide grip."""

    dragged = Signal(float)  # so many pixels further down
    reset = Signal()  # by a double click

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        self._hot = False
        self._last: QPointF | None = None
        self.setAcceptHoverEvents(True)
        self.setCursor(Qt.CursorShape.SplitVCursor)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        colour = self._stage.palette.accent if self._hot else self._stage.palette.line
        middle = self.rect().center().y()
        painter.fillRect(QRectF(0.0, round(middle), self.rect().width(), 2.0 if self._hot else 1.0), QColor(colour))

    def hoverEnterEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        self._hot = True
        self.update()

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        self._hot = False
        self.update()

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        self._last = event.scenePos()
        event.accept()

    def mouseMoveEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        if self._last is not None:
            self.dragged.emit(event.scenePos().y() - self._last.y())
            self._last = event.scenePos()
        event.accept()

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        self._last = None
        event.accept()

    def mouseDoubleClickEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        self.reset.emit()
        event.accept()
