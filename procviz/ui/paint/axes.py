"""The time axis below the plots, and the value axis beside each of them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from procviz.chart.palette import Palette
from procviz.chart.scene import Scene
from procviz.chart.series import Counter, CounterStore
from procviz.chart.ticks import time_ticks, value_ticks, value_top
from procviz.chart.view import TimeScale, View
from procviz.ui.paint.canvas import LABEL_PX, TEXT_PX, colour, pen
from procviz.ui.paint.fonts import baseline_px, draw_text, font, text_px
from procviz.wording import _

AXIS_PX = 26.0
MARGIN_PX = 12.0
LABELS_GAP_PX = 12.0
ALL_CURVES = 14  # so many processes get a curve each
TOP_CURVES = 12  # else the largest, before the shade of all


def paint_time_axis(
    painter: QPainter, rect: QRectF, scene: Scene, view: View, palette: Palette, font_family: str | None = None
) -> None:
    """Round moments since the run's start, every label whole and apart from its neighbours."""
    scale = TimeScale(view.begin_ns, view.end_ns, rect.left(), rect.right())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setFont(font(TEXT_PX, font_family))
    ticks = time_ticks(view.begin_ns, view.end_ns, scene.begin_ns, rect.width())
    painter.setPen(pen(colour(palette.line)))
    painter.drawLine(QPointF(rect.left(), rect.top() + 0.5), QPointF(rect.right(), rect.top() + 0.5))
    for tick in ticks:
        x = round(scale.x(tick.ts_ns)) + 0.5
        painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.top() + 4))
    painter.setPen(pen(colour(palette.muted)))
    free_from = rect.left()
    for tick in ticks:
        width = text_px(tick.label, TEXT_PX, font_family)
        left = min(max(scale.x(tick.ts_ns) - width / 2, rect.left()), rect.right() - width)
        if left >= free_from:
            draw_text(painter, QPointF(left, round(rect.top() + 15 + baseline_px(TEXT_PX, font_family))), tick.label)
            free_from = left + width + LABELS_GAP_PX
    painter.restore()


def counter_top(store: CounterStore, counter: Counter, view: View) -> float:
    """Where the value axis ends for what is in view."""
    return value_top(store.maximum(counter, view.begin_ns, view.end_ns), percent=counter is Counter.CPU)


def drawn_upids(store: CounterStore, counter: Counter, view: View) -> tuple[list[int], bool]:
    """The processes whose curves are drawn, the selected one last, and whether others are left out."""
    upids = store.upids()
    rest = len(upids) > ALL_CURVES
    chosen = list(upids)
    if rest:
        chosen = store.top(counter, view.begin_ns, view.end_ns, TOP_CURVES)[::-1]
    last = [upid for upid in dict.fromkeys((view.hovered, view.selected)) if upid is not None and upid in upids]
    return [upid for upid in chosen if upid not in last] + last, rest


def paint_value_axis(
    painter: QPainter,
    rect: QRectF,
    store: CounterStore,
    counter: Counter,
    scene: Scene,
    view: View,
    palette: Palette,
    font_family: str | None = None,
) -> None:
    """What the plot shows, at the left, and its scale, at the right; same top and height as the plot."""
    top = counter_top(store, counter, view)
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    painter.fillRect(rect, colour(palette.card))
    painter.setFont(font(TEXT_PX, font_family))
    painter.setPen(pen(colour(palette.muted)))
    drop = baseline_px(TEXT_PX, font_family)
    for tick in value_ticks(top, rect.height(), percent=counter is Counter.CPU):
        y = rect.bottom() - tick.value / top * rect.height()
        y = min(max(y, rect.top() + 8), rect.bottom() - 7)
        left = rect.right() - 8 - text_px(tick.label, TEXT_PX, font_family)
        draw_text(painter, QPointF(left, round(y + drop)), tick.label)
    chosen, rest = drawn_upids(store, counter, view)
    notes = [_("{count} of {total} drawn").format(count=len(chosen), total=len(store.upids())), _("shade: all")]
    _paint_titles(painter, rect, counter, palette, font_family, notes if rest else [])
    painter.restore()


def _paint_titles(
    painter: QPainter, rect: QRectF, counter: Counter, palette: Palette, font_family: str | None, notes: list[str]
) -> None:
    title = _("CPU") if counter is Counter.CPU else _("Memory")
    unit = _("% of one core") if counter is Counter.CPU else _("RSS, MB")
    painter.setFont(font(LABEL_PX, font_family))
    painter.setPen(pen(colour(palette.text)))
    draw_text(painter, QPointF(rect.left() + MARGIN_PX, rect.top() + 18), title)
    painter.setFont(font(TEXT_PX - 1, font_family))
    painter.setPen(pen(colour(palette.muted)))
    for number, words in enumerate((unit, *notes)):
        y = rect.top() + 34 + 15 * number
        if y <= rect.bottom() - 4:
            draw_text(painter, QPointF(rect.left() + MARGIN_PX, y), words)
