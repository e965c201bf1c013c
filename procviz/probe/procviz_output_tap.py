"""Tells what is written through sys.stdout and sys.stderr, when it reaches the operating system.

The stream objects stay the ones that the interpreter made, and so do their buffers, which get a listener. Only where
there is no buffer the file under the text layer is exchanged for the same thing with ears, set up alike. The ears sit
outside of the lock of the buffer, so that a signal handler that prints, or raises, meets the same conditions as ever.
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

    from procviz.probe.procviz_event_writer import Allowance, append, foreign, head, kept, now, quietly, tell_later
    from procviz.probe.procviz_json_text import TEXT_BYTES, quoted
    from procviz.probe.procviz_private_imports import private_module
    from procviz.probe.procviz_process_state import MORE, process_state
    from procviz.probe.procviz_wrap import set_apart, unseen
else:
    from procviz_event_writer import Allowance, append, foreign, head, kept, now, quietly, tell_later
    from procviz_json_text import TEXT_BYTES, quoted
    from procviz_private_imports import private_module
    from procviz_process_state import MORE, process_state
    from procviz_wrap import set_apart, unseen

_fstat = kept(os.fstat)
_write, _flush, _write_raw = io.BufferedWriter.write, io.BufferedWriter.flush, io.FileIO.write


_AT_ONCE, _EVERY_NS = 1000, 1_000_000  # so many writes are told one by one, and then so often
_TOGETHER_NS = 20_000_000  # others are told together, after so long...
_WRITES_AT_ONCE = 330  # ...or when a line is full
_MANY_WRITES = 20  # fewer than these in that time are no rush any more
_KEPT_BYTES = 1 << 16  # a write that is larger is not kept until it is told of
_binascii = private_module("binascii", "crc32")
_crc32, _b2a_base64 = _binascii.crc32, _binascii.b2a_base64


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

    def hear_many(self, began: int, ended: int, many: "list[bytes]") -> None:
        """The same of many writes: the size and the checksum of each."""
        try:
            if identity(self._descriptor) in self._own:
                append(self.line(began, ended, many))
        except Exception as error:
            if foreign(error):
                raise

    def line(self, began: int, ended: int, many: "list[bytes]") -> str:
        """That as an event."""
        pairs = b"".join([(len(data) << 32 | _crc32(data)).to_bytes(8, "little") for data in many])
        sums = _b2a_base64(pairs, newline=False).decode("ascii")
        numbers = (head("write", began), ended, self._descriptor, sum(map(len, many)), sums)
        return '%s,"t1":%d,"fd":%d,"size":%d,"sums":"%s"}\n' % numbers

    def rested(self) -> None:
        """Something else was told: what is written next may be the last for long."""
        self._allowance = Allowance(_AT_ONCE, _EVERY_NS)


class Rush:
    """A stream that is written to so often that being told of each write would hold the program up.

    What is written is kept for a while, and then size and checksum of many writes are told in one event. What is given
    to a buffer counts as written: it goes out in that order.
    """

    __slots__ = ("_ears", "_over", "_since", "many", "until")

    def __init__(self, ears: Ears, over: "Callable[[], None]", first: bytes) -> None:
        """`over` is called when the stream is to be listened to write by write again."""
        self._ears = ears
        self._over = over
        self.many = [first]
        self._begin(now())

    def _begin(self, since: int) -> None:
        self._since = since
        self.until = since + _TOGETHER_NS
        tell_later(self._told_with_another)

    def add(self, data: bytes) -> None:
        """One write more."""
        self.many.append(data)
        if len(self.many) >= _WRITES_AT_ONCE or len(data) > _KEPT_BYTES:
            quietly(self.tell)

    def tell(self) -> None:
        """A line is full, or the time is over, or this is a fork, which finds its parent's writes here."""
        many = self.many[:]
        del self.many[:]  # the list stays: see `_quick_write`
        at, its_own = now(), process_state[MORE]
        if not its_own:
            self._ears.rested()
        elif many:
            self._ears.hear_many(self._since, min(at, self.until), many)
        if not its_own or len(many) < _MANY_WRITES or at > self.until + _TOGETHER_NS:
            self._over()
        else:
            self._begin(at)

    def _told_with_another(self) -> bytes:
        many = self.many[:]
        del self.many[:]
        self._ears.rested()
        self._over()
        return self._ears.line(self._since, min(now(), self.until), many).encode("ascii") if many else b""


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


