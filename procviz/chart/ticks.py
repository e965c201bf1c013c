"""Round numbers along the axes, from minutes down to microseconds. Numbers and unit symbols, no words."""

from __future__ import annotations

import math
from dataclasses import dataclass

SECOND_NS = 1_000_000_000
_STEPS_NS = tuple(
    [base * 10**power for power in range(9) for base in (1, 2, 5)]
    + [seconds * SECOND_NS for seconds in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 86400)]
)


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment on the time axis, its label relative to the run's start."""

    ts_ns: int
    label: str


@dataclass(frozen=True, slots=True)
class ValueTick:
    value: float
    label: str


def time_step_ns(span_ns: float, width_px: float, gap_px: float = 74.0) -> int:
    """The round step whose ticks stand at least `gap_px` apart."""
    least = span_ns * gap_px / max(width_px, 1.0)
    return next((step for step in _STEPS_NS if step >= least), _day_steps(least))


def _day_steps(least_ns: float) -> int:
    day = 86_400 * SECOND_NS
    return day * max(1, math.ceil(least_ns / day))


def time_ticks(begin_ns: float, end_ns: float, origin_ns: int, width_px: float, gap_px: float = 74.0) -> list[Tick]:
    """The ticks of a stretch of time; none before the run's start."""
    span = end_ns - begin_ns
    if span <= 0 or width_px <= 0:
        return []
    step = time_step_ns(span, width_px, gap_px)
    first = max(0, math.ceil((begin_ns - origin_ns) / step))
    last = math.floor((end_ns - origin_ns) / step)
    long = end_ns - origin_ns >= 120 * SECOND_NS
    return [Tick(origin_ns + n * step, _label(n * step, step, long)) for n in range(first, last + 1)]


def _label(offset_ns: int, step_ns: int, long: bool) -> str:
    if long and step_ns >= SECOND_NS:
        return _clock(offset_ns // SECOND_NS)
    digits = 0 if step_ns >= SECOND_NS else math.ceil(9 - math.log10(step_ns) - 1e-9)
    return f"{offset_ns / SECOND_NS:.{digits}f} s"


def _clock(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def moment_text(offset_ns: float, px_per_ns: float) -> str:
    """A moment relative to the run's start, as exactly as a pixel can show it (at least 10 ms, at most 1 µs)."""
    pixel_ns = 1 / max(px_per_ns, 1e-12)
    digits = min(max(math.ceil(9 - math.log10(max(pixel_ns, 1.0))), 2), 6)
    return f"{offset_ns / SECOND_NS:.{digits}f} s"


def duration_text(duration_ns: float) -> str:
    """A duration with three figures or so, in the unit that suits it."""
    length = abs(duration_ns)
    if length < 1_000_000:
        return f"{length / 1e3:.1f} µs"
    if length < SECOND_NS:
        return f"{length / 1e6:.1f} ms"
    return f"{length / 1e9:.2f} s"


def nice_step(span: float, count: int) -> float:
    """1, 2, 2.5 or 5 times a power of ten, so that about `count` steps make `span`."""
    raw = max(span, 1e-9) / max(count, 1)
    power: float = 10.0 ** math.floor(math.log10(raw))
    return next(base * power for base in (1.0, 2.0, 2.5, 5.0, 10.0) if base * power >= raw * (1 - 1e-9))


def value_top(maximum: float, *, percent: bool) -> float:
    """Where a value axis ends: a little above the largest value, a round number where that is near."""
    if percent:
        return 105.0 if maximum <= 104.0 else maximum * 1.05
    return max(maximum * 1.08, 1.0)


def value_ticks(top: float, height_px: float, *, percent: bool) -> list[ValueTick]:
    """From 0 upwards, about 32 px apart; percent prefers halves and wholes of a core."""
    count = max(1, int(height_px // 32))
    step = nice_step(top, count)
    if percent:
        step = next((s for s in (10.0, 25.0, 50.0, 100.0) if s >= top / (count + 0.5)), max(100.0, step))
        step = step if step <= 100 else math.ceil(step / 100) * 100.0
    return [ValueTick(n * step, _number(n * step, step)) for n in range(math.floor(top / step + 1e-9) + 1)]


def _number(value: float, step: float) -> str:
    digits = 0 if step >= 1 and step == int(step) else max(1, -math.floor(math.log10(step)))
    return f"{value:.{digits}f}"
