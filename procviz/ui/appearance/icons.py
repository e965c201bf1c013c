"""The few small pictures on buttons, drawn in the colour that is asked for, so that they fit every scheme and scale."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPolygonF

SIZE_PX = 16


def _play(painter: QPainter) -> None:
    painter.drawPolygon(QPolygonF([QPointF(4, 2.5), QPointF(13.5, 8), QPointF(4, 13.5)]))


def _stop(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(3.5, 3.5, 9, 9), 1.5, 1.5)


def _dot(painter: QPainter) -> None:
    painter.drawEllipse(QRectF(4, 4, 8, 8))


def _icon(draw: Callable[[QPainter], None], colour: str) -> QIcon:
    icon = QIcon()
    for scale in (1, 2):
        pixmap = QPixmap(SIZE_PX * scale, SIZE_PX * scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        pixmap.setDevicePixelRatio(scale)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        draw(painter)
        painter.end()
        icon.addPixmap(pixmap)
    return icon


def play_icon(colour: str) -> QIcon:
    """A triangle: run."""
    return _icon(_play, colour)


def stop_icon(colour: str) -> QIcon:
    """A square: stop."""
    return _icon(_stop, colour)


def dot_icon(colour: str) -> QIcon:
    """A disc: a finding, a live run."""
    return _icon(_dot, colour)
