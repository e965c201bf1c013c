"""Moments, lengths of time and lists of names as people read them; knows nothing of processes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from procviz.wording import _, ngettext

_MOST_NAMES = 5
_CHINESE = "[\u3400-\u9fff]"
_GAP_IN_CHINESE = re.compile(f"(?<=[\u3400-\u9fff\uff09]) (?={_CHINESE})")


def close_up(text: str) -> str:
    """A sentence without the spaces that a name was given, where that name turned out to be Chinese."""
    return _GAP_IN_CHINESE.sub("", text)


def moment_text(ns: int) -> str:
    """A moment on the axis of a run: seconds with two decimals."""
    return _("{seconds} s").format(seconds=f"{ns / 1e9:.2f}")


def duration_text(ns: int) -> str:
    """A length of time, with as many figures as one can use: "0.4 ms", "45 ms", "1.02 s", "2 min 05 s"."""
    if ns < 10_000_000:
        return _("{milliseconds} ms").format(milliseconds=f"{ns / 1e6:.1f}")
    if ns < 999_500_000:
        return _("{milliseconds} ms").format(milliseconds=f"{ns / 1e6:.0f}")
    if ns < 59_995_000_000:
        return _("{seconds} s").format(seconds=f"{ns / 1e9:.2f}")
    minutes, seconds = divmod(round(ns / 1e9), 60)
    return _("{minutes} min {seconds} s").format(minutes=minutes, seconds=f"{seconds:02}")


def names_text(names: Sequence[str]) -> str:
    """A list of names; of a long one the first few and how many more."""
    shown = list(names) if len(names) <= _MOST_NAMES + 1 else list(names[:_MOST_NAMES])
    left = len(names) - len(shown)
    if left:
        shown.append(ngettext("{count} more", "{count} more", left).format(count=left))
    if len(shown) < 2:
        return "".join(shown)
    separator = _("{first}, {second}")
    text = shown[0]
    for name in shown[1:-1]:
        text = separator.format(first=text, second=name)
    return _("{others} and {last}").format(others=text, last=shown[-1])
