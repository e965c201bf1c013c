"""procviz's report of a run held against the kernel's account, process by process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from procviz.trace.export.json_report import report_object
from procviz.trace.file import read_recording
from procviz.trace.folding.fold import fold
from procviz.trace.timeline import Life, Timeline
from procviz.wording.findings.sentences import sentence
from tests.truth.kernel_account import Entry, KernelAccount

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(__file__).parent / "programs"
RECORD = [sys.executable, "-m", "procviz", "record"]  # from ROOT


@dataclass(slots=True)
class Pair:
    """One process as procviz tells it and as the kernel does."""

    told: dict[str, Any]  # of the report
    life: Life
    truth: Entry
    zero_ns: int

    @property
    def label(self) -> str:
        """Who it is, for a message."""
        return _label(self.life)

    @property
    def life_ns(self) -> int:
        """How long it truly lived."""
        assert self.truth.ended_ns is not None
        return self.truth.ended_ns - self.truth.born_ns

    @property
    def start_error_ns(self) -> int:
        """How much too late procviz says that it began."""
        return int(self.told["started_ns"]) + self.zero_ns - self.truth.born_ns

    @property
    def end_error_ns(self) -> int:
        """How much too late procviz says that it ended."""
        assert self.truth.ended_ns is not None
        return int(self.told["ended_ns"]) + self.zero_ns - self.truth.ended_ns


@dataclass(slots=True)
class Compared:
    """A whole run, twice."""

    timeline: Timeline
    report: dict[str, Any]
    code: int
    pairs: list[Pair] = field(default_factory=list)
    missed: list[Entry] = field(default_factory=list)  # by procviz
    invented: list[Life] = field(default_factory=list)

    @property
    def codes_unknown(self) -> int:
        """How many ended in a way that procviz does not know, and says so."""
        return sum(pair.told["exitcode"] is None for pair in self.pairs)

    def forget_unseen(self) -> None:
        """Leave out those that were missed, and those whose exit code is not known."""
        self.missed.clear()
        self.pairs = [pair for pair in self.pairs if pair.told["exitcode"] is not None]


def watch(folder: Path, command: list[str], *witnesses: str, options: tuple[str, ...] = ()) -> dict[str, Compared]:
    """Record a program, at once by each of these witnesses, while the kernel keeps account too. Raises NotAvailable."""
    with KernelAccount() as account:
        running = {
            witness: subprocess.Popen(
                [*RECORD, "--witness", witness, "-o", str(folder / f"{witness}.procviz"), *options, *command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                cwd=ROOT,
            )
            for witness in witnesses
        }
        told = {witness: process.communicate(timeout=80)[1] for witness, process in running.items()}
    for witness, text in told.items():
        assert (folder / f"{witness}.procviz").exists(), text.decode()
    return {
        witness: compare(folder / f"{witness}.procviz", account, process.returncode)
        for witness, process in running.items()
    }


def compare(recording: Path, account: KernelAccount, code: int) -> Compared:
    """Who of the account is in the recording, and who is not."""
    timeline = fold(read_recording(recording))
    report = report_object(timeline, sentence)
    result = Compared(timeline, report, code)
    lives = list(timeline.lives.values())
    told = {process["id"]: process for process in report["processes"]}
    waiting: dict[int, list[Entry]] = {}
    for entry in account.of(lives[0].pid):
        waiting.setdefault(entry.pid, []).append(entry)
    for life in lives:  # a pid that comes again names them in order of birth
        if entries := waiting.get(life.pid):
            result.pairs.append(Pair(told[life.id], life, entries.pop(0), timeline.header.monotonic_ns))
        else:
            result.invented.append(life)
    result.missed = [entry for entries in waiting.values() for entry in entries]
    return result


def faults(compared: Compared) -> Iterator[str]:
    """Everything in which the report differs from the account, times aside."""
    yield from (f"missed: {entry}" for entry in compared.missed)
    yield from (f"invented: {_label(life)}" for life in compared.invented)
    of_entry = {pair.truth: pair for pair in compared.pairs}
    for pair in compared.pairs:
        label, told, truth = pair.label, pair.told, pair.truth
        if truth.exitcode != told["exitcode"]:
            yield f"{label}: exit code {told['exitcode']}, truly {truth.exitcode}"
        if truth.exitcode is not None and (truth.exitcode < 0) != (told["signal"] is not None):
            yield f"{label}: signal {told['signal']}, truly {truth.exitcode}"
        if truth.ppid != told["ppid"]:
            yield f"{label}: born of {told['ppid']}, truly of {truth.ppid}"
        parent = of_entry.get(truth.parent) if truth.parent is not None else None
        if pair.life.start_method != "forkserver" and told["parent"] != (parent.told["id"] if parent else None):
            yield f"{label}: child of process {told['parent']}, truly of {parent.told['id'] if parent else None}"
        for what in ("started_ns", "ended_ns"):
            if told[what] is None:
                yield f"{label}: {what} is not known"


def dishonest(compared: Compared, start_slack_ns: int, end_slack_ns: int) -> Iterator[str]:
    """Edges whose truth does not lie within what procviz says of their precision."""
    for pair in compared.pairs:
        for what, edge, truth_ns, slack_ns in (
            ("start", pair.life.started, pair.truth.born_ns, start_slack_ns),
            ("end", pair.life.ended, pair.truth.ended_ns, end_slack_ns),
        ):
            if edge is None or edge.precision_ns is None or truth_ns is None:
                continue
            late_ns = edge.ts_ns - truth_ns
            if not -slack_ns <= late_ns <= edge.precision_ns:
                claim = f"{edge.witness.value} within {edge.precision_ns / 1e6:.3f} ms"
                yield f"{pair.label}: {what} is {late_ns / 1e6:.3f} ms late, told by {claim}"


def _label(life: Life) -> str:
    return f"{life.name} ({life.kind.value}, pid {life.pid})"
