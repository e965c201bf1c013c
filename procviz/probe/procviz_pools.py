"""Pools and executors: which task a worker is at, who waits for results, when a pool ends or breaks.

Told sparingly, as in `procviz_locks_and_queues`: tasks may be short and many.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from procviz.probe import procviz_life_steps as life
    from procviz.probe.procviz_calls import Site
    from procviz.probe.procviz_event_writer import Allowance, quietly
    from procviz.probe.procviz_locks_and_queues import tell_deed
    from procviz.probe.procviz_names import name_of_target
    from procviz.probe.procviz_wrap import disguise, unseen, wrap
else:
    import procviz_life_steps as life
    from procviz_calls import Site
    from procviz_event_writer import Allowance, quietly
    from procviz_locks_and_queues import tell_deed
    from procviz_names import name_of_target
    from procviz_wrap import disguise, unseen, wrap


class _Tasks:
    """The tasks of a worker: which one it is at."""

    def __init__(self, gives: "Any", takes: "Any") -> None:
        self._allowance = Allowance()
        self._told = False
        _hear(gives, "get", None, self._began)
        _hear(takes, "put", self._ended, None)

    def _began(self, task: "Any") -> None:
        self._told = task is not None and self._allowance.take()
        if self._told:
            tell_deed("task-began", name=_task_name(task))

    def _ended(self) -> None:
        if self._told:
            self._told = False
            tell_deed("task-ended")


def _hear(owner: "Any", name: str, before: "Callable[[], None] | None", after: "Callable[[Any], None] | None") -> None:
    original = getattr(owner, name)

    def wrapper(*args: "Any", **kwargs: "Any") -> "Any":
        try:
            if before is not None:
                quietly(before)
            value = original(*args, **kwargs)
        except BaseException as error:
            unseen(error)
            raise
        if after is not None:
            quietly(after, value)
        return value

    disguise(wrapper, original)
    setattr(owner, name, wrapper)


def _task_name(task: "Any") -> "str | None":
    """The function that a task calls: of a Pool's task (job, i, function, args, kwargs), of an executor's `fn`."""
    function, arguments = (task[2], task[3]) if isinstance(task, tuple) else (task.fn, task.args)
    many = getattr(function, "__name__", "") in ("mapstar", "starmapstar")
    if many and arguments and isinstance(arguments[0], tuple):
        function = arguments[0][0]
    while type(function).__module__ == "functools" and hasattr(function, "func"):
        chunk = function.func.__name__ == "_process_chunk" and function.args
        function = function.args[0] if chunk else function.func
    return name_of_target(function)


def _watch_worker(process: "Any") -> None:
    """The target of a Process is about to begin: it may be a worker of a pool."""
    own = process.__dict__
    target, arguments = own.get("_target"), own.get("_args", ())
    where = getattr(target, "__module__", None), getattr(target, "__name__", None)
    if where in (("multiprocessing.pool", "worker"), ("concurrent.futures.process", "_process_worker")):
        _Tasks(arguments[0], arguments[1])


def watch_pool(module: "Any") -> None:
    """Watch Pool: its workers' tasks, waits for results, its end."""
    _watch_workers()
    allowance = Allowance()

    def waits(args: "tuple[Any, ...]", kwargs: "dict[str, Any]") -> "bool | None":
        if args[0].ready() or not allowance.take():
            return None
        tell_deed("result-wait", site=Site(sys._getframe(1)))
        return True

    def came(ticket: object, args: "tuple[Any, ...]", error: "BaseException | None") -> None:
        tell_deed("result-got" if error is None and args[0].ready() else "result-gave-up")

    wrap(module.ApplyResult, "wait", waits, came)
    wrap(
        module.Pool, "_terminate_pool", lambda args, kwargs: tell_deed("pool-ending"), lambda ticket, args, error: None
    )
    module.Pool._terminate_pool = staticmethod(module.Pool._terminate_pool)


def watch_executor(module: "Any") -> None:
    """Watch ProcessPoolExecutor: its workers' tasks, and its finding one of them dead."""
    _watch_workers()
    manager = getattr(module, "_ExecutorManagerThread", None)
    if hasattr(manager, "terminate_broken"):
        wrap(manager, "terminate_broken", lambda a, k: tell_deed("executor-broken"), lambda ticket, args, error: None)


def _watch_workers() -> None:
    if _watch_worker not in life.before_target:
        life.before_target.append(_watch_worker)
