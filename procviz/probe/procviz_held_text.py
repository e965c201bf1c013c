"""Tells that text is kept in the buffer of sys.stdout, so that it is known to be lost if the process is ended.

Where standard output is no terminal the interpreter writes when 8 KiB have come together, on a terminal when a line
ends. The stream stays the interpreter's own; its `write` and `flush` get a listener. Nothing is told of text that is
written at once. Of a line that has not ended it is told when the interpreter announces something else, a sleep or the
opening of a file: print() itself writes a line and its end one after the other.
"""

import io
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from procviz.probe.procviz_event_writer import Allowance, quietly, tell
    from procviz.probe.procviz_process_state import HOLDING, UNENDED, UNHEARD, process_state
    from procviz.probe.procviz_wrap import disguise, unseen
else:
    from procviz_event_writer import Allowance, quietly, tell
    from procviz_process_state import HOLDING, UNENDED, UNHEARD, process_state
    from procviz_wrap import disguise, unseen

_ENOUGH = 500  # writes into a buffer of which it is known that it holds text
_SHOWN = 200  # characters of the first text that is kept


class _Buffer:
    """What this process knows of the text in it."""

    told = False
    thing = "stdout"

    def __init__(self, stream: "io.TextIOWrapper") -> None:
        self._stream = stream
        self._allowance = Allowance()

    def hold(self, text: object) -> None:
        """The first text since the buffer was written out."""
        stream = self._stream
        if not isinstance(text, str) or not text.strip() or stream.line_buffering or stream.write_through:
            return
        process_state[HOLDING] = os.getpid()
        self.told = self._allowance.take()
        if self.told:
            tell("deed", deed="text-held", thing=self.thing, name=text.strip().partition("\n")[0][:_SHOWN])

    def flushed(self) -> None:
        """It was written out."""
        told, self.told = self.told and self.held, False
        process_state[HOLDING] = 0
        if told:
            tell("deed", deed="text-flushed", thing=self.thing)

    @property
    def held(self) -> bool:
        """Whether there is text in it, and not its parent's."""
        return bool(process_state[HOLDING] == os.getpid())


class _Line(_Buffer):
    """The same of a stream that is written out with every line."""

    text = ""
    thing = "line"

    def hold(self, text: object) -> None:
        """Some more text."""
        if not isinstance(text, str):
            return
        whole = not (self._stream.line_buffering or self._stream.write_through)  # the program has reconfigured it
        self.thing = "stdout" if whole else "line"
        if whole:
            if not self.held:
                _Buffer.hold(self, text)
        elif "\n" in text or "\r" in text or self._stream.write_through:
            self.flushed()
        elif not self.held and text.strip():
            process_state[HOLDING], process_state[UNENDED] = os.getpid(), self.overdue
            self.text = text

    def flushed(self) -> None:
        process_state[UNENDED] = None
        _Buffer.flushed(self)

    def overdue(self) -> None:
        """The process goes on to something else, and its line is still not ended."""
        process_state[UNENDED] = None
        self.told = self.held and self._allowance.take()
        if self.told:
            tell("deed", deed="text-held", thing=self.thing, name=self.text.strip()[:_SHOWN])


def watch_buffer() -> None:
    """Listen to sys.stdout where it keeps text back."""
    stream = sys.stdout
    if type(stream) is not io.TextIOWrapper or stream.write_through:
        return
    lines = stream.line_buffering
    buffer = _Line(stream) if lines else _Buffer(stream)
    write, flush = stream.write, stream.flush
    mine, holding, getpid = process_state, HOLDING, os.getpid  # these names may be gone before the last text

    def hear_write(*args: "Any", **kwargs: "Any") -> int:
        try:
            written = write(*args, **kwargs)
        except BaseException as error:
            unseen(error)
            raise
        if quietly is not None:
            news = lines or mine[holding] != getpid()
            quietly(buffer.hold if news else heard_enough, *args)
        return written

    def hear_flush(*args: "Any", **kwargs: "Any") -> None:
        try:
            flush(*args, **kwargs)
        except BaseException as error:
            unseen(error)
            raise
        if mine[holding] and quietly is not None:
            quietly(buffer.flushed)
            quietly(let_be, False)

    let_be, heard_enough = _let_be(stream, hear_write)
    _replace(stream, write, hear_write)
    listener: "Any" = getattr(_own_write(stream.buffer), "__self__", None)  # of procviz_output_tap.py
    if lines and hasattr(listener, "emptied"):
        listener.emptied = buffer.flushed
        listener.rushing = let_be
    else:
        _replace(stream, flush, hear_flush)


def _own_write(buffer: object) -> object:
    return getattr(buffer, "__dict__", {}).get("write")


def _let_be(stream: "Any", hear_write: "Any") -> "Any":
    """What is called when so much is printed that listening would hold the program up, and when that is over.

    And what is called for each write that tells nothing new: after many of them that is so.
    """
    again = [0]

    def heard_enough(_text: object) -> None:
        again[0] += 1
        if again[0] > _ENOUGH:
            again[0] = 0
            rushing(True)

    def listen() -> None:
        rushing(False)

    def rushing(begins: bool) -> None:
        if begins and stream.__dict__.get("write") is hear_write:
            del stream.write  # the class's is there again
            process_state[UNHEARD] = listen
        elif not begins and process_state[UNHEARD] is not None:
            process_state[UNHEARD] = None
            if "write" not in stream.__dict__:
                stream.write = hear_write

    return rushing, heard_enough


def _replace(stream: "Any", original: "Any", wrapper: "Any") -> None:
    disguise(wrapper, original)
    setattr(stream, original.__name__, wrapper)
