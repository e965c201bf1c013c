"""Who wrote what: the raw bytes of a stream matched with the writes that the probe tells of.

A terminal does not say who wrote to it; the probe says what each process wrote. The raw stream alone decides order and
content. Bytes that nobody claims in time were written by something that is no Python of ours.
"""

from __future__ import annotations

import time
from collections import deque
from itertools import islice

from procviz.recorder.output.drain import Chunk
from procviz.recorder.output.output_records import KEPT_PER_WRITE_BYTES, Keeper, torn_tail
from procviz.recorder.output.told_writes import Claim, OpenClaims, checksum
from procviz.recorder.processes.life_table import Table

_PATIENCE_NS = 200_000_000
_PATIENCE_WITH_LARGE_WRITES_NS = 5_000_000_000
_LARGE_BYTES = 256 << 10  # the probe tells of a write when it is done, which takes its time for a large one
_BUFFER_BYTES = 4 << 20
_EDGE_BYTES = 256 << 10  # kept on both sides of what is cut out of a buffer that grew too large
_STEPS_AT_ONCE = 64  # between two looks at the clock
_FEW = 16
_UNTOLD_NS = 60_000_000  # what a process wrote so soon after many writes may still be with its probe


class SharedStream:
    """A stream on which the probe's word is needed: a terminal."""

    def __init__(self, name: str, keeper: Keeper, *, claimed: bool) -> None:
        """`claimed`: there is a probe, whose word may still come."""
        self.name = name
        self._keeper = keeper
        self._claimed = claimed
        self._buffer = bytearray()
        self._arrivals: deque[tuple[int, int]] = deque()  # arrived at, bytes of the buffer then
        self._gap_at = 0  # where in the buffer bytes were cut out, and how many
        self._gap = 0
        self._claims = OpenClaims()
        self._last_of_many: dict[int, int] = {}  # by p: when the last write of its that was told with many others was
        self._given_ahead: dict[int, int] = {}  # by p: bytes given to it before it told of them
        self._t = 0

    def take(self, chunk: Chunk) -> None:
        """Bytes have arrived."""
        self._buffer += chunk.data
        self._arrivals.append((chunk.t, len(chunk.data)))
        if chunk.left_out:
            self._gap_at, self._gap = len(self._buffer), self._gap + chunk.left_out
        if len(self._buffer) > _BUFFER_BYTES:
            cut = slice(_EDGE_BYTES, -_EDGE_BYTES)
            self._gap_at, self._gap = _EDGE_BYTES, self._gap + len(self._buffer[cut])
            del self._buffer[cut]

    def claim(self, claim: Claim) -> None:
        """A process wrote something."""
        if claim.sums:
            self._last_of_many[claim.p] = claim.t
        if self._given_ahead:
            self._take_off_given(claim)
        self._claims.add(claim)

    def settle(self, heard_ns: int, until_ns: int, *, everything: bool = False) -> bool:
        """Give out what is claimed, and what nobody claimed although all is heard that was told until `heard_ns`.

        False when the time `until_ns` came before all that could be given out was.
        """
        steps = 0
        while self._buffer or self._gap:
            steps += 1
            if steps % _STEPS_AT_ONCE == 0 and time.monotonic_ns() > until_ns:
                return False
            if self._give_claimed():
                continue
            if not everything and not self._overdue(heard_ns):
                break
            if not self._give_torn():
                self._give_unclaimed(heard_ns, everything)
        self._claims.forget_before(1 << 62 if everything else heard_ns - 10 * _PATIENCE_NS)
        return True

    def _give_claimed(self) -> bool:
        claim = self._claims.at(self._buffer, 0, self._gap)
        if claim is None:
            return False
        if claim.sums:
            self._give_many(claim)
        else:
            self._claims.remove(claim)
            self._give(claim.t, claim.p, claim.stream, claim.size)
        return True

    def _give_many(self, claim: Claim) -> None:
        """As many of these writes as lie there one after the other: not known is when each of them was made."""
        self._keeper.note_many(claim.t, claim.p)
        view = memoryview(self._buffer)
        size = claim.size if self._claims.alone and _lies_there(claim, view) else 0
        if size:
            claim.sums.clear()
        while claim.sums and size < KEPT_PER_WRITE_BYTES:
            length, total = claim.sums[0]
            if size + length > len(view) or checksum(view[size : size + length]) != total:
                break
            size += length
            claim.sums.popleft()
        view.release()
        claim.size -= size
        if not claim.sums:
            self._claims.remove(claim)
        self._give(claim.t, claim.p, claim.stream, size)

    def _overdue(self, heard_ns: int) -> bool:
        """Nobody can be expected to claim the front of the buffer any more."""
        if not self._arrivals or not self._claimed:
            return not self._claimed
        waited, quiet = heard_ns - self._arrivals[0][0], heard_ns - self._arrivals[-1][0]
        large = len(self._buffer) + self._gap > _LARGE_BYTES and quiet < _PATIENCE_NS
        return waited > (_PATIENCE_WITH_LARGE_WRITES_NS if large else _PATIENCE_NS)

    def _give_torn(self) -> bool:
        """The rest of a write whose beginning was given out before it was claimed."""
        rest = len(self._buffer) + self._gap
        for claim in self._claims.firsts():
            if claim.sums or claim.size <= rest:
                continue
            if self._buffer.startswith(claim.content[: len(self._buffer)]):
                self._claims.remove(claim)
                self._give(claim.t, claim.p, claim.stream, rest)
                return True
        return False

    def _give_unclaimed(self, heard_ns: int, everything: bool) -> None:
        due = sum(size for t, size in self._arrivals if everything or heard_ns - t > _PATIENCE_NS)
        due = min(due, len(self._buffer)) or len(self._buffer)
        size = self._next_claimed(due) or due
        if size > KEPT_PER_WRITE_BYTES:  # many writes, for all that is known
            size = self._buffer.rfind(b"\n", 0, KEPT_PER_WRITE_BYTES) + 1 or KEPT_PER_WRITE_BYTES
        if size >= self._gap_at:
            size += self._gap
        t = self._arrivals[0][0] if self._arrivals else heard_ns
        writer = self._still_telling(t)
        if writer is not None:
            self._given_ahead[writer] = self._given_ahead.get(writer, 0) + size
        self._give(t, writer, self.name, size)

    def _next_claimed(self, due: int) -> int:
        """Where in what is due somebody's write begins; 0: nowhere.

        Wherever that is for a few, for all others at the begin of a line.
        """
        if not self._claims:
            return 0
        few = [one for one in islice(self._claims.firsts(), _FEW) if one.content and one.size < len(self._buffer)]
        found = (self._buffer.find(one.content, 1, due + len(one.content)) for one in few)
        first = min((at for at in found if at > 0), default=due)
        at = self._buffer.find(b"\n", 0, first) + 1
        while 0 < at < first:
            if self._claims.at(self._buffer, at) is not None:
                return at
            at = self._buffer.find(b"\n", at, first) + 1
        return first if first < due else 0

    def _still_telling(self, t: int) -> int | None:
        """The one process that had just written so much that its probe told of it by and by, if it is one."""
        near = [p for p, last_ns in self._last_of_many.items() if 0 <= t - last_ns < _UNTOLD_NS]
        return near[0] if len(near) == 1 and not self._claims else None

    def _take_off_given(self, claim: Claim) -> None:
        given = self._given_ahead.pop(claim.p, 0)
        if not given:
            return
        if claim.sums:
            while claim.sums and claim.sums[0][0] <= given:
                given -= claim.sums.popleft()[0]
            claim.size = sum(size for size, _sum in claim.sums)
        elif claim.size <= given:
            given -= claim.size
            claim.size = 0
        if given and not claim.size:
            self._given_ahead[claim.p] = given

    def _give(self, t: int, p: int | None, stream: str, size: int) -> None:
        """The first `size` bytes were written by `p`."""
        left_out = 0
        if self._gap and size >= self._gap_at:
            left_out, self._gap = min(self._gap, size - self._gap_at), max(0, self._gap - size + self._gap_at)
        data = bytes(self._buffer[: size - left_out])
        del self._buffer[: size - left_out]
        self._gap_at = max(0, self._gap_at - len(data))
        self._forget_arrivals(len(data))
        self._t = max(self._t, t)  # the stream's own order stands
        self._keeper.keep(self._t, p, stream, data, left_out)

    def _forget_arrivals(self, size: int) -> None:
        while self._arrivals and size >= self._arrivals[0][1]:
            size -= self._arrivals.popleft()[1]
        if self._arrivals:
            t, left = self._arrivals[0]
            self._arrivals[0] = (t, left - size)


