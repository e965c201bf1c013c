"""What a recording says of its program stands in the window as text: it moves nothing and nobody interprets it."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtWidgets import QApplication

from procviz.chart.palette import LIGHT
from procviz.chart.scene import build_scene
from procviz.chart.series import CounterStore
from procviz.trace.records import Described, Program, Step
from procviz.ui.files.picture_export import export_picture
from procviz.ui.paint.words import pill_words
from procviz.ui.timeline.tooltips import LONGEST_MESSAGE, Teller
from procviz.wording.states import cause_text
from tests.trace.builders import CALL, Story, ns

NAMES = ["two\nlines", "\x1b[31mred", "\u202eback", "<b>bold</b><img src=x>", "x" * 10_000]


def _story(text: str) -> Story:
    story = Story()
    story.child(2, 20)
    story.add(Described(t=ns(30), p=2, w=CALL, target=text, cmdline=[text], file=text, line=1, start_method=text))
    story.add(Step(t=ns(40), p=2, step="target-ended", outcome="exception", exception=text, message=text, exitcode=1))
    story.ends(2, 50, 1)
    return story


@pytest.mark.parametrize("name", NAMES)
def test_a_tip_shows_it_as_text(name: str) -> None:
    timeline = _story(name).timeline
    tip = Teller(timeline, CounterStore(), timeline.last_ns, LIGHT).life(2)
    assert "<img" not in tip
    assert "<b>bold" not in tip
    assert unescape(tip).replace("\xa0", " ").isprintable()
    assert len(tip) < 5000 + 20 * LONGEST_MESSAGE


@pytest.mark.parametrize("name", NAMES)
def test_a_pill_and_a_cause_stay_in_their_line(name: str) -> None:
    timeline = _story(name).timeline
    scene = build_scene(timeline)
    for text in (pill_words(scene, scene.pills[0]), cause_text(timeline.lives[2])):
        assert text.isprintable()
        assert len(text) < 200


def test_who_are_each_others_parents_have_rows() -> None:
    story = Story()
    for p, parent in ((2, 3), (3, 4), (4, 2), (5, 5)):
        story.begins(p, 10 * p, parent=parent)
    scene = build_scene(story.timeline)
    assert sorted(row.upid for row in scene.rows) == [1, 2, 3, 4, 5]
    assert len(scene.row_of) == 5


def test_an_svg_stays_well_formed(tmp_path: Path, qapp: QApplication) -> None:
    program = Program(argv=["\x1b[31m\0<&>"], cwd="", title="\x1b]0;t\x07\0<b>&\uffff")
    path = tmp_path / "picture.svg"
    export_picture(Story(program=program).timeline, path)
    assert "<b>&" in (ElementTree.parse(path).getroot().findtext("{http://www.w3.org/2000/svg}title") or "")
