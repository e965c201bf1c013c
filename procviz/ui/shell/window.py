"""The window: three cards, a menu bar and a status line, and what happens between them.

It is handed everything it needs; it builds no recorder, no player and no centre of its own.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMargins, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QFont
from PySide6.QtWidgets import QLabel, QMainWindow, QSplitter, QVBoxLayout, QWidget

from procviz.script.lessons import Lesson
from procviz.trace.problem import Problem
from procviz.ui import dialogs
from procviz.ui.appearance.language import Language
from procviz.ui.appearance.theme import Theme
from procviz.ui.settings import Settings
from procviz.ui.shell.banner import Banner
from procviz.ui.shell.cards import (
    LEFT_PX,
    RIGHT_PX,
    SMALLEST_LEFT_PX,
    SMALLEST_RIGHT_PX,
    LeftCard,
    RightCard,
)
from procviz.ui.shell.menus import Menus
from procviz.ui.timeline.timeline_card import Centre

GAP_PX = 12
CENTRE_PX = 480  # what the timeline wants before the cards beside it get more than they need
SMALLEST_PX = (900, 480)  # a screen of 1920 x 1080 at 200 %, less its panels
FIRST_PX = (1440, 900)


class Window(QMainWindow):
    """The frame; what its parts do together is the business of `Conductor`."""

    filesDropped = Signal(object)  # Path
    closing = Signal()
    problemShown = Signal(object)  # Problem

    def __init__(
        self,
        settings: Settings,
        theme: Theme,
        language: Language,
        lessons: list[Lesson],
        centre: Centre,
        mono: QFont,
    ) -> None:
        super().__init__()
        self.settings, self.theme, self.language, self.mono = settings, theme, language, mono
        self.setAcceptDrops(True)
        self.setMinimumSize(*SMALLEST_PX)
        self.left = LeftCard(theme.palette, lessons, self)  # the three in the order in which Tab goes through them
        self.centre = centre
        self.centre.setParent(self)
        self.right = RightCard(theme.palette, mono, self)
        self.banner = Banner(self)
        self.status = QLabel(self)
        self.facts = QLabel(self)
        for label in (self.status, self.facts):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.menus = Menus(self.menuBar(), settings)
        self._lay_out()
        theme.changed.connect(self._show_palette)
        language.changed.connect(self.retranslate)
        self.centre.set_palette(theme.palette)
        self._restore_geometry()

    def _lay_out(self) -> None:
        middle = QWidget(self)
        stack = QVBoxLayout(middle)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(8)
        stack.addWidget(self.banner)
        stack.addWidget(self.centre, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setHandleWidth(GAP_PX)
        self.splitter.setChildrenCollapsible(False)
        for position, card in enumerate((self.left, middle, self.right)):
            self.splitter.addWidget(card)
            self.splitter.setStretchFactor(position, int(card is middle))
        body = QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(GAP_PX, 4, GAP_PX, 0)
        column.addWidget(self.splitter)
        self.setCentralWidget(body)
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        bar.setContentsMargins(GAP_PX, 0, GAP_PX, 0)
        bar.addWidget(self.status, 1)
        bar.addPermanentWidget(self.facts)

    def _restore_geometry(self) -> None:
        if not self.restoreGeometry(self.settings.geometry):
            self.resize(*FIRST_PX)
            available = self.screen().availableSize()
            if available.width() <= FIRST_PX[0] or available.height() <= FIRST_PX[1]:
                self.resize(available.shrunkBy(QMargins(0, 0, 0, 40)))
                self.setWindowState(Qt.WindowState.WindowMaximized)
        if not self.splitter.restoreState(self.settings.splitter):
            self._share_width()

    def _share_width(self) -> None:
        spare = self.width() - LEFT_PX - RIGHT_PX - CENTRE_PX - 4 * GAP_PX
        left, right = (LEFT_PX, RIGHT_PX) if spare >= 0 else (SMALLEST_LEFT_PX, SMALLEST_RIGHT_PX)
        self.splitter.setSizes([left, self.width() - left - right - 4 * GAP_PX, right])

    def _show_palette(self) -> None:
        palette = self.theme.palette
        self.left.show_palette(palette)
        self.right.show_palette(palette)
        self.centre.set_palette(palette)

    def retranslate(self) -> None:
        """Say everything again, in the language in use."""
        self.menus.retranslate()
        self.left.retranslate()
        self.right.retranslate()
        self.centre.retranslate()

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong."""
        dialogs.show_problem(self, problem)
        self.problemShown.emit(problem)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            _take_a_copy(event)

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            _take_a_copy(event)
            self.filesDropped.emit(paths[0])

    def closeEvent(self, event: QCloseEvent) -> None:
        self.settings.geometry = self.saveGeometry()
        self.settings.splitter = self.splitter.saveState()
        self.settings.flush()
        self.closing.emit()
        super().closeEvent(event)


def _take_a_copy(event: QDropEvent) -> None:
    """Whatever was proposed: a file manager removes what it believes to have been moved."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()
