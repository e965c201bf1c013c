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

    from procviz.probe.procviz_buffer import unended
    from procviz.probe.procviz_names import describe
    from procviz.probe.procviz_tell import plain_text, ring, tell
    from procviz.probe.procviz_wrap import wrap
else:
    from procviz_buffer import unended
    from procviz_names import describe
    from procviz_tell import plain_text, ring, tell
    from procviz_wrap import wrap

# Frames of these are not where the program called from, but what its call went through.
_MACHINERY = frozenset(("multiprocessing", "subprocess", "concurrent", "threading", "asyncio", "os", "runpy"))
_REAPERS = frozenset(
    ("start", "active_children", "join", "is_alive", "exitcode", "wait", "communicate", "poll", "terminate", "kill")
)
_WRAPPER = 2  # frames between what is called ahead of a wrapped call and the wrapper
_SIGNALS = {"terminate": 15, "kill": 9, "interrupt": 2}

raising: "list[bool]" = []  # not empty: signal.raise_signal is about to be called
_numbers = count(1)
_getpid = os.getpid
try:
    _folder = os.getcwd()
except OSError:
    _folder = ""


class _Passed(dict):  # type: ignore[type-arg]  # its members are made where they are needed
    """By name of a module: is a frame of it no place in the program?"""

    def __missing__(self, module: object) -> bool:
        name = str(module)  # a program may have set it to anything
        passed = self[module] = name.partition(".")[0] in _MACHINERY or name.startswith("procviz_")
        return passed


_passed = _Passed()


class Site:
    """Where in the program a call comes from, and what it came through."""

    file: "str | None" = None
    line: "int | None" = None
    implicit: "bool | None" = None  # made by multiprocessing itself at exit
    wrappers = 0  # of ours in between: more than a call's own one, and it is part of a call that is told already
    through: "tuple[str, ...]" = ()  # functions of the standard library in between, innermost first

    def __init__(self, frame: "FrameType | None") -> None:
        while frame is not None:
            module, code = frame.f_globals.get("__name__", ""), frame.f_code
            if not _passed[module]:
                file = code.co_filename
                self.file = file if file[:1] == "/" else os.path.join(_folder, file)
                self.line = frame.f_lineno
                return
            if code.co_filename == "<procviz>":
                self.wrappers += 1
            elif code.co_name == "_exit_function" and module == "multiprocessing.util":
                self.implicit = True
                return
            elif code.co_name == "_bootstrap" and module == "multiprocessing.process":
                return  # what lies above belongs to the process that was forked
            elif not str(module).startswith("procviz_"):
                self.through += (code.co_name,)
            frame = frame.f_back


def module_of(frame: "FrameType | None") -> str:
    return "" if frame is None else str(frame.f_globals.get("__name__"))


def caller(frame: "FrameType | None") -> "FrameType | None":
    """The innermost frame that is not ours."""
    while frame is not None and module_of(frame).startswith("procviz_"):
        frame = frame.f_back
    return frame


def tell_call(call: str, site: Site, /, **fields: object) -> int:
    number = next(_numbers)
    tell("call", n=number, call=call, implicit=site.implicit, file=site.file, line=site.line, **fields)
    return number


def _seconds(timeout: object) -> "float | None":
    return float(timeout) if isinstance(timeout, (int, float)) else None


def failure(error: "BaseException | None") -> "str | None":
    return None if error is None else "%s: %s" % (type(error).__name__, plain_text(error))


# ------------------------------------------------------------------------------------------- multiprocessing


def watch_process(module: "Any") -> None:
    """Watch the methods of multiprocessing's Process."""
    wrap(module.BaseProcess, "start", _start, _process_called("start"))
    for name in ("join", "terminate", "kill", "close", "interrupt"):
        if hasattr(module.BaseProcess, name):
            wrap(module.BaseProcess, name, _process_call(name), _process_called(name))


def _start(args: "tuple[Any, ...]", kwargs: "dict[str, Any]") -> int:
    process = args[0] if args else None
    return tell_call("start", Site(sys._getframe(_WRAPPER)), method=_method(process), **describe(process))


