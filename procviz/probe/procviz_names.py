"""How a Process and its target are called, found without running code of the program.

This file must not know when that is told, nor of which process.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FUNCTION = type(lambda: None)
_OWN_MODULES = ("__main__", "__mp_main__", "builtins", None)  # the program itself, or nobody in particular


def describe(process: "Any") -> "tuple[str, bool, str | None]":
    """Name, daemon and target of a Process, as far as they can be told without running code of the program."""
    try:
        own = process.__dict__
        return _text(own.get("_name")), bool(own.get("_config", {}).get("daemon")), target_of(process)
    except Exception:
        return "", False, None


def target_of(process: "Any") -> "str | None":
    """What a Process runs; None where that is nothing. Raises what odd objects raise."""
    target = process.__dict__.get("_target")
    if target is None:
        kind = type(process)
        return None if kind.__module__.startswith("multiprocessing.") else kind.__qualname__ + ".run"
    return name_of_target(target)


def name_of_target(target: "Any") -> str:
    """The qualified name of something that can be called, with its module where that is not the program itself."""
    if type(target) is _FUNCTION and target.__module__ in _OWN_MODULES:
        return _text(target.__qualname__)
    while type(target).__module__ == "functools" and type(target).__qualname__ == "partial":
        target = target.func
    name = getattr(type(target), "__qualname__", "")
    if name in ("function", "method", "builtin_function_or_method", "type"):
        name = _text(getattr(target, "__qualname__", name))
    module = getattr(target, "__module__", None) if name != type(target).__qualname__ else type(target).__module__
    return name if module in _OWN_MODULES else "%s.%s" % (module, name)


def _text(value: object) -> str:
    """What a text says, without the methods of its class."""
    return str.__str__(value) if isinstance(value, str) else ""
