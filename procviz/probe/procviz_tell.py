"""Writes the probe's facts down: one event is one line of ASCII JSON, appended in one go.

The file is opened, written and closed for every event, so that the watched program's table of descriptors stays as
it is and a process that is killed loses nothing it told. This file must not know what is told, nor import anything
that the program would not find imported anyway: hence its own few lines of JSON.
"""

import os
import sys
from _thread import get_ident, get_native_id
from time import perf_counter_ns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LINE_BYTES = 4000
TEXT_BYTES = 3600
_ROOM = {"tb": 2200, "argv": 2400, "file": 1500, "path": 3000, "msg": 700, "error": 700}
_ROOM_ELSE = 300
_EVENTS = os.environ.get("PROCVIZ_EVENTS", "")
_BELL = os.environ.get("PROCVIZ_BELL")
_FLAGS = os.O_WRONLY | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
_open, _write, _close, _getpid = os.open, os.write, os.close, os.getpid  # the program may replace those of `os`

_ASIDE_BYTES = 2800  # forks ride on a line that is no longer than this, and no more of them than fit
_FORKS_AT_ONCE = 15

_alive: "bool | None" = True  # None, as all else here, when the interpreter has been taken down around us
_main_thread = get_ident()
forks: "list[int]" = []  # three numbers each, told with the next event: from, to (ns), the child's pid or 0
watched_from_outside = bool(_BELL)  # the recorder has no word from the kernel
births_are_known = bool(os.environ.get("PROCVIZ_KERNEL"))  # it has: when a process was made is known to it
now = perf_counter_ns


class _Escapes(dict):  # type: ignore[type-arg]  # its members are made where they are needed
    """What each character is in a JSON string, for str.translate."""

    def __missing__(self, code: int) -> str:
        if 0xD800 <= code <= 0xDFFF:
            text = "\\ufffd"  # half a pair is no character: readers of JSON refuse it
        elif code > 0xFFFF:
            text = "\\u%04x\\u%04x" % (0xD7C0 + (code >> 10), 0xDC00 + (code & 0x3FF))
        elif 0x20 <= code < 0x7F:
            text = chr(code)
        else:
            text = "\\u%04x" % code
        self[code] = text
        return text


