"""Which Python runs a script: the one asked for, checked, or the one procviz itself runs on."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from procviz.places import cache_folder, own_python
from procviz.trace.problem import Problem, ProblemKind
from procviz.trace.records import Interpreter

_OLDEST = (3, 8)
_PATIENCE_S = 10.0  # a cold start from a slow disk takes seconds; a program that is no Python may never end
_QUESTION = """
import json, multiprocessing, platform, sys
print(json.dumps({
    "executable": sys.executable,
    "version": platform.python_version(),
    "implementation": sys.implementation.name,
    "default_start_method": multiprocessing.get_all_start_methods()[0],
}))
"""


class _Answer(msgspec.Struct, frozen=True):
    """What an interpreter said, and the state of the file that said it."""

    real_path: str
    modified_ns: int
    size_bytes: int
    interpreter: Interpreter


def examine(executable: str | None = None) -> Interpreter:
    """Ask an interpreter who it is (None: the one procviz runs on). Cached per path and modification time.

    `executable` is a path or a name that PATH knows.
    Raises Problem(INTERPRETER_MISSING, INTERPRETER_NOT_PYTHON, INTERPRETER_TOO_OLD).
    """
    if executable is None or executable in (sys.executable, str(own_python())):
        return _ourselves()
    path = _find(executable)
    cached = _read_cache().get(str(path))
    stamp = _stamp(path)
    if cached and stamp == (cached.real_path, cached.modified_ns, cached.size_bytes):
        return cached.interpreter
    interpreter = _ask(path)
    if not _is_wrapper(path):
        _write_cache(str(path), _Answer(*stamp, interpreter))
    return interpreter


def _ourselves() -> Interpreter:
    return Interpreter(
        executable=str(own_python()),
        version=platform.python_version(),
        implementation=sys.implementation.name,
        default_start_method=multiprocessing.get_all_start_methods()[0],  # the first one is the default
    )


def _find(executable: str) -> Path:
    asked = os.path.expanduser(executable)
    found = shutil.which(asked)
    if found:
        return Path(found).absolute()
    kind = ProblemKind.INTERPRETER_NOT_PYTHON if os.path.exists(asked) else ProblemKind.INTERPRETER_MISSING
    raise Problem(kind, path=executable)


def _ask(path: Path) -> Interpreter:
    # -I: neither the user's variables nor the current folder may change the answer.
    answer = _run(path, "-I", "-c", _QUESTION)
    try:
        interpreter = msgspec.json.decode(answer.stdout, type=Interpreter)
    except msgspec.MsgspecError:
        raise _no_interpreter(path) from None
    if tuple(map(int, interpreter.version.split(".")[:2])) < _OLDEST:
        raise Problem(ProblemKind.INTERPRETER_TOO_OLD, path=str(path), version=interpreter.version)
    return msgspec.structs.replace(interpreter, executable=interpreter.executable or str(path))


def _no_interpreter(path: Path) -> Problem:
    """Python before 3.4 knows neither -I nor start methods, but it does say its version."""
    answer = _run(path, "-V")
    version = re.match(rb"Python (\d+\.\d+\S*)", answer.stdout + answer.stderr)
    if version:
        return Problem(ProblemKind.INTERPRETER_TOO_OLD, path=str(path), version=version[1].decode())
    return Problem(ProblemKind.INTERPRETER_NOT_PYTHON, path=str(path))


def _run(path: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            [path, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Problem(ProblemKind.INTERPRETER_NOT_PYTHON, path=str(path)) from error


def _stamp(path: Path) -> tuple[str, int, int]:
    """The file behind the links: an environment made anew has another one under the same path."""
    stat = path.stat()
    return str(path.resolve()), stat.st_mtime_ns, stat.st_size


def _is_wrapper(path: Path) -> bool:
    """A shell script that picks an interpreter may pick another one tomorrow."""
    with path.open("rb") as file:
        return file.read(2) == b"#!"


def _cache_file() -> Path:
    return cache_folder() / "interpreters.json"


def _read_cache() -> dict[str, _Answer]:
    try:
        return msgspec.json.decode(_cache_file().read_bytes(), type=dict[str, _Answer])
    except (OSError, msgspec.MsgspecError):
        return {}


def _write_cache(path: str, answer: _Answer) -> None:
    """A cache that cannot be written is only a slower start."""
    with contextlib.suppress(OSError):
        answers = _read_cache() | {path: answer}
        with tempfile.NamedTemporaryFile(dir=cache_folder(), delete=False) as file:
            file.write(msgspec.json.encode(answers))
        os.replace(file.name, _cache_file())
