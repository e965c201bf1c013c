"""Tells what is written through sys.stdout and sys.stderr, when it reaches the operating system.

The stream objects stay the ones that the interpreter made: only what lies under their text layer is exchanged for
the same thing with ears, set up alike. The ears sit outside of the lock of the buffer, so that a signal handler that
prints, or raises, meets the same conditions as ever.
"""

import io
import os
import sys
from _weakref import ref

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any
    from weakref import ReferenceType

    from procviz.probe.procviz_here import MORE, here
    from procviz.probe.procviz_private import private_module
    from procviz.probe.procviz_spell import TEXT_BYTES, quoted
    from procviz.probe.procviz_tell import Allowance, append, foreign, head, kept, now, quietly, tell_later
    from procviz.probe.procviz_wrap import set_apart, unseen
else:
    from procviz_here import MORE, here
    from procviz_private import private_module
    from procviz_spell import TEXT_BYTES, quoted
    from procviz_tell import Allowance, append, foreign, head, kept, now, quietly, tell_later
    from procviz_wrap import set_apart, unseen

_fstat = kept(os.fstat)
_write, _flush, _write_raw = io.BufferedWriter.write, io.BufferedWriter.flush, io.FileIO.write


_AT_ONCE, _EVERY_NS = 1000, 1_000_000  # so many writes are told one by one, and then so often
_TOGETHER_NS = 20_000_000  # others are told together, after so long...
_NUMBERS_AT_ONCE = 560  # ...or when a line is full
_MANY_NUMBERS = 40  # fewer than these in that time are no rush any more
_crc32 = kept(private_module("binascii", "crc32").crc32)


class Ears:
    """Tells of the writes to one descriptor, as long as it is the program's own terminal or pipe."""

    def __init__(self, descriptor: int, own: "frozenset[tuple[int, int]]") -> None:
        self._descriptor = descriptor
        self._own = own
        self._allowance = Allowance(_AT_ONCE, _EVERY_NS)

    def hear(self, began: int, data: bytes) -> bool:
        """Tell that these bytes have been written, beginning at `began` (ns); False when that would be too often."""
        try:
            if data and identity(self._descriptor) in self._own:
                if not self._allowance.take():
                    return False
                line = '%s,"t1":%d,"fd":%d,%s,"size":%d}\n'
                append(line % (head("write", began), now(), self._descriptor, _shown(data), len(data)))
        except Exception as error:
            if foreign(error):
                raise
        return True

    def hear_many(self, began: int, ended: int, sums: "list[int]") -> None:
        """The same of many writes: the size and the checksum of each."""
        try:
            if identity(self._descriptor) in self._own:
                append(self.line(began, ended, sums))
        except Exception as error:
            if foreign(error):
                raise

    def line(self, began: int, ended: int, sums: "list[int]") -> str:
        """That as an event."""
        numbers = (head("write", began), ended, self._descriptor, sum(sums[::2]), str(sums).replace(" ", ""))
        return '%s,"t1":%d,"fd":%d,"size":%d,"sums":%s}\n' % numbers

    def rested(self) -> None:
        """Something else was told: what is written next may be the last for long."""
        self._allowance = Allowance(_AT_ONCE, _EVERY_NS)


class Rush:
    """A stream that is written to so often that being told of each write would hold the program up.

    Only size and checksum of each write are kept, and told of many in one event. What is given to a buffer counts as
    written: it goes out in that order.
    """

    def __init__(self, ears: Ears, over: "Callable[[], None]") -> None:
        """`over` is called when the stream is to be listened to write by write again."""
        self._ears = ears
        self._over = over
        self.sums: "list[int]" = []
        self._begin(now())

    def _begin(self, since: int) -> None:
        self._since = since
        self.until = since + _TOGETHER_NS
        tell_later(self._told_with_another)

    def tell(self) -> None:
        """A line is full, or the time is over, or this is a fork, which finds its parent's writes here."""
        sums, self.sums = self.sums, []
        at, its_own = now(), here[MORE]
        if not its_own:
            self._ears.rested()
        elif sums:
            self._ears.hear_many(self._since, min(at, self.until), sums)
        if not its_own or len(sums) < _MANY_NUMBERS or at > self.until + _TOGETHER_NS:
            self._over()
        else:
            self._begin(at)

    def _told_with_another(self) -> bytes:
        sums, self.sums = self.sums, []
        self._ears.rested()
        self._over()
        return self._ears.line(self._since, min(now(), self.until), sums).encode("ascii") if sums else b""


