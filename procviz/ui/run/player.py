"""The one tick of the window: takes records from a source, folds them, and says that there is something new.

Live run, saved file and a test's list are the same to it; it knows no widgets.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from procviz.trace.problem import Problem
from procviz.trace.records import AnyRecord, Header
from procviz.trace.timeline import Timeline

if TYPE_CHECKING:
    from procviz.trace.folding.fold import Fold

TICK_MS = 33


class Source(Protocol):
    """Where records come from."""

    def read(self) -> list[AnyRecord]:
        """Those that have arrived since the last call, the header first of all. Raises Problem."""
        ...

    @property
    def finished(self) -> bool:
        """True when no more will come."""
        ...


class ListSource:
    """All records at once: a saved recording, or a test's list."""

    def __init__(self, records: list[AnyRecord]) -> None:
        self._records = records

    def read(self) -> list[AnyRecord]:
        """Everything, once."""
        records, self._records = self._records, []
        return records

    @property
    def finished(self) -> bool:
        """True after the first read."""
        return not self._records


class Player(QObject):
    """Plays one source at a time; what is already over is there at once."""

    opened = Signal()  # `timeline` is another one
    ticked = Signal()  # something may have changed, time at least
    finished = Signal()  # no more will come
    failed = Signal(object)  # Problem: the source could not do its work; what came until then stays

    def __init__(self, parent: QObject | None = None, clock: Callable[[], int] = time.monotonic_ns) -> None:
        super().__init__(parent)
        self._clock = clock
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._source: Source | None = None
        self._fold: Fold | None = None
        self.timeline: Timeline | None = None
        self.live = False

    @property
    def now_ns(self) -> int:
        """Where what has not ended is drawn to."""
        if self.live:
            return self._clock()
        return self.timeline.last_ns if self.timeline is not None else 0

    def play(self, source: Source, live: bool) -> None:
        """Play from this source on; whatever was played before is let go of."""
        self.forget()
        self._source = source
        self.live = live
        if live:
            self._timer.start()
        self.tick()

    def tick(self) -> None:
        """Take over what has arrived."""
        source = self._source
        if source is None:
            return
        over = source.finished  # asked before reading: what arrives in between comes with the next tick
        records = self._read(source)
        over = over or (not self.live and source.finished)
        if records and self._fold is None:
            self._begin(records)
        elif records and self._fold is not None:
            self._fold.feed(records)
        if over:
            self._end()
        elif self._fold is not None:
            self.ticked.emit()

    def _read(self, source: Source) -> list[AnyRecord]:
        try:
            return source.read()
        except Problem as problem:
            self.failed.emit(problem)
            return []

    def _begin(self, records: list[AnyRecord]) -> None:
        from procviz.trace.folding.fold import Fold

        header = records[0]
        assert isinstance(header, Header)
        self._fold = Fold(header)
        self._fold.feed(records[1:])
        self.timeline = self._fold.timeline
        self.opened.emit()

    def _end(self) -> None:
        self.stop()
        if self._fold is not None:
            self._fold.end()
        self.finished.emit()

    def stop(self) -> None:
        """Take no more from the source; what is there stays."""
        self._timer.stop()
        self._source = None
        self.live = False

    def forget(self) -> None:
        """Have nothing to show."""
        self.stop()
        self._fold = None
        self.timeline = None
