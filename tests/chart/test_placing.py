"""Words find room, or stay away."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from procviz.chart.palette import DARK, LIGHT, identity_colour
from procviz.chart.placing import Room, place_end, wrapped


@given(st.floats(-500, 900), st.floats(0, 900), st.floats(10, 200))
def test_a_pill_is_always_inside_the_plot(begin: float, length: float, width: float) -> None:
    end = min(begin + length, 800)
    left = place_end((begin, end), (0, 800), width)
    assert left >= 0
    assert left + width <= 800


def test_a_pill_goes_behind_the_bar_else_inside_else_before() -> None:
    assert place_end((100, 300), (0, 800), 50) == 308
    assert place_end((100, 790), (0, 800), 50) == 790 - 4 - 50
    assert place_end((780, 790), (0, 800), 50) == 780 - 8 - 50


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(1, 60)), max_size=12), st.floats(5, 80))
def test_what_fits_lies_over_nothing(taken: list[tuple[float, float]], width: float) -> None:
    room = Room([(a, a + b) for a, b in taken])
    x = room.first_fit(0, 500, width)
    if x is not None:
        assert x + width <= 500
        assert room.free(x, x + width)


def test_no_room_is_said() -> None:
    assert Room([(10, 95)]).first_fit(0, 100, 20) is None


def test_a_legend_begins_a_new_line_where_there_is_no_room() -> None:
    assert wrapped([50, 50, 50, 200], 120, 10) == [(0, 0), (0, 60), (1, 0), (2, 0)]


def test_colours_come_again_marked_as_such() -> None:
    for palette in (LIGHT, DARK):
        colours = [identity_colour(palette, n) for n in range(30)]
        assert len(set(colours[:15])) == 15
        assert colours[0] not in colours[1:]
        assert [again for _name, again in colours[:9]] == [0] * 8 + [1]
