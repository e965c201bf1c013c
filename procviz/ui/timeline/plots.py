"""The three plots on one time axis: where they stand, and what is repainted when.

Follows the view state and nothing else. It knows no process: which one is under the pointer is `pointer.py`'s affair.
"""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView, QWidget

from procviz.chart.lanes import STRIP_PX, lanes_of
from procviz.chart.scene import Scene
from procviz.chart.series import Counter
from procviz.chart.view import View
from procviz.ui.paint.labels import labels_px
from procviz.ui.timeline.counter_view import CurvesItem, ValueAxis
from procviz.ui.timeline.flash import Flash
from procviz.ui.timeline.gestures import GestureBox
from procviz.ui.timeline.plot_items import Stage
from procviz.ui.timeline.plot_keys import PlotKeys
from procviz.ui.timeline.split_line import HEIGHT_PX as SPLIT_PX
from procviz.ui.timeline.split_line import SplitLine
from procviz.ui.timeline.timeline_view import LaneLabels, LanesItem, TimeAxis
from procviz.wording import _

LEAST_LABELS_PX = 150.0
LABELS_SHARE = 0.33  # of the width at most, however long the names are
AXIS_PX = 26.0
COUNTER_SHARE = 0.36  # of the height, for both counters together
LEAST_COUNTER_PX = 56.0
LEAST_TIMELINE_PX = 90.0
REST_MS = 150


