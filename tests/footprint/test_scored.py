"""Means of pedigree scores, weighted by the size of the lines."""

from decimal import Decimal

import pytest

from tanyuan.footprint.scored import indicator_means


def test_scores_weigh_as_much_as_their_lines(calc, line, factor):
    found = calc(
        {
            "lines": [
                line("large", amount="3", pedigree=[1, 1, 1, 1, 5]),
                line("small", pedigree=[5, 1, 3, 1, 1]),
                line("bare"),
            ],
            "factors": [factor()],
        }
    )
    means = indicator_means(found)
    assert means["reliability"] == pytest.approx(2.0)
    assert means["time"] == pytest.approx(1.5)
    assert means["technology"] == pytest.approx(4.0)
    assert found.rating == pytest.approx(sum(means.values()) / len(means))


def test_without_scores_there_is_no_mean(calc, line, factor):
    assert indicator_means(calc({"lines": [line("a")], "factors": [factor()]})) == {}


def test_what_adds_nothing_weighs_nothing(calc, line, factor):
    nothing = line("a", amount=str(Decimal(0)), pedigree=[5, 5, 5, 5, 5])
    other = line("b", pedigree=[1, 2, 3, 4, 5])
    means = indicator_means(calc({"lines": [nothing, other], "factors": [factor()]}))
    assert list(means.values()) == [1, 2, 3, 4, 5]
