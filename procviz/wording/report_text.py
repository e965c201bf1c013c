"""The report as text: a table of the processes and what happened, for a terminal of any width and language."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence

from procviz.trace.findings.all_findings import find
from procviz.trace.records import Note
from procviz.trace.timeline import Edge, Life, Timeline
from procviz.wording import _, ngettext
from procviz.wording.findings.sentences import sentence
from procviz.wording.foreign_text import LONGEST_LINE, in_one_line, shown
from procviz.wording.influence import influence_texts
from procviz.wording.quantities import duration_text, moment_text
from procviz.wording.states import cause_text, kind_text, process_name

_GAP = "  "
_DEEPEST = 20  # levels that are set in; of more the table would grow without end
_NUMBERS = (1, 3, 4, 5)  # columns of numbers stand flush right


def report_text(timeline: Timeline, *, with_influence: bool = False) -> str:
    """Everything about a run, ending with a newline; on request with what recording it changed."""
    lines = [_headline(timeline), "", *_table(timeline)]
    found = [sentence(finding, timeline) for finding in find(timeline)]
    if found:
        lines += ["", _("What happened:")]
        lines += [f"- {text}" for text in found]
    notes = notes_texts(Note(t=timeline.begin_ns, note=name, facts=facts) for name, facts in timeline.notes)
    if notes:
        lines += ["", _("About this recording:")]
        lines += [f"- {text}" for text in notes]
    if with_influence:
        lines += ["", _("How it was recorded, and what that changed:")]
        lines += [f"- {text}" for text in influence_texts(timeline.header)]
    return "\n".join(in_one_line(line).rstrip() for line in lines) + "\n"


def note_text(note: Note) -> str:
    """What a note about the recording itself means to its reader; "" where it is of no use to them."""
    write = _NOTES.get(note.note)
    return write(note) if write is not None else ""


def notes_texts(notes: Iterable[Note]) -> list[str]:
    """What must be known of a recording itself, each thing once; of a rate that bent, how far it did at most."""
    kept = list(notes)
    bent = [note for note in kept if note.note == "rate-bent"]
    slowest = max(bent, key=lambda note: _whole(note, "interval_ns"), default=None)
    texts = [note_text(note) for note in kept if note.note != "rate-bent" or note is slowest]
    lost = sum(_whole(note, "count") for note in kept if note.note == "records-left-out")
    if lost > 0:
        texts.insert(0, _left_out(lost))
    return list(dict.fromkeys(text for text in texts if text))


def _headline(timeline: Timeline) -> str:
    program, count = timeline.header.program, len(timeline.lives)
    text = ngettext(
        "{program}: {count} process in {duration}, Python {version}",
        "{program}: {count} processes in {duration}, Python {version}",
        count,
    )
    return text.format(
        program=shown(" ".join(program.argv) or program.title, LONGEST_LINE),
        count=count,
        duration=duration_text(max(timeline.last_ns - timeline.begin_ns, 0)),
        version=shown(timeline.header.interpreter.version),
    )


def _table(timeline: Timeline) -> list[str]:
    head = [_("process"), _("pid"), _("kind"), _("started"), _("ended"), _("exit"), _("why")]
    rows = [head, *(_row(life, timeline) for life in timeline.lives.values())]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [_GAP.join(_cells(row, widths)) for row in rows]


def _row(life: Life, timeline: Timeline) -> list[str]:
    return [
        "  " * min(life.depth, _DEEPEST) + process_name(life),
        str(life.pid),
        kind_text(life.kind),
        _at(life.started, timeline),
        _at(life.ended, timeline),
        "–" if life.exitcode is None else str(life.exitcode),
        cause_text(life, timeline),
    ]


def _at(edge: Edge | None, timeline: Timeline) -> str:
    return "–" if edge is None else moment_text(edge.ts_ns - timeline.begin_ns)


def _cells(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    cells = []
    for column, (text, width) in enumerate(zip(row, widths, strict=True)):
        space = " " * (width - _width(text))
        cells.append(space + text if column in _NUMBERS else text + space)
    return cells


def _width(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese characters take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def _fact(note: Note, name: str) -> str:
    value = note.facts.get(name)
    return "?" if value is None else shown(str(value), LONGEST_LINE)


def _whole(note: Note, name: str) -> int:
    value = note.facts.get(name)
    return value if isinstance(value, int) else 0


def _left_out(count: int) -> str:
    text = ngettext(
        "{count} record of it was left out: it tells of what cannot be, like a negative length or a time far away.",
        "{count} records of it were left out: they tell of what cannot be, like a negative length or a time far away.",
        count,
    )
    return text.format(count=count)


def _rate_bent(note: Note) -> str:
    interval_ns = note.facts.get("interval_ns")
    if not isinstance(interval_ns, int):
        return ""
    return _("To stay cheap, CPU and memory were read less often at times: every {duration}.").format(
        duration=duration_text(interval_ns)
    )


_UNREADABLE: dict[str, Callable[[], str]] = {
    "cpu": lambda: _("The system did not tell the CPU time of every process: where it is missing, there is a gap."),
    "memory": lambda: _("The system did not tell the memory of every process: where it is missing, there is a gap."),
    "unique-memory": lambda: _(
        "The system did not tell how much memory a process has for itself alone: where it is missing, there is a gap."
    ),
}
_NOTES: dict[str, Callable[[Note], str]] = {
    "witness-fell-back": lambda note: _(
        "The kernel's events were not to be had ({reason}): births and ends come from the next best witness."
    ).format(reason=_fact(note, "reason")),
    "no-terminal": lambda note: _(
        "The system had no terminal for the program ({reason}): its output went into a pipe instead."
    ).format(reason=_fact(note, "reason")),
    "probe-silent": lambda note: _(
        "The interpreter did not load the probe (-I, -E, -S or an environment of its own): "
        "only what the operating system tells is shown."
    ),
    "probe-error": lambda note: _("The probe could not do a part of its work: {message}").format(
        message=_fact(note, "message")
    ),
    "rate-bent": _rate_bent,
    "survivor": lambda note: _("Process {pid} could not be ended: it belongs to another user.").format(
        pid=_fact(note, "pid")
    ),
    "write-failed": lambda note: _(
        "The recording could not be written on ({reason}): what had been recorded is kept."
    ).format(reason=_fact(note, "reason")),
    "short-lived-may-be-missed": lambda note: _(
        "The kernel's events were not in use, and not all of these processes tell of themselves: "
        "children of such a process that lived for some milliseconds only may be missing."
    ),
    "output-by-chunk": lambda note: _(
        "At times a process printed more than a thousand times a second: who printed which line is known, "
        "when it was printed to a fiftieth of a second."
    ),
    "unreadable": lambda note: _UNREADABLE.get(str(note.facts.get("what")), lambda: "")(),
    "interpreter-died": lambda note: _("The interpreter ended before it ran anything."),
}
