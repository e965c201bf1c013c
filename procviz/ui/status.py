"""The status line in words: what goes on, with what, and what is amiss with a recording. Knows no widgets."""

from __future__ import annotations

from procviz.trace.records import Note
from procviz.trace.timeline import Timeline
from procviz.ui.settings import Settings
from procviz.wording import _, ngettext


def status_text(timeline: Timeline | None, live: bool, now_ns: int) -> str:
    """What the run does, or how it ended."""
    if timeline is None:
        return _("Ready")
    count = len(timeline.lives)
    processes = ngettext("{count} process", "{count} processes", count).format(count=count)
    if live:
        seconds = f"{max(0, now_ns - timeline.begin_ns) / 1e9:.1f}"
        return _("Running for {seconds} s, {processes}").format(seconds=seconds, processes=processes)
    seconds = f"{max(0, timeline.last_ns - timeline.begin_ns) / 1e9:.2f}"
    if not timeline.finished:
        return _("The recording stops after {seconds} s, {processes}").format(seconds=seconds, processes=processes)
    if timeline.ended_by is not None:
        return _("Stopped after {seconds} s, {processes}").format(seconds=seconds, processes=processes)
    if timeline.finished_exitcode is None:
        return _("Ended after {seconds} s, {processes}").format(seconds=seconds, processes=processes)
    return _("Ended with exit code {code} after {seconds} s, {processes}").format(
        code=timeline.finished_exitcode, seconds=seconds, processes=processes
    )


def facts_text(timeline: Timeline | None, settings: Settings) -> str:
    """With which Python, how often sampled, seen by whom."""
    if timeline is None:
        rate = 1000 // settings.interval_ms
        return _("{rate} samples per second").format(rate=rate)
    header = timeline.header
    rate = round(1e9 / header.interval_ns) if header.interval_ns else 0
    return _("Python {version}  ·  {method}  ·  {rate} samples per second").format(
        version=header.interpreter.version, method=header.interpreter.default_start_method or "–", rate=rate
    )


def trouble_texts(timeline: Timeline) -> list[str]:
    """What a reader of the picture must know about the recording itself."""
    from procviz.wording.report import notes_texts

    texts = []
    if timeline.torn:
        texts.append(_("This recording ends early: what is shown was recorded up to there."))
    if timeline.lost_events:
        lost = ngettext("{count} event was lost.", "{count} events were lost.", timeline.lost_events)
        texts.append(lost.format(count=timeline.lost_events))
    notes = (Note(t=timeline.begin_ns, note=name, facts=facts) for name, facts in timeline.notes)
    return texts + notes_texts(notes)
