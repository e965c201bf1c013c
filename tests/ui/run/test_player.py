"""The player does not care where records come from, nor in what portions."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from procviz.trace.problem import Problem, ProblemKind
from procviz.trace.records import AnyRecord
from procviz.ui.run.player import ListSource, Player
from tests.ui.runs import BEGIN, MS, records


class Portions:
    """A source that gives out a few records at a time, as a live run does."""

    def __init__(self, portions: list[list[AnyRecord]]) -> None:
        self._portions = portions

    def read(self) -> list[AnyRecord]:
        return self._portions.pop(0) if self._portions else []

    @property
    def finished(self) -> bool:
        return not self._portions


def told(player: Player) -> list[str]:
    said: list[str] = []
    player.opened.connect(lambda: said.append("opened"))
    player.ticked.connect(lambda: said.append("ticked"))
    player.finished.connect(lambda: said.append("finished"))
    return said


def test_a_list_is_played_at_once(qapp: QApplication) -> None:
    player = Player()
    said = told(player)
    player.play(ListSource(records()), live=False)
    assert said == ["opened", "finished"]
    assert player.timeline is not None
    assert player.timeline.finished
    assert player.now_ns == player.timeline.last_ns == BEGIN + 410 * MS


def test_a_live_source_is_played_tick_by_tick(qapp: QApplication) -> None:
    player = Player(clock=lambda: BEGIN + 7 * MS)
    said = told(player)
    everything = records()
    player.play(Portions([[], everything[:1], everything[1:4], [], everything[4:]]), live=True)
    assert said == []
    for _ in range(2):
        player.tick()
    assert said == ["opened", "ticked", "ticked"]
    assert player.now_ns == BEGIN + 7 * MS
    for _ in range(3):
        player.tick()
    assert said[-1] == "finished"
    assert said.count("finished") == 1
    assert not player.live
    player.tick()
    assert said.count("finished") == 1


def test_both_ways_end_in_the_same_picture(qapp: QApplication) -> None:
    at_once, bit_by_bit = Player(), Player()
    at_once.play(ListSource(records()), live=False)
    bit_by_bit.play(Portions([[record] for record in records()]), live=True)
    while bit_by_bit.live:
        bit_by_bit.tick()
    assert at_once.timeline is not None
    assert bit_by_bit.timeline is not None
    for upid, life in at_once.timeline.lives.items():
        assert bit_by_bit.timeline.lives[upid].slices == life.slices


def test_a_source_that_ends_early_is_torn(qapp: QApplication) -> None:
    player = Player()
    player.play(Portions([records()[:6]]), live=True)
    player.tick()
    assert player.timeline is not None
    assert player.timeline.torn


def test_a_source_without_any_record_ends(qapp: QApplication) -> None:
    player = Player()
    said = told(player)
    player.play(Portions([]), live=True)
    assert said == ["finished"]
    assert player.timeline is None


class Broken(Portions):
    """A recorder that tells, instead of a first record, why there is none."""

    def read(self) -> list[AnyRecord]:
        self._portions = []
        raise Problem(ProblemKind.INTERPRETER_NOT_PYTHON, path="python")


def test_why_nothing_came_is_told_and_the_run_is_over(qapp: QApplication) -> None:
    player = Player()
    said = told(player)
    problems: list[Problem] = []
    player.failed.connect(problems.append)
    player.play(Broken([[]]), live=True)
    player.tick()
    assert [problem.kind for problem in problems][:1] == [ProblemKind.INTERPRETER_NOT_PYTHON]
    assert said == ["finished"]
    assert not player.live
