"""#@param in a source: what becomes a control, what is a fault, and what a control writes back."""

from __future__ import annotations

import ast
import math
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procviz.script.params import (
    ControlKind,
    Form,
    Param,
    ParamFault,
    Value,
    parse_value,
    read_form,
    rewrite,
)
from procviz.trace.problem import Problem, ProblemKind

SLIDER = '#@param {type:"slider", min:1, max:32, step:1}'
FRACTION = '#@param {type:"slider", min:0.5, max:10, step:0.5}'


def only(source: str) -> Param:
    form = read_form(source)
    assert form.faults == ()
    (param,) = form.params
    return param


@pytest.mark.parametrize(
    ("line", "kind", "value"),
    [
        (f"N = 4  {SLIDER}", ControlKind.SLIDER, 4),
        (f"N: int = 4  {SLIDER}", ControlKind.SLIDER, 4),
        (f"N = (4){SLIDER}", ControlKind.SLIDER, 4),
        (f"M = 1; N = 4  {SLIDER}", ControlKind.SLIDER, 4),
        (f"N = 0x1f  {SLIDER}", ControlKind.SLIDER, 31),
        (f"N = (\n    4\n)  {SLIDER}", ControlKind.SLIDER, 4),
        ('N = 4  # @param {"type":"slider", "min":1, "max":32, "step":1}', ControlKind.SLIDER, 4),
        ("N = 4  #@param {type:'slider', display-mode:'form', min:1, max:32,}", ControlKind.SLIDER, 4),
        (f"N = 2.5  {FRACTION}", ControlKind.SLIDER, 2.5),
        ('N = -3  #@param {type:"slider", min:-10, max:10, step:1}', ControlKind.SLIDER, -3),
        ('N = -3.5  #@param {type:"number"}', ControlKind.NUMBER, -3.5),
        ('N = +3  #@param {type:"integer"}', ControlKind.NUMBER, 3),
        ('N = True  #@param {type:"boolean"}', ControlKind.CHECK, True),
        ('N = "a # b"  #@param {type:"string"}', ControlKind.TEXT, "a # b"),
        ('N = "a" "b"  #@param {type:"string"}', ControlKind.TEXT, "ab"),
        ('N = "2026-01-31"  #@param {type:"date"}', ControlKind.TEXT, "2026-01-31"),
        ('N = "fork"  #@param ["fork", "spawn"]', ControlKind.CHOICE, "fork"),
        ('N = "]"  #@param ["]", "}"] {placeholder:"]"}', ControlKind.CHOICE, "]"),
        ('N = "own"  #@param ["a", "b"] {allow-input: true}', ControlKind.CHOICE, "own"),
        ('N = 2  #@param [1, 2, 3] {type:"raw"}', ControlKind.CHOICE, 2),
        ("N = 2  #@param", ControlKind.NUMBER, 2),
        ("N = False #@param", ControlKind.CHECK, False),
        ('N = "x" #@param', ControlKind.TEXT, "x"),
    ],
)
def test_a_marked_constant_is_a_control(line: str, kind: ControlKind, value: Value) -> None:
    param = only(line + "\n")

    assert (param.name, param.kind, param.value, param.fault) == ("N", kind, value, None)
    assert type(param.value) is type(value)
    assert read_form(line).runnable


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("N = 4  #@param {type:'knob'}", ParamFault.UNKNOWN_TYPE),
        ("N = 4  #@param {type:7}", ParamFault.UNKNOWN_TYPE),
        ("N = 4  #@param {type:", ParamFault.BAD_FORM),
        ("N = 4  #@param {type:'slider'} how many", ParamFault.BAD_FORM),
        ("N = 4  #@param []", ParamFault.BAD_FORM),
        ("N = 4  #@param [a, b]", ParamFault.BAD_FORM),
        ("N = 4  #@param {**x}", ParamFault.BAD_FORM),
        ("N = 4  #@param {type:'slider', min:'one'}", ParamFault.BAD_FORM),
        ("N = 4  #@param {type:'slider', min:low}", ParamFault.BAD_FORM),
        ("N = 4  #@param {type:'slider', min:1e999}", ParamFault.BAD_FORM),
        ("N = 4  #@param {type:'slider', min:true}", ParamFault.BAD_FORM),
        ("N = 4  #@param {" + "[" * 500 + "}", ParamFault.BAD_FORM),
        ("N = 4  #@param {type:'slider', min:9, max:1}", ParamFault.BAD_RANGE),
        ("N = 4  #@param {type:'slider', min:1, max:9, step:0}", ParamFault.BAD_RANGE),
        ("N = 4  #@param {type:'number', step:-1}", ParamFault.BAD_RANGE),
        (f"N = 2 + 2  {SLIDER}", ParamFault.NOT_A_CONSTANT),
        (f"N = M = 4  {SLIDER}", ParamFault.NOT_A_CONSTANT),
        (f"N = None  {SLIDER}", ParamFault.NOT_A_CONSTANT),
        (f"N = f'{{1}}'  {SLIDER}", ParamFault.NOT_A_CONSTANT),
        (f"N = -True  {SLIDER}", ParamFault.NOT_A_CONSTANT),
        (f"N: int  {SLIDER}", ParamFault.NOT_A_CONSTANT),
        (f"N.x = 4  {SLIDER}", ParamFault.NOT_A_CONSTANT),
        (f"print(4)  {SLIDER}", ParamFault.NOT_A_CONSTANT),
        (f"{SLIDER}\nN = 4", ParamFault.NOT_A_CONSTANT),
        (f"def f():\n    N = 4  {SLIDER}", ParamFault.NOT_A_CONSTANT),
        (f"N = 0x{'f' * 5000}  {SLIDER}", ParamFault.NOT_A_CONSTANT),
    ],
)
def test_a_mark_that_makes_no_sense_is_a_fault_on_its_line(line: str, fault: ParamFault) -> None:
    form = read_form("import os\n" + line + "\n")

    assert form.params == ()
    assert [one.fault for one in form.faults] == [fault]
    marked = ("import os\n" + line).split("\n")[form.faults[0].line - 1]
    assert marked[form.faults[0].column - 1] == "#"
    assert not form.runnable


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (f"N = 33  {SLIDER}", ParamFault.OUT_OF_RANGE),
        (f"N = 0  {SLIDER}", ParamFault.OUT_OF_RANGE),
        (f"N = 'a'  {SLIDER}", ParamFault.WRONG_TYPE),
        (f"N = True  {SLIDER}", ParamFault.WRONG_TYPE),
        ("N = 2.5  #@param {type:'integer'}", ParamFault.WRONG_TYPE),
        ("N = 1e999  #@param {type:'number'}", ParamFault.WRONG_TYPE),
        (f"N = {2**63}  #@param {{type:'number'}}", ParamFault.OUT_OF_RANGE),
        ("N = 1  #@param {type:'boolean'}", ParamFault.WRONG_TYPE),
        ("N = 1  #@param {type:'string'}", ParamFault.WRONG_TYPE),
        ("N = 'c'  #@param ['a', 'b']", ParamFault.NOT_A_CHOICE),
        ("N = True  #@param [1, 2]", ParamFault.NOT_A_CHOICE),
    ],
)
def test_a_value_that_its_control_does_not_allow_keeps_the_control(line: str, fault: ParamFault) -> None:
    form = read_form(line)

    assert [param.fault for param in form.params] == [fault]
    assert form.faults == ()
    assert not form.runnable


