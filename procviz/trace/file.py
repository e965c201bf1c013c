"""The recording on disk: read as far as it is whole, written line by line.

Knows lines, bytes and records; what the records mean is the fold's. A file that was cut, that is still being
written or that was damaged opens up to that place and says so. A record that is whole but cannot be true (a number
outside of what it can be, a moment years away) is left out, counted and told; a header that cannot be is refused.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import msgspec

from procviz.trace.problem import Problem, ProblemKind
from procviz.trace.records import FORMAT, AnyRecord, Header, Note, Record, Samples, decode_line, encode_line

_KNOWN_KINDS = frozenset(kind.__struct_config__.tag for kind in get_args(AnyRecord))
_FINISHED = b'{"k":"finished"'
LEFT_OUT = "records-left-out"  # the note that tells of them
_DAY_NS = 86_400 * 10**9
_BEFORE_NS, _AFTER_NS = _DAY_NS, 100 * 366 * _DAY_NS  # how far from the header's clock a moment can be
_bulk: msgspec.json.Decoder[Any] = msgspec.json.Decoder(AnyRecord)


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording as read: `records` without the header, every `Samples.p` filled in.

    `torn`: it stops before the run did; `torn_line`: the line (1-based) from which on it could not be read, None
    where it merely has no end.
    """

    header: Header
    records: list[AnyRecord]
    torn: bool = False
    torn_line: int | None = None
    left_out: int = 0  # records that were whole and could not be true


def read_recording(path: str | Path) -> Recording:
    """Read a .procviz file. Raises Problem(RECORDING_*)."""
    return parse_recording(recording_bytes(path), str(path))


def recording_bytes(path: str | Path) -> bytes:
    """What stands in a file. Raises Problem(RECORDING_MISSING, RECORDING_IS_FOLDER, RECORDING_UNREADABLE)."""
    if os.path.isdir(path):
        raise Problem(ProblemKind.RECORDING_IS_FOLDER, path=str(path))
    try:
        if _endless(os.stat(path).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return Path(path).read_bytes()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise Problem(ProblemKind.RECORDING_MISSING, path=str(path)) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Problem(ProblemKind.RECORDING_UNREADABLE, path=str(path), reason=reason) from None


def parse_recording(data: bytes, path: str) -> Recording:
    """Read a recording from its bytes; `path` is for the messages. Raises Problem(RECORDING_*)."""
    if not data.strip():
        raise Problem(ProblemKind.RECORDING_EMPTY, path=path)
    first, _newline, rest = data.partition(b"\n")
    header = _header(first, path)
    lost = 0
    try:
        records, torn_line = _bulk.decode_lines(rest), None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        records, torn_line, lost = _line_by_line(rest)
    told = [record for record in records if not isinstance(record, Header)]
    kept = [record for record in told if _can_be(record, header)]
    lost += len(told) - len(kept)
    if lost:
        kept.insert(0, left_out(header.monotonic_ns, lost))
    whole = torn_line is None and _has_end(rest)
    return Recording(header, fill_samples(kept), torn=not whole, torn_line=torn_line, left_out=lost)


def left_out(t: int, count: int) -> Note:
    """What tells of records that could not be true."""
    return Note(t=t, note=LEFT_OUT, facts={"count": count})


def cannot_be(line: bytes) -> bool:
    """Whether a line that gives no record is whole, of a kind that is known, and tells of what cannot be."""
    try:
        raw = json.loads(line)  # takes NaN and numbers of any size, too
    except (ValueError, RecursionError):
        return False
    kind = raw.get("k") if isinstance(raw, dict) else None
    return isinstance(kind, str) and kind in _KNOWN_KINDS


def _can_be(record: AnyRecord, header: Header) -> bool:
    return _near(record, header) and (type(record) is not Samples or _is_straight(record))


def _is_straight(tick: Samples) -> bool:
    count = len(tick.c)
    return all(len(column) == count for column in (tick.p, tick.r, tick.u) if column is not None)


def _near(record: AnyRecord, header: Header) -> bool:
    t = header.monotonic_ns if isinstance(record, Header) else record.t
    return -_BEFORE_NS <= t - header.monotonic_ns <= _AFTER_NS


def _endless(mode: int) -> bool:
    return stat.S_ISCHR(mode) or stat.S_ISBLK(mode)


def write_recording(path: str | Path, records: Iterable[Record]) -> None:
    """Write the header and the records after it, one line each; repeated `Samples.p` are left out again."""
    with Path(path).open("wb") as file:
        file.writelines(encode_line(record) for record in _drop_repeats(records))


def fill_samples(records: Iterable[AnyRecord]) -> list[AnyRecord]:
    """The same records, every Samples with its processes; a tick that does not say of whom is left out."""
    filled: list[AnyRecord] = []
    last: list[int] | None = None
    for record in records:
        if type(record) is Samples:
            if record.p is not None:
                last = record.p
            elif last is None:
                continue
            else:
                record = msgspec.structs.replace(record, p=last)
        filled.append(record)
    return filled


def _drop_repeats(records: Iterable[Record]) -> Iterable[Record]:
    last: list[int] | None = None
    for record in records:
        if type(record) is Samples and record.p is not None:
            repeated = record.p == last
            last = record.p
            if repeated:
                record = msgspec.structs.replace(record, p=None)
        yield record


def _header(line: bytes, path: str) -> Header:
    raw = _as_object(line)
    if raw is None or raw.get("k") != "header":
        cut = line.lstrip().startswith(b'{"k":"header"')
        kind = ProblemKind.RECORDING_DAMAGED if cut else ProblemKind.RECORDING_FOREIGN
        raise Problem(kind, path=path, **({"line": 1} if cut else {}))
    version = raw.get("format")
    if isinstance(version, int) and version > FORMAT:
        raise Problem(ProblemKind.RECORDING_NEWER, path=path, version=version, supported=FORMAT)
    try:
        header = decode_line(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        header = None
    if not isinstance(header, Header):
        raise Problem(ProblemKind.RECORDING_DAMAGED, path=path, line=1)
    return header


def _line_by_line(data: bytes) -> tuple[list[AnyRecord], int | None, int]:
    records: list[AnyRecord] = []
    lost = 0
    for number, line in enumerate(data.split(b"\n"), start=2):
        if not line.strip():
            continue
        try:
            records.append(decode_line(line))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            if cannot_be(line):
                lost += 1
            elif not _is_of_a_newer_kind(line):
                return records, number, lost
    return records, None, lost


def _is_of_a_newer_kind(line: bytes) -> bool:
    raw = _as_object(line)
    kind = raw.get("k") if raw is not None else None
    return isinstance(kind, str) and kind not in _KNOWN_KINDS


def _as_object(line: bytes) -> dict[str, Any] | None:
    try:
        raw = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return raw if isinstance(raw, dict) else None


def _has_end(data: bytes) -> bool:
    return any(line.startswith(_FINISHED) for line in reversed(data.rstrip(b"\n").rsplit(b"\n", 8)))
