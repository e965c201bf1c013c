"""What a benchmark gives back, and the table that all of them are printed as."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement beside its reference; `limit` is what procviz wants to stay under, if anything."""

    what: str
    value: float
    unit: str
    reference: str
    reference_value: float | None  # None: could not be measured here, `reference` says why
    limit: float | None = None

    def row(self) -> tuple[str, ...]:
        """What the table says of it."""
        other = "-" if self.reference_value is None else _number(self.reference_value)
        ratio = f"{self.value / self.reference_value:.2f}x" if self.reference_value else ""
        verdict = (
            "" if self.limit is None else f"{'under' if self.value <= self.limit else 'OVER'} {_number(self.limit)}"
        )
        return self.what, f"{_number(self.value)} {self.unit}", verdict, other, ratio, self.reference


HEADS = ("figure", "procviz", "wanted", "reference", "ratio", "what the reference is")


def table(figures: Sequence[Figure]) -> str:
    """All of them, in columns."""
    rows = [HEADS, *(figure.row() for figure in figures)]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(HEADS))]
    return "\n".join(
        "  ".join(cell + " " * (w - _width(cell)) for cell, w in zip(r, widths, strict=True)) for r in rows
    )


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _number(value: float) -> str:
    """With as many digits as are worth reading; counts without any."""
    return str(value) if isinstance(value, int) else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def ask(program: str, *args: str) -> str:
    """What a program of this folder prints, run as a user's would be: no screen, folders of its own."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        environment |= dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"), home)
        command = [sys.executable, "-P", str(HERE / "programs" / program), *args]
        done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        raise SystemExit(f"{program} {' '.join(args)} failed:\n{done.stderr}")
    return done.stdout


def alternate(times: int, *measures: Callable[[], float]) -> list[float]:
    """The median of each, measured in turns, so that what slows the machine slows all of them."""
    rounds = [[measure() for measure in measures] for _ in range(times)]
    return [statistics.median(values) for values in zip(*rounds, strict=True)]