def test_the_second_of_two_controls_with_one_name_is_a_duplicate() -> None:
    form = read_form(f"N = 4  {SLIDER}\nN = 5  {SLIDER}\n")

    assert [param.value for param in form.params] == [4]
    assert [(fault.fault, fault.line, fault.name) for fault in form.faults] == [(ParamFault.DUPLICATE, 2, "N")]


def test_marks_inside_of_texts_are_texts() -> None:
    form = read_form(f'"""\nN = 4  {SLIDER}\n"""\nM = "#@param"\n')

    assert form == Form((), ())


def test_a_slider_always_has_a_range_and_a_step() -> None:
    bare = only("N = 4  #@param {type:'slider'}")
    fraction = only("N = 0.5  #@param {type:'slider', min:0, max:1}")

    assert (bare.minimum, bare.maximum, bare.step, bare.integer) == (0, 100, 1, True)
    assert (fraction.step, fraction.integer) == (0.01, False)


@pytest.mark.parametrize(
    "broken", ["def f(:\n    pass\n", "x = (\n", "  y = 1\n", "'''\n", "if x:\n", "a = 1\n\t b = 2\n", "return 1\n"]
)
def test_controls_stay_while_the_source_is_broken_elsewhere(broken: str) -> None:
    form = read_form(f"N = 4  {SLIDER}\n{broken}METHOD = 'a'  #@param ['a', 'b']\n")

    assert [param.name for param in form.params] == ["N", "METHOD"]
    assert [param.line for param in form.params] == [1, 2 + broken.count("\n")]
    assert form.faults[0].message
    assert form.faults[0].fault is None
    assert not form.runnable


