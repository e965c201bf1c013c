"""Painting: numbers before pixels, and of pixels only what a person would miss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from procviz.chart.lanes import STRIP_PX
from procviz.chart.palette import DARK, LIGHT, Palette
from procviz.chart.scene import Scene, build_scene
from procviz.chart.series import Counter, CounterStore
from procviz.chart.view import View, fit, zoom_at
from procviz.trace.records import Samples
from procviz.trace.timeline import Cause, Kind, State, Timeline
from procviz.ui.paint.bars import fill_of
from procviz.ui.paint.counters import dashed, paint_counters
from procviz.ui.paint.fonts import load_fonts
from procviz.ui.paint.labels import labels_px, paint_labels
from procviz.ui.paint.legend import LINE_PX, legend_height, paint_legend
from procviz.ui.paint.textures import diagonals, dots, stripes
from procviz.ui.paint.timeline import Painted, paint_timeline
from tests.chart.builders import edge, everything, life, ns, timeline

Pixels = NDArray[np.uint8]


@pytest.fixture(autouse=True)
def _fonts(qapp: QApplication) -> None:
    load_fonts()


def _paint(draw: Callable[[QPainter], None], width: int = 900, height: int = 520) -> Pixels:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#FF00FF"))
    painter = QPainter(image)
    draw(painter)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(height, width, 4)[:, :, 2::-1].copy()


def _lanes(made: Timeline, view: View, palette: Palette = LIGHT, width: int = 900) -> tuple[Pixels, Painted]:
    scene = build_scene(made)
    painted: list[Painted] = []
    rect = QRectF(0, 0, width, 520)
    pixels = _paint(lambda painter: painted.append(paint_timeline(painter, rect, scene, view, palette)), width)
    return pixels, painted[0]


def _count(pixels: Pixels, colour: QColor) -> int:
    return int((pixels == (colour.red(), colour.green(), colour.blue())).all(axis=2).sum())


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_every_state_shows_in_its_own_colour(palette: Palette) -> None:
    made = everything()
    pixels, _painted = _lanes(made, fit(build_scene(made), 498), palette)
    for state in State:
        assert _count(pixels, fill_of(state, palette)) > 30, state
    assert _count(pixels, QColor("#FF00FF")) == 0


def test_states_are_told_apart_without_colour() -> None:
    """Each state alone on a bar: as a grey picture no two of them are alike."""
    looks = []
    for state in State:
        made = timeline(life(1, "a", [(state, 0, 8)], parent=None, kind=Kind.MAIN))
        view = replace(fit(build_scene(made)), row_px=40.0)
        pixels, _painted = _lanes(made, view)
        bar = pixels[int(STRIP_PX) + 5 : int(STRIP_PX) + 35, 300:600].mean(axis=2)
        edges = np.abs(np.diff(bar, axis=0)).mean(), np.abs(np.diff(bar, axis=1)).mean(), (bar < 250).mean()
        looks.append(np.array(edges) / (10, 10, 1))
    for number, look in enumerate(looks):
        for other in range(number):
            mirrored = {list(State)[number], list(State)[other]} == {State.WAITING, State.WAITING_AT_EXIT}
            assert mirrored or np.abs(look - looks[other]).max() > 0.01


def test_the_two_kinds_of_waiting_are_hatched_in_opposite_ways() -> None:
    bars = []
    for state in (State.WAITING, State.WAITING_AT_EXIT):
        made = timeline(life(1, "a", [(state, 0, 8)], parent=None, kind=Kind.MAIN))
        pixels, _painted = _lanes(made, replace(fit(build_scene(made)), row_px=40.0))
        middle = int(STRIP_PX) + 20
        bars.append(pixels[middle - 8 : middle + 8, 300:700].mean(axis=2))
    straight = [np.corrcoef(bar[:-1, :-1].ravel(), bar[1:, 1:].ravel())[0, 1] for bar in bars]
    assert straight[0] < 0.5 < straight[1]


@pytest.mark.parametrize("width", [260, 420, 900])
@pytest.mark.parametrize("zoom", [1.0, 1.3, 4.0])
def test_pills_stay_inside_the_plot_and_clear_of_each_other(width: int, zoom: float) -> None:
    made = everything()
    view = zoom_at(fit(build_scene(made), 498), zoom, ns(7.9))
    _pixels, painted = _lanes(made, view, width=width)
    assert painted.pills
    for placed in painted.pills:
        assert 0 <= placed.box.left < placed.box.right <= width


def test_a_cut_off_daemon_and_a_terminated_child_do_not_look_alike() -> None:
    def one(cause: Cause) -> Pixels:
        child = life(2, "b", [(State.RUNNING, 1, 4)], exitcode=-15, signal="SIGTERM", cause=cause)
        made = timeline(life(1, "a", [(State.RUNNING, 0, 8)], parent=None, kind=Kind.MAIN), child)
        return _lanes(made, replace(fit(build_scene(made)), row_px=40.0))[0]

    assert _count(one(Cause.DAEMON_CUTOFF), QColor(LIGHT.terminated)) > 40
    assert _count(one(Cause.TERMINATE), QColor(LIGHT.terminated)) == 0


def test_live_bars_fade_and_torn_ones_do_not() -> None:
    made = timeline(life(1, "a", [(State.RUNNING, 0, None)], parent=None, kind=Kind.MAIN), last=4, torn=True)
    view = replace(fit(build_scene(made)), row_px=40.0)
    live, _painted = _lanes(made, replace(view, live=True))
    torn, _painted = _lanes(made, view)
    assert (live != torn).any()


def test_the_selected_row_stands_out_and_the_others_step_back() -> None:
    made = everything()
    view = fit(build_scene(made), 498)
    plain, _painted = _lanes(made, view)
    chosen, _painted = _lanes(made, replace(view, selected=2))
    running = fill_of(State.RUNNING, LIGHT)
    assert _count(chosen, QColor(LIGHT.accent_soft)) > 1000
    assert 0 < _count(chosen, running) < _count(plain, running) / 2


@pytest.mark.parametrize("row_px", [3.0, 9.0, 13.0, 18.0, 24.0, 44.0, 72.0])
def test_every_row_height_paints(row_px: float) -> None:
    made = everything()
    view = replace(fit(build_scene(made)), row_px=row_px, cursor_ns=ns(3), range_ns=(ns(1), ns(2)), hovered=3)
    pixels, painted = _lanes(made, view)
    assert _count(pixels, fill_of(State.RUNNING, LIGHT)) > 0
    assert bool(painted.pills) is (row_px >= 18)


def test_a_life_of_no_time_at_all_still_shows() -> None:
    made = timeline(
        life(1, "a", [(State.RUNNING, 0, 8000)], parent=None, kind=Kind.MAIN),
        life(2, "b", [(State.ORPHANED, 5, 5)], exitcode=0),
        last=8000,
    )
    pixels, _painted = _lanes(made, replace(fit(build_scene(made)), row_px=9.0))
    assert _count(pixels, fill_of(State.ORPHANED, LIGHT)) > 0


def test_an_empty_run_paints_its_empty_ground() -> None:
    pixels, painted = _lanes(timeline(last=0), fit(build_scene(timeline(last=0))))
    assert painted.pills == ()
    assert _count(pixels, QColor(LIGHT.card)) > pixels.size / 3 * 0.9


def _labels(painter: QPainter, scene: Scene, view: View, width: float) -> None:
    paint_labels(painter, QRectF(0, 0, width, 520), scene, view, LIGHT)


def test_names_are_whole_where_the_column_is_as_wide_as_it_asks_for() -> None:
    name = "工作进程 with a rather long name"
    made = timeline(life(1, name, [(State.RUNNING, 0, 8)], parent=None, kind=Kind.MULTIPROCESSING))
    scene = build_scene(made)
    wide = labels_px(scene)
    view = replace(fit(scene), row_px=40.0)
    at_width = [_paint(partial(_labels, scene=scene, view=view, width=w)) for w in (wide, 150)]
    inked = [_count(pixels[:, :130], QColor(LIGHT.text)) for pixels in at_width]
    assert wide > 220
    assert inked[0] > 0
    assert inked[1] > 0


def test_the_legend_takes_more_lines_where_it_is_narrow() -> None:
    assert legend_height(2000) == LINE_PX
    assert legend_height(200) >= 4 * LINE_PX
    used: list[float] = []
    _paint(lambda painter: used.append(paint_legend(painter, QRectF(0, 0, 300, 400), LIGHT)))
    assert used[0] <= 300


def _legend(used: list[float], scene: Scene | None, painter: QPainter) -> None:
    used.append(paint_legend(painter, QRectF(0, 0, 5000, 40), LIGHT, scene=scene))


def test_the_legend_of_a_run_names_only_what_occurs() -> None:
    plain = build_scene(timeline(life(1, "a", [(State.RUNNING, 0, 8)], parent=None, kind=Kind.MAIN)))
    used: list[float] = []
    for scene in (None, build_scene(everything()), plain):
        _paint(partial(_legend, used, scene))
    assert used[2] < 120 < used[0] == used[1]


def test_textures_stay_inside_their_bar_and_move_with_it() -> None:
    for falling in (True, False):
        lines = diagonals(-33.0, 10, 200, 5, 25, falling=falling)
        assert lines[:, [0, 2]].min() >= 10
        assert lines[:, [0, 2]].max() <= 200
        assert lines[:, [1, 3]].min() >= 5
        assert lines[:, [1, 3]].max() <= 25
        assert np.allclose(np.abs(lines[:, 2] - lines[:, 0]), np.abs(lines[:, 3] - lines[:, 1]))
    later = diagonals(-33.0, 17, 207, 5, 25, falling=False)
    assert np.isin(
        np.round(later[3:8, 0] % 7, 6), np.round(diagonals(-33.0, 10, 200, 5, 25, falling=False)[:, 0] % 7, 6)
    ).all()
    assert len(diagonals(0, 10, 11, 5, 25, falling=True)) == 0
    assert len(stripes(0, 10, 200, 5, 25)) > 20
    assert (dots(0, 10, 200, 5, 25)[:, 0] + 1.3 <= 200).all()


def test_dashes_leave_gaps_whether_lines_are_long_or_short() -> None:
    short = np.array([[x, 0.0, x + 1.0, 0.0] for x in range(200)])
    for lines in (short, np.array([[0.0, 0.0, 200.0, 0.0]])):
        cut = dashed(lines, (13.0, 4.0), 0.0)
        assert 0.6 * 200 < (cut[:, 2] - cut[:, 0]).sum() < 0.9 * 200


@pytest.mark.parametrize("antialias", [True, False])
def test_curves_are_drawn_in_their_process_s_colour(antialias: bool) -> None:
    made = everything()
    scene, store = build_scene(made), CounterStore()
    store.extend(made.samples)
    view = fit(scene)
    rect = QRectF(0, 0, 900, 200)
    pixels = _paint(
        lambda painter: paint_counters(painter, rect, store, Counter.RSS, scene, view, LIGHT, 10_000, antialias),
        900,
        200,
    )
    assert _count(pixels, QColor(LIGHT.identities[0])) > 50


def test_gaps_are_not_bridged_and_lonely_samples_are_seen() -> None:
    made = timeline(life(1, "a", [(State.RUNNING, 0, 8)], parent=None, kind=Kind.MAIN))
    scene, store = build_scene(made), CounterStore()
    known = {0, 1, 2, 5, 8}
    store.extend([Samples(t=ns(n), p=[1], c=[50.0 if n in known else None], r=[1]) for n in range(9)])
    view = replace(fit(scene), begin_ns=ns(0), end_ns=ns(8))
    rect = QRectF(0, 0, 800, 200)
    pixels = _paint(
        lambda painter: paint_counters(painter, rect, store, Counter.CPU, scene, view, LIGHT, 10_000, False), 800, 200
    )
    dark = (pixels == tuple(bytes.fromhex(LIGHT.identities[0][1:]))).all(axis=2).any(axis=0)
    assert dark[:200].mean() > 0.9
    assert not dark[210:490].any()
    assert dark[495:505].any()


def test_where_main_s_code_ended_is_said_in_the_strip() -> None:
    made = everything()
    view = fit(build_scene(made), 498)
    with_it, _painted = _lanes(made, view)
    made.lives[1].code_ended = None
    without, _painted = _lanes(made, view)
    made.lives[1].code_ended = edge(4.2)
    colour = QColor(LIGHT.code_ended)
    assert _count(with_it[: int(STRIP_PX)], colour) > 40 > _count(without[: int(STRIP_PX)], colour)
