"""Values agree with exact fractions and with Python."""

import math
import operator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanyuan.documents.expressions import (
    ExpressionError,
)
from tests.documents.expressions.answers import answer, unhurried, value

BINARY = {"+": operator.add, "-": operator.sub, "*": operator.mul}
COMPARISONS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, "==": operator.eq}


def joined(children):
    """Trees as pairs of a text and its exact value."""
    pair = st.tuples(children, children)
    return st.one_of(
        st.tuples(st.sampled_from([*BINARY]), pair).map(
            lambda t: (f"({t[1][0][0]} {t[0]} {t[1][1][0]})", BINARY[t[0]](t[1][0][1], t[1][1][1]))
        ),
        st.tuples(st.sampled_from([*COMPARISONS]), pair).map(
            lambda t: (
                f"({t[1][0][0]} {t[0]} {t[1][1][0]})",
                Fraction(COMPARISONS[t[0]](t[1][0][1], t[1][1][1])),
            )
        ),
        children.map(lambda a: (f"(-{a[0]})", -a[1])),
        children.map(lambda a: (f"(not {a[0]})", Fraction(not a[1]))),
        children.map(lambda a: (f"abs({a[0]})", abs(a[1]))),
        children.map(lambda a: (f"floor({a[0]})", Fraction(math.floor(a[1])))),
        children.map(lambda a: (f"ceil({a[0]})", Fraction(math.ceil(a[1])))),
        children.map(lambda a: (f"round({a[0]})", Fraction(round(a[1])))),
        children.map(lambda a: (f"({a[0]} / 4)", a[1] / 4)),
        children.map(lambda a: (f"({a[0]}) ** 2", a[1] ** 2)),
        pair.map(lambda t: (f"({t[0][0]} and {t[1][0]})", Fraction(bool(t[0][1] and t[1][1])))),
        pair.map(lambda t: (f"({t[0][0]} or {t[1][0]})", Fraction(bool(t[0][1] or t[1][1])))),
        st.lists(children, min_size=1, max_size=4).flatmap(
            lambda some: st.sampled_from([("min", min), ("max", max), ("sum", sum)]).map(
                lambda f: (
                    f"{f[0]}({', '.join(text for text, _ in some)})",
                    f[1](number for _, number in some),
                )
            )
        ),
        st.tuples(children, children, children).map(
            lambda t: (f"if({t[0][0]}, {t[1][0]}, {t[2][0]})", (t[1] if t[0][1] else t[2])[1])
        ),
    )


LEAVES = st.one_of(
    st.integers(0, 9).map(lambda n: (str(n), Fraction(n))),
    st.sampled_from([("0.5", Fraction(1, 2)), ("1.25e1", Fraction(25, 2))]),
    st.just(("净重", Fraction(-7, 4))),
)


def representable(tree):
    """True where a float holds the number exactly, so that rounding has no part in it."""
    return abs(tree[1].numerator) < 2**53 and tree[1].denominator < 2**53


TREES = st.recursive(LEAVES, lambda trees: joined(trees).filter(representable), max_leaves=12)


@unhurried
@given(TREES)
def test_values_agree_with_exact_fractions(tree):
    text, exact = tree
    result = answer(text, {"净重": -1.75})
    if isinstance(result, ExpressionError):
        assert result.code == "expression-size"
        return
    assert result == float(exact)
    array = answer(text, {"净重": np.full(2, -1.75)})
    assert np.shape(array) == ((2,) if "净重" in text else ())
    assert np.all(array == float(exact))


SOUP = st.lists(
    st.tuples(
        st.sampled_from(["", "-", "+", "--"]),
        st.sampled_from(["1", "2", "0.3", "7.5", "1e3", "0.1"]),
        st.sampled_from([" + ", " - ", " * ", " / ", "**", " and ", " or "]),
    ),
    min_size=1,
    max_size=12,
)


@unhurried
@given(SOUP)
def test_precedence_and_rounding_are_those_of_python(soup):
    text = "".join(map("".join, soup)) + "2"
    result = answer(text, {})
    if isinstance(result, ExpressionError):
        assert result.code.removeprefix("expression-") in {"exponent", "large", "power", "size"}
        return
    expected = eval(text)  # noqa: S307 - Python itself is the reference; the text is our own
    if " and " in text or " or " in text:
        expected = float(bool(expected))
    assert result == expected


@unhurried
@given(st.floats(1e-3, 1e3), st.floats(1e-3, 60))
def test_functions_are_those_of_the_mathematics_library(x, y):
    for name, python in {"sqrt": math.sqrt, "ln": math.log, "log10": math.log10}.items():
        assert value(f"{name}(a)", a=x) == python(x)
        assert value(f"{name}(a)", a=np.array([x]))[0] == pytest.approx(python(x), rel=1e-14)
    assert value("exp(a)", a=y) == math.exp(y)
    assert value("round(a)", a=x) == round(x) == value("round(a)", a=np.array([x]))[0]
