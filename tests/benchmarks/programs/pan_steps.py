"""Milliseconds of one pan step, as JSON: of procviz's window and of the same picture in matplotlib."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from tests.benchmarks.programs.hundred_lives import LAST_NS, ROWS, TICK_NS, TICKS, records

STEPS = 60
SIZE_PX = (1600, 900)
FEWEST_ROW_PX = 0.05  # shrinks rows until all are in view


def steps_ms(step: Callable[[int], None], count: int) -> float:
    """The median of so many steps, there and back."""
    times = []
    for number in range(count):
        began = time.perf_counter()
        step(1 if number < count // 2 else -1)
        times.append((time.perf_counter() - began) * 1e3)
    return statistics.median(times)


def procviz() -> dict[str, float]:
    from procviz.trace.file import Recording
    from procviz.trace.folding.fold import fold
    from procviz.trace.records import Header
    from procviz.ui.settings import Settings
    from procviz.ui.shell.app import build

    application = QApplication([])
    window = build(application, Settings()).window
    window.resize(*SIZE_PX)
    window.show()
    header, *rest = records()
    assert isinstance(header, Header)
    window.centre.set_timeline(fold(Recording(header, rest)), live=False)
    state = window.centre.state
    application.processEvents()
    state.zoom(2.0, LAST_NS / 2)

    def step(direction: int) -> None:
        state.pan(direction * state.view.span_ns * 0.005)
        application.processEvents()

    some_ms = steps_ms(step, STEPS)
    state.zoom_rows(FEWEST_ROW_PX, 0.0)
    application.processEvents()
    assert state.visible_rows >= ROWS
    return {"some_rows_ms": some_ms, "all_rows_ms": steps_ms(step, STEPS)}


def matplotlib() -> dict[str, float]:
    try:
        import matplotlib as mpl
    except ImportError:
        return {}
    mpl.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np

    figure, (lanes, cpu, memory) = plt.subplots(3, 1, sharex=True, figsize=(16, 9), dpi=100)
    seconds = np.arange(TICKS) * TICK_NS / 1e9
    end_s = LAST_NS / 1e9
    for row in range(ROWS):
        parts = [(0.05 * row, 0.1), (0.05 * row + 0.1, end_s / 2), (end_s / 2, end_s / 4), (end_s * 0.75, end_s / 5)]
        lanes.broken_barh(parts, (row - 0.4, 0.8), facecolors=("grey", "blue", "orange", "blue"))
        cpu.plot(seconds, (np.arange(TICKS) * (row % 7 + 1) * 0.37 + row) % 100)
        memory.plot(seconds, 14_000 + (np.arange(TICKS) * row) % 9_000)

    begin_s = end_s / 4

    def step(direction: int) -> None:
        nonlocal begin_s
        begin_s += direction * end_s * 0.0025
        lanes.set_xlim(begin_s, begin_s + end_s / 2)
        figure.canvas.draw()

    return {"all_rows_ms": steps_ms(step, 6)}


if __name__ == "__main__":
    print(json.dumps({"procviz": procviz, "matplotlib": matplotlib}[sys.argv[1]]()))
