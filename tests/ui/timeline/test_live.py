"""A run that grows: following it, its end, acts on its processes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from procviz.ui.timeline.timeline_card import Centre
from tests.ui.timeline import made
from tests.ui.timeline.conftest import Hand


def test_follow_keeps_now_in_view_with_room_behind(live_centre: Centre) -> None:
    assert live_centre.header.follow.isChecked()
    for seconds in (5.5, 20.0, 59.0, 90.0, 300.0):
        live_centre.tick(made.at(seconds).ts_ns)
        view = live_centre.state.view
        assert view.now_ns == made.at(seconds).ts_ns
        assert view.begin_ns < view.now_ns < view.end_ns
        assert live_centre.state.scale.x(view.now_ns) < live_centre.plots.timeline_box.width() - 60
    assert live_centre.state.view.span_ns < 70 * made.SECOND


def test_drag_and_wheel_end_following_and_the_button_begins_it_again(live_centre: Centre, hand: Hand) -> None:
    start = hand.place(2.0, 2)
    hand.drag(start, start + QPoint(50, 0))
    assert not live_centre.header.follow.isChecked()
    begin = live_centre.state.view.begin_ns
    live_centre.tick(made.at(9.0).ts_ns)
    assert live_centre.state.view.begin_ns == begin
    live_centre.header.follow.click()
    assert live_centre.header.follow.isChecked()
    live_centre.tick(made.at(9.1).ts_ns)
    assert live_centre.state.view.begin_ns != begin
    hand.wheel(start, 1)
    assert not live_centre.header.follow.isChecked()


def test_hovering_does_not_end_following(live_centre: Centre, hand: Hand) -> None:
    hand.move(hand.place(2.0, 2))
    x = hand.place(2.0, 2).x() - live_centre.plots.timeline_box.sceneBoundingRect().left()
    live_centre.tick(made.at(7.0).ts_ns)
    assert live_centre.state.follow
    cursor = live_centre.state.view.cursor_ns
    assert cursor is not None
    assert live_centre.state.scale.x(cursor) == pytest.approx(x, abs=1.0)


@pytest.mark.parametrize("followed", [True, False])
def test_the_end_shows_the_whole_if_it_was_followed(live_centre: Centre, followed: bool) -> None:
    live_centre.set_follow(followed)
    if not followed:
        live_centre.state.show_range(made.at(1).ts_ns, made.at(2).ts_ns)
    timeline = live_centre.picture_state()
    assert timeline is not None
    ended = made.playground()
    run = timeline.timeline
    run.lives, run.last_ns, run.finished, run.revision = ended.lives, ended.last_ns, True, 2
    for life in run.lives.values():
        life.revision = 9
    live_centre.tick(made.at(8.2).ts_ns)
    view = live_centre.state.view
    assert not view.live
    assert not live_centre.header.follow.isEnabled()
    whole = view.begin_ns <= run.begin_ns and view.end_ns >= run.last_ns
    assert whole is followed


def test_the_same_timeline_no_longer_live_has_ended(live_centre: Centre) -> None:
    live_centre.select(3)
    picture = live_centre.picture_state()
    assert picture is not None
    live_centre.set_timeline(picture.timeline, live=False)
    assert not live_centre.state.view.live
    assert live_centre.state.view.selected == 3
    assert not live_centre.header.follow.isEnabled()


def test_an_idle_tick_paints_nothing(centre: Centre, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(centre.state.changed):
        centre.tick(made.at(30.0).ts_ns)


def test_new_processes_and_samples_appear(live_centre: Centre) -> None:
    picture = live_centre.picture_state()
    assert picture is not None
    run = picture.timeline
    run.lives[9] = made.child(9, "late", 5.1, None)
    run.last_ns, run.revision = made.at(5.6).ts_ns, 2
    run.samples += made.samples(run, 5.6, 5.0)
    live_centre.tick(run.last_ns)
    assert live_centre.stage.scene is not None
    assert [row.upid for row in live_centre.stage.scene.rows][-1] == 9
    assert 9 in live_centre.stage.store.upids()


def test_menu_acts_on_the_living_only(live_centre: Centre, hand: Hand, qtbot: QtBot) -> None:
    hand.click(hand.place(3.0, 4), Qt.MouseButton.RightButton)
    acts = {action.data(): action for action in live_centre.menu.actions() if action.data()}
    assert list(acts) == ["interrupt", "terminate", "kill", "suspend", "resume"]
    assert all(action.isEnabled() for action in acts.values())
    with qtbot.waitSignal(live_centre.act_requested) as asked:
        acts["suspend"].trigger()
    assert asked.args == [5, "suspend"]
    live_centre.menu.close()
    hand.click(hand.place(2.0, 1), Qt.MouseButton.RightButton)  # worker-1 ended at 3.1 s
    assert not any(action.isEnabled() for action in live_centre.menu.actions() if action.data())
    live_centre.menu.close()


def test_menu_by_key_is_the_selected_process(live_centre: Centre) -> None:
    live_centre.select(3)
    QTest.keyClick(live_centre.plots, Qt.Key.Key_Menu)
    assert live_centre.menu.isVisible()
    assert "worker-2" in live_centre.menu.actions()[0].text()
    live_centre.menu.close()


def test_nothing_can_be_done_to_a_run_that_ended(centre: Centre, hand: Hand) -> None:
    hand.click(hand.place(2.0, 2), Qt.MouseButton.RightButton)
    assert not any(action.isEnabled() for action in centre.menu.actions() if action.data())
    centre.menu.close()
    QApplication.processEvents()
