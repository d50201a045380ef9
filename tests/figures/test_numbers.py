"""Numbers as figures write them, axes, texts that fit."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanyuan.figures import Item, one_unit
from tanyuan.figures.classes import class_limits, class_of, ramp
from tanyuan.figures.scale import Scale, ticks
from tanyuan.figures.svg import escape, frame, hatch, number
from tanyuan.figures.text import fit, width, wrap
from tanyuan.figures.words import band, decimals_of, ends, in_figure, in_table, percent, signed
from tanyuan.languages import in_language


@pytest.mark.parametrize(
    ("value", "figure", "table"),
    [
        (31.624, "31.6", "31.62"),
        (10.84, "10.8", "10.84"),
        (0.6556, "0.656", "0.6556"),
        (10264.2192, "10,264", "10,264"),
        (0.000023, "2.30 × 10⁻⁵", "2.300 × 10⁻⁵"),
        (-4.5, "−4.50", "−4.500"),
        (0.0, "0", "0"),
    ],
)
def test_three_digits_in_figures_four_in_tables(value, figure, table):
    assert in_figure(Item("x", value)) == figure
    assert in_table(Item("x", value)) == table


def test_counts_have_no_decimals_and_gaps_are_no_zeros():
    assert in_figure(Item("x", 24.0, (24.0, 24.0))) == "24"
    assert in_figure(Item("x", -1234.0, (-1234.0, -1234.0))) == "−1,234"
    assert in_figure(Item("x", 24.0)) == "24.0"
    assert in_figure(Item("x", known=False)) == "—"
    assert band(Item("x", 1.0)) == "—"
    with in_language("en"):
        assert band(Item("x", 1.0, (1.0, 1.0))) == "exact"


@pytest.mark.parametrize(
    ("value", "interval", "shown"),
    [
        (31.62, (28.94, 34.46), ("28.9", "34.5")),
        (31.62, (28.9, 34.5), ("28.9", "34.5")),
        (0.6556, (0.5133, 0.8372), ("0.513", "0.838")),
        (10264.2, (9561.0, 10999.0), ("9,560", "11,000")),
        (217.0, (200.1, 230.9), ("200", "231")),
        (-2.0, (-2.514, -1.501), ("−2.52", "−1.50")),
        (0.0, (-1.0, 1.0), ("−1.00", "1.00")),
        (1e-7, (0.9e-7, 1.2e-7), ("9.0 × 10⁻⁸", "1.20 × 10⁻⁷")),
    ],
)
def test_intervals_are_rounded_outwards(value, interval, shown):
    assert ends(value, interval) == shown


@given(st.floats(1e-6, 1e9), st.floats(0, 1), st.floats(0, 3))
def test_the_shown_interval_holds_the_interval(value, down, up):
    low, high = value * (1 - down), value * (1 + up)
    if high > 1e14 or low < 1e-4:
        return
    shown = [float(text.replace(",", "")) for text in ends(value, (low, high))]
    assert shown[0] <= low * (1 + 1e-11)
    assert shown[1] >= high * (1 - 1e-11)


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.28, "28.0 %"), (-0.157, "−15.7 %"), (0.0, "0.0 %"), (0.0004, "< 0.1 %"),
     (-0.0001, "> −0.1 %"), (12.345, "1,234.5 %"), (1.0, "100.0 %")],
)  # fmt: skip
def test_shares(share, text):
    assert percent(share) == text


def test_changes_carry_their_sign():
    assert signed(-4.97, 2) == "−4.97"
    assert signed(4.97, 2) == "+4.97"
    assert signed(0.0, 2) == "0.00"
    assert signed(-0.0004, 2) == "−0.0004"
    assert signed(2e16, 2) == "+2.000 × 10¹⁶"
    assert decimals_of(31.62) == 2
    assert decimals_of(0.0) == 0


@pytest.mark.parametrize(
    ("unit", "values", "expected"),
    [
        ("kg CO₂e/t", [99_999.0], (1.0, "kg CO₂e/t")),
        ("kg CO₂e/t", [-100_000.0], (0.001, "t CO₂e/t")),
        ("kg CO₂e/kWh", [0.05, 0.01], (1000.0, "g CO₂e/kWh")),
        ("kg", [0.05, 3.0], (1.0, "kg")),
        ("kg", [0.0], (1.0, "kg")),
        ("kg", [], (1.0, "kg")),
        ("kWh", [1e9], (1.0, "kWh")),
        ("kgf", [1e9], (1.0, "kgf")),
    ],
)
def test_one_unit_a_figure(unit, values, expected):
    assert one_unit(unit, values) == expected


@given(st.floats(-1e12, 1e12), st.floats(1e-9, 1e12), st.integers(1, 10))
def test_ticks_are_round_and_cover_the_range(low, span, most):
    high = low + span
    marks = ticks(low, high, most)
    slack = (marks.high - marks.low) * 1e-6
    assert marks.low <= low + slack
    assert marks.high >= high - slack
    assert len(marks.major) <= most + 2
    mantissa = marks.step / 10 ** math.floor(math.log10(marks.step) + 1e-9)
    assert round(mantissa, 6) in (1, 2, 5)
    assert len(marks.minor) <= 5 * (len(marks.major) + 1)


def test_tick_labels_need_no_more_decimals_than_the_step():
    assert [ticks(25, 40, 4).label(v) for v in ticks(25, 40, 4).major] == ["25", "30", "35", "40"]
    assert ticks(0, 1.2).label(0.4) == "0.4"
    assert ticks(-2, 2).label(-1.0) == "−1"
    assert ticks(0, 50_000).label(20_000.0) == "20,000"
    assert ticks(0, 1e-9).label(4e-10) == "4.00 × 10⁻¹⁰"


def test_a_scale_without_length_has_one_place():
    assert Scale(3.0, 3.0, 10.0, 90.0)(3.0) == 10.0
    assert Scale(0.0, 4.0, 10.0, 90.0)(1.0) == 30.0


def test_classes_of_a_map():
    limits = class_limits([2, 2, 5, 6, 7, 8, 9, 13, 15, 17, 19, 20, 21, 22, 24, 27])
    assert limits == (6.0, 8.0, 16.0, 20.0)
    assert [class_of(v, limits) for v in (2, 5.9, 6, 15, 27)] == [1, 1, 2, 3, 5]
    assert class_limits([]) == ()
    assert class_limits([3.0, 3.0]) == ()
    assert class_limits([0.0, 1.0]) == (1.0,)
    assert class_limits([0.0, 0.5]) == (0.1, 0.2, 0.3, 0.4)
    assert [ramp(n) for n in (1, 2, 3, 5)] == [(3,), (2, 4), (1, 3, 5), (1, 2, 3, 4, 5)]


@given(st.lists(st.floats(-1e6, 1e6), max_size=40))
def test_limits_of_classes_rise(values):
    limits = class_limits(values)
    assert list(limits) == sorted(set(limits))
    assert len(limits) <= 4


# --- texts ---


def test_chinese_is_one_em_and_digits_are_narrower():
    assert width("足迹", 10) == pytest.approx(20.6)
    assert width("31.62", 10) < width("三一六二", 10)
    assert width("a\u0301", 10) == width("a", 10)
    assert width("染CO", 10) > width("染", 10) + width("CO", 10)


@given(st.text(max_size=60), st.floats(0, 300))
def test_a_cut_text_fits(text, room):
    cut = fit(text, 13, room)
    assert cut == text or width(cut, 13) <= room
    assert cut in ("", text) or cut.endswith("…")


@given(st.text(max_size=120), st.floats(30, 300), st.integers(1, 4))
def test_wrapped_lines_fit(text, room, lines):
    found = wrap(text, 13, room, lines)
    assert 1 <= len(found) <= lines
    assert all(width(line, 13) <= room for line in found)


def test_lines_break_where_they_may():
    assert wrap("Dyeing and finishing", 13, 80, 3) == ["Dyeing and", "finishing"]
    assert wrap("公辅（石灰、空分）", 13, 60, 3) == ["公辅（石", "灰、空", "分）"]
    assert wrap("one two three four", 13, 50, 2) == ["one two", "three…"]
    assert wrap("", 13, 50, 2) == [""]


def test_a_cut_leaves_no_half_letter():
    cut = fit("e\u0301" * 50, 13, 60)
    assert cut.removesuffix("…").endswith("\u0301")


# --- elements ---


def test_coordinates():
    assert number(12.50) == "12.5"
    assert number(-0.001) == "0"
    assert number(1e6) == "1000000"
    with pytest.raises(ValueError, match="not a coordinate"):
        number(math.nan)


def test_escaping():
    assert escape("<a href='x'>&\"\x01\n b") == "&lt;a href=&#39;x&#39;&gt;&amp;&quot;� b"


def test_a_frame_is_hollow():
    assert frame(0, 0, 10, 4, (1, 1)) == "M0 0h10v4h-10zM1 1h8v2h-8z"
    assert frame(0, 0, 1, 1, (1, 1)) == "M0 0h1v1h-1zM0.5 0.5h0v0h0z"


def test_hatching_stays_inside():
    lines = hatch(10, 20, 30, 8, 5)
    places = [p.split() for p in lines.replace("M", " ").replace("L", "|").split() if p]
    assert places
    for piece in lines.split("M")[1:]:
        for point in piece.split("L"):
            x, y = map(float, point.split())
            assert 10 - 0.01 <= x <= 40.01
            assert 20 - 0.01 <= y <= 28.01
    assert hatch(0, 0, 0, 5) == ""
