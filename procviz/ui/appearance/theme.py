"""The look of all widgets, made from a chart palette: Fusion, a QPalette and one style sheet. Knows no widget."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from procviz.chart.palette import DARK, LIGHT, Palette
from procviz.places import ICONS
from procviz.ui.settings import Scheme

_SHEET = """
QMainWindow, QDialog {{ background: {window}; }}
QFrame[card="true"] {{ background: {card}; border: 1px solid {line}; border-radius: 10px; }}
QLabel {{ background: transparent; }}
QLabel[role="title"] {{ font-size: 14px; font-weight: 600; }}
QLabel[role="small"] {{ color: {muted}; font-size: 11px; }}
QLabel[role="fault"] {{ color: {bad}; font-size: 11px; }}
QFrame[role="banner"] {{ background: {accent_soft}; border: none; border-radius: 6px; }}
QFrame[role="alarm"] {{ background: {bad_soft}; border: none; border-radius: 6px; }}
QFrame[role="alarm"] QLabel {{ color: {bad}; }}
QPushButton {{ min-height: 28px; padding: 0 12px; border: 1px solid {line}; border-radius: 6px; background: {card};
    color: {text}; }}
QPushButton:hover {{ border-color: {muted}; }}
QPushButton:pressed, QPushButton:checked {{ background: {accent_soft}; border-color: {accent}; }}
QPushButton:focus {{ border-color: {accent}; }}
QPushButton:disabled {{ color: {faint}; }}
QPushButton[role="primary"] {{ min-height: 34px; font-size: 14px; font-weight: 600; background: {accent};
    border: 1px solid {accent}; color: {accent_text}; }}
QPushButton[role="primary"]:hover {{ background: {accent_hover}; border-color: {accent_hover}; }}
QPushButton[role="primary"]:focus {{ border: 2px solid {accent_ring}; }}
QPushButton[role="primary"]:disabled {{ background: {line}; border-color: {line}; color: {muted}; }}
QPushButton[role="link"] {{ border: none; background: transparent; color: {accent}; padding: 0 4px; min-height: 22px; }}
QPushButton[role="link"]:hover, QPushButton[role="link"]:focus {{ text-decoration: underline; }}
QSlider {{ min-height: 22px; background: transparent; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {line}; }}
QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {accent}; }}
QSlider::handle:horizontal {{ width: 14px; height: 14px; margin: -7px 0; border: 2px solid {accent}; border-radius: 9px;
    background: {card}; }}
QSlider::handle:horizontal:hover {{ background: {accent_soft}; }}
QSlider::handle:horizontal:focus {{ background: {accent}; }}
QSlider::sub-page:horizontal:disabled {{ background: {line}; }}
QSlider::handle:horizontal:disabled {{ border-color: {faint}; }}
QAbstractSpinBox {{ border: 1px solid transparent; border-radius: 4px; padding: 1px 4px; background: transparent;
    color: {accent}; selection-background-color: {accent}; selection-color: {accent_text}; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: none; }}
QAbstractSpinBox:hover {{ border-color: {line}; }}
QAbstractSpinBox:focus {{ border-color: {accent}; background: {card}; }}
QAbstractSpinBox:disabled {{ color: {muted}; }}
QAbstractSpinBox[fault="true"], QLineEdit[fault="true"], QComboBox[fault="true"] {{ border: 1px solid {bad}; }}
QLineEdit {{ min-height: 26px; border: 1px solid {line}; border-radius: 6px; padding: 0 8px; background: {card}; }}
QLineEdit:focus {{ border-color: {accent}; }}
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {{ min-height: 0; border: none; padding: 0 1px;
    background: transparent; }}
QComboBox {{ min-height: 26px; border: 1px solid {line}; border-radius: 6px; padding: 0 8px; background: {card}; }}
QComboBox:hover {{ border-color: {muted}; }}
QComboBox:focus {{ border-color: {accent}; }}
QComboBox:disabled {{ color: {faint}; }}
QComboBox::drop-down {{ border: none; width: 22px; }}
QComboBox::down-arrow {{ image: url("{chevron}"); width: 12px; height: 12px; }}
QCheckBox::indicator {{ width: 13px; height: 13px; border: 1px solid {muted}; border-radius: 3px; background: {card}; }}
QCheckBox::indicator:hover {{ border-color: {text}; }}
QCheckBox::indicator:checked {{ border-color: {accent}; background: {accent}; image: url("{tick}"); }}
QCheckBox::indicator:focus {{ border: 2px solid {accent_ring}; width: 11px; height: 11px; }}
QCheckBox::indicator:disabled {{ border-color: {faint}; }}
QCheckBox::indicator:checked:disabled {{ background: {faint}; }}
QDialogButtonBox, QMessageBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {line}; background: transparent; }}
QTabBar {{ background: transparent; }}
QTabBar::tab {{ background: transparent; border: none; border-bottom: 2px solid transparent; color: {muted};
    padding: 7px 7px 8px 7px; margin-right: 1px; }}
