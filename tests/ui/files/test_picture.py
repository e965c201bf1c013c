"""Whole pictures: complete, nothing cut, in every format; a PNG gives its recording back."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from procviz.chart.palette import LIGHT
from procviz.chart.scene import build_scene
from procviz.chart.series import CounterStore
from procviz.trace.problem import Problem, ProblemKind
from procviz.trace.timeline import Kind, Life, State, Timeline
from procviz.ui.files.picture import facts_of, paint_picture, picture_size
from procviz.ui.files.picture_export import KEY, export_picture, recording_in_picture
from procviz.ui.files.png_text import text_in, with_text
from procviz.ui.paint.fonts import load_fonts
from tests.chart.builders import everything, life, timeline

RECORDING = b'{"k":"header"}\n' + "工作进程\n".encode() * 3


@pytest.fixture(autouse=True)
def _fonts(qapp: QApplication) -> None:
    load_fonts()


def _many(count: int) -> Timeline:
    lives: list[Life] = [life(1, "MainProcess", [(State.RUNNING, 0, 8)], parent=None, kind=Kind.MAIN, exitcode=0)]
    lives += [life(n, f"child {n} with a long name", [(State.RUNNING, 1, 7)], exitcode=0) for n in range(2, count + 1)]
    return timeline(*lives)


@pytest.mark.parametrize("made", [timeline(last=0), _many(1), _many(40), _many(200), everything()])
def test_a_picture_is_high_enough_for_every_row(made: Timeline) -> None:
    size = picture_size(made, build_scene(made))
    assert size.width() >= 1280
    assert size.height() > 24 * len(made.lives) + 300
    image = QImage(size.toSize(), QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    paint_picture(painter, made, build_scene(made), CounterStore(), LIGHT)
    painter.end()
    corner = image.pixelColor(image.width() - 2, image.height() - 2).name().upper()
    assert corner == LIGHT.window


def test_long_titles_and_many_parameters_take_more_lines_instead_of_being_cut() -> None:
    made = everything()
    scene = build_scene(made)
    plain = picture_size(made, scene, 700.0)
    parameters = {f"A_RATHER_LONG_NAME_{n}": "x" * n for n in range(30)}
    long = picture_size(made, scene, 700.0, "word " * 60, parameters)
    assert long.height() > plain.height() + 100
    assert long.width() == plain.width()


def test_the_facts_name_interpreter_platform_and_time() -> None:
    facts = " ".join(facts_of(everything().header))
    assert "CPython 3.11.7" in facts
    assert "Linux" in facts
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d", facts)


@pytest.mark.parametrize("scale", [1, 2])
def test_a_png_opens_again(tmp_path: Path, scale: int) -> None:
    path = tmp_path / "运行.png"
    export_picture(everything(), path, scale=scale, recording=RECORDING)
    image = QImage(str(path))
    size = picture_size(everything(), build_scene(everything()))
    assert (image.width(), image.height()) == (round(size.width() * scale), round(size.height() * scale))
    assert recording_in_picture(path) == RECORDING
    assert list(tmp_path.iterdir()) == [path]


def test_a_recording_longer_than_qt_s_limit_comes_back_whole(tmp_path: Path) -> None:
    long = bytes(range(32, 127)) * 150_000
    export_picture(_many(1), tmp_path / "a.png")
    tiny = (tmp_path / "a.png").read_bytes()
    assert text_in(with_text(tiny, KEY, long), KEY) == long
    assert text_in(tiny, KEY) is None
    assert text_in(with_text(tiny, KEY, long)[:5000], KEY) is None
    assert text_in(b"no picture", KEY) is None


@pytest.mark.parametrize("dark", [False, True])
def test_an_svg_looks_like_the_png(tmp_path: Path, dark: bool) -> None:
    export_picture(everything(), tmp_path / "a.png", dark=dark)
    export_picture(everything(), tmp_path / "a.svg", dark=dark)
    expected = QImage(str(tmp_path / "a.png")).convertToFormat(QImage.Format.Format_RGB32)
    image = QImage(expected.size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    renderer = QSvgRenderer(str(tmp_path / "a.svg"))
    renderer.render(painter, QRectF(image.rect()))
    painter.end()
    small = (expected.width() // 8, expected.height() // 8)
    one, other = (
        picture.scaled(*small, mode=Qt.TransformationMode.SmoothTransformation) for picture in (expected, image)
    )
    away = [
        abs(one.pixelColor(x, y).lightness() - other.pixelColor(x, y).lightness())
        for x in range(0, small[0], 2)
        for y in range(0, small[1], 2)
    ]
    assert sum(value > 40 for value in away) < len(away) * 0.01
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "<text" not in text  # letters are outlines: no font is needed to look at it


def test_a_pdf_is_one_page_as_large_as_the_picture(tmp_path: Path) -> None:
    export_picture(everything(), tmp_path / "a.pdf")
    made = (tmp_path / "a.pdf").read_bytes()
    assert made.startswith(b"%PDF-")
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", made)
    size = picture_size(everything(), build_scene(everything()))
    assert len(boxes) == 1
    assert float(boxes[0][0]) == pytest.approx(size.width() * 0.75, abs=1)
    assert float(boxes[0][1]) == pytest.approx(size.height() * 0.75, abs=1)


def test_pictures_too_large_for_memory_are_refused_with_their_size(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        export_picture(everything(), tmp_path / "a.png", scale=40)
    assert caught.value.kind is ProblemKind.OUTPUT_TOO_LARGE
    assert int(caught.value.facts["width"]) == 40 * 1280
    export_picture(_many(1000), tmp_path / "a.svg")
    assert list(tmp_path.iterdir()) == [tmp_path / "a.svg"]


def test_what_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder.png").mkdir()
    for path in (tmp_path / "nowhere" / "a.png", tmp_path / "folder.png"):
        with pytest.raises(Problem) as caught:
            export_picture(_many(2), path)
        assert caught.value.kind is ProblemKind.OUTPUT_UNWRITABLE
    with pytest.raises(Problem) as caught:
        export_picture(_many(2), tmp_path / "a.gif")
    assert caught.value.kind is ProblemKind.OUTPUT_ENDING
    assert [path.name for path in tmp_path.iterdir()] == ["folder.png"]


def test_a_full_disk_is_said_and_the_old_picture_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"old")

    def full(_self: Path, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(Problem) as caught:
        export_picture(_many(2), path)
    monkeypatch.undo()
    assert caught.value.kind is ProblemKind.DISK_FULL
    assert path.read_bytes() == b"old"


def test_other_pictures_hold_no_recording(tmp_path: Path) -> None:
    export_picture(_many(2), tmp_path / "a.png")
    for path, kind in (
        (tmp_path / "a.png", ProblemKind.PICTURE_WITHOUT_RECORDING),
        (tmp_path / "none.png", ProblemKind.RECORDING_MISSING),
        (tmp_path, ProblemKind.RECORDING_IS_FOLDER),
    ):
        with pytest.raises(Problem) as caught:
            recording_in_picture(path)
        assert caught.value.kind is kind


def test_a_picture_needs_neither_a_screen_nor_widgets(tmp_path: Path) -> None:
    """In a process of its own: there a display that does not answer would end it."""
    code = (
        "import sys, pathlib\n"
        "from procviz.ui.files.picture_export import export_picture\n"
        "from tests.chart.builders import everything\n"
        "export_picture(everything(), pathlib.Path(sys.argv[1]))\n"
        "assert 'PySide6.QtWidgets' not in sys.modules\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"}
    environment |= {"DISPLAY": ":4711", "PYTHONPATH": str(Path(__file__).parents[3])}
    path = tmp_path / "a.png"
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not QImage(str(path)).isNull()