def _process_call(name: str) -> "Callable[..., int]":
    def before(args: "tuple[Any, ...]", kwargs: "dict[str, Any]") -> int:
        process, timeout = args[0] if args else None, None
        if name == "join":
            timeout = _seconds(args[1] if len(args) > 1 else kwargs.get("timeout"))
        site = Site(sys._getframe(_WRAPPER))
        return tell_call(name, site, sig=_SIGNALS.get(name), tpid=_pid(process), timeout=timeout)

    return before


def _process_called(name: str) -> "Callable[..., None]":
    def after(number: int, args: "tuple[Any, ...]", error: "BaseException | None") -> None:
        popen = getattr(args[0], "_popen", None) if args else None
        result = getattr(popen, "returncode", None) if name == "join" else None
        tell("called", n=number, tpid=getattr(popen, "pid", None), result=result, error=failure(error))

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
    wrap(module.Popen, "_execute_child", lambda args, kwargs: tell_call("popen", Site(sys._getframe(1))), _made)
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
        return tell_call("wait", site, tpid=own.get("pid"), timeout=timeout)

    return before


def _made(number: int, args: "tuple[Any, ...]", error: "BaseException | None") -> None:
    tell("called", n=number, tpid=args[0].__dict__.get("pid"), error=failure(error))


def _waited(number: int, args: "tuple[Any, ...]", error: "BaseException | None") -> None:
    own = args[0].__dict__
    tell("called", n=number, tpid=own.get("pid"), result=own.get("returncode"), error=failure(error))


# ------------------------------------------------------------------------------------------- os


def watch_os_exit() -> None:
    """Watch os._exit, which ends a process with nothing else to see; multiprocessing's own use of it is no news."""

    def before(args: "tuple[Any, ...]", kwargs: "dict[str, Any]") -> None:
        frame = sys._getframe(_WRAPPER + 1)
        if not module_of(frame).startswith("multiprocessing."):
            status = args[0] if args else kwargs.get("status")
            if unended:
                unended[0].overdue()
            tell_call("os._exit", Site(frame), exitcode=status & 0xFF if isinstance(status, int) else None)

    wrap(os, "_exit", before, lambda ticket, args, error: None)
    sys.modules[os._exit.__module__]._exit = os._exit  # type: ignore[attr-defined]  # pickle looks for it there


def killed(args: "tuple[Any, ...]") -> None:
    """The audit event os.kill (pid, signal)."""
    site = Site(sys._getframe(1))
    if site.wrappers or not args[1]:
        return  # told as terminate() or kill(); or signal 0, which is only a question
    name = next((step for step in site.through if step in ("terminate", "kill")), "os.kill")
    tell_call(name, site, tpid=args[0], sig=args[1])


def killed_group(args: "tuple[Any, ...]") -> None:
    """The audit event os.killpg (group, signal)."""
    if args[1]:
        tell_call("os.killpg", Site(sys._getframe(1)), tpid=args[0], sig=args[1])


def killed_thread(args: "tuple[Any, ...]") -> None:
    """The audit event signal.pthread_kill (thread, signal), whose threads are of this process."""
    name = "raise_signal" if raising else "pthread_kill"
    del raising[:]
    if args[1]:
        tell_call(name, Site(sys._getframe(1)), tpid=_getpid(), sig=args[1])


def executed(args: "tuple[Any, ...]") -> None:
    """The audit event os.exec (path, ...): os.execvp asks for every folder of PATH in turn."""
    if os.access(args[0], os.X_OK):
        tell_call("exec", Site(sys._getframe(1)))


def ran_shell(args: "tuple[Any, ...]") -> None:
    """The audit event os.system (command): nobody ever says which process that makes, so it has to be looked for."""
    tell_call("os.system", Site(sys._getframe(1)))
    ring()


def posix_spawned(args: "tuple[Any, ...]") -> None:
    """The audit event os.posix_spawn (path, ...); subprocess uses it too, which is told as popen."""
    site = Site(sys._getframe(1))
    if "_execute_child" not in site.through:
        tell_call("posix_spawn", site)


def made_folder(args: "tuple[Any, ...]") -> None:
    """The audit event tempfile.mkdtemp (path): multiprocessing's folders outlive it when it is killed."""
    path = os.fsdecode(args[0])
    if os.path.basename(path).startswith("pymp-"):
        tell("tempdir", path=path)
