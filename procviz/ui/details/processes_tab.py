"""The Processes tab: every process as a row of a sortable table; the timeline for those who cannot see one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QSize, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from procviz.trace.timeline import Life, Timeline
from procviz.ui.details.output_model import Index
from procviz.wording import _
from procviz.wording.foreign_text import shown
from procviz.wording.states import cause_text, kind_text, process_name

_FEW_ROWS = 100  # of more, a width that is right at the end is enough
_WIDEST_LETTERS = 40  # of a column; the tooltip has the rest
_SORT = int(Qt.ItemDataRole.UserRole)
_NUMBERS = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_WORDS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class _Column:
    title: Callable[[], str]
    value: Callable[[ProcessTable, Life], Any]  # what is sorted by; None is unknown
    text: Callable[[Any], str] = str
    number: bool = True


class ProcessTable(QAbstractTableModel):
    """One row per life, in start order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lives: list[Life] = []
        self._seen: list[int] = []  # the revision each row was shown at
        self.timeline: Timeline | None = None
        self._swatches: dict[str, QIcon] = {}
        self._colours: Mapping[int, str] = {}
        self.rss_kib: dict[int, int] = {}  # of the newest sampling tick

    def clear(self) -> None:
        """Forget the run before."""
        self.beginResetModel()
        self._lives, self._seen, self.timeline, self.rss_kib = [], [], None, {}
        self.endResetModel()

    def show_timeline(self, timeline: Timeline, colours: Mapping[int, str]) -> None:
        """Take over what changed."""
        self.timeline, self._colours = timeline, colours
        lives = list(timeline.lives.values())
        known = len(self._lives)
        if lives[:known] != self._lives and [life.id for life in lives[:known]] != [life.id for life in self._lives]:
            self.clear()
            self.timeline, known = timeline, 0
        if timeline.samples:
            tick = timeline.samples[-1]
            self.rss_kib = {p: r for p, r in zip(tick.p or [], tick.r, strict=True) if r is not None}
        for row, seen in enumerate(self._seen):
            if lives[row].revision != seen or lives[row].ended is None:
                self._seen[row] = lives[row].revision
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))
        if len(lives) > known:
            self.beginInsertRows(QModelIndex(), known, len(lives) - 1)
            self._lives = lives
            self._seen.extend(life.revision for life in lives[known:])
            self.endInsertRows()

    def seconds(self, life: Life, name: str) -> float | None:
        """A moment of a life, in seconds from the run's beginning."""
        edge = getattr(life, name)
        if edge is None or self.timeline is None:
            return None
        return float((edge.ts_ns - self.timeline.begin_ns) / 1e9)

    def life_name(self, upid: int | None) -> str:
        """What another process of the run is called."""
        life = self.timeline.lives.get(upid) if self.timeline is not None and upid is not None else None
        return "" if life is None else process_name(life, self.timeline)

    def upid(self, row: int) -> int:
        """The process on a row."""
        return self._lives[row].id

    def row_of(self, upid: int | None) -> int:
        """The row of a process; -1 for none."""
        return next((row for row, life in enumerate(self._lives) if life.id == upid), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._lives)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column, life = COLUMNS[index.column()], self._lives[index.row()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _NUMBERS if column.number else _WORDS
        if role == Qt.ItemDataRole.DecorationRole:
            return self._swatch(life.id) if index.column() == NAME else None
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, _SORT):
            return None
        value = column.value(self, life)
        if role == _SORT:
            return value
        text = "" if value is None else shown(column.text(value))
        return escape(text) if role == Qt.ItemDataRole.ToolTipRole else text

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _NUMBERS if COLUMNS[section].number else _WORDS
        return COLUMNS[section].title() if role == Qt.ItemDataRole.DisplayRole else None

    def _swatch(self, upid: int) -> QIcon:
        colour = self._colours.get(upid, "#888888")
        if colour not in self._swatches:
            pixmap = QPixmap(8, 22)
            pixmap.setDevicePixelRatio(2)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(0, 0, 4, 11, 2, 2)
            painter.end()
            icon = self._swatches[colour] = QIcon(pixmap)
            icon.addPixmap(pixmap, QIcon.Mode.Selected)  # else a selected row's colour is another one
        return self._swatches[colour]


def _memory_mib(table: ProcessTable, life: Life) -> float | None:
    if life.max_rss_bytes is not None:
        return life.max_rss_bytes / 2**20
    kib = table.rss_kib.get(life.id)
    return None if kib is None else kib / 1024


