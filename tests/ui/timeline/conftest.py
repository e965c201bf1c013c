"""A centre on an offscreen screen, and a hand for it: a mouse in the pixels of the plots."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from procviz.chart.lanes import lanes_of
from procviz.ui.timeline.gestures import GestureBox
from procviz.ui.timeline.timeline_card import Centre
from tests.ui.timeline import made


class Hand:
    """Points, clicks, drags and turns the wheel over one centre's plots."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.plots = centre.plots

    def place(self, seconds: float, row: int, box: GestureBox | None = None) -> QPoint:
        """The pixel of a moment in a row (or in the middle of a counter plot)."""
        box = box or self.plots.timeline_box
        corner = box.sceneBoundingRect().topLeft()
        x = corner.x() + self.centre.state.scale.x(made.at(seconds).ts_ns)
        if box is self.plots.timeline_box:
            y = lanes_of(self.centre.state.view, corner.y()).middle(row)
        else:
            y = box.sceneBoundingRect().center().y()
        return QPoint(round(x), round(y))

    def seconds_at(self, at: QPoint) -> float:
        x = at.x() - self.plots.timeline_box.sceneBoundingRect().left()
        return (self.centre.state.scale.ts_ns(x) - made.BEGIN) / made.SECOND

    def label(self, row: int) -> QPoint:
        """A pixel of a row's name."""
        y = lanes_of(self.centre.state.view, self.plots.labels.sceneBoundingRect().top()).middle(row)
        return QPoint(40, round(y))

    def move(self, to: QPoint, *, pressed: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
        self._send(QEvent.Type.MouseMove, to, Qt.MouseButton.NoButton, pressed)

    def click(self, at: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        self.move(at)
        self._send(QEvent.Type.MouseButtonPress, at, button, button)
        self._send(QEvent.Type.MouseButtonRelease, at, button, Qt.MouseButton.NoButton)

    def double_click(self, at: QPoint) -> None:
        self.click(at)
        left = Qt.MouseButton.LeftButton
        self._send(QEvent.Type.MouseButtonDblClick, at, left, left)
        self._send(QEvent.Type.MouseButtonRelease, at, left, Qt.MouseButton.NoButton)

    def drag(
        self,
        start: QPoint,
        end: QPoint,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        self.move(start)
        self._send(QEvent.Type.MouseButtonPress, start, button, button, modifiers)
        for step in range(1, 5):
            between = start + (end - start) * step / 4
            self._send(QEvent.Type.MouseMove, between, Qt.MouseButton.NoButton, button, modifiers)
        self._send(QEvent.Type.MouseButtonRelease, end, button, Qt.MouseButton.NoButton, modifiers)

    def wheel(self, at: QPoint, notches: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        viewport = self.plots.viewport()
        event = QWheelEvent(
            QPointF(at),
            QPointF(viewport.mapToGlobal(at)),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            modifiers,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(viewport, event)

    def _send(
        self,
        kind: QEvent.Type,
        at: QPoint,
        button: Qt.MouseButton,
        buttons: Qt.MouseButton,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        viewport = self.plots.viewport()
        event = QMouseEvent(kind, QPointF(at), QPointF(viewport.mapToGlobal(at)), button, buttons, modifiers)
        QApplication.sendEvent(viewport, event)


def _shown(qtbot: QtBot) -> Centre:
    centre = Centre()
    qtbot.addWidget(centre)
    centre.resize(900, 760)
    with qtbot.waitExposed(centre):
        centre.show()
    return centre


@pytest.fixture
def empty_centre(qtbot: QtBot) -> Iterator[Centre]:
    centre = _shown(qtbot)
    yield centre
    centre.pointer.leave()


@pytest.fixture
def centre(empty_centre: Centre) -> Centre:
    """With a run that has ended."""
    empty_centre.set_timeline(made.playground(), live=False)
    QApplication.processEvents()
    return empty_centre


@pytest.fixture
def live_centre(empty_centre: Centre) -> Centre:
    """With a run that is 5 s old and goes on."""
    empty_centre.set_timeline(made.playground(finished=False), live=True)
    empty_centre.tick(made.at(5.0).ts_ns)
    QApplication.processEvents()
    return empty_centre


@pytest.fixture
def hand(empty_centre: Centre) -> Hand:
    return Hand(empty_centre)