def test_a_slider_moves_the_literal_of_a_broken_source_too() -> None:
    source = f"名 = '一'; N = 4  {SLIDER}\nx = (\nМ = 'é' #@param {{type:'string'}}\n"

    assert rewrite(source, "N", 7) == source.replace("N = 4", "N = 7")
    assert rewrite(source, "М", "ü") == source.replace("'é'", "'ü'")


@pytest.mark.parametrize(
    "source",
    [
        "\0",
        f"N = 4 {SLIDER}\0",
        "\ud800 #@param",
        "-" * 100_000 + "1 #@param",
        "(" * 1000 + "#@param",
        "1" * 10_000 + f"\nN = 4 {SLIDER}",
        "x" * 5_000_000,
        "\ufeffN = 1 #@param",
    ],
    ids=lambda source: repr(source[:12]),
)
def test_no_source_at_all_makes_reading_fail(source: str) -> None:
    read_form(source)


def test_syntax_faults_say_where_in_pythons_own_words() -> None:
    (fault,) = read_form("x = 1\ny = = 2\n").faults

    assert (fault.line, fault.column, fault.message) == (2, 5, "invalid syntax")


def test_code_that_python_only_warns_about_is_no_fault() -> None:
    assert read_form("x = '\\d'\nassert (x, 'never')\n").runnable


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        (f"N = 4  {SLIDER}", 7, f"N = 7  {SLIDER}"),
        (f"N = 4  {SLIDER}", 7.0, f"N = 7  {SLIDER}"),
        (f"N=4{SLIDER}", 7, f"N=7{SLIDER}"),
        (f"N = 2.0 {FRACTION}", 3, f"N = 3.0 {FRACTION}"),
        (f"N = 2.0 {FRACTION}", 0.1 + 0.2 + 1, f"N = 1.3 {FRACTION}"),
        (f"N = 2 {FRACTION}", 3.0, f"N = 3 {FRACTION}"),
        (f"N = 2 {FRACTION}", 2.5, f"N = 2.5 {FRACTION}"),
        ("N = -3.5 #@param {type:'number'}", 1e300, "N = 1e+300 #@param {type:'number'}"),
        ("N = 5 #@param {type:'number'}", 1e300, "N = 1e+300 #@param {type:'number'}"),
        ("N = True #@param {type:'boolean'}", False, "N = False #@param {type:'boolean'}"),
        ("N = 'it' #@param {type:'string'}", "it's", "N = 'it\\'s' #@param {type:'string'}"),
        ('N = "it" #@param {type:"string"}', "it's", 'N = "it\'s" #@param {type:"string"}'),
        ("N = r'''a\nb''' #@param {type:'string'}", "c\nd\\", "N = 'c\\nd\\\\' #@param {type:'string'}"),
        ("N = 'a' #@param ['a', 'b']", "b", "N = 'b' #@param ['a', 'b']"),
        ("N = 1 #@param [1, 2.5]", 2.5, "N = 2.5 #@param [1, 2.5]"),
        (f"甲 = '一二三'; N = 4  {SLIDER}\r\nx = 1\r\n", 7, f"甲 = '一二三'; N = 7  {SLIDER}\r\nx = 1\r\n"),
        (f"'\x0c\u2028'\rN = 4  {SLIDER}\n", 7, f"'\x0c\u2028'\rN = 7  {SLIDER}\n"),
        (f"N = (\n  4  # few\n)  {SLIDER}", 7, f"N = (\n  7  # few\n)  {SLIDER}"),
        (f"N = 99  {SLIDER}", 7, f"N = 7  {SLIDER}"),
    ],
)
def test_writing_a_value_changes_its_literal_and_nothing_else(before: str, value: Value, after: str) -> None:
    assert rewrite(before, "N", value) == after
    assert read_form(after).runnable


@pytest.mark.parametrize(
    ("line", "value", "reason"),
    [
        (f"N = 4  {SLIDER}", 33, "out-of-range"),
        (f"N = 4  {SLIDER}", 2.5, "wrong-type"),
        (f"N = 4  {SLIDER}", True, "wrong-type"),
        ("N = 'a' #@param ['a', 'b']", "c", "not-a-choice"),
        ("N = 4 #@param {type:'number'}", math.nan, "wrong-type"),
        ("N = 4 #@param {type:'integer'}", 1e300, "out-of-range"),
    ],
)
def test_a_value_that_is_not_allowed_is_not_written(line: str, value: Value, reason: str) -> None:
    with pytest.raises(Problem) as caught:
        rewrite(line, "N", value)

    assert caught.value.kind is ProblemKind.PARAM_VALUE
    assert caught.value.facts["reason"] == reason
    assert caught.value.facts["allowed"]


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(Problem) as caught:
        rewrite(f"N = 4  {SLIDER}\nM = 4  {SLIDER}\n", "O", 1)

    assert caught.value.kind is ProblemKind.PARAM_UNKNOWN
    assert caught.value.facts == {"name": "O", "known": "N, M"}


