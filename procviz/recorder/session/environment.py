"""What the program is started with: its command, its environment, and a ready copy of the probe.

The probe is copied to a folder of the user's cache with its bytecode beside it, for running it from a folder that
cannot be written would cost every interpreter some milliseconds more.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import zlib
from pathlib import Path

from procviz.places import cache_folder
from procviz.recorder import run_folder
from procviz.recorder.job import Job
from procviz.recorder.output.streams import Stream

_PROBE = Path(__file__).resolve().parents[2] / "probe"
_PROBE_FILES = tuple(sorted(path.name for path in _PROBE.glob("*.py") if path.name != "__init__.py"))
_NOT_THE_USERS = ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE")


def command(job: Job, folder: str) -> tuple[list[str], str | None]:
    """The command line to start, and the file in it that is run (None for `-m`)."""
    if job.module is not None:
        return [job.interpreter.executable, "-m", job.module, *job.args], None
    path = job.script if job.source is None else _place_source(job, folder)
    assert path is not None
    return [job.interpreter.executable, path, *job.args], path


def environment(
    job: Job, folder: str, probe_folder: str | None, bell: str | None, streams: list[Stream], *, kernel: bool
) -> dict[str, str]:
    """The user's own environment, and what the probe needs; `kernel`: its events tell of births already."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PROCVIZ_")}
    if job.clean_environment:
        for name in _NOT_THE_USERS:
            variables.pop(name, None)
    if job.output == "unbuffered":
        variables["PYTHONUNBUFFERED"] = "1"
    variables["PROCVIZ_RUN"] = run_folder.token(folder)
    search = [variables["PYTHONPATH"]] if variables.get("PYTHONPATH") else []
    imports = (
        os.path.dirname(os.path.abspath(job.program.path)) if job.source is not None and job.program.path else None
    )
    if probe_folder is None:
        search = ([imports] if imports else []) + search
    else:
        search.insert(0, probe_folder)
        variables |= _for_the_probe(folder, probe_folder, imports, bell, streams)
        if kernel:
            variables["PROCVIZ_KERNEL"] = "1"
    if search:
        variables["PYTHONPATH"] = os.pathsep.join(search)
    return variables


def _for_the_probe(
    folder: str, probe_folder: str, imports: str | None, bell: str | None, streams: list[Stream]
) -> dict[str, str]:
    """What the probe reads from its environment."""
    variables = {"PROCVIZ_INJECT": probe_folder, "PROCVIZ_EVENTS": os.path.join(folder, "events")}
    if imports:
        variables["PROCVIZ_PATH"] = imports  # the folder that the script would have been run from
    if bell is not None:
        variables["PROCVIZ_BELL"] = bell
    if not all(stream.credentials for stream in streams):
        variables["PROCVIZ_TEE"] = ";".join(stream.identity for stream in streams)
    return variables


def ready_probe(job: Job, folder: str) -> str:
    """A folder with the probe, compiled for the program's interpreter."""
    sources = {path.name: path.read_bytes() for path in sorted(_PROBE.glob("*.py")) if path.name != "__init__.py"}
    digest = f"{zlib.crc32(b''.join(sources.values())):08x}"  # a mere name: what lies there is compared in whole
    try:
        target = cache_folder() / f"probe-{digest}"
        _copy(sources, target)
    except OSError:
        target = Path(folder) / "probe"
        _copy(sources, target)
    _compile(job, target, list(sources))
    return str(target)


def _place_source(job: Job, folder: str) -> str:
    """Where the text can be run from: its own file while that holds the same text, else a file of the run."""
    assert job.source is not None
    data = job.source.encode("utf-8", "surrogateescape")
    with contextlib.suppress(OSError):
        if job.program.path is not None and Path(job.program.path).read_bytes() == data:
            return os.path.abspath(job.program.path)
    known = job.program.path
    name = os.path.basename(known) if known else _file_name(job.program.lesson or job.program.title)
    path = os.path.join(folder, "script", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    Path(path).write_bytes(data)
    return path


def _file_name(title: str) -> str:
    stem = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in title.removesuffix(".py"))
    return (stem or "program")[:100] + ".py"


def _copy(sources: dict[str, bytes], target: Path) -> None:
    for name, data in sources.items():
        path = target / name
        if path.exists() and path.read_bytes() == data:
            continue
        target.mkdir(parents=True, exist_ok=True)
        fresh = target / f"{name}.{os.getpid()}"
        fresh.write_bytes(data)
        fresh.replace(path)


def _compile(job: Job, target: Path, names: list[str]) -> None:
    """Have the interpreter itself write the bytecode, once per version."""
    tag = job.interpreter.implementation + "-" + "".join(job.interpreter.version.split(".")[:2])
    wanted = [target / "__pycache__" / f"{Path(name).stem}.{tag}.pyc" for name in names]
    if all(path.exists() for path in wanted) or (target / f"tried-{tag}").exists():
        return
    files = [str(target / name) for name in names]
    code = "import py_compile, sys\nfor name in sys.argv[1:]: py_compile.compile(name)"
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        (target / f"tried-{tag}").touch()
        subprocess.run(
            [job.interpreter.executable, "-I", "-S", "-c", code, *files],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=10,
            check=False,
        )
