"""What is refused, in the text and in the values, and with which mend."""

import ast
import math
import pickle

import numpy as np
import pytest

from tanyuan.documents.expressions import (
    FUNCTIONS,
    MAX_VALUE,
    ExpressionError,
    parse,
)
from tanyuan.documents.expressions.trees import Builder
from tanyuan.languages import in_language
from tanyuan.problems import Place
from tests.documents.expressions.answers import refused, value


@pytest.mark.parametrize(
    ("text", "code", "mend"),
    [
        ("（１＋２）", "character", "Write ( instead."),
        ("１+2", "character", "Write 1 instead."),
        ("a＋b", "character", "Write + instead."),
        ("净重，1", "character", "Write , instead."),
        ("净重（1）", "character", "Write ( instead."),
        ("a × b", "character", "Write * instead."),
        ("a×b", "character", "Write * instead."),
        ("a ÷ b", "character", "Write / instead."),
        ("a − b", "character", "Write - instead."),
        ("a ≤ b", "character", "Write <= instead."),
        ("a²", "character", "Write **2 instead."),
        ("①", "character", "Write 1 instead."),
        ("a ^ 2", "character", "Write ** for a power."),
        ("a＾2", "character", "Write ** for a power."),
        ("5%", "character", "such as 5/100"),
        ("5％", "character", "such as 5/100"),
        ("= a", "character", "Write == to compare"),
        ("a.b", "character", "Put a dot only inside a number"),
        ("a & b", "character", "Write and instead."),
        ("a | b", "character", "Write or instead."),
        ("~a", "character", "Use numbers"),
        ("a @ b", "character", "Use numbers"),
        ("a # b", "character", "Use numbers"),
        ("1,5", "comma", "such as 1.5"),
        ("(1,5)", "comma", "such as 1.5"),
        ("max((1,5), 2)", "comma", "such as 1.5"),
        ("2a", "operator-missing", "Write an operator"),
        ("a b", "operator-missing", "Write an operator"),
        ("(a)(b)", "operator-missing", "Write an operator"),
        ("1_000", "operator-missing", "Write an operator"),
        ("0x10", "operator-missing", "Write an operator"),
        ("1j", "operator-missing", "Write an operator"),
        ("1and 2", "operator-missing", "spaces around words"),
        ("a +", "value-missing", "Write a number"),
        ("* a", "value-missing", "Write a number"),
        ("a // b", "value-missing", "Write a number"),
        ("a << b", "value-missing", "Write a number"),
        ("a <> b", "value-missing", "Write a number"),
        ("()", "value-missing", "Write a number"),
        ("min()", "value-missing", "Write a number"),
        ("min(a,)", "value-missing", "Write a number"),
        ("(a", "parentheses", "Close every ("),
        ("a)", "parentheses", "Close every ("),
        ("", "empty", "Write a number"),
        (" \n", "empty", "Write a number"),
        ("a < b < c", "comparison", "Write a < b and b < c."),
        ("a == not b", "syntax", "parentheses around not"),
        ("007", "syntax", "without leading zeros"),
        ("sin(a)", "function", "Use one of if, min, max"),
        ("LN(a)", "function", "Use one of if, min, max"),
        ("a(b)", "function", "to multiply, write *"),
        ("if(a, b)", "arguments", "Write if(condition, a, b) instead."),
        ("abs(a, b)", "arguments", "Write abs(a) instead."),
        ("a if b else c", "name", "Write if(condition, a, b) instead."),
        ("True", "name", "Choose another name"),
        ("lambda", "name", "Choose another name"),
        ("ａ", "name", "Write a instead."),
        ("ﬁ + 1", "name", "Write fi instead."),
    ],
)
def test_a_slip_is_refused_with_its_mend(text, code, mend):
    error = refused(text)
    with in_language("en"):
        assert error.code == f"expression-{code}"
        assert mend in str(error.mend)


ESCAPES = [
    "().__class__",
    "().__class__.__bases__[0].__subclasses__()",
    "(1).__class__",
    "a.__class__",
    "a.real",
    "'a' * 10**9",
    '"a"*10**9',
    "'%s' % a",
    "'{0.__class__}'.format(a)",
    "f'{a}'",
    "f'{().__class__}'",
    "b'a'",
    "[1] * 10**9",
    "(1,) * 10**9",
    "{1: 2}",
    "{1, 2}",
    "[x for x in (1, 2)]",
    "sum(x for x in (1, 2))",
    "(lambda: 1)()",
    "lambda x: x",
    "(a := 1)",
    "a = 1",
    "a; b",
    "a if b else c",
    "import os",
    "__import__('os')",
    "__import__",
    "__builtins__",
    "__",
    "__(1, 2, 3)",
    "__class__",
    "eval(1)",
    "exec(1)",
    "open(1)",
    "print(1)",
    "getattr(a, b)",
    "type(a)",
    "vars()",
    "globals()",
    "locals()",
    "max(*a)",
    "max(**a)",
    "max(a, key=b)",
    "max(a)(b)",
    "if(1, max, min)(2)",
    "a[0]",
    "a[0:1]",
    "...",
    "None",
    "False",
    "a is b",
    "a in b",
    "not in",
    "await a",
    "yield a",
    "yield",
    "a % b",
    "a // b",
    "a & b",
    "a ^ b",
    "~a",
    "a << 10**9",
    "1 << 10**9",
    "a @ b",
    "a -> b",
    "@a",
    "`a`",
    "$a",
    "a?",
    "a!",
    "\\",
    "a\\\nb",
    "# a",
    "1 # a",
    "\x00",
    "1\x00",
    "a\x00b",
    "\ud800",
    "a\udfff",
    "\ufeff1",
    "a\u200bb",
    "\u202ea",
    "where(a, b, c)",
    "numpy.os",
    "i\u0307f(1, 2, 3)",
    "ｅｖａｌ(1)",
    "𝐢𝐟(1, 2, 3)",
]


