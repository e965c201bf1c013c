"""Many rectangles or lines in one call: numpy's memory handed to QPainter as it is.

A call per shape costs more than the shape; a list of QRectF costs more than the drawing.
"""

from __future__ import annotations

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QPainter

Floats = NDArray[np.float64]


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


def stacked(parts: list[Floats]) -> Floats:
    """n by 4 of several m by 4."""
    return np.concatenate(parts) if parts else np.empty((0, 4))
