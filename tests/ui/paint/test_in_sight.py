"""Lines that end far outside: what is drawn of them costs no more than what is seen, and is where it was."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF

from procviz.ui.paint.batch import BESIDE_PX, in_sight
from procviz.ui.paint.counters import DASHES, dashed

RECT = QRectF(100, 50, 800, 200)


def test_what_lies_inside_stays_as_it_is() -> None:
    lines = np.array([[100.0, 60.0, 900.0, 240.0], [300.0, 70.0, 300.0, 70.0]])
    assert in_sight(lines, RECT) is lines


def test_what_lies_outside_is_left_out() -> None:
    lines = np.array([[-1e18, 60.0, -1e9, 240.0], [1e9, 60.0, 1e18, 60.0], [500.0, 1e6, 500.0, 1e7], [0, 500, 80, 500]])
    assert len(in_sight(lines, RECT)) == 0


def test_what_crosses_is_cut_and_keeps_its_way() -> None:
    made = in_sight(np.array([[-500.0, -450.0, 1500.0, 1550.0], [-1e18, 100.0, 1e18, 100.0]]), RECT)
    assert np.allclose(made[0, 0::2] - made[0, 1::2], -50)
    assert np.allclose(made[1], [100 - BESIDE_PX, 100, 900 + BESIDE_PX, 100])


def test_a_gap_of_a_hundred_years_makes_few_dashes() -> None:
    lines = in_sight(np.array([[-3e15, 100.0, 3e15, 240.0]]), RECT)
    assert len(dashed(lines, DASHES[0], 0.0)) < 2 * RECT.width()
