"""What processes hold and wait for: locks, and room in a queue.

Told sparingly: a lock may be taken a million times a second. So every source of such facts has an allowance, and a
wait is only told when it has some length. Who tells of a begin tells of its end too, whatever the allowance says.
"""

import os
import sys
from itertools import count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from procviz.probe.procviz_calls import Site
    from procviz.probe.procviz_event_writer import Allowance, now, quietly, tell
    from procviz.probe.procviz_wrap import disguise, set_apart, unseen, wrap
else:
    from procviz_calls import Site
    from procviz_event_writer import Allowance, now, quietly, tell
    from procviz_wrap import disguise, set_apart, unseen, wrap

_OF_A_QUEUE = ("multiprocessing.queues", "multiprocessing.pool")
_SHORT_S = 0.02  # a wait for a lock that is over by then is nothing to tell of

_numbers = count(1)
_forks = [0]  # how many forks lie between the first process and this one


def tell_deed(deed: str, at: "int | None" = None, site: "Site | None" = None, **fields: object) -> None:
    """Tell of a deed, with the place in the program where that is known."""
    if site is not None:
        fields.update(file=site.file, line=site.line)
    tell("deed", at, deed=deed, **fields)


def _forked() -> None:
    _forks[0] += 1


# ------------------------------------------------------------------------------------------- locks


class _Lock:
    """What this process knows of one Lock or RLock."""

    __slots__ = ("_allowance", "_forks", "depth", "give", "recursive", "take", "thing", "told")

    def __init__(self, lock: "Any", recursive: bool) -> None:
        semaphore = lock._semlock
        name = getattr(semaphore, "name", None)
        # Numbered, for a lock made later may have the handle of one that is gone.
        self.thing = name or "%x-%d-%d" % (semaphore.handle, os.getpid(), next(_numbers))
        self.take = semaphore.acquire
        self.give = semaphore.release
        self.recursive = recursive
        self.depth = 0  # how often this process has it
        self.told = False  # that it has
        self._forks = _forks[0]
        self._allowance: "Allowance | None" = None

    def _may_tell(self) -> bool:
        if self._allowance is None:  # those of a queue are taken with every item, and are no news
            frame: "FrameType | None" = sys._getframe(2)
            while frame is not None and str(frame.f_globals.get("__name__")).startswith("procviz_"):
                frame = frame.f_back
            inner = frame is not None and frame.f_globals.get("__name__") in _OF_A_QUEUE
            self._allowance = Allowance(3, 200_000_000) if inner else Allowance()
        return self._allowance.take()

    def taken(self) -> None:
        """It is ours now."""
        if self._forks != _forks[0]:
            self._forks, self.depth = _forks[0], 0
        if self.recursive and self.depth:
            self.depth += 1
            return
        self.depth = 1
        self.told = self._may_tell()
        if self.told:
            tell_deed("lock-taken", thing=self.thing, site=Site(sys._getframe(1)))

    def giving(self) -> None:
        """It is about to be given back; by a process that did not take it, where it is a plain Lock."""
        if self.depth > 1:
            self.depth -= 1
            return
        if self.told if self.depth else (not self.recursive and self._may_tell()):
            tell_deed("lock-given", thing=self.thing)
        self.depth, self.told = 0, False

    def waits(self, began: int) -> bool:
        """It is held by somebody else, since `began` at the latest. Returns whether that was told."""
        if not self._may_tell():
            return False
        tell_deed("lock-wait", began, Site(sys._getframe(1)), thing=self.thing)
        return True

    def waited(self, got: bool) -> None:
        """The wait that was told is over."""
        tell_deed("lock-got" if got else "lock-gave-up", thing=self.thing)


class _Acquire:
    """Stands for the `acquire` of one lock."""

    __slots__ = ("_lock",)

    def __init__(self, lock: _Lock) -> None:
        self._lock = lock

    def __call__(self, *args: "Any", **kwargs: "Any") -> "Any":
        lock, told, got = self._lock, False, False
        try:
            timeout = _patience(args, kwargs) if args or kwargs else None
            if timeout is not None and timeout <= _SHORT_S:
                got = lock.take(*args, **kwargs)
            elif not (got := lock.take(False)):
                began = now()
                got = lock.take(True, _SHORT_S)
                if not got:
                    told = bool(quietly(lock.waits, began))
                    got = lock.take(True, None if timeout is None else timeout - _SHORT_S)
        except BaseException as error:
            if told:
                quietly(lock.waited, False)
            unseen(error)
            raise
        if told:
            quietly(lock.waited, got)
        if got:
            quietly(lock.taken)
        return got


class _Release:
    """Stands for the `release` of one lock."""

    __slots__ = ("_lock",)

    def __init__(self, lock: _Lock) -> None:
        self._lock = lock

    def __call__(self, *args: "Any", **kwargs: "Any") -> "Any":
        try:
            quietly(self._lock.giving)
            return self._lock.give(*args, **kwargs)
        except BaseException as error:
            unseen(error)
            raise


set_apart(_Acquire.__call__)
set_apart(_Release.__call__)


def _patience(args: "tuple[Any, ...]", kwargs: "dict[str, Any]") -> "float | None":
    """The timeout of an acquire(block=True, timeout=None); 0 for one that we had better leave as it is."""
    block = args[0] if args else kwargs.get("block", True)
    timeout = args[1] if len(args) > 1 else kwargs.get("timeout")
    odd = len(args) > 2 or not kwargs.keys() <= {"block", "timeout"} or (args and "block" in kwargs)
    if odd or block is not True or type(timeout) not in (int, float, type(None)):
        return 0.0
    return None if timeout is None else float(timeout)


def watch_locks(module: "Any") -> None:
    """Watch every Lock and RLock that is made, or comes from another process, from now on."""
    base, recursive, kinds = module.SemLock, module.RLock, (module.Lock, module.RLock)

    def made(ticket: object, args: "tuple[Any, ...]", error: "BaseException | None") -> None:
        if error is None and isinstance(args[0], kinds):
            lock = _Lock(args[0], isinstance(args[0], recursive))
            args[0].acquire, args[0].release = _Acquire(lock), _Release(lock)

    wrap(base, "_make_methods", lambda args, kwargs: True, made)
    enter, leave = base.__enter__, base.__exit__

    def enter_watched(self: "Any") -> "Any":
        own = self.__dict__.get("acquire")
        try:
            return own() if type(own) is _Acquire else enter(self)
        except BaseException as error:
            unseen(error)
            raise

    def leave_watched(self: "Any", *args: "Any") -> "Any":
        own = self.__dict__.get("release")
        try:
            return own() if type(own) is _Release else leave(self, *args)
        except BaseException as error:
            unseen(error)
            raise

    for wrapper, original in ((enter_watched, enter), (leave_watched, leave)):
        disguise(wrapper, original)
        setattr(base, original.__name__, wrapper)


# ------------------------------------------------------------------------------------------- queues


def watch_queues(module: "Any") -> None:
    """Watch the wait for what was put into a queue to go out, at exit or in join_thread()."""

    def before(args: "tuple[Any, ...]", kwargs: "dict[str, Any]") -> "str | None":
        thread = args[0]()
        if thread is None or not thread.is_alive():
            return None
        queue = str(next(_numbers))
        tell_deed("flush-began", thing=queue)
        return queue

    wrap(module.Queue, "_finalize_join", before, lambda queue, args, error: tell_deed("flush-ended", thing=queue))
    module.Queue._finalize_join = staticmethod(module.Queue._finalize_join)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
