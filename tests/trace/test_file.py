"""The recording on disk: whole, cut, damaged, foreign."""

from __future__ import annotations

from pathlib import Path

import pytest

from procviz.trace.file import parse_recording, read_recording, write_recording
from procviz.trace.problem import Problem, ProblemKind
from procviz.trace.records import AnyRecord, Samples, encode_line
from tests.trace.builders import Story, header, ns, whole_run

RECORDINGS = Path(__file__).parent.parent / "recordings"


def _bytes(story: Story) -> bytes:
    return b"".join(map(encode_line, [story.header, *story.records]))


def test_what_was_written_is_read(tmp_path: Path) -> None:
    story = whole_run()
    path = tmp_path / "run.procviz"
    write_recording(path, [story.header, *story.records])
    recording = read_recording(path)
    assert recording.header == story.header
    assert recording.records == story.records
    assert (recording.torn, recording.torn_line) == (False, None)


def test_read_and_written_again_is_the_same_file(tmp_path: Path) -> None:
    story = Story()
    story.tick(50, 1)
    story.tick(100, 1, same=True)
    story.tick(150, 1, same=True)
    story.finishes(200)
    data = _bytes(story)
    recording = parse_recording(data, "run.procviz")
    path = tmp_path / "again.procviz"
    write_recording(path, [recording.header, *recording.records])
    assert path.read_bytes() == data


def test_samples_get_their_processes_from_the_tick_before() -> None:
    story = Story()
    story.child(2, 20)
    story.tick(50, 1, 2)
    story.tick(100, 1, 2, same=True)
    story.tick(150, 1)
    story.tick(200, 1, same=True)
    ticks = [one.p for one in parse_recording(_bytes(story), "").records if isinstance(one, Samples)]
    assert ticks == [[1, 2], [1, 2], [1], [1]]


def test_a_tick_that_does_not_say_of_whom_is_left_out() -> None:
    story = Story()
    story.tick(50, 1, same=True)
    assert not any(isinstance(one, Samples) for one in parse_recording(_bytes(story), "").records)


def test_cut_at_every_byte_it_opens_up_to_the_cut() -> None:
    story = whole_run()
    data = _bytes(story)
    first = data.index(b"\n") + 1
    for cut in range(first, len(data) - 1, 7):
        recording = parse_recording(data[:cut], "")
        lines = data[:cut].count(b"\n") - 1
        assert recording.torn
        assert lines <= len(recording.records) <= lines + 1
        assert recording.records == story.records[: len(recording.records)]


def test_the_last_newline_may_be_missing() -> None:
    recording = parse_recording(_bytes(whole_run())[:-1], "")
    assert not recording.torn


def test_without_an_end_it_is_torn_at_no_line() -> None:
    story = whole_run()
    story.records.pop()
    recording = parse_recording(_bytes(story), "")
    assert (recording.torn, recording.torn_line) == (True, None)
    assert recording.records == story.records


def test_a_header_alone_is_a_torn_recording_of_nothing() -> None:
    recording = parse_recording(encode_line(header()), "")
    assert recording.torn
    assert recording.records == []


@pytest.mark.parametrize("damage", [b"{not json}\n", b"\x00\xff\xfe\n", b"[1, 2]\n", b'{"k":1,"t":"x"}\n', b'"s"\n'])
def test_a_damaged_line_ends_the_reading_there(damage: bytes) -> None:
    story = whole_run()
    lines = _bytes(story).splitlines(keepends=True)
    recording = parse_recording(b"".join([*lines[:9], damage, *lines[9:]]), "")
    assert (recording.torn, recording.torn_line) == (True, 10)
    assert recording.records == story.records[:8]


def test_kinds_and_fields_of_later_versions_are_skipped() -> None:
    story = whole_run()
    lines = _bytes(story).splitlines(keepends=True)
    lines.insert(3, b'{"k":"moon-phase","t":1,"p":2}\n')
    lines[5] = lines[5].replace(b'"k"', b'"new":[1,{"a":2}],"k"', 1)
    recording = parse_recording(b"".join(lines), "")
    assert recording.records == story.records
    assert not recording.torn


BAD = [
    (b"", ProblemKind.RECORDING_EMPTY, {}),
    (b"\n \n", ProblemKind.RECORDING_EMPTY, {}),
    (b"import os\nprint(os)\n", ProblemKind.RECORDING_FOREIGN, {}),
    (b"\x89PNG\r\n\x1a\n\x00\x00", ProblemKind.RECORDING_FOREIGN, {}),
    (b'{"k":"began","t":1}\n', ProblemKind.RECORDING_FOREIGN, {}),
    (b"[1]\n", ProblemKind.RECORDING_FOREIGN, {}),
    (b"\xff\xfe{}\n", ProblemKind.RECORDING_FOREIGN, {}),
    (b'{"k":"header","format":2,"moon":1}\n', ProblemKind.RECORDING_NEWER, {"version": 2, "supported": 1}),
    (b'{"k":"header","format":1}\n', ProblemKind.RECORDING_DAMAGED, {"line": 1}),
    (encode_line(header())[:80], ProblemKind.RECORDING_DAMAGED, {"line": 1}),
]


@pytest.mark.parametrize(("data", "kind", "facts"), BAD)
def test_what_is_no_recording_says_why(data: bytes, kind: ProblemKind, facts: dict[str, int]) -> None:
    with pytest.raises(Problem) as caught:
        parse_recording(data, "run.procviz")
    assert caught.value.kind is kind
    assert caught.value.facts == {"path": "run.procviz", **facts}


def test_a_missing_file_and_a_folder_are_problems(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        read_recording(tmp_path / "none.procviz")
    assert caught.value.kind is ProblemKind.RECORDING_MISSING
    with pytest.raises(Problem) as caught:
        read_recording(tmp_path)
    assert caught.value.kind is ProblemKind.RECORDING_IS_FOLDER


BROKEN = {
    "empty": ProblemKind.RECORDING_EMPTY,
    "foreign": ProblemKind.RECORDING_FOREIGN,
    "binary": ProblemKind.RECORDING_FOREIGN,
    "newer": ProblemKind.RECORDING_NEWER,
    "damaged-header": ProblemKind.RECORDING_DAMAGED,
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_refused(name: str) -> None:
    with pytest.raises(Problem) as caught:
        read_recording(RECORDINGS / "broken" / f"{name}.procviz")
    assert caught.value.kind is BROKEN[name]


@pytest.mark.parametrize(("name", "torn_line"), [("cut", 9), ("without-end", None), ("damaged-line", 6)])
def test_torn_files_open_up_to_the_tear(name: str, torn_line: int | None) -> None:
    recording = read_recording(RECORDINGS / "broken" / f"{name}.procviz")
    assert recording.torn
    assert recording.torn_line == torn_line
    assert recording.records


def test_many_samples_are_small(tmp_path: Path) -> None:
    records: list[AnyRecord] = []
    people = list(range(1, 101))
    for tick in range(2_000):
        cpu: list[float | None] = [round((p * 7.3 + tick * 1.7) % 100, 1) for p in people]
        rss: list[int | None] = [14_000 + (p * 13 + tick) % 900 for p in people]
        records.append(Samples(t=ns(tick * 50), p=people, c=cpu, r=rss))
    path = tmp_path / "long.procviz"
    write_recording(path, [header(), *records])
    assert path.stat().st_size < 4_000_000
    assert read_recording(path).records == records
