"""Whatever a user gets wrong is one sentence with its place and cure, and exit code 70 to 79."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def said(procviz: Run, *args: str | Path) -> tuple[int, str]:
    """Exit code and the one line on stderr."""
    done = procviz(*args)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("procviz: ")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("name", "contents", "code", "words"),
    [
        ("missing.py", None, 72, "no script"),
        ("broken.py", b"print('a')\nif True\n    pass\n", 72, "line 2"),
        ("binary.py", b"\x7fELF\x00\x00\x01", 72, "binary"),
        ("latin.py", b"x = 1\nname = '\xe9'\n", 72, "line 2"),
        ("strange.py", b'N = 4  #@param {type:"wheel"}\n', 73, "line 1"),
        ("range.py", b'N = 9  #@param {type:"slider", min:1, max:4, step:1}\n', 73, "N"),
    ],
)
def test_bad_scripts(procviz: Run, tmp_path: Path, name: str, contents: bytes | None, code: int, words: str) -> None:
    if contents is not None:
        (tmp_path / name).write_bytes(contents)
    returncode, line = said(procviz, "record", "-o", "out.procviz", name)
    assert returncode == code
    assert words in line
    assert name in line or code == 73
    assert not (tmp_path / "out.procviz").exists()


def test_a_folder_is_no_script(procviz: Run, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert said(procviz, "record", "folder")[0] == 72


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("record", "lesson:nothing"), 73),
        (("record", "--set", "NOTHING=1", "lesson:daemon"), 73),
        (("record", "--set", "DAEMONS=many", "lesson:daemon"), 73),
        (("record", "--set", "DAEMONS=1000", "lesson:daemon"), 73),
        (("record", "--python", "no/such/python", "lesson:daemon"), 74),
        (("record", "--python", "/bin/sh", "lesson:daemon"), 74),
        (("record", "-o", "no/such/folder/out.procviz", "lesson:daemon"), 76),
        (("record", "-o", "out.docx", "lesson:daemon"), 71),
        (("record",), 71),
        (("report", "missing.procviz"), 75),
    ],
)
def test_bad_words(procviz: Run, args: tuple[str, ...], code: int) -> None:
    assert said(procviz, *args)[0] == code


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        (b"", "empty"),
        (b"no recording\n", "not a procviz recording"),
        (b"\x89PNG\r\n\x1a\n", "not a procviz recording"),
        (b'{"k":"header","format":99}\n', "newer"),
    ],
)
def test_bad_recordings(procviz: Run, tmp_path: Path, contents: bytes, words: str) -> None:
    (tmp_path / "bad.procviz").write_bytes(contents)
    code, line = said(procviz, "report", "bad.procviz")
    assert code == 75
    assert words in line


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="NOT TESTED: needs a file that not even root can read")
@pytest.mark.parametrize("args", [("report",), ("report", "--json"), ("export", "-o", "out.svg")])
def test_a_recording_that_cannot_be_read_is_not_called_missing(procviz: Run, args: tuple[str, ...]) -> None:
    code, line = said(procviz, *args, "/proc/self/mem")
    assert (code, "cannot be read" in line, "/proc/self/mem" in line) == (75, True, True)


@pytest.mark.parametrize("name", ["folder", "folder.procviz", "folder.png"])
def test_a_folder_is_no_recording(procviz: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    code, line = said(procviz, "report", name)
    assert (code, f"{name} is a folder" in line) == (75, True)


def test_a_cut_recording_opens_up_to_the_cut_and_says_so(procviz: Run, tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text("print('hello')")
    assert procviz("record", "-o", "whole.procviz", "plain.py").returncode == 0
    whole = (tmp_path / "whole.procviz").read_bytes()
    (tmp_path / "cut.procviz").write_bytes(whole[: len(whole) * 2 // 3])
    done = procviz("report", "cut.procviz")
    assert done.returncode == 0
    assert "cut.procviz" in done.stderr
    assert "main" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_said_and_the_program_runs_on(procviz: Run, tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text("print('hello')")
    (tmp_path / "full.procviz").symlink_to("/dev/full")
    done = procviz("record", "-o", "full.procviz", "plain.py")
    assert (done.returncode, done.stdout) == (77, "hello\n")
    assert "disk is full" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows always has a desktop")
def test_no_screen_is_one_sentence(procviz: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM")
    assert os.environ.get("DISPLAY") is None
    assert said(procviz)[0] == 78
