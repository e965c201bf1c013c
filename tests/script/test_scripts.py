"""Scripts from files: what can be loaded, what is refused and in which words, what a recording says of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from procviz.script.scripts import Script, check_runnable, load_script, program_of
from procviz.trace.problem import Problem, ProblemKind

SLIDER = '#@param {type:"slider", min:1, max:32, step:1}'


def problem_of(path: Path) -> Problem:
    with pytest.raises(Problem) as caught:
        load_script(path)
    return caught.value


@pytest.mark.parametrize(
    ("data", "source"),
    [
        (b"", ""),
        ("x = '一'\r\n".encode(), "x = '一'\r\n"),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
        ("# coding: gbk\nx = '一'\n".encode("gbk"), "# coding: gbk\nx = '一'\n"),
        (
            b"#!/usr/bin/python\n# -*- coding: latin-1 -*-\nx = '\xe9'\n",
            "#!/usr/bin/python\n# -*- coding: latin-1 -*-\nx = 'é'\n",
        ),
        (b"x = = 1", "x = = 1"),
    ],
)
def test_a_file_is_read_in_the_encoding_it_declares(tmp_path: Path, data: bytes, source: str) -> None:
    path = tmp_path / "script.py"
    path.write_bytes(data)

    script = load_script(path)

    assert script == Script(source, title="script.py", path=path)
    assert script.unchanged_on_disk


@pytest.mark.parametrize(
    ("data", "line", "byte"),
    [
        (b"x = '\xe9'\n", 1, "0xe9"),
        (b"\xff", 1, "0xff"),
        (b"x = 1\n\xff\n", 2, "0xff"),
        (b"x = 1\r\n\r\ny = '\xc3(' # far down\n", 3, "0xc3"),
        (b"\n" * 5000 + b"\xe4", 5001, "0xe4"),
        (b"# coding: ascii\nx = '\xe9'\n", 2, "0xe9"),
        (b"# coding: nonsense\nx = '\xe9'\n", 2, "0xe9"),
    ],
)
def test_bytes_that_cannot_be_decoded_are_told_with_their_line(
    tmp_path: Path, data: bytes, line: int, byte: str
) -> None:
    path = tmp_path / "script.py"
    path.write_bytes(data)

    problem = problem_of(path)

    assert problem.kind is ProblemKind.SCRIPT_NOT_UTF8
    assert problem.facts == {"path": str(path), "line": line, "byte": byte}


@pytest.mark.parametrize("coding", ["nonsense", "hex", "rot13", "utf-16"])
def test_an_encoding_that_is_none_is_a_syntax_error(tmp_path: Path, coding: str) -> None:
    path = tmp_path / "script.py"
    path.write_text(f"# coding: {coding}\nx = 1\n")

    assert problem_of(path).kind in (ProblemKind.SCRIPT_SYNTAX, ProblemKind.SCRIPT_NOT_UTF8)


def test_what_is_no_script(tmp_path: Path) -> None:
    binary = tmp_path / "binary.py"
    binary.write_bytes(b"\x7fELF\0\0")

    assert problem_of(binary).kind is ProblemKind.SCRIPT_BINARY
    assert problem_of(tmp_path).kind is ProblemKind.SCRIPT_IS_FOLDER
    assert problem_of(tmp_path / "none.py").kind is ProblemKind.SCRIPT_MISSING
    assert problem_of(binary / "none.py").kind is ProblemKind.SCRIPT_MISSING
    assert problem_of(Path("nul\0byte.py")).kind is ProblemKind.SCRIPT_MISSING


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.py"
    os.mkfifo(pipe)

    assert problem_of(pipe).kind is ProblemKind.SCRIPT_BINARY


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="this user may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "secret.py"
    path.write_text("x = 1\n")
    path.chmod(0)

    problem = problem_of(path)

    assert problem.kind is ProblemKind.SCRIPT_UNREADABLE
    assert problem.facts["reason"]


@pytest.mark.skipif(os.name == "nt", reason="no link to itself there")
def test_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    loop = tmp_path / "loop.py"
    loop.symlink_to(loop)

    assert problem_of(loop).kind in (ProblemKind.SCRIPT_MISSING, ProblemKind.SCRIPT_UNREADABLE)


def test_an_edited_text_is_not_what_is_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "script.py"
    path.write_bytes(f"N = 4 {SLIDER}\r\n".encode())
    script = load_script(path)

    assert Script(script.source.replace("\r\n", "\n"), "", path).unchanged_on_disk
    assert not script.with_value("N", 5).unchanged_on_disk
    path.unlink()
    assert not script.unchanged_on_disk
    assert not Script("x = 1\n", "typed in").unchanged_on_disk


@pytest.mark.parametrize(
    ("source", "kind", "facts"),
    [
        ("x = = 1", ProblemKind.SCRIPT_SYNTAX, {"line": 1, "column": 5, "message": "invalid syntax"}),
        ("def f():\nx = 1", ProblemKind.SCRIPT_SYNTAX, {"line": 2, "column": 1}),
        ("N = 4 #@param {type:'knob'}", ProblemKind.PARAM_INVALID, {"line": 1, "name": "N", "reason": "unknown-type"}),
        (f"N = 40 {SLIDER}", ProblemKind.PARAM_VALUE, {"line": 1, "name": "N", "value": "40", "allowed": "1 … 32"}),
    ],
)
def test_why_a_script_cannot_run(source: str, kind: ProblemKind, facts: dict[str, object]) -> None:
    with pytest.raises(Problem) as caught:
        check_runnable(Script(source, "typed in"))

    assert caught.value.kind is kind
    assert facts.items() <= caught.value.facts.items()


def test_a_recording_says_what_was_run_with_what() -> None:
    script = Script(f"N = 4 {SLIDER}\n", "A title", lesson="exit-order", args=("-v",)).with_value("N", 5)
    check_runnable(script)

    program = program_of(script, cwd="elsewhere")

    assert program.argv == ["lesson:exit-order", "-v"]
    assert (program.title, program.lesson, program.path) == ("A title", "exit-order", None)
    assert program.source == f"N = 5 {SLIDER}\n"
    assert program.parameters == {"N": 5}
    assert program.cwd == "elsewhere"
    assert program_of(script).cwd == os.getcwd()