@pytest.mark.parametrize(
    ("line", "text", "value"),
    [
        (f"N = 4  {SLIDER}", "7", 7),
        (f"N = 2.0  {FRACTION}", "7", 7),
        (f"N = 2.0  {FRACTION}", " 0.75 ", 0.75),
        (f"N = 4  {SLIDER}", "7.0", 7.0),
        ("N = True #@param {type:'boolean'}", "No", False),
        ("N = False #@param {type:'boolean'}", "1", True),
        ("N = 'a' #@param ['a', 'b']", "b", "b"),
        ("N = 1 #@param [1, 2]", "2", 2),
        ("N = 'a' #@param ['a', 'b'] {allow-input: true}", "c", "c"),
        ("N = 'a' #@param {type:'string'}", "=x ", "=x "),
    ],
)
def test_what_set_means(line: str, text: str, value: Value) -> None:
    meant = parse_value(only(line), text)

    assert meant == value
    assert type(meant) is type(value)


@pytest.mark.parametrize(
    ("line", "text", "reason", "allowed"),
    [
        (f"N = 4  {SLIDER}", "many", "wrong-type", "1 … 32"),
        (f"N = 4  {SLIDER}", "33", "out-of-range", "1 … 32"),
        (f"N = 4  {SLIDER}", "nan", "wrong-type", "1 … 32"),
        (f"N = 4  {SLIDER}", "9" * 5000, "wrong-type", "1 … 32"),
        ("N = 4 #@param {type:'integer', min:0}", "1.5", "wrong-type", "≥ 0"),
        ("N = 4 #@param {type:'number', max:9}", "10", "out-of-range", "≤ 9"),
        ("N = 4 #@param {type:'number'}", "inf", "wrong-type", "float"),
        ("N = True #@param {type:'boolean'}", "perhaps", "wrong-type", "True, False"),
        ("N = 'a' #@param ['a', 'b']", "c", "not-a-choice", "a, b"),
    ],
)
def test_what_set_cannot_mean(line: str, text: str, reason: str, allowed: str) -> None:
    with pytest.raises(Problem) as caught:
        parse_value(only(line), text)

    facts = caught.value.facts
    assert caught.value.kind is ProblemKind.PARAM_VALUE
    assert (facts["name"], facts["line"], facts["reason"], facts["allowed"]) == ("N", 1, reason, allowed)


NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
ENDINGS = st.sampled_from(["\n", "\r\n", "\r"])


@given(value=st.text(), old=st.text(), ending=ENDINGS, indent=st.text("甲é😀a", min_size=1))
def test_any_text_written_is_read_again(value: str, old: str, ending: str, indent: str) -> None:
    left, right = f"'{indent}'{ending}'{indent}'; N = ", f"  #@param {{type:'string'}}{ending}x = 1  # {indent}"
    written = rewrite(left + ascii(old) + right, "N", value)

    assert written.startswith(left)
    assert written.endswith(right)
    assert only(written).value == value


@given(value=NUMBERS, old=NUMBERS)
def test_any_number_written_is_read_again(value: float, old: float) -> None:
    left, right = "'é'; N =", "#@param {type:'number'}\r\n"
    written = rewrite(left + repr(old) + right, "N", value)

    assert written.startswith(left)
    assert written.endswith(right)
    assert math.isclose(only(written).value, value, rel_tol=1e-12, abs_tol=0)  # type: ignore[arg-type]


@given(st.integers(1, 32), st.integers(1, 32))
def test_whole_numbers_stay_whole(value: int, old: int) -> None:
    written = rewrite(f"N = {old}  {SLIDER}", "N", float(value))

    assert ast.literal_eval(written.split("#")[0].removeprefix("N = ")) == value
    assert "." not in written.split("#")[0]


@given(st.text(string.printable + "\0\ufeff甲é") | st.text())
def test_reading_never_raises(text: str) -> None:
    read_form(text)
    read_form(f"N = 4  #@param {text}")
    read_form(f"N = {text}  {SLIDER}\nM = 1  {SLIDER}")
