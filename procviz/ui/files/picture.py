"""The whole run as one picture: title, parameters, legend, every row, both plots, where and when it was recorded.

Complete and readable by itself: nothing is cut, nothing lies over anything, whatever names and how many rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter

from procviz.chart.lanes import STRIP_PX
from procviz.chart.palette import Palette
from procviz.chart.scene import Scene
from procviz.chart.series import Counter, CounterStore
from procviz.chart.view import View
from procviz.trace.records import Header
from procviz.trace.timeline import Timeline
from procviz.ui.paint.axes import AXIS_PX, paint_time_axis, paint_value_axis
from procviz.ui.paint.canvas import LABEL_PX, TEXT_PX, colour, pen
from procviz.ui.paint.counters import paint_counters
from procviz.ui.paint.fonts import baseline_px, draw_text, elided, font, text_px
from procviz.ui.paint.labels import labels_px, paint_labels
from procviz.ui.paint.legend import legend_height, paint_legend
from procviz.ui.paint.marks import PILL_PAD_PX
from procviz.ui.paint.timeline import paint_timeline
from procviz.ui.paint.words import pill_words
from procviz.wording import _
from procviz.wording.foreign_text import LONGEST_LINE, shown
from procviz.wording.programs import parameter_names, program_title

WIDTH_PX = 1280.0
MARGIN_PX = 20.0
PAD_PX = 12.0
PLOT_PX = 120.0
TITLE_PX = 18
POINTS = 60_000
MOST_LABELS_PX = 560.0

Value = int | float | bool | str


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of a picture are, from top to bottom, in device-independent pixels."""

    width_px: float
    title: tuple[str, ...]
    parameters: tuple[str, ...]  # in lines
    facts: tuple[str, ...]
    labels_px: float
    row_px: float
    legend: QRectF
    lanes: QRectF  # beside the labels
    plots: tuple[QRectF, QRectF]
    axis: QRectF
    height_px: float


def picture_size(
    timeline: Timeline,
    scene: Scene,
    width_px: float = WIDTH_PX,
    title: str | None = None,
    parameters: Mapping[str, Value] | None = None,
) -> QSizeF:
    """How large the picture is in device-independent pixels; it may be wider than asked for where names are long."""
    layout = _layout(timeline, scene, width_px, title, parameters)
    return QSizeF(layout.width_px, layout.height_px)


def paint_picture(
    painter: QPainter,
    timeline: Timeline,
    scene: Scene,
    store: CounterStore,
    palette: Palette,
    width_px: float = WIDTH_PX,
    title: str | None = None,
    parameters: Mapping[str, Value] | None = None,
) -> None:
    """The picture from the painter's origin on, as large as `picture_size` says."""
    layout = _layout(timeline, scene, width_px, title, parameters)
    view = _view(scene, layout)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.fillRect(QRectF(0, 0, layout.width_px, layout.height_px), colour(palette.window))
    painter.setPen(pen(colour(palette.line)))
    painter.setBrush(colour(palette.card))
    card = QRectF(0, 0, layout.width_px, layout.height_px).adjusted(8.5, 8.5, -8.5, -8.5)
    painter.drawRoundedRect(card, 10, 10)
    _paint_heading(painter, layout, palette)
    paint_legend(painter, layout.legend, palette, scene=scene)
    paint_timeline(painter, layout.lanes, scene, view, palette, store=store)
    paint_labels(painter, _beside(layout, layout.lanes), scene, view, palette)
    for plot, counter in zip(layout.plots, Counter, strict=True):
        paint_counters(painter, plot, store, counter, scene, view, palette, POINTS, True)
        paint_value_axis(painter, _beside(layout, plot), store, counter, scene, view, palette)
    paint_time_axis(painter, layout.axis, scene, view, palette)
    painter.restore()


