"""Records in, Timeline out: the one place where witnessed facts become nouns.

Every record is filed with the processes it speaks of; then the lives it concerns are made anew from all their
evidence. So neither the order of the records nor how many come at once can change the picture, and a live run costs
only what changed. No clock, no file, no words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from procviz.trace.file import Recording
from procviz.trace.folding.filing import Files
from procviz.trace.folding.refold import Settling
from procviz.trace.records import AnyRecord, Finished, Header, Lost, Note, Output, Samples
from procviz.trace.timeline import Timeline


def fold(recording: Recording) -> Timeline:
    """The whole picture of a recording."""
    folding = Fold(recording.header)
    folding.feed(recording.records)
    if recording.torn:
        folding.end()
    return folding.timeline


class Fold:
    """A timeline that grows with the records fed to it."""

    def __init__(self, header: Header) -> None:
        self.timeline = Timeline(header, begin_ns=header.monotonic_ns, last_ns=header.monotonic_ns)
        self._files = Files()
        self._settling = Settling(self.timeline, self._files)
        self._ticked: list[int] | None = None
        self._about_the_run: dict[type, Callable[[Any], None]] = {
            Header: self._header,
            Output: self._output,
            Samples: self._samples,
            Lost: self._lost,
            Note: self._note,
            Finished: self._finished,
        }

    def feed(self, records: Iterable[AnyRecord]) -> Timeline:
        """Take in some more records; the timeline is up to date after it."""
        last_ns, grew = self.timeline.last_ns, False
        for record in records:
            grew = True
            handle = self._about_the_run.get(type(record))
            if handle is not None:
                handle(record)
            else:
                self._files.file(record)
            if not isinstance(record, Header) and record.t > last_ns:
                last_ns = record.t
        if grew:
            self.timeline.last_ns = last_ns
            self._stopped()
            self._settling.settle()
            self.timeline.revision += 1
        return self.timeline

    def end(self) -> Timeline:
        """No more records will come: without a Finished among them the recording is torn."""
        if not self.timeline.finished and not self.timeline.torn:
            self.timeline.torn = True
            self.timeline.revision += 1
        return self.timeline

    def _header(self, record: Header) -> None:
        self.timeline.header = record

    def _output(self, record: Output) -> None:
        self.timeline.outputs.append(record)
        self._files.printed(record)

    def _samples(self, record: Samples) -> None:
        if record.p is not None:
            self._ticked = record.p
        elif self._ticked is not None:
            record = msgspec.structs.replace(record, p=self._ticked)
        count = len(record.p or ())
        if len(record.c) == len(record.r) == count and (record.u is None or len(record.u) == count):
            self.timeline.samples.append(record)
        else:
            self.timeline.lost_events += 1  # a tick that does not say of whom is worth nothing

    def _lost(self, record: Lost) -> None:
        self.timeline.lost_events += 1 if record.count is None else record.count

    def _note(self, record: Note) -> None:
        facts = dict(record.facts) if record.p is None else {"p": record.p, **record.facts}
        self.timeline.notes.append((record.note, facts))

    def _finished(self, record: Finished) -> None:
        self.timeline.finished, self.timeline.torn = True, False
        self.timeline.finished_exitcode, self.timeline.ended_by = record.exitcode, record.ended_by
        self._files.mark_all()

    def _stopped(self) -> None:
        acts = self._files.run_acts.values()
        self.timeline.stopped_ns = min((act.t for act in acts), default=None)
