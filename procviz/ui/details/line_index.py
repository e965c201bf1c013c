"""Where every line of the output begins and ends, as columns of numbers: a text is cut out when it is shown.

A million lines are eight million numbers here, not a million objects. Knows neither Qt nor what escapes look like.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from procviz.trace.records import Output

NOBODY = -1  # in the column of processes: nobody claimed it
_FAR_BACK = 200  # lines: a line break that comes later than that ends nothing any more

Numbers = NDArray[Any]


class Column:
    """Numbers that only grow: twice the room whenever it is used up."""

    def __init__(self, dtype: type[np.generic]) -> None:
        self._room: Numbers = np.empty(1024, dtype)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def values(self) -> Numbers:
        """What is in it, without a copy."""
        return self._room[: self._length]

    def extend(self, more: Numbers | Sequence[int]) -> None:
        """Add at the end."""
        length = self._length + len(more)
        if length > len(self._room):
            room = np.empty(max(length, 2 * len(self._room)), self._room.dtype)
            room[: self._length] = self.values
            self._room = room
        self._room[self._length : length] = more
        self._length = length


class LineIndex:
    """Lines in the order in which they were written, each a piece of a record's text, and what came to it later."""

    def __init__(self, text_of: Callable[[Output], str]) -> None:
        self._text_of = text_of
        self._records: list[Output] = []
        self._texts: dict[int, str] = {}  # of those records whose text is not shown as it is
        self._record, self._begin, self._end = Column(np.int32), Column(np.int32), Column(np.int32)
        self._process, self._reached_ns = Column(np.int64), Column(np.int64)
        self._open: dict[tuple[int | None, str], int] = {}  # the writer's last line, where it has no end yet
        self._added: dict[int, list[str]] = {}  # line -> what its writer added in later records
        self._writers: set[int | None] = set()

    def __len__(self) -> int:
        return len(self._record)

    @property
    def writers(self) -> set[int | None]:
        """Who has written."""
        return self._writers

    def append(self, outputs: Iterable[Output]) -> list[int]:
        """Take over records; gives the numbers of lines that were there before and have grown."""
        first, grown = len(self._record), []
        lines: list[int] = []
        begins: list[int] = []
        ends: list[int] = []
        open_, records = self._open, self._records
        for output in outputs:
            text = output.text
            if text is None or output.bytes_left_out:
                text = self._texts[len(records)] = self._text_of(output)
            writer, here, begin = (output.p, output.stream), len(records), 0
            records.append(output)
            if writer in open_:
                number = first + len(lines)
                begin = self._continued(writer, text, number)
                if begin and open_.get(writer, first) < first:
                    grown.append(open_[writer])
            stop = text.find("\n", begin)
            if stop >= 0 and stop == len(text) - 1:  # one whole line, as most are
                lines.append(here)
                begins.append(begin)
                ends.append(stop)
                open_.pop(writer, None)
            elif begin < len(text):
                self._cut(text, begin, here, (lines, begins, ends))
                if text[-1] != "\n":
                    open_[writer] = first + len(lines) - 1
                else:
                    open_.pop(writer, None)
        self._fill(lines, begins, ends)
        return grown

    def _continued(self, writer: tuple[int | None, str], text: str, number: int) -> int:
        """Go on with a line left open, if nobody wrote since or only its end was missing; says how much it took."""
        line = self._open[writer]
        stop = text.find("\n")
        part = text if stop < 0 else text[:stop]
        if not text or number - line > (1 if part.removesuffix("\r") else _FAR_BACK):
            return 0
        self._added.setdefault(line, []).append(part)
        if stop < 0:
            return len(text)
        del self._open[writer]
        return stop + 1

    @staticmethod
    def _cut(text: str, begin: int, here: int, columns: tuple[list[int], list[int], list[int]]) -> None:
        lines, begins, ends = columns
        letters = np.frombuffer(text.encode(), np.uint8) if text.isascii() else _code_points(text)
        stops = np.flatnonzero(letters[begin:] == 10) + begin
        if text[-1] != "\n":
            stops = np.append(stops, len(text))
        lines.extend([here] * len(stops))
        begins.append(begin)
        begins.extend((stops[:-1] + 1).tolist())
        ends.extend(stops.tolist())

    def _fill(self, lines: list[int], begins: list[int], ends: list[int]) -> None:
        if not lines:
            return
        first, records = lines[0], self._records[lines[0] :]
        of = np.array(lines, np.int32)
        times = np.fromiter((output.t for output in records), np.int64, len(records))[of - first]
        writers = np.fromiter((NOBODY if output.p is None else output.p for output in records), np.int64, len(records))
        process = writers[of - first]
        if len(self._reached_ns):
            times[0] = max(times[0], self._reached_ns.values[-1])
        self._record.extend(of)
        self._begin.extend(begins)
        self._end.extend(ends)
        self._process.extend(process)
        self._reached_ns.extend(np.maximum.accumulate(times))
        self._writers.update(None if number == NOBODY else int(number) for number in np.unique(process))

    # what is asked

    def output(self, line: int) -> Output:
        """The record in which a line began."""
        return self._records[int(self._record.values[line])]

    def text(self, line: int, most: int) -> str:
        """A line's text as it was written, without its end; of a longer one the first letters."""
        record = int(self._record.values[line])
        whole = self._texts.get(record) or self._records[record].text or ""
        begin, end = int(self._begin.values[line]), int(self._end.values[line])
        pieces = [whole[begin : min(end, begin + most + 1)]]
        length = len(pieces[0])
        for piece in self._added.get(line, ()):
            if length > most:
                break
            pieces.append(piece)
            length += len(piece)
        return "".join(pieces)

    def is_open(self, line: int) -> bool:
        """Whether its writer has not ended it."""
        output = self.output(line)
        return self._open.get((output.p, output.stream)) == line

    def of_process(self, process: int | None, first: int = 0) -> Numbers:
        """The numbers of one process's lines, from this line on."""
        wanted = NOBODY if process is None else process
        return np.flatnonzero(self._process.values[first:] == wanted) + first

    def written_until(self, ts_ns: int) -> int:
        """How many lines stand before the first one that was written later."""
        return int(np.searchsorted(self._reached_ns.values, ts_ns, side="right"))


def _code_points(text: str) -> Numbers:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
