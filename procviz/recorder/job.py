"""What to run and how, as one value, and the commands that a running recorder takes.

A run is a value: script, parameters and interpreter in, a recording out. It crosses to the recorder as one JSON line.
"""

from __future__ import annotations

import msgspec

from procviz.trace.records import Interpreter, Program


class Job(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One run. Exactly one of `source`, `script`, `module` says what runs.

    `source` is text to be run as if it stood in `program.path` (or `NAME.py` when that is None): the recorder
    writes it into the run's private folder and lets imports from the original folder work all the same.
    """

    program: Program
    interpreter: Interpreter
    recording: str | None = None  # where the records are kept; None: only sent to the client
    source: str | None = None
    script: str | None = None  # path, as the program is to see it; relative ones from program.cwd
    module: str | None = None
    args: list[str] = msgspec.field(default_factory=list)
    interval_ns: int = 50_000_000
    witness: str = "auto"  # auto, kernel, pidfd
    probe: bool = True
    output: str = "terminal"  # terminal, pipe, unbuffered
    timeout_s: float | None = None
    follow: bool = True  # the client wants every record, not only what was noted, what was lost and how it ended
    passthrough: bool = False  # the program gets our stdin, and what it writes goes to our stdout and stderr too
    budget_percent: float = 5.0  # of one core, what sampling may cost
    clean_environment: bool = False  # drop PYTHONUNBUFFERED and PYTHONDONTWRITEBYTECODE: whoever started us set them


def encode_job(job: Job) -> bytes:
    """The job as one line of JSON, without the newline; also where a name in it is not UTF-8."""
    try:
        return msgspec.json.encode(job)
    except UnicodeEncodeError:
        import json  # takes a while, and is hardly ever needed

        return json.dumps(msgspec.to_builtins(job)).encode("ascii")


def decode_job(line: bytes) -> Job:
    """What `encode_job` was given."""
    try:
        return msgspec.json.decode(line, type=Job)
    except msgspec.DecodeError:
        import json

        return msgspec.convert(json.loads(line), Job)


class Stop(msgspec.Struct, frozen=True, kw_only=True, tag="stop", tag_field="c"):
    """End everything that the run started, at once."""

    sender: str = "user"


class Signal(msgspec.Struct, frozen=True, kw_only=True, tag="signal", tag_field="c"):
    """Do to one process what the user asked for: terminate, kill, suspend, resume, interrupt.

    `p` 0 is the program's whole process group, as a key press in a terminal reaches it.
    """

    p: int
    act: str


Command = Stop | Signal
