"""The list of lessons, and above them the script of one's own when one is open."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy, QWidget

from procviz.script.lessons import Lesson
from procviz.wording import _, language

_ID = int(Qt.ItemDataRole.UserRole)
OWN = ""  # the id of the row that is no lesson
_ROWS_AT_MOST = 7


class LessonList(QListWidget):
    """Tells which lesson the user chooses."""

    lessonChosen = Signal(str)  # its id, or OWN

    def __init__(self, lessons: list[Lesson], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "lessons")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._lessons = lessons
        self._own_title = ""
        self._silent = False
        for lesson in lessons:
            item = QListWidgetItem(self)
            item.setData(_ID, lesson.id)
        self.retranslate()
        self.currentItemChanged.connect(self._chosen)

    def choose(self, lesson_id: str) -> None:
        """Show this lesson, or OWN, as the chosen one without telling it back."""
        self._silent = True
        for row in range(self.count()):
            if self.item(row).data(_ID) == lesson_id:
                self.setCurrentRow(row)
                break
        else:
            self.setCurrentRow(-1)
        self._silent = False

    def show_own(self, title: str) -> None:
        """Put a script of one's own on top of the lessons, or take it away again (title "")."""
        there = bool(self._own_title)
        self._own_title = title
        self._silent = True
        if title and not there:
            item = QListWidgetItem()
            item.setData(_ID, OWN)
            self.insertItem(0, item)
        elif there and not title:
            self.takeItem(0)
        self._silent = False
        self.retranslate()
        self.updateGeometry()

    def retranslate(self) -> None:
        """Say everything again, in the language in use."""
        self.setAccessibleName(_("Lessons"))
        texts = {lesson.id: lesson.text(language()) for lesson in self._lessons}
        for row in range(self.count()):
            item = self.item(row)
            text = texts.get(item.data(_ID))
            item.setText(text.title if text else self._own_title)
            item.setToolTip(text.summary if text else _("Your script"))

    def sizeHint(self) -> QSize:
        rows = min(self.count(), _ROWS_AT_MOST)
        row_px = self.sizeHintForRow(0) if self.count() else 28
        return QSize(200, rows * row_px + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, min(self.sizeHint().height(), 3 * (self.sizeHintForRow(0) if self.count() else 28)))

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None and not self._silent:
            self.lessonChosen.emit(item.data(_ID))
