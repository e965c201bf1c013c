"""Records that are whole and cannot be true: left out and told; a header that cannot be is refused."""

from __future__ import annotations

import csv
import io

import pytest

from procviz.trace.export.csv_table import table_csv
from procviz.trace.file import parse_recording
from procviz.trace.folding.fold import fold
from procviz.trace.problem import Problem, ProblemKind
from procviz.trace.records import Described, Witness, encode_line
from procviz.wording.report_text import report_text
from tests.trace.builders import Story, header, whole_run

IMPOSSIBLE = [
    b'{"k":"s","t":%d,"p":[1],"c":[1e308],"r":[5]}',
    b'{"k":"s","t":%d,"p":[1],"c":[-1],"r":[5]}',
    b'{"k":"s","t":%d,"p":[1],"c":[NaN],"r":[5]}',
    b'{"k":"s","t":%d,"p":[1],"c":[1e999],"r":[5]}',
    b'{"k":"s","t":%d,"p":[1],"c":[1],"r":[9223372036854775808]}',
    b'{"k":"s","t":%d,"p":[1],"c":[1],"r":[5,6]}',
    b'{"k":"ended","t":%d,"p":-1,"w":"os"}',
    b'{"k":"ended","t":%d,"p":true,"w":"os"}',
    b'{"k":"ended","t":%d,"p":1,"w":"os","max_rss_bytes":1e300}',
    b'{"k":"ended","t":%d,"p":1,"w":"os","exitcode":4294967296}',
    b'{"k":"ended","t":%d000000000,"p":1,"w":"os"}',
    b'{"k":"ended","t":-%d,"p":1,"w":"os"}',
]


def _lines(story: Story) -> list[bytes]:
    return [encode_line(record) for record in [story.header, *story.records]]


@pytest.mark.parametrize("line", IMPOSSIBLE)
def test_what_cannot_be_is_left_out_and_told(line: bytes) -> None:
    story = whole_run()
    lines = _lines(story)
    lines.insert(5, line % (story.header.monotonic_ns + 10**7) + b"\n")
    recording = parse_recording(b"".join(lines), "")
    assert recording.left_out == 1
    assert not recording.torn
    assert recording.records[1:] == story.records
    assert report_text(fold(recording)).count("1 record of it was left out") == 1


@pytest.mark.parametrize("field", ["monotonic_ns", "unix_ns", "interval_ns"])
@pytest.mark.parametrize("value", [b"-1", b"1e308", b"9223372036854775808", b"NaN"])
def test_a_header_that_cannot_be_is_refused(field: str, value: bytes) -> None:
    line = encode_line(header())
    told = b'"%s":%d' % (field.encode(), getattr(header(), field))
    assert told in line
    with pytest.raises(Problem) as caught:
        parse_recording(line.replace(told, b'"%s":%s' % (field.encode(), value)), "")
    assert caught.value.kind is ProblemKind.RECORDING_DAMAGED


NAMES = ["two\nlines", "\x1b[31mred", "\u202eback", "\u2066held", "nul\0", "e" + "\u0301" * 300, "x" * 10_000]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_changes_what_stands_around_it(name: str) -> None:
    plain, story = whole_run(), whole_run()
    story.records.append(Described(t=story.header.monotonic_ns + 10**9, p=2, w=Witness.CALL, name=name))
    text = report_text(fold(parse_recording(b"".join(_lines(story)), "")))
    before = report_text(fold(parse_recording(b"".join(_lines(plain)), "")))
    assert text.count("\n") == before.count("\n")
    assert all(letter.isprintable() for line in text.splitlines() for letter in line)
    assert max(map(len, text.splitlines())) < 1000


def test_a_cell_is_no_formula() -> None:
    story = whole_run()
    story.records.append(Described(t=story.header.monotonic_ns + 10**9, p=2, w=Witness.CALL, name="=1+1"))
    rows = list(csv.DictReader(io.StringIO(table_csv(fold(parse_recording(b"".join(_lines(story)), ""))))))
    assert "'=1+1" in {row["name"] for row in rows}
