"""The steps of a process's life, told from inside it: up, forked, target began and ended, code ended, exit began.

Each step hangs on something that the interpreter or multiprocessing does at that moment anyway. This file must not
know which calls are watched, nor cause the import of anything: what it hooks is handed to it once it is imported.
"""

import os
import sys
from _thread import get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

    from procviz.probe.procviz_event_writer import (
        births_are_known,
        note_fork,
        now,
        quietly,
        ring,
        tell,
        watched_from_outside,
    )
    from procviz.probe.procviz_identity import born_by, command_line, unsaid_child
    from procviz.probe.procviz_json_text import of_error
    from procviz.probe.procviz_process_state import (
        EXITING,
        FORKED,
        MAIN,
        MORE,
        RUNNING,
        STARTING,
        UNHEARD,
        process_state,
    )
    from procviz.probe.procviz_usage import used
    from procviz.probe.procviz_versions import WATCHES_MAIN
    from procviz.probe.procviz_wrap import disguise, unseen, wrap
else:
    from procviz_event_writer import births_are_known, note_fork, now, quietly, ring, tell, watched_from_outside
    from procviz_identity import born_by, command_line, unsaid_child
    from procviz_json_text import of_error
    from procviz_process_state import EXITING, FORKED, MAIN, MORE, RUNNING, STARTING, UNHEARD, process_state
    from procviz_usage import used
    from procviz_versions import WATCHES_MAIN
    from procviz_wrap import disguise, unseen, wrap

_HELPERS = ("forkserver", "resource-tracker")
_BEFORE = "import sys; "  # what a fork server's command begins with from 3.14 on
_ROLES = (
    ("from multiprocessing.spawn import", "spawn"),
    ("from multiprocessing.forkserver import", "forkserver"),
    ("from multiprocessing.resource_tracker import", "resource-tracker"),
)
_getpid = os.getpid
_USUAL_NS = 400_000  # from before a fork to the child's first word, without the time that the child ran
_STATUS_BITS = 0xFF if os.name == "posix" else 0xFFFFFFFF

_TOOLS = (4, 3)  # of sys.monitoring: the two that stand for no kind of tool

heard: "dict[str, Callable[[tuple[Any, ...]], None]]" = {}  # audit events that are listened to for a while
before_target: "list[Callable[[Any], None]]" = []  # called with the Process whose target is about to begin


class _State:
    """What this process knows of itself."""

    role = ""
    from_file = True  # the main script is a file, not -c
    code_told = 0  # pid of who told of the end of the main script's code
    fork_began = 0
    forker = 0  # pid of who forked: a child's getppid() may be its adopter's already
    status: "tuple[int, int] | None" = None  # with what sys.exit() was to end which process when it was called last
    watched = False  # whether `returned` will be set when the main script's last line is done
    returned = False


state = _State()


def hello() -> None:
    """Tell that an interpreter is up."""
    argv = command_line()
    state.role = _role(argv)
    state.from_file = getattr(sys, "argv", [""])[:1] != ["-c"]
    version = "%d.%d.%d" % sys.version_info[:3]
    tell("hello", ppid=os.getppid(), version=version, argv=argv, exe=sys.executable, role=state.role, born=born_by(0))
    ring()


def _role(argv: "list[str]") -> str:
    if argv[1:2] == ["--multiprocessing-fork"]:
        return "spawn"
    code = argv[argv.index("-c") + 1 :][:1] if "-c" in argv else []
    whole = code[0] if code else ""
    command = whole[len(_BEFORE) :] if whole.startswith(_BEFORE) else whole
    return next((role for start, role in _ROLES if command.startswith(start)), "")


def watch_forks() -> None:
    """Have every child that is made by a fork tell so first of all, and its parent say how long the fork took.

    The parent says nothing where the kernel does: what runs in it right after a fork is what slows a program most.
    """
    if not hasattr(os, "register_at_fork"):
        return
    if births_are_known:
        os.register_at_fork(after_in_child=_forked_as_known)
    else:
        os.register_at_fork(before=_before_fork, after_in_parent=_fork_over, after_in_child=_forked)


def _before_fork() -> None:
    state.forker = os.getpid()
    state.fork_began = now()


def _fork_over() -> None:
    ended = now()
    child = unsaid_child(sys._getframe(1)) if watched_from_outside else 0
    note_fork(state.fork_began, ended, child)
    if child:
        ring(child)
    if child or state.role == "forkserver":
        tell("forks")  # it may have nothing else to say for long


def _forked() -> None:
    at = now()
    process_state[MAIN], process_state[MORE], process_state[STARTING] = get_ident(), False, b""
    if process_state[UNHEARD] is not None:
        process_state[UNHEARD]()
    tell("forked", at, ppid=state.forker, t0=state.fork_began, born=born_by(state.fork_began + _USUAL_NS))
    ring()


def _forked_as_known() -> None:
    """The same where the kernel has told of the birth: there is no haste where more is to come in a moment."""
    process_state[FORKED] = now()
    process_state[MORE] = False
    if process_state[UNHEARD] is not None:
        process_state[UNHEARD]()
    thread = get_ident()
    # Another thread may fork while the main one is about to.
    if not process_state[STARTING] or thread != process_state[MAIN]:
        process_state[MAIN], process_state[STARTING] = thread, b""
        forked_long_ago()


def forked_long_ago() -> None:
    """Tell that this process was forked, if that was put off."""
    at, process_state[FORKED] = process_state[FORKED], 0
    if at:
        tell("forked", at)


