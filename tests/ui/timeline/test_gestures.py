"""Wheel, drag, click and pointer, as a hand makes them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from procviz.trace.timeline import Place
from procviz.ui.timeline.timeline_card import Centre
from tests.ui.timeline import made
from tests.ui.timeline.conftest import Hand

SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def test_wheel_zooms_and_keeps_the_moment_under_the_pointer(centre: Centre, hand: Hand) -> None:
    at = hand.place(2.0, 3)
    before = hand.seconds_at(at)
    span = centre.state.view.span_ns
    hand.wheel(at, 3)
    assert centre.state.view.span_ns == pytest.approx(span / 1.25**3)
    assert hand.seconds_at(at) == pytest.approx(before, abs=1e-6)


def test_wheel_zooms_over_counters_too(centre: Centre, hand: Hand) -> None:
    at = hand.place(2.0, 0, centre.plots.memory_box)
    before = hand.seconds_at(at)
    hand.wheel(at, 2)
    assert hand.seconds_at(at) == pytest.approx(before, abs=1e-6)


def test_linked_boxes_show_the_same_time(centre: Centre, hand: Hand) -> None:
    hand.wheel(hand.place(2.0, 3), 4)
    ranges = [box.viewRange()[0] for box in centre.plots.boxes]
    assert ranges[1] == pytest.approx(ranges[0])
    assert ranges[2] == pytest.approx(ranges[0])


def test_zooming_out_ends_somewhere(centre: Centre, hand: Hand) -> None:
    for _ in range(30):
        hand.wheel(hand.place(2.0, 3), -3)
    assert centre.state.view.span_ns < 100 * made.SECOND


def test_drag_pans(centre: Centre, hand: Hand) -> None:
    hand.wheel(hand.place(4.0, 3), 5)
    start = hand.place(4.0, 3)
    hand.drag(start, start + QPoint(-120, 0))
    assert hand.seconds_at(start + QPoint(-120, 0)) == pytest.approx(4.0, abs=0.01)


def test_shift_drag_and_right_drag_measure(centre: Centre, hand: Hand) -> None:
    for button, modifiers in ((Qt.MouseButton.LeftButton, SHIFT), (Qt.MouseButton.RightButton, Qt.KeyboardModifier(0))):
        centre.state.measure(None)
        view = centre.state.view
        hand.drag(hand.place(3.0, 2), hand.place(1.0, 2), button, modifiers)
        measured = centre.state.view.range_ns
        assert measured is not None
        assert measured == pytest.approx((made.at(1.0).ts_ns, made.at(3.0).ts_ns), abs=0.02 * made.SECOND)
        assert (centre.state.view.begin_ns, centre.state.view.end_ns) == (view.begin_ns, view.end_ns)
        assert not centre.menu.isVisible()


def test_ctrl_wheel_changes_row_height_and_shift_wheel_scrolls(empty_centre: Centre, hand: Hand) -> None:
    empty_centre.set_timeline(made.crowd(60, 40), live=False)
    state = empty_centre.state
    at = hand.place(0.5, 3)
    row_px = state.view.row_px
    hand.wheel(at, 2, CTRL)
    assert state.view.row_px > row_px
    hand.wheel(at, -3, SHIFT)
    assert state.view.top_row > 0
    assert empty_centre.bar.isVisible()
    assert empty_centre.bar.value() == round(state.view.top_row * 100)
    empty_centre.bar.setValue(0)
    assert state.view.top_row == 0


def test_click_selects_and_click_beside_clears(centre: Centre, hand: Hand, qtbot: QtBot) -> None:
    with qtbot.waitSignal(centre.selected) as chosen:
        hand.click(hand.place(2.0, 1))
    assert chosen.args == [2]
    with qtbot.waitSignal(centre.selected) as chosen:
        hand.click(hand.place(6.5, 1))
    assert chosen.args == [None]
    with qtbot.waitSignal(centre.selected) as chosen:
        hand.click(hand.label(2))
    assert chosen.args == [3]


def test_click_tells_the_line_of_code_behind_what_is_there(centre: Centre, hand: Hand, qtbot: QtBot) -> None:
    with qtbot.waitSignal(centre.pointer.clicked) as chosen:
        hand.click(hand.place(3.59, 6))
    assert chosen.args == [Place("lesson.py", 31)]
    with qtbot.waitSignal(centre.pointer.clicked) as chosen:
        hand.click(hand.place(2.0, 6))
    assert chosen.args == [None]


def test_click_on_a_curve_selects_its_process(centre: Centre, hand: Hand) -> None:
    scene_rect = centre.plots.memory_box.sceneBoundingRect()
    x = hand.place(2.0, 0).x()
    for y in range(round(scene_rect.top()), round(scene_rect.bottom())):
        hand.click(QPoint(x, y))
        if centre.state.view.selected is not None:
            break
    assert centre.state.view.selected in (1, 2, 3, 4, 5, 6, 7, 8)


def test_double_click_zooms_to_the_slice_and_beside_fits(centre: Centre, hand: Hand) -> None:
    whole = centre.state.view.span_ns
    hand.double_click(hand.place(2.0, 1))  # worker-1 runs from 0.65 to 3.1 s
    assert centre.state.view.span_ns == pytest.approx(2.45 * 1.16 * made.SECOND, rel=0.01)
    hand.double_click(hand.place(3.25, 1))
    assert centre.state.view.span_ns == pytest.approx(whole)


def test_select_from_outside_says_nothing_back(centre: Centre, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(centre.selected):
        centre.select(4)
    assert centre.state.view.selected == 4


def test_split_line_gives_height(centre: Centre, hand: Hand) -> None:
    split = centre.plots.split.sceneBoundingRect().center().toPoint()
    before = centre.plots.cpu_box.height()
    hand.drag(split, split - QPoint(0, 40))
    QApplication.processEvents()
    assert centre.plots.cpu_box.height() == pytest.approx(before + 20, abs=2)
    hand.double_click(centre.plots.split.sceneBoundingRect().center().toPoint())
    QApplication.processEvents()
    assert centre.plots.cpu_box.height() == pytest.approx(before, abs=2)