def _lies_there(claim: Claim, view: memoryview) -> bool:
    """Whether all of these writes do, by the first and the last: anything between them would have moved the last."""
    (first, of_first), (last, of_last), size = claim.sums[0], claim.sums[-1], claim.size
    if size > min(len(view), KEPT_PER_WRITE_BYTES):
        return False
    return checksum(view[:first]) == of_first and checksum(view[size - last : size]) == of_last


class NamedStream:
    """A stream on which the kernel names every writer: a pipe on Linux."""

    def __init__(self, name: str, keeper: Keeper, table: Table) -> None:
        self.name = name
        self._keeper = keeper
        self._table = table
        self._tails: dict[int | None, tuple[int, bytes]] = {}  # the begun character of each writer

    def take(self, chunk: Chunk) -> None:
        """Bytes have arrived."""
        life = self._table.at(chunk.pid, chunk.t) if chunk.pid else None
        p = life.p if life is not None else None
        data = self._tails.pop(p, (0, b""))[1] + chunk.data
        tail = torn_tail(data)
        if tail:
            self._tails[p] = (chunk.t, tail)
            data = data[: -len(tail)]
        if data or chunk.left_out:
            self._keeper.keep(chunk.t, p, self.name, data, chunk.left_out)

    def claim(self, claim: Claim) -> None:
        """Not needed here."""

    def settle(self, heard_ns: int, until_ns: int, *, everything: bool = False) -> bool:
        """Give out characters that were begun and never finished; all is done then."""
        for p, (t, tail) in list(self._tails.items()):
            if everything or heard_ns - t > _PATIENCE_NS:
                del self._tails[p]
                self._keeper.keep(t, p, self.name, tail)
        return True
