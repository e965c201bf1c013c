"""The target of a multiprocessing Process, told by the child that runs it: begun, ended, or never come to.

It hangs on what multiprocessing tells its own logger. This file must not know which calls are watched.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from procviz.probe.procviz_life import exit_began, state, status_of
    from procviz.probe.procviz_names import describe
    from procviz.probe.procviz_tell import of_error, quietly, tell
    from procviz.probe.procviz_wrap import disguise, wrap
else:
    from procviz_life import exit_began, state, status_of
    from procviz_names import describe
    from procviz_tell import of_error, quietly, tell
    from procviz_wrap import disguise, wrap


def watch_util(util: "Any") -> None:
    """Listen to what multiprocessing tells its logger: when a target begins, and when it shuts down."""
    original = util.info
    stacked = "stacklevel" in repr(original.__code__.co_consts)

    def info(msg: str, *args: object) -> None:
        quietly(_listen, msg)
        if not util._logger:
            return
        if stacked:  # the log names the caller's line: a wrapper in between would be named instead
            util._logger.log(util.INFO, msg, *args, stacklevel=2)
        else:
            original(msg, *args)

    disguise(info, original)
    util.info = info
    defaults = util._exit_function.__defaults__
    util._exit_function.__defaults__ = tuple(info if default is original else default for default in defaults)


def _listen(message: str) -> None:
    if message == "child process calling self.run()":
        _target_began()
    elif message == "process shutting down":
        if state.in_target:
            error = sys.exc_info()[1]
            _target_ended(None if id(error) == state.handled_before else error)
        exit_began()


def _target_began() -> None:
    from multiprocessing import process as processes

    process = processes.current_process()
    method = "fork" if state.in_target else (state.role if state.role in ("spawn", "forkserver") else "fork")
    tell("child", **describe(process), method=method)
    state.in_target = True
    state.handled_before = id(sys.exc_info()[1])
    if sys.version_info >= (3, 13):  # there the first handler of the exit runs too late to know how run() ended
        wrap(process, "run", lambda args, kwargs: process.__dict__.pop("run", True), _ran)
    for hook in state.before_target:
        hook(process)
    tell("target-began")


def _ran(ticket: object, args: object, error: "BaseException | None") -> None:
    _target_ended(error)


def _target_ended(error: "BaseException | None") -> None:
    if state.target_told:
        return
    state.target_told = True
    if error is None:
        tell("target-ended", outcome="returned", exitcode=0)
    elif isinstance(error, SystemExit):
        told = error.args if sys.version_info < (3, 9) else (error.code,)
        tell("target-ended", outcome="sys-exit", exitcode=status_of(*told) if told else 1)
    else:
        tell("target-ended", outcome="exception", exitcode=1, **of_error(error))


def watch_spawn(spawn: "Any") -> None:
    """Watch how a fork server's child gets ready: that it failed while the program was imported is said nowhere else.

    Whatever it fails with, the fork server ends it with exit code 1.
    """
    wrap(spawn, "_main", lambda args, kwargs: state.role == "forkserver" or None, _got_ready)


def _got_ready(ticket: object, args: object, error: "BaseException | None") -> None:
    if isinstance(error, Exception) and not state.in_target:
        tell("code-ended", outcome="exception", exitcode=1, **of_error(error))
