"""Output records, within what a recording may hold.

Very large writes are kept in part, and so is a run that never stops printing; what is left out is counted.
"""

from __future__ import annotations

from procviz.recorder.store import Store
from procviz.trace.records import Note, Output

KEPT_PER_WRITE_BYTES = 64 << 10
KEPT_PER_RUN_BYTES = 64 << 20


class Keeper:
    """Writes Output records, within what a recording may hold."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept = 0
        self._left_out: dict[tuple[int | None, str], tuple[int, int]] = {}  # (p, stream) -> t, bytes
        self._printed_many = False

    def note_many(self, t: int, p: int) -> None:
        """Say, once, that of a process that prints so fast not each line is told when it was printed."""
        if not self._printed_many:
            self._printed_many = True
            self._store.write(Note(t=t, note="output-by-chunk", p=p))

    def keep(self, t: int, p: int | None, stream: str, data: bytes, left_out: int = 0) -> None:
        """Write one piece of output, or count it."""
        if self._kept >= KEPT_PER_RUN_BYTES:
            self._left_out[p, stream] = (t, self._left_out.get((p, stream), (0, 0))[1] + len(data) + left_out)
            return
        kept = data[:KEPT_PER_WRITE_BYTES]
        if len(kept) < len(data):
            kept = kept[: len(kept) - len(torn_tail(kept))]
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


def torn_tail(data: bytes) -> bytes:
    """The begun character at the end of UTF-8 bytes; b"" when the last one is whole, or none at all."""
    for back in range(1, min(3, len(data)) + 1):
        byte = data[-back]
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return data[-back:] if length > back else b""
        if byte < 0x80:
            return b""
    return b""
