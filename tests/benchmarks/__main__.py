"""`python3 dev.py benchmark [NAME...]`: all of them but the longest, or those named."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.benchmarks import crowds, exactness, live, opening, output, panning, reading, starting, wall_time
from tests.benchmarks.figures import Figure, table

BENCHMARKS: dict[str, Callable[[], list[Figure]]] = {
    "starting": starting.measure,
    "live": live.measure,
    "panning": panning.measure,
    "wall-time": wall_time.measure,
    "opening": opening.measure,
    "output": output.measure,
    "reading": reading.measure,
    "exactness": exactness.measure,
    "hundred": crowds.hundred,
    "many": crowds.many,
    "many-in-full": crowds.many_in_full,
}
ONLY_WHEN_NAMED = {"many-in-full"}


def main(names: list[str]) -> int:
    """Print one table; the exit code is 1 where a figure is over what is wanted."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"No benchmark is called {unknown[0]}; there are: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    figures = []
    for name in names or [name for name in BENCHMARKS if name not in ONLY_WHEN_NAMED]:
        print(f"measuring: {name}", file=sys.stderr, flush=True)
        figures += BENCHMARKS[name]()
    print(table(figures))
    return int(any(figure.limit is not None and figure.value > figure.limit for figure in figures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
