"""The target of a multiprocessing Process, told by the child that runs it: begun, ended, or never come to.

It hangs on what multiprocessing tells its own logger. This file must not know which calls are watched.
"""

import sys
from os import getpid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from procviz.probe.procviz_event_writer import now, quietly, tell, tell_lines, unexpected
    from procviz.probe.procviz_json_text import of_error
    from procviz.probe.procviz_life_steps import before_target, exit_began, forked_long_ago, state, status_of
    from procviz.probe.procviz_names import describe
    from procviz.probe.procviz_process_state import EXITING, FORKED, RUNNING, STARTING, process_state
    from procviz.probe.procviz_usage import fork_cheaply, used
    from procviz.probe.procviz_versions import NEEDS_RUN, ONLY_NUMBERS
    from procviz.probe.procviz_wrap import disguise, set_apart, unseen, wrap
else:
    from procviz_event_writer import now, quietly, tell, tell_lines, unexpected
    from procviz_json_text import of_error
    from procviz_life_steps import before_target, exit_began, forked_long_ago, state, status_of
    from procviz_names import describe
    from procviz_process_state import EXITING, FORKED, RUNNING, STARTING, process_state
    from procviz_usage import fork_cheaply, used
    from procviz_versions import NEEDS_RUN, ONLY_NUMBERS
    from procviz_wrap import disguise, set_apart, unseen, wrap


_exc_info = sys.exc_info
_BEGAN = (
    b"{'e':'forked','t':%d,'pid':%d}\n{'e':'child','t':%d,'pid':%d,'method':'fork',%b}\n"
    b"{'e':'target-began','t':%d,'pid':%d}\n"
)
_RETURNED = (
    b"{'e':'target-ended','t':%d,'pid':%d,'outcome':'returned','exitcode':0}\n"
    b"{'e':'exit-began','t':%d,'pid':%d,'cpu':%d,'peak':%d}\n"
)


def watch_util(util: "Any") -> None:
    """Listen to what multiprocessing tells its logger: when a target begins, and when it shuts down."""
    original = util.info
    stacked = "stacklevel" in repr(original.__code__.co_consts)

    def info(msg: str, *args: object) -> None:
        try:
            if msg == "child process calling self.run()":
                _began()
            elif msg == "process shutting down":
                _over(_exc_info()[1])
        except Exception as error:
            if unexpected(error):
                raise
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
    fork_cheaply()


def _began() -> None:
    pid, at, forked = getpid(), now(), process_state[FORKED]
    nested, process_state[RUNNING] = process_state[RUNNING], pid
    if forked and process_state[STARTING] and not before_target:  # the usual: see procviz_process_calls.py
        tell_lines(_BEGAN % (forked, pid, at, pid, process_state[STARTING], at, pid))
        process_state[FORKED], process_state[STARTING] = 0, b""
    else:
        _begin_at_length(at, bool(nested))
    if NEEDS_RUN:
        _watch_run(sys.modules["multiprocessing.process"].current_process())


def _begin_at_length(at: int, nested: bool) -> None:
    """`nested`: below another target."""
    forked_long_ago()
    process_state[STARTING] = b""
    process = sys.modules["multiprocessing.process"].current_process()
    method = "fork" if nested else (state.role if state.role in ("spawn", "forkserver") else "fork")
    name, daemon, target = describe(process)
    tell("child", at, name=name, daemon=daemon, target=target, method=method)
    for hook in before_target:
        hook(process)
    tell("target-began")


def _over(error: "BaseException | None") -> None:
    pid = getpid()
    if error is None and process_state[RUNNING] == pid:
        process_state[RUNNING], process_state[EXITING] = -pid, pid
        at, (cpu, peak) = now(), used()
        tell_lines(_RETURNED % (at, pid, at, pid, cpu, peak))
    else:
        _target_ended(error if error is not None and _is_of_target(error) else None)
        exit_began()


def _is_of_target(error: BaseException) -> bool:
    """Whether it came out of run(), or was handled already in the parent when that called start()."""
    place = error.__traceback__
    return place is not None and place.tb_frame.f_code.co_name == "_bootstrap"


def _watch_run(process: "Any") -> None:
    """Have its run() tell how it ended: whatever that is, it is in its place again when it is called."""
    own = process.__dict__
    before = {"run": own["run"]} if "run" in own else {}

    def run(*args: "Any", **kwargs: "Any") -> "Any":
        own.pop("run", None)
        own.update(before)
        try:
            value = process.run(*args, **kwargs)
        except BaseException as error:
            quietly(_target_ended, error)
            unseen(error)
            raise
        quietly(_target_ended, None)
        return value

    set_apart(run)
    own["run"] = run


def _target_ended(error: "BaseException | None") -> None:
    if process_state[RUNNING] != getpid():
        return
    process_state[RUNNING] = -process_state[RUNNING]
    if error is None:
        tell("target-ended", outcome="returned", exitcode=0)
    elif isinstance(error, SystemExit):
        tell("target-ended", outcome="sys-exit", exitcode=_status_of(error))
    else:
        tell("target-ended", outcome="exception", exitcode=1, **of_error(error))


def _status_of(error: SystemExit) -> int:
    """What multiprocessing makes of it; before Python 3.9 all that is no number was a failure."""
    if ONLY_NUMBERS:
        return status_of(error.args[0]) if error.args and isinstance(error.args[0], int) else 1
    return status_of(error.code)


def watch_spawn(spawn: "Any") -> None:
    """Watch how a fork server's child gets ready: that it failed while the program was imported is said nowhere else.

    Whatever it fails with, the fork server ends it with exit code 1.
    """
    wrap(spawn, "_main", lambda args, kwargs: state.role == "forkserver" or None, _got_ready)


def _got_ready(ticket: object, args: object, error: "BaseException | None") -> None:
    if isinstance(error, Exception) and not process_state[RUNNING]:
        tell("code-ended", outcome="exception", exitcode=1, **of_error(error))
