"""The Output tab: what every process printed, when, and to which stream. Follows its end until somebody scrolls up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QFont, QFontMetrics, QGuiApplication, QKeySequence, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from procviz.chart.palette import Palette
from procviz.trace.records import Output as OutputRecord
from procviz.ui.outputlog import LINE_ROLE, PROCESS, TEXT, TIME, Index, Line, OutputLog
from procviz.wording import _

_PADDING_PX = 6
_NAME_LIMIT_PX = 110


class _LineDelegate(QStyledItemDelegate):
    """Paints a line: time muted, the writer's swatch and name, text in monospace; stderr has a mark and a colour."""

    def __init__(self, palette: Palette, mono: QFont, parent: QWidget) -> None:
        super().__init__(parent)
        self.palette_ = palette
        self._mono = mono
        self.colours: Mapping[int, str] = {}
        self.selected: int | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(40, QFontMetrics(self._mono).lineSpacing() + 3)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line: Line = index.data(LINE_ROLE)
        palette, box = self.palette_, QRect(option.rect)
        column = index.column()
        dimmed = self.selected is not None and line.process != self.selected
        painter.save()
        if self.selected is not None and not dimmed:
            painter.fillRect(box, QColor(palette.accent_soft))
        self._mark_current(painter, option, box)
        box.adjust(_PADDING_PX, 0, -2, 0)
        if column == PROCESS:
            swatch = QRect(box.left(), box.center().y() - 5, 4, 11)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.colours.get(line.process or 0, palette.muted)))
            painter.drawRoundedRect(swatch, 2, 2)
            box.adjust(9, 0, 0, 0)
        colour = palette.text if column == TEXT and not dimmed else palette.muted
        if column == TEXT and line.stream == "stderr":
            colour = palette.bad
            painter.fillRect(box.left() - 5, box.top(), 2, box.height(), QColor(palette.bad))
        painter.setPen(QColor(colour))
        painter.setFont(self._mono if column == TEXT else option.font)
        text = str(index.data())
        if column != TEXT:
            text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        align = Qt.AlignmentFlag.AlignRight if column == TIME else Qt.AlignmentFlag.AlignLeft
        painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextExpandTabs, text)
        painter.restore()

    def _mark_current(self, painter: QPainter, option: QStyleOptionViewItem, box: QRect) -> None:
        if option.state & QStyle.StateFlag.State_Selected:
            colour = QColor(self.palette_.accent)
            colour.setAlphaF(0.16)
            painter.fillRect(box, colour)


class _Table(QTreeView):
    """The lines; copies the selected ones."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setIndentation(0)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
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
        self._mono = mono
        self.table = _Table(self)
        self.table.setModel(self.log)
        self._delegate = _LineDelegate(palette, mono, self.table)
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
        header = self.table.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(30)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.hide()
        self._small = QFont(self.font())
        self._small.setPixelSize(11)
        self.table.setFont(self._small)
        self._fit_columns()

    def _fit_columns(self) -> None:
        metrics, mono = QFontMetrics(self._small), QFontMetrics(self._mono)
        names = [metrics.horizontalAdvance(name) for name in self.log._names.values()]
        name_px = min(max([40, *names]), _NAME_LIMIT_PX) + 9 + 2 * _PADDING_PX + 2
        time_px = metrics.horizontalAdvance("000.00") + _PADDING_PX + 2
        text_px = self.log.longest * mono.horizontalAdvance("0") + 3 * _PADDING_PX
        rest_px = self.table.viewport().width() - time_px - name_px
        for column, width in ((TIME, time_px), (PROCESS, name_px), (TEXT, max(text_px, rest_px))):
            if self.table.columnWidth(column) != width:
                self.table.setColumnWidth(column, width)

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
