"""CPU per cent of one core, as JSON: of procviz's window and recorder in a live run, and of their references."""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from pathlib import Path

import psutil
from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

SETTLE_S = 2.0
LOOK_S = 6.0
FRAME_MS = 33
TICK_S = 0.05


class Paints(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def recorder_cpu_s() -> float:
    """What the recorder's own processes have used; what it runs is no part of it."""
    total = 0.0
    for process in psutil.Process().children(recursive=True):
        try:
            if any(Path(part).parts[-3:-1] == ("procviz", "recorder") for part in process.cmdline()):
                total += sum(process.cpu_times()[:2])
        except psutil.Error:
            continue
    return total


def look(paints: Paints) -> dict[str, float]:
    """Let the loop run for a while and see what it used."""
    process_began, recorder_began, count_began = time.process_time(), recorder_cpu_s(), paints.count
    began = time.monotonic()
    wait(LOOK_S)
    seconds = time.monotonic() - began
    return {
        "window_percent": (time.process_time() - process_began) / seconds * 100,
        "recorder_percent": (recorder_cpu_s() - recorder_began) / seconds * 100,
        "paints_per_s": (paints.count - count_began) / seconds,
    }


def wait(seconds: float) -> None:
    """Let the program run; an application that quits would close its windows."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1e3), loop.quit)
    loop.exec()


def procviz() -> dict[str, float]:
    from procviz.script.scripts import Script
    from procviz.ui.settings import Settings
    from procviz.ui.shell.app import build

    application = QApplication([])
    conductor = build(application, Settings())
    window = conductor.window
    window.resize(1440, 900)
    window.show()
    source = (Path(__file__).parent / "eight_children.py").read_text(encoding="utf-8")
    conductor.show_script(Script(source, title="eight children"))
    conductor.run()
    wait(SETTLE_S)
    result = look(Paints(window.centre.plots.viewport()))
    window.close()
    return result


def empty() -> dict[str, float]:
    import pyqtgraph as pg

    application = QApplication([])
    plot = pg.PlotWidget()
    plot.resize(1440, 900)
    plot.show()
    timer = QTimer(application, interval=FRAME_MS)
    timer.timeout.connect(lambda: plot.viewport().update())
    timer.start()
    wait(SETTLE_S)
    return look(Paints(plot.viewport()))


def sampler() -> dict[str, float]:
    """Nine processes' CPU and memory, twenty times a second, kept nowhere."""
    children = [multiprocessing.Process(target=time.sleep, args=(SETTLE_S + 2 * LOOK_S,)) for _ in range(9)]
    for child in children:
        child.start()
    processes = [psutil.Process(child.pid) for child in children]
    began, used = time.monotonic(), time.process_time()
    while time.monotonic() - began < LOOK_S:
        for process in processes:
            with process.oneshot():
                process.cpu_times(), process.memory_info()
        time.sleep(TICK_S)
    result = {"recorder_percent": (time.process_time() - used) / (time.monotonic() - began) * 100}
    for child in children:
        child.kill()
        child.join()
    return result


if __name__ == "__main__":
    print(json.dumps({"procviz": procviz, "empty": empty, "sampler": sampler}[sys.argv[1]]()))