def _why(table: ProcessTable, life: Life) -> str | None:
    return cause_text(life, table.timeline) if life.ended is not None else None


def _yes_no(value: bool) -> str:
    return _("yes") if value else _("no")


NAME = 0
COLUMNS = (
    _Column(lambda: _("Name"), lambda table, life: process_name(life), number=False),
    _Column(lambda: _("pid"), lambda table, life: life.pid),
    _Column(lambda: _("Exit code"), lambda table, life: life.exitcode),
    _Column(lambda: _("Why"), _why, number=False),
    _Column(lambda: _("Started, s"), lambda table, life: table.seconds(life, "started"), "{:.3f}".format),
    _Column(lambda: _("Ended, s"), lambda table, life: table.seconds(life, "ended"), "{:.3f}".format),
    _Column(lambda: _("Parent"), lambda table, life: table.life_name(life.parent), number=False),
    _Column(lambda: _("Kind"), lambda table, life: kind_text(life.kind), number=False),
    _Column(lambda: _("Start method"), lambda table, life: life.start_method, number=False),
    _Column(lambda: _("Daemon"), lambda table, life: life.daemon, _yes_no, number=False),
    _Column(lambda: _("CPU, s"), lambda table, life: life.cpu_seconds, "{:.2f}".format),
    _Column(lambda: _("Memory, MiB"), _memory_mib, "{:.1f}".format),
    _Column(lambda: _("No."), lambda table, life: life.id),
)


class _Sorted(QSortFilterProxyModel):
    """Sorts by value; what is not known comes last."""

    def lessThan(self, left: Index, right: Index) -> bool:
        first, second = left.data(_SORT), right.data(_SORT)
        if first is None or second is None:
            return first is not None
        return bool(first < second)


class Processes(QWidget):
    """The table in its tab."""

    selected = Signal(object)  # upid, chosen by the user

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ProcessTable(self)
        self._sorted = _Sorted(self)
        self._sorted.setSourceModel(self.model)
        self._sorted.setSortRole(_SORT)
        self.table = self._make_table()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(self.table)
        self._fitted = 0, 0
        self._silent = False
        self.table.selectionModel().currentRowChanged.connect(self._chosen)
        self.retranslate()

    def _make_table(self) -> QTableView:
        table = QTableView(self)
        table.setModel(self._sorted)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setIconSize(QSize(4, 11))
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(28)
        table.horizontalHeader().setHighlightSections(False)
        table.setSortingEnabled(True)
        table.sortByColumn(len(COLUMNS) - 1, Qt.SortOrder.AscendingOrder)
        return table

    def clear(self) -> None:
        """Forget the run before."""
        self._fitted = 0, 0
        self.model.clear()

    def show_timeline(self, timeline: Timeline, colours: Mapping[int, str]) -> None:
        """Take over what changed since the last call."""
        self.model.show_timeline(timeline, colours)
        few = len(timeline.lives) <= _FEW_ROWS
        ended = few and sum(life.ended is not None for life in timeline.lives.values())  # an end is told in words
        if (self.model.rowCount(), ended) != self._fitted or timeline.finished:
            self._fitted = self.model.rowCount(), ended
            self._fit_columns()

    def select(self, upid: int | None) -> None:
        """This process was selected somewhere."""
        row = self.model.row_of(upid)
        self._silent = True
        if row < 0:
            self.table.clearSelection()
            self.table.setCurrentIndex(QModelIndex())
        else:
            self.table.selectRow(self._sorted.mapFromSource(self.model.index(row, 0)).row())
        self._silent = False

    def retranslate(self) -> None:
        """Say everything again, in the language in use."""
        self.table.setAccessibleName(_("Processes"))
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
        if self.model.rowCount():
            self.model.dataChanged.emit(
                self.model.index(0, 0), self.model.index(self.model.rowCount() - 1, len(COLUMNS) - 1)
            )
        self._fit_columns()

    def _fit_columns(self) -> None:
        self.table.resizeColumnsToContents()
        widest = _WIDEST_LETTERS * self.table.fontMetrics().averageCharWidth()
        for column in range(len(COLUMNS)):
            if self.table.columnWidth(column) > widest:
                self.table.setColumnWidth(column, widest)

    def _chosen(self, current: QModelIndex) -> None:
        if not self._silent and current.isValid():
            self.selected.emit(self.model.upid(self._sorted.mapToSource(current).row()))
