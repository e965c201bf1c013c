"""The calls by which a program starts, awaits and ends processes, each with the line of the program that made it.

Methods of Process and Popen are wrapped; what the interpreter announces by itself (audit events) is only listened to.
This file must not know the steps of the process that it runs in.
"""

import os
import sys
from _thread import get_ident
from itertools import count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

    from procviz.probe.procviz_event_writer import kept, now, quietly, ring, tell, tell_soon
    from procviz.probe.procviz_json_text import plain, plain_text
    from procviz.probe.procviz_process_state import EXITING, MAIN, UNENDED, process_state
    from procviz.probe.procviz_usage import used
    from procviz.probe.procviz_wrap import disguise, unseen, wrap
else:
    from procviz_event_writer import kept, now, quietly, ring, tell, tell_soon
    from procviz_json_text import plain, plain_text
    from procviz_process_state import EXITING, MAIN, UNENDED, process_state
    from procviz_usage import used
    from procviz_wrap import disguise, unseen, wrap

# Frames of these are not where the program called from, but what its call went through.
_MACHINERY = frozenset(("multiprocessing", "subprocess", "concurrent", "threading", "asyncio", "os", "runpy"))
_REAPED = b"{'e':'reaped','t':%d,'pid':%d,'tpid':%d,'exitcode':%d,'via':%a}\n"
_REAPERS = frozenset(
    ("start", "active_children", "join", "is_alive", "exitcode", "wait", "communicate", "poll", "terminate", "kill")
)
# Functions of the standard library that look for children by themselves, whatever the program has called.
_BY_LIBRARY = {
    "__del__": "del",
    "_join_exited_workers": "pool",
    "_terminate_pool": "pool",
    "join_executor_internals": "executor",
    "_process_exited": "asyncio",
    "_do_waitpid": "asyncio",
}
CALLER = 2  # frames from what is called ahead of a wrapped call to who makes it

_SHELL = 10  # which argument of Popen._execute_child says that a shell is to run the command

telling: "list[Any]" = []  # code of the calls of which more is told as soon as they are over
places: "dict[str, str]" = {}  # files of the program, by the name that code from there has for them
raising: "list[bool]" = []  # not empty: signal.raise_signal is about to be called
numbers = count(1)
_getpid = os.getpid
_list_folder, _getpgid = kept(os.listdir), getattr(os, "getpgid", None)
_MOST_MEMBERS = 200  # of a group, that fit on a line
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
                if plain(b"%a" % self.file):
                    places[file] = self.file
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


def tell_call(call: str, site: Site, at: "int | None" = None, /, **fields: object) -> int:
    number = next(numbers)
    tell("call", at, n=number, call=call, implicit=site.implicit, file=site.file, line=site.line, **fields)
    return number


def seconds(timeout: object) -> "float | None":
    try:
        return float(timeout) if isinstance(timeout, (int, float)) else None
    except OverflowError:
        return None


def failure(error: "BaseException | None") -> "str | None":
    return None if error is None else "%s: %s" % (type(error).__name__, plain_text(error))


# ------------------------------------------------------------------------------------------- reaping


class _Returncode:
    """A Popen's attribute `returncode`: set when the process learns that its child is gone.

    There is no __get__, so that reading it stays the plain look into the object that it is without the probe.
    """

    def __set__(self, popen: "Any", value: "Any") -> None:
        own = popen.__dict__
        known = own.get("returncode")
        own["returncode"] = value
        if value is not None and known is None:
            quietly(_reaped, own.get("pid"), value, sys._getframe(1).f_back)

    def __delete__(self, popen: "Any") -> None:
        try:
            del popen.__dict__["returncode"]
        except KeyError:
            raise AttributeError("returncode") from None


def watch_returncode(module: "Any") -> None:
    """Watch the end of the children of a module that has a class Popen."""
    module.Popen.returncode = _Returncode()


def watch_poll(module: "Any") -> None:
    """The same by a method that all ways lead through: cheaper, for whoever starts a Process polls all others.

    Before Python 3.11 it would be a second frame of ours in a traceback.
    """
    original = module.Popen.poll

    def poll(popen: "Any", *args: "Any", **kwargs: "Any") -> "Any":
        known = popen.returncode
        try:
            code = original(popen, *args, **kwargs)
        except BaseException as error:
            unseen(error)
            raise
        if code is not None and known is None:
            quietly(_reaped, popen.pid, code, sys._getframe(1))
        return code

    disguise(poll, original)
    module.Popen.poll = poll


def _reaped(child: "int | None", code: object, frame: "FrameType | None") -> None:
    """A child was found gone by what `frame` has called."""
    if type(code) is not int or frame is None:
        return
    step = frame.f_back  # wait() is called by join(), _cleanup() by start()
    explicit = child and not process_state[EXITING] and get_ident() == process_state[MAIN]
    if explicit and step is not None and step.f_code in telling:
        tell_soon(_REAPED % (now(), _getpid(), child, code, step.f_code.co_name))
    else:
        tell("reaped", tpid=child, exitcode=code, via=_via(Site(frame)))


def _via(site: Site) -> "str | None":
    """What found the child gone: something of the library's own, or else the outermost call that is known for it."""
    if site.implicit:
        return "exit"
    inner = next((_BY_LIBRARY[step] for step in site.through if step in _BY_LIBRARY), None)
    if inner is None and site.through[-2:] == ("_cleanup", "__init__"):
        return "popen"  # of subprocess, which first looks after those that were thrown away
    return inner or next((step for step in reversed(site.through) if step in _REAPERS), None)


# ------------------------------------------------------------------------------------------- subprocess


