"""What the documents take from the code is as the code has it, and what they name is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ("docs/architecture.md", "docs/format.md", "CONTRIBUTING.md", "README.md")


def test_tables_and_pictures_are_up_to_date() -> None:
    told = subprocess.run([sys.executable, "docs/make.py", "--check"], cwd=ROOT, check=False)
    assert told.returncode == 0, "run python3 dev.py docs"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_files_that_a_document_names_are_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = re.findall(r"`((?:procviz|tests|docs|resources|package)/[\w./-]+)`", text)
    named += [
        f"procviz/{path}" for path in re.findall(r"`((?:ui|trace|recorder|chart|probe|wording)/[\w./]+\.py)`", text)
    ]
    missing = [path for path in named if not (ROOT / path).exists()]
    assert not missing
    assert named


def test_no_folder_has_more_files_than_one_can_look_over() -> None:
    folders = {path.parent for path in (ROOT / "procviz").rglob("*.py") if path.parent.name != "probe"}
    crowded = {str(folder): count for folder in folders if (count := len(list(folder.glob("*.py")))) > 17}
    assert not crowded  # sixteen, and what says what they are


def test_each_room_says_what_it_must_not_know() -> None:
    rooms = [path for path in (ROOT / "procviz").rglob("__init__.py") if path.parent.name != "procviz"]
    said = re.compile(r"must (not )?know|[Kk]nows no|must not decide")
    assert not [str(path) for path in rooms if not said.search(path.read_text(encoding="utf-8"))]
