"""Rows, columns and pills of a scene, and what a live tick takes over from the one before."""

from __future__ import annotations

from procviz.chart.scene import OPEN_NS, STATES, build_scene
from procviz.trace.timeline import Cause, Kind, Life, State
from tests.chart.builders import edge, everything, life, ns, sent, timeline


def _family() -> list[Life]:
    run = State.RUNNING
    return [
        life(4, "helper-before-main", [(run, 0, 1)], parent=None, kind=Kind.HELPER, exitcode=0),
        life(1, "MainProcess", [(run, 0, 5)], parent=None, kind=Kind.MAIN, exitcode=0),
        life(2, "first", [(run, 1, 4)], exitcode=0),
        life(3, "second", [(run, 2, None)]),
        life(5, "grandchild", [(run, 3, 3.5), (State.ZOMBIE, 3.5, 4)], parent=2, exitcode=1),
    ]


def test_main_is_on_top_and_children_stand_under_their_parent_in_start_order() -> None:
    scene = build_scene(timeline(*_family()))
    assert [(row.name, row.depth) for row in scene.rows] == [
        ("MainProcess", 0),
        ("first", 1),
        ("grandchild", 2),
        ("second", 1),
        ("helper-before-main", 0),
    ]
    assert scene.row_of == {1: 0, 2: 1, 5: 2, 3: 3, 4: 4}


def test_a_process_keeps_its_identity_when_others_start() -> None:
    few = build_scene(timeline(*_family()[:3]))
    more = build_scene(timeline(*_family()))
    assert all({row.upid: row.identity for row in more.rows}[row.upid] == row.identity for row in few.rows)
    assert next(row for row in more.rows if row.upid == 1).identity == 0


def test_columns_lead_back_to_their_slices_and_open_ends_are_told_apart() -> None:
    scene = build_scene(timeline(*_family()))
    assert len(scene.slices) == 6
    for index, piece in enumerate(scene.slices.objects):
        assert scene.slices.begin_ns[index] == piece.begin.ts_ns
        assert scene.slices.row[index] == scene.row_of[piece.process]
        assert STATES[scene.slices.state[index]] is piece.state
        assert scene.slices.end_ns[index] == (OPEN_NS if piece.end is None else piece.end.ts_ns)


def test_a_pill_stands_behind_the_zombie_and_none_where_a_life_goes_on() -> None:
    pills = {pill.upid: pill for pill in build_scene(timeline(*_family())).pills}
    assert 3 not in pills
    assert (pills[5].ended_ns, pills[5].ts_ns, pills[5].exitcode) == (ns(3.5), ns(4), 1)


def test_a_zombie_that_is_not_reaped_yet_keeps_its_pill_at_now() -> None:
    scene = build_scene(
        timeline(life(1, "a", [(State.RUNNING, 0, 1), (State.ZOMBIE, 1, None)], parent=None, exitcode=0))
    )
    assert scene.pills[0].ts_ns == OPEN_NS


def test_unchanged_lives_are_taken_over() -> None:
    made = timeline(*_family())
    before = build_scene(made)
    made.lives[3].slices[0] = life(3, "second", [(State.RUNNING, 2, 6)]).slices[0]
    made.lives[3].ended, made.lives[3].cause = edge(6), Cause.RETURNED
    made.lives[3].revision += 1
    made.revision += 1
    after = build_scene(made, before)
    assert after is not before
    assert [upid for upid in after.parts if after.parts[upid] is not before.parts[upid]] == [3]
    assert {pill.upid for pill in after.pills} - {pill.upid for pill in before.pills} == {3}


def test_nothing_new_gives_the_same_scene_and_another_run_a_fresh_one() -> None:
    made = timeline(*_family())
    scene = build_scene(made)
    assert build_scene(made, scene) is scene
    assert build_scene(timeline(*_family()), scene).parts[1] is not scene.parts[1]


def test_arrows_to_processes_that_are_not_known_are_left_out() -> None:
    scene = build_scene(timeline(*_family(), flows=[sent(1, 2, 1, "SIGTERM"), sent(1, 99, 1, "SIGTERM")]))
    assert [flow.target for flow in scene.flows.objects] == [2]


def test_an_empty_timeline_has_an_empty_scene() -> None:
    scene = build_scene(timeline())
    assert (scene.rows, len(scene.slices), len(scene.flows), scene.main) == ((), 0, 0, None)


def test_main_tells_when_its_code_ended() -> None:
    assert build_scene(everything()).code_ended_ns == ns(4.2)
