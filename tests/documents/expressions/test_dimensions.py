"""Dimensions of expressions."""

from fractions import Fraction

import pytest

from tanyuan.documents.expressions import (
    ExpressionError,
    parse,
)
from tanyuan.languages import in_language

MASS, LENGTH, ENERGY = {"mass": 1}, {"length": 1}, {"mass": 1, "length": 2, "time": -2}


DIMENSIONS = {"m": MASS, "l": LENGTH, "e": ENERGY, "x": {}, "y": {"mass": 0}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("m", MASS),
        ("5", {}),
        ("y", {}),
        ("m + m - 2 * m", MASS),
        ("m / l ** 3", {"mass": 1, "length": -3}),
        ("m / m", {}),
        ("l ** -1", {"length": -1}),
        ("l ** (6 / 3)", {"length": 2}),
        ("l ** (1 / 3)", {"length": Fraction(1, 3)}),
        ("l ** 0", {}),
        ("x ** x", {}),
        ("2 ** x", {}),
        ("sqrt(l * l)", LENGTH),
        ("sqrt(m)", {"mass": Fraction(1, 2)}),
        ("abs(-m)", MASS),
        ("max(0, m)", MASS),
        ("min(m, 0, m)", MASS),
        ("m + 0", MASS),
        ("sum(m, m, m)", MASS),
        ("sum(m)", MASS),
        ("0 + 0", {}),
        ("if(m > 0, e, 0)", ENERGY),
        ("if(0, 0, 0)", {}),
        ("m > 3 * m", {}),
        ("m > 0 and not l < 0 or x", {}),
        ("round(m / m) + floor(x) + ceil(x) + exp(x) + ln(x) + log10(x)", {}),
    ],
)
def test_dimensions_are_combined(text, expected):
    assert parse(text).dimension(DIMENSIONS) == expected


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("2 * m + l", "dimensions", ["“2 * m + l”", "“2 * m” (mass)", "“l” (length)"]),
        ("m + 1", "dimensions", ["“m” (mass)", "“1” (a pure number)"]),
        ("m + 0 * 1", "dimensions", ["“0 * 1” (a pure number)"]),
        ("0 + m - l", "dimensions", ["“m”", "“l”"][1:]),
        ("min(m, m, l)", "dimensions", ["“min(m, m, l)”", "“l” (length)"]),
        ("sum(m, l)", "dimensions", ["“sum(m, l)”"]),
        ("if(x, m, e)", "dimensions", ["“if(x, m, e)”", "length^2·mass·time^-2"]),
        ("m < l", "dimensions", ["“m < l”"]),
        ("sqrt(m) + m", "dimensions", ["mass^1/2"]),
        ("ln(m)", "dimension", ["“ln(m)”", "“m” is mass"]),
        ("round(m)", "dimension", ["“round(m)”"]),
        ("if(m, 1, 2)", "dimension", ["“if(m, 1, 2)”", "“m” is mass"]),
        ("m and x", "dimension", ["“m and x”", "“m” is mass"]),
        ("x and m", "dimension", ["“m” is mass"]),
        ("not m", "dimension", ["“not m”"]),
        ("2 ** m", "dimension", ["“2 ** m”"]),
        ("m ** x", "dimension-power", ["“m ** x”", "(mass)"]),
        ("m ** (1 / 0)", "division", ["“1 / 0”"]),
        ("zz", "unknown", ["“zz”"]),
    ],
)
def test_parts_of_unlike_dimension_are_refused_with_both(text, code, said):
    with pytest.raises(ExpressionError) as caught:
        parse(text).dimension(DIMENSIONS)
    with in_language("en"):
        assert caught.value.code == f"expression-{code}"
        for part in said:
            assert part in str(caught.value)
