"""What was printed, as lines: chunks go in as they were written, a table model for the Output tab comes out.

A chunk may hold half a line or many; half a line stays open until its writer ends it. Knows no colours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from procviz.trace.records import Output
from procviz.wording import _, ngettext

Index = QModelIndex | QPersistentModelIndex

TIME, PROCESS, TEXT = range(3)
LINE_ROLE = int(Qt.ItemDataRole.UserRole)

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]")
_LONGEST_LINE = 4000


@dataclass(slots=True)
class Line:
    """One line of one process; `open` until its line break comes."""

    ts_ns: int
    process: int | None
    stream: str
    text: str
    open: bool = False


def printable(output: Output) -> str:
    """The written text; bytes that are no UTF-8 and control characters are shown as escapes."""
    text = output.text if output.text is not None else (output.data or b"").decode("utf-8", "backslashreplace")
    text = text.replace("\r\n", "\n")
    text = _CONTROL.sub(lambda found: f"\\x{ord(found.group()):02x}", text)
    if output.bytes_left_out:
        left_out = ngettext("[{count} byte left out]", "[{count} bytes left out]", output.bytes_left_out)
        text += left_out.format(count=output.bytes_left_out)
    return text


class OutputLog(QAbstractTableModel):
    """Lines in the order in which they were written; can be narrowed to one process."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []
        self._shown: list[int] | None = None  # None: all
        self._only: int | None = None
        self._names: dict[int, str] = {}
        self._begin_ns = 0
        self._writers: set[int | None] = set()

    # what goes in

    def clear(self, begin_ns: int = 0) -> None:
        """Forget everything; times are told from `begin_ns` on."""
        self.beginResetModel()
        self._lines, self._names, self._begin_ns = [], {}, begin_ns
        self._only, self._shown = None, None
        self._writers = set()
        self.endResetModel()

    def set_begin(self, begin_ns: int) -> None:
        """Tell times from another moment on."""
        if begin_ns != self._begin_ns:
            self._begin_ns = begin_ns
            self._told_anew(TIME)

    def set_names(self, names: dict[int, str]) -> None:
        """What the processes are called now."""
        if names != self._names:
            self._names = names
            self._told_anew(PROCESS)

    def append(self, outputs: Iterable[Output]) -> None:
        """Take over what was written since the last call."""
        fresh: list[Line] = []
        for output in outputs:
            self._take(output, fresh)
        if not fresh:
            return
        self._writers.update(line.process for line in fresh)
        first = len(self._lines)
        shown = self._wanted(fresh, first)
        row = self.rowCount()
        if shown:
            self.beginInsertRows(QModelIndex(), row, row + len(shown) - 1)
        self._lines.extend(fresh)
        if self._shown is not None:
            self._shown.extend(shown)
        if shown:
            self.endInsertRows()

    def _take(self, output: Output, fresh: list[Line]) -> None:
        parts = printable(output).split("\n")
        for number, part in enumerate(parts):
            ends = number < len(parts) - 1
            if not part and not ends:
                break
            if number or not self._continue(output, part, ends, fresh):
                fresh.append(Line(output.t, output.p, output.stream, part[:_LONGEST_LINE], not ends))

    def _continue(self, output: Output, part: str, ends: bool, fresh: list[Line]) -> bool:
        """Go on with a line that its writer left open, if nobody wrote since, or if only its end was missing."""
        line = self._open_line(output, fresh, back=1 if part else 200)
        if line is None:
            return False
        line.text = (line.text + part)[:_LONGEST_LINE]
        line.open = not ends
        row = len(self._lines) - 1
        if self._lines and line is self._lines[-1] and self._shown is None:
            self.dataChanged.emit(self.index(row, TEXT), self.index(row, TEXT))
        return True

    def _open_line(self, output: Output, fresh: list[Line], back: int) -> Line | None:
        for lines in (fresh, self._lines):
            for line in reversed(lines[-back:]):
                if line.process == output.p and line.stream == output.stream:
                    return line if line.open else None
            back -= len(lines)
            if back <= 0:
                break
        return None

    # what is shown

    def show_only(self, process: int | None) -> None:
        """Narrow the log to one process, or show all of it."""
        if process != self._only:
            self.beginResetModel()
            self._only = process
            self._shown = None if process is None else self._wanted(self._lines, 0)
            self.endResetModel()

    def _wanted(self, lines: list[Line], first: int) -> list[int]:
        only = self._only
        return [first + number for number, line in enumerate(lines) if only is None or line.process == only]

    def line(self, row: int) -> Line:
        """The line on a row of the table."""
        return self._lines[row if self._shown is None else self._shown[row]]

    def last_row_before(self, ts_ns: int, process: int | None) -> int | None:
        """The row of the last line written until then, by this process if one is named."""
        best = None
        for row in range(self.rowCount()):
            line = self.line(row)
            if line.ts_ns > ts_ns:
                break
            if process is None or line.process == process:
                best = row
        return best

    def name(self, process: int | None) -> str:
        """What the writer is called."""
        return _("not known") if process is None else self._names.get(process) or f"#{process}"

    def writers(self) -> list[str]:
        """What those are called who have written."""
        return [self.name(process) for process in self._writers]

    def seconds(self, line: Line) -> str:
        """When it was written, from the run's beginning on."""
        return f"{(line.ts_ns - self._begin_ns) / 1e9:.2f}"

    # what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if parent.isValid():
            return 0
        return len(self._lines) if self._shown is None else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 3

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, LINE_ROLE):
            return None
        line = self.line(index.row())
        if role == LINE_ROLE:
            return line
        if index.column() == TIME:
            return self.seconds(line)
        return self.name(line.process) if index.column() == PROCESS else line.text

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (_("Time, s"), _("Process"), _("Text"))[section]

    def retranslate(self) -> None:
        """Say headers and names again, in the language in use."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, 2)
        self._told_anew(PROCESS)

    def _told_anew(self, column: int) -> None:
        rows = self.rowCount()
        if rows:
            self.dataChanged.emit(self.index(0, column), self.index(rows - 1, column))
