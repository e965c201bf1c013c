"""The writes that the probe told of and that have not been seen in the stream yet.

Of each process only its oldest write can come next, so only those are looked through, by how they begin: what it costs
to find whose bytes come next does not grow with how many processes print.
"""

from __future__ import annotations

import base64
import binascii
import heapq
import struct
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from procviz.recorder.probe_inbox.probe_events import ProbeEvent
from procviz.recorder.processes.life_table import Life

_KEY_BYTES = 16  # writes that begin alike so far are told apart by the rest
_NAMES = {1: "stdout", 2: "stderr"}


@dataclass(slots=True, eq=False)
class Claim:
    """One write that the probe told of, or with `sums` many of them in one: size and checksum of each, in order."""

    t: int
    p: int
    stream: str
    content: bytes  # its beginning, as far as it fits on an event's line
    size: int
    number: int = 0
    sums: deque[tuple[int, int]] = field(default_factory=deque)


class _Alike:
    """Writes that begin with the same bytes, by all that is known of them; of equal ones the oldest comes first."""

    def __init__(self) -> None:
        self._by_content: dict[bytes, list[tuple[int, Claim]]] = {}  # heaps; what was found leaves when it comes up
        self._lengths: dict[int, int] = {}  # of contents: how many of each
        self._shown: set[int] = set()  # by number

    def add(self, claim: Claim) -> None:
        equal = self._by_content.get(claim.content)
        if equal is None:
            equal = self._by_content[claim.content] = []
            self._lengths[len(claim.content)] = self._lengths.get(len(claim.content), 0) + 1
        heapq.heappush(equal, (claim.number, claim))
        self._shown.add(claim.number)

    def remove(self, claim: Claim) -> bool:
        """False when nobody is left."""
        self._shown.discard(claim.number)
        equal = self._by_content[claim.content]
        while equal and equal[0][0] not in self._shown:
            heapq.heappop(equal)
        if not equal:
            del self._by_content[claim.content]
            self._lengths[len(claim.content)] -= 1
            if not self._lengths[len(claim.content)]:
                del self._lengths[len(claim.content)]
        return bool(self._by_content)

    def at(self, buffer: bytearray, begin: int, room: int) -> Claim | None:
        """The oldest that lies there as a whole."""
        found: Claim | None = None
        for length in self._lengths:
            equal = self._by_content.get(bytes(buffer[begin : begin + length]))
            claim = equal[0][1] if equal else None
            if claim is not None and claim.size <= room and (found is None or claim.number < found.number):
                found = claim
        return found


class OpenClaims:
    """Of each process a queue; the first of each queue is looked through."""

    def __init__(self) -> None:
        self._of: dict[int, deque[Claim]] = {}
        self._alike: dict[bytes, _Alike] = {}
        self._lengths: dict[int, int] = {}  # of their keys: how many of each
        self._many: dict[int, Claim] = {}  # by p: those with sums that are first
        self._numbers = 0

    def __bool__(self) -> bool:
        return bool(self._of)

    @property
    def alone(self) -> bool:
        """Whether one process only has claims here."""
        return len(self._of) == 1

    def add(self, claim: Claim) -> None:
        """A process wrote something."""
        if not claim.size:
            return
        self._numbers += 1
        claim.number = self._numbers
        queue = self._of.get(claim.p)
        if queue is None:
            queue = self._of[claim.p] = deque()
        queue.append(claim)
        if len(queue) == 1:
            self._show(claim)

    def remove(self, claim: Claim) -> None:
        """The first of a process's queue was found."""
        self._hide(claim)
        queue = self._of[claim.p]
        queue.popleft()
        if queue:
            self._show(queue[0])
        else:
            del self._of[claim.p]

    def at(self, buffer: bytearray, begin: int = 0, gap: int = 0) -> Claim | None:
        """Whose write lies there as a whole; of several the one that was told of first. `gap`: bytes cut out behind."""
        room = len(buffer) - begin + gap
        found: Claim | None = None
        for length in self._lengths:
            alike = self._alike.get(bytes(buffer[begin : begin + length]))
            claim = alike.at(buffer, begin, room) if alike is not None else None
            if claim is not None and (found is None or claim.number < found.number):
                found = claim
        return found if found is not None else self._one_of_many_at(buffer, begin)

    def firsts(self) -> Iterator[Claim]:
        """The oldest write of each process."""
        return (queue[0] for queue in list(self._of.values()))

    def forget_before(self, t: int) -> None:
        """Writes that were told of so long ago went elsewhere."""
        for claim in list(self.firsts()):
            while claim.t < t:
                self.remove(claim)
                queue = self._of.get(claim.p)
                if not queue:
                    break
                claim = queue[0]

    def _one_of_many_at(self, buffer: bytearray, begin: int) -> Claim | None:
        for claim in self._many.values():
            size, total = claim.sums[0]
            if size <= len(buffer) - begin and checksum(buffer[begin : begin + size]) == total:
                return claim
        return None

    def _show(self, claim: Claim) -> None:
        if claim.sums:
            self._many[claim.p] = claim
            return
        key = claim.content[:_KEY_BYTES]
        alike = self._alike.get(key)
        if alike is None:
            alike = self._alike[key] = _Alike()
            self._lengths[len(key)] = self._lengths.get(len(key), 0) + 1
        alike.add(claim)

    def _hide(self, claim: Claim) -> None:
        if self._many.pop(claim.p, None) is not None:
            return
        key = claim.content[:_KEY_BYTES]
        if not self._alike[key].remove(claim):
            del self._alike[key]
            self._lengths[len(key)] -= 1
            if not self._lengths[len(key)]:
                del self._lengths[len(key)]


def checksum(data: bytes | bytearray | memoryview) -> int:
    """What the probe tells of a write instead of its content, where it tells of many in one."""
    return binascii.crc32(data)


def claim_of(event: ProbeEvent, life: Life) -> Claim:
    """A write event as a claim."""
    stream, t = _NAMES.get(event.fd or 1, "stdout"), event.t1 or event.t
    if event.sums is not None:
        pairs = deque((size, total) for total, size in struct.iter_unpack("<II", base64.b64decode(event.sums)))
        return Claim(t, life.p, stream, b"", sum(size for size, _sum in pairs), sums=pairs)
    content = (
        base64.b64decode(event.b64) if event.b64 is not None else (event.text or "").encode("utf-8", "surrogatepass")
    )
    size = len(content) if event.size is None else event.size
    return Claim(t, life.p, stream, content[:size], size)
