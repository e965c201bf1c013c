"""Which Python: real interpreters, and things that only look like one."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from pathlib import Path

import pytest

from procviz.places import cache_folder
from procviz.script.interpreters import examine
from procviz.trace.problem import Problem, ProblemKind
from procviz.trace.records import Interpreter

posix_only = pytest.mark.skipif(os.name == "nt", reason="shell scripts")


@pytest.fixture(autouse=True)
def _no_cache() -> None:
    (cache_folder() / "interpreters.json").unlink(missing_ok=True)


def script(path: Path, text: str) -> str:
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    return str(path)


def problem_of(executable: str) -> Problem:
    with pytest.raises(Problem) as caught:
        examine(executable)
    return caught.value


def test_our_own_interpreter_needs_no_question() -> None:
    ours = examine()

    assert ours == examine(sys.executable)
    assert ours.executable == sys.executable
    assert ours.version == platform.python_version()
    assert ours.default_start_method in ("fork", "spawn", "forkserver")


@posix_only
def test_another_interpreter_answers_for_itself(tmp_path: Path) -> None:
    link = tmp_path / "my python"
    link.symlink_to(sys.executable)

    asked = examine(str(link))

    assert (asked.version, asked.implementation) == (platform.python_version(), sys.implementation.name)
    assert asked.default_start_method == examine().default_start_method
    assert examine(str(link)) == asked


@posix_only
def test_a_name_is_looked_up_in_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "python-of-mine").symlink_to(sys.executable)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    assert examine("python-of-mine").version == platform.python_version()


@posix_only
def test_an_answer_is_kept_until_the_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "python"
    path.symlink_to(sys.executable)
    first = examine(str(path))
    cache = cache_folder() / "interpreters.json"
    cache.write_bytes(cache.read_bytes().replace(f'"version":"{first.version}"'.encode(), b'"version":"3.99.0"'))

    kept = examine(str(path)).version
    path.unlink()
    path.symlink_to(script(tmp_path / "other", f'exec "{sys.executable}" "$@"\n'))
    asked_again = examine(str(path)).version

    assert (kept, asked_again) == ("3.99.0", first.version)


@posix_only
@pytest.mark.parametrize("content", [b"", b"{", b'{"a": 1}', b"\xff"])
def test_a_spoilt_cache_is_no_obstacle(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "python"
    path.symlink_to(sys.executable)
    (cache_folder() / "interpreters.json").write_bytes(content)

    assert isinstance(examine(str(path)), Interpreter)


def test_an_interpreter_that_is_not_there(tmp_path: Path) -> None:
    assert problem_of(str(tmp_path / "python")).kind is ProblemKind.INTERPRETER_MISSING
    assert problem_of("no-such-python").facts == {"path": "no-such-python"}
    assert problem_of("").kind is ProblemKind.INTERPRETER_MISSING


@posix_only
def test_what_is_no_python(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("hello")

    assert problem_of(str(tmp_path)).kind is ProblemKind.INTERPRETER_NOT_PYTHON
    assert problem_of(str(plain)).kind is ProblemKind.INTERPRETER_NOT_PYTHON
    assert problem_of(shutil.which("true") or "").kind is ProblemKind.INTERPRETER_NOT_PYTHON
    assert problem_of(script(tmp_path / "chatty", "echo '{}'\n")).kind is ProblemKind.INTERPRETER_NOT_PYTHON


@posix_only
@pytest.mark.parametrize(
    "answer",
    [
        'echo \'{"executable": "/x", "version": "3.7.9", "implementation": "cpython"}\'\n',
        'case "$1" in -V) echo Python 2.7.18 >&2;; *) echo unknown option -I >&2; exit 2;; esac\n',
    ],
)
def test_a_python_too_old_is_told_with_its_version(tmp_path: Path, answer: str) -> None:
    problem = problem_of(script(tmp_path / "old", answer))

    assert problem.kind is ProblemKind.INTERPRETER_TOO_OLD
    assert problem.facts["version"] in ("3.7.9", "2.7.18")


@posix_only
def test_one_that_never_ends_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("procviz.script.interpreters._PATIENCE_S", 0.2)

    assert problem_of(script(tmp_path / "slow", "exec sleep 60\n")).kind is ProblemKind.INTERPRETER_NOT_PYTHON
