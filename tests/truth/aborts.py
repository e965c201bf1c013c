"""One run of a nasty program, ended in the middle, and what is left of it afterwards."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil

from tests.truth.compare import PROGRAMS, RECORD, ROOT
from tests.truth.kernel_account import Entry

NASTY = str(PROGRAMS / "nasty.py")
WAYS = (
    "kill client",
    "kill group",
    "kill recorder",
    "kill client, recorder",
    "kill recorder, client",
    "terminate client",
    "hang up",
    "kill by pattern",  # as `pkill -9 -f procviz`: listed, then killed one right after the other
    "kill by name",  # as `killall -9 python3`
    "kill all but one",  # of procviz's own, one right after the other, in any order
)
PATIENCE_S = 60.0  # that nothing hangs for ever; how long it took is told at the end of the tests
_RECORDER = 3  # generations: client, two guards, recorder, program


class Abort:
    """`procviz record` of the nasty program with folders and names of its own."""

    def __init__(self, folder: Path, seed: int) -> None:
        chance = random.Random(seed)
        self.way = WAYS[seed % len(WAYS)]
        self.early = chance.random() < 0.2  # counted from the client's start, not the program's
        self.after_s = chance.uniform(0.02, 0.8)
        self.tag = f"nasty{os.getpid()}x{seed}"
        self.folder = folder
        self.temporary = Path(tempfile.mkdtemp(prefix="t", dir=folder))
        self.runtime = Path(tempfile.mkdtemp(prefix="r", dir=folder))
        witness = ("kernel", "pidfd")[chance.randrange(2)] if os.path.exists("/proc/self/ns/net") else "auto"
        options = [
            "--witness",
            witness,
            "--output",
            chance.choice(["pipe", "terminal"]),
            "-o",
            str(folder / "kept.procviz"),
        ]
        self.client = subprocess.Popen(
            [*RECORD, *options, NASTY, self.tag],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self._environment(),
            cwd=ROOT,
            start_new_session=True,
        )
        self._chance = chance
        self.seen: set[psutil.Process] = set()
        self.aborted_ns = 0
        self.took_ms: float | None = None  # until its last process was gone, by the kernel's account

    def _environment(self) -> dict[str, str]:
        own = {"TMPDIR": str(self.temporary), "XDG_RUNTIME_DIR": str(self.runtime)}
        return os.environ | own

    def abort(self) -> None:
        """Wait for its moment, then strike."""
        began = time.monotonic()
        while not self.early and not self._program_runs():
            assert time.monotonic() - began < PATIENCE_S, "no program was started"
            time.sleep(0.005)
        time.sleep(self.after_s)
        self.seen |= set(psutil.Process(self.client.pid).children(recursive=True))
        victims = self._victims()
        self.aborted_ns = time.monotonic_ns()
        how = {"terminate client": signal.SIGTERM, "hang up": signal.SIGHUP}.get(self.way, signal.SIGKILL)
        for pid in victims:
            with suppress(ProcessLookupError):
                (os.killpg if self.way == "kill group" else os.kill)(pid, how)

    def _chain(self) -> list[psutil.Process]:
        """Of procviz's own processes those that there are yet: client, two guards, recorder."""
        chain = [psutil.Process(self.client.pid)]
        with suppress(psutil.Error):
            while len(chain) <= _RECORDER and (below := chain[-1].children()):
                chain.append(below[0])
        return chain

    def _recorder(self) -> psutil.Process | None:
        chain = self._chain()
        with suppress(psutil.Error):
            if len(chain) > _RECORDER and "recorder" in " ".join(chain[-1].cmdline()):
                return chain[-1]
        return None

    def _program_runs(self) -> bool:
        recorder = self._recorder()
        with suppress(psutil.Error):
            return recorder is not None and any(NASTY in one.cmdline() for one in recorder.children())
        return False

    def _victims(self) -> list[int]:
        """Who is struck, in order; before there is a recorder, the client alone."""
        recorder = self._recorder()
        if self.way in ("kill by pattern", "kill by name"):
            pattern = "procviz" if self.way == "kill by pattern" else "python"
            everyone = {psutil.Process(self.client.pid), *self.seen}
            return sorted(one.pid for one in everyone if _matches(one, pattern, whole=pattern == "procviz"))
        if recorder is None or self.way in ("kill client", "kill group", "terminate client", "hang up"):
            return [self.client.pid]
        chain = [one.pid for one in self._chain()]
        if self.way == "kill all but one":
            chain.remove(self._chance.choice(chain[1:]))
            self._chance.shuffle(chain)
            return chain
        both = {"kill recorder, client": [recorder.pid, self.client.pid], "kill recorder": [recorder.pid]}
        return both.get(self.way, [self.client.pid, recorder.pid])

    def wait(self) -> None:
        """Until nobody of the run is left, or the patience is over."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            if self.client.poll() is not None and not self.survivors():
                return
            time.sleep(0.01)

    def survivors(self) -> list[str]:
        """Who still lives: of those who were seen before, and of those who carry the run's mark."""
        found = {process.pid for process in self.seen if _lives(process)}
        marks = [f"PROCVIZ_RUN={path.name.removeprefix('procviz-run-')}" for path in self.runtime.iterdir()]
        marks.append(f"XDG_RUNTIME_DIR={self.runtime}")
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                with suppress(OSError):
                    if {mark.encode() for mark in marks} & set((folder / "environ").read_bytes().split(b"\0")):
                        found.add(int(folder.name))
        return [_describe(pid) for pid in sorted(found)]

    def left(self, entries: list[Entry] | None) -> list[str]:
        """All that is left of it; `entries`: the client and all below it in the kernel's account, if there is one."""
        left = [f"process {one}" for one in self.survivors()]
        if entries is not None:
            left += [f"alive by the kernel's account: {entry}" for entry in entries if entry.ended_ns is None]
            self._took([entry for entry in entries if _generation(entry) > _RECORDER])
        if self.way == "kill by name":  # the resource tracker is hit too: with or without procviz nobody unlinks
            return left + [str(path) for path in self.runtime.glob("procviz-run-*")]
        made_by = {f"pym-{entry.pid}-" for entry in entries or []}
        left += [f"/dev/shm/{name}" for name in _shared_memory() if self.tag in name or _made(name, made_by)]
        left += [str(path) for path in self.temporary.rglob("pymp-*")]
        return left + [str(path) for path in self.runtime.glob("procviz-run-*")]

    def _took(self, entries: list[Entry]) -> None:
        ends_ns = [entry.ended_ns for entry in entries if entry.ended_ns is not None]
        if ends_ns:
            self.took_ms = max(0.0, (max(ends_ns) - self.aborted_ns) / 1e6)

    def clean(self) -> None:
        """Take away whatever a fault left, so that no other test suffers."""
        if self.client.poll() is None:
            self.client.kill()
        self.client.wait()
        for process in self.seen:
            with suppress(psutil.Error):
                process.kill()
        for name in _shared_memory():
            if self.tag in name:
                os.unlink(f"/dev/shm/{name}")


def _generation(entry: Entry) -> int:
    """0 is the client: nobody above it is in the account of this run."""
    return 0 if entry.parent is None else 1 + _generation(entry.parent)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _matches(process: psutil.Process, pattern: str, *, whole: bool) -> bool:
    with suppress(psutil.Error):
        return pattern in (" ".join(process.cmdline()) if whole else process.name())
    return False


def _describe(pid: int) -> str:
    try:
        return f"{pid} {' '.join(psutil.Process(pid).cmdline())}"
    except psutil.Error:
        return str(pid)


def _made(name: str, prefixes: set[str]) -> bool:
    return name.startswith("pym-") and name[: name.rindex("-") + 1] in prefixes


def _shared_memory() -> list[str]:
    return os.listdir("/dev/shm") if os.path.isdir("/dev/shm") else []
