"""What procviz is, which parts it is made of, and under which licences they come."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from procviz import __version__
from procviz.places import ICONS, LICENCES, RESOURCES
from procviz.ui.dialogs import opened, resize_to_fit
from procviz.ui.shell.diagnostics import versions
from procviz.wording import _

LOGO_PX = 64
WORDS_PX = 380


def show_about(parent: QWidget, mono: QFont) -> About:
    """What procviz is, and which."""
    return opened(About(parent, mono))


class About(QDialog):
    """Name, versions, and a way to the licences."""

    def __init__(self, parent: QWidget, mono: QFont) -> None:
        super().__init__(parent)
        self._mono = mono
        self.setWindowTitle(_("About procviz"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.licences = buttons.addButton(_("&Licences"), QDialogButtonBox.ButtonRole.ActionRole)
        self.licences.clicked.connect(self.show_licences)
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(16)
        logo = QLabel(self)
        picture = QPixmap(str(ICONS / f"procviz-{2 * LOGO_PX}.png"))
        picture.setDevicePixelRatio(2)
        logo.setPixmap(picture)
        row.addWidget(logo, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words(), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(14)
        layout.addLayout(row)
        layout.addWidget(buttons)

    def _words(self) -> QLabel:
        rows = "".join(
            f"<tr><td>{escape(name)}&nbsp;&nbsp;</td><td>{escape(which)}</td></tr>" for name, which in versions()
        )
        text = "<h3>procviz {version}</h3><p>{what}</p><p>{how}</p><table>{rows}</table>".format(
            version=__version__,
            what=_("Shows how Python processes live and die."),
            how=_("Everything on the screen was recorded from real processes; nothing is simulated."),
            rows=rows,
        )
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setWordWrap(True)
        label.setMinimumSize(WORDS_PX, label.heightForWidth(WORDS_PX))
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        return label

    def show_licences(self) -> QDialog:
        """Open the texts, procviz's own first."""
        return opened(Licences(self, licence_texts(), self._mono))


class Licences(QDialog):
    """A list of parts, and the licence of the one chosen."""

    def __init__(self, parent: QWidget, texts: dict[str, str], mono: QFont) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Licences"))
        resize_to_fit(self, 820, 560)
        self.parts = QListWidget(self)
        self.parts.setAccessibleName(_("Parts of procviz"))
        self.parts.setMaximumWidth(220)
        self.parts.addItems(list(texts))
        self.text = QPlainTextEdit(self)
        self.text.setAccessibleName(_("Licence text"))
        self.text.setReadOnly(True)
        self.text.setFont(mono)
        self.parts.currentTextChanged.connect(lambda name: self.text.setPlainText(texts.get(name, "")))
        self.parts.setCurrentRow(0)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.parts)
        row.addWidget(self.text, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(12)
        layout.addLayout(row, 1)
        layout.addWidget(buttons)


def licence_texts() -> dict[str, str]:
    """By part. Whoever installed the parts himself has their licences with them; the packaged app brings all along."""
    if LICENCES.is_dir():
        files = sorted(LICENCES.glob("*.txt"), key=lambda path: (path.stem != "procviz", path.stem.lower()))
        return {path.stem: path.read_text(encoding="utf-8", errors="replace") for path in files}
    own = {"procviz": RESOURCES.parent / "LICENSE", "Noto Sans CJK": RESOURCES / "fonts" / "OFL.txt"}
    return {name: path.read_text(encoding="utf-8") for name, path in own.items() if path.is_file()}
