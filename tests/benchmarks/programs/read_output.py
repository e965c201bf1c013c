"""Milliseconds of opening a million printed lines, of one scrolled frame and of narrowing them, as JSON.

Of procviz's Output tab, and of a bare QPlainTextEdit that holds the same text.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QAbstractSlider, QApplication, QPlainTextEdit

from procviz.trace.file import write_recording
from procviz.trace.records import Began, Described, Ended, Finished, Output, Reaped, Witness
from tests.benchmarks.programs.hundred_lives import records

LINES = 1_000_000
AT_ONCE = {"many": 200, "each": 1}  # lines in a record: as a program that prints much is recorded, and at the worst
FRAMES = 120
SIZE_PX = (1440, 900)
STEP_LINES = 3  # of a mouse wheel


def text_of(first: int, count: int) -> str:
    return "".join(f"line {number} of many that are printed\n" for number in range(first, first + count))


def recording(path: Path, at_once: int) -> None:
    header = next(iter(records()))
    step_ns = 20_000_000_000 // (LINES // at_once)
    began_ns = header.monotonic_ns
    end_ns = began_ns + 20_000_000_000
    rows = [
        header,
        Began(t=began_ns, p=1, pid=4711, ppid=1, w=Witness.KERNEL, precision_ns=0),
        Described(t=began_ns, p=1, w=Witness.KERNEL, kind="main", name="MainProcess"),
        *(
            Output(t=began_ns + number * step_ns, p=1, stream="stdout", text=text_of(number * at_once, at_once))
            for number in range(LINES // at_once)
        ),
        Ended(t=end_ns, p=1, w=Witness.KERNEL, precision_ns=0, exitcode=0),
        Reaped(t=end_ns, p=1, w=Witness.OS, precision_ns=0),
        Finished(t=end_ns, exitcode=0),
    ]
    write_recording(path, rows)


def frame_ms(bar: QAbstractSlider, application: QApplication) -> float:
    times = []
    for number in range(FRAMES):
        began = time.perf_counter()
        bar.setValue(bar.value() - STEP_LINES if number < FRAMES // 2 else bar.value() + STEP_LINES)
        application.processEvents()
        times.append((time.perf_counter() - began) * 1e3)
    return statistics.median(times)


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1e3


def procviz(path: Path) -> dict[str, float]:
    from procviz.ui.settings import Settings
    from procviz.ui.shell.app import build

    application = QApplication([])
    conductor = build(application, Settings(QSettings(str(path.with_name("own.ini")), QSettings.Format.IniFormat)))
    window = conductor.window
    window.resize(*SIZE_PX)
    window.show()
    application.processEvents()
    output = window.right.output

    def opens() -> None:
        conductor.files.open(path)
        window.right.tabs.setCurrentWidget(output)
        while output.log.rowCount() < LINES:
            application.processEvents()
        window.grab()

    found = {"open_ms": _ms(opens)}
    bar = output.table.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    application.processEvents()
    found["frame_ms"] = frame_ms(bar, application)
    output.select(1)
    found["narrow_ms"] = _ms(lambda: (output._only.click(), application.processEvents()))
    return found


def bare(path: Path) -> dict[str, float]:
    """The records read as JSON alone, and their text in Qt's own viewer for plain text."""
    application = QApplication([])
    viewer = QPlainTextEdit()
    viewer.resize(*SIZE_PX)
    viewer.setReadOnly(True)
    viewer.show()

    def opens() -> None:
        with path.open(encoding="utf-8") as file:
            viewer.setPlainText("".join(json.loads(line).get("text", "") for line in file))
        viewer.grab()
        application.processEvents()

    found = {"open_ms": _ms(opens)}
    bar = viewer.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    application.processEvents()
    return found | {"frame_ms": frame_ms(bar, application)}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, "million.procviz")
        recording(made, AT_ONCE[sys.argv[2]])
        print(json.dumps({"procviz": procviz, "bare": bare}[sys.argv[1]](made)))
