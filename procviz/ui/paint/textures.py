"""Hatching and dots as lines and rectangles of their own: Qt's brush patterns change with the resolution.

Everything hangs on the bar's own left end, so that a texture moves with its bar. Pixels in, arrays out.
"""

from __future__ import annotations

import numpy as np

from procviz.ui.paint.batch import Floats

HATCH_PX = 7.0
DOT_PX = 4.0
STRIPE_PX = 6.0


def diagonals(origin: float, left: float, right: float, top: float, bottom: float, *, falling: bool) -> Floats:
    """Lines at 45 degrees inside a rectangle; `falling` from the upper left, else from the lower left."""
    height = bottom - top
    if right - left < 2 or height < 4:
        return np.empty((0, 4))
    first = np.ceil((left - height - origin) / HATCH_PX)
    foot = origin + np.arange(first, np.floor((right - origin) / HATCH_PX) + 1) * HATCH_PX
    x0, x1 = np.clip(foot, left, right), np.clip(foot + height, left, right)
    near, far = x0 - foot, x1 - foot
    y0, y1 = (top + near, top + far) if falling else (bottom - near, bottom - far)
    return np.column_stack((x0, y0, x1, y1))


def stripes(origin: float, left: float, right: float, top: float, bottom: float) -> Floats:
    """Upright lines inside a rectangle."""
    first, last = np.ceil((left - origin) / STRIPE_PX), np.floor((right - origin) / STRIPE_PX)
    x = origin + np.arange(first, last + 1) * STRIPE_PX
    x = x[(x > left + 1) & (x < right - 1)]
    return np.column_stack((x, np.full_like(x, top), x, np.full_like(x, bottom)))


def dots(origin: float, left: float, right: float, top: float, bottom: float) -> Floats:
    """Small squares in staggered rows inside a rectangle, as left, top, width, height."""
    rows = np.arange(top + 2.5, bottom - 2.5, DOT_PX)
    parts = []
    for number, y in enumerate(rows):
        start = origin + 3.0 + (DOT_PX / 2 if number % 2 else 0.0)
        first = np.ceil((left + 1.5 - start) / DOT_PX)
        x = start + np.arange(first, np.floor((right - 2.5 - start) / DOT_PX) + 1) * DOT_PX
        parts.append(np.column_stack((x, np.full_like(x, y), np.full_like(x, 1.3), np.full_like(x, 1.3))))
    return np.concatenate(parts) if parts else np.empty((0, 4))