def status_of(status: object = None) -> int:
    """The exit code that a process ends with after sys.exit(status)."""
    if status is None:
        return 0
    return status & _STATUS_BITS if isinstance(status, int) else 1


# ------------------------------------------------------------------------------------------- the end of the code


def watch_threading(threading: "Any") -> None:
    """The interpreter calls threading._shutdown first when the main script's code has ended.

    A child of multiprocessing does so last of all, and has told by then.
    """
    original = threading._shutdown

    def _shutdown(*args: "Any", **kwargs: "Any") -> "Any":
        pid = _getpid()
        told = process_state[EXITING] == pid
        try:
            if not told:
                quietly(_code_over)
            value = original(*args, **kwargs)
        except BaseException as error:
            if not told:
                quietly(exit_began)
            unseen(error)
            raise
        if told:
            process_state[EXITING] = -pid
        else:
            quietly(exit_began)
        return value

    disguise(_shutdown, original)
    threading._shutdown = _shutdown


def watch_atexit(atexit: "Any") -> "Any":
    """Where threading is never imported, be the handler that runs first. Returns what undoes it."""
    register = atexit.register

    def first() -> None:
        _code_over()
        exit_began()

    def stay_first(ticket: object, args: object, error: "BaseException | None") -> None:
        if error is None:
            register(first)

    def undo() -> None:
        if getattr(atexit.register, "__wrapped__", None) is register:
            atexit.register = register

    register(first)
    wrap(atexit, "register", lambda args, kwargs: True, stay_first)
    return undo


def watch_runpy(runpy: "Any") -> None:
    """`python -m` runs the main script in there: how it ends is seen exactly."""
    wrap(runpy, "_run_module_as_main", lambda args, kwargs: True, lambda ticket, args, error: _main_ended(error))


def watch_main() -> None:
    """Have the main script's code say that it came to its end: from 3.14 on, nothing is left that tells so later.

    Only for that one code, and only when it returns, so it costs the program nothing.
    """
    if WATCHES_MAIN:
        heard["exec"] = _code_begins


def _code_begins(args: "tuple[Any, ...]") -> None:
    """The audit event exec (code): what has no Python below it is run by the interpreter itself."""
    frame: "FrameType | None" = sys._getframe(1)
    while frame is not None and str(frame.f_globals.get("__name__")).startswith("procviz_"):
        frame = frame.f_back
    if frame is not None or getattr(args[0], "co_name", "") != "<module>":
        return
    del heard["exec"]
    monitoring: "Any" = sys.monitoring  # type: ignore[attr-defined]
    tool = next((number for number in _TOOLS if monitoring.get_tool(number) is None), None)
    if tool is None or hasattr(sys, "ps1") or args[0].co_filename == "<stdin>":
        return
    monitoring.use_tool_id(tool, "procviz")
    monitoring.register_callback(tool, monitoring.events.PY_RETURN, _main_returned)
    monitoring.set_local_events(tool, args[0], monitoring.events.PY_RETURN)
    state.watched = True


def _main_returned(*_: object) -> None:
    state.returned = True


def watch_sys_exit() -> None:
    """Note what sys.exit is called with, for the exception that carries it is gone when the code has ended."""
    wrap(sys, "exit", _note_status, lambda ticket, args, error: None)


def _note_status(args: "tuple[Any, ...]", kwargs: "dict[str, Any]") -> None:
    state.status = (_getpid(), status_of(*args[:1]))


def uncaught(args: "tuple[Any, ...]") -> None:
    """An exception is about to be shown (the audit event sys.excepthook): the main script's, if nothing else runs."""
    frame: "FrameType | None" = sys._getframe(1)
    while frame is not None and str(frame.f_globals.get("__name__")).startswith("procviz_"):
        frame = frame.f_back
    if frame is None and isinstance(args[2], BaseException) and not hasattr(sys, "ps1"):
        _main_ended(args[2])


def _main_ended(error: "BaseException | None") -> None:
    if state.code_told == os.getpid() or process_state[RUNNING] or state.role in _HELPERS:
        return
    state.code_told = os.getpid()
    if error is None:
        tell("code-ended", outcome="returned", exitcode=0)
    elif isinstance(error, SystemExit):
        tell("code-ended", outcome="sys-exit", exitcode=status_of(error.code))
    else:
        interrupted = isinstance(error, KeyboardInterrupt) and os.name == "posix"
        tell("code-ended", outcome="exception", exitcode=-2 if interrupted else 1, **of_error(error))


def _code_over() -> None:
    if not (state.code_told == os.getpid() or process_state[RUNNING] or state.role):
        state.code_told = os.getpid()
        outcome, status = _how_main_ended()
        tell("code-ended", outcome=outcome, exitcode=status)


def _how_main_ended() -> "tuple[str | None, int | None]":
    status = state.status[1] if state.status is not None and state.status[0] == _getpid() else None
    if state.watched:
        return ("returned", 0) if state.returned else ("sys-exit", status)
    # When a file's last line is done the interpreter takes __file__ out of __main__; after a SystemExit it does not.
    main = sys.modules.get("__main__", sys)
    from_file = state.from_file and getattr(main, "__spec__", None) is None
    if from_file and "__file__" not in vars(main):
        return "returned", 0
    return ("sys-exit", status) if from_file or status is not None else (None, None)


def exit_began() -> None:
    """Tell, once, that the exit handlers begin."""
    if abs(process_state[EXITING]) == _getpid() or (state.role in _HELPERS and not process_state[RUNNING]):
        return
    process_state[EXITING] = _getpid()
    forked_long_ago()
    cpu, peak = used()
    tell("exit-began", cpu=cpu, peak=peak)
