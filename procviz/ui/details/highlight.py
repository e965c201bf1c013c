"""Colours for Python source, line by line: Pygments reads the line, one number carries over what a line leaves open."""

from __future__ import annotations

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Literal, Name, Number, Operator, String, _TokenType
from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from procviz.chart.palette import Palette

_STACKS = {0: ("root",), 1: ("root", "tdqs"), 2: ("root", "tsqs")}  # nothing open, inside three double or single quotes

_LIGHT = {
    Keyword: "#A626A4",
    Name.Builtin: "#0B66C3",
    Name.Function: "#0B66C3",
    Name.Class: "#0B66C3",
    Name.Decorator: "#8C6D1F",
    Name.Exception: "#A3230A",
    String: "#1D7A4C",
    Number: "#B3590A",
    Literal: "#B3590A",
    Comment: "#6B7787",
    Operator.Word: "#A626A4",
}
_DARK = {
    Keyword: "#D98BE0",
    Name.Builtin: "#6FB5F5",
    Name.Function: "#6FB5F5",
    Name.Class: "#6FB5F5",
    Name.Decorator: "#E0C36A",
    Name.Exception: "#F58A94",
    String: "#7FD3A0",
    Number: "#F0A860",
    Literal: "#F0A860",
    Comment: "#8793A3",
    Operator.Word: "#D98BE0",
}


class PythonHighlighter(QSyntaxHighlighter):
    """Colours a document as it is edited; only the lines that changed are read again."""

    def __init__(self, document: QTextDocument, palette: Palette) -> None:
        super().__init__(document)
        self._lexer = PythonLexer()
        self._formats: dict[_TokenType, QTextCharFormat | None] = {}
        self._colours = _DARK if palette.dark else _LIGHT

    def show_palette(self, palette: Palette) -> None:
        """Colour everything again, for light or dark."""
        self._colours = _DARK if palette.dark else _LIGHT
        self._formats.clear()
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        state = max(self.previousBlockState(), 0)
        last: _TokenType | None = None
        wide = not text.isascii() and any(ord(char) > 0xFFFF for char in text)
        for start, token, value in self._lexer.get_tokens_unprocessed(text + "\n", _STACKS[state]):
            last = token
            form = self._format(token)
            if form is not None:
                begin = _units(text[:start]) if wide else start
                self.setFormat(begin, _units(value) if wide else len(value), form)
        self.setCurrentBlockState(_left_open(last))

    def _format(self, token: _TokenType) -> QTextCharFormat | None:
        if token not in self._formats:
            kind: _TokenType | None = token
            while kind is not None and kind not in self._colours:
                kind = kind.parent
            form = None
            if kind is not None:
                form = QTextCharFormat()
                form.setForeground(QColor(self._colours[kind]))
            self._formats[token] = form
        return self._formats[token]


def _left_open(last: _TokenType | None) -> int:
    """Whether the line ended inside a long string: its line break then belongs to the string."""
    if last is None or String not in last.split():
        return 0
    return 2 if String.Single in last.split() else 1


def _units(text: str) -> int:
    """Length as Qt counts it: in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2
