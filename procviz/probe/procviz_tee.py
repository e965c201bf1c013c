"""Tells what is written through sys.stdout and sys.stderr, when it reaches the operating system.

The stream objects stay the ones that the interpreter made: only what lies under their text layer is exchanged for
the same thing with ears, set up alike. The ears sit outside of the lock of the buffer, so that a signal handler that
prints, or raises, meets the same conditions as ever.
"""

import io
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from procviz.probe.procviz_tell import now, tell
    from procviz.probe.procviz_wrap import set_apart, unseen
else:
    from procviz_tell import now, tell
    from procviz_wrap import set_apart, unseen

_TOLD_BYTES = 4000
_fstat = os.fstat


class Ears:
    """Tells of the writes to one descriptor, as long as it is the program's own terminal or pipe."""

    def __init__(self, descriptor: int, own: "frozenset[str]") -> None:
        self._descriptor = descriptor
        self._own = own

    def hear(self, began: int, parts: "list[Any]") -> None:
        """Tell that these bytes have been written, beginning at `began` (ns)."""
        ended = now()
        try:
            if identity(self._descriptor) not in self._own:
                return
            size = sum(map(len, parts))
        except (OSError, TypeError):
            return
        if size:
            data = b"".join(parts)[:_TOLD_BYTES]
            tell("write", began, t1=ended, fd=self._descriptor, **_shown(data, size > len(data)), size=size)


def identity(descriptor: int) -> str:
    """What an open file is, to compare it with others. Raises OSError where nothing is open."""
    status = _fstat(descriptor)
    return "%d:%d" % (status.st_dev, status.st_ino)


def _shown(data: bytes, cut: bool) -> "dict[str, str]":
    try:
        return {"text": data.decode("utf-8")}
    except UnicodeDecodeError as error:
        if cut and error.end == len(data) and error.start > len(data) - 4:
            return {"text": data[: error.start].decode("utf-8")}
    import binascii

    return {"b64": binascii.b2a_base64(data[:2600], newline=False).decode("ascii")}


class BufferedWriter(io.BufferedWriter):
    """A buffer that knows what it holds, and tells it when it has been flushed."""

    ears: Ears
    room = io.DEFAULT_BUFFER_SIZE

    def __init__(self, raw: "Any", buffer_size: int) -> None:
        super().__init__(raw, buffer_size)
        self.room = buffer_size
        self.held: "list[Any]" = []
        self.count = 0

    def write(self, data: "Any") -> int:
        """Write; what does not fit makes the buffer go out first, as in the class that this one extends."""
        began = now()
        try:
            written = super().write(data)
        except BaseException as error:
            unseen(error)
            raise
        kept = bytes(data)
        if self.count + len(kept) <= self.room and len(kept) < self.room:
            self.held.append(kept)
            self.count += len(kept)
            return written
        out, self.held, self.count = self.held, [], 0
        if len(kept) > self.room:
            out.append(kept)
        else:
            self.held, self.count = [kept], len(kept)
        self.ears.hear(began, out)
        return written

    def flush(self) -> None:
        """Flush, and tell what went out."""
        began, held = now(), len(self.held)
        try:
            super().flush()
        except BaseException as error:
            unseen(error)
            raise
        if held:
            out, self.held = self.held, []
            self.count = 0
            self.ears.hear(began, out)

    def __repr__(self) -> str:
        return "<_io.BufferedWriter name=%r>" % self.name


class FileIO(io.FileIO):
    """An unbuffered file that tells what it has written."""

    ears: Ears

    def write(self, data: "Any") -> int:
        """Write, and tell what went out."""
        began = now()
        try:
            written = super().write(data)
        except BaseException as error:
            unseen(error)
            raise
        if written:
            self.ears.hear(began, [bytes(data)[:written]])
        return written

    def __repr__(self) -> str:
        return "<_io.FileIO name=%r mode=%r closefd=%r>" % (self.name, self.mode, self.closefd)


BufferedWriter.__module__ = FileIO.__module__ = "_io"
for _method in (BufferedWriter.write, BufferedWriter.flush, FileIO.write):
    set_apart(_method)


def watch_writes() -> None:
    """Exchange what lies under sys.stdout and sys.stderr."""
    own = _own_files()
    for stream in (sys.stdout, sys.stderr):
        if type(stream) is io.TextIOWrapper:
            _exchange(stream, own)


def _own_files() -> "frozenset[str]":
    """The files that standard output and error of the whole program are, which its first process finds out."""
    told = os.environ["PROCVIZ_TEE"]
    if told == "1":
        told = ";".join(filter(None, map(_identity_or_none, (1, 2))))
        os.environ["PROCVIZ_TEE"] = told or "none"
    return frozenset(told.split(";"))


def _identity_or_none(descriptor: int) -> "str | None":
    try:
        return identity(descriptor)
    except OSError:
        return None


def _exchange(stream: "io.TextIOWrapper", own: "frozenset[str]") -> None:
    stream.flush()
    old: "Any" = stream.buffer
    ears = Ears(stream.fileno(), own)
    settings: "dict[str, Any]" = {
        "encoding": stream.encoding,
        "errors": stream.errors,
        "newline": None if sys.platform == "win32" else "\n",
        "line_buffering": stream.line_buffering,
        "write_through": stream.write_through,
    }
    fresh: "Any"
    if type(old) is io.BufferedWriter:
        size = _buffer_size(old)
        fresh = BufferedWriter(old.detach(), size)
    elif type(old) is io.FileIO:
        fresh = FileIO(old.fileno(), "wb", closefd=False)
        fresh.name = old.name
    else:
        return
    fresh.ears = ears
    stream.__init__(fresh, **settings)  # type: ignore[misc]  # the same object with another buffer


def _buffer_size(buffer: "Any") -> int:
    smallest = io.BufferedWriter(buffer.raw, 1)
    try:
        return sys.getsizeof(buffer) - sys.getsizeof(smallest) + 1
    finally:
        smallest.detach()
