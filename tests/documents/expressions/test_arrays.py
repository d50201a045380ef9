"""Expressions over arrays."""

import subprocess
import sys

import numpy as np
import pytest

from tests.documents.expressions.answers import refused, value


def test_arrays_are_taken_elementwise():
    draws = np.array([-1.0, 0.0, 4.0])
    result = value("if(a > 0, sqrt(a), 0) + round(a / 2) * (a <= 0)", a=draws)
    assert result.tolist() == [0.0, 0.0, 2.0]
    assert result.dtype == np.float64
    assert value("a > 0 and not c", a=draws).tolist() == [0.0, 0.0, 1.0]
    assert value("a < 0 or 1 / a > 1", a=np.array([-1.0, 0.5])).tolist() == [1.0, 1.0]
    assert value("min(a, 1, c) + sum(a, 1, 1)", a=draws).tolist() == [0.0, 2.0, 6.0]


def test_arrays_broadcast_to_one_shape_whatever_the_branch():
    column, row = np.ones((2, 1)), np.arange(3.0)
    assert value("a + b", a=column, b=row).shape == (2, 3)
    assert value("if(c, a, b)", a=column, b=row, c=0.0).shape == (2, 3)
    assert value("if(1, 5, a)", a=row).tolist() == [5.0, 5.0, 5.0]
    assert value("a", a=np.array([])).tolist() == []
    assert value("a + 1", a=np.array(1.0)).shape == ()
    assert refused("a + b", a=np.ones(2), b=np.ones(3)).code == "expression-shape"


def test_the_result_is_no_window_on_the_given_array():
    draws = np.ones(3)
    result = value("a", a=draws)
    result[0] = 9.0
    assert draws.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1 / a", "division"),
        ("a ** -1", "zero-inverted"),
        ("b ** a", "power"),
        ("2 ** (a * 100)", "exponent"),
        ("sqrt(-a)", "root"),
        ("ln(a)", "logarithm"),
        ("exp(a * 1000)", "large"),
        ("a * 1e30 * 10", "large"),
        ("if(a < 1, 1 / a, 0)", "division"),
        ("a >= 0 and 1 / a > 0", "division"),
    ],
)
def test_one_element_at_fault_is_enough(text, code):
    assert refused(text, a=np.array([0.0, 0.5, 1.0])).code == f"expression-{code}"


@pytest.mark.parametrize(
    "text",
    [
        "if(a == 0, 7, 1 / a)",
        "if(a > 0, ln(a), 7)",
        "if(a > 0, if(a > 1, 1 / (a - 1), 7), 7)",
        "if(a > 5, 1 / c, 7)",
        "if(a > 5, floor(1 / c) ** -1, 7)",
        "if(a > 5, exp(1000) * 1e30 * 1e30, 7)",
        "a == 0 or 1 / a > 0",
        "a != 0 and round(1 / a) > 0",
    ],
)
def test_elements_of_branches_not_chosen_are_not_at_fault(text):
    draws = np.array([0.0, 0.5, 1.0, 2.0])
    elements = [value(text, a=float(draw)) for draw in draws]
    assert value(text, a=draws).tolist() == pytest.approx(elements, rel=1e-14)


def test_integer_and_boolean_arrays_become_floats():
    assert value("a / 2", a=np.array([1, 2])).tolist() == [0.5, 1.0]
    assert value("a + a", a=np.array([True, False])).tolist() == [2.0, 0.0]


def test_numpy_is_loaded_only_for_arrays():
    script = (
        "import sys; from tanyuan.documents.expressions import parse, evaluate_all;"
        "e = parse('if(a > 1, sqrt(a), 2) ** 2'); evaluate_all({'a': 3, 'b': e});"
        "e.dimension({'a': {}}); assert 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
