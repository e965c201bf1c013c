"""The Output tab: what every process printed, when, and to which stream. Follows its end until somebody scrolls up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QFont, QFontMetrics, QGuiApplication, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from procviz.chart.palette import Palette
from procviz.trace.records import Output as OutputRecord
from procviz.ui.details.output_line import PADDING_PX, LineDelegate
from procviz.ui.details.output_model import PROCESS, TEXT, TIME, OutputLog
from procviz.wording import _

_NAME_LIMIT_PX = 110


class _Table(QTableView):
    """The lines; copies the selected ones. Only rows that are seen are measured, the rest count as one high."""

    def __init__(self, delegate: LineDelegate, parent: QWidget) -> None:
        super().__init__(parent)
        self._delegate = delegate
        self._high: set[int] = set()  # rows that take more than one row of letters
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # long lines are broken
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(delegate.row_px(1))
        self.verticalScrollBar().valueChanged.connect(self.fit_rows)
        copy = QAction(self)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self.copy)
        self.addAction(copy)

    def copy(self) -> None:
        """Put the text of the selected lines on the clipboard."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows(TEXT))
        model = self.model()
        QGuiApplication.clipboard().setText("\n".join(str(model.index(row, TEXT).data()) for row in rows))

    def reset(self) -> None:
        super().reset()
        self._high.clear()

    def fit_rows(self) -> None:
        """Give the rows that are seen, and the last ones, the height that they need."""
        seen = self.verticalScrollBar().value()
        self._fit(range(seen, self.model().rowCount()))
        self._fit(range(self.model().rowCount() - 1, -1, -1))

    def fit_anew(self) -> None:
        """Lines are broken elsewhere now."""
        for row in self._high:
            self.setRowHeight(row, self._delegate.row_px(1))
        self._high.clear()
        self.fit_rows()

    def _fit(self, rows: range) -> None:
        room = self.viewport().height()
        for row in rows:
            if room <= 0:
                break
            height = self._delegate.height_px(str(self.model().index(row, TEXT).data()))
            if height != self.rowHeight(row):
                self.setRowHeight(row, height)
            if height > self._delegate.row_px(1):
                self._high.add(row)
            room -= height

    def resizeEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        super().resizeEvent(event)
        self.fit_rows()


class Output(QWidget):
    """The log with a line above it that narrows it to the selected process."""

    selected = Signal(object)  # upid or None: the user chose a line
    momentChosen = Signal(object, object)  # ts_ns, upid or None: the user asked where a line was written

    def __init__(self, palette: Palette, mono: QFont, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.log = OutputLog(self)
        self._process: int | None = None
        self._taken = 0
        self._end_missed = False  # lines came while nobody could see them
        self._delegate = LineDelegate(palette, mono, self)
        self.table = _Table(self._delegate, self)
        self.table.setModel(self.log)
        self.table.setItemDelegate(self._delegate)
        self._only = QCheckBox(self)
        self._hint = QLabel(self)
        self._hint.setProperty("role", "small")
        self._hint.setWordWrap(True)
        head = QHBoxLayout()
        head.setContentsMargins(8, 0, 0, 0)
        head.addWidget(self._only)
        head.addWidget(self._hint, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.table, 1)
        self._set_up_columns()
        self._only.toggled.connect(self._narrow)
        self.table.clicked.connect(self._clicked)
        self.table.activated.connect(self._activated)
        self.retranslate()
        self._say()

    def _set_up_columns(self) -> None:
        header = self.table.horizontalHeader()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(30)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.hide()
        self._small = QFont(self.font())
        self._small.setPixelSize(11)
        self.table.setFont(self._small)
        self._fit_columns()

    def _fit_columns(self) -> None:
        metrics = QFontMetrics(self._small)
        names = [metrics.horizontalAdvance(name) for name in self.log.writers()]
        name_px = min(max([40, *names]), _NAME_LIMIT_PX) + 9 + 2 * PADDING_PX + 2
        time_px = metrics.horizontalAdvance("000.00") + PADDING_PX + 2
        bar_px = self.table.verticalScrollBar().sizeHint().width()  # kept free: its coming breaks no line anew
        text_px = self.table.width() - bar_px - time_px - name_px
        for column, width in ((TIME, time_px), (PROCESS, name_px), (TEXT, text_px)):
            if self.table.columnWidth(column) != width:
                self.table.setColumnWidth(column, width)
        if self._delegate.text_px != text_px:
            self._delegate.text_px = text_px
            self.table.fit_anew()

    def resizeEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        super().resizeEvent(event)
        self._fit_columns()

    # what goes in

    def clear(self) -> None:
        """Forget the run before."""
        self._taken = 0
        self._process = None
        self._delegate.selected = None
        self._only.setChecked(False)
        self.log.clear()
        self._say()

    def show_outputs(
        self, outputs: list[OutputRecord], begin_ns: int, names: dict[int, str], colours: Mapping[int, str]
    ) -> None:
        """Take over what came since the last call."""
        bar = self.table.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 1
        self._delegate.colours = colours
        self.log.set_begin(begin_ns)
        self.log.set_names(names)
        fresh: Iterable[OutputRecord] = outputs[self._taken :]
        if len(outputs) > self._taken:
            self._taken = len(outputs)
            self.log.append(fresh)
            self._fit_columns()
            self.table.fit_rows()
            self._say()
            if at_end:
                self._show_end()

    def _show_end(self) -> None:
        self._end_missed = not self.isVisible()
        if not self._end_missed:
            self.table.scrollToBottom()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._end_missed:
            self._show_end()

    def select(self, process: int | None) -> None:
        """This process was selected somewhere: its lines stand out, or stand alone."""
        if process == self._process:
            return
        self._process = process
        self._delegate.selected = process
        if process is None:
            self._only.setChecked(False)
        elif self._only.isChecked():
            self.log.show_only(process)
        self._say()
        self.table.viewport().update()

    def show_palette(self, palette: Palette) -> None:
        """Light or dark from now on."""
        self._delegate.palette_ = palette
        self.table.viewport().update()

    def retranslate(self) -> None:
        """Say everything again, in the language in use."""
        self.table.setAccessibleName(_("Output"))
        self.table.setToolTip(_("Click a line to select its process, press Enter to see it in the timeline"))
        self.log.retranslate()
        self._say()

    def _say(self) -> None:
        chosen = self._process is not None
        self._only.setVisible(chosen)
        self._only.setText(_("Only {name}").format(name=self.log.name(self._process).replace("&", "&&")))
        self._hint.setText("" if self._taken else _("What the processes print is shown here."))
        self._hint.setVisible(not self._taken)

    def _narrow(self, narrow: bool) -> None:
        self.log.show_only(self._process if narrow else None)
        self.table.fit_rows()
        self.table.scrollToBottom()

    # what the user does

    def _clicked(self, index: QModelIndex) -> None:
        if QGuiApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier:
            self.selected.emit(self.log.line(index.row()).process)

    def _activated(self, index: QModelIndex) -> None:
        line = self.log.line(index.row())
        self.momentChosen.emit(line.ts_ns, line.process)

    def row_at(self, point: QPoint) -> int:
        """The row at a point of the table's viewport; -1 for none."""
        return self.table.indexAt(point).row()

    def choose_row(self, row: int) -> None:
        """Move the table's cursor to a row."""
        self.table.selectionModel().setCurrentIndex(
            self.log.index(row, TEXT),
            QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows,
        )
