"""How the pictures here are made from procviz.svg; needs no more than what procviz itself runs on."""

import os
import struct
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SIZES_PX = (16, 24, 32, 48, 64, 128, 256, 512)
LARGEST_IN_ICO_PX = 256
ICO_HEADER = struct.Struct("<HHH")
ICO_ENTRY = struct.Struct("<BBBBHHII")


def png(renderer: QSvgRenderer, size_px: int) -> bytes:
    """The drawing at this size, as the bytes of a PNG file."""
    image = QImage(size_px, size_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def ico(pictures: dict[int, bytes]) -> bytes:
    """Windows' container: a table of sizes and offsets, then the PNG files as they are."""
    offset = ICO_HEADER.size + ICO_ENTRY.size * len(pictures)
    table = ICO_HEADER.pack(0, 1, len(pictures))
    for size_px, data in pictures.items():
        side = size_px % LARGEST_IN_ICO_PX  # one byte: 0 means 256
        table += ICO_ENTRY.pack(side, side, 0, 0, 1, 32, len(data), offset)
        offset += len(data)
    return table + b"".join(pictures.values())


if __name__ == "__main__":
    app = QGuiApplication([])
    here = Path(__file__).parent
    renderer = QSvgRenderer(str(here / "procviz.svg"))
    pictures = {size_px: png(renderer, size_px) for size_px in SIZES_PX}
    for size_px, data in pictures.items():
        (here / f"procviz-{size_px}.png").write_bytes(data)
    small = {size_px: data for size_px, data in pictures.items() if size_px <= LARGEST_IN_ICO_PX}
    (here / "procviz.ico").write_bytes(ico(small))