QTabBar::tab:selected {{ color: {text}; border-bottom-color: {accent}; }}
QTabBar::tab:hover {{ color: {text}; }}
QTabBar::tab:focus {{ background: {accent_soft}; border-top-left-radius: 6px; border-top-right-radius: 6px; }}
QAbstractScrollArea {{ border: none; background: transparent; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QAbstractItemView {{ border: none; background: transparent; alternate-background-color: {zebra};
    selection-background-color: {accent_soft}; selection-color: {text}; outline: none; }}
QComboBox QAbstractItemView {{ background: {card}; border: 1px solid {line}; }}
QListView[role="lessons"]::item {{ padding: 4px 8px; border-radius: 6px; min-height: 20px; color: {text}; }}
QListView[role="lessons"]::item:hover {{ background: {zebra}; }}
QListView[role="lessons"]::item:selected {{ background: {accent_soft}; color: {accent}; }}
QListView[role="lessons"]::item:selected:focus {{ border: 1px solid {accent}; }}
QPlainTextEdit, QTextBrowser {{ border: none; background: transparent; selection-background-color: {selection};
    selection-color: {text}; }}
QHeaderView {{ background: transparent; border: none; }}
QHeaderView::section {{ background: {card}; color: {muted}; border: none; border-bottom: 1px solid {line};
    padding: 5px 4px; font-size: 11px; }}
QTableView {{ gridline-color: {line}; }}
QSplitter::handle {{ background: transparent; }}
QStatusBar {{ background: transparent; color: {muted}; }}
QStatusBar::item {{ border: none; }}
QStatusBar QLabel {{ color: {muted}; font-size: 11px; }}
QMenuBar {{ background: {window}; }}
QMenuBar::item {{ padding: 5px 9px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {accent_soft}; }}
QMenu {{ background: {card}; border: 1px solid {line}; padding: 4px; }}
QMenu::item {{ padding: 6px 24px 6px 28px; border-radius: 4px; }}
QMenu::item:selected {{ background: {accent_soft}; color: {text}; }}
QMenu::item:disabled {{ color: {faint}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 4px 8px; }}
QToolTip {{ background: {card}; color: {text}; border: 1px solid {line}; padding: 4px; }}
QScrollBar:vertical {{ width: 10px; background: transparent; margin: 0; }}
QScrollBar:horizontal {{ height: 10px; background: transparent; margin: 0; }}
QScrollBar::handle {{ background: {scroll}; border-radius: 3px; margin: 2px; }}
QScrollBar::handle:hover {{ background: {muted}; }}
QScrollBar::handle:vertical {{ min-height: 28px; }}
QScrollBar::handle:horizontal {{ min-width: 28px; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{ background: none;
    border: none; width: 0; height: 0; }}
"""


def _mix(first: str, second: str, share: float) -> str:
    """`share` of the first colour over the second, as "#RRGGBB"."""
    a, b = QColor(first), QColor(second)
    channels = (
        round(x * share + y * (1 - share))
        for x, y in zip(a.getRgb()[:3], b.getRgb()[:3], strict=True)  # type: ignore[index]
    )
    return QColor(*channels).name()


def style_sheet(palette: Palette) -> str:
    """The one style sheet of the program, for this palette."""
    roles = {name: getattr(palette, name) for name in Palette.__slots__}
    return _SHEET.format(
        **roles,
        chevron=(ICONS / "chevron.svg").as_posix(),
        tick=(ICONS / ("tick-dark.svg" if palette is DARK else "tick-light.svg")).as_posix(),
        faint=_mix(palette.muted, palette.card, 0.55),
        scroll=_mix(palette.muted, palette.card, 0.35),
        selection=_mix(palette.accent, palette.card, 0.28),
        accent_ring=_mix(palette.accent, palette.text, 0.45),
        accent_hover=_mix(palette.accent, palette.text, 0.88),
    )


def qt_palette(palette: Palette) -> QPalette:
    """Fusion's colours from ours, so that what no style sheet rule names fits all the same."""
    roles = QPalette.ColorRole
    colours = {
        roles.Window: palette.window,
        roles.WindowText: palette.text,
        roles.Base: palette.card,
        roles.AlternateBase: palette.zebra,
        roles.Text: palette.text,
        roles.Button: palette.card,
        roles.ButtonText: palette.text,
        roles.BrightText: palette.bad,
        roles.ToolTipBase: palette.card,
        roles.ToolTipText: palette.text,
        roles.PlaceholderText: palette.muted,
        roles.Highlight: palette.accent,
        roles.HighlightedText: palette.accent_text,
        roles.Accent: palette.accent,
        roles.Link: palette.accent,
        roles.LinkVisited: palette.accent,
    }
    made = QPalette(QColor(palette.card), QColor(palette.window))
    for role, colour in colours.items():
        made.setColor(role, QColor(colour))
    faint = QColor(_mix(palette.muted, palette.card, 0.55))
    for role in (roles.Text, roles.ButtonText, roles.WindowText):
        made.setColor(QPalette.ColorGroup.Disabled, role, faint)
    return made


class Theme(QObject):
    """The palette in use, on an application; follows the desktop when asked to and when the desktop says."""

    changed = Signal(object)  # Palette

    def __init__(self, application: QApplication, scheme: Scheme = "system") -> None:
        super().__init__(application)
        self._application = application
        self._scheme: Scheme = scheme
        self.palette = self._wanted()
        application.setStyle("Fusion")
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._desktop_changed)
        self._apply()

    @property
    def scheme(self) -> Scheme:
        """What was asked for: "system", "light" or "dark"."""
        return self._scheme

    @scheme.setter
    def scheme(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._desktop_changed()

    def _wanted(self) -> Palette:
        if self._scheme != "system":
            return DARK if self._scheme == "dark" else LIGHT
        dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return DARK if dark else LIGHT

    def _desktop_changed(self) -> None:
        wanted = self._wanted()
        if wanted is not self.palette:
            self.palette = wanted
            self._apply()
            self.changed.emit(wanted)

    def _apply(self) -> None:
        sheet = style_sheet(self.palette)
        if sheet != self._application.styleSheet():  # every widget there is gets polished anew
            self._application.setPalette(qt_palette(self.palette))
            self._application.setStyleSheet(sheet)
