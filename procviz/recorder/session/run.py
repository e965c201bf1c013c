"""From a job to a running program with all witnesses in place: what the guard's child does.

It ends with a problem told to the client, never with a traceback.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import platform
import sys
import time
from typing import TYPE_CHECKING

import msgspec

from procviz import __version__
from procviz.recorder import limits
from procviz.recorder.job import Job, decode_job
from procviz.recorder.link import Link
from procviz.recorder.output import streams
from procviz.recorder.probe_inbox.doorbell import Bell
from procviz.recorder.session import environment, systems
from procviz.recorder.store import Store
from procviz.recorder.system_calls.proc_connector import KernelWitness
from procviz.trace.problem import Problem, ProblemKind
from procviz.trace.records import FORMAT, Header, Note, Platform, Program, Witness, as_text

if TYPE_CHECKING:
    from procviz.recorder.processes.life_table import Table
    from procviz.recorder.session.loop import Parts
    from procviz.recorder.system import Started
    from procviz.recorder.system_calls.dispositions import Dispositions

_KERNEL_TELLS_WITHIN_S = 0.1
_SWITCH_S = 0.001  # the threads that drain the program's output must not wait long for the interpreter
FAILED = 70


def record(link: Link, folder: str, guard: int | None, before: Dispositions) -> int:
    """Do the client's job; returns the recorder's exit code."""
    try:
        _get_ready()
        line = link.first_line()
        if line:
            _Run(link, decode_job(line), folder, guard, before).run()
        return 0
    except Problem as problem:
        _tell(link, problem)
    except Exception:
        import traceback  # takes a while, and is not to be needed

        traceback.print_exc()
        reason = traceback.format_exc().strip().splitlines()
        _tell(link, Problem(ProblemKind.RECORDER_FAILED, reason=f"{reason[-1]} ({reason[-3].strip()})"))
    return FAILED


def _get_ready() -> None:
    """Load what will be needed while the client still finds out what to run: the program would miss the time."""
    for name in ("session.loop", "sampling.sampler"):
        importlib.import_module(f"procviz.recorder.{name}")


def _tell(link: Link, problem: Problem) -> None:
    link.send([msgspec.json.encode({"problem": problem.kind.value, "facts": as_text(problem.facts)}) + b"\n"])
    link.drain()


class _Run:
    """One run, from its job to its last record."""

    def __init__(self, link: Link, job: Job, folder: str, guard: int | None, before: Dispositions) -> None:
        self._link = link
        self._job = job
        self._folder = folder
        self._guard = guard
        self._before = before

    def run(self) -> None:
        """Start the program and record it."""
        self._check()
        self._machine = platform.uname()  # before the program: on Windows it starts a process to find out
        self._system = systems.here(self._folder)
        limits.widen()
        sys.setswitchinterval(_SWITCH_S)
        kernel, fallback = self._open_kernel()
        bell = self._open_bell() if kernel is None else None
        self._tail = self._system.inbox()
        self._streams, no_terminal = streams.make_streams(self._job.output, self._job.passthrough)
        monotonic_ns, unix_ns = time.monotonic_ns(), time.time_ns()
        if self._link.abandoned():
            return
        launched, command, run_path = self._launch(bell, kernel)
        born_ns = self._await_kernel(kernel, launched.pid)
        if kernel is not None and born_ns is None:
            kernel, fallback = None, "no event about the program"
        self._go(launched, command[0])
        store = Store(self._link, self._job.recording, follow=self._job.follow)
        store.write(self._header(monotonic_ns, unix_ns, run_path, self._system.witness if kernel is None else "kernel"))
        for note, reason in (("witness-fell-back", fallback), ("no-terminal", no_terminal)):
            if reason is not None:
                store.write(Note(t=monotonic_ns, note=note, facts={"reason": reason}))
        parts = self._parts(store, kernel, bell)
        self._begin(parts.table, launched, born_ns, command)
        store.flush()
        from procviz.recorder.session.loop import Loop

        gc.freeze()  # what is there now stays: looking through it again and again would make us late
        Loop(parts).run()

    def _check(self) -> None:
        import shutil

        executable = self._job.interpreter.executable
        if shutil.which(executable) is None:
            raise Problem(ProblemKind.INTERPRETER_MISSING, path=executable)
        if not os.path.isdir(self._job.program.cwd):
            raise Problem(ProblemKind.RECORDER_FAILED, reason=f"{self._job.program.cwd}: no such folder")

    def _open_kernel(self) -> tuple[KernelWitness | None, str | None]:
        """The kernel witness, or why there is none although it was not refused."""
        if self._job.witness == "pidfd" or (self._job.witness == "auto" and not self._system.has_kernel_events):
            return None, None
        try:
            return KernelWitness.open(), None
        except OSError as error:
            reason = error.strerror or str(error)
            if self._job.witness == "kernel":
                raise Problem(ProblemKind.WITNESS_UNAVAILABLE, witness="kernel", reason=reason) from None
            return None, reason

    def _open_bell(self) -> Bell | None:
        with contextlib.suppress(OSError):
            return Bell(os.path.join(self._folder, "bell"))
        return None

    def _launch(self, bell: Bell | None, kernel: KernelWitness | None) -> tuple[Started, list[str], str | None]:
        job = self._job
        command, run_path = environment.command(job, self._folder)
        probe = environment.ready_probe(job, self._folder) if job.probe else None
        ringing = bell.path if bell else None
        variables = environment.environment(
            job, self._folder, probe, ringing, self._streams, kernel=kernel is not None
        )  # fmt: skip
        stdin = 0 if job.passthrough else os.open(os.devnull, os.O_RDONLY)
        launched = self._system.launch(command, job.program.cwd, variables, self._streams, stdin, self._before)
        if stdin:
            os.close(stdin)
        return launched, command, run_path

    def _await_kernel(self, kernel: KernelWitness | None, pid: int) -> int | None:
        """When the kernel says that the program was forked; None when it says nothing."""
        until = time.monotonic() + _KERNEL_TELLS_WITHIN_S
        while kernel is not None and time.monotonic() < until:
            for event in kernel.read():
                if event.kind == "fork" and event.pid == pid:
                    return event.t
            time.sleep(0.0005)
        return None

    def _go(self, launched: Started, executable: str) -> None:
        try:
            launched.go()
        except OSError as error:
            reason = f"{error.filename or executable}: {error.strerror}"
            raise Problem(ProblemKind.RECORDER_FAILED, reason=reason) from None

    def _header(self, monotonic_ns: int, unix_ns: int, run_path: str | None, witness: str) -> Header:
        machine = self._machine
        program = msgspec.structs.replace(self._job.program, run_path=run_path)
        return Header(
            format=FORMAT,
            procviz=__version__,
            monotonic_ns=monotonic_ns,
            unix_ns=unix_ns,
            program=program,
            interpreter=self._job.interpreter,
            platform=Platform(
                system=machine.system,
                release=machine.release,
                machine=machine.machine,
                cpu_count=limits.processors(),
            ),
            interval_ns=self._job.interval_ns,
            witness=witness,
            probe=self._job.probe,
            output=self._output(),
            changed=self._changed(program),
        )

    def _output(self) -> str:
        """What the program's output really goes to: a terminal may not have been to be had."""
        in_vain = self._job.output == "terminal" and not self._streams[0].terminal
        return "pipe" if in_vain else self._job.output

    def _changed(self, program: Program) -> list[str]:
        changed = list(self._system.changed)
        changed.append("stdout-terminal" if self._streams[0].terminal else "stdout-pipe")
        if self._job.output == "unbuffered":
            changed.append("unbuffered")
        if not self._job.passthrough:
            changed.append("stdin-empty")
        if program.run_path is not None and program.run_path.startswith(self._folder + os.sep):
            changed.append("run-from-copy")
        if self._job.probe:
            changed.append("probe")
        if self._job.probe and _watches_main(self._job.interpreter.version):
            changed.append("monitoring")
        return changed

    def _parts(self, store: Store, kernel: KernelWitness | None, bell: Bell | None) -> Parts:
        from procviz.recorder.output.drain import Drain
        from procviz.recorder.session.loop import Parts

        table, watch = self._system.table(store), self._system.watch()
        births = self._system.births(table, watch, kernel, store)
        drains = [Drain(stream) for stream in self._streams]
        return Parts(
            job=self._job,
            link=self._link,
            store=store,
            table=table,
            births=births,
            acts=self._system.acts(table, store),
            watch=watch,
            kernel=kernel,
            bell=bell,
            tail=self._tail,
            drains=drains,
            guard=self._guard,
            tempdirs=os.path.join(self._folder, "tempdirs"),
        )

    def _begin(self, table: Table, launched: Started, born_ns: int | None, command: list[str]) -> None:
        if born_ns is not None:
            main = table.begin(launched.pid, os.getpid(), born_ns, Witness.KERNEL, 0)
        else:
            fork_ns = launched.forked_ns - launched.begin_ns
            main = table.begin(launched.pid, os.getpid(), launched.forked_ns, Witness.OS, fork_ns)
        table.describe(main, main.born_ns, main.born_by, kind="main", name="MainProcess", cmdline=command)


def _watches_main(version: str) -> bool:
    """Whether the probe uses sys.monitoring there: see `procviz_life_steps.watch_main`."""
    numbers = [int(number) for number in version.split(".")[:2] if number.isdigit()]
    return numbers >= [3, 14]
