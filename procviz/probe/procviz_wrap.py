"""Puts something before and after a function of the standard library, so that the program does not notice.

From Python 3.11 on the wrapper is not seen in tracebacks; before, it is one frame of the file "<procviz>". This file
must not know what is wrapped, nor why.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Before = Callable[[tuple[Any, ...], dict[str, Any]], Any]
    After = Callable[[Any, tuple[Any, ...], "BaseException | None"], None]

    from procviz.probe.procviz_event_writer import quietly, unexpected
else:
    from procviz_event_writer import quietly, unexpected


def wrap(owner: "Any", name: str, before: "Before", after: "After") -> "Callable[..., Any]":
    """Have `before(args, kwargs)` called ahead of `owner.name`, and `after(ticket, args, error)` when that ended.

    The ticket is what `before` returned; where it is None, `after` is not called. Returns what was wrapped.
    """
    original = getattr(owner, name)

    def wrapper(*args: "Any", **kwargs: "Any") -> "Any":
        ticket = None
        try:
            try:  # what `quietly` does, in one frame
                ticket = before(args, kwargs)
            except Exception as error:
                if unexpected(error):
                    raise
            value = original(*args, **kwargs)
        except BaseException as error:
            if ticket is not None:
                quietly(after, ticket, args, error)
            unseen(error)
            raise
        if ticket is not None:
            try:
                after(ticket, args, None)
            except Exception as error:
                if unexpected(error):
                    raise
        return value

    disguise(wrapper, original)
    setattr(owner, name, wrapper)
    return original  # type: ignore[no-any-return]


def disguise(wrapper: "Callable[..., Any]", original: "Callable[..., Any]") -> None:
    """Give a wrapper the names and the signature of what it stands for."""
    wrapper.__name__ = original.__name__
    wrapper.__qualname__ = original.__qualname__
    wrapper.__module__ = original.__module__
    wrapper.__doc__ = original.__doc__
    wrapper.__wrapped__ = original  # type: ignore[attr-defined]
    set_apart(wrapper)


def set_apart(function: "Callable[..., Any]") -> None:
    """Have a function's frames stand under our own file name, for those who fold them."""
    function.__code__ = function.__code__.replace(co_filename="<procviz>", co_name=function.__name__)


def unseen(error: BaseException) -> None:
    """Take the frame that caught an exception, and is to raise it again, out of its traceback."""
    if error.__traceback__ is not None:
        error.__traceback__ = error.__traceback__.tb_next
