"""The status line in words: what goes on, with what, and what is amiss with a recording. Knows no widgets."""

from __future__ import annotations

import os
from pathlib import Path

from procviz.places import own_python
from procviz.trace.records import Note
from procviz.trace.timeline import Timeline
from procviz.ui.settings import Settings
from procviz.wording import _, ngettext
from procviz.wording.foreign_text import in_one_line, shown

LONGEST_PATH = 60


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
        chosen = settings.interpreter
        python = _("Python at {path}").format(path=short_path(chosen)) if chosen else _("procviz's own Python")
        return _("{python}  ·  {rate} samples per second").format(python=python, rate=rate)
    header = timeline.header
    rate = round(1e9 / header.interval_ns) if header.interval_ns else 0
    interpreter, method = header.interpreter, header.interpreter.default_start_method
    python = _python_text(interpreter.executable, interpreter.version)
    text = _("{python}  ·  {rate} samples per second")
    if method is not None:
        text = _("{python}  ·  {method} by default  ·  {rate} samples per second")
    return text.format(python=python, method=None if method is None else shown(method), rate=rate)


def _python_text(executable: str, version: str) -> str:
    """Which Python that is: procviz's own, or the one at a place."""
    if executable == str(own_python()) or Path(executable).stem == "procviz-python":
        return _("procviz's own Python {version}").format(version=shown(version))
    return _("Python {version} at {path}").format(version=shown(version), path=short_path(executable))


def short_path(path: str) -> str:
    """A path as a person writes it, the middle left out where it is long."""
    home = str(Path.home())
    if path.startswith(home + os.sep):
        path = "~" + path[len(home) :]
    path = in_one_line(path)
    return path if len(path) <= LONGEST_PATH else f"{path[: LONGEST_PATH // 3]}…{path[-LONGEST_PATH * 2 // 3 :]}"


def trouble_texts(timeline: Timeline) -> list[str]:
    """What a reader of the picture must know about the recording itself."""
    from procviz.wording.report_text import notes_texts

    texts = []
    if timeline.torn:
        texts.append(_("This recording ends early: what is shown was recorded up to there."))
    if timeline.lost_events:
        lost = ngettext("{count} event was lost.", "{count} events were lost.", timeline.lost_events)
        texts.append(lost.format(count=timeline.lost_events))
    notes = (Note(t=timeline.begin_ns, note=name, facts=facts) for name, facts in timeline.notes)
    return texts + notes_texts(notes)
