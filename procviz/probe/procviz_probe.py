"""The probe: what procviz loads into every Python process of a watched program to have it tell of its life.

It says hello, then leaves a look-out for the few modules of the standard library by which processes are made, and
hooks each when the program imports it, never earlier. Nothing in here may block, raise into the program, reap its
children, start a thread, or keep a descriptor.
"""

import atexit
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from procviz.probe import procviz_calls as calls
    from procviz.probe import procviz_held_text as held_text
    from procviz.probe import procviz_life_steps as life
    from procviz.probe import procviz_process_calls as process
    from procviz.probe import procviz_spawn_calls as spawn_calls
    from procviz.probe import procviz_target as target
    from procviz.probe.procviz_event_writer import births_are_known, quietly
    from procviz.probe.procviz_process_state import UNENDED, process_state
    from procviz.probe.procviz_versions import WATCHES_POLL
    from procviz.probe.procviz_wrap import set_apart, unseen
else:
    import procviz_calls as calls
    import procviz_held_text as held_text
    import procviz_life_steps as life
    import procviz_process_calls as process
    import procviz_spawn_calls as spawn_calls
    import procviz_target as target
    from procviz_event_writer import births_are_known, quietly
    from procviz_process_state import UNENDED, process_state
    from procviz_versions import WATCHES_POLL
    from procviz_wrap import set_apart, unseen

_LOADER: "Any" = __spec__.loader
_AUDITED: "dict[str, Callable[[tuple[Any, ...]], None]]" = {
    "os.kill": calls.killed,
    "os.killpg": calls.killed_group,
    "_winapi.TerminateProcess": calls.terminated,
    "signal.pthread_kill": calls.killed_thread,
    "os.exec": calls.executed,
    "os.system": calls.ran_shell,
    "os.posix_spawn": calls.posix_spawned,
    "tempfile.mkdtemp": calls.made_folder,
    "sys.excepthook": life.uncaught,
}
life.heard = _AUDITED


def begin() -> None:
    """Say hello and set up the hooks; called once per interpreter."""
    life.hello()
    _place_import_folder()
    sys.addaudithook(_audit)
    life.watch_forks()
    calls.watch_os_exit()
    hooks: "dict[str, Callable[[Any], None]]" = {
        "threading": life.watch_threading,
        "multiprocessing.process": process.watch_process,
        "multiprocessing.util": target.watch_util,
        "multiprocessing.spawn": target.watch_spawn,
        "multiprocessing.popen_fork": calls.watch_returncode,
        "multiprocessing.popen_spawn_win32": calls.watch_returncode,
        "multiprocessing.synchronize": _later("watch_locks", "procviz_locks_and_queues"),
        "multiprocessing.queues": _later("watch_queues", "procviz_locks_and_queues"),
        "multiprocessing.pool": _later("watch_pool", "procviz_locks_and_queues", "procviz_pools"),
        "concurrent.futures.process": _later("watch_executor", "procviz_locks_and_queues", "procviz_pools"),
        "signal": _later("watch_signals", "procviz_signal_calls"),
        "subprocess": calls.watch_subprocess,
    }
    if WATCHES_POLL:
        hooks["multiprocessing.popen_fork"] = hooks["multiprocessing.popen_forkserver"] = calls.watch_poll
    if not births_are_known:
        spawn_calls.watch_os()
        hooks["multiprocessing.util"] = _both(target.watch_util, spawn_calls.watch_util)
        hooks["subprocess"] = _both(calls.watch_subprocess, spawn_calls.watch_subprocess)
    if not life.state.role:
        life.watch_sys_exit()
        life.watch_main()
        if getattr(sys, "argv", [])[:1] == ["-m"]:
            import runpy  # the interpreter is about to do so

            life.watch_runpy(runpy)
        undo = life.watch_atexit(atexit)

        def watch_threading(threading: "Any") -> None:
            undo()
            life.watch_threading(threading)

        hooks["threading"] = watch_threading
    for name in [name for name in hooks if name in sys.modules]:
        quietly(hooks.pop(name), sys.modules[name])
    sys.meta_path.insert(0, _LookOut(hooks))
    _watch_writes()
    held_text.watch_buffer()


def _both(first: "Callable[[Any], None]", second: "Callable[[Any], None]") -> "Callable[[Any], None]":
    def hook(module: "Any") -> None:
        quietly(first, module)
        quietly(second, module)

    return hook


def _place_import_folder() -> None:
    # The script's own folder comes in front of this, as sys.path[0], later; children get sys.path from their parent.
    folder = os.environ.pop("PROCVIZ_PATH", None)
    if folder:
        sys.path.insert(0, folder)


def _watch_writes() -> None:
    if not os.environ.get("PROCVIZ_TEE"):
        return
    if TYPE_CHECKING:
        from procviz.probe import procviz_output_tap as tee
    else:
        import procviz_output_tap as tee
    tee.watch_writes()


def _later(watch: str, *names: str) -> "Callable[[Any], None]":
    """A hook in the last of these files of ours, which are only loaded when it is wanted."""

    def hook(module: "Any") -> None:
        for name in names:
            if name not in sys.modules:
                _load(name)
        getattr(sys.modules[names[-1]], watch)(module)

    return hook


def _load(name: str) -> None:
    path = os.path.join(os.path.dirname(__file__), name + ".py")
    module, loader = type(sys)(name), type(_LOADER)(name, path)
    exec(loader.get_code(name), module.__dict__)  # sys.path is the program's own by now
    sys.modules[name] = module


def _audit(
    event: str,
    args: "tuple[Any, ...]",
    audited: "dict[str, Callable[[tuple[Any, ...]], None]]" = _AUDITED,
    process_state: "list[Any]" = process_state,
    unended: int = UNENDED,
) -> None:
    hear = audited.get(event)
    if hear is not None and quietly is not None:
        quietly(hear, args)
    elif process_state[unended] is not None and quietly is not None:
        quietly(process_state[unended])


class _LookOut:
    """First of sys.meta_path: lets the others find a module as ever, and hooks it once its code has run."""

    def __init__(self, hooks: "dict[str, Callable[[Any], None]]") -> None:
        self._hooks = hooks

    def find_spec(self, name: str, path: "Any" = None, target: "Any" = None) -> "Any":
        """The spec that would be found without us, with a loader that calls the hook in the end."""
        hook = self._hooks.get(name)
        if hook is None:
            return None
        spec = self._found_by_others(name, path, target)
        if spec is not None and hasattr(spec.loader, "exec_module") and not isinstance(spec.loader, type):
            _extend(spec.loader, hook)
        return spec

    def _found_by_others(self, name: str, path: "Any", target: "Any") -> "Any":
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            spec = find(name, path, target) if finder is not self and find is not None else None
            if spec is not None:
                return spec
        return None


def _extend(loader: "Any", hook: "Callable[[Any], None]") -> None:
    original = loader.exec_module

    def exec_module(module: "Any") -> None:
        loader.__dict__.pop("exec_module", None)
        try:
            original(module)
        except BaseException as error:
            unseen(error)
            raise
        quietly(hook, module)

    set_apart(exec_module)
    loader.exec_module = exec_module


quietly(begin)
