"""Takes the builder's own folders out of the app's libraries.

A Python that was built for its place says in each of its libraries where to look for others. On somebody else's machine
whoever may write to that place could put a library into the app.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

_LOAD, _DYNAMIC = 1, 2
_END, _STRINGS = 0, 5
_SEARCH_PATHS = (15, 29)  # DT_RPATH, DT_RUNPATH
_ENTRY = struct.Struct("<QQ")


def forget_the_builder(app: Path) -> list[Path]:
    """Remove every search path that is not relative to its library; returns the files that had one."""
    return [path for path in sorted(app.rglob("*.so*")) if path.is_file() and not path.is_symlink() and _clean(path)]


def search_paths(data: bytes) -> list[str]:
    """Of a 64-bit library; none for anything else."""
    return [] if not _is_elf(data) else [_text(data, value) for tag, value in _entries(data) if tag in _SEARCH_PATHS]


def _clean(path: Path) -> bool:
    data = path.read_bytes()
    if all(found.startswith("$ORIGIN") for found in search_paths(data)):
        return False
    offset, size = next((at, size) for kind, at, _address, size in _segments(data) if kind == _DYNAMIC)
    kept = [one for one in _entries(data) if one[0] not in _SEARCH_PATHS or _text(data, one[1]).startswith("$ORIGIN")]
    fresh = b"".join(_ENTRY.pack(*entry) for entry in kept)
    path.write_bytes(data[:offset] + fresh.ljust(size, b"\0") + data[offset + size :])
    return True


def _is_elf(data: bytes) -> bool:
    return data[:6] == b"\x7fELF\x02\x01"  # 64 bits, little end first


def _segments(data: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Kind, offset in the file, address in memory, size in the file."""
    (table,) = struct.unpack_from("<Q", data, 32)
    length, count = struct.unpack_from("<HH", data, 54)
    for number in range(count):
        kind, _flags, offset, address, _physical, size = struct.unpack_from("<IIQQQQ", data, table + number * length)
        yield kind, offset, address, size


def _entries(data: bytes) -> list[tuple[int, int]]:
    for kind, offset, _address, size in _segments(data):
        if kind == _DYNAMIC:
            entries = list(_ENTRY.iter_unpack(data[offset : offset + size // 16 * 16]))
            return entries[: next(at for at, (tag, _value) in enumerate(entries) if tag == _END)]
    return []


def _text(data: bytes, at: int) -> str:
    """A string of the library's own table, whose place is told as an address."""
    table = next(value for tag, value in _entries(data) if tag == _STRINGS)
    for kind, offset, address, size in _segments(data):
        if kind == _LOAD and address <= table < address + size:
            begin = offset + table - address + at
            return data[begin : data.index(b"\0", begin)].decode()
    return ""
