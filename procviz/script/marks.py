"""Where the #@param comments stand in a source and what they say: Python's own tokenizer and parser do the reading.

Knows nothing of ranges and of what makes sense: that is the business of `params`.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from procviz.script.controls import Value

# What Python's parser raises on some text or other: broken code, NUL bytes, lone surrogates, a nesting too deep.
UNPARSABLE = (SyntaxError, ValueError, MemoryError, RecursionError, tokenize.TokenError)

_MARK = re.compile(r"#\s*@param\b(.*)", re.DOTALL)
_FORM = re.compile(r"\s*(\[.*\])?\s*(\{.*\})?\s*", re.DOTALL)
_LARGEST_BITS = 1000  # of a whole number: beyond it can become no float, and further on no text
_SCRIPT_WORDS = {"true": True, "false": False}

_Node = TypeVar("_Node", bound=ast.expr)


@dataclass(frozen=True, slots=True)
class Literal:
    """`name = value` at top level, and the span of its value: lines from 1, columns in UTF-8 bytes from 0."""

    name: str
    value: Value
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Mark:
    """One #@param comment, with the constant it belongs to (None where there is none)."""

    line: int  # 1-based
    column: int  # 1-based
    form: str  # what the comment says after @param
    literal: Literal | None


def find_marks(source: str) -> list[Mark]:
    """Every #@param of a source in order; of a source that does not parse, those on lines that do."""
    if "@param" not in source:
        return []
    try:
        return _marks(source)
    except UNPARSABLE:
        return list(_marks_line_by_line(source))


def parse(source: str) -> ast.Module:
    """The syntax tree, without the warnings that Python has about odd code. Raises one of UNPARSABLE."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


def split_lines(source: str) -> list[str]:
    """The lines as Python counts them, endings kept."""
    return io.StringIO(source, newline="").readlines()


def literal_span(source: str, literal: Literal) -> tuple[int, int]:
    """Where the value of a literal begins and ends in its source, in characters."""
    lines = split_lines(source)
    return _offset(lines, literal.line, literal.column), _offset(lines, literal.end_line, literal.end_column)


def read_form_text(text: str) -> tuple[list[Value] | None, dict[str, Value | None]]:
    """The choices and the settings in `["a", "b"] {type: "x"}`, either of which may be missing. Raises ValueError."""
    found = _FORM.fullmatch(text)
    if not found:
        raise ValueError(text)
    try:
        choices = None if found[1] is None else [_choice(node) for node in _expression(found[1], ast.List).elts]
        settings = {} if found[2] is None else _settings(_expression(found[2], ast.Dict))
    except UNPARSABLE as error:
        raise ValueError(text) from error
    return choices, settings


def _marks(source: str) -> list[Mark]:
    last_on_line = {statement.end_lineno: statement for statement in parse(source).body}
    tokens = tokenize.generate_tokens(io.StringIO(source, newline=None).readline)
    marks = []
    for token in tokens:
        found = _MARK.fullmatch(token.string) if token.type == tokenize.COMMENT else None
        if found:
            line, column = token.start
            marks.append(Mark(line, column + 1, found[1], _literal(last_on_line.get(line))))
    return marks


def _marks_line_by_line(source: str) -> Iterator[Mark]:
    for index, line in enumerate(split_lines(source)):
        if "@param" not in line or line[0].isspace():
            continue
        try:
            marks = _marks(line)
        except UNPARSABLE:
            continue
        for mark in marks:
            literal = mark.literal
            if literal:
                literal = replace(literal, line=literal.line + index, end_line=literal.end_line + index)
            yield replace(mark, line=mark.line + index, literal=literal)


def _literal(statement: ast.stmt | None) -> Literal | None:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=node):
            pass
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as node, simple=1):
            pass
        case _:
            return None
    value = _constant(node)
    if value is None or node.end_lineno is None or node.end_col_offset is None:
        return None
    return Literal(name, value, node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)


def _constant(node: ast.expr) -> Value | None:
    match node:
        case ast.Constant(value=int() as value) if value.bit_length() > _LARGEST_BITS:
            return None
        case ast.Constant(value=bool() | int() | float() | str() as value):
            return value
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=ast.Constant() as operand):
            number = _constant(operand)
            if not isinstance(number, int | float) or isinstance(number, bool):
                return None
            return -number if isinstance(sign, ast.USub) else number
    return None


def _expression(text: str, kind: type[_Node]) -> _Node:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        node = ast.parse(text, mode="eval").body
    if not isinstance(node, kind):
        raise ValueError(text)
    return node


def _choice(node: ast.expr) -> Value:
    value = _constant(node)
    if value is None:
        raise ValueError(ast.dump(node))
    return value


def _settings(node: ast.Dict) -> dict[str, Value | None]:
    """JavaScript's `{min: 1, allow-input: true}` is a dict display to Python's parser too, with names for keys."""
    settings = {}
    for key, value in zip(node.keys, node.values, strict=True):
        match key, value:
            case None, _:
                raise ValueError("**")
            case ast.Constant(value=str(name)), _:
                pass
            case _:
                name = ast.unparse(key).replace(" ", "")
        settings[name] = _SCRIPT_WORDS.get(value.id) if isinstance(value, ast.Name) else _constant(value)
    return settings


def _offset(lines: list[str], line: int, column_bytes: int) -> int:
    before = sum(map(len, lines[: line - 1]))
    return before + len(lines[line - 1].encode()[:column_bytes].decode())
