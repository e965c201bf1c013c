"""Recordings made by hand: what was witnessed, in milliseconds, so that a test reads like the life it tells of."""

from __future__ import annotations

from typing import Any

from procviz.trace.file import Recording
from procviz.trace.folding.fold import Fold
from procviz.trace.records import (
    Act,
    AnyRecord,
    Began,
    Call,
    Called,
    Described,
    Ended,
    Finished,
    Header,
    Interpreter,
    Output,
    Platform,
    Program,
    Reaped,
    Samples,
    Step,
    Witness,
)
from procviz.trace.timeline import Life, Slice, State, Timeline

ZERO_NS = 7_000_000_000_000
KERNEL, OS, CALL, POLL = Witness.KERNEL, Witness.OS, Witness.CALL, Witness.POLL


def ns(ms: float) -> int:
    """A moment of the story."""
    return ZERO_NS + round(ms * 1e6)


def ms(ts_ns: int) -> float:
    """And back."""
    return (ts_ns - ZERO_NS) / 1e6


def header(**changes: Any) -> Header:
    facts: dict[str, Any] = {
        "format": 1,
        "procviz": "0.1.0",
        "monotonic_ns": ZERO_NS,
        "unix_ns": 1_760_000_000_000_000_000,
        "program": Program(argv=["job.py"], cwd="project", title="job.py", path="job.py", run_path="job.py"),
        "interpreter": Interpreter(executable="python3", version="3.11.7", implementation="cpython"),
        "platform": Platform(system="Linux", release="6.1", machine="x86_64", cpu_count=2),
        "interval_ns": 50_000_000,
        "witness": "kernel",
        "probe": True,
        "output": "terminal",
    }
    return Header(**(facts | changes))


class Story:
    """Writes records down; the same process of the story always has the same number (1 is main)."""

    def __init__(self, *, main: bool = True, **changes: Any) -> None:
        self.header = header(**changes)
        self.records: list[AnyRecord] = []
        self._calls = 0
        if main:
            self.begins(1, 0, kind="main", parent=None, name="MainProcess")
            if self.header.probe:
                self.step(1, 10, "up")

    @property
    def recording(self) -> Recording:
        return Recording(self.header, self.records)

    @property
    def timeline(self) -> Timeline:
        """The story folded."""
        return Fold(self.header).feed(self.records)

    def life(self, p: int) -> Life:
        return self.timeline.lives[p]

    def add(self, *records: AnyRecord) -> None:
        self.records.extend(records)

    def begins(
        self, p: int, at: float, *, parent: int | None = 1, w: Witness = KERNEL, kind: str | None = None, **words: Any
    ) -> None:
        ppid = 99 if parent is None else 100 + parent
        self.add(Began(t=ns(at), p=p, pid=100 + p, ppid=ppid, parent=parent, w=w, precision_ns=0 if w is KERNEL else 9))
        if kind is not None or words:
            self.add(Described(t=ns(at), p=p, w=CALL, kind=kind, **words))

    def child(self, p: int, at: float, *, by: int = 1, name: str = "", daemon: bool = False, **words: Any) -> None:
        """A multiprocessing child whose target runs 5 ms after its start."""
        name = name or f"worker-{p}"
        call = self.calls(by, at - 1, "start", line=12)
        self.begins(p, at, parent=by, kind="multiprocessing", name=name, daemon=daemon, **words)
        self.add(Called(t=ns(at + 0.5), p=by, call=call, target=p))
        self.step(p, at + 1, "forked")
        self.step(p, at + 5, "target-began")

    def step(self, p: int, at: float, step: str, **facts: Any) -> None:
        self.add(Step(t=ns(at), p=p, step=step, **facts))

    def returns(self, p: int, at: float) -> None:
        """A child whose target comes to its end, and its process 2 ms later."""
        self.step(p, at, "target-ended", outcome="returned", exitcode=0)
        self.ends(p, at + 2, 0)

    def calls(self, p: int, at: float, name: str, target: int | None = None, **facts: Any) -> int:
        """A call begins; returns its number."""
        self._calls += 1
        if facts.get("line") is not None:
            facts.setdefault("file", "job.py")
        self.add(Call(t=ns(at), p=p, call=self._calls, name=name, target=target, **facts))
        return self._calls

    def call(
        self, p: int, at: float, until: float, name: str, target: int, result: int | None = None, **facts: Any
    ) -> None:
        """A call from its begin to its end."""
        number = self.calls(p, at, name, target, **facts)
        self.add(Called(t=ns(until), p=p, call=number, result=result))

    def ends(self, p: int, at: float, exitcode: int | None, *, w: Witness = KERNEL, **facts: Any) -> None:
        self.add(Ended(t=ns(at), p=p, w=w, precision_ns=0 if w is KERNEL else 9, exitcode=exitcode, **facts))

    def reaped(self, p: int, at: float, by: int | None = None, w: Witness = OS) -> None:
        self.add(Reaped(t=ns(at), p=p, w=w, precision_ns=0, by=by))

    def act(self, p: int, at: float, act: str, sender: str = "user") -> None:
        self.add(Act(t=ns(at), p=p, act=act, sender=sender))

    def prints(self, p: int | None, at: float, text: str) -> None:
        self.add(Output(t=ns(at), p=p, stream="stdout", text=text))

    def tick(self, at: float, *people: int, cpu: float | None = 50.0, same: bool = False) -> None:
        p = None if same else list(people)
        self.add(Samples(t=ns(at), p=p, c=[cpu] * len(people), r=[9000] * len(people)))

    def finishes(self, at: float, exitcode: int | None = 0, ended_by: str | None = None) -> None:
        self.add(Finished(t=ns(at), exitcode=exitcode, ended_by=ended_by))


