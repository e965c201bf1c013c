"""A run kept as a picture: PNG, SVG or PDF by the file's ending, with or without a window.

Everything is made in memory first, then written beside the target and renamed: a failure never leaves half a picture
and never harms the one that was there. A PNG carries its recording and can be opened again.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from procviz.chart.palette import DARK, LIGHT
from procviz.chart.scene import build_scene
from procviz.chart.series import CounterStore
from procviz.trace.file import recording_bytes
from procviz.trace.problem import Problem, ProblemKind
from procviz.trace.timeline import Timeline
from procviz.ui.files.picture import WIDTH_PX, Value, paint_picture, picture_size
from procviz.ui.files.png_text import text_in, with_text
from procviz.ui.paint.fonts import load_fonts
from procviz.wording.foreign_text import LONGEST_LINE, shown
from procviz.wording.programs import program_title

KEY = "procviz.recording"
MOST_BYTES = 600_000_000  # of pixels; a larger picture is better drawn as lines
_DPI = 96

_Draw = Callable[[QPainter], None]

_application: QGuiApplication | None = None


def ensure_application() -> QGuiApplication:
    """The application that fonts and painters need; one without a screen is made where there is none yet."""
    global _application
    running = QGuiApplication.instance()
    if isinstance(running, QGuiApplication):
        load_fonts()
        return running
    arguments = ["procviz"]
    if sys.platform.startswith("linux") and "QT_QPA_PLATFORM" not in os.environ:
        arguments += ["-platform", "offscreen"]  # with a display that does not answer Qt would end the process
    _application = QGuiApplication(arguments)
    load_fonts()
    return _application


def export_picture(
    timeline: Timeline,
    path: Path,
    *,
    scale: float = 1,
    dark: bool = False,
    title: str | None = None,
    parameters: Mapping[str, Value] | None = None,
    recording: bytes | None = None,
    width_px: float = WIDTH_PX,
) -> None:
    """The whole timeline with plots as `path`, whose ending (.png .svg .pdf) says how.

    `scale` counts for PNG only; so does `recording`, the bytes that `recording_in_picture` gives back.
    Raises Problem: OUTPUT_ENDING, OUTPUT_UNWRITABLE, OUTPUT_TOO_LARGE, DISK_FULL.
    """
    ending = path.suffix.lower()
    if ending not in (".png", ".svg", ".pdf"):
        raise Problem(ProblemKind.OUTPUT_ENDING, path=str(path), known=".png .svg .pdf")
    ensure_application()
    scene, store = build_scene(timeline), CounterStore()
    store.extend(timeline.samples)
    size = picture_size(timeline, scene, width_px, title, parameters)

    def draw(painter: QPainter) -> None:
        paint_picture(painter, timeline, scene, store, DARK if dark else LIGHT, width_px, title, parameters)

    heading = title or program_title(timeline.header.program)
    if ending == ".png":
        _refuse_too_large(path, size, scale)
        made = _png(draw, size, scale)
        made = made if recording is None else with_text(made, KEY, recording)
    else:
        made = _svg(draw, size, heading) if ending == ".svg" else _pdf(draw, size, heading)
    _write(path, made)


def recording_in_picture(path: Path) -> bytes:
    """The recording that an exported PNG carries. Raises Problem(RECORDING_*, PICTURE_WITHOUT_RECORDING)."""
    found = text_in(recording_bytes(path), KEY)
    if found is None:
        raise Problem(ProblemKind.PICTURE_WITHOUT_RECORDING, path=str(path))
    return found


def _refuse_too_large(path: Path, size: QSizeF, scale: float) -> None:
    width, height = round(size.width() * scale), round(size.height() * scale)
    if width * height * 4 > MOST_BYTES:
        raise Problem(ProblemKind.OUTPUT_TOO_LARGE, path=str(path), width=width, height=height)


def _paint_on(device: QImage | QSvgGenerator | QPdfWriter, draw: _Draw) -> None:
    painter = QPainter(device)
    try:
        draw(painter)
    finally:
        painter.end()


def _png(draw: _Draw, size: QSizeF, scale: float) -> bytes:
    width, height = round(size.width() * scale), round(size.height() * scale)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    if image.isNull():
        raise Problem(ProblemKind.OUTPUT_TOO_LARGE, path="", width=width, height=height)
    image.fill(QColor("white"))
    image.setDevicePixelRatio(scale)
    image.setDotsPerMeterX(round(_DPI * scale / 0.0254))
    image.setDotsPerMeterY(round(_DPI * scale / 0.0254))
    _paint_on(image, draw)
    buffer = _opened_buffer()
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def _svg(draw: _Draw, size: QSizeF, title: str) -> bytes:
    """SVG 1.1, since the Tiny profile drops clipping; 96 dpi, since Qt's default displaces texts."""
    buffer = _opened_buffer()
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setResolution(_DPI)
    generator.setSize(size.toSize())
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(shown(title, LONGEST_LINE))
    _paint_on(generator, draw)
    return bytes(buffer.data().data())


def _pdf(draw: _Draw, size: QSizeF, title: str) -> bytes:
    """One page, exactly as large as the picture."""
    buffer = _opened_buffer()
    writer = QPdfWriter(buffer)
    writer.setTitle(shown(title, LONGEST_LINE))
    writer.setCreator("procviz")
    writer.setResolution(_DPI)
    points = QSizeF(size.width() * 72 / _DPI, size.height() * 72 / _DPI)
    writer.setPageSize(QPageSize(points, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    _paint_on(writer, draw)
    return bytes(buffer.data().data())


def _opened_buffer() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer


def _write(path: Path, made: bytes) -> None:
    """The whole file or nothing."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        beside.write_bytes(made)
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        if error.errno == errno.ENOSPC:
            raise Problem(ProblemKind.DISK_FULL, path=str(path)) from error
        raise Problem(ProblemKind.OUTPUT_UNWRITABLE, path=str(path), reason=error.strerror or str(error)) from error
