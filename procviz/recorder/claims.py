"""Who wrote what: the raw bytes of a stream matched with the writes that the probe tells of.

A terminal does not say who wrote to it; the probe says what each process wrote. The raw stream alone decides order and
content. Bytes that nobody claims in time were written by something that is no Python of ours. Very large writes are
kept in part, and so is a run that never stops printing; what is left out is counted.
"""

from __future__ import annotations

import base64
from collections import deque
from dataclasses import dataclass

from procviz.recorder.inbox import ProbeEvent
from procviz.recorder.output import Chunk
from procviz.recorder.store import Store
from procviz.recorder.table import Life, Table
from procviz.trace.records import Output

KEPT_PER_WRITE_BYTES = 64 << 10
KEPT_PER_RUN_BYTES = 64 << 20
_PATIENCE_NS = 200_000_000
_PATIENCE_WITH_LARGE_WRITES_NS = 5_000_000_000
_LARGE_BYTES = 256 << 10  # the probe tells of a write when it is done, which takes its time for a large one
_BUFFER_BYTES = 4 << 20
_EDGE_BYTES = 256 << 10  # kept on both sides of what is cut out of a buffer that grew too large
_NAMES = {1: "stdout", 2: "stderr"}


@dataclass(slots=True)
class _Claim:
    """One write that the probe told of."""

    t: int
    p: int
    stream: str
    content: bytes  # its beginning, as far as it fits on an event's line
    size: int


class Keeper:
    """Writes Output records, within what a recording may hold."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept = 0
        self._left_out: dict[tuple[int | None, str], tuple[int, int]] = {}  # (p, stream) -> t, bytes

    def keep(self, t: int, p: int | None, stream: str, data: bytes, left_out: int = 0) -> None:
        """Write one piece of output, or count it."""
        if self._kept >= KEPT_PER_RUN_BYTES:
            self._left_out[p, stream] = (t, self._left_out.get((p, stream), (0, 0))[1] + len(data) + left_out)
            return
        kept = data[:KEPT_PER_WRITE_BYTES]
        if len(kept) < len(data):
            kept = kept[: len(kept) - len(_torn_tail(kept))]
        self._kept += len(kept)
        self._write(t, p, stream, kept, len(data) - len(kept) + left_out)

    def flush(self) -> None:
        """Write down what was only counted since the last call."""
        for (p, stream), (t, count) in self._left_out.items():
            self._write(t, p, stream, b"", count)
        self._left_out.clear()

    def _write(self, t: int, p: int | None, stream: str, data: bytes, left_out: int) -> None:
        try:
            text, raw = data.decode(), None
        except UnicodeDecodeError:
            text, raw = None, data
        self._store.write(Output(t=t, p=p, stream=stream, text=text, data=raw, bytes_left_out=left_out))


class SharedStream:
    """A stream on which the probe's word is needed: a terminal."""

    def __init__(self, name: str, keeper: Keeper) -> None:
        self.name = name
        self._keeper = keeper
        self._buffer = bytearray()
        self._arrivals: deque[tuple[int, int]] = deque()  # arrived at, bytes of the buffer then
        self._gap_at = 0  # where in the buffer bytes were cut out, and how many
        self._gap = 0
        self._claims: deque[_Claim] = deque()
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

    def claim(self, claim: _Claim) -> None:
        """A process wrote something."""
        self._claims.append(claim)

    def settle(self, now: int, *, everything: bool = False) -> None:
        """Give out what is claimed, and what nobody claimed in time."""
        while self._buffer or self._gap:
            if self._give_claimed():
                continue
            if not everything and not self._overdue(now):
                break
            if not self._give_torn():
                self._give_unclaimed(now, everything)
        while self._claims and (everything or now - self._claims[0].t > 10 * _PATIENCE_NS):
            self._claims.popleft()  # it went elsewhere

    def _give_claimed(self) -> bool:
        seen: set[int] = set()
        for index, claim in enumerate(self._claims):
            if claim.p in seen:
                continue  # a process's writes arrive in its own order
            seen.add(claim.p)
            if not claim.size:
                del self._claims[index]
                return True
            if self._starts_with(claim):
                del self._claims[index]
                self._give(claim.t, claim.p, claim.stream, claim.size)
                return True
        return False

    def _overdue(self, now: int) -> bool:
        """Nobody can be expected to claim the front of the buffer any more."""
        if not self._arrivals:
            return False
        waited, quiet = now - self._arrivals[0][0], now - self._arrivals[-1][0]
        large = len(self._buffer) + self._gap > _LARGE_BYTES and quiet < _PATIENCE_NS
        return waited > (_PATIENCE_WITH_LARGE_WRITES_NS if large else _PATIENCE_NS)

    def _give_torn(self) -> bool:
        """The rest of a write whose beginning was given out before it was claimed."""
        for index, claim in enumerate(self._claims):
            rest = len(self._buffer) + self._gap
            if claim.size > rest and self._buffer.startswith(claim.content[: len(self._buffer)]):
                del self._claims[index]
                self._give(claim.t, claim.p, claim.stream, rest)
                return True
        return False

    def _starts_with(self, claim: _Claim) -> bool:
        """Whether the whole write lies at the front of the buffer."""
        if claim.size > len(self._buffer) + self._gap:
            return False
        return self._buffer.startswith(claim.content)

    def _give_unclaimed(self, now: int, everything: bool) -> None:
        due = sum(size for t, size in self._arrivals if everything or now - t > _PATIENCE_NS)
        due = min(due, len(self._buffer)) or len(self._buffer)
        fitting = (claim for claim in self._claims if claim.content and claim.size < len(self._buffer) + self._gap)
        found = (self._buffer.find(claim.content, 1, due + len(claim.content)) for claim in fitting)
        first = min((at for at in found if at > 0), default=due)
        size = min(first, due)
        if size >= self._gap_at:
            size += self._gap
        self._give(self._arrivals[0][0] if self._arrivals else now, None, self.name, size)

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
        tail = _torn_tail(data)
        if tail:
            self._tails[p] = (chunk.t, tail)
            data = data[: -len(tail)]
        if data or chunk.left_out:
            self._keeper.keep(chunk.t, p, self.name, data, chunk.left_out)

    def claim(self, claim: _Claim) -> None:
        """Not needed here."""

    def settle(self, now: int, *, everything: bool = False) -> None:
        """Give out characters that were begun and never finished."""
        for p, (t, tail) in list(self._tails.items()):
            if everything or now - t > _PATIENCE_NS:
                del self._tails[p]
                self._keeper.keep(t, p, self.name, tail)


def claim_of(event: ProbeEvent, life: Life) -> _Claim:
    """A write event as a claim."""
    content = (
        base64.b64decode(event.b64) if event.b64 is not None else (event.text or "").encode("utf-8", "surrogatepass")
    )
    size = len(content) if event.size is None else event.size
    return _Claim(event.t1 or event.t, life.p, _NAMES.get(event.fd or 1, "stdout"), content[:size], size)


def _torn_tail(data: bytes) -> bytes:
    """The begun character at the end of UTF-8 bytes; b"" when the last one is whole, or none at all."""
    for back in range(1, min(3, len(data)) + 1):
        byte = data[-back]
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return data[-back:] if length > back else b""
        if byte < 0x80:
            return b""
    return b""
