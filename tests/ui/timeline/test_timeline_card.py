"""The card as a whole: empty, filled, in other colours and words."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from procviz.chart.palette import DARK, LIGHT
from procviz.ui.timeline.timeline_card import Centre
from procviz.wording import use_language
from tests.ui.timeline import made


def _texts(centre: Centre) -> str:
    return "\n".join(label.text() for label in centre.findChildren(QLabel) if label.isVisible())


def _ground(centre: Centre) -> str:
    """The colour of the lower right corner of the plots."""
    QApplication.processEvents()
    image = centre.plots.grab().toImage()
    return str(image.pixelColor(image.width() - 3, image.height() - 3).name()).upper()


def test_empty_says_what_to_do(empty_centre: Centre) -> None:
    assert "Press Run (F5)" in _texts(empty_centre)
    assert not empty_centre.header.export.isEnabled()
    assert not empty_centre.header.fit.isEnabled()
    assert empty_centre.picture_state() is None
    empty_centre.tick(0)


def test_a_run_without_processes_yet_is_empty_until_the_first(empty_centre: Centre) -> None:
    timeline = made.empty()
    empty_centre.set_timeline(timeline, live=True)
    empty_centre.tick(made.at(0.1).ts_ns)
    assert "Press Run (F5)" not in _texts(empty_centre)
    assert "Starting" in _texts(empty_centre)
    timeline.lives[1] = made.main_life(None)
    timeline.last_ns, timeline.revision = made.at(0.3).ts_ns, 1
    empty_centre.tick(made.at(0.4).ts_ns)
    assert "Live" in _texts(empty_centre)
    assert "1 process" in _texts(empty_centre)
    assert empty_centre.state.follow
    assert empty_centre.state.view.begin_ns <= made.BEGIN


def test_a_run_that_ended_is_shown_whole(centre: Centre) -> None:
    view = centre.state.view
    assert view.begin_ns < made.BEGIN
    assert view.end_ns > made.at(8.0).ts_ns
    assert "8.00 s" in _texts(centre)
    assert "8 processes" in _texts(centre)
    assert not centre.header.follow.isEnabled()
    picture = centre.picture_state()
    assert picture is not None
    assert picture.palette is LIGHT
    assert picture.store.upids() == [1, 2, 3, 5, 6, 7, 8, 4]


def test_back_to_empty(centre: Centre) -> None:
    centre.set_timeline(None, live=False)
    assert "Press Run (F5)" in _texts(centre)


def test_another_timeline_forgets_the_view(centre: Centre) -> None:
    centre.select(3)
    centre.state.show_range(made.at(1).ts_ns, made.at(2).ts_ns)
    centre.set_timeline(made.playground(), live=False)
    assert centre.state.view.selected is None
    assert centre.state.view.end_ns > made.at(8.0).ts_ns


def test_light_and_dark_switch_at_once(centre: Centre) -> None:
    assert _ground(centre) == LIGHT.card
    centre.set_palette(DARK)
    assert _ground(centre) == DARK.card
    centre.set_palette(LIGHT)
    assert _ground(centre) == LIGHT.card


def test_retranslate(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    import procviz.wording

    class Shouting:
        def gettext(self, message: str) -> str:
            return message if "{" in message else message.upper()

        def ngettext(self, singular: str, plural: str, n: int) -> str:
            return "{count} PROZESSE"

    monkeypatch.setattr(procviz.wording, "_current", Shouting())
    centre.retranslate()
    assert centre.header.fit.text() == "FIT"
    assert "8 PROZESSE" in _texts(centre)
    monkeypatch.undo()
    use_language("en")
    centre.retranslate()
    assert centre.header.fit.text() == "Fit"


def test_show_moment_brings_a_place_into_view(empty_centre: Centre, qtbot: QtBot) -> None:
    empty_centre.set_timeline(made.crowd(60, 400), live=False)
    empty_centre.state.show_range(made.at(1).ts_ns, made.at(2).ts_ns)
    empty_centre.show_moment(50, made.at(15).ts_ns)
    view = empty_centre.state.view
    assert view.begin_ns < made.at(15).ts_ns < view.end_ns
    assert view.top_row <= 49 <= view.top_row + empty_centre.state.visible_rows
    assert empty_centre.plots.flash.isVisible()
    qtbot.waitUntil(lambda: not empty_centre.plots.flash.isVisible(), timeout=60_000)
    empty_centre.show_moment(999, made.at(15).ts_ns)  # no such process: nothing happens


def test_export_is_asked_for(centre: Centre, qtbot: QtBot) -> None:
    with qtbot.waitSignal(centre.export_requested):
        centre.header.export.click()


@pytest.mark.parametrize("size", [(420, 320), (1900, 1000)])
def test_any_size(centre: Centre, size: tuple[int, int]) -> None:
    centre.resize(*size)
    QApplication.processEvents()
    plots = centre.plots
    assert plots.timeline_box.height() >= 60
    assert plots.cpu_box.height() >= 24
    assert plots.memory_box.sceneBoundingRect().bottom() <= plots.height()
    view = centre.state.view
    assert view.begin_ns < made.BEGIN
    assert view.end_ns > made.at(8.0).ts_ns
