"""Who answers signals, and the ways to send one that the interpreter does not announce.

Loaded when the program imports `signal`. Sent signals are told as calls; this file must not know what comes of them.
"""

import sys
from _thread import get_ident
from types import MethodType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from procviz.probe.procviz_calls import Site, caller, failure, module_of, raising, tell_call
    from procviz.probe.procviz_event_writer import tell
    from procviz.probe.procviz_identity import content
    from procviz.probe.procviz_names import name_of_target
    from procviz.probe.procviz_process_state import HANDLED, process_state
    from procviz.probe.procviz_wrap import wrap
else:
    from procviz_calls import Site, caller, failure, module_of, raising, tell_call
    from procviz_event_writer import tell
    from procviz_identity import content
    from procviz_names import name_of_target
    from procviz_process_state import HANDLED, process_state
    from procviz_wrap import wrap


def watch_signals(module: "Any") -> None:
    """Watch signal.signal: what will answer a signal; and what sends signals in silence."""

    def after(ticket: object, args: "tuple[Any, ...]", error: "BaseException | None") -> None:
        process_state[HANDLED] = process_state[HANDLED] or (len(args) > 1 and not isinstance(args[1], int))
        frame = caller(sys._getframe(1))
        if error is None and args and not module_of(frame).startswith("multiprocessing."):
            handler = module.getsignal(args[0])
            words = {module.SIG_IGN: "ignore", module.SIG_DFL: "default"}
            name = words.get(handler) if isinstance(handler, int) else name_of_target(handler)
            if module_of(frame).startswith("asyncio."):
                name = "loop.add_signal_handler"  # what stands there does nothing: the loop looks by itself
            site = Site(frame)
            tell("deed", deed="handler", sig=int(args[0]), name=name, file=site.file, line=site.line)

    wrap(module, "signal", lambda args, kwargs: True, after)
    if hasattr(module, "pthread_kill"):
        _replace(module, "raise_signal", _announced(module.raise_signal, module.pthread_kill))
    if hasattr(module, "pidfd_send_signal"):
        wrap(module, "pidfd_send_signal", _sent_by_descriptor, _not_sent)
        _replace(module, "pidfd_send_signal", module.pidfd_send_signal)


def _replace(module: "Any", name: str, value: object) -> None:
    """In `_signal` too, where it comes from: pickle looks for it there."""
    setattr(module, name, value)
    setattr(sys.modules["_signal"], name, value)


class _ToThisThread:
    """What stands as `__call__`: pthread_kill with the thread that asks as its first argument."""

    def __init__(self, kill: "Callable[[int, int], None]") -> None:
        self._kill = kill

    def __get__(self, owner: object, kind: "type | None" = None) -> "Callable[[int], None]":
        raising.append(True)
        return MethodType(self._kill, get_ident())


def _announced(original: "Any", kill: "Callable[[int, int], None]") -> "Any":
    """What does as raise_signal does, and is announced: it is pthread_kill for the calling thread.

    Nothing of ours is on the stack when the signal comes, so a handler is given the frame that it has interrupted.
    """

    class Raise:
        __call__ = _ToThisThread(kill)

        @property
        def __signature__(self) -> object:
            import inspect  # whoever asks for it did so before

            return inspect.signature(original)

        def __repr__(self) -> str:
            return repr(original)

        def __reduce__(self) -> str:
            return str(original.__name__)

    stand_in = Raise()
    for name in ("__name__", "__qualname__", "__module__", "__doc__", "__text_signature__", "__self__"):
        setattr(stand_in, name, getattr(original, name))
    return stand_in


def _sent_by_descriptor(args: "tuple[Any, ...]", kwargs: "dict[str, Any]") -> "int | None":
    if len(args) < 2 or not args[1]:
        return None
    try:
        told = content("/proc/self/fdinfo/%d" % args[0]).splitlines()
        pid = next((int(line[4:]) for line in told if line.startswith(b"Pid:")), 0)
    except (OSError, TypeError):
        return None  # the program is about to hear of its mistake
    return tell_call("pidfd_send_signal", Site(sys._getframe(1)), tpid=pid, sig=int(args[1])) if pid > 0 else None


def _not_sent(number: int, args: "tuple[Any, ...]", error: "BaseException | None") -> None:
    if isinstance(error, OSError):
        tell("called", n=number, error=failure(error))
