import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from tanyuan.languages import in_language
from tanyuan.problems import InvalidValueError
from tanyuan.quality.distributions import Distribution, Scatter, scatter
from tanyuan.quality.normal import inverse_normal

U = np.concatenate([[1e-12, 1e-6], np.linspace(0.001, 0.999, 997), [1 - 1e-6, 1 - 1e-9]])
LOGNORMAL, NORMAL = Distribution.LOGNORMAL, Distribution.NORMAL
TRIANGULAR, UNIFORM = Distribution.TRIANGULAR, Distribution.UNIFORM


def refused(*arguments):
    with pytest.raises(InvalidValueError) as caught, in_language("en"):
        scatter(*arguments)
    with in_language("en"):
        return caught.value.code, str(caught.value)


# The normal distribution


def test_the_inverse_normal_is_scipys():
    tails = np.logspace(-300, -1, 600)
    p = np.concatenate([U, tails, np.linspace(0.07, 0.08, 50), np.linspace(0.92, 0.93, 50)])
    expected = stats.norm.ppf(p)
    assert inverse_normal(p) == pytest.approx(expected, rel=1e-14, abs=1e-15)
    assert inverse_normal(np.array([0.5]))[0] == 0


@given(st.floats(1e-12, 0.5))
@settings(deadline=None)
def test_the_inverse_normal_is_odd(p):
    low, high = inverse_normal(np.array([p, 1 - p]))
    assert low == pytest.approx(-high, rel=1e-3, abs=1e-9)


# Inverse distribution functions


@pytest.mark.parametrize("gsd", [1.0, 1.05, 1.5, 4.0])
def test_lognormal_agrees_with_scipy(gsd):
    found = scatter(LOGNORMAL, 7.0, gsd, None, None)
    if gsd == 1:
        assert set(found.from_uniform(U)) == {1.0}
    else:
        expected = stats.lognorm.ppf(U, math.log(gsd))
        assert found.from_uniform(U) == pytest.approx(expected, rel=1e-12)
    assert found.standard_deviation == pytest.approx(math.log(gsd))


@pytest.mark.parametrize("spread", [0.05, 0.3, 1.0])
def test_normal_agrees_with_scipys_truncated_at_zero(spread):
    found = scatter(NORMAL, 7.0, spread, None, None)
    expected = stats.truncnorm.ppf(U, -1 / spread, np.inf, loc=1, scale=spread)
    assert found.from_uniform(U) == pytest.approx(expected, rel=1e-6)
    assert found.standard_deviation == spread


def test_a_small_normal_is_not_changed_by_the_cut_at_zero():
    found = scatter(NORMAL, 7.0, 0.1, None, None).from_uniform(U)
    assert found == pytest.approx(stats.norm.ppf(U, 1, 0.1), rel=1e-12)


@given(st.floats(0, 1), st.floats(2.0**-54, 1 - 2.0**-53))
@settings(deadline=None)
@example(1.0, 1 - 2.0**-53)
def test_draws_of_a_normal_quantity_never_change_sign(spread, u):
    draw = scatter(NORMAL, 1.0, spread, None, None).from_uniform(np.array([u]))[0]
    assert -1e-12 <= draw <= 10


@pytest.mark.parametrize(
    ("value", "low", "high"), [(10, 8, 15), (10, 10, 15), (10, 8, 10), (-10, -15, -8), (2, -1, 3)]
)
def test_triangular_agrees_with_scipy(value, low, high):
    found = scatter(TRIANGULAR, value, None, low, high)
    triangle = stats.triang((value - low) / (high - low), loc=low, scale=high - low)
    draws = found.from_uniform(U) * value
    expected = triangle.ppf(U if value > 0 else 1 - U)
    assert draws == pytest.approx(expected, rel=1e-8, abs=1e-9)
    assert found.standard_deviation * abs(value) == pytest.approx(triangle.std())
    assert draws.min() >= low - 1e-9
    assert draws.max() <= high + 1e-9


def test_uniform_agrees_with_scipy():
    found = scatter(UNIFORM, 10, None, 8, 15)
    assert found.from_uniform(U) * 10 == pytest.approx(stats.uniform.ppf(U, 8, 7))
    assert found.standard_deviation * 10 == pytest.approx(stats.uniform.std(8, 7))


def test_limits_at_one_point_give_the_value():
    assert set(Scatter(TRIANGULAR).from_uniform(U)) == {1.0}
    assert Scatter(TRIANGULAR).standard_deviation == 0


@pytest.mark.parametrize(
    ("given_scatter", "interval"),
    [
        (Scatter(LOGNORMAL, math.log(1.1)), (1.1**-1.959964, 1.1**1.959964)),
        (Scatter(NORMAL, 0.05), (1 - 0.05 * 1.959964, 1 + 0.05 * 1.959964)),
        (Scatter(UNIFORM, low=0.0, high=2.0), (0.05, 1.95)),
        (Scatter(TRIANGULAR, low=0.0, high=2.0), (math.sqrt(0.05), 2 - math.sqrt(0.05))),
    ],
)
def test_the_interval_holds_95_per_cent(given_scatter, interval):
    assert given_scatter.interval == pytest.approx(interval, rel=1e-6)


# What is refused


@pytest.mark.parametrize("spread", [None, 0.99, 0.0])
def test_a_lognormal_spread_is_one_or_more(spread):
    code, text = refused(LOGNORMAL, 1.0, spread, None, None)
    assert code == "spread"
    assert "geometric standard deviation, 1 or more" in text


@pytest.mark.parametrize("spread", [None, -0.1, 1.01])
def test_a_normal_spread_is_relative(spread):
    code, text = refused(NORMAL, 1.0, spread, None, None)
    assert code == "spread"
    assert "relative standard deviation, 0 to 1" in text


@pytest.mark.parametrize("shape", [TRIANGULAR, UNIFORM])
@pytest.mark.parametrize(
    ("value", "low", "high"),
    [(1, None, 2), (1, 0, None), (1, 1.1, 2), (1, 0, 0.9), (0, -1, 1), (1, 1, 1)],
)
def test_limits_stand_around_the_value(shape, value, low, high):
    code, text = refused(shape, value, 1.5, low, high)
    assert code == "limits"
    assert "low ≤ value ≤ high" in text
