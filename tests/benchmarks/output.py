"""What it costs to record a program that prints: beside the same program on a plain terminal, or into a plain pipe."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

from procviz.trace.file import read_recording
from procviz.trace.records import Began, Header
from tests.benchmarks.figures import HERE, Figure

ROUNDS = 3
LINES, UNENDED_BYTES = 1_000_000, 200_000_000
PRINTS, COPY = str(HERE / "programs" / "prints.py"), str(HERE / "programs" / "copy_terminal.py")
CASES = {
    "a million lines": ("terminal", [str(LINES)]),
    "a million lines, --output pipe": ("pipe", [str(LINES)]),
    "200 MB without an end of line": ("terminal", ["0", str(UNENDED_BYTES)]),
}
_POLL_S = 0.02


class _Cost(NamedTuple):
    wall_s: float
    cpu_s: float  # of whoever reads, not of the program
    peak_bytes: int
    size: int


def measure() -> list[Figure]:
    """Wall time, CPU of the recorder against that of a bare copy loop, its memory, the size of the recording."""
    return [figure for what, (kind, args) in CASES.items() for figure in _case(what, kind, args)]


def _case(what: str, kind: str, args: list[str]) -> Iterator[Figure]:
    rounds = [(_recorded(kind, args), _plain(kind, args)) for _ in range(ROUNDS)]
    watched = _Cost(*(median(values) for values in zip(*(pair[0] for pair in rounds), strict=True)))
    plain = _Cost(*(median(values) for values in zip(*(pair[1] for pair in rounds), strict=True)))
    yield Figure(
        f"{what}: wall time", watched.wall_s, "s", f"on a plain {kind}", plain.wall_s, 1.3 * plain.wall_s + 0.3
    )
    yield Figure(f"{what}: CPU of the recorder", watched.cpu_s, "s", "a bare loop of os.read and os.write", plain.cpu_s)
    yield Figure(f"{what}: memory of the recorder", watched.peak_bytes / 1e6, "MB", "not measured", None)
    yield Figure(f"{what}: recording", watched.size / 1e6, "MB", "what was printed", plain.size / 1e6)


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


def _plain(kind: str, args: list[str]) -> _Cost:
    command = [sys.executable, COPY, kind, sys.executable, PRINTS, *args]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=_environment(), check=True)
    told = json.loads(done.stdout)
    return _Cost(told["wall_s"], told["cpu_s"], 0, told["bytes"])


def _recorded(kind: str, args: list[str]) -> _Cost:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out.procviz")
        options = ["--output", kind, "-o", str(out)]
        began = time.monotonic()
        command = [sys.executable, "-P", "-m", "procviz", "record", *options, PRINTS, *args]
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environment())
        cpu_s, peak = _followed(running, out)
        return _Cost(time.monotonic() - began, cpu_s, peak, out.stat().st_size)


def _followed(running: subprocess.Popen[bytes], out: Path) -> tuple[float, int]:
    """CPU seconds and most memory of the recorder, as they were seen last."""
    cpu_s, peak, recorder = 0.0, 0, None
    while running.poll() is None:
        recorder = recorder or _recorder(out)
        if recorder is not None:
            cpu_s, peak = _used(recorder) or (cpu_s, peak)
        time.sleep(_POLL_S)
    return cpu_s, peak


def _recorder(out: Path) -> int | None:
    """Main's parent, once the recording says who that is."""
    if not out.exists() or b'"began"' not in out.read_bytes()[: 1 << 20]:
        return None
    recording = read_recording(out)
    assert isinstance(recording.header, Header)
    return next(record.ppid for record in recording.records if isinstance(record, Began))


def _used(pid: int) -> tuple[float, int] | None:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    peak = next((int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("VmHWM")), 0)
    return seconds, peak
