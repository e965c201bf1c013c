"""The What happened tab: the run in sentences; choosing one shows the place in the timeline.

Under a sentence stands a link to the page of the Python documentation that says more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QDesktopServices,
    QFontMetrics,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from procviz.chart.palette import Palette
from procviz.ui.details.output_model import Index
from procviz.wording import _
from procviz.wording.quantities import moment_text

if TYPE_CHECKING:
    from procviz.trace.findings.all_findings import Finding

_PADDING_PX = 10
_TIME_PX = 58
_LINK_GAP_PX = 3
_FLAGS = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignTop)
_LINK_FLAGS = int(Qt.AlignmentFlag.AlignLeft) | int(Qt.TextFlag.TextDontClip)
FINDING_ROLE = int(Qt.ItemDataRole.UserRole)
_TIME_ROLE = FINDING_ROLE + 1
PAGE_ROLE = FINDING_ROLE + 2  # the address of a page of the documentation, or None

_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:s|ms|min)\b|秒|毫秒|分)")


def whole_quantities(sentence: str) -> str:
    """The sentence, in which no line may end between a number and its unit."""
    return _BEFORE_UNIT.sub("\u00a0", sentence)


class _SentenceDelegate(QStyledItemDelegate):
    """Paints when it happened, and the sentence beside it, on as many lines as it takes."""

    def __init__(self, palette: Palette, parent: QListWidget) -> None:
        super().__init__(parent)
        self.palette_ = palette
        self._view = parent

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._view.viewport().width()
        metrics = QFontMetrics(self._view.font())
        room = QRect(0, 0, max(width - _TIME_PX - 2 * _PADDING_PX, 60), 10_000)
        height = metrics.boundingRect(room, _FLAGS, whole_quantities(str(index.data()))).height()
        link = metrics.height() + _LINK_GAP_PX if index.data(PAGE_ROLE) else 0
        return QSize(width, height + link + 2 * 7)

    def link_rect(self, box: QRect) -> QRect:
        """Where the link stands in the box of a sentence."""
        metrics = QFontMetrics(self._view.font())
        width, height = metrics.horizontalAdvance(_("Read more")), metrics.height()
        return QRect(box.left() + _PADDING_PX + _TIME_PX, box.bottom() - 7 - height, width, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        palette, box = self.palette_, QRect(option.rect)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            chosen = state & QStyle.StateFlag.State_Selected
            painter.setBrush(QColor(palette.accent_soft if chosen else palette.zebra))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 6, 6)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(palette.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0, 1, -1, -2), 6, 6)
        inside = box.adjusted(_PADDING_PX, 7, -_PADDING_PX, 0)
        painter.setPen(QColor(palette.muted))
        painter.drawText(inside, int(Qt.AlignmentFlag.AlignLeft), str(index.data(_TIME_ROLE)))
        painter.setPen(QColor(palette.text))
        painter.drawText(inside.adjusted(_TIME_PX, 0, 0, 0), _FLAGS, whole_quantities(str(index.data())))
        if index.data(PAGE_ROLE):
            painter.setPen(QColor(palette.accent))
            painter.drawText(self.link_rect(box), _LINK_FLAGS, _("Read more"))
        painter.restore()


class _Sentences(QListWidget):
    """The list, whose links are pressed by themselves: that chooses no sentence."""

    pageWanted = Signal(str)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._page_at(event.position().toPoint()) is not None
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        page = self._page_at(event.position().toPoint()) if event.button() == Qt.MouseButton.LeftButton else None
        if page is None:
            super().mousePressEvent(event)
        else:
            self.pageWanted.emit(page)

    def _page_at(self, position: QPoint) -> str | None:
        item, delegate = self.itemAt(position), self.itemDelegate()
        if item is None or not isinstance(delegate, _SentenceDelegate):
            return None
        page: str | None = item.data(PAGE_ROLE)
        return page if page and delegate.link_rect(self.visualItemRect(item)).contains(position) else None


class Happened(QWidget):
    """A list of findings."""

    findingChosen = Signal(object)  # Finding

    def __init__(self, palette: Palette, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._findings: list[Finding] = []
        self._sentence: Callable[[Finding], str] = lambda finding: ""
        self._page: Callable[[Finding], str | None] = lambda finding: None
        self._begin_ns = 0
        self._ended: bool | None = None
        self._hint = QLabel(self)
        self._hint.setProperty("role", "small")
        self._hint.setWordWrap(True)
        self.list = _Sentences(self)
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._delegate = _SentenceDelegate(palette, self.list)
        self.list.setItemDelegate(self._delegate)
        self._read = QAction(self.list)
        self._read.setShortcut(QKeySequence("F1"))
        self._read.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.list.addAction(self._read)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 8, 0, 0)
        layout.addWidget(self._hint)
        layout.addWidget(self.list, 1)
        self.list.itemClicked.connect(self._chosen)
        self.list.itemActivated.connect(self._chosen)
        self.list.pageWanted.connect(self._open)
        self.list.currentItemChanged.connect(self._current)
        self._read.triggered.connect(lambda: self._open(str(self.list.currentItem().data(PAGE_ROLE))))
        self.retranslate()

    def clear(self) -> None:
        """Forget the run before."""
        self.show_findings([], lambda finding: "", 0, ended=None)

    def show_findings(
        self,
        findings: Sequence[Finding],
        sentence: Callable[[Finding], str],
        begin_ns: int,
        ended: bool | None,
        page: Callable[[Finding], str | None] = lambda finding: None,
    ) -> None:
        """Show these findings; `ended` is None where there is no run. `page`: the address where more is said."""
        self._sentence, self._begin_ns, self._ended, self._page = sentence, begin_ns, ended, page
        if list(findings) != self._findings:
            self._findings = list(findings)
            self._fill()
        self._say()

    def show_palette(self, palette: Palette) -> None:
        """Light or dark from now on."""
        self._delegate.palette_ = palette
        self.list.viewport().update()

    def retranslate(self) -> None:
        """Say everything again, in the language in use."""
        self.list.setAccessibleName(_("What happened"))
        self.list.setToolTip(_("Click a sentence to see its place in the timeline"))
        self._read.setText(_("Read more in the Python documentation"))
        self._fill()
        self._say()

    def _say(self) -> None:
        if self._findings:
            text = ""
        elif self._ended is None:
            text = _("When a program has run, its story is told here.")
        elif self._ended:
            text = _("Nothing out of the ordinary: every process came to its end by itself.")
        else:
            text = _("Nothing to say yet: the run goes on.")
        self._hint.setText(text)
        self._hint.setVisible(bool(text))

    def _fill(self) -> None:
        row = self.list.currentRow()
        self.list.clear()
        for finding in self._findings:
            item = QListWidgetItem(self._sentence(finding), self.list)
            item.setData(FINDING_ROLE, finding)
            item.setData(PAGE_ROLE, self._page(finding))
            item.setData(_TIME_ROLE, moment_text(finding.ts_ns - self._begin_ns))
        self.list.setCurrentRow(row if row < self.list.count() else -1)

    def _chosen(self, item: QListWidgetItem) -> None:
        self.findingChosen.emit(item.data(FINDING_ROLE))

    def _current(self, item: QListWidgetItem | None) -> None:
        self._read.setEnabled(item is not None and bool(item.data(PAGE_ROLE)))

    def _open(self, page: str) -> None:
        QDesktopServices.openUrl(QUrl(page))
