"""`procviz record`: run a program under the recorder, pass its output through, keep what was seen.

The program's exit code becomes ours; what procviz itself has to say goes to stderr.
"""

from __future__ import annotations

import errno
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import msgspec

from procviz.cli.arguments import LESSON, Arguments
from procviz.cli.output import check_writable, print_report, write_output
from procviz.recorder.client import RecorderClient
from procviz.recorder.job import Job
from procviz.recorder.recorder_process import RecorderProcess
from procviz.script.interpreters import examine
from procviz.script.params import parse_value
from procviz.script.scripts import Script, check_runnable, load_script, program_of
from procviz.trace.file import read_recording
from procviz.trace.problem import Problem, ProblemKind
from procviz.trace.records import Finished, Note, Program
from procviz.wording import _

_Value = TypeVar("_Value", Job, Program)

_LOST = 70  # the exit code where the recorder went before it could tell the program's


def record(arguments: Arguments, process: RecorderProcess) -> int:
    """Run and record with this recorder; returns the program's exit code (128+N after signal N).

    Raises Problem before anything runs, or when the recording could not be kept to its end.
    """
    out = arguments.out
    if out is not None:
        check_writable(out)
    with _recording_path(out) as path:
        exitcode, notes = _run(_job(arguments, path), process)
        if out is None:
            print_report(read_recording(path))
        else:
            _tell(notes)
            if out.suffix.lower() != ".procviz":
                write_output(read_recording(path), path.read_bytes(), out)
        _require_whole(notes, path if out is None else out)
    return exitcode


@contextmanager
def _recording_path(out: Path | None) -> Iterator[Path]:
    """The file to record to: the one asked for, or one that lasts until it has been turned into what was asked for."""
    if out is not None and out.suffix.lower() == ".procviz":
        yield out.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="procviz-") as folder:
        yield Path(folder) / "run.procviz"


def _job(arguments: Arguments, path: Path) -> Job:
    interpreter = examine(arguments.python)
    job = Job(
        program=Program(argv=[], cwd=str(Path.cwd()), title=""),
        interpreter=interpreter,
        recording=str(path),
        interval_ns=round(arguments.interval * 1e9),
        witness=arguments.witness,
        probe=arguments.probe,
        output=arguments.output,
        timeout_s=arguments.timeout,
        follow=False,
        passthrough=True,
    )
    return _module_job(arguments, job) if arguments.module is not None else _script_job(arguments, job)


def _module_job(arguments: Arguments, job: Job) -> Job:
    module = str(arguments.module)
    program = Program(argv=["-m", module, *arguments.program], cwd=job.program.cwd, title=module)
    return _with(job, program=program, module=module, args=arguments.program)


def _script_job(arguments: Arguments, job: Job) -> Job:
    script = _script(arguments.program[0], tuple(arguments.program[1:]))
    changed = script
    params = {param.name: param for param in script.form.params}
    for name, text in arguments.set:
        if name not in params:
            known = ", ".join(params) or _("none")
            raise Problem(ProblemKind.PARAM_UNKNOWN, name=name, known=known)
        changed = changed.with_value(name, parse_value(params[name], text))
    check_runnable(changed)
    program = _with(program_of(changed, cwd=job.program.cwd), argv=arguments.program)
    if script.path is not None and changed.source == script.source:
        # As it was typed: the program's sys.argv and its tracebacks show it.
        return _with(job, program=program, script=arguments.program[0], args=list(script.args))
    return _with(job, program=program, source=changed.source, args=list(script.args))


def _with(value: _Value, **changes: object) -> _Value:
    return msgspec.structs.replace(value, **changes)


def _script(name: str, args: tuple[str, ...]) -> Script:
    if name.startswith(LESSON):
        from procviz.script.lessons import load_lesson

        return replace(load_lesson(name.removeprefix(LESSON)).script, args=args)
    return replace(load_script(Path(name)), args=args)


def _run(job: Job, process: RecorderProcess) -> tuple[int, list[Note]]:
    client = RecorderClient(job, process)
    client.start()
    finished: Finished | None = None
    notes: list[Note] = []
    with _signals_passed_on(client):
        while not client.finished:
            for one in client.wait(timeout_s=0.5):
                if isinstance(one, Finished):
                    finished = one
                elif isinstance(one, Note):
                    notes.append(one)
    client.close()
    if finished is None:
        raise Problem(ProblemKind.RECORDER_FAILED, reason=_("it ended before the program did"))
    if finished.ended_by == "timeout":
        print("procviz: " + _("the time was up: everything that still ran was ended"), file=sys.stderr)
    return (_LOST if finished.exitcode is None else shell_exitcode(finished.exitcode)), notes


def shell_exitcode(exitcode: int) -> int:
    """The exit code a shell would show: 128+N after signal N."""
    return exitcode if exitcode >= 0 else 128 - exitcode


@contextmanager
def _signals_passed_on(client: RecorderClient) -> Iterator[None]:
    """Ctrl-C goes on to the program, which has a terminal of its own; an order to end ends the whole run."""

    def interrupt(_number: int, _frame: object) -> None:
        client.act(0, "interrupt")

    def stop(_number: int, _frame: object) -> None:
        client.stop()

    wanted = {"SIGINT": interrupt, "SIGTERM": stop, "SIGHUP": stop}
    handlers = {getattr(signal, name): handler for name, handler in wanted.items() if hasattr(signal, name)}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _tell(notes: list[Note]) -> None:
    """What went wrong with the recording itself, once each."""
    if not notes:
        return
    from procviz.wording.report_text import notes_texts

    for text in notes_texts(note for note in notes if note.note != "write-failed"):
        print(f"procviz: {text}", file=sys.stderr)


def _require_whole(notes: list[Note], path: Path) -> None:
    """What was written before a full disk stays; that it is not everything must not look like success."""
    for note in notes:
        if note.note == "write-failed":
            if note.facts.get("errno") == errno.ENOSPC:
                raise Problem(ProblemKind.DISK_FULL, path=str(path))
            raise Problem(ProblemKind.OUTPUT_UNWRITABLE, path=str(path), reason=str(note.facts.get("reason")))