class Plots(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    """Timeline, CPU and memory, one above the other, in linked view boxes."""

    step_wanted = Signal(int)  # the selection should go this many rows down
    menu_wanted = Signal()  # by key, for the selected process
    zoom_wanted = Signal()  # to the selected process

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self.state = stage.state
        self._shown: View | None = None
        self._share = COUNTER_SHARE
        self._labels_px = 0
        self.setObjectName("plots")
        self.scene().setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing behind it is painted
        self._build()
        self._keys = PlotKeys(
            self.state,
            step=self.step_wanted.emit,
            zoom=self.zoom_wanted.emit,
            menu=self.menu_wanted.emit,
            split=self.move_split,
        )
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._come_to_rest)
        self.state.changed.connect(self._apply)
        self.timeline_box.sigResized.connect(self._timeline_resized)
        self.restyle()
        self.retranslate()

    @property
    def boxes(self) -> tuple[GestureBox, GestureBox, GestureBox]:
        return self.timeline_box, self.cpu_box, self.memory_box

    def restyle(self) -> None:
        """The stage has another palette."""
        self.setBackground(QColor(self._stage.palette.card))
        self.repaint_all()

    def retranslate(self) -> None:
        self.setAccessibleName(_("Timeline and plots"))
        self.repaint_all()

    def repaint_all(self) -> None:
        """Something other than the view changed: paint everything once more."""
        self._move()
        for item in self._painted:
            item.update()

    def place_of_row(self, row: int) -> QPoint:
        """A point of this widget at the left of a row."""
        corner = self.timeline_box.sceneBoundingRect().topLeft()
        y = lanes_of(self.state.view, corner.y()).middle(row)
        place: QPoint = self.mapFromScene(QPointF(corner.x(), y))
        return place

    # where they stand

    def _build(self) -> None:
        stage, state = self._stage, self.state
        self.timeline_box = GestureBox(state, has_rows=True)
        self.cpu_box = GestureBox(state, has_rows=False)
        self.memory_box = GestureBox(state, has_rows=False)
        self.lanes = LanesItem(stage, self.timeline_box)
        self.labels = LaneLabels(stage)
        self._curves = (CurvesItem(stage, self.cpu_box, Counter.CPU), CurvesItem(stage, self.memory_box, Counter.RSS))
        self._values = (ValueAxis(stage, Counter.CPU), ValueAxis(stage, Counter.RSS))
        self.axis = TimeAxis(stage)
        self.split = SplitLine(stage)
        self.split.dragged.connect(self.move_split)
        self.split.reset.connect(self._reset_split)
        self._arrange()
        for box in (self.cpu_box, self.memory_box):
            box.setXLink(self.timeline_box)
            box.setYRange(0.0, 1.0, padding=0.0)
        self._painted = (self.lanes, self.labels, *self._curves, *self._values, self.axis, self.split)
        self.flash = Flash(stage, self.timeline_box)

    def _arrange(self) -> None:
        grid = self.ci.layout
        self.ci.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        sides = {0: self.labels, 2: self._values[0], 3: self._values[1]}
        for (row, side), box in zip(sides.items(), self.boxes, strict=True):
            self.addItem(side, row, 0)
            self.addItem(box, row, 1)
        self.addItem(self.split, 1, 0, 1, 2)
        self.addItem(self.axis, 4, 1)
        grid.setRowFixedHeight(1, SPLIT_PX)
        grid.setRowFixedHeight(4, AXIS_PX)
        self.fit_labels()
        self._share_height()

    def fit_labels(self) -> None:
        """Make the names' column as wide as its longest name wants."""
        scene = self._stage.scene
        wanted = LEAST_LABELS_PX if scene is None else max(LEAST_LABELS_PX, labels_px(scene))
        width = round(min(wanted, max(LEAST_LABELS_PX, self.width() * LABELS_SHARE)))
        if width != self._labels_px:
            self._labels_px = width
            self.ci.layout.setColumnFixedWidth(0, width)

    def _share_height(self) -> None:
        height = float(self.height()) - SPLIT_PX - AXIS_PX
        most = max(height - LEAST_TIMELINE_PX, 0.0)
        both = min(max(height * self._share, 2 * LEAST_COUNTER_PX), most)
        for row in (2, 3):
            self.ci.layout.setRowFixedHeight(row, round(both / 2))

    def move_split(self, down_px: float) -> None:
        """Give the timeline so much more of the height."""
        height = max(float(self.height()) - SPLIT_PX - AXIS_PX, 1.0)
        least = 2 * LEAST_COUNTER_PX / height
        most = max(1 - LEAST_TIMELINE_PX / height, least)
        self._share = min(max(self._share - down_px / height, least), most)
        self._share_height()

    def _reset_split(self) -> None:
        self._share = COUNTER_SHARE
        self._share_height()

    def _timeline_resized(self) -> None:
        self.state.resize(self.timeline_box.width(), self.timeline_box.height() - STRIP_PX)
        self._apply()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "split"):
            self.fit_labels()
            self._share_height()

    # what is repainted when

    def _apply(self) -> None:
        """Show the view as it is now: ranges first, then one paint for all of it."""
        view, old = self.state.view, self._shown
        self._shown = view
        self._stage.light = False
        self._set_ranges(view)
        if old is None or _rows_look(old) != _rows_look(view):
            self.labels.update()
        if old is None or (old.begin_ns, old.end_ns) != (view.begin_ns, view.end_ns):
            self.axis.update()
        self._update_plots()
        if view.live or old is None or _curves_look(old) != _curves_look(view):
            self._move()
        self.scene().prepareForPaint()

    def scene_changed(self, before: Scene | None) -> None:
        """The stage has a newer scene or more samples."""
        scene = self._stage.scene
        if scene is None or before is None or scene.rows != before.rows:
            self.fit_labels()
            self.labels.update()
        self._update_plots()
        self._move()

    def _update_plots(self) -> None:
        for item in (self.lanes, *self._curves):
            item.update()
        for axis in self._values:
            axis.update_if_changed()

    def _set_ranges(self, view: View) -> None:
        begin = self.state.begin_ns
        top = view.top_row - STRIP_PX / view.row_px
        rows = self.timeline_box.height() / view.row_px
        self.timeline_box.setRange(
            xRange=((view.begin_ns - begin) / 1e9, (view.end_ns - begin) / 1e9),
            yRange=(top, top + max(rows, 0.01)),
            padding=0.0,
            disableAutoRange=False,
        )

    def _move(self) -> None:
        self._stage.moving = True
        self._rest.start()

    def _come_to_rest(self) -> None:
        self._stage.moving = False
        for item in self._curves:
            item.update()

    # keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The plots' own keys; the window's are left to it."""
        event.setAccepted(self._keys.press(event))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The mouse's menu waits for the release of the button, since a drag with it measures; this is the key's."""
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self.menu_wanted.emit()
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.timeline_box.left.emit()


def _rows_look(view: View) -> tuple[object, ...]:
    """What the names' column depends on."""
    return view.top_row, view.row_px, view.selected, view.hovered


def _curves_look(view: View) -> tuple[object, ...]:
    """What curves depend on."""
    return view.begin_ns, view.end_ns, view.hovered, view.selected
