"""A lesson run as the window runs it: through the real recorder, to its end, and what came of it."""

from __future__ import annotations

import platform
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from procviz.recorder.client import RecorderClient
from procviz.recorder.job import Job
from procviz.script.lessons import load_lesson
from procviz.script.params import Value
from procviz.script.scripts import program_of
from procviz.trace.file import read_recording
from procviz.trace.findings.all_findings import find
from procviz.trace.folding.fold import fold
from procviz.trace.records import Interpreter, Output
from procviz.trace.timeline import Timeline

DEADLINE_S = 60.0
HERE = Interpreter(executable=sys.executable, version=platform.python_version(), implementation="cpython")

Told = tuple[str, str]  # kind of a finding, name of the process that it is about ("main" for main)


@dataclass(frozen=True, slots=True)
class LessonRun:
    """What a lesson came to: its picture, the lines that it printed, and what was found."""

    timeline: Timeline
    lines: list[str]
    told: list[Told]

    @property
    def exitcode(self) -> int | None:
        """Main's exit code, as multiprocessing would say it."""
        return self.timeline.finished_exitcode

    def of(self, *kinds: str) -> set[Told]:
        """What was found of these kinds."""
        return {one for one in self.told if one[0] in kinds}

    def without(self, *kinds: str) -> list[Told]:
        """What was found, but for kinds that depend on how busy the machine is; in order of their names."""
        return sorted(one for one in self.told if one[0] not in kinds)

    def says(self, *story: str) -> bool:
        """Whether these lines were printed, in this order, whatever came between them."""
        rest = iter(self.lines)
        return all(any(line == one for line in rest) for one in story)


def run_lesson(lesson_id: str, folder: Path, python: Interpreter = HERE, /, **values: Value) -> LessonRun:
    """Record a lesson with these values to its end."""
    script = load_lesson(lesson_id).script
    for name, value in values.items():
        script = script.with_value(name, value)
    path = folder / "run.procviz"
    client = RecorderClient(
        Job(program=program_of(script, str(folder)), interpreter=python, recording=str(path), source=script.source)
    )
    client.start()
    try:
        until = time.monotonic() + DEADLINE_S
        while not client.finished:
            assert time.monotonic() < until, "the lesson does not end"
            client.wait(0.1)
    finally:
        client.close()
    recording = read_recording(path)
    timeline = fold(recording)
    text = "".join(record.text or "" for record in recording.records if isinstance(record, Output))
    plain = {timeline.label(life): life.name for life in timeline.lives.values()}  # without the pid of a namesake
    first = [(one.kind.value, (one.names or (None,))[0] or "main") for one in find(timeline)]
    told = [(kind, plain.get(name, name)) for kind, name in first]
    return LessonRun(timeline, text.splitlines(), told)
