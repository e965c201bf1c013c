"""The centre without a mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from procviz.ui.timeline.timeline_card import Centre
from tests.ui.timeline import made

Key = Qt.Key


def test_f_fits_what_was_zoomed(centre: Centre) -> None:
    whole = centre.state.view
    QTest.keyClick(centre.plots, Key.Key_W)
    QTest.keyClick(centre.plots, Key.Key_D)
    assert centre.state.view.span_ns < whole.span_ns
    QTest.keyClick(centre.plots, Key.Key_F)
    assert centre.state.view == whole


def test_w_s_and_plus_minus_zoom(centre: Centre) -> None:
    span = centre.state.view.span_ns
    for near, far in ((Key.Key_W, Key.Key_S), (Key.Key_Plus, Key.Key_Minus)):
        QTest.keyClick(centre.plots, near)
        assert centre.state.view.span_ns < span
        QTest.keyClick(centre.plots, far)
        assert centre.state.view.span_ns == pytest.approx(span)


def test_a_d_home_end_pan(centre: Centre) -> None:
    for _ in range(6):
        QTest.keyClick(centre.plots, Key.Key_W)
    begin = centre.state.view.begin_ns
    QTest.keyClick(centre.plots, Key.Key_D)
    assert centre.state.view.begin_ns > begin
    QTest.keyClick(centre.plots, Key.Key_A)
    assert centre.state.view.begin_ns == pytest.approx(begin)
    QTest.keyClick(centre.plots, Key.Key_Home)
    assert centre.state.view.begin_ns <= made.BEGIN < centre.state.view.end_ns
    QTest.keyClick(centre.plots, Key.Key_End)
    assert centre.state.view.begin_ns < made.at(8).ts_ns < centre.state.view.end_ns


def test_arrows_select_rows_and_escape_clears_step_by_step(centre: Centre) -> None:
    chosen: list[object] = []
    centre.selected.connect(chosen.append)
    for key in (Key.Key_Down, Key.Key_Down, Key.Key_Down, Key.Key_Up):
        QTest.keyClick(centre.plots, key)
    assert chosen == [1, 2, 3, 2]
    centre.state.measure((made.at(1).ts_ns, made.at(2).ts_ns))
    QTest.keyClick(centre.plots, Key.Key_Escape)
    assert centre.state.view.range_ns is None
    assert centre.state.view.selected == 2
    QTest.keyClick(centre.plots, Key.Key_Escape)
    assert centre.state.view.selected is None


def test_arrows_scroll_to_the_row(empty_centre: Centre) -> None:
    empty_centre.set_timeline(made.crowd(60, 40), live=False)
    QTest.keyClick(empty_centre.plots, Key.Key_Up)  # the last one
    view = empty_centre.state.view
    assert view.selected == 60
    assert view.top_row + empty_centre.state.visible_rows >= 60
    QTest.keyClick(empty_centre.plots, Key.Key_PageUp)
    assert empty_centre.state.view.top_row < view.top_row


def test_return_zooms_to_the_selected_life(centre: Centre) -> None:
    centre.select(2)
    QTest.keyClick(centre.plots, Key.Key_Return)
    view = centre.state.view
    assert made.at(0.1).ts_ns < view.begin_ns < made.at(0.5).ts_ns
    assert made.at(3.1).ts_ns < view.end_ns < made.at(3.5).ts_ns


def test_other_keys_are_left_to_the_window(centre: Centre) -> None:
    view = centre.state.view
    QTest.keyClick(centre.plots, Key.Key_F5)
    QTest.keyClick(centre.plots, Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(centre.plots, Key.Key_W, Qt.KeyboardModifier.AltModifier)
    assert centre.state.view == view


def test_tab_reaches_the_plots_and_shows_a_ring(centre: Centre) -> None:
    centre.header.fit.setFocus()
    for _ in range(3):
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused is centre.plots:
            break
        QTest.keyClick(focused, Key.Key_Tab)
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
