"""What becomes of a recording on the command line: a picture, a table, a report. Needs Qt only for a picture.

What makes a timeline of records is imported when there is one to make: `procviz record` starts its program before that.
"""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from procviz.cli.arguments import Arguments
from procviz.trace.file import Recording, parse_recording, recording_bytes
from procviz.trace.problem import Problem, ProblemKind
from procviz.wording import _

if TYPE_CHECKING:
    from procviz.trace.timeline import Timeline

_PICTURES = (".png", ".svg", ".pdf")
ENDINGS = (".procviz", *_PICTURES, ".csv", ".json")


def export(arguments: Arguments) -> int:
    """`procviz export`: a recording as something else. Raises Problem."""
    assert arguments.out is not None
    check_writable(arguments.out)
    recording, data = _load(arguments.recording)
    write_output(recording, data, arguments.out, scale=arguments.scale, dark=arguments.theme == "dark")
    return 0


def report(arguments: Arguments) -> int:
    """`procviz report`: processes and findings, as text or JSON. Raises Problem."""
    recording, _data = _load(arguments.recording)
    if arguments.json:
        import msgspec

        from procviz.trace.export.json_report import report_object
        from procviz.wording.findings.sentences import sentence

        sys.stdout.buffer.write(msgspec.json.encode(report_object(_folded(recording), sentence)) + b"\n")
        sys.stdout.buffer.flush()
    else:
        print_report(recording, sys.stdout.write, with_influence=True)
    return 0


def list_lessons() -> int:
    """`procviz lessons`: id and title, one line each."""
    from procviz.script.lessons import lesson_ids, load_lesson
    from procviz.wording import language

    ids = lesson_ids()
    width = max(map(len, ids), default=0)
    for lesson_id in ids:
        print(f"{lesson_id:{width}}  {load_lesson(lesson_id).text(language()).title}")
    return 0


def print_report(
    recording: Recording, write: Callable[[str], object] = sys.stderr.write, *, with_influence: bool = False
) -> None:
    """Processes and findings as text; on request with what recording changed for the program."""
    from procviz.wording.report_text import report_text

    write(report_text(_folded(recording), with_influence=with_influence))


def write_output(recording: Recording, data: bytes, out: Path, *, scale: int = 2, dark: bool = False) -> None:
    """Write a recording as what the ending of `out` asks for. Raises Problem(OUTPUT_UNWRITABLE, DISK_FULL, ...)."""
    timeline = _folded(recording)
    ending = out.suffix.lower()
    if ending in _PICTURES:
        from procviz.ui.files.picture_export import export_picture

        export_picture(timeline, out, scale=scale, dark=dark, recording=data)
    else:
        write_file(out, _contents(timeline, data, ending))


def _folded(recording: Recording) -> Timeline:
    from procviz.trace.folding.fold import fold

    return fold(recording)


def _contents(timeline: Timeline, data: bytes, ending: str) -> bytes:
    if ending == ".csv":
        from procviz.trace.export.csv_table import table_csv

        return table_csv(timeline).encode()
    if ending == ".json":
        from procviz.trace.export.chrome_trace import chrome_trace

        return chrome_trace(timeline)
    return data


def write_file(path: Path, contents: bytes) -> None:
    """Write a whole file or leave what was there. Raises Problem(OUTPUT_UNWRITABLE, DISK_FULL)."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(contents)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise _unwritable(path, error) from error


def check_writable(path: Path) -> None:
    """Say before a run, not after it, that its result cannot be kept. Raises Problem."""
    if path.suffix.lower() not in ENDINGS:
        raise Problem(ProblemKind.OUTPUT_ENDING, path=str(path), known=" ".join(ENDINGS))
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        with tempfile.TemporaryFile(dir=path.parent):
            pass
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> Problem:
    if error.errno == errno.ENOSPC:
        return Problem(ProblemKind.DISK_FULL, path=str(path))
    return Problem(ProblemKind.OUTPUT_UNWRITABLE, path=str(path), reason=error.strerror or str(error))


def _load(path: Path) -> tuple[Recording, bytes]:
    """A recording and its bytes, from a .procviz file or from the PNG that carries it; says when it was cut."""
    recording, data = _read(path)
    if recording.torn:
        print(
            "procviz: " + _("{path} ends early: this is what was recorded up to there").format(path=path),
            file=sys.stderr,
        )
    return recording, data


def _read(path: Path) -> tuple[Recording, bytes]:
    if path.suffix.lower() == ".png":
        from procviz.ui.files.picture_export import recording_in_picture

        data = recording_in_picture(path)
    else:
        data = recording_bytes(path)
    return parse_recording(data, str(path)), data
