"""How values are spelled in the probe's lines: ASCII JSON, each text cut to the room that it has.

A few lines of its own, for the module json is not to be imported by a program that does without it. This file must
not know what is told, nor where to.
"""

LINE_BYTES = 4000
TEXT_BYTES = 3600
_ROOM = {"tb": 2200, "argv": 2400, "group": 2400, "file": 1300, "path": 3000, "msg": 700, "error": 700}
_ROOM_ELSE = 300
_PLAIN_BYTES = 1200  # two such texts fit on a line


class _Escapes(dict):  # type: ignore[type-arg]  # its members are made where they are needed
    """What each character is in a JSON string, for str.translate."""

    def __missing__(self, code: int) -> str:
        if 0xDC80 <= code <= 0xDCFF:
            text = "\\\\x%02x" % (code - 0xDC00)  # a byte that is no text, as in a file's name
        elif 0xD800 <= code <= 0xDFFF:
            text = "\\ufffd"  # half a pair is no character: readers of JSON refuse it
        elif code > 0xFFFF:
            text = "\\u%04x\\u%04x" % (0xD7C0 + (code >> 10), 0xDC00 + (code & 0x3FF))
        elif 0x20 <= code < 0x7F:
            text = chr(code)
        else:
            text = "\\u%04x" % code
        self[code] = text
        return text


_escapes = _Escapes({0x22: '\\"', 0x5C: "\\\\", 0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t"})


def spelled(name: str, value: object) -> str:
    """The value of a field of that name."""
    if isinstance(value, str):
        plain = len(value) < _ROOM_ELSE and value.isascii() and value.isprintable()
        if plain and '"' not in value and "\\" not in value:
            return '"%s"' % value
        return quoted(value, _ROOM.get(name, _ROOM_ELSE))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return "%d" % value
    if isinstance(value, list):
        return _list(value, _ROOM.get(name, _ROOM_ELSE))
    if isinstance(value, float) and value - value == 0:  # JSON has no infinity
        return repr(value)
    return "null"


def quoted(text: str, room: int) -> str:
    """A text as JSON, cut so that it takes no more than about this many bytes."""
    text = text[:room]
    line = text[:-1] if text[-1:] == "\n" else text
    if line.isascii() and line.isprintable() and '"' not in line and "\\" not in line:
        return '"' + line + ('"' if line is text else '\\n"')
    escaped = text.translate(_escapes)
    while len(escaped) > room:
        text = text[: min(len(text) * room // len(escaped), len(text) - 1)]
        escaped = text.translate(_escapes)
    return '"' + escaped + '"'


def _list(values: "list[str] | list[int]", room: int) -> str:
    parts = []
    for value in values:
        parts.append("%d" % value if isinstance(value, int) else quoted(value, min(max(room, 0), 800)))
        room -= len(parts[-1]) + 1
        if room < 0:
            break
    return "[" + ",".join(parts) + "]"


def plain_text(value: object) -> str:
    """`str(value)`, or nothing where the value cannot say it."""
    try:
        return str(value)
    except Exception:
        return ""


def of_error(error: BaseException) -> "dict[str, str]":
    """The fields that tell an exception: type, message and where it came from."""
    return {"exc": type(error).__qualname__, "msg": plain_text(error), "tb": traceback_of(error)}


def traceback_of(error: BaseException) -> str:
    """The places that an exception came through, without ours."""
    lines: "list[str]" = []
    place = error.__traceback__
    while place is not None and len(lines) < 1000:
        code = place.tb_frame.f_code
        if code.co_filename != "<procviz>":
            lines.append('  File "%s", line %d, in %s' % (code.co_filename, place.tb_lineno, code.co_name))
        place = place.tb_next
    while len(lines) > 3 and sum(map(len, lines)) > 1800:
        del lines[len(lines) // 2]
    return "\n".join(lines)


def plain(text: bytes) -> bool:
    """Whether a text that `%a` has spelled may stand in a line with single quotes, and is not too long for one.

    Such lines are JSON but for the quotes. `%a` escapes in its own way, and takes double quotes where it must.
    """
    return b'"' not in text and b"\\" not in text and len(text) < _PLAIN_BYTES
