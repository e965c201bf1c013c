"""A flash over one row at one moment, that says: look here."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QEasingCurve, QPointF, QRectF, QVariantAnimation
from PySide6.QtGui import QColor, QPainter, QPen

from procviz.chart.lanes import lanes_of
from procviz.chart.scene import Scene
from procviz.chart.view import TimeScale
from procviz.ui.timeline.plot_items import BoxItem, Stage

FLASH_MS = 1100
RING_PX = 26.0


class Flash(BoxItem):
    """Fades by itself and paints nothing afterwards."""

    def __init__(self, stage: Stage, box: pg.ViewBox) -> None:
        super().__init__(stage, box)
        self.setZValue(20)
        self.setVisible(False)
        self._row = 0
        self._ts_ns = 0.0
        self._fade = QVariantAnimation(self, startValue=1.0, endValue=0.0, duration=FLASH_MS)
        self._fade.setEasingCurve(QEasingCurve.Type.InOutQuad)
        self._fade.valueChanged.connect(lambda _value: self.update())
        self._fade.finished.connect(lambda: self.setVisible(False))

    def start(self, row: int, ts_ns: float) -> None:
        """Flash this row, and a ring that closes in on this moment."""
        self._row, self._ts_ns = row, ts_ns
        self._fade.stop()
        self.setVisible(True)
        self._fade.start()

    def draw(self, painter: QPainter, rect: QRectF, scene: Scene) -> None:
        strength = float(self._fade.currentValue() or 0.0)
        view = self.stage.state.view
        lanes = lanes_of(view, rect.top())
        scale = TimeScale(view.begin_ns, view.end_ns, rect.left(), rect.right())
        colour = QColor(self.stage.palette.accent)
        colour.setAlphaF(0.22 * strength)
        painter.fillRect(QRectF(rect.left(), lanes.y(self._row), rect.width(), lanes.row_px), colour)
        colour.setAlphaF(strength)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 2.0))
        radius = 6.0 + RING_PX * strength
        painter.drawEllipse(QPointF(scale.x(self._ts_ns), lanes.middle(self._row)), radius, radius)
