"""The small dialogs: a problem, a fault of procviz's own, the keys, and where a picture goes. None of them blocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QMargins, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from procviz.trace.problem import Problem
from procviz.wording import _
from procviz.wording.problems import problem_text

SCALES = (1, 2, 4)
FILE_DIALOG_PX = (820, 520)  # Qt's own, where the desktop has none, cuts dates and sizes off at first
_TEXT_PX = 560
FRAME_PX = 40  # what a window's title takes
_PATH_IN_ONE_LINE = "QLabel#qt_msgbox_informativelabel { min-width: 400px; }"
_D = TypeVar("_D", bound=QDialog)


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """What picture is wanted: the ending of `path` says which kind; `scale` is for PNG."""

    path: Path
    scale: int
    dark: bool


def show_problem(parent: QWidget, problem: Problem) -> QMessageBox:
    """Say what went wrong, in one sentence, without stopping anything."""
    box = QMessageBox(QMessageBox.Icon.Warning, _("procviz"), problem_text(problem), parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setStandardButtons(QMessageBox.StandardButton.Ok)
    box.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return opened(box)


def show_crash(parent: QWidget, path: Path) -> QMessageBox:
    """Say that procviz had a fault of its own, and where the report is."""
    box = QMessageBox(QMessageBox.Icon.Critical, _("procviz"), _("procviz made a mistake."), parent=parent)
    box.setStyleSheet(_PATH_IN_ONE_LINE)
    box.setInformativeText(
        _("What is known about it is in {path}. Runs and recordings are not touched by it.").format(path=path)
    )
    box.setStandardButtons(QMessageBox.StandardButton.Ok)
    box.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return opened(box)


def show_keys(parent: QWidget, keys: Iterable[tuple[str, str]]) -> QDialog:
    """Every key and gesture with what it does."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(_("Keys and gestures"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(6)
    for row, (key, meaning) in enumerate(keys):
        name = QLabel(key, dialog)
        name.setProperty("role", "key")
        grid.addWidget(name, row, 0)
        grid.addWidget(QLabel(meaning, dialog), row, 1)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(20, 16, 20, 16)
    layout.setSpacing(16)
    layout.addLayout(grid)
    layout.addWidget(buttons)
    return opened(dialog)


def show_texts(parent: QWidget, title: str, texts: Iterable[str]) -> QDialog:
    """Some sentences, each in lines of its own, that can be marked and copied."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(20, 16, 20, 16)
    layout.setSpacing(10)
    for text in texts:
        label = QLabel(text, dialog)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setMinimumWidth(_TEXT_PX)
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        layout.addWidget(label)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.rejected.connect(dialog.reject)
    layout.addSpacing(6)
    layout.addWidget(buttons)
    return opened(dialog)


def ask_for_file(parent: QWidget, title: str, folder: Path, filters: Iterable[str]) -> QFileDialog:
    """A file to open; connect to `fileSelected`."""
    dialog = QFileDialog(parent, title, str(folder))
    resize_to_fit(dialog, *FILE_DIALOG_PX)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(list(filters))
    return opened(dialog)


def ask_where_to_save(parent: QWidget, title: str, path: Path, kind: str) -> QFileDialog:
    """A file to write; `kind` is its name filter; connect to `fileSelected`."""
    dialog = QFileDialog(parent, title, str(path.parent), kind)
    resize_to_fit(dialog, *FILE_DIALOG_PX)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(path.suffix.removeprefix("."))
    dialog.selectFile(path.name)
    return opened(dialog)


class ExportDialog(QDialog):
    """Where the picture goes, how large it is and in which colours."""

    chosen = Signal(object)  # ExportChoice

    def __init__(self, parent: QWidget, path: Path, dark: bool) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Export picture"))
        self.setMinimumWidth(460)
        self.path = QLineEdit(str(path), self)
        self._browse = QPushButton(_("Browse…"), self)
        self._browse.clicked.connect(self.browse)
        self.scale = QComboBox(self)
        for scale in SCALES:
            self.scale.addItem(_("{scale}x").format(scale=scale), scale)
        self.scale.setCurrentIndex(1)
        self.scheme = QComboBox(self)
        self.scheme.addItem(_("Light"), False)
        self.scheme.addItem(_("Dark"), True)
        self.scheme.setCurrentIndex(int(dark))
        self._buttons = QDialogButtonBox(self)
        self._export = self._buttons.addButton(_("Export"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self._buttons.accepted.connect(self.accept_choice)
        self._buttons.rejected.connect(self.reject)
        self.path.textChanged.connect(self._path_changed)
        self._lay_out()
        self._path_changed()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.path, 1)
        row.addWidget(self._browse)
        form = QFormLayout()
        form.setVerticalSpacing(10)
        form.addRow(_("File"), row)
        form.addRow(_("Size"), self.scale)
        form.addRow(_("Colours"), self.scheme)
        for widget, name in ((self.path, _("File")), (self.scale, _("Size")), (self.scheme, _("Colours"))):
            widget.setAccessibleName(name)
        self.hint = QLabel(self)
        self.hint.setProperty("role", "small")
        self.hint.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(14)
        layout.addLayout(form)
        layout.addWidget(self.hint)
        layout.addWidget(self._buttons)

    def _path_changed(self) -> None:
        path = self._chosen_path()
        self.scale.setEnabled(path.suffix.lower() == ".png")
        self._export.setEnabled(bool(self.path.text().strip()))
        replaces = path.is_file()
        self._export.setText(_("Replace") if replaces else _("Export"))
        hint = _(
            "The ending decides: .png carries the recording with it and opens again, "
            ".svg and .pdf stay sharp at any size."
        )
        self.hint.setText(
            _("{name} is there already and will be replaced.").format(name=path.name) if replaces else hint
        )

    def _chosen_path(self) -> Path:
        return Path(self.path.text().strip()).expanduser()

    def browse(self) -> QFileDialog:
        """Choose the file in a file dialog."""
        kinds = _("Pictures") + " (*.png *.svg *.pdf)"
        dialog = ask_where_to_save(self, _("Export picture"), Path(self.path.text()), kinds)
        dialog.fileSelected.connect(self.path.setText)
        return dialog

    def accept_choice(self) -> None:
        """Tell what was chosen, and close."""
        self.chosen.emit(
            ExportChoice(self._chosen_path(), int(self.scale.currentData()), bool(self.scheme.currentData()))
        )
        self.accept()


def open_export_dialog(parent: QWidget, path: Path, dark: bool) -> ExportDialog:
    """Ask for the picture; connect to `chosen`."""
    return opened(ExportDialog(parent, path, dark))


def resize_to_fit(dialog: QWidget, width_px: int, height_px: int) -> None:
    """As large as that, or as the screen allows."""
    room = dialog.screen().availableSize().shrunkBy(QMargins(0, 0, 0, FRAME_PX))
    dialog.resize(QSize(width_px, height_px).boundedTo(room))


def key_text(key: QKeySequence) -> str:
    """A key as the platform writes it."""
    return key.toString(QKeySequence.SequenceFormat.NativeText)


def opened(dialog: _D) -> _D:
    """Show a dialog without waiting for it; it goes when it is closed."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog
