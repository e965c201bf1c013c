"""The calls by which a program starts, awaits and ends processes, each with the line of the program that made it.

Methods of Process and Popen are wrapped; what the interpreter announces by itself (audit events) is only listened to.
This file must not know the steps of the process that it runs in.
"""

import os
import sys
from itertools import count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

    from procviz.probe.procviz_life import describe, name_of_target
    from procviz.probe.procviz_tell import plain_text, ring, tell
    from procviz.probe.procviz_wrap import wrap
else:
    from procviz_life import describe, name_of_target
    from procviz_tell import plain_text, ring, tell
    from procviz_wrap import wrap

# Frames of these are not where the program called from, but what its call went through.
_MACHINERY = frozenset(("multiprocessing", "subprocess", "concurrent", "threading", "asyncio", "os", "runpy"))
_REAPERS = frozenset(
    ("start", "active_children", "join", "is_alive", "exitcode", "wait", "communicate", "poll", "terminate", "kill")
)
_ENDING = (2, 15)  # SIGINT and SIGTERM: the signals that are sent to have a process end
_SIGNALS = {"terminate": 15, "kill": 9, "interrupt": 2}

_numbers = count(1)
try:
    _folder = os.getcwd()
except OSError:
    _folder = ""


class Site:
    """Where in the program a call comes from, and what it came through."""

    file: "str | None" = None
    line: "int | None" = None
    implicit: "bool | None" = None  # made by multiprocessing itself at exit
    wrappers = 0  # of ours in between: more than a call's own one, and it is part of a call that is told already
    through: "tuple[str, ...]" = ()  # functions of the standard library in between, innermost first

    def __init__(self, frame: "FrameType | None") -> None:
        while frame is not None:
            module, function = _module(frame), frame.f_code.co_name
            if module.partition(".")[0] not in _MACHINERY and not module.startswith("procviz_"):
                self.file, self.line = os.path.join(_folder, frame.f_code.co_filename), frame.f_lineno
                return
            if module == "multiprocessing.util" and function == "_exit_function":
                self.implicit = True
                return
            if module == "multiprocessing.process" and function == "_bootstrap":
                return  # what lies above belongs to the process that was forked
            if frame.f_code.co_filename == "<procviz>":
                self.wrappers += 1
            elif not module.startswith("procviz_"):
                self.through += (function,)
            frame = frame.f_back


def _module(frame: "FrameType | None") -> str:
    return "" if frame is None else str(frame.f_globals.get("__name__"))


def _caller(frame: "FrameType | None") -> "FrameType | None":
    """The innermost frame that is not ours."""
    while frame is not None and _module(frame).startswith("procviz_"):
        frame = frame.f_back
    return frame


def _tell_call(call: str, site: Site, /, **fields: object) -> int:
    number = next(_numbers)
    tell("call", n=number, call=call, implicit=site.implicit, file=site.file, line=site.line, **fields)
    return number


def _seconds(timeout: object) -> "float | None":
    return float(timeout) if isinstance(timeout, (int, float)) else None


def _failure(error: "BaseException | None") -> "str | None":
    return None if error is None else "%s: %s" % (type(error).__name__, plain_text(error))


# ------------------------------------------------------------------------------------------- multiprocessing


def watch_process(module: "Any") -> None:
    """Watch the methods of multiprocessing's Process."""
    for name in ("start", "join", "terminate", "kill", "close", "interrupt"):
        if hasattr(module.BaseProcess, name):
            wrap(module.BaseProcess, name, _process_call(name), _process_called(name))


def _process_call(name: str) -> "Callable[..., int]":
    def before(args: "tuple[Any, ...]", kwargs: "dict[str, Any]") -> int:
        process = args[0] if args else None
        fields: dict[str, Any] = {"sig": _SIGNALS.get(name), "tpid": _pid(process)}
        if name == "start":
            fields.update(describe(process), method=_method(process))
        elif name == "join":
            fields["timeout"] = _seconds(args[1] if len(args) > 1 else kwargs.get("timeout"))
        return _tell_call(name, Site(sys._getframe(1)), **fields)

    return before


def _process_called(name: str) -> "Callable[..., None]":
    def after(number: int, args: "tuple[Any, ...]", error: "BaseException | None") -> None:
        popen = getattr(args[0], "_popen", None) if args else None
        result = getattr(popen, "returncode", None) if name == "join" else None
        tell("called", n=number, tpid=getattr(popen, "pid", None), result=result, error=_failure(error))

    return after


def _pid(process: object) -> "int | None":
    return getattr(getattr(process, "_popen", None), "pid", None)


def _method(process: object) -> "str | None":
    """The start method this Process will use; found without deciding it for the program."""
    own = getattr(process, "_start_method", None)
    if own is not None:
        return str(own)
    default = getattr(sys.modules.get("multiprocessing.context"), "_default_context", None)
    context = getattr(default, "_actual_context", None) or getattr(default, "_default_context", None)
    return getattr(context, "_name", None)


class _Returncode:
    """A Popen's attribute `returncode`: set when the process learns that its child is gone.

    There is no __get__, so that reading it stays the plain look into the object that it is without the probe.
    """

    def __set__(self, popen: "Any", value: "Any") -> None:
        own = popen.__dict__
        known = own.get("returncode")
        own["returncode"] = value
        if known is None and isinstance(value, int):
            tell("reaped", tpid=own.get("pid"), exitcode=value, via=_via(Site(sys._getframe(1))))

    def __delete__(self, popen: "Any") -> None:
        try:
            del popen.__dict__["returncode"]
        except KeyError:
            raise AttributeError("returncode") from None


def _via(site: Site) -> "str | None":
    """What the program called that found the child gone: the outermost of the functions known for it."""
    return "exit" if site.implicit else next((step for step in reversed(site.through) if step in _REAPERS), None)


def watch_popen(module: "Any") -> None:
    """Watch the end of the children of a module that has a class Popen."""
    module.Popen.returncode = _Returncode()


# ------------------------------------------------------------------------------------------- subprocess


def watch_subprocess(module: "Any") -> None:
    """Watch subprocess.Popen: children that are made, awaited and gone."""
    watch_popen(module)
    wrap(module.Popen, "_execute_child", lambda args, kwargs: _tell_call("popen", Site(sys._getframe(1))), _made)
    wrap(module.Popen, "wait", _wait(0), _waited)
    wrap(module.Popen, "communicate", _wait(1), _waited)


def _wait(position: int) -> "Callable[..., int | None]":
    def before(args: "tuple[Any, ...]", kwargs: "dict[str, Any]") -> "int | None":
        own = args[0].__dict__ if args else {}
        if own.get("returncode") is not None:
            return None
        site = Site(sys._getframe(1))
        if site.wrappers > 1:
            return None  # the wait of a communicate()
        timeout = _seconds(args[position + 1] if len(args) > position + 1 else kwargs.get("timeout"))
        return _tell_call("wait", site, tpid=own.get("pid"), timeout=timeout)

    return before


def _made(number: int, args: "tuple[Any, ...]", error: "BaseException | None") -> None:
    tell("called", n=number, tpid=args[0].__dict__.get("pid"), error=_failure(error))


def _waited(number: int, args: "tuple[Any, ...]", error: "BaseException | None") -> None:
    own = args[0].__dict__
    tell("called", n=number, tpid=own.get("pid"), result=own.get("returncode"), error=_failure(error))


# ------------------------------------------------------------------------------------------- os


def watch_os_exit() -> None:
    """Watch os._exit, which ends a process with nothing else to see; multiprocessing's own use of it is no news."""

    def before(args: "tuple[Any, ...]", kwargs: "dict[str, Any]") -> None:
        frame = _caller(sys._getframe(1))
        if not _module(frame).startswith("multiprocessing."):
            status = args[0] if args else kwargs.get("status")
            _tell_call("os._exit", Site(frame), exitcode=status & 0xFF if isinstance(status, int) else None)

    wrap(os, "_exit", before, lambda ticket, args, error: None)
    sys.modules[os._exit.__module__]._exit = os._exit  # type: ignore[attr-defined]  # pickle looks for it there


def killed(args: "tuple[Any, ...]") -> None:
    """The audit event os.kill (pid, signal)."""
    site = Site(sys._getframe(1))
    if site.wrappers or not args[1]:
        return  # told as terminate() or kill(); or signal 0, which is only a question
    name = next((step for step in site.through if step in ("terminate", "kill")), "os.kill")
    _tell_call(name, site, tpid=args[0], sig=args[1])


def killed_group(args: "tuple[Any, ...]") -> None:
    """The audit event os.killpg (group, signal)."""
    if args[1]:
        _tell_call("os.killpg", Site(sys._getframe(1)), tpid=args[0], sig=args[1])


def executed(args: "tuple[Any, ...]") -> None:
    """The audit event os.exec (path, ...): os.execvp asks for every folder of PATH in turn."""
    if os.access(args[0], os.X_OK):
        _tell_call("exec", Site(sys._getframe(1)))


def ran_shell(args: "tuple[Any, ...]") -> None:
    """The audit event os.system (command): nobody ever says which process that makes, so it has to be looked for."""
    _tell_call("os.system", Site(sys._getframe(1)))
    ring()


def posix_spawned(args: "tuple[Any, ...]") -> None:
    """The audit event os.posix_spawn (path, ...); subprocess uses it too, which is told as popen."""
    site = Site(sys._getframe(1))
    if site.wrappers < 2:  # one is around os.posix_spawn itself
        _tell_call("posix_spawn", site)


def watch_signals(module: "Any") -> None:
    """Watch signal.signal: who will answer when the process is asked to end."""

    def after(ticket: object, args: "tuple[Any, ...]", error: "BaseException | None") -> None:
        frame = _caller(sys._getframe(1))
        if error is None and args and args[0] in _ENDING and not _module(frame).startswith("multiprocessing."):
            handler = module.getsignal(args[0])
            words = {module.SIG_IGN: "ignore", module.SIG_DFL: "default"}
            name = words.get(handler) if isinstance(handler, int) else name_of_target(handler)
            tell("deed", deed="handler", sig=int(args[0]), name=name)

    wrap(module, "signal", lambda args, kwargs: True, after)


def made_folder(args: "tuple[Any, ...]") -> None:
    """The audit event tempfile.mkdtemp (path): multiprocessing's folders outlive it when it is killed."""
    path = os.fsdecode(args[0])
    if os.path.basename(path).startswith("pymp-"):
        tell("tempdir", path=path)