def spans(life: Life) -> list[tuple[State, float, float | None]]:
    """The slices of a life: state, begin and end in ms."""
    return [(one.state, ms(one.begin.ts_ns), None if one.end is None else ms(one.end.ts_ns)) for one in life.slices]


def only(slices: list[Slice], state: State) -> Slice:
    """The one slice in this state."""
    (found,) = [one for one in slices if one.state is state]
    return found


def whole_run() -> Story:
    """A run with a bit of everything: plain, daemon, terminated, stubborn, failing, waiting, printing."""
    story = Story()
    story.child(2, 20, name="plain")
    story.child(3, 30, name="daemon", daemon=True)
    story.child(4, 40, name="victim")
    story.child(5, 50, name="stubborn")
    story.child(6, 60, name="failing")
    story.step(6, 70, "target-ended", outcome="exception", exitcode=1, exception="ValueError", message="no")
    story.ends(6, 72, 1, cpu_seconds=0.5, max_rss_bytes=1000)
    story.call(1, 80, 100, "join", 6, 1, line=20)
    story.reaped(6, 99.9)
    story.call(1, 110, 110.2, "terminate", 4, line=21)
    story.ends(4, 111, -15)
    story.reaped(4, 400, by=1)
    story.call(1, 120, 120.1, "terminate", 5, line=22)
    story.call(1, 121, 221, "join", 5, line=23, timeout_s=0.1)
    story.call(1, 222, 222.1, "kill", 5, line=24)
    story.ends(5, 223, -9)
    story.reaped(5, 401, by=1)
    story.prints(2, 230, "half way\n")
    story.tick(240, 1, 2, 3)
    story.step(1, 300, "code-ended", outcome="returned", exitcode=0)
    story.step(1, 301, "exit-began")
    story.call(1, 302, 302.1, "terminate", 3, implicit=True)
    story.ends(3, 303, -15)
    story.call(1, 304, 402, "join", 2, 0, implicit=True)
    story.returns(2, 398)
    story.reaped(2, 401.5, by=1)
    story.reaped(3, 403, by=1)
    story.tick(350, 1, 2, same=False)
    story.ends(1, 410, 0)
    story.reaped(1, 411)
    story.finishes(412)
    return story
