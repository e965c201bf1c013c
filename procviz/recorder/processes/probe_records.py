"""What the probe tells, as records: steps, calls, names, who was reaped by whom, who wrote what.

Speaks the vocabulary of `probe_events.py` on one side and records on the other. Where the operating system has not told
of a process before its own probe does, its birth is taken from here.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from procviz.recorder.probe_inbox.probe_events import ProbeEvent
from procviz.recorder.processes.births import Births
from procviz.recorder.processes.exit_watch import TICK_NS, born_ns
from procviz.recorder.processes.fork_times import Forks
from procviz.recorder.processes.life_table import Life, Table
from procviz.recorder.store import Store
from procviz.recorder.system_calls import process_tree
from procviz.trace.records import Call, Called, Deed, Note, Step, Witness

_STEPS = {"hello": "up", "forked": "forked", "target-began": "target-began", "target-ended": "target-ended"}
_STEPS |= {"code-ended": "code-ended", "exit-began": "exit-began"}
_HELPERS = ("forkserver", "resource-tracker")
_STARTS = {"start": "multiprocessing", "popen": "subprocess", "posix_spawn": "subprocess", "os.system": "subprocess"}
_NOT_ONE_PROCESS = ("os.killpg",)


class Testimony:
    """Hears the events one by one, in the order of the file."""

    def __init__(
        self,
        table: Table,
        births: Births,
        store: Store,
        claim: Callable[[ProbeEvent, Life], None],
        tempdirs: str,
    ) -> None:
        self._table = table
        self._births = births
        self._store = store
        self._claim = claim
        self._tempdirs = tempdirs
        self.expect: Callable[[Life, int], None] = lambda parent, t: None  # of a child that nobody will tell of
        self._calls: dict[tuple[int, int], tuple[int, ProbeEvent]] = {}  # (p, n) -> number, begin
        self._numbers = 0
        self._forks = Forks(table, self._begin_unsaid)
        self.heard_main = False
        self.held: dict[int, int] = {}  # pid -> pidfd that came with its ring

    def hear(self, event: ProbeEvent) -> None:
        """Turn one event into records."""
        life = self._table.at(event.pid, event.t, speaking=True)
        if life is None:
            life = self._meet(event)
        life.last_ns = max(life.last_ns, event.t)
        self._table.silent.pop(life.p, None)
        if event.e == "forked":
            self._table.correct_parent(life, event.ppid or 0)
            self._forks.child_spoke(event, life)
        if event.forks is not None:
            self._forks.parent_told(event, self._started_by_fork(event, life))
        if event.cpu is not None:
            self._table.used(life, event.cpu / 1e9, (event.peak or 0) << 10)
        if event.e in _STEPS:
            self._step(event, life)
        elif event.e == "deed":
            self._deed(event, life)
        self._by_kind(event, life)

    def _by_kind(self, event: ProbeEvent, life: Life) -> None:
        match event.e:
            case "hello":
                self._hello(event, life)
            case "forked":
                self._table.describe(life, event.t, Witness.CALL, kind="fork")
            case "child":
                self._child(event, life)
            case "call":
                self._call(event, life)
            case "called":
                self._called(event, life)
            case "reaped":
                self._reaped(event, life)
            case "write":
                self._write(event, life)
            case "tempdir":
                self._tempdir(event)
            case "probe-error":
                facts: dict[str, str | int | float | None] = {"message": event.msg}
                self._store.write(Note(t=event.t, note="probe-error", p=life.p, facts=facts))

    def _meet(self, event: ProbeEvent) -> Life:
        """A process that nobody has told of before."""
        stat = process_tree.read_stat(event.pid)
        ppid = event.ppid or (stat.ppid if stat is not None else 0)
        t, precision = event.t, None
        if event.e == "forked" and event.t0 is not None:
            precision = event.t - event.t0
        elif stat is not None and (low := born_ns(stat.identity)) < t:
            t = min(t, low + TICK_NS)
            precision = t - low
        return self._begin(event.pid, ppid, t, precision)

    def _begin(self, pid: int, ppid: int, t: int, precision_ns: int | None) -> Life:
        return self._table.begin(pid, ppid, t, Witness.CALL, precision_ns, pidfd=self.held.pop(pid, None))

    def _begin_unsaid(self, pid: int, ppid: int, t: int, precision_ns: int) -> Life:
        life = self._begin(pid, ppid, t, precision_ns)
        self._births.may_exec(life)
        return life

    def _step(self, event: ProbeEvent, life: Life) -> None:
        self._store.write(
            Step(
                t=event.t, p=life.p, step=_STEPS[event.e], outcome=event.outcome, exitcode=event.exitcode,
                exception=event.exc, message=event.msg, traceback=event.tb,
            )
        )  # fmt: skip

    def _hello(self, event: ProbeEvent, life: Life) -> None:
        self.heard_main = self.heard_main or life is self._table.main
        if event.born is not None:
            self._table.narrow(life, life.born_low_ns, event.born, Witness.CALL)
        role = event.role if event.role in _HELPERS else None
        kind = "helper" if role else "subprocess"
        cmdline = None if life.told.get("cmdline") else event.argv
        self._table.describe(life, event.t, Witness.CALL, kind=kind, name=role, cmdline=cmdline)

    def _child(self, event: ProbeEvent, life: Life) -> None:
        self._table.describe(
            life, event.t, Witness.CALL, kind="multiprocessing", name=event.name, daemon=event.daemon,
            start_method=event.method, target=event.target or None,
        )  # fmt: skip

    def _call(self, event: ProbeEvent, life: Life) -> None:
        self._numbers += 1
        if event.n is not None:
            self._calls[life.p, event.n] = (self._numbers, event)
        if event.call == "os.system":
            self.expect(life, event.t)
        elif event.call == "exec":
            self._table.silent[life.p] = life  # what it becomes need not have a probe
        target = self._target(event)
        self._store.write(
            Call(
                t=event.t, p=life.p, call=self._numbers, name=event.call or "", target=target.p if target else None,
                target_pid=event.tpid, signal=event.sig, timeout_s=event.timeout, implicit=event.implicit,
                file=event.file, line=event.line, group=self._members(event),
            )
        )  # fmt: skip

    def _members(self, event: ProbeEvent) -> list[int] | None:
        """The processes of the run that a signal to a group went to."""
        if event.group is None:
            return None
        lives = [self._table.at(pid, event.t) for pid in event.group]
        return [life.p for life in lives if life is not None]

    def _called(self, event: ProbeEvent, life: Life) -> None:
        number, begin = self._calls.pop((life.p, event.n or 0), (0, None))
        if begin is None:
            return
        target = self._target(event)
        if begin.call in _STARTS and event.tpid is not None:
            target = target or self._started(event, begin, life)
            self._table.narrow(target, begin.t, event.t, Witness.CALL)
            self._table.describe(
                target, event.t, Witness.CALL, kind=_STARTS[begin.call], name=begin.name, daemon=begin.daemon,
                start_method=begin.method, target=begin.target or None, file=begin.file, line=begin.line,
                cmdline=None if target.told.get("cmdline") else begin.argv,
            )  # fmt: skip
        self._store.write(
            Called(
                t=event.t, p=life.p, call=number, target=target.p if target else None,
                result=event.result, error=event.error,
            )
        )  # fmt: skip

    def _started_by_fork(self, event: ProbeEvent, life: Life) -> Life | None:
        _number, begin = self._calls.get((life.p, event.n or 0), (0, None))
        if begin is None or event.e != "called" or event.tpid is None or begin.method != "fork":
            return None
        return self._target(event) or self._started(event, begin, life)

    def _started(self, event: ProbeEvent, begin: ProbeEvent, life: Life) -> Life:
        """The child that a call started, before the child has said a word."""
        assert event.tpid is not None
        parent = life.pid
        if begin.method == "forkserver":
            servers = [other for other in self._table.living if other.told.get("name") == "forkserver"]
            servers.sort(key=lambda server: server.parent is not life)  # a child with children has a server of its own
            parent = servers[0].pid if servers else parent
        return self._begin(event.tpid, parent, event.t, event.t - begin.t)

    def _reaped(self, event: ProbeEvent, life: Life) -> None:
        if event.tpid is None:
            return
        target = self._table.at(event.tpid, event.t)
        if target is None:
            return
        if target.ended_ns is None:
            self._births.take_exits()
        self._births.reaped_by(target, event.t, event.exitcode)
        self._table.reap(target, event.t, Witness.CALL, None, by=life, exitcode=event.exitcode, via=event.via)

    def _deed(self, event: ProbeEvent, life: Life) -> None:
        self._store.write(
            Deed(
                t=event.t, p=life.p, deed=event.deed or "", thing=event.thing, name=event.name, signal=event.sig,
                file=event.file, line=event.line,
            )
        )  # fmt: skip

    def _write(self, event: ProbeEvent, life: Life) -> None:
        if event.fd is not None:
            self._claim(event, life)

    def _tempdir(self, event: ProbeEvent) -> None:
        with open(self._tempdirs, "ab") as file:
            import msgspec

            file.write(msgspec.json.encode({"tempdir": True, "path": event.path}) + b"\n")

    def _target(self, event: ProbeEvent) -> Life | None:
        if event.tpid is None or event.tpid <= 0 or event.call in _NOT_ONE_PROCESS:
            return None
        return self._table.at(event.tpid, event.t)


def note_silence(store: Store, heard: bool) -> None:
    """The probe never spoke in the main process: only what the operating system tells is known."""
    if not heard:
        store.write(Note(t=time.monotonic_ns(), note="probe-silent", p=1))
