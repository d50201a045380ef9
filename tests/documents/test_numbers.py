import math
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tanyuan.documents.numbers import (
    Match,
    NumberError,
    checked,
    decimal_string,
    looks_like_number,
    match_sealed,
    parse_number,
    rounded,
    sealed_string,
    shown,
)
from tanyuan.languages import in_language

FINITE = st.floats(allow_nan=False, allow_infinity=False)
DECIMALS = st.builds(
    lambda sign, digits, exponent: Decimal((sign, tuple(map(int, str(digits))), exponent)),
    st.integers(0, 1),
    st.integers(0, 10**45),
    st.integers(-60, 60),
)


def refused(call, value):
    with pytest.raises(NumberError) as caught, in_language("en"):
        call(value)
    with in_language("en"):
        return str(caught.value)


# One spelling for each decimal


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0", "0"),
        ("-0.000", "0"),
        ("0E+9", "0"),
        ("1", "1"),
        ("1.50", "1.5"),
        ("-1.50", "-1.5"),
        ("1E+3", "1000"),
        ("0.10", "0.1"),
        ("0.0000001", "0.0000001"),
        ("0.00000001", "1e-8"),
        ("-0.000000012300", "-1.23e-8"),
        ("100000000000000000000", "100000000000000000000"),
        ("1e21", "1e21"),
        ("123e30", "1.23e32"),
        ("1e-999999999", "1e-999999999"),
        ("12345678901234567890123456789012345678901234567890123456789012345678901.5",
         "1.23456789012345678901234567890123456789012345678901234567890123456789015e70"),
    ],
)  # fmt: skip
def test_each_decimal_has_its_one_spelling(number, text):
    assert decimal_string(Decimal(number)) == text


@given(DECIMALS)
@settings(deadline=None)
@example(Decimal("1" * 70))
def test_the_spelling_is_exact(number):
    assert Decimal(decimal_string(number)) == number


@given(DECIMALS, st.integers(0, 20))
@settings(deadline=None)
def test_equal_decimals_have_equal_spellings(number, zeros):
    sign, digits, exponent = number.as_tuple()
    same = Decimal((sign, digits + (0,) * zeros, exponent - zeros))
    assert same == number
    assert decimal_string(same) == decimal_string(number)


@given(DECIMALS, DECIMALS)
@settings(deadline=None)
def test_unequal_decimals_have_unequal_spellings(one, other):
    assert (decimal_string(one) == decimal_string(other)) == (one == other)


def test_spellings_do_not_hang_on_the_decimal_context_of_the_caller():
    with localcontext() as context:
        context.prec = 3
        assert decimal_string(Decimal("123456.789")) == "123456.789"
        assert sealed_string(123456.789) == "123456.789"
        assert match_sealed("123456.789", 123456.790) is Match.DIFFERENT
        assert match_sealed("2.00000002", EDGE) is Match.EDGE


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_what_is_not_finite_has_no_spelling(number):
    with pytest.raises(ValueError, match="not a finite number"):
        decimal_string(Decimal(number))


# Nine significant digits


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (31.624120493171425, "31.6241205"),
        (0.0, "0"),
        (-0.0, "0"),
        (5e-324, "4.94065646e-324"),
        (1e300, "1e300"),
        (-2.5, "-2.5"),
        (1000000000.5, "1000000000"),
        (1000000001.5, "1000000000"),
        (1000000015.0, "1000000020"),
        (1000000005.0, "1000000000"),
        (999999999.5, "1000000000"),
        (0.1 + 0.2, "0.3"),
    ],
)
def test_results_are_rounded_half_to_even_to_nine_digits(number, text):
    assert sealed_string(number) == text


@given(FINITE, st.integers(1, 17))
@settings(deadline=None)
@example(2.5, 1)
@example(3.5, 1)
def test_rounding_agrees_with_exact_arithmetic(number, digits):
    context = Context(prec=digits, rounding=ROUND_HALF_EVEN, Emin=-(10**6), Emax=10**6)
    assert rounded(number, digits) == context.plus(Decimal(number))
    found = Fraction(sealed_string(number, digits))
    if number:
        unit = Fraction(10) ** (Decimal(number).adjusted() - digits + 1)
        assert abs(found - Fraction(number)) <= unit / 2


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_results_that_are_not_finite_are_refused(number):
    for call in (rounded, sealed_string, shown):
        with pytest.raises(ValueError, match="not a finite number"):
            call(number)


# The rounding edge

# 2.000000015 lies between the strings 2.00000001 and 2.00000002
EDGE = 2.000000015


def near(number, steps):
    for _ in range(abs(steps)):
        number = math.nextafter(number, math.inf if steps > 0 else -math.inf)
    return number


@pytest.mark.parametrize("steps", range(-40, 41, 8))
def test_either_string_of_a_number_on_the_edge_is_the_same_or_an_edge(steps):
    number = near(EDGE, steps)
    found = {match_sealed(text, number) for text in ("2.00000001", "2.00000002")}
    assert found == {Match.SAME, Match.EDGE}
    assert match_sealed("2", number) is Match.DIFFERENT
    assert match_sealed("2.00000003", number) is Match.DIFFERENT


@pytest.mark.parametrize("factor", [1 - 3e-12, 1 + 3e-12])
def test_next_to_the_edge_the_other_string_is_different(factor):
    number = EDGE * factor
    found = {match_sealed(text, number) for text in ("2.00000001", "2.00000002")}
    assert found == {Match.SAME, Match.DIFFERENT}


@pytest.mark.parametrize(
    ("low", "high", "number"),
    [
        ("9.99999999", "10", 9.999999995),
        ("0.999999999", "1", 0.9999999995),
        ("-10", "-9.99999999", -9.999999995),
    ],
)
def test_the_edge_at_a_power_of_ten(low, high, number):
    assert {match_sealed(text, number) for text in (low, high)} == {Match.SAME, Match.EDGE}


