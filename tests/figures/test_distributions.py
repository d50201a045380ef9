"""Densities and classes of things."""

import math
import random
from itertools import pairwise

import pytest

from tanyuan.figures import (
    Item,
    Look,
    curve_through,
    distribution,
    dots,
    lognormal_curve,
    normal_curve,
    sample_curve,
)
from tanyuan.figures.density import quantile
from tanyuan.languages import in_language

Z = 1.959963984540054


LOG = math.exp(-((math.log(18 / 8) / 2 / Z) ** 2))
"""The mode of a lognormal distribution over its median."""


@pytest.mark.parametrize(
    ("ends", "total", "mode"),
    [((8.0, 18.0), 12.5, 12 * LOG), ((-18.0, -8.0), -12.5, -12 * LOG), ((-1.0, 3.0), 1.2, 1.0)],
)
def test_a_curve_is_put_through_the_ends_that_are_known(ends, total, mode):
    curve = curve_through(ends, total)
    assert curve.interval == ends
    assert curve.places[curve.heights.index(max(curve.heights))] == pytest.approx(mode, rel=0.02)
    crosses = curve.places[0] < 0 < curve.places[-1]
    assert crosses == (ends[0] < 0 < ends[1])


def test_the_lognormal_curve():
    curve = lognormal_curve(31.5, 1.07)
    assert curve.interval == pytest.approx((31.5 * 1.07**-Z, 31.5 * 1.07**Z))
    assert max(curve.heights) == 1.0
    top = curve.places[curve.heights.index(1.0)]
    assert top == pytest.approx(31.5 * math.exp(-(math.log(1.07) ** 2)), rel=0.005)
    mirrored = lognormal_curve(-31.5, 1.07)
    assert mirrored.interval == pytest.approx((-curve.interval[1], -curve.interval[0]))
    assert lognormal_curve(2.0, 1.0).interval == (2.0, 2.0)


def test_the_normal_curve():
    curve = normal_curve(10.0, 2.0)
    assert curve.interval == pytest.approx((10 - 2 * Z, 10 + 2 * Z))
    assert curve.height(10.0) == pytest.approx(1.0)
    assert curve.height(12.0) == pytest.approx(math.exp(-0.5), abs=0.002)
    assert curve.height(99.0) == 0.0
    assert normal_curve(1.0, 0.0).interval == (1.0, 1.0)


def test_the_curve_of_samples_comes_near_the_density_they_are_from():
    source = random.Random(7)
    curve = sample_curve([source.gauss(10.0, 2.0) for _ in range(20_000)])
    for place in (6.0, 8.0, 10.0, 12.0, 14.0):
        expected = math.exp(-0.5 * ((place - 10.0) / 2.0) ** 2)
        assert curve.height(place) == pytest.approx(expected, abs=0.06)
    assert curve.interval == pytest.approx((10 - 2 * Z, 10 + 2 * Z), abs=0.15)


def test_samples_of_amounts_do_not_reach_below_zero():
    curve = sample_curve([0.0, 0.1, 0.1, 0.2, 0.4, 2.0] * 20)
    assert curve.places[0] == 0.0


def test_unusable_distributions_are_refused():
    with pytest.raises(ValueError, match="two samples"):
        sample_curve([1.0])
    for median, gsd in ((0.0, 1.1), (1.0, 0.9), (1.0, 2000.0)):
        with pytest.raises(ValueError, match="not a lognormal"):
            lognormal_curve(median, gsd)
    with pytest.raises(ValueError, match="not negative"):
        normal_curve(1.0, -1.0)


def test_quantiles():
    assert quantile([1.0, 2.0, 3.0], 0.5) == 2.0
    assert quantile([1.0, 2.0], 0.25) == 1.25
    assert quantile([4.0], 0.9) == 4.0


@pytest.mark.parametrize("look", [Look(), Look(narrow=True)])
def test_band_tick_and_ends_stand_at_their_values(look, drawn):
    figure = distribution(31.6, normal_curve(31.6, 1.5), "kg", look=look)
    drawing = drawn(figure)
    x, _, length, _ = drawing.boxes("band")[0]
    marks = {
        float(text): float(element.get("x"))
        for text, element in zip(drawing.texts("t3"), drawing.all("text", "t3"), strict=True)
    }
    (a, at_a), (b, at_b) = min(marks.items()), max(marks.items())
    scale = (at_b - at_a) / (b - a)
    low, high = 31.6 - 1.5 * Z, 31.6 + 1.5 * Z
    assert x == pytest.approx(at_a + (low - a) * scale, abs=0.1)
    assert x + length == pytest.approx(at_a + (high - a) * scale, abs=0.1)
    tick = drawing.all("line", "tick")[0]
    assert float(tick.get("x1")) == pytest.approx(at_a + (31.6 - a) * scale, abs=0.1)
    assert drawing.texts("tb") == ["28.6", "34.6"]


def test_the_ruler_has_four_small_ticks_between_two_numbers(drawn):
    drawing = drawn(distribution(31.6, normal_curve(31.6, 1.5), "kg"))
    large = sorted(float(e.get("x")) for e in drawing.all("text", "t3"))
    small = sorted(float(e.get("x1")) for e in drawing.all("line", "minor"))
    for a, b in pairwise(large):
        assert sum(a < x < b for x in small) == 4


def test_the_finding_is_said_in_words():
    with in_language("en"):
        figure = distribution(31.62, normal_curve(31.62, 1.4), "kg CO₂e")
        certain = distribution(31.62, normal_curve(31.62, 0.0), "kg CO₂e")
    expected = "The result is 31.62 kg CO₂e; with 95 % confidence between 28.8 and 34.4."
    assert figure.description == expected
    assert certain.description == "The result is 31.62 kg CO₂e."


# --- a class of things ---


def things(count):
    return [Item(f"t{n}", 0.1 + n / 100, (0.1 + n / 100,) * 2) for n in range(count)]


def test_one_dot_each_within_half_a_bin(drawn):
    figure = dots(things(60), Item("mine", 0.4), "kg")
    drawing = drawn(figure)
    assert len(drawing.all("circle", "pt")) == 60
    places = [(float(c.get("cx")), float(c.get("cy"))) for c in drawing.all("circle", "pt")]
    assert len(set(places)) == 60
    line = drawing.all("line", "me")[0]
    assert float(line.get("y1")) < min(y for _, y in places)
    assert drawing.texts("tb") == ["mine 0.4000"]


def test_ranks_are_told_from_twenty_on():
    with in_language("en"):
        many = dots(things(20), Item("mine", 0.2), "kg")
        few = dots(things(19), Item("mine", 0.2), "kg")
    assert "It is higher than 50.0 % of them." in many.description
    assert "higher" not in few.description
    assert "Fewer than 20 items: no rank is given." in few.notes
    assert "n = 19" in few.notes


def test_what_has_no_value_is_counted_not_drawn(drawn):
    with in_language("en"):
        figure = dots([*things(5), Item("lost", known=False)], None, "kg")
    assert len(drawn(figure).all("circle", "pt")) == 5
    assert "1 without a value are not drawn." in figure.notes


def test_tall_stacks_are_pressed_into_the_drawing(drawn):
    figure = dots([Item(f"t{n}", 1.0) for n in range(500)] + [Item("far", 9.0)], None, "kg")
    assert figure.height < 320
    circles = drawn(figure).all("circle", "pt")
    assert min(float(c.get("cy")) for c in circles) > 0
