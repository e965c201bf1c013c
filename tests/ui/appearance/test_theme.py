"""What the style sheet draws is seen in both colour schemes."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from procviz.chart.palette import DARK, LIGHT, Palette
from procviz.ui.appearance.theme import style_sheet


def _lightness(colour: QColor) -> float:
    """Relative luminance as WCAG reckons it."""
    parts = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in colour.getRgbF()[:3]]  # type: ignore[index]
    return float(0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2])


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("checked", [True, False])
def test_a_check_box_stands_out_from_its_ground(palette: Palette, checked: bool, qtbot: QtBot) -> None:
    box = QCheckBox("x")
    qtbot.addWidget(box)
    box.setStyleSheet(style_sheet(palette) + f"QCheckBox {{ background: {palette.card}; }}")
    box.setChecked(checked)
    picture = box.grab().toImage()
    middle = picture.height() // 2
    ground = _lightness(QColor(palette.card))
    edge = max((_lightness(picture.pixelColor(x, middle)) for x in range(3)), key=lambda one: abs(one - ground))
    assert (max(edge, ground) + 0.05) / (min(edge, ground) + 0.05) > 3
