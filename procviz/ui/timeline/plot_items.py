"""What the centre's items paint from, and the two kinds of item: one inside a view box, one beside it.

An item never computes what is shown: it hands its pixels to a pure function of `ui.paint`, the same that makes the
exported picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from procviz.chart.palette import LIGHT, Palette
from procviz.chart.scene import Scene
from procviz.chart.series import CounterStore

if TYPE_CHECKING:
    from procviz.ui.timeline.view_state import ViewState


NEIGHBOUR_PX = 3.0  # Qt asks for this much of an item when only the one beside it is painted


class Stage:
    """What is on show, shared by all items of one window; the centre sets it, the items only read it."""

    def __init__(self, state: ViewState) -> None:
        self.state = state
        self.scene: Scene | None = None
        self.store = CounterStore()
        self.palette: Palette = LIGHT
        self.moving = False  # a move is going on: draw lightly, in full when it rests
        self.light = False  # this frame of a live run may show the curves of the one before


class BoxItem(pg.GraphicsObject):  # type: ignore[misc]
    """Fills a view box, whatever range that box shows; subclasses say how in `draw`."""

    def __init__(self, stage: Stage, box: pg.ViewBox) -> None:
        super().__init__()
        self.stage = stage
        self._box = box
        self._bounds = QRectF(box.viewRect())
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        box.addItem(self, ignoreBounds=True)

    def viewRangeChanged(self) -> None:
        """pyqtgraph's notice that the box shows another range."""
        self.prepareGeometryChange()
        self._bounds = QRectF(self._box.viewRect())

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        scene = self.stage.scene
        if scene is None:
            return
        rect = QRectF(painter.worldTransform().mapRect(self._bounds).toRect())
        painter.resetTransform()
        painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
        self.draw(painter, rect, scene)

    def draw(self, painter: QPainter, rect: QRectF, scene: Scene) -> None:
        """Paint this scene into these device-independent pixels."""
        raise NotImplementedError


class SideItem(pg.GraphicsWidget):  # type: ignore[misc]
    """An axis or a column of labels in the layout beside the boxes; subclasses say how in `draw`."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption, True)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        scene, exposed = self.stage.scene, option.exposedRect
        if scene is None or min(exposed.width(), exposed.height()) <= NEIGHBOUR_PX:
            return
        rect = QRectF(painter.worldTransform().mapRect(QRectF(self.rect())).toRect())
        painter.resetTransform()
        self.draw(painter, rect, scene)

    def draw(self, painter: QPainter, rect: QRectF, scene: Scene) -> None:
        """Paint this scene into these device-independent pixels."""
        raise NotImplementedError
