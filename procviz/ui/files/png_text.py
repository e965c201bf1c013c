"""A text carried inside a PNG, in the format's own compressed text chunk.

Written and read here and not by Qt, whose PNG library refuses texts of more than 8 MB: a recording may be longer.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
LONGEST_TEXT = 2**30  # what a small picture may grow into at most
_HEADER_END = len(_SIGNATURE) + 25  # the header chunk always has this length


def with_text(png: bytes, key: str, text: bytes) -> bytes:
    """The picture with a UTF-8 text under a key; `png` as any PNG writer makes it."""
    body = key.encode("latin-1") + b"\0\1\0\0\0" + zlib.compress(text, 6)  # compressed, no language, no translated key
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))
    return png[:_HEADER_END] + chunk + png[_HEADER_END:]


def text_in(png: bytes, key: str) -> bytes | None:
    """The text under a key; None where the picture has none, is damaged, or is no PNG."""
    wanted = key.encode("latin-1") + b"\0"
    for kind, body in _chunks(png):
        if kind == b"iTXt" and body.startswith(wanted):
            return _text_of(body[len(wanted) :])
    return None


def _text_of(body: bytes) -> bytes | None:
    parts = body[2:].split(b"\0", 2)
    if len(parts) < 3:
        return None
    if not body[0]:
        return parts[2]
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(parts[2], LONGEST_TEXT)
    except zlib.error:
        return None
    return text if inflater.eof else None


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not png.startswith(_SIGNATURE):
        return
    at = len(_SIGNATURE)
    while at + 12 <= len(png):
        (length,) = struct.unpack_from(">I", png, at)
        if at + 12 + length > len(png):
            return
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length
