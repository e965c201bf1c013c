"""What the command line may say."""

from __future__ import annotations

from pathlib import Path

import pytest

from procviz.cli.arguments import parse
from procviz.trace.problem import Problem, ProblemKind


def test_options_end_where_the_script_begins() -> None:
    said = parse(["record", "-o", "x.png", "--set", "A=1", "--set=B=2", "job.py", "-o", "its-own", "--no-probe"])
    assert said.out == Path("x.png")
    assert said.set == [("A", "1"), ("B", "2")]
    assert said.program == ["job.py", "-o", "its-own", "--no-probe"]
    assert said.probe


def test_a_lesson_takes_no_arguments_so_options_may_follow_it() -> None:
    said = parse(["record", "--interval", "0.1", "lesson:daemon", "-o", "daemon.png", "--set", "DAEMONS=3"])
    assert (said.interval, said.out, said.set) == (0.1, Path("daemon.png"), [("DAEMONS", "3")])
    assert said.program == ["lesson:daemon"]


def test_a_module_takes_the_rest() -> None:
    said = parse(["record", "--no-probe", "--timeout", "3", "-m", "http.server", "--bind", "::1"])
    assert (said.module, said.program) == ("http.server", ["--bind", "::1"])
    assert (said.probe, said.timeout) == (False, 3.0)


def test_two_dashes_end_the_options() -> None:
    assert parse(["record", "-oout.procviz", "--", "-strange.py", "x"]).program == ["-strange.py", "x"]


def test_a_lesson_has_no_options_so_ours_may_follow_it() -> None:
    said = parse(["record", "--no-probe", "lesson:daemon", "-o", "x.png", "--set", "A=1", "its argument", "--", "-o"])
    assert (said.out, said.set, said.probe) == (Path("x.png"), [("A", "1")], False)
    assert said.program == ["lesson:daemon", "its argument", "-o"]


def test_no_command_is_the_window() -> None:
    assert parse([]).command == "window"
    assert parse(["some.procviz"]).file == Path("some.procviz")


@pytest.mark.parametrize(
    "argv",
    [
        ["record"],
        ["record", "-o", "x.procviz"],
        ["record", "-m"],
        ["record", "--interval", "0", "job.py"],
        ["record", "--interval", "soon", "job.py"],
        ["record", "--set", "A", "job.py"],
        ["record", "--witness", "nobody", "job.py"],
        ["record", "--unknown", "job.py"],
        ["record", "--set", "A=1", "-m", "this"],
        ["export", "x.procviz"],
        ["export", "x.procviz", "-o", "x.png", "--scale", "3"],
        ["report"],
        ["one", "two"],
    ],
)
def test_what_makes_no_sense_is_a_problem_not_an_exit(argv: list[str]) -> None:
    with pytest.raises(Problem) as caught:
        parse(argv)
    assert caught.value.kind is ProblemKind.USAGE
