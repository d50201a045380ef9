import math
from decimal import Decimal

import numpy as np
import pytest

from tanyuan.backgrounds.package import Law, Uncertainty
from tanyuan.backgrounds.report import Act, Report
from tanyuan.backgrounds.scattering import Scattering
from tanyuan.lca.exchanges import Shape


def uncertainty(law, *parameters):
    return Uncertainty(law, tuple(map(Decimal, parameters)))


def scatter(amount, law, *parameters):
    """The scatter of one exchange, and the codes of what was changed."""
    scattering = Scattering()
    scattering.add("p", amount, uncertainty(law, *parameters))
    report = Report()
    scattering.tell(report, {"p": "Process"})
    return scattering.scatters(), {finding.code for finding in report}


def test_a_lognormal_is_about_its_median():
    found, told = scatter(2.0, Law.LOGNORMAL, "2", "1.5")
    assert found.shape.tolist() == [Shape.LOGNORMAL]
    assert found.spread.tolist() == [pytest.approx(math.log(1.5))]
    assert told == set()


def test_a_negative_amount_has_a_positive_median():
    found, told = scatter(-2.0, Law.LOGNORMAL, "2", "1.5")
    assert found.spread[0] > 0
    assert told == set()


def test_a_normal_is_relative():
    found, _ = scatter(-4.0, Law.NORMAL, "-4", "1")
    assert found.shape.tolist() == [Shape.NORMAL]
    assert found.spread.tolist() == [0.25]


@pytest.mark.parametrize("amount", [2.0, -2.0])
def test_limits_are_ratios_from_low_to_high(amount):
    low, high = sorted((amount * 0.5, amount * 1.5))
    found, told = scatter(amount, Law.UNIFORM, str(low), str(high))
    assert found.shape.tolist() == [Shape.UNIFORM]
    assert (found.low.tolist(), found.high.tolist()) == ([0.5], [1.5])
    found, told = scatter(amount, Law.TRIANGULAR, str(low), str(amount), str(high))
    assert found.shape.tolist() == [Shape.TRIANGULAR]
    assert told == set()
    assert not found.unusable().any()


def test_values_are_ratios():
    scattering = Scattering()
    scattering.add("p", 2.0, uncertainty(Law.EMPIRICAL, "1", "2", "4"))
    scattering.add("p", 1.0, None)
    scattering.add("p", 4.0, uncertainty(Law.EMPIRICAL, "4", "6"))
    found = scattering.scatters()
    np.testing.assert_array_equal(found.values, [0.5, 1, 2, 1, 1.5])
    assert (found.low.tolist(), found.high.tolist()) == ([0, 1, 3], [3, 1, 2])
    assert not found.unusable().any()


@pytest.mark.parametrize(
    ("amount", "law", "parameters", "code"),
    [
        (0.0, Law.NORMAL, ("0", "1"), "scatter-zero"),
        (1.0, Law.LOGNORMAL, ("1", "0.9"), "scatter-unusable"),
        (1.0, Law.LOGNORMAL, ("0", "1.1"), "scatter-unusable"),
        (1.0, Law.NORMAL, ("1", "-1"), "scatter-unusable"),
        (1.0, Law.NORMAL, ("1",), "scatter-unusable"),
        (1.0, Law.EMPIRICAL, (), "scatter-unusable"),
        (5.0, Law.TRIANGULAR, ("1", "2", "3"), "scatter-outside"),
    ],
)
def test_what_is_no_distribution_is_certain_and_told(amount, law, parameters, code):
    found, told = scatter(amount, law, *parameters)
    assert found.shape.tolist() == [Shape.CERTAIN]
    assert told == {code}


@pytest.mark.parametrize(
    ("law", "parameters"),
    [
        (Law.LOGNORMAL, ("1.2", "1.5")),
        (Law.NORMAL, ("0.9", "0.1")),
        (Law.TRIANGULAR, ("0.5", "1.1", "2")),
    ],
)
def test_another_centre_is_moved_to_the_amount_and_told(law, parameters):
    found, told = scatter(1.0, law, *parameters)
    assert found.shape[0] != Shape.CERTAIN
    assert told == {"scatter-centre"}


def test_no_width_is_certain_without_a_word():
    for law, parameters in (
        (Law.LOGNORMAL, ("1", "1")), (Law.NORMAL, ("1", "0")), (Law.UNIFORM, ("1", "1")),
    ):  # fmt: skip
        found, told = scatter(1.0, law, *parameters)
        assert found.shape.tolist() == [Shape.CERTAIN]
        assert told == set()


def test_it_is_told_once_a_process_with_its_count():
    scattering = Scattering()
    for _ in range(3):
        scattering.add("p", 0.0, uncertainty(Law.NORMAL, "0", "1"))
    report = Report()
    scattering.tell(report, {"p": "Process"})
    (found,) = report
    assert (found.act, found.place.sheet) == (Act.DROPPED, "Process")
    assert found.details == {"count": "3", "process": "p"}
    assert len(scattering.scatters().low) == 0
