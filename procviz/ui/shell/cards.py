"""The cards left and right of the timeline: what to run, and what is known of the run in words and tables."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QLabel, QTabWidget, QVBoxLayout, QWidget

from procviz.chart.palette import Palette
from procviz.script.lessons import Lesson
from procviz.ui.details.code_tab import Code
from procviz.ui.details.findings_tab import Happened
from procviz.ui.details.lesson_tab import LessonPage
from procviz.ui.details.output_tab import Output
from procviz.ui.details.processes_tab import Processes
from procviz.ui.setup.controls import Controls
from procviz.ui.setup.lesson_list import LessonList
from procviz.ui.setup.run_button import RunBox
from procviz.wording import _

LEFT_PX, RIGHT_PX = 256, 392
SMALLEST_LEFT_PX, SMALLEST_RIGHT_PX = 192, 356
_PADDING_PX = 16


class Card(QFrame):
    """A rounded surface on the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "true")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(_PADDING_PX, 14, _PADDING_PX, _PADDING_PX)
        self.column.setSpacing(8)


def _title(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setProperty("role", "title")
    return label


class LeftCard(Card):
    """Lessons, the controls of the script, Run."""

    def __init__(self, palette: Palette, lessons: list[Lesson], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(SMALLEST_LEFT_PX)
        self._lessons_title = _title(self)
        self.lessons = LessonList(lessons, self)
        self._controls_title = _title(self)
        self.controls = Controls(self)
        self.run = RunBox(palette, self)
        self.column.addWidget(self._lessons_title)
        self.column.addWidget(self.lessons)
        self.column.addSpacing(4)
        self.column.addWidget(self._controls_title)
        self.column.addWidget(self.controls, 1)
        self.column.addWidget(self.run)
        self.controls.rebuilt.connect(self._order_tabs)
        self.retranslate()

    def _order_tabs(self) -> None:
        """Tab goes from top to bottom; what is made late would come last."""
        for before, after in pairwise((self.lessons, *self.controls.inputs(), self.run.button)):
            QWidget.setTabOrder(before, after)

    def show_palette(self, palette: Palette) -> None:
        """Light or dark from now on."""
        self.run.show_palette(palette)

    def retranslate(self) -> None:
        """Say everything again, in the language in use."""
        self._lessons_title.setText(_("Lessons"))
        self._controls_title.setText(_("Settings of the script"))
        self.lessons.retranslate()
        self.controls.retranslate()
        self.run.retranslate()


class RightCard(Card):
    """Lesson, Code, Output, What happened and Processes as tabs."""

    def __init__(self, palette: Palette, mono: QFont, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(SMALLEST_RIGHT_PX)
        self.column.setContentsMargins(8, 6, 8, 10)
        self.tabs = QTabWidget(self)  # before its pages, as Tab goes
        self.lesson = LessonPage(palette, mono, self)
        self.code = Code(palette, mono, self)
        self.output = Output(palette, mono, self)
        self.happened = Happened(palette, self)
        self.processes = Processes(self)
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setExpanding(False)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.tabBar().setUsesScrollButtons(False)
        self.tabs.tabBar().setElideMode(Qt.TextElideMode.ElideRight)
        for page in (self.lesson, self.code, self.output, self.happened, self.processes):
            self.tabs.addTab(page, "")
        self.column.addWidget(self.tabs)
        self.retranslate()

    def show_lesson(self, lesson: Lesson | None) -> None:
        """Show a lesson's text in its tab, or hide the tab."""
        self.lesson.show_lesson(lesson)
        was_visible = self.tabs.isTabVisible(0)
        self.tabs.setTabVisible(0, lesson is not None)
        if lesson is not None and not was_visible:
            self.tabs.setCurrentIndex(0)

    def show_palette(self, palette: Palette) -> None:
        """Light or dark from now on."""
        for page in (self.lesson, self.output, self.happened):
            page.show_palette(palette)
        self.code.editor.show_palette(palette)

    def retranslate(self) -> None:
        """Say everything again, in the language in use."""
        for index, title in enumerate((_("Lesson"), _("Code"), _("Output"), _("What happened"), _("Processes"))):
            self.tabs.setTabText(index, title)
            self.tabs.setTabToolTip(index, title)
        for widget in (self.tabs, self.tabs.tabBar()):
            widget.setAccessibleName(_("About the run"))
        for page in (self.lesson, self.code, self.output, self.happened, self.processes):
            page.retranslate()
