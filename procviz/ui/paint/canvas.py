"""What the painters of one timeline share: where they paint, what, and with which colours and letters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from procviz.chart.lanes import RICH_ROW_PX, Lanes, lanes_of
from procviz.chart.palette import Palette
from procviz.chart.scene import Scene
from procviz.chart.view import TimeScale, View
from procviz.ui.paint.fonts import baseline_px, draw_text, font, text_px

TEXT_PX = 11
LABEL_PX = 12


@dataclass(frozen=True, slots=True)
class Canvas:
    """One call of `paint_timeline` while it lasts."""

    painter: QPainter
    rect: QRectF
    scene: Scene
    view: View
    palette: Palette
    scale: TimeScale
    lanes: Lanes
    rows: range  # the rows that show
    family: str | None

    @property
    def rich(self) -> bool:
        return self.lanes.row_px >= RICH_ROW_PX

    def row_box(self, row: int) -> QRectF:
        return QRectF(self.rect.left(), self.lanes.y(row), self.rect.width(), self.lanes.row_px)

    def background(self, row: int) -> QColor:
        if self.view.selected is not None and self.scene.rows[row].upid == self.view.selected:
            return colour(self.palette.accent_soft)
        return colour(self.palette.zebra if row % 2 else self.palette.card)

    def dimmed(self, row: int) -> bool:
        """Whether another process is selected, and this one steps back."""
        upid, view = self.scene.rows[row].upid, self.view
        return view.selected in self.scene.row_of and upid not in (view.selected, view.hovered)

    def text_px(self, text: str, size_px: int = TEXT_PX) -> float:
        return text_px(text, size_px, self.family)

    def text(self, x: float, middle: float, text: str, ink: QColor, size_px: int = TEXT_PX) -> None:
        """A text that begins at `x`, its line centred on `middle`."""
        self.painter.setFont(font(size_px, self.family))
        self.painter.setPen(QPen(ink))
        draw_text(self.painter, QPointF(x, round(middle + baseline_px(size_px, self.family))), text)


def canvas(painter: QPainter, rect: QRectF, scene: Scene, view: View, palette: Palette, family: str | None) -> Canvas:
    lanes = lanes_of(view, rect.top())
    scale = TimeScale(view.begin_ns, view.end_ns, rect.left(), rect.right())
    rows = lanes.visible(len(scene.rows), rect.bottom())
    return Canvas(painter, rect, scene, view, palette, scale, lanes, rows, family)


@lru_cache(maxsize=512)
def colour(name: str, alpha: int = 255) -> QColor:
    made = QColor(name)
    made.setAlpha(alpha)
    return made


@lru_cache(maxsize=256)
def mixed(one: str, other: str, share: float) -> QColor:
    """`share` of `one` in `other`."""
    a, b = QColor(one), QColor(other)
    return QColor(
        round(a.red() * share + b.red() * (1 - share)),
        round(a.green() * share + b.green() * (1 - share)),
        round(a.blue() * share + b.blue() * (1 - share)),
    )


def pen(ink: QColor, width_px: float = 1.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """Flat ends, and scaled with the picture: a cosmetic pen would be hair-thin in a large one."""
    return _pen(ink.rgba(), width_px, style)


@lru_cache(maxsize=512)
def _pen(rgba: int, width_px: float, style: Qt.PenStyle) -> QPen:
    made = QPen(QColor.fromRgba(rgba), width_px, style, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)
    made.setCosmetic(False)
    return made
