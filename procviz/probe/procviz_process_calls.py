"""The methods of multiprocessing's Process: who starts, awaits and ends it, on which line.

What happens around every fork is told by as few objects as can be. After a fork each page of memory that is touched
has to be copied first, in the parent and in the child, and that takes longer than all of the telling: a function is
two or three pages, a text is one, and so is a name that is looked up. Hence the usual start() by a fork is told as a
whole when it is over, in lines that are spelled out in advance; and its child tells of the begin of its target in the
same way, with the description that its parent has left it.
"""

import sys
from _thread import get_ident
from os import getpid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

    from procviz.probe.procviz_calls import CALLER, Site, failure, numbers, places, seconds, tell_call, telling
    from procviz.probe.procviz_event_writer import now, tell, tell_lines
    from procviz.probe.procviz_json_text import plain
    from procviz.probe.procviz_names import describe, target_of
    from procviz.probe.procviz_process_state import MAIN, STARTING, process_state
    from procviz.probe.procviz_wrap import wrap
else:
    from procviz_calls import CALLER, Site, failure, numbers, places, seconds, tell_call, telling
    from procviz_event_writer import now, tell, tell_lines
    from procviz_json_text import plain
    from procviz_names import describe, target_of
    from procviz_process_state import MAIN, STARTING, process_state
    from procviz_wrap import wrap

_SIGNALS = {"terminate": 15, "kill": 9, "interrupt": 2}
_ABOUT = b"'name':%a,'target':%a,'daemon':false"
_ABOUT_DAEMON = b"'name':%a,'target':%a,'daemon':true"
_STARTED = (
    b"{'e':'call','t':%d,'pid':%d,'n':%d,'call':'start','file':%a,'line':%d,'method':'fork',%b}\n"
    b"{'e':'called','t':%d,'pid':%d,'n':%d,'tpid':%d}\n"
)
_JOIN = b"{'e':'call','t':%d,'pid':%d,'n':%d,'call':'join','file':%a,'line':%d,'tpid':%d}\n"
_JOINED = b"{'e':'called','t':%d,'pid':%d,'n':%d,'tpid':%d,'result':%d}\n"
_FUNCTION = type(lambda: None)
_getframe = sys._getframe


def watch_process(module: "Any") -> None:
    """Watch the methods of multiprocessing's Process."""
    kind = module.BaseProcess
    telling.extend((kind.start.__code__, kind.join.__code__))
    wrap(kind, "start", _start, _started)
    wrap(kind, "join", _join, _joined)
    for name in ("terminate", "kill", "close", "interrupt"):
        if hasattr(kind, name):
            wrap(kind, name, _ending(name), _ended)


def _start(args: "tuple[Any, ...]", kwargs: "dict[str, Any]") -> "int | tuple[Any, ...]":
    """What is told of a usual start when it is over; of any other it is told now, and a number is returned."""
    process: "Any" = args[0] if args else None
    frame, began = _getframe(CALLER), now()
    file = places.get(frame.f_code.co_filename)
    name, target = getattr(process, "_name", None), getattr(process, "_target", None)
    if file is None or get_ident() != process_state[MAIN] or _method(process) != "fork" or type(name) is not str:
        return _tell_start(process, frame)
    if type(target) is _FUNCTION and target.__module__ == "__main__":
        target = target.__qualname__
    else:
        target = target_of(process) or ""
    if type(target) is not str:
        return _tell_start(process, frame)
    daemon = "daemon" in process._config and process._config["daemon"]
    about = (_ABOUT_DAEMON if daemon else _ABOUT) % (name, target)
    if not plain(about):
        return _tell_start(process, frame)
    process_state[STARTING] = about
    return getpid(), began, file, frame.f_lineno, about


def _started(ticket: "int | tuple[Any, ...]", args: "tuple[Any, ...]", error: "BaseException | None") -> None:
    process_state[STARTING] = b""
    if error is not None and type(ticket) is tuple:
        if ticket[0] != getpid():
            return  # what failed is the child, on its way out
        ticket = _tell_start(args[0], _getframe(CALLER), ticket[1])
    if type(ticket) is tuple:
        pid, began, file, line, about = ticket
        child = args[0]._popen.pid
        tell_lines(_STARTED % (began, pid, -child, file, line, about, now(), pid, -child, child))
    else:
        popen = getattr(args[0], "_popen", None) if args else None
        tell("called", n=ticket, tpid=getattr(popen, "pid", None), error=failure(error))


def _tell_start(process: "Any", frame: "FrameType", at: "int | None" = None) -> int:
    process_state[STARTING] = b""
    name, daemon, target = describe(process)
    method = _method(process)
    return tell_call("start", Site(frame), at, method=method, name=name, daemon=daemon, target=target)


def _method(process: object) -> "str | None":
    """The start method this Process will use; found without deciding it for the program."""
    own = getattr(process, "_start_method", None)
    if own is not None:
        return str(own)
    default = getattr(sys.modules.get("multiprocessing.context"), "_default_context", None)
    context = getattr(default, "_actual_context", None) or getattr(default, "_default_context", None)
    return getattr(context, "_name", None)


def _join(args: "tuple[Any, ...]", kwargs: "dict[str, Any]") -> int:
    frame, child = _getframe(CALLER), _pid(args)
    file = places.get(frame.f_code.co_filename)
    if file is None or child is None or kwargs or len(args) > 1 or get_ident() != process_state[MAIN]:
        timeout = seconds(args[1] if len(args) > 1 else kwargs.get("timeout"))
        return tell_call("join", Site(frame), tpid=child, timeout=timeout)
    number = next(numbers)
    tell_lines(_JOIN % (now(), getpid(), number, file, frame.f_lineno, child))
    return number


def _joined(number: int, args: "tuple[Any, ...]", error: "BaseException | None") -> None:
    popen = getattr(args[0], "_popen", None) if args else None
    child, result = getattr(popen, "pid", None), getattr(popen, "returncode", None)
    if child is not None and result is not None and error is None and get_ident() == process_state[MAIN]:
        tell_lines(_JOINED % (now(), getpid(), number, child, result))
    else:
        tell("called", n=number, tpid=child, result=result, error=failure(error))


def _ending(name: str) -> "Callable[..., int]":
    def before(args: "tuple[Any, ...]", kwargs: "dict[str, Any]") -> int:
        return tell_call(name, Site(_getframe(CALLER)), sig=_SIGNALS.get(name), tpid=_pid(args))

    return before


def _ended(number: int, args: "tuple[Any, ...]", error: "BaseException | None") -> None:
    tell("called", n=number, tpid=_pid(args), error=failure(error))


def _pid(args: "tuple[Any, ...]") -> "int | None":
    return getattr(getattr(args[0], "_popen", None), "pid", None) if args else None
