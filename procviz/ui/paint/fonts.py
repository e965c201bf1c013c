"""One typeface for screen and pictures, and how wide words are in it.

The font in resources/fonts/ comes first, so that a picture looks the same wherever it is made and Chinese has glyphs
on a machine without any. Needs a QGuiApplication.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF, QPaintEngine, QPainter, QPainterPath

from procviz.places import FONTS

_ENDINGS = (".otf", ".ttf")


@lru_cache(maxsize=1)
def load_fonts() -> tuple[str, ...]:
    """Make the bundled fonts known to Qt (once); gives their families."""
    files = sorted(path for path in FONTS.glob("*") if path.suffix.lower() in _ENDINGS) if FONTS.is_dir() else []
    families: list[str] = []
    for path in files:
        number = QFontDatabase.addApplicationFont(str(path))
        if number >= 0:
            families += QFontDatabase.applicationFontFamilies(number)
    return tuple(dict.fromkeys(families))


@lru_cache(maxsize=64)
def font(size_px: int, family: str | None = None, *, strong: bool = False, italic: bool = False) -> QFont:
    """The typeface at a size in device-independent pixels."""
    made = QFont()
    made.setFamilies([*([family] if family else []), *load_fonts(), *made.families()])
    made.setPixelSize(size_px)
    made.setItalic(italic)
    if strong:
        made.setWeight(QFont.Weight.DemiBold)
    return made


@lru_cache(maxsize=64)
def _metrics(key: tuple[int, str | None, bool, bool]) -> QFontMetricsF:
    size_px, family, strong, italic = key
    return QFontMetricsF(font(size_px, family, strong=strong, italic=italic))


@lru_cache(maxsize=8192)
def text_px(text: str, size_px: int, family: str | None = None, strong: bool = False, italic: bool = False) -> float:
    """How wide a text is."""
    return _metrics((size_px, family, strong, italic)).horizontalAdvance(text)


@lru_cache(maxsize=8192)
def elided(text: str, size_px: int, room_px: int, family: str | None = None, strong: bool = False) -> str:
    """The text, shortened in its middle where it does not fit, so that "worker-1" and "worker-2" stay apart."""
    metrics = _metrics((size_px, family, strong, False))
    return metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room_px)


@lru_cache(maxsize=64)
def baseline_px(size_px: int, family: str | None = None) -> float:
    """From the middle of a line of text down to its baseline."""
    metrics = _metrics((size_px, family, False, False))
    return (metrics.ascent() - metrics.descent()) / 2


def draw_text(painter: QPainter, at: QPointF, text: str) -> None:
    """A text in the painter's font and pen, its baseline beginning at a point.

    As outlines in SVG: whoever looks at it may have other fonts, and wider letters would leave their pills.
    """
    engine = painter.paintEngine()
    if engine.type() is not QPaintEngine.Type.SVG:
        painter.drawText(at, text)
        return
    outlines = QPainterPath()
    outlines.addText(at, painter.font(), text)
    painter.save()
    painter.setBrush(painter.pen().color())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawPath(outlines)
    painter.restore()