_escapes = _Escapes({0x22: '\\"', 0x5C: "\\\\", 0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t"})


def tell(event: str, at: "int | None" = None, /, **fields: object) -> None:
    """Append one event that happened `at` (ns; None: now); fields that are None are left out.

    Whatever goes wrong goes unsaid. Only what a signal handler of the program raises meanwhile is let through.
    """
    # In one piece: after a fork every object that is touched costs the copy of its page, and each function is several.
    try:
        pid = _getpid()
        line = '{"e":"%s","t":%d,"pid":%d' % (event, now() if at is None else at, pid)
        if get_ident() != _main_thread and get_native_id() != pid:
            line += ',"tid":%d' % get_native_id()
        for name, value in fields.items():
            if type(value) is int:
                line += ',"%s":%d' % (name, value)
            elif value is not None:
                line += ',"%s":%s' % (name, _value(name, value))
        if forks:
            line = _with_forks(line)
        if len(line) < LINE_BYTES:
            descriptor = _open(_EVENTS, _FLAGS)
            try:
                _write(descriptor, (line + "}\n").encode("ascii"))
            finally:
                _close(descriptor)
    except Exception as error:
        if _alive and foreign(error):
            raise


def _with_forks(line: str) -> str:
    """A line with the forks that it can carry besides."""
    if len(line) >= _ASIDE_BYTES:
        return line
    told = forks[: 3 * _FORKS_AT_ONCE]
    del forks[: len(told)]
    return line + ',"forks":%s' % told


def append(line: str) -> None:
    """Append one line, unless it is too long. Raises what the system says, and UnicodeEncodeError."""
    if len(line) < LINE_BYTES:
        descriptor = _open(_EVENTS, _FLAGS)
        try:
            _write(descriptor, line.encode("ascii"))
        finally:
            _close(descriptor)


def forked() -> None:
    """This process is a fork: the thread that made it is its main one, and its parent's forks are not its own."""
    global _main_thread
    _main_thread = get_ident()
    del forks[:]


def note_fork(began: int, ended: int, pid: int = 0) -> None:
    """A child was made between these moments; told with the next event, for its parent's memory is all shared now."""
    forks.extend((began, ended, pid))
    if len(forks) >= 3 * _FORKS_AT_ONCE:
        tell("forks")


class Allowance:
    """How often something may be told: a few times at once, then once in a while."""

    __slots__ = ("_at_once", "_every", "_left", "_since")

    def __init__(self, at_once: int = 20, every_ns: int = 20_000_000) -> None:
        self._left = self._at_once = at_once
        self._every = every_ns
        self._since = 0

    def take(self) -> bool:
        """Whether it may be told now."""
        at = now()
        if self._left < self._at_once:
            earned = (at - self._since) // self._every
            if earned:
                self._left = min(self._left + earned, self._at_once)
                self._since = at
        else:
            self._since = at
        if not self._left:
            return False
        self._left -= 1
        return True


def quietly(function: "Callable[..., Any]", *args: object) -> "Any":
    """What `function` returns, or None where it fails: then that is told, and the program goes on."""
    try:
        return function(*args)
    except Exception as error:
        if not _alive:
            return None
        if foreign(error):
            raise
        tell("probe-error", msg="%s: %s" % (type(error).__name__, error), tb=_traceback(error))
        return None


def foreign(error: BaseException) -> bool:
    """Whether an exception comes from the program's own code, which a signal let in, not from the probe's."""
    place = error.__traceback__
    while place is not None:
        if not str(place.tb_frame.f_globals.get("__name__")).startswith("procviz_"):
            return True
        place = place.tb_next
    return False


def ring(child: int = 0) -> None:
    """Tell the recorder that a process is there, so that it can take hold of it while it lives: this one, or a child.

    A child that is not Python cannot ring, so its parent hands over a descriptor of it, and keeps none.
    """
    if not _BELL or sys.platform == "win32":
        return
    try:
        import _socket

        bell = _socket.socket(_socket.AF_UNIX)
        try:
            bell.setblocking(False)
            bell.connect(_BELL)
            if child:
                _hand_over(_socket, bell, child)
        finally:
            bell.close()
    except Exception as error:
        if foreign(error):
            raise


def _hand_over(sockets: "Any", bell: "Any", child: int) -> None:
    if sys.platform != "linux":
        return
    held = os.pidfd_open(child)
    try:
        rights = [(sockets.SOL_SOCKET, sockets.SCM_RIGHTS, held.to_bytes(4, sys.byteorder))]
        bell.sendmsg([b"%d" % child], rights)
    finally:
        _close(held)


def head(event: str, at: int) -> str:
    """How the line of an event begins."""
    pid = _getpid()
    if get_ident() != _main_thread and get_native_id() != pid:
        return '{"e":"%s","t":%d,"pid":%d,"tid":%d' % (event, at, pid, get_native_id())
    return '{"e":"%s","t":%d,"pid":%d' % (event, at, pid)


def _value(name: str, value: object) -> str:
    if isinstance(value, str):
        plain = len(value) < _ROOM_ELSE and value.isascii() and value.isprintable()
        if plain and '"' not in value and "\\" not in value:
            return '"%s"' % value
        return quoted(value, _ROOM.get(name, _ROOM_ELSE))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return "%d" % value
    if isinstance(value, list):
        return _list(value, _ROOM.get(name, _ROOM_ELSE))
    if isinstance(value, float) and value - value == 0:  # JSON has no infinity
        return repr(value)
    return "null"


def quoted(text: str, room: int) -> str:
    """A text as JSON, cut so that it takes no more than about this many bytes."""
    text = text[:room]
    line = text[:-1] if text[-1:] == "\n" else text
    if line.isascii() and line.isprintable() and '"' not in line and "\\" not in line:
        return '"' + line + ('"' if line is text else '\\n"')
    escaped = text.translate(_escapes)
    while len(escaped) > room:
        text = text[: min(len(text) * room // len(escaped), len(text) - 1)]
        escaped = text.translate(_escapes)
    return '"' + escaped + '"'


def _list(values: "list[str]", room: int) -> str:
    parts = []
    for value in values:
        parts.append(quoted(value, min(max(room, 0), 800)))
        room -= len(parts[-1]) + 1
        if room < 0:
            break
    return "[" + ",".join(parts) + "]"


def plain_text(value: object) -> str:
    """`str(value)`, or nothing where the value cannot say it."""
    try:
        return str(value)
    except Exception:
        return ""


def of_error(error: BaseException) -> "dict[str, str]":
    """The fields that tell an exception: type, message and where it came from."""
    return {"exc": type(error).__qualname__, "msg": plain_text(error), "tb": _traceback(error)}


def _traceback(error: BaseException) -> str:
    lines: "list[str]" = []
    place = error.__traceback__
    while place is not None and len(lines) < 1000:
        code = place.tb_frame.f_code
        if code.co_filename != "<procviz>":
            lines.append('  File "%s", line %d, in %s' % (code.co_filename, place.tb_lineno, code.co_name))
        place = place.tb_next
    while len(lines) > 3 and sum(map(len, lines)) > 1800:
        del lines[len(lines) // 2]
    return "\n".join(lines)


if sys.platform == "win32":  # pragma: no cover
    _FLAGS |= os.O_BINARY | os.O_NOINHERIT | os.O_CREAT

    def _open_own(path: str, flags: int) -> int:
        return os.open("%s-%d-%d" % (path, _getpid(), get_native_id()), flags)

    _open = _open_own  # type: ignore[assignment]  # appending is two steps there: no two threads may share a file
