"""The centre without a mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from procviz.ui.centre import Centre
from tests.ui.centre import made

Key = Qt.Key


def test_f_fits_what_was_zoomed(centre: Centre, qtbot: QtBot) -> None:
    whole = centre.state.view
    qtbot.keyClick(centre.plots, Key.Key_W)
    qtbot.keyClick(centre.plots, Key.Key_D)
    assert centre.state.view.span_ns < whole.span_ns
    qtbot.keyClick(centre.plots, Key.Key_F)
    assert centre.state.view == whole


def test_w_s_and_plus_minus_zoom(centre: Centre, qtbot: QtBot) -> None:
    span = centre.state.view.span_ns
    for near, far in ((Key.Key_W, Key.Key_S), (Key.Key_Plus, Key.Key_Minus)):
        qtbot.keyClick(centre.plots, near)
        assert centre.state.view.span_ns < span
        qtbot.keyClick(centre.plots, far)
        assert centre.state.view.span_ns == pytest.approx(span)


def test_a_d_home_end_pan(centre: Centre, qtbot: QtBot) -> None:
    for _ in range(6):
        qtbot.keyClick(centre.plots, Key.Key_W)
    begin = centre.state.view.begin_ns
    qtbot.keyClick(centre.plots, Key.Key_D)
    assert centre.state.view.begin_ns > begin
    qtbot.keyClick(centre.plots, Key.Key_A)
    assert centre.state.view.begin_ns == pytest.approx(begin)
    qtbot.keyClick(centre.plots, Key.Key_Home)
    assert centre.state.view.begin_ns <= made.BEGIN < centre.state.view.end_ns
    qtbot.keyClick(centre.plots, Key.Key_End)
    assert centre.state.view.begin_ns < made.at(8).ts_ns < centre.state.view.end_ns


def test_arrows_select_rows_and_escape_clears_step_by_step(centre: Centre, qtbot: QtBot) -> None:
    chosen: list[object] = []
    centre.selected.connect(chosen.append)
    for key in (Key.Key_Down, Key.Key_Down, Key.Key_Down, Key.Key_Up):
        qtbot.keyClick(centre.plots, key)
    assert chosen == [1, 2, 3, 2]
    centre.state.measure((made.at(1).ts_ns, made.at(2).ts_ns))
    qtbot.keyClick(centre.plots, Key.Key_Escape)
    assert centre.state.view.range_ns is None
    assert centre.state.view.selected == 2
    qtbot.keyClick(centre.plots, Key.Key_Escape)
    assert centre.state.view.selected is None


def test_arrows_scroll_to_the_row(empty_centre: Centre, qtbot: QtBot) -> None:
    empty_centre.set_timeline(made.crowd(60, 40), live=False)
    qtbot.keyClick(empty_centre.plots, Key.Key_Up)  # the last one
    view = empty_centre.state.view
    assert view.selected == 60
    assert view.top_row + empty_centre.state.visible_rows >= 60
    qtbot.keyClick(empty_centre.plots, Key.Key_PageUp)
    assert empty_centre.state.view.top_row < view.top_row


def test_return_zooms_to_the_selected_life(centre: Centre, qtbot: QtBot) -> None:
    centre.select(2)
    qtbot.keyClick(centre.plots, Key.Key_Return)
    view = centre.state.view
    assert made.at(0.1).ts_ns < view.begin_ns < made.at(0.5).ts_ns
    assert made.at(3.1).ts_ns < view.end_ns < made.at(3.5).ts_ns


def test_other_keys_are_left_to_the_window(centre: Centre, qtbot: QtBot) -> None:
    view = centre.state.view
    qtbot.keyClick(centre.plots, Key.Key_F5)
    qtbot.keyClick(centre.plots, Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(centre.plots, Key.Key_W, Qt.KeyboardModifier.AltModifier)
    assert centre.state.view == view


def test_tab_reaches_the_plots_and_shows_a_ring(centre: Centre, qtbot: QtBot) -> None:
    centre.header.fit.setFocus()
    for _ in range(3):
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused is centre.plots:
            break
        qtbot.keyClick(focused, Key.Key_Tab)
    assert QApplication.focusWidget() is centre.plots
    assert centre.ring.property("lit") is True
    centre.header.fit.setFocus()
    assert centre.ring.property("lit") is False


def test_everything_has_a_name(centre: Centre) -> None:
    for widget in (centre, centre.plots, centre.bar, centre.header.fit, centre.header.follow, centre.header.export):
        assert widget.accessibleName()
    assert "Arrow keys" in centre.plots.accessibleDescription()
    centre.select(3)
    assert "worker-2" in centre.plots.accessibleDescription()
