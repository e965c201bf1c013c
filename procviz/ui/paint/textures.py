"""Hatching and dots as lines and rectangles of their own: Qt's brush patterns change with the resolution.

Everything hangs on the bar's own left end, so that a texture moves with its bar. Pixels in, arrays out: for one
rectangle, or for many at once as columns of their sides.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from procviz.ui.paint.batch import Floats, stacked

HATCH_PX = 7.0
DOT_PX = 4.0
STRIPE_PX = 6.0
PAUSE_PX = 12.0
PAUSE_GAP_PX = 3.5

Side = float | Floats


def _sides(*sides: Side) -> tuple[Floats, ...]:
    return tuple(np.broadcast_arrays(*(np.atleast_1d(np.asarray(side, dtype=np.float64)) for side in sides)))


def _spread(first: Floats, last: Floats, fits: NDArray[np.bool_]) -> tuple[NDArray[np.intp], Floats]:
    """Every whole number from `first` to `last` of the rectangles that fit, and whose it is."""
    count = np.where(fits, np.maximum(last - first + 1, 0), 0).astype(np.intp)
    whose = np.repeat(np.arange(len(count)), count)
    return whose, first[whose] + np.arange(len(whose)) - np.repeat(np.cumsum(count) - count, count)


def diagonals(origin: Side, left: Side, right: Side, top: Side, bottom: Side, *, falling: bool) -> Floats:
    """Lines at 45 degrees inside a rectangle; `falling` from the upper left, else from the lower left."""
    origin, left, right, top, bottom = _sides(origin, left, right, top, bottom)
    height = bottom - top
    first, last = np.ceil((left - height - origin) / HATCH_PX), np.floor((right - origin) / HATCH_PX)
    whose, number = _spread(first, last, (right - left >= 2) & (height >= 4))
    origin, left, right, top, bottom = (side[whose] for side in (origin, left, right, top, bottom))
    foot = origin + number * HATCH_PX
    x0, x1 = np.clip(foot, left, right), np.clip(foot + height[whose], left, right)
    near, far = x0 - foot, x1 - foot
    y0, y1 = (top + near, top + far) if falling else (bottom - near, bottom - far)
    return np.column_stack((x0, y0, x1, y1))


def pauses(origin: Side, left: Side, right: Side, top: Side, bottom: Side) -> Floats:
    """Upright lines in pairs, as on a button that suspends."""
    first = stripes(origin, left, right, top, bottom, PAUSE_PX)
    return np.concatenate((first, stripes(np.add(origin, PAUSE_GAP_PX), left, right, top, bottom, PAUSE_PX)))


def stripes(origin: Side, left: Side, right: Side, top: Side, bottom: Side, step_px: float = STRIPE_PX) -> Floats:
    """Upright lines inside a rectangle."""
    origin, left, right, top, bottom = _sides(origin, left, right, top, bottom)
    first, last = np.ceil((left - origin) / step_px), np.floor((right - origin) / step_px)
    whose, number = _spread(first, last, last >= first)
    x = origin[whose] + number * step_px
    inside = (x > left[whose] + 1) & (x < right[whose] - 1)
    x, whose = x[inside], whose[inside]
    return np.column_stack((x, top[whose], x, bottom[whose]))


def dots(origin: Side, left: Side, right: Side, top: Side, bottom: Side) -> Floats:
    """Small squares in staggered rows inside a rectangle, as left, top, width, height."""
    origin, left, right, top, bottom = _sides(origin, left, right, top, bottom)
    rows = np.ceil((bottom - top - 5.0) / DOT_PX)
    parts = []
    for row in range(int(rows.max(initial=0))):
        start = origin + 3.0 + (DOT_PX / 2 if row % 2 else 0.0)
        first, last = np.ceil((left + 1.5 - start) / DOT_PX), np.floor((right - 2.5 - start) / DOT_PX)
        whose, number = _spread(first, last, rows > row)
        size = np.full(len(whose), 1.3)
        parts.append(np.column_stack((start[whose] + number * DOT_PX, (top + 2.5 + row * DOT_PX)[whose], size, size)))
    return stacked(parts)
