"""Every process of a run, as the kernel saw it, is in procviz's report: by kernel events, and by pidfds alone."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.probe.subject import python_of
from tests.truth.compare import PROGRAMS, ROOT, Compared, Pair, dishonest, faults, watch

WITNESSES = ("kernel", "pidfd")
METHODS = ("fork", "spawn", "forkserver")

# Without kernel events nobody can tell of children of a shell that live between two looks, nor of a raw fork that is
# killed before its first line.
UNSEEN_WITHOUT_KERNEL = {"fleeting": 15, "edges": 5}

_CLOCKS_NS = 1_000_000  # a birth is reckoned back from what the process has used and waited since
_EVENT_LATE_NS = 500_000_000  # the kernel stamps an end after it has let others know, and may be preempted between
_PIDFD_LATE_NS = 500_000_000  # on a machine that has much else to do; benchmarks measure it
_TICK_S = 0.01  # the kernel's account leaves out what a thread used since the last clock tick
_SAMPLE_S = 0.15  # a process that is reaped at once is known as it was when it was last sampled

MAIN = {("main", True): 1}
RUNS: dict[str, dict[tuple[str, bool], int] | None] = {
    "burst": MAIN | {("multiprocessing", True): 200},
    "steady": MAIN | {("multiprocessing", True): 8},
    "daemons": MAIN | {("multiprocessing", True): 5},
    "methods fork": MAIN | {("multiprocessing", True): 6},
    "methods spawn": MAIN | {("multiprocessing", True): 6, ("helper", True): 1},
    "methods forkserver": MAIN | {("multiprocessing", True): 6, ("helper", True): 3},
    "endings fork": MAIN | {("multiprocessing", True): 16},
    "endings spawn": MAIN | {("multiprocessing", True): 16, ("helper", True): 1},
    "endings forkserver": MAIN | {("multiprocessing", True): 16, ("helper", True): 2},
    **{f"pools {method}": None for method in METHODS},  # workers come and go as they like
    "others": None,  # a subshell is a fork for the kernel, for a look from time to time just another process
    "fleeting": None,
    "families": MAIN | {("multiprocessing", True): 6, ("fork", True): 3},
    "edges": None,
    "threads": MAIN | {("multiprocessing", True): 5},
}
THOROUGH = dict.fromkeys(("methods spawn", "pools spawn", "endings forkserver"), pytest.mark.thorough)
HELPERS = {"spawn": {"resource tracker"}, "forkserver": {"resource tracker", "fork server"}}


@pytest.mark.usefixtures("truth")
@pytest.mark.parametrize("run", [pytest.param(run, marks=THOROUGH.get(run, ())) for run in RUNS])
def test_agrees_with_the_kernel(run: str, tmp_path: Path) -> None:
    found = _differences(run, tmp_path)
    assert not found, "\n".join(found)


@pytest.mark.usefixtures("truth")
@pytest.mark.parametrize("run", ["methods forkserver", "endings forkserver", "endings fork", "families"])
@pytest.mark.parametrize("minor", [13, 14, 15])
def test_agrees_with_the_kernel_under_newer_pythons(run: str, minor: int, tmp_path: Path) -> None:
    """Since 3.14 the fork server is what Linux uses by default."""
    found = _differences(run, tmp_path, "--python", python_of(minor))
    assert not found, "\n".join(found)


def _differences(run: str, tmp_path: Path, *options: str) -> list[str]:
    name, *arguments = run.split()
    found: list[str] = []
    command = [str(PROGRAMS / f"{name}.py"), *arguments]
    for witness, compared in watch(tmp_path, command, *WITNESSES, options=options).items():
        assert compared.timeline.header.witness == witness
        unseen = UNSEEN_WITHOUT_KERNEL.get(name, 0) if witness == "pidfd" else 0
        if len(compared.missed) + compared.codes_unknown <= unseen:
            compared.forget_unseen()
        checks = [*faults(compared), *_times(compared, witness), *_usage(compared), *_kinds(compared, run)]
        found += [f"{witness}: {fault}" for fault in checks]
    return found


def _times(compared: Compared, witness: str) -> Iterator[str]:
    if witness == "kernel":
        for pair in compared.pairs:
            if pair.start_error_ns or pair.end_error_ns:
                yield f"{pair.label}: {pair.start_error_ns} and {pair.end_error_ns} ns late"
        return
    yield from dishonest(compared, start_slack_ns=_CLOCKS_NS, end_slack_ns=_EVENT_LATE_NS)
    for pair in compared.pairs:
        if max(abs(pair.start_error_ns), abs(pair.end_error_ns)) > _PIDFD_LATE_NS:
            yield f"{pair.label}: {pair.start_error_ns} and {pair.end_error_ns} ns late"
        if pair.told["started_ns"] > pair.told["ended_ns"]:
            yield f"{pair.label}: ended before it began"


def _usage(compared: Compared) -> Iterator[str]:
    for pair in compared.pairs:
        yield from _cpu(pair)
        told, truth = pair.told["max_rss_bytes"], pair.truth.peak_bytes
        if told is not None and truth is not None and not pair.truth.execs and told > 1.1 * truth + (1 << 20):
            yield f"{pair.label}: peak {told} bytes, truly {truth}"


def _cpu(pair: Pair) -> Iterator[str]:
    told, truth_ns = pair.told["cpu_seconds"], pair.truth.cpu_ns
    if truth_ns is None:
        return
    if told is None:
        if pair.life_ns > 1_000_000_000 * _SAMPLE_S and pair.truth.threads_ended == 1:
            yield f"{pair.label}: lived {pair.life_ns / 1e9} s and its CPU time is not known"
    elif not -_SAMPLE_S <= told - truth_ns / 1e9 <= _TICK_S * pair.truth.threads_ended:
        yield f"{pair.label}: {told} CPU seconds, truly {truth_ns / 1e9}"


def _kinds(compared: Compared, run: str) -> Iterator[str]:
    found = Counter((pair.told["kind"], pair.life.instrumented) for pair in compared.pairs)
    wanted = RUNS[run]
    if wanted is not None and found != Counter(wanted):
        yield f"kinds {dict(found)}, truly {wanted}"
    if found["main", True] != 1:
        yield f"{found['main', True]} main processes"
    helpers = {pair.told["name"] for pair in compared.pairs if pair.told["kind"] == "helper"}
    method = run.split()[-1]
    if method in METHODS and helpers != HELPERS.get(method, set()):
        yield f"helpers {helpers}"
    if run == "others":
        yield from _kinds_of_others(compared)


def _kinds_of_others(compared: Compared) -> Iterator[str]:
    """By exit code: who is what, and who was seen from outside only."""
    told = {pair.truth.exitcode: (pair.told["kind"], pair.life.instrumented) for pair in compared.pairs}
    wanted = dict.fromkeys((5, 6, 8, -15, 10, 11), ("subprocess", False))
    wanted |= {9: ("subprocess", True), 12: ("fork", True), 13: ("main", True)}
    for code, kind in wanted.items():
        if told.get(code) != kind:
            yield f"the one that ended with {code} is {told.get(code)}, truly {kind}"


@pytest.mark.usefixtures("truth")
def test_from_outside_only(tmp_path: Path) -> None:
    """Without the probe the kernel's events tell of everybody all the same."""
    command = [str(PROGRAMS / "endings.py"), "fork"]
    (compared,) = watch(tmp_path, command, "kernel", options=("--no-probe",)).values()
    assert not [*faults(compared), *_times(compared, "kernel")]
    assert not any(pair.life.instrumented for pair in compared.pairs)


@pytest.mark.usefixtures("truth")
def test_the_command_line_says_the_same(tmp_path: Path) -> None:
    (compared,) = watch(tmp_path, [str(PROGRAMS / "families.py")], "kernel").values()
    command = [sys.executable, "-m", "procviz", "report", "--json", str(tmp_path / "kernel.procviz")]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=60).stdout
    assert msgspec.json.decode(told) == msgspec.json.decode(msgspec.json.encode(compared.report))
    assert compared.code == 8
