"""Recordings that were damaged or made up: any of them is read, told, exported and shown, or refused in a sentence.

`python -m tests.mutants exports FIRST COUNT FOLDER` tries many; a mutant that fails is kept there, and `now`
says which one ended the process.
"""

from __future__ import annotations

import faulthandler
import json
import os
import random
import sys
import traceback
import unicodedata
import warnings
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from procviz.trace.export.chrome_trace import chrome_trace
from procviz.trace.export.csv_table import table_csv
from procviz.trace.export.json_report import report_object
from procviz.trace.file import parse_recording
from procviz.trace.folding.fold import fold
from procviz.trace.problem import Problem
from procviz.trace.records import encode_line
from procviz.trace.timeline import Timeline
from procviz.ui.files.picture_export import export_picture
from procviz.wording.findings.sentences import sentence
from procviz.wording.problems import problem_text
from procviz.wording.report_text import report_text
from tests.trace.builders import whole_run

RECORDINGS = Path(__file__).parent / "recordings"
PICTURES = (".svg", ".png", ".pdf")
PICTURE_EVERY = 10

# Written as they would stand in the file: JSON has no NaN, and a reader must not care.
NUMBERS = (
    "0", "-1", "1", "-0.0", "0.5", "1e-320", "1e7", "1e308", "-1e308", "1e999", "NaN", "Infinity", "-Infinity",
    "2147483647", "2147483648", "4294967295", "9007199254740992", "1125899906842624", "4611686018427387904",
    "4611686018427387905", "9223372036854775807", "9223372036854775808", "18446744073709551616", "-9223372036854775808",
    "1" + "0" * 400,
)  # fmt: skip
TEXTS = (
    "", " ", "\n", "a\nb\r\nc", "\t", "\0", "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\u202eback", "\u2066held",
    "\u2028", "\ufeff", "\ud800", "e" + "\u0301" * 300, "x" * 10_000, "漢" * 3000, "👩\u200d👩\u200d👧", "=1+1",
    "<b>bold</b><img src=x>", "&amp;", "{name}", "%s%n", "../../etc/passwd", "\uffff", "main", "SIGKILL", "start",
)  # fmt: skip
OTHERS = ("null", "true", "false", "[]", "{}", "[[]]", '{"a":1}', "[1,2,3]", "[null]", "[" * 2000 + "]" * 2000)


def originals() -> list[bytes]:
    """Whole recordings of every kind, to be damaged."""
    story = whole_run()
    made = b"".join(encode_line(record) for record in [story.header, *story.records])
    return [made, *(path.read_bytes() for path in sorted(RECORDINGS.glob("*.procviz")))]


@lru_cache(maxsize=1)
def _originals() -> list[bytes]:
    return originals()


def mutant(number: int) -> bytes:
    """The same number always gives the same recording."""
    dice = random.Random(number)
    data = dice.choice(_originals())
    for _ in range(dice.choice((1, 1, 1, 2, 5, 25))):
        data = dice.choices((_value, _far, _lines, _bytes, _cut), (12, 4, 4, 1, 1))[0](data, dice)
    return data


def _value(data: bytes, dice: random.Random) -> bytes:
    """One field of one record is another."""
    lines = data.split(b"\n")
    at = dice.randrange(len(lines)) if dice.random() > 0.03 else 0
    try:
        record = json.loads(lines[at])
    except (ValueError, RecursionError):
        return data
    places = list(_places(record))
    if not places:
        return data
    holder, key = dice.choice(places)
    holder[key] = "\0here"
    text = json.dumps(record, separators=(",", ":"))
    lines[at] = text.replace('"\\u0000here"', _something(dice), 1).encode("utf-8", "replace")
    return b"\n".join(lines)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in list(keys):
        yield value, key
        yield from _places(value[key])


def _something(dice: random.Random) -> str:
    kind = dice.random()
    if kind < 0.55:
        return dice.choice((*NUMBERS, str(dice.randrange(60))))
    return json.dumps(dice.choice(TEXTS)) if kind < 0.85 else dice.choice(OTHERS)


