"""What was printed, as lines: chunks go in as they were written, a table model for the Output tab comes out.

A line is made when it is shown. Knows no colours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from procviz.trace.records import Output
from procviz.ui.details.line_index import Column, LineIndex
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


def _whole(output: Output) -> str:
    """The written text; bytes that are no UTF-8 are shown as escapes, and what was left out is said."""
    text = output.text if output.text is not None else (output.data or b"").decode("utf-8", "backslashreplace")
    if output.bytes_left_out:
        left_out = ngettext("[{count} byte left out]", "[{count} bytes left out]", output.bytes_left_out)
        text += left_out.format(count=output.bytes_left_out)
    return text


def _printable(text: str) -> str:
    """Control characters are shown as escapes."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found.group()):02x}", text)


class OutputLog(QAbstractTableModel):
    """Lines in the order in which they were written; can be narrowed to one process."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._index = LineIndex(_whole)
        self._rows = 0  # as many as were announced to the views
        self._shown: Column | None = None  # None: all
        self._only: int | None = None
        self._names: dict[int, str] = {}
        self._begin_ns = 0
        self._last: tuple[int, Line] | None = None

    # what goes in

    def clear(self, begin_ns: int = 0) -> None:
        """Forget everything; times are told from `begin_ns` on."""
        self._last = None
        self.beginResetModel()
        self._index, self._names, self._begin_ns = LineIndex(_whole), {}, begin_ns
        self._only, self._shown, self._rows = None, None, 0
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
        self._last = None
        first = len(self._index)
        grown = self._index.append(outputs)
        fresh = range(first, len(self._index)) if self._shown is None else self._index.of_process(self._only, first)
        if len(fresh):
            self.beginInsertRows(QModelIndex(), self._rows, self._rows + len(fresh) - 1)
            self._rows += len(fresh)
            if self._shown is not None:
                self._shown.extend(fresh)
            self.endInsertRows()
        for line in grown:
            row = line if self._shown is None else int(np.searchsorted(self._shown.values, line))
            if row < self._rows and self._number(row) == line:
                self.dataChanged.emit(self.index(row, TEXT), self.index(row, TEXT))

    # what is shown

    def show_only(self, process: int | None) -> None:
        """Narrow the log to one process, or show all of it."""
        if process != self._only:
            self._last = None
            self.beginResetModel()
            self._only, self._shown, self._rows = process, None, len(self._index)
            if process is not None:
                self._shown = Column(np.int64)
                self._shown.extend(self._index.of_process(process))
                self._rows = len(self._shown)
            self.endResetModel()

    def _number(self, row: int) -> int:
        return row if self._shown is None else int(self._shown.values[row])

    def line(self, row: int) -> Line:
        """The line on a row of the table."""
        if self._last is not None and self._last[0] == row:  # each of its three cells is asked for
            return self._last[1]
        number = self._number(row)
        output = self._index.output(number)
        still_open = self._index.is_open(number)
        line = Line(output.t, output.p, output.stream, self.text(row), still_open)
        self._last = row, line
        return line

    def text(self, row: int) -> str:
        """What stands on a row of the table."""
        written = self._index.text(self._number(row), _LONGEST_LINE)
        return _printable(written.removesuffix("\r"))[:_LONGEST_LINE]

    def last_row_before(self, ts_ns: int, process: int | None) -> int | None:
        """The row of the last line written until then, by this process if one is named."""
        until = self._index.written_until(ts_ns)
        if self._shown is not None:
            if process not in (None, self._only):
                return None
            until = int(np.searchsorted(self._shown.values, until))
        elif process is not None:
            own = self._index.of_process(process)
            before = int(np.searchsorted(own, until))
            return int(own[before - 1]) if before else None
        return until - 1 if until else None

    def name(self, process: int | None) -> str:
        """What the writer is called."""
        return _("not known") if process is None else self._names.get(process) or f"#{process}"

    def writers(self) -> list[str]:
        """What those are called who have written."""
        return [self.name(process) for process in self._index.writers]

    def seconds(self, line: Line) -> str:
        """When it was written, from the run's beginning on."""
        return f"{(line.ts_ns - self._begin_ns) / 1e9:.2f}"

    # what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if parent.isValid():
            return 0
        return self._rows

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 3

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, LINE_ROLE):
            return None
        if index.column() == TEXT and role != LINE_ROLE:
            return self.text(index.row())
        line = self.line(index.row())
        if role == LINE_ROLE:
            return line
        if index.column() == TIME:
            return self.seconds(line)
        return self.name(line.process)

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
