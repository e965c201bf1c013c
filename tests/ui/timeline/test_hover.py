"""What is told of the thing under the pointer, and how the tip behaves."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from procviz.ui.timeline.timeline_card import Centre
from tests.ui.timeline import made
from tests.ui.timeline.conftest import Hand


def test_hover_tells_of_a_slice_and_who_saw_its_edges(centre: Centre, hand: Hand, qtbot: QtBot) -> None:
    hand.move(hand.place(2.0, 1))
    tip = centre.pointer.tip
    qtbot.waitUntil(tip.isVisible)
    assert "worker-1" in tip.text()
    assert "running" in tip.text()
    assert "the program's own call" in tip.text()
    assert "the kernel's event, exact" in tip.text()
    assert centre.state.view.hovered == 2
    cursor = centre.state.view.cursor_ns
    assert cursor is not None
    assert cursor == pytest.approx(made.at(2.0).ts_ns, abs=0.02 * made.SECOND)


def test_hover_over_a_name_tells_the_whole_life(centre: Centre, hand: Hand, qtbot: QtBot) -> None:
    hand.move(hand.label(6))
    tip = centre.pointer.tip
    qtbot.waitUntil(tip.isVisible)
    for word in ("to-terminate", "41207", "main (41201)", "fork", "SIGTERM", "terminate() by main", "lesson.py"):
        assert word in tip.text(), word


def test_what_is_not_known_is_said(centre: Centre, hand: Hand, qtbot: QtBot) -> None:
    hand.move(hand.label(0))
    qtbot.waitUntil(centre.pointer.tip.isVisible)
    assert "unknown" in centre.pointer.tip.text()


def test_a_mark_and_an_arrow_are_told(centre: Centre, hand: Hand, qtbot: QtBot) -> None:
    hand.move(hand.place(3.59, 6))
    qtbot.waitUntil(centre.pointer.tip.isVisible)
    assert "SIGTERM was sent to it" in centre.pointer.tip.text()
    between = (hand.place(3.585, 1) + hand.place(3.585, 2)) / 2  # the arrow from main crosses here
    hand.move(between)
    assert "main (41201) sent SIGTERM to to-terminate (41207)" in centre.pointer.tip.text()


def test_leaving_hides_everything(centre: Centre, hand: Hand, qtbot: QtBot) -> None:
    hand.move(hand.place(2.0, 1))
    qtbot.waitUntil(centre.pointer.tip.isVisible)
    hand.move(QPoint(2, 2))
    centre.plots.timeline_box.left.emit()
    assert not centre.pointer.tip.isVisible()
    assert centre.state.view.hovered is None
    assert centre.state.view.cursor_ns is None


def test_tip_stays_on_the_screen(centre: Centre, qtbot: QtBot) -> None:
    tip = centre.pointer.tip
    area = QGuiApplication.primaryScreen().availableGeometry()
    for corner in (area.topLeft(), area.topRight(), area.bottomLeft(), area.bottomRight()):
        tip.show_text("<b>one</b><br>two and a few words more", corner)
        qtbot.waitUntil(tip.isVisible)
        assert area.contains(tip.geometry())


def test_tip_of_a_growing_slice_grows(live_centre: Centre, hand: Hand, qtbot: QtBot) -> None:
    hand.move(hand.place(4.0, 4))
    tip = live_centre.pointer.tip
    qtbot.waitUntil(tip.isVisible)
    assert "not yet" in tip.text()
    before = tip.text()
    for step in range(6):
        live_centre.tick(made.at(5.5 + step / 30).ts_ns)
    QApplication.processEvents()
    assert tip.text() != before
