"""Many rectangles or lines in one call: numpy's memory handed to QPainter as it is.

A call per shape costs more than the shape; a list of QRectF costs more than the drawing.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPixmap

Floats = NDArray[np.float64]
BESIDE_PX = 16.0


def draw_rects(painter: QPainter, boxes: Floats) -> None:
    """Rectangles, n rows of left, top, width, height in pixels."""
    memory = np.ascontiguousarray(boxes, dtype=np.float64)
    if len(memory):
        painter.drawRects(shiboken6.wrapInstance(memory.ctypes.data, QRectF), len(memory))  # type: ignore[call-overload]


def draw_lines(painter: QPainter, lines: Floats) -> None:
    """Lines, n rows of x0, y0, x1, y1 in pixels."""
    memory = np.ascontiguousarray(lines, dtype=np.float64)
    if len(memory):
        painter.drawLines(shiboken6.wrapInstance(memory.ctypes.data, QLineF), len(memory))  # type: ignore[call-overload]


def in_sight(lines: Floats, rect: QRectF) -> Floats:
    """Of lines what lies in a rectangle or just beside it: drawing costs their length, and Qt's pixels have an end."""
    box = rect.adjusted(-BESIDE_PX, -BESIDE_PX, BESIDE_PX, BESIDE_PX)
    return _between(_between(lines, 0, box.left(), box.right()), 1, box.top(), box.bottom())


def _between(lines: Floats, axis: int, near: float, far: float) -> Floats:
    """What lies between two sides; `axis` 0 is x."""
    first, last = lines[:, axis], lines[:, axis + 2]
    if np.all((first >= near) & (first <= far) & (last >= near) & (last <= far)):
        return lines
    lines = lines[(np.maximum(first, last) >= near) & (np.minimum(first, last) <= far)]
    way, rise = lines[:, axis + 2] - lines[:, axis], lines[:, 3 - axis] - lines[:, 1 - axis]
    slope = np.divide(rise, way, out=np.zeros_like(way), where=way != 0)
    made = np.array(lines)
    for end in (axis, axis + 2):
        made[:, end] = np.clip(lines[:, end], near, far)
        made[:, end + 1 - 2 * axis] += (made[:, end] - lines[:, end]) * slope
    return made


def draw_veils(painter: QPainter, boxes: Floats, ink: QColor) -> None:
    """Rectangles of a translucent colour, n rows of left, top, width, height.

    On a screen as pictures: a brush mixes colours line by line, which takes ten times as long for a narrow shape.
    """
    if not len(boxes):
        return
    if painter.paintEngine().type() is not QPaintEngine.Type.Raster:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        draw_rects(painter, boxes)
        return
    veil = _veil(ink.rgba(), *(int(np.ceil(most)) for most in boxes[:, 2:].max(axis=0)))
    for left, top, width, height in boxes.tolist():
        painter.drawPixmap(QRectF(left, top, width, height), veil, QRectF(0, 0, width, height))


@lru_cache(maxsize=8)
def _veil(rgba: int, width: int, height: int) -> QPixmap:
    made = QPixmap(max(width, 1), max(height, 1))
    made.fill(QColor.fromRgba(rgba))
    return made


def stacked(parts: list[Floats]) -> Floats:
    """n by 4 of several m by 4."""
    return np.concatenate(parts) if parts else np.empty((0, 4))