@pytest.mark.parametrize("text", ESCAPES, ids=ascii)
def test_known_escapes_of_other_libraries_are_refused_by_the_tokens(text):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert str(caught.value).encode()


@pytest.mark.parametrize(
    "text",
    [
        "'a'",
        "b'a'",
        "f'{a}'",
        "True",
        "None",
        "...",
        "1j",
        "9" * 400,
        "a.b",
        "a[0]",
        "a[0:1]",
        "(a, b)",
        "[a]",
        "{a}",
        "{a: b}",
        "[a for a in b]",
        "{a for a in b}",
        "{a: a for a in b}",
        "(a for a in b)",
        "lambda: a",
        "a if b else c",
        "(a := b)",
        "(yield a)",
        "(await a)",
        "a % b",
        "a // b",
        "a @ b",
        "a << b",
        "a >> b",
        "a & b",
        "a | b",
        "a ^ b",
        "~a",
        "a is b",
        "a is not b",
        "a in b",
        "a not in b",
        "eval(a)",
        "max()",
        "max(*a)",
        "max(**a)",
        "max(key=a)",
        "a.b(c)",
        "max(a)(b)",
        "a + (b % c)",
    ],
)
def test_the_tree_refuses_on_its_own_what_the_tokens_would_have_refused(text):
    with pytest.raises(ExpressionError):
        Builder(text).build(ast.parse(text, mode="eval").body)


@pytest.mark.parametrize(
    "text",
    [
        "1" * 2001,
        "a" * 2001,
        "(" * 31 + "1" + ")" * 31,
        "(" * 2000,
        "-" * 1999 + "1",
        "-" * 31 + "1",
        "not " * 31 + "1",
        "+" * 299 + "1",
        "abs(" * 31 + "1" + ")" * 31,
        "**".join("1" * 40),
        "+".join("1" * 151),
        "max(" + ",".join("1" * 300) + ")",
        "<".join("1" * 200),
    ],
    ids=lambda text: text[:6],
)
def test_size_and_nesting_are_bounded(text):
    error = refused(text)
    assert error.code in {"expression-size", "expression-comparison"}


def test_the_limits_themselves_are_allowed():
    assert value("(" * 30 + "1" + ")" * 30) == 1.0
    assert value("-" * 30 + "1") == 1.0
    assert value("1" + " " * 1999) == 1.0
    assert value("2 ** 64") == 2.0**64
    assert value("2 ** -64") == 2.0**-64
    assert value("1e30") == MAX_VALUE


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("1 / c", "division", "if(c != 0, 1 / c, 0)"),
        ("1 / (a - a)", "division", "if(a - a != 0"),
        ("净重 / (损耗率 - 损耗率)", "division", "if(损耗率 - 损耗率 != 0"),
        ("c ** -1", "zero-inverted", "if(c != 0, c ** -1, 0)"),
        ("b ** 0.5", "power", "“b”"),
        ("a ** 65", "exponent", "“65”"),
        ("9**9**9", "exponent", "“9**9”"),
        ("1e30 ** 64", "large", "“1e30 ** 64”"),
        ("1e-30 ** -64", "large", "“1e-30 ** -64”"),
        ("1e20 * 1e20", "large", "“1e20 * 1e20”"),
        ("1e31", "large", "“1e31”"),
        ("1e999", "large", "“1e999”"),
        ("9" * 1999, "large", "9999…"),
        ("exp(1000)", "large", "“exp(1000)”"),
        ("exp(69.08)", "large", "“exp(69.08)”"),
        ("1e30 / 1e-300", "large", "“1e30 / 1e-300”"),
        ("sqrt(b)", "root", "“sqrt(b)”"),
        ("ln(0)", "logarithm", "“ln(0)”"),
        ("log10(b)", "logarithm", "“b”"),
        ("1 + if(a, 1/c, 0)", "division", "“1/c”"),
        ("aa + 1", "unknown", "Did you mean a?"),
        ("损耗 + 1", "unknown", "Did you mean 损耗率?"),
        ("xyz", "unknown", "Add “xyz”"),
    ],
)
def test_what_has_no_finite_answer_is_refused_by_name(text, code, said):
    error = refused(text)
    with in_language("en"):
        assert error.code == f"expression-{code}"
        assert said in str(error)


@pytest.mark.parametrize(
    "bad",
    [
        math.nan,
        math.inf,
        -math.inf,
        1.1e30,
        10**5000,
        "1",
        None,
        1j,
        [1.0],
        np.array(["1"]),
        np.array([1j]),
        np.array([None]),
        np.array([1.0, np.nan]),
        np.array([1.0, np.inf]),
        np.array([1e31]),
    ],
    ids=lambda bad: type(bad).__name__,
)
def test_values_that_are_not_numbers_within_the_limits_are_refused(bad):
    assert refused("if(1, 2, a)", a=bad).code == "expression-number"


def test_an_error_is_a_problem_of_a_place_and_survives_a_process():
    error = refused("1 / c")
    problem = error.problem(Place("m.xlsx", "parameters", 3))
    assert (problem.code, problem.cause, problem.mend) == (error.code, error.cause, error.mend)
    assert problem.place.row == 3
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (twin.code, twin.cause, str(twin)) == (error.code, error.cause, str(error))
    assert isinstance(error, ValueError)


def test_the_functions_are_those_the_trust_notes_allow():
    allowed = "if min max sum abs sqrt exp ln log10 floor ceil round"
    assert list(FUNCTIONS) == allowed.split()