def identity(descriptor: int) -> "tuple[int, int]":
    """What an open file is, to compare it with others. Raises OSError where nothing is open."""
    status = _fstat(descriptor)
    return status.st_dev, status.st_ino


def _shown(data: bytes) -> str:
    """The beginning of these bytes as a field of an event."""
    if len(data) > TEXT_BYTES:
        data = _whole_characters(data[:TEXT_BYTES])
    try:
        return '"text":' + quoted(data.decode("utf-8"), TEXT_BYTES)
    except UnicodeDecodeError:
        import binascii

        return '"b64":"%s"' % binascii.b2a_base64(data[:2600], newline=False).decode("ascii")


def _whole_characters(data: bytes) -> bytes:
    """Bytes that were cut somewhere, without the character that was hit."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end == len(data) and error.start > len(data) - 4:
            return data[: error.start]
    return data


class BufferedWriter(io.BufferedWriter):
    """A buffer that knows what it holds, and tells it when it has been flushed.

    Its `flush` is the plain one while it holds nothing: every start of a Process flushes, in the parent and the child.
    """

    __slots__ = ("count", "ears", "emptied", "heard", "held", "room", "rush", "rushing")

    def __init__(self, raw: "Any", buffer_size: int, ears: Ears) -> None:
        super().__init__(raw, buffer_size)
        self.ears = ears
        self.heard = _heard(ref(self))  # flushes and tells
        self.emptied: "Callable[[], object] | None" = None  # called when all has gone out
        self.rushing: "Callable[[bool], object] | None" = None  # called when a rush begins, and when it is over
        self.room = buffer_size
        self.held: "list[Any]" = []
        self.count = 0
        self.rush: "Rush | None" = None

    def write(self, data: "Any") -> int:
        """Write; what does not fit makes the buffer go out first, as in the class that this one extends."""
        rush = self.rush
        if rush is not None and (now() > rush.until or not here[MORE]):
            quietly(rush.tell)
            rush = self.rush
        if rush is not None:
            try:
                written = _write(self, data)
            except BaseException as error:
                unseen(error)
                raise
            rush.sums.extend((len(data), _crc32(data) & 0xFFFF))
            if len(rush.sums) >= _NUMBERS_AT_ONCE:
                quietly(rush.tell)
            return written
        began = now()
        try:
            written = _write(self, data)
        except BaseException as error:
            unseen(error)
            raise
        kept = data if type(data) is bytes else bytes(data)
        size = len(kept)
        if self.count + size <= self.room and size < self.room:
            if not self.held:
                self.flush = self.heard  # type: ignore[method-assign]
            self.held.append(kept)
            self.count += size
            return written
        out, self.held, self.count = self.held, [], 0
        if size > self.room:
            out.append(kept)
        else:
            self.held, self.count = [kept], size
            self.flush = self.heard  # type: ignore[method-assign]
        self.gone_out(began, b"".join(out))
        return written

    def gone_out(self, began: int, data: bytes) -> None:
        """Tell that this has gone out."""
        if not self.ears.hear(began, data):
            self.rush = _begun(Rush(self.ears, self._rush_over), data)
            if self.held:
                self.rush.sums.extend((self.count, _crc32(b"".join(self.held)) & 0xFFFF))
                self.held, self.count = [], 0
                self.__dict__.pop("flush", None)
            if self.rushing is not None:
                quietly(self.rushing, True)

    def _rush_over(self) -> None:
        self.rush = None
        if self.rushing is not None:
            quietly(self.rushing, False)

    def __repr__(self) -> str:
        return "<_io.BufferedWriter name=%r>" % self.name


def _begun(rush: Rush, data: bytes) -> Rush:
    rush.sums.extend((len(data), _crc32(data) & 0xFFFF))
    return rush


def _heard(buffer: "ReferenceType[BufferedWriter]") -> "Callable[[], None]":
    """What stands for the `flush` of a buffer that holds something: that flushes, and tells what went out."""

    def flush() -> None:
        self = buffer()
        if self is None:
            return
        began = now()
        try:
            _flush(self)
        except BaseException as error:
            unseen(error)
            raise
        out, self.held = self.held, []
        self.count = 0
        self.__dict__.pop("flush", None)
        if out:
            self.gone_out(began, out[0] if len(out) == 1 else b"".join(out))
        if self.emptied is not None:
            quietly(self.emptied)

    set_apart(flush)
    return flush


class FileIO(io.FileIO):
    """An unbuffered file that tells what it has written."""

    ears: Ears
    rush: "Rush | None" = None

    def write(self, data: "Any") -> int:
        """Write, and tell what went out."""
        rush = self.rush
        if rush is not None and (now() > rush.until or not here[MORE]):
            quietly(rush.tell)
            rush = self.rush
        if rush is not None:
            try:
                written = _write_raw(self, data)
            except BaseException as error:
                unseen(error)
                raise
            if written:
                rush.sums.extend((written, _crc32(data if written == len(data) else bytes(data)[:written]) & 0xFFFF))
                if len(rush.sums) >= _NUMBERS_AT_ONCE:
                    quietly(rush.tell)
            return written
        began = now()
        try:
            written = _write_raw(self, data)
        except BaseException as error:
            unseen(error)
            raise
        if written:
            out = bytes(data)[:written]
            if not self.ears.hear(began, out):
                self.rush = _begun(Rush(self.ears, self._rush_over), out)
        return written

    def _rush_over(self) -> None:
        self.rush = None

    def __repr__(self) -> str:
        return "<_io.FileIO name=%r mode=%r closefd=%r>" % (self.name, self.mode, self.closefd)


BufferedWriter.__module__ = FileIO.__module__ = "_io"
for _method in (BufferedWriter.write, FileIO.write):
    set_apart(_method)


def watch_writes() -> None:
    """Exchange what lies under sys.stdout and sys.stderr."""
    own = _own_files()
    for stream in (sys.stdout, sys.stderr):
        if type(stream) is io.TextIOWrapper:
            _exchange(stream, own)


def _own_files() -> "frozenset[tuple[int, int]]":
    """The files that standard output and error of the whole program are, which its first process finds out."""
    told = os.environ["PROCVIZ_TEE"]
    if told == "1":
        told = ";".join("%d:%d" % pair for pair in map(_identity_or_none, (1, 2)) if pair is not None)
        os.environ["PROCVIZ_TEE"] = told or "none"
    pairs = [pair.partition(":") for pair in told.split(";") if ":" in pair]
    return frozenset((int(device), int(number)) for device, _, number in pairs)


def _identity_or_none(descriptor: int) -> "tuple[int, int] | None":
    try:
        return identity(descriptor)
    except OSError:
        return None


def _exchange(stream: "io.TextIOWrapper", own: "frozenset[tuple[int, int]]") -> None:
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
        fresh = BufferedWriter(old.detach(), size, ears)
    elif type(old) is io.FileIO:
        fresh = FileIO(old.fileno(), "wb", closefd=False)
        fresh.name = old.name
        fresh.ears = ears
    else:
        return
    stream.__init__(fresh, **settings)  # type: ignore[misc]  # the same object with another buffer


def _buffer_size(buffer: "Any") -> int:
    smallest = io.BufferedWriter(buffer.raw, 1)
    try:
        return sys.getsizeof(buffer) - sys.getsizeof(smallest) + 1
    finally:
        smallest.detach()
