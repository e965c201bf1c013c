"""The plots' view box: what wheel, drag and pointer mean, in the words of `ViewState`.

One class for all three plots, since time answers alike in each of them; only the timeline has rows to scroll. It
knows no processes: where the pointer is, clicks and wishes for a menu are handed on as signals, in its own pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsSceneHoverEvent,
    QGraphicsSceneMouseEvent,
    QGraphicsSceneWheelEvent,
)

from procviz.chart.lanes import STRIP_PX
from procviz.chart.view import View
from procviz.ui.timeline.view_state import ViewState

NOTCH = 120.0  # one notch of a mouse wheel, in Qt's units
ZOOM_PER_NOTCH = 1.25
ROW_ZOOM_PER_NOTCH = 1.15
ROWS_PER_NOTCH = 2.0
SHARE_PER_NOTCH = 0.12  # of the visible time, when the wheel moves sideways
DRAG_PX = 4.0  # less is a click with an unsteady hand


@dataclass(slots=True)
class _Drag:
    """What a pressed button has done so far."""

    button: Qt.MouseButton
    pressed_at: QPointF
    view: View  # as it was when the button went down
    measures: bool
    moved: bool = False


class GestureBox(pg.ViewBox):  # type: ignore[misc]
    """A view box that leaves every change to the view state; its own menu, drag and wheel are off."""

    clicked = Signal(QPointF)
    double_clicked = Signal(QPointF)
    menu_wanted = Signal(QPointF)
    pointed = Signal(QPointF)
    left = Signal()

    def __init__(self, state: ViewState, has_rows: bool) -> None:
        super().__init__(enableMenu=False, enableMouse=False, invertY=has_rows, defaultPadding=0.0)
        self._state = state
        self._has_rows = has_rows
        self._drag: _Drag | None = None
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsFocusable, False)
        self.setAcceptHoverEvents(True)
        self.disableAutoRange()

    def wheelEvent(self, event: QGraphicsSceneWheelEvent, axis: int | None = None) -> None:
        """Wheel zooms time at the pointer, with Shift it scrolls rows, with Ctrl it makes rows higher."""
        notches = event.delta() / NOTCH
        modifiers = event.modifiers()
        state, view = self._state, self._state.view
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            y_px = event.pos().y() - STRIP_PX if self._has_rows else 0.0
            state.zoom_rows(ROW_ZOOM_PER_NOTCH**notches, y_px)
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            state.scroll(view.top_row - notches * ROWS_PER_NOTCH)
        elif event.orientation() is Qt.Orientation.Horizontal:
            state.pan(-notches * SHARE_PER_NOTCH * (view.end_ns - view.begin_ns))
        else:
            state.zoom(ZOOM_PER_NOTCH**notches, state.scale.ts_ns(event.pos().x()))
        event.accept()
        self.pointed.emit(event.pos())

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        if self._drag is None and event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            measures = shift or event.button() is Qt.MouseButton.RightButton
            self._drag = _Drag(event.button(), event.pos(), self._state.view, measures)
        event.accept()

    def mouseMoveEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        drag = self._drag
        event.accept()
        if drag is None:
            return
        way = event.pos() - drag.pressed_at
        if not drag.moved and abs(way.x()) + abs(way.y()) < DRAG_PX:
            return
        if not drag.moved:
            drag.moved = True
            self.setCursor(Qt.CursorShape.SizeHorCursor if drag.measures else Qt.CursorShape.ClosedHandCursor)
        if drag.measures:
            scale = self._state.scale
            x = min(max(event.pos().x(), 0.0), self.width())
            self._state.measure((scale.ts_ns(drag.pressed_at.x()), scale.ts_ns(x)))
        else:
            self._pan_to(drag.view, way)
        self.pointed.emit(event.pos())

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        drag = self._drag
        event.accept()
        if drag is None or event.button() is not drag.button:
            return
        self._drag = None
        self.unsetCursor()
        if drag.moved:
            return
        if drag.button is Qt.MouseButton.RightButton:
            self.menu_wanted.emit(event.pos())
        else:
            self.clicked.emit(event.pos())

    def mouseDoubleClickEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        event.accept()
        if event.button() is Qt.MouseButton.LeftButton:
            self.double_clicked.emit(event.pos())

    def hoverMoveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        self.pointed.emit(event.pos())

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        self.left.emit()

    def _pan_to(self, start: View, way: QPointF) -> None:
        """What was under the pointer when the button went down is under it again."""
        delta_ns = -way.x() * (start.end_ns - start.begin_ns) / max(self.width(), 1.0)
        top_row = start.top_row - way.y() / start.row_px if self._has_rows else None
        self._state.show_range(start.begin_ns + delta_ns, start.end_ns + delta_ns, top_row)
