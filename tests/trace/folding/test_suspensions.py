"""When a process was suspended: what follows from signals, what was seen, and what must not be guessed."""

from __future__ import annotations

import pytest

from procviz.trace.findings.all_findings import find
from procviz.trace.findings.finding import FindingKind
from procviz.trace.records import Halted
from procviz.trace.timeline import Edge, State
from procviz.wording.findings.sentences import sentence
from tests.trace.builders import CALL, POLL, Story, ns, spans

STOP, TSTP, CONT, TERM = 19, 20, 18, 15
RUNNING, SUSPENDED = State.RUNNING, State.SUSPENDED


def story() -> Story:
    made = Story()
    made.child(2, 10, name="worker")
    made.step(2, 20, "target-began")
    return made


def seen(made: Story, at: float, halted: bool, within_ms: float = 1) -> None:
    made.add(Halted(t=ns(at), p=2, w=POLL, precision_ns=round(within_ms * 1e6), halted=halted))


def said(made: Story) -> list[str]:
    return [sentence(one, made.timeline) for one in find(made.timeline) if one.kind is FindingKind.SUSPENDED]


def test_sigstop_and_sigcont_are_enough() -> None:
    made = story()
    made.call(1, 100, 100, "os.kill", 2, signal=STOP, file="job.py", line=7)
    assert spans(made.life(2))[-1] == (SUSPENDED, 100, None)
    assert said(made) == ["main suspended worker at 0.10 s with SIGSTOP. It has not gone on since. See line 7."]
    made.call(1, 300, 300, "os.kill", 2, signal=CONT)
    made.returns(2, 400)
    assert spans(made.life(2))[1:4] == [(RUNNING, 15, 100), (SUSPENDED, 100, 300), (RUNNING, 300, 400)]
    assert said(made) == ["main suspended worker at 0.10 s with SIGSTOP. It went on 200 ms later. See line 7."]
    piece = next(one for one in made.life(2).slices if one.state is SUSPENDED)
    assert (piece.begin, piece.end) == (Edge(ns(100), CALL, 0), Edge(ns(300), CALL, 0))


def test_suspended_as_it_starts_it_is_suspended_once() -> None:
    made = story()
    made.call(1, 12, 12, "os.kill", 2, signal=STOP)
    made.call(1, 300, 300, "os.kill", 2, signal=CONT)
    made.returns(2, 400)
    assert spans(made.life(2))[:3] == [(State.STARTING, 10, 12), (SUSPENDED, 12, 300), (RUNNING, 300, 400)]


def test_a_signal_that_may_be_handled_counts_only_where_its_effect_was_seen() -> None:
    made = story()
    made.call(1, 100, 100, "os.kill", 2, signal=TSTP)
    assert SUSPENDED not in {state for state, _begin, _end in spans(made.life(2))}
    seen(made, 101, True, within_ms=50)
    seen(made, 200, False)
    assert spans(made.life(2))[-2:] == [(SUSPENDED, 101, 200), (RUNNING, 200, None)]
    assert said(made) == ["main suspended worker at 0.10 s with SIGTSTP. It went on 99 ms later."]
    piece = next(one for one in made.life(2).slices if one.state is SUSPENDED)
    assert piece.begin == Edge(ns(101), POLL, 50_000_000)


def test_the_user_and_strangers() -> None:
    made = story()
    made.act(2, 100, "suspend")
    seen(made, 100.2, True, within_ms=0.2)
    made.act(2, 200, "resume")
    seen(made, 200.1, False, within_ms=0.1)
    seen(made, 300, True, within_ms=1000)
    made.ends(2, 400, -9)
    assert said(made) == [
        "The user suspended worker at 0.10 s with SIGSTOP. It went on 100 ms later.",
        "worker was suspended at 0.30 s; by whom is not known. It never went on: 100 ms later it ended.",
    ]


def test_the_end_ends_it_and_a_second_stop_changes_nothing() -> None:
    made = story()
    for at in (100, 150):
        made.call(1, at, at, "os.kill", 2, signal=STOP)
    seen(made, 160, True)
    made.call(1, 250, 250, "os.kill", 2, signal=TERM)
    made.ends(2, 300, -9)
    made.call(1, 350, 350, "os.kill", 2, signal=STOP)
    assert spans(made.life(2))[2:3] == [(SUSPENDED, 100, 300)]
    assert len(said(made)) == 1


def test_to_be_woken_for_the_end_is_not_to_go_on() -> None:
    made = story()
    seen(made, 100, True)
    seen(made, 298, False)
    made.ends(2, 300, -9)
    assert spans(made.life(2))[2:3] == [(SUSPENDED, 100, 300)]
    assert said(made) == [
        "worker was suspended at 0.10 s; by whom is not known. It never went on: 200 ms later it ended."
    ]


def test_it_cuts_a_wait_and_a_look_that_came_too_early_is_no_news() -> None:
    made = story()
    made.child(3, 30, by=2, name="inner")
    made.call(2, 50, 400, "join", 3)
    made.call(1, 100, 100, "os.kill", 2, signal=STOP)
    made.call(1, 200, 200, "os.kill", 2, signal=CONT)
    seen(made, 200.1, True)
    waiting = (State.WAITING, 50, 100), (SUSPENDED, 100, 200), (State.WAITING, 200, 400)
    assert tuple(spans(made.life(2))[2:5]) == waiting
    assert len([flow for flow in made.timeline.flows if flow.source == 2 and flow.target == 3]) == 2


@pytest.mark.parametrize("number", [STOP, CONT])
def test_nothing_is_made_of_a_lone_sigcont(number: int) -> None:
    made = story()
    made.call(1, 100, 100, "os.kill", 2, signal=number)
    assert (SUSPENDED in {state for state, _begin, _end in spans(made.life(2))}) is (number == STOP)
