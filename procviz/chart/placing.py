"""Finding room for words so that none lies over another or over a line. Intervals in pixels; knows no Qt."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Room:
    """What is taken in one row: stretches from left to right, in order of their left ends."""

    taken: list[tuple[float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.taken.sort()

    def take(self, left: float, right: float) -> None:
        insort(self.taken, (left, right))

    def take_all(self, stretches: Iterable[tuple[float, float]]) -> None:
        """Many at once."""
        self.taken.extend(stretches)
        self.taken.sort()

    def free(self, left: float, right: float) -> bool:
        return all(right <= a or left >= b for a, b in self.taken)

    def first_fit(self, left: float, right: float, width: float) -> float | None:
        """The leftmost place for `width` between two borders; None where there is none."""
        x = left
        for a, b in self.taken:
            if a >= x + width:
                break
            if b > x:
                x = b
        return x if x + width <= right else None


def place_end(bar: tuple[float, float], plot: tuple[float, float], width: float, gap: float = 8.0) -> float:
    """Where a pill of a width goes whose bar ends at `bar[1]`: behind it, else inside its end, else before it.

    Always inside the plot, whatever the room.
    """
    left, right = plot
    behind = max(bar[1] + gap, left)
    if behind + width <= right:
        return behind
    inside = min(bar[1], right) - gap / 2 - width
    if inside >= max(bar[0], left) + gap / 2:
        return inside
    before = min(bar[0], right) - gap - width
    if before >= left:
        return before
    return max(left, right - width - gap / 2)


def wrapped(widths: Iterable[float], room: float, gap: float) -> list[tuple[int, float]]:
    """Line and left of things side by side that begin a new line where there is no more room."""
    places: list[tuple[int, float]] = []
    line, x = 0, 0.0
    for width in widths:
        if x > 0 and x + width > room:
            line, x = line + 1, 0.0
        places.append((line, x))
        x += width + gap
    return places