def _far(data: bytes, dice: random.Random) -> bytes:
    """A moment that the door lets in, but that is far from all others."""
    lines = data.split(b"\n")
    at = dice.randrange(1, max(len(lines), 2))
    try:
        record, header = json.loads(lines[at]), json.loads(lines[0])
        record["t"] = header["monotonic_ns"] + round(dice.choice((-1, 1, 1)) * 10 ** dice.uniform(0, 18.5))
    except (ValueError, RecursionError, LookupError, TypeError, OverflowError):
        return data
    lines[at] = json.dumps(record, separators=(",", ":")).encode("utf-8", "replace")
    return b"\n".join(lines)


def _lines(data: bytes, dice: random.Random) -> bytes:
    """A line is missing, comes again, many times, or stands elsewhere."""
    lines = data.split(b"\n")
    one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    match dice.randrange(4):
        case 0:
            del lines[one]
        case 1:
            lines.insert(other, lines[one])
        case 2:
            lines[other:other] = [lines[one]] * 300
        case 3:
            lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _bytes(data: bytes, dice: random.Random) -> bytes:
    """Some bytes are others."""
    made = bytearray(data)
    for _ in range(dice.choice((1, 1, 3, 30)) if made else 0):
        made[dice.randrange(len(made))] = dice.randrange(256)
    return bytes(made)


def _cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data) + 1)]


def through_exports(data: bytes, number: int, folder: Path) -> Timeline | None:
    """Read, fold, findings, report, every export; None where it is refused in one sentence."""
    try:
        timeline = fold(parse_recording(data, "mutant.procviz"))
    except Problem as problem:
        _check_sentence(problem)
        return None
    text = report_text(timeline)
    assert not [letter for line in text.split("\n") for letter in line if _moves(letter)]
    for made in (msgspec.json.encode(report_object(timeline, sentence)), chrome_trace(timeline)):
        json.loads(made, parse_constant=_no_json)
    table_csv(timeline).encode()
    if number % PICTURE_EVERY == 0:
        picture = folder / f"picture{PICTURES[number // PICTURE_EVERY % len(PICTURES)]}"
        try:
            export_picture(timeline, picture, recording=data)
        except Problem as problem:
            _check_sentence(problem)
        else:
            _check(picture)
    return timeline


def _check_sentence(problem: Problem) -> None:
    assert "\n" not in problem_text(problem)


def _moves(letter: str) -> bool:
    """Whether it could change what stands around it."""
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") and letter not in "\u200c\u200d"


def _no_json(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _check(picture: Path) -> None:
    if picture.suffix == ".svg":
        from xml.etree import ElementTree

        ElementTree.parse(picture)
    assert picture.stat().st_size > 500


def run(first: int, count: int, folder: Path, through: Callable[[bytes, int, Path], object]) -> int:
    """Try mutants; keeps those that fail, says how many. Whoever ends the process leaves `now` behind."""
    failed = 0
    now = folder / f"now-{first}"
    for number in range(first, first + count):
        now.write_text(str(number))
        try:
            through(mutant(number), number, folder)
        except Exception as error:
            failed += 1
            (folder / f"{number}.procviz").write_bytes(mutant(number))
            (folder / f"{number}.txt").write_text("".join(traceback.format_exception(error)))
            print(number, repr(error)[:200], flush=True)
    now.unlink()
    return failed


def _main() -> int:
    faulthandler.enable()
    warnings.simplefilter("error")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    way, first, count, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    own = folder / f"{way}-{first}"
    own.mkdir(parents=True, exist_ok=True)
    os.environ["XDG_CONFIG_HOME"] = os.environ["HOME"] = str(own)
    if way == "exports":
        failed = run(first, count, own, through_exports)
    else:
        from tests.ui.shell.mutants import Window

        failed = run(first, count, own, Window().through)
    print(f"{way}: {count} mutants from {first} on, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(_main())