def watch_subprocess(module: "Any") -> None:
    """Watch subprocess.Popen: children that are made, awaited and gone."""
    watch_returncode(module)
    wrap(module.Popen, "_execute_child", _making, _made)
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
        timeout = seconds(args[position + 1] if len(args) > position + 1 else kwargs.get("timeout"))
        return tell_call("communicate" if position else "wait", site, tpid=own.get("pid"), timeout=timeout)

    return before


def _making(args: "tuple[Any, ...]", kwargs: "dict[str, Any]") -> int:
    return tell_call(
        "popen", Site(sys._getframe(1)), argv=_command(*args[1:2], shell=len(args) > _SHELL and args[_SHELL])
    )


def _command(given: object = None, *, shell: object) -> "list[str] | None":
    """The command that Popen is about to run, which may be over before anybody can ask for it."""
    parts: "list[Any]" = list(given) if isinstance(given, (list, tuple)) else [given]
    if not all(type(part) in (str, bytes) for part in parts):
        return None  # to find out would run code of the program
    return ["/bin/sh", "-c"][: 2 if shell and os.name == "posix" else 0] + [os.fsdecode(part) for part in parts]


def _made(number: int, args: "tuple[Any, ...]", error: "BaseException | None") -> None:
    tell("called", n=number, tpid=args[0].__dict__.get("pid"), error=failure(error))


def _waited(number: int, args: "tuple[Any, ...]", error: "BaseException | None") -> None:
    own = args[0].__dict__
    tell("called", n=number, tpid=own.get("pid"), result=own.get("returncode"), error=failure(error))


# ------------------------------------------------------------------------------------------- os


def watch_os_exit() -> None:
    """Watch os._exit, which ends a process with nothing else to see; multiprocessing's own use of it is no news."""
    original = os._exit

    def _exit(*args: "Any", **kwargs: "Any") -> None:
        if process_state[EXITING] != -_getpid():
            quietly(_leaving, args, kwargs)
        try:
            original(*args, **kwargs)
        except BaseException as error:
            unseen(error)
            raise

    disguise(_exit, original)
    os._exit = _exit  # type: ignore[assignment]
    sys.modules[os._exit.__module__]._exit = os._exit  # type: ignore[attr-defined]  # pickle looks for it there


def _leaving(args: "tuple[Any, ...]", kwargs: "dict[str, Any]") -> None:
    frame = sys._getframe(CALLER + 1)
    if not module_of(frame).startswith("multiprocessing."):
        status = args[0] if args else kwargs.get("status")
        if process_state[UNENDED] is not None:
            process_state[UNENDED]()
        cpu, peak = used()
        exitcode = status & 0xFF if isinstance(status, int) else None
        tell_call("os._exit", Site(frame), exitcode=exitcode, cpu=cpu, peak=peak)


def killed(args: "tuple[Any, ...]") -> None:
    """The audit event os.kill (pid, signal)."""
    site = Site(sys._getframe(1))
    if site.wrappers or not args[1]:
        return  # told as terminate() or kill(); or signal 0, which is only a question
    name = next((step for step in site.through if step in ("terminate", "kill")), "os.kill")
    tell_call(name, site, tpid=args[0], sig=args[1], group=members(-args[0]) if args[0] <= 0 else None)


def terminated(args: "tuple[Any, ...]") -> None:
    """The audit event _winapi.TerminateProcess (handle, exit code), by which Windows ends processes.

    Which process that is only the Popen knows that calls it. A Process's own terminate() and kill() are told already.
    """
    frame = caller(sys._getframe(1))
    owner = None if frame is None else frame.f_locals.get("self")
    pid = getattr(owner, "__dict__", {}).get("pid")  # a property would be code of the program
    site = Site(sys._getframe(1))
    if site.wrappers or type(pid) is not int:
        return
    name = "kill" if "kill" in site.through else "terminate"
    tell_call(name, site, tpid=pid, exitcode=args[1])


def killed_group(args: "tuple[Any, ...]") -> None:
    """The audit event os.killpg (group, signal)."""
    if args[1]:
        tell_call("os.killpg", Site(sys._getframe(1)), tpid=args[0], sig=args[1], group=members(args[0]))


def members(group: int) -> "list[int] | None":
    """The processes of a group (0: of the own one) at this moment; None where the system does not list them.

    Asked just before a signal to them is sent, for most are gone just after it. No list is better than half of one.
    """
    try:
        group = group or _own_group()
        known = [int(name) for name in _list_folder("/proc") if name.isdigit()]
    except (OSError, AttributeError):
        return None  # another system than Linux
    found = [pid for pid in known if _group_of(pid) == group]
    return found if len(found) <= _MOST_MEMBERS else None


def _own_group() -> int:
    return _getpgid(0) if _getpgid is not None else 0


def _group_of(pid: int) -> int:
    try:
        return int(_getpgid(pid)) if _getpgid is not None else 0
    except OSError:
        return 0  # it has gone meanwhile


def killed_thread(args: "tuple[Any, ...]") -> None:
    """The audit event signal.pthread_kill (thread, signal), whose threads are of this process."""
    name = "raise_signal" if raising else "pthread_kill"
    del raising[:]
    if args[1]:
        tell_call(name, Site(sys._getframe(1)), tpid=_getpid(), sig=args[1])


def executed(args: "tuple[Any, ...]") -> None:
    """The audit event os.exec (path, ...): os.execvp asks for every folder of PATH in turn."""
    if type(args[0]) is int or os.access(args[0], os.X_OK):
        cpu, peak = used()  # the next program's peak begins anew
        tell_call("exec", Site(sys._getframe(1)), cpu=cpu, peak=peak)


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
