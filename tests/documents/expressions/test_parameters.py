"""Tables of parameters that use each other."""

import math
import random
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanyuan.documents.expressions import (
    ExpressionError,
    evaluate_all,
    parse,
)
from tanyuan.languages import in_language
from tests.documents.expressions.answers import unhurried


def table(**texts):
    return {name: parse(each) if isinstance(each, str) else each for name, each in texts.items()}


def test_parameters_are_evaluated_after_those_they_use_and_keep_their_order():
    parameters = table(total="net * (1 + loss)", net="gross - 1", gross=11, loss=0.5)
    result = evaluate_all(parameters)
    assert result == {"total": 15.0, "net": 10.0, "gross": 11.0, "loss": 0.5}
    assert list(result) == list(parameters)
    assert type(result["gross"]) is float


@unhurried
@given(st.permutations(range(8)))
def test_the_order_of_the_table_does_not_matter(order):
    names = {f"p{n}": parse(f"p{n - 1} * 2 + p{max(0, n - 3)}") if n else 1.5 for n in range(8)}
    shuffled = {f"p{n}": names[f"p{n}"] for n in order}
    assert evaluate_all(shuffled) == evaluate_all(names)


def test_given_values_add_to_the_table_and_stand_in_its_place():
    parameters = table(a="b * 2", b="c + 1")
    assert evaluate_all(parameters, {"c": 1.0}) == {"a": 4.0, "b": 2.0}
    assert evaluate_all(parameters, {"b": 5.0}) == {"a": 10.0, "b": 5.0}
    draws = evaluate_all(parameters, {"c": np.array([1.0, 2.0])})
    assert draws["a"].tolist() == [4.0, 6.0]


@pytest.mark.parametrize(
    ("texts", "path"),
    [
        ({"a": "b", "b": "a"}, "a → b → a."),
        ({"b": "a", "a": "b"}, "a → b → a."),
        ({"a": "a + 1"}, "a → a."),
        ({"z": "x", "x": "y", "y": "z", "free": "z"}, "x → y → z → x."),
        ({"甲": "乙", "乙": "甲"}, "乙 → 甲 → 乙."),
    ],
)
def test_a_cycle_is_refused_with_its_path(texts, path):
    with pytest.raises(ExpressionError) as caught:
        evaluate_all(table(**texts))
    with in_language("en"):
        assert caught.value.code == "expression-cycle"
        assert path in str(caught.value.cause)
        assert caught.value.parameter == path.split(" ")[0]


def test_the_path_of_a_long_cycle_is_cut_in_its_middle():
    ring = {f"p{n:04}": parse(f"p{(n + 1) % 5000:04}") for n in range(5000)}
    with pytest.raises(ExpressionError) as caught:
        evaluate_all(ring)
    path = caught.value.cause.values["cause"].values["path"]
    assert path.startswith("p0000 → p0001 → p0002")
    assert path.endswith("p4999 → p0000")
    assert " → … → " in path


def test_an_unknown_name_is_refused_with_its_parameter_and_near_names():
    with pytest.raises(ExpressionError) as caught:
        evaluate_all(table(total="net_mas * 2", net_mass=1))
    assert caught.value.code == "expression-unknown"
    assert caught.value.parameter == "total"
    with in_language("en"):
        assert str(caught.value) == "In “total”: “net_mas” is not known. Did you mean net_mass?"


@pytest.mark.parametrize(
    ("parameters", "code", "parameter"),
    [
        (table(a="1 / b", b=0), "division", "a"),
        (table(a="b", b=math.nan), "number", "b"),
        (table(a="unused", b="1"), "unknown", "a"),
    ],
)
def test_what_is_wrong_with_a_parameter_names_it(parameters, code, parameter):
    with pytest.raises(ExpressionError) as caught:
        evaluate_all(parameters)
    assert (caught.value.code, caught.value.parameter) == (f"expression-{code}", parameter)


def test_a_chain_of_5000_parameters_needs_no_deep_stack():
    names = list(range(5000))
    random.Random(1).shuffle(names)
    chain = {f"p{n}": parse(f"p{n - 1} + 1") if n else 0.0 for n in names}
    depth = sys.getrecursionlimit()
    frame, used = sys._getframe(), 0
    while frame:
        frame, used = frame.f_back, used + 1
    sys.setrecursionlimit(used + 60)
    try:
        assert evaluate_all(chain)["p4999"] == 4999.0
    finally:
        sys.setrecursionlimit(depth)


def test_an_empty_table_has_no_values():
    assert evaluate_all({}) == {}
