"""Writes the probe's facts down: one event is one line of ASCII JSON, appended in one go.

The file is opened, written and closed for every event, so that the watched program's table of descriptors stays as
it is and a process that is killed loses nothing it told. This file must not know what is told, nor import anything
that the program would not find imported anyway.
"""

import os
import sys
from _thread import get_ident, get_native_id
from time import perf_counter_ns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    _Function = TypeVar("_Function", bound=Callable[..., Any])

    from procviz.probe.procviz_json_text import LINE_BYTES, spelled, traceback_of
    from procviz.probe.procviz_process_state import HANDLED, MAIN, MORE, process_state
else:
    from procviz_json_text import LINE_BYTES, spelled, traceback_of
    from procviz_process_state import HANDLED, MAIN, MORE, process_state

_EVENTS: "Any" = os.environ.get("PROCVIZ_EVENTS", "")
if sys.platform != "win32":
    _EVENTS = os.fsencode(_EVENTS)  # once, not at every event
_BELL = os.environ.get("PROCVIZ_BELL")
_FLAGS = os.O_WRONLY | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)


def kept(function: "_Function") -> "_Function":
    """A function of C as it is now.

    The program may replace those of `os` and `time`, and libraries for tests do so in every module that has them.
    """
    return function.__call__  # type: ignore[no-any-return, operator]


_open, _write, _close, _getpid = kept(os.open), kept(os.write), kept(os.close), os.getpid

_ASIDE_BYTES = 2800  # forks ride on a line that is no longer than this, and no more of them than fit
_FORKS_AT_ONCE = 15

_alive: "bool | None" = True  # None, as all else here, when the interpreter has been taken down around us
_ahead: "list[bytes]" = []  # whole lines, written in front of the next event
_gathered: "list[Callable[[], bytes]]" = []  # each gives some more, which have come together by then
_forks: "list[int]" = []  # three numbers each, told with the next event: from, to (ns), the child's pid or 0
watched_from_outside = bool(_BELL)  # the recorder has no word from the kernel
births_are_known = bool(os.environ.get("PROCVIZ_KERNEL"))  # it has: when a process was made is known to it
now = kept(perf_counter_ns)
del perf_counter_ns


def tell(event: str, at: "int | None" = None, /, **fields: object) -> None:
    """Append one event that happened `at` (ns; None: now); fields that are None are left out.

    Whatever goes wrong goes unsaid. Only what a signal handler of the program raises meanwhile is let through.
    """
    try:
        pid = _getpid()
        line = '{"e":"%s","t":%d,"pid":%d' % (event, now() if at is None else at, pid)
        if get_ident() != process_state[MAIN] and get_native_id() != pid:
            line += ',"tid":%d' % get_native_id()
        for name, value in fields.items():
            if type(value) is int:
                line += ',"%s":%d' % (name, value)
            elif value is not None:
                line += ',"%s":%s' % (name, spelled(name, value))
        if len(line) < LINE_BYTES:
            data = (line + "}\n").encode("ascii")
            _append(_with_more(data) if process_state[MORE] else data)
    except Exception as error:
        if _alive and foreign(error):
            raise


def tell_lines(lines: bytes) -> None:
    """Append whole lines of the main thread in one go, as they are: JSON, or the same in single quotes.

    Whatever goes wrong goes unsaid, as in `tell`.
    """
    try:
        if process_state[MORE]:
            lines = _with_more(lines)
        if process_state[HANDLED]:
            _append_unbroken(lines)
            return
        descriptor = _open(_EVENTS, _FLAGS)
        try:
            _write(descriptor, lines)
        finally:
            _close(descriptor)
    except Exception as error:
        if _alive and foreign(error):
            raise


def tell_soon(lines: bytes) -> None:
    """The same, in front of the next event, which must be about to be told."""
    _forget_the_parents()
    _ahead.append(lines)
    process_state[MORE] = True


def tell_later(gathered: "Callable[[], bytes]") -> None:
    """Have what has been gathered until then told in front of the next event, whenever that is."""
    _forget_the_parents()
    if gathered not in _gathered:
        _gathered.append(gathered)
    process_state[MORE] = True


def _forget_the_parents() -> None:
    """What a fork finds there was its parent's to tell."""
    if not process_state[MORE]:
        del _ahead[:], _forks[:], _gathered[:]


def _with_more(lines: bytes) -> bytes:
    """The same with what was to be told along with them."""
    process_state[MORE] = False
    if _forks and len(lines) < _ASIDE_BYTES:
        told = _forks[: 3 * _FORKS_AT_ONCE]
        del _forks[: len(told)]
        lines = lines[:-2] + b',"forks":%a}\n' % told
    while _ahead:
        lines = _ahead.pop() + lines
    while _gathered:
        lines = _gathered.pop()() + lines
    if _forks:
        process_state[MORE] = True
    return lines


def append(line: str) -> None:
    """Append one line, unless it is too long. Raises what the system says, and UnicodeEncodeError."""
    if len(line) < LINE_BYTES:
        _append(line.encode("ascii"))


def _append(data: bytes) -> None:
    if process_state[HANDLED]:
        _append_unbroken(data)
        return
    descriptor = _open(_EVENTS, _FLAGS)
    try:
        _write(descriptor, data)
    finally:
        _close(descriptor)


def _append_unbroken(data: bytes) -> None:
    """The same where a signal may raise something at any moment: there is none between opening and having it."""
    held: "list[int]" = []
    try:
        held.extend(map(_open, (_EVENTS,), (_FLAGS,)))
        _write(held[0], data)
    finally:
        if held:
            _close(held[0])


def note_fork(began: int, ended: int, pid: int = 0) -> None:
    """A child was made between these moments; told with the next event, for its parent's memory is all shared now."""
    _forget_the_parents()
    _forks.extend((began, ended, pid))
    process_state[MORE] = True
    if len(_forks) >= 3 * _FORKS_AT_ONCE:
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
        if unexpected(error):
            raise
        return None


def unexpected(error: Exception) -> bool:
    """Whether an exception has to be let through, for it is the program's; one of the probe's own is told."""
    if not _alive:
        return False
    if foreign(error):
        return True
    tell("probe-error", msg="%s: %s" % (type(error).__name__, error), tb=traceback_of(error))
    return False


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
    if get_ident() != process_state[MAIN] and get_native_id() != pid:
        return '{"e":"%s","t":%d,"pid":%d,"tid":%d' % (event, at, pid, get_native_id())
    return '{"e":"%s","t":%d,"pid":%d' % (event, at, pid)


if sys.platform == "win32":  # pragma: no cover
    _FLAGS |= os.O_BINARY | os.O_NOINHERIT | os.O_CREAT

    def _open_own(path: str, flags: int) -> int:
        return os.open("%s-%d-%d" % (path, _getpid(), get_native_id()), flags)

    _open = _open_own  # type: ignore[assignment]  # appending is two steps there: no two threads may share a file
