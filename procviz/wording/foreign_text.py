"""How a text that comes from a program is shown beside ours: names, arguments, messages.

The one place that decides it. Such a text stays on its line, keeps its direction to itself, sends nothing to a
terminal, and is no longer than there is room for.
"""

from __future__ import annotations

import unicodedata

LONGEST_NAME = 80  # characters
LONGEST_LINE = 500
_MOST_MARKS = 3  # combining marks on one letter; more only climb into the lines above
_PICTURES = 0x2400  # "control pictures": a visible sign for each control character
_JOINERS = "\u200c\u200d"  # without them some scripts and emoji cannot be written


def shown(text: str, longest: int = LONGEST_NAME) -> str:
    """A foreign text in one line, with what is invisible made visible, cut in its middle where it is too long."""
    return _elided(in_one_line(text[: longest * 4] + text[longest * 4 :][-longest * 4 :]), longest)


def in_one_line(text: str) -> str:
    """The same text with no character in it that moves what stands around it; however long."""
    if text.isascii() and text.isprintable():
        return text
    letters: list[str] = []
    marks = 0
    for letter in text:
        marks = marks + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        if marks <= _MOST_MARKS:
            letters.append(_visible(letter))
    return "".join(letters)


def _visible(letter: str) -> str:
    code = ord(letter)
    if code < 0x20:
        return chr(_PICTURES + code)
    if code == 0x7F:
        return "\u2421"
    kind = unicodedata.category(letter)
    no_letter = code & 0xFFFE == 0xFFFE  # nor any in XML, which an SVG is
    if letter in _JOINERS or (not no_letter and kind not in ("Cc", "Cf", "Cs", "Zl", "Zp")):
        return letter
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _elided(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    head = longest * 2 // 3
    return f"{text[:head]}…{text[-(longest - head - 1) :]}"
