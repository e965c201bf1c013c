"""What processes are called, so that it is clear which one is meant."""

from __future__ import annotations

import pytest

from procviz.trace.findings.all_findings import find
from procviz.wording.findings.sentences import sentence
from tests.trace.builders import Story


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["/usr/bin/python3", "/srv/job.py", "--fast"], "python3 job.py"),
        (["python", "-m", "gunicorn", "app:app"], "python -m gunicorn"),
        (["python", "-u", "-X", "dev", "-W", "error", "-m", "gunicorn"], "python -m gunicorn"),
        (["python", "-Xdev", "-Werror::DeprecationWarning", "job.py"], "python job.py"),
        (["python", "-Im", "http.server"], "python -m http.server"),
        (["python", "-mhttp.server"], "python -m http.server"),
        (["python", "-c", "print(1)"], "python -c"),
        (["python", "--check-hash-based-pycs", "job.py"], "python job.py"),
        (["python", "-"], "python -"),
        (["python"], "python"),
        (["/bin/true"], "true"),
        (["sh", "-c", "exit 3"], "sh"),
    ],
)
def test_a_command_is_called_by_what_it_runs(command: list[str], name: str) -> None:
    story = Story()
    story.begins(2, 20, kind="subprocess", cmdline=command)
    assert story.life(2).name == name


def test_those_with_one_name_are_told_apart_by_their_pids() -> None:
    story = Story()
    for p, code in ((2, 3), (3, 4)):
        story.begins(p, 20, kind="subprocess", cmdline=["false"])
        story.ends(p, 30, code)
        story.reaped(p, 31, by=1)
    told = " ".join(sentence(finding) for finding in find(story.timeline))
    assert "false 102" in told
    assert "false 103" in told
    assert {life.name for life in story.timeline.lives.values()} == {"MainProcess", "false"}


def test_a_name_of_its_own_stands_alone() -> None:
    story = Story()
    story.begins(2, 20, kind="subprocess", cmdline=["false"])
    story.ends(2, 30, 3)
    story.reaped(2, 31, by=1)
    assert "false ended" in " ".join(sentence(finding) for finding in find(story.timeline))