def _layout(
    timeline: Timeline, scene: Scene, width_px: float, title: str | None, parameters: Mapping[str, Value] | None
) -> Layout:
    program = timeline.header.program
    labels = min(labels_px(scene), MOST_LABELS_PX)
    width = max(width_px, labels + 2 * MARGIN_PX + 480.0)
    inner = width - 2 * (MARGIN_PX + PAD_PX)
    values = program.parameters if parameters is None else parameters
    names = parameter_names(program)
    said = [_parameter_text(names.get(name, name), value) for name, value in values.items()]
    parameter_lines = _lines(said, inner, LABEL_PX)
    fact_lines = _lines(facts_of(timeline.header), inner, TEXT_PX)
    title_lines = _lines((title or program_title(program)).split(), inner, TITLE_PX, " ")
    top = MARGIN_PX + 10.0 + 25.0 * len(title_lines) + 19.0 * len(parameter_lines) + 17.0 * len(fact_lines) + 8.0
    legend = QRectF(MARGIN_PX + PAD_PX, top, inner, legend_height(inner, scene=scene))
    row_px = _row_px(len(scene.rows))
    left = MARGIN_PX + labels
    plot_width = width - MARGIN_PX - PAD_PX / 2 - left
    lanes = QRectF(left, legend.bottom() + 8, plot_width, STRIP_PX + row_px * max(len(scene.rows), 1))
    cpu = QRectF(left, lanes.bottom() + 14, plot_width, PLOT_PX)
    rss = QRectF(left, cpu.bottom() + 16, plot_width, PLOT_PX)
    axis = QRectF(left, rss.bottom(), plot_width, AXIS_PX)
    return Layout(
        width, title_lines, parameter_lines, fact_lines, labels, row_px,
        legend, lanes, (cpu, rss), axis, axis.bottom() + MARGIN_PX,
    )  # fmt: skip


def _row_px(rows: int) -> float:
    """High rows for few processes, lower ones for many, never too low for words."""
    return 40.0 if rows <= 12 else 32.0 if rows <= 40 else 24.0


def _beside(layout: Layout, plot: QRectF) -> QRectF:
    return QRectF(MARGIN_PX, plot.top(), layout.labels_px, plot.height())


def _view(scene: Scene, layout: Layout) -> View:
    """The whole run, and to its right as much room as the longest words at its end need."""
    span = max(float(scene.last_ns - scene.begin_ns), 1000.0)
    most = layout.lanes.width() / 3
    px_per_ns = (layout.lanes.width() - most) / span
    beyond = [
        text_px(pill_words(scene, pill), TEXT_PX) + 2 * PILL_PAD_PX + 40.0
        - max(scene.last_ns - min(pill.ts_ns, scene.last_ns), 0) * px_per_ns
        for pill in scene.pills
    ]  # fmt: skip
    room = min(max([40.0, *beyond]), most)
    per_px = span / max(layout.lanes.width() - room - 10, 100.0)
    return View(
        begin_ns=scene.begin_ns - 10 * per_px,
        end_ns=scene.begin_ns + span + room * per_px,
        now_ns=scene.last_ns,
        row_px=layout.row_px,
    )


def _paint_heading(painter: QPainter, layout: Layout, palette: Palette) -> None:
    y = MARGIN_PX + 4.0
    for lines, size_px, step, ink in (
        (layout.title, TITLE_PX, 25.0, palette.text),
        (layout.parameters, LABEL_PX, 19.0, palette.text),
        (layout.facts, TEXT_PX, 17.0, palette.muted),
    ):
        painter.setFont(font(size_px, strong=size_px == TITLE_PX))
        painter.setPen(pen(colour(ink)))
        for line in lines:
            draw_text(painter, QPointF(MARGIN_PX + PAD_PX, round(y + step / 2 + baseline_px(size_px))), line)
            y += step


def _lines(parts: Sequence[str], width_px: float, size_px: int, between: str = " · ") -> tuple[str, ...]:
    """Parts side by side, a new line where there is no more room; a part too long for a line loses its middle."""
    strong = size_px == TITLE_PX
    lines: list[str] = []
    for part in (shown(part, LONGEST_LINE) for part in parts):
        longer = f"{lines[-1]}{between}{part}" if lines else part
        if lines and text_px(longer, size_px, None, strong) <= width_px:
            lines[-1] = longer
        else:
            lines.append(elided(part, size_px, int(width_px), None, strong))
    return tuple(lines)


def _parameter_text(name: str, value: Value) -> str:
    said = _("yes") if value is True else _("no") if value is False else str(value)
    return _("{name} {value}").format(name=name, value=said)


def facts_of(header: Header) -> list[str]:
    """Interpreter, platform, and when it was recorded, in the reader's own time zone."""
    when = datetime.fromtimestamp(header.unix_ns / 1e9, tz=UTC).astimezone()
    return [
        " ".join(header.program.argv),
        f"{_implementation(header.interpreter.implementation)} {header.interpreter.version}",
        f"{header.platform.system} {header.platform.release} {header.platform.machine}",
        when.strftime("%Y-%m-%d %H:%M:%S"),
        f"procviz {header.procviz}",
    ]


def _implementation(name: str) -> str:
    return {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalPy"}.get(name, name)