class Listener:
    """Stands before `write` and `flush` of a buffer, and tells what goes out of it.

    The buffer stays the interpreter's own, with these two in its __dict__: C code is quicker with an object of just its
    own type. Its `flush` is the plain one while it holds nothing: every start of a Process flushes, in the parent and
    the child.
    """

    __slots__ = ("__weakref__", "_buffer", "_ears", "_heard", "_room", "_size", "emptied", "held", "rush", "rushing")

    def __init__(self, buffer: io.BufferedWriter, room: int, ears: Ears) -> None:
        self._buffer = ref(buffer)
        self._ears = ears
        self._room = room
        self._heard = _heard(ref(self), ref(buffer))  # flushes and tells
        self.emptied: "Callable[[], object] | None" = None  # called when all has gone out
        self.rushing: "Callable[[bool], object] | None" = None  # called when a rush begins, and when it is over
        self.held: "list[Any]" = []
        self._size = 0  # of what is held
        self.rush: "Rush | None" = None
        buffer.__dict__["write"] = self.write

    def write(self, data: "Any") -> int:
        """Write; what does not fit makes the buffer go out first."""
        buffer: "Any" = self._buffer()
        rush = self.rush
        if rush is not None and (now() > rush.until or not process_state[MORE]):
            quietly(rush.tell)
            rush = self.rush
        began = now()
        try:
            written = _write(buffer, data)
        except BaseException as error:
            unseen(error)
            raise
        kept = data if type(data) is bytes else bytes(data)
        if rush is not None:
            rush.add(kept)
            return written
        size = len(kept)
        if self._size + size <= self._room and size < self._room:
            if not self.held:
                buffer.__dict__["flush"] = self._heard
            self.held.append(kept)
            self._size += size
            return written
        out, self.held, self._size = self.held, [], 0
        if size > self._room:
            out.append(kept)
        else:
            self.held, self._size = [kept], size
            buffer.__dict__["flush"] = self._heard
        self.gone_out(began, b"".join(out))
        return written

    def gone_out(self, began: int, data: bytes) -> None:
        """Tell that this has gone out."""
        if not self._ears.hear(began, data):
            self.rush = Rush(self._ears, self._rush_over, data)
            buffer: "Any" = self._buffer()
            buffer.__dict__["write"] = _quick_write(buffer, self, self.rush)
            if self.held:
                self.rush.add(b"".join(self.held))
                self.holds_nothing()
            if self.rushing is not None:
                quietly(self.rushing, True)

    def holds_nothing(self) -> "list[Any]":
        """All that was held is on its way; returns it."""
        out, self.held = self.held, []
        self._size = 0
        buffer: "Any" = self._buffer()
        buffer.__dict__.pop("flush", None)
        return out

    def _rush_over(self) -> None:
        self.rush = None
        buffer: "Any" = self._buffer()
        buffer.__dict__["write"] = self.write
        if self.rushing is not None:
            quietly(self.rushing, False)


def _quick_write(buffer: "Any", listener: Listener, rush: Rush) -> "Callable[[Any], int]":
    """What stands for `write` in a rush: the least that can be done for each of a million writes.

    It holds the clock itself, which a program that replaces it in all modules does not find there.
    """
    clock, mine, more, many = now.__self__, process_state, MORE, rush.many  # type: ignore[attr-defined]
    plain, keep = _write.__get__(buffer), many.append

    def write(data: "Any") -> int:
        if clock() > rush.until or not mine[more] or type(data) is not bytes or len(data) > _KEPT_BYTES:
            return listener.write(data)
        try:
            written: int = plain(data)
        except BaseException as error:
            unseen(error)
            raise
        keep(data)
        if len(many) >= _WRITES_AT_ONCE:
            quietly(rush.tell)
        return written

    set_apart(write)
    return write


def _heard(listener: "ReferenceType[Listener]", buffer: "ReferenceType[io.BufferedWriter]") -> "Callable[[], None]":
    """What stands for the `flush` of a buffer that holds something: that flushes, and tells what went out."""

    def flush() -> None:
        own, its = listener(), buffer()
        if own is None or its is None:
            return
        began = now()
        try:
            _flush(its)
        except BaseException as error:
            unseen(error)
            raise
        out = own.holds_nothing()
        if out:
            own.gone_out(began, out[0] if len(out) == 1 else b"".join(out))
        if own.emptied is not None:
            quietly(own.emptied)

    set_apart(flush)
    return flush


class FileIO(io.FileIO):
    """An unbuffered file that tells what it has written."""

    ears: Ears
    rush: "Rush | None" = None

    def write(self, data: "Any") -> int:
        """Write, and tell what went out."""
        rush = self.rush
        if rush is not None and (now() > rush.until or not process_state[MORE]):
            quietly(rush.tell)
            rush = self.rush
        if rush is not None:
            try:
                written = _write_raw(self, data)
            except BaseException as error:
                unseen(error)
                raise
            if written:
                rush.add(bytes(data)[:written])
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
                self.rush = Rush(self.ears, self._rush_over, out)
        return written

    def _rush_over(self) -> None:
        self.rush = None

    def __repr__(self) -> str:
        return "<_io.FileIO name=%r mode=%r closefd=%r>" % (self.name, self.mode, self.closefd)


FileIO.__module__ = "_io"
for _method in (Listener.write, FileIO.write):
    set_apart(_method)


def watch_writes() -> None:
    """Listen to what goes out of sys.stdout and sys.stderr."""
    own = _own_files()
    for stream in (sys.stdout, sys.stderr):
        if type(stream) is io.TextIOWrapper:
            _listen(stream, own)


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


def _listen(stream: "io.TextIOWrapper", own: "frozenset[tuple[int, int]]") -> None:
    stream.flush()
    old: "Any" = stream.buffer
    ears = Ears(stream.fileno(), own)
    if type(old) is io.BufferedWriter:
        Listener(old, _buffer_size(old), ears)
    elif type(old) is io.FileIO:
        _exchange(stream, old, ears)


def _exchange(stream: "io.TextIOWrapper", old: "Any", ears: Ears) -> None:
    """Put a file that tells under a stream without a buffer."""
    settings: "dict[str, Any]" = {
        "encoding": stream.encoding,
        "errors": stream.errors,
        "newline": None if sys.platform == "win32" else "\n",
        "line_buffering": stream.line_buffering,
        "write_through": stream.write_through,
    }
    fresh: "Any" = FileIO(old.fileno(), "wb", closefd=False)
    fresh.name = old.name
    fresh.ears = ears
    stream.__init__(fresh, **settings)  # type: ignore[misc]  # the same object with another buffer


def _buffer_size(buffer: "Any") -> int:
    smallest = io.BufferedWriter(buffer.raw, 1)
    try:
        return sys.getsizeof(buffer) - sys.getsizeof(smallest) + 1
    finally:
        smallest.detach()