def test_the_edge_of_four_digits():
    assert {match_sealed(text, 99.995, 4) for text in ("99.99", "100")} == {Match.SAME, Match.EDGE}


@given(FINITE)
@settings(deadline=None)
def test_a_number_matches_its_own_string(number):
    assert match_sealed(sealed_string(number), number) is Match.SAME


@given(FINITE, st.integers(-50, 50))
@settings(deadline=None)
def test_the_last_bits_of_a_float_never_make_a_string_different(number, steps):
    assume(1e-290 < abs(number) < 1e290)
    assert match_sealed(sealed_string(number), near(number, steps)) is not Match.DIFFERENT


@given(FINITE, st.floats(1.1e-8, 1))
@settings(deadline=None)
def test_a_change_beyond_the_rounding_is_different(number, change):
    assume(1e-290 < abs(number) < 1e290)
    assert match_sealed(sealed_string(number), number * (1 + change)) is Match.DIFFERENT


@pytest.mark.parametrize(
    "text", ["", "text", "NaN", "sNaN", "Infinity", "-5", "5.0", "05", "5e0", "0", "5.00000001"]
)
def test_what_is_not_the_string_is_different(text):
    assert match_sealed(text, 5.0) is Match.DIFFERENT
    assert match_sealed("1e-30", 0.0) is Match.DIFFERENT


# For people


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (31.62412, "31.62"),
        (-4.5, "−4.500"),
        (0.0001, "0.0001000"),
        (0.0000230, "2.300 × 10⁻⁵"),
        (-0.0000230, "−2.300 × 10⁻⁵"),
        (1234.5, "1,234"),
        (1235.5, "1,236"),
        (10264.2192, "10,264"),
        (999999.6, "1,000,000"),
        (1e14, "100,000,000,000,000"),
        (1.23456e15, "1.235 × 10¹⁵"),
        (99.996, "100.0"),
        (9.9996, "10.00"),
    ],
)
def test_numbers_for_people(number, text):
    assert shown(number) == text


@given(FINITE, st.integers(1, 9))
@settings(deadline=None)
def test_what_is_shown_is_the_number_to_so_many_digits(number, digits):
    text = shown(number, digits).replace(",", "").replace("−", "-")
    if " × 10" in text:
        mantissa, power = text.split(" × 10")
        text = f"{mantissa}e{power.translate(str.maketrans('⁻⁰¹²³⁴⁵⁶⁷⁸⁹', '-0123456789'))}"
    whole = Decimal(number).adjusted() + 1 if number else 0
    kept = max(digits, whole) if abs(number) < 1e15 else digits
    assert Decimal(text) == rounded(number, kept)


# Reading


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12.5", "12.5"),
        (" 12.50 ", "12.5"),
        ("+3", "3"),
        ("-.5", "-0.5"),
        ("5.", "5"),
        ("1e3", "1000"),
        ("2.5E-3", "0.0025"),
        ("1e30", "1e30"),
        ("0012", "12"),
        ("0." + "0" * 60 + "1", "1e-61"),
        ("1" * 30 + ".1234567891", "1" * 30 + ".1234567891"),
    ],
)
def test_numbers_are_read_exactly(text, number):
    found = parse_number(text)
    assert found == Decimal(number)
    assert str(found) == str(Decimal(decimal_string(found)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("１２．５", "Write 12.5."),
        ("−", "is not a number"),
        ("1,5", "may mark thousands or decimals"),
        ("1,234", "may mark thousands or decimals"),
        ("12,345,678.9", "may mark thousands or decimals"),
        ("１，５", "may mark thousands or decimals"),
        ("nan", "is not a finite number"),
        ("-Infinity", "is not a finite number"),
        ("inf", "is not a finite number"),
        ("abc", "is not a number"),
        ("12 kg", "units have their own field"),
        ("1 000", "is not a number"),
        ("1'000", "is not a number"),
        ("1_000", "is not a number"),
        ("٣", "is not a number"),
        ("", "is not a number"),
        (".", "is not a number"),
        ("1e", "is not a number"),
        ("1e1000", "is not a number"),
        ("0x1F", "is not a number"),
        ("1.2.3", "is not a number"),
        ("1e31", "too large"),
        ("-1e31", "too large"),
        ("1e999", "too large"),
        ("1" * 41, "too many digits"),
        ("0." + "1" * 60, "too many digits"),
    ],
)
def test_what_is_not_plainly_a_number_is_refused_with_the_mend(text, said):
    assert said in refused(parse_number, text)


def test_a_long_text_is_quoted_in_part():
    assert len(refused(parse_number, "x" * 10_000)) < 300


@pytest.mark.parametrize("number", ["NaN", "Infinity"])
def test_decimals_that_are_not_finite_are_refused(number):
    assert "is not a finite number" in refused(checked, Decimal(number))


@given(st.text(max_size=40))
@settings(deadline=None)
def test_any_text_is_a_number_or_a_number_error(text):
    try:
        number = parse_number(text)
    except NumberError:
        return
    assert parse_number(decimal_string(number)) == number
    assert looks_like_number(text)


@pytest.mark.parametrize("text", ["12", "-1.5e3", "1,5", "1 000", "１２", "nan", "+Inf", "1e5"])
def test_these_are_meant_as_numbers(text):
    assert looks_like_number(text)


@pytest.mark.parametrize("text", ["", "a", "1 + 2", "2*x", "12 kg", "infinite", "−5", "(1)"])
def test_these_are_meant_as_something_else(text):
    assert not looks_like_number(text)
