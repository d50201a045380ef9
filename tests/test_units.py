import csv
from decimal import Decimal, localcontext
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import tanyuan.units
from tanyuan.languages import in_language
from tanyuan.units import (
    Unit,
    UnitError,
    conversion,
    kind_name,
    parse_unit,
    unit_symbols,
)

TABLE = Path(tanyuan.units.__file__).parent / "data" / "units.csv"
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
SYMBOLS = [row["symbol"] for row in ROWS]
KINDS = {row["symbol"]: row["kind"] for row in ROWS}


def factor(source, target):
    return conversion(parse_unit(source), parse_unit(target))


def refused(call, *arguments):
    with pytest.raises(UnitError) as caught, in_language("en"):
        call(*arguments)
    return caught.value


def close(found, expected):
    return abs(found / expected - 1) <= Decimal("1e-25")


def said(error):
    with in_language("en"):
        return str(error)


# Spellings


@pytest.mark.parametrize("row", ROWS, ids=SYMBOLS)
def test_every_spelling_of_the_table_names_its_unit(row):
    names = [row["symbol"], row["name_en"], row["name_zh"]]
    for spelling in (*names, *filter(None, row["aliases"].split("|"))):
        found = parse_unit(f"  {spelling} ")
        assert (found.symbol, found.kind, found.calorific) == (row["symbol"], row["kind"], "")


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("ｋＷｈ", "kWh"),
        ("㎥", "m³"),
        ("m^3", "m³"),
        ("KWH", "kWh"),
        ("Mwh", "MWh"),
        ("KG", "kg"),
        ("TCE", "tce"),
        ("t × km", "t·km"),
        ("t  ·  km", "t·km"),
        ("tkm", "t·km"),
        ("kw*h", "kWh"),
        ("％", "%"),
        ("度", "kWh"),
        ("标方", "Nm³"),
        ("-", "1"),
    ],
)
def test_spellings_that_only_look_different(text, symbol):
    assert parse_unit(text).symbol == symbol


@pytest.mark.parametrize(
    "text", ["mW", "mJ", "ML", "Ml", "mwh", "mWh", "Mg", "MG", "gG", "T", "K", "KJ/"]
)
def test_the_case_between_milli_and_mega_is_never_guessed(text):
    assert refused(parse_unit, text).code == "unit-unknown"


def test_table_with_one_spelling_for_two_units_is_refused(monkeypatch):
    rows = {
        "a": {"name_en": "same", "name_zh": "甲", "aliases": ""},
        "b": {"name_en": "other", "name_zh": "乙", "aliases": "same"},
    }
    monkeypatch.setattr(tanyuan.units, "_rows", lambda: rows)
    with pytest.raises(ValueError, match="two meanings"):
        tanyuan.units._names.__wrapped__()


# Values

PUBLISHED = [  # SI brochure, GB/T 2589-2020, NIST SP 811
    ("kWh", "MJ", "3.6"),
    ("万kWh", "kWh", "10000"),
    ("亿kWh", "GWh", "100"),
    ("TWh", "PJ", None),
    ("kgce", "MJ", "29.3076"),
    ("tce", "GJ", "29.3076"),
    ("万tce", "tce", "10000"),
    ("kcal", "kJ", "4.1868"),
    ("kgce", "kcal", "7000"),
    ("MMBtu", "GJ", "1.05505585262"),
    ("short_ton", "kg", "907.18474"),
    ("short_ton", "lb", "2000"),
    ("long_ton", "lb", "2240"),
    ("t", "kg", "1000"),
    ("万t", "t", "10000"),
    ("Gg", "t", "1000"),
    ("斤", "g", "500"),
    ("gal_US", "L", "3.785411784"),
    ("gal_UK", "L", "4.54609"),
    ("m³", "L", "1000"),
    ("万Nm³", "Nm³", "10000"),
    ("mi", "km", "1.609344"),
    ("nmi", "m", "1852"),
    ("hm²", "m²", "10000"),
    ("t·km", "kg·km", "1000"),
    ("万t·km", "t·km", "10000"),
    ("a", "d", "365.25"),
    ("d", "h", "24"),
    ("万件", "piece", "10000"),
    ("%", "1", "0.01"),
]


@pytest.mark.parametrize(("source", "target", "value"), PUBLISHED)
def test_published_conversions_are_exact(source, target, value):
    if value is None:
        assert refused(parse_unit, target).code == "unit-unknown"
    else:
        assert factor(source, target) == Decimal(value)


def test_fifteen_mu_are_a_hectare_and_a_standard_cubic_foot_is_the_published_one():
    assert close(factor("亩", "hm²"), Decimal(1) / 15)
    kelvin = Decimal("519.67") * 5 / 9
    standard = Decimal("0.3048") ** 3 * Decimal("273.15") / kelvin
    assert float(factor("scf", "Nm³")) == pytest.approx(float(standard), rel=1e-8)


SAME_KIND = st.sampled_from(sorted(set(KINDS.values()))).flatmap(
    lambda kind: st.tuples(
        *[st.sampled_from([symbol for symbol in SYMBOLS if KINDS[symbol] == kind])] * 3
    )
)


@given(SAME_KIND)
@settings(deadline=None)
def test_conversions_there_and_back_and_over_a_third_agree(units):
    a, b, c = units
    assert abs(factor(a, b) * factor(b, a) - 1) <= Decimal("1e-26")
    assert abs(factor(a, b) * factor(b, c) / factor(a, c) - 1) <= Decimal("1e-26")
    assert factor(a, a) == 1


@given(st.sampled_from(SYMBOLS), st.sampled_from(SYMBOLS))
@settings(deadline=None)
def test_only_units_of_one_dimension_convert(a, b):
    same = parse_unit(a).dimension == parse_unit(b).dimension
    if same:
        assert factor(a, b) > 0
    else:
        assert refused(factor, a, b).code == "unit-kind"


def test_conversions_do_not_hang_on_the_decimal_context_of_the_caller():
    for function in (tanyuan.units._quantity, tanyuan.units._registry, conversion):
        function.cache_clear()
    with localcontext() as context:
        context.prec = 3
        found = factor("MMBtu", "kWh")
    assert close(found, Decimal("293.0710701722222222222222222"))


# What is refused, and how it is mended


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("ton", "short_ton"),
        ("TONS", "tonne"),
        ("gallon", "gal_US"),
        ("Gallons", "gal_UK"),
        ("方", "Nm³"),
        ("立", "m³"),
        ("cubic", "m³"),
        ("Btu", "MMBtu"),
        ("cal", "kcal"),
        ("箱", "piece"),
        ("车", "t·km"),
    ],
)
def test_ambiguous_units_are_refused_with_the_mend(text, mend):
    error = refused(parse_unit, text)
    assert error.code == "unit-ambiguous"
    assert f"“{text}” can mean more than one unit." in said(error)
    assert mend in said(error)


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("kwhh", "Did you mean kWh"),
        ("tonnne", "Did you mean t"),
        ("furlong", "Write a unit of the list"),
        ("kg/", "Did you mean kg"),
        ("/kg", "kg"),
        ("kg*", "kg"),
        ("kg**m", "kg"),
        ("5 kg", "kg"),
        ("kg CO2e/kWh", "Write a unit of the list"),
    ],
)
def test_unknown_units_are_refused_with_the_mend(text, mend):
    error = refused(parse_unit, text)
    assert error.code == "unit-unknown"
    assert f"“{text}” is not known" in said(error)
    assert mend in said(error)


@pytest.mark.parametrize("text", ["", "   ", "　"])
def test_missing_unit_is_named_as_missing(text):
    assert refused(parse_unit, text).code == "unit-missing"


def test_operating_and_standard_gas_volume_never_convert():
    error = refused(factor, "m³", "Nm³")
    assert error.code == "unit-kind"
    assert "0 °C and 101.325 kPa" in said(error)
    assert refused(factor, "Nm³", "m³").code == "unit-kind"


def test_mass_is_no_freight():
    error = refused(factor, "t", "t·km")
    assert "fill the distance column" in said(error)


def test_other_wrong_kinds_name_units_that_fit():
    error = refused(factor, "piece", "kWh")
    assert "The amount is in piece (count); kWh (energy) is needed." in said(error)
    assert "J, kJ, MJ, GJ, TJ, kWh" in said(error)
    assert "kg/kWh" in said(refused(factor, "kg", "kg/kWh"))


# Net and gross calorific value


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("GJ NCV", Unit("GJ", "energy", "NCV")),
        ("MJ (HHV)", Unit("MJ", "energy", "GCV")),
        ("MJ, lhv", Unit("MJ", "energy", "NCV")),
        ("吉焦 低位", Unit("GJ", "energy", "NCV")),
        ("吉焦（高位发热量）", Unit("GJ", "energy", "GCV")),
        ("kWh高位热值", Unit("kWh", "energy", "GCV")),
    ],
)
def test_the_calorific_basis_stands_behind_the_unit(text, unit):
    assert parse_unit(text) == unit
    assert parse_unit(str(unit)) == unit


def test_only_energy_has_a_calorific_basis():
    error = refused(parse_unit, "kg NCV")
    assert error.code == "unit-calorific"
    assert "kg takes no calorific basis" in said(error)
    assert refused(parse_unit, "MJ/kg NCV").code == "unit-unknown"


def test_net_and_gross_never_mix_and_are_never_assumed():
    assert factor("GJ NCV", "MJ NCV") == 1000
    assert factor("GJ GCV", "MJ") == 1000
    both = refused(factor, "GJ GCV", "MJ NCV")
    assert "The amount is on GCV basis, the factor on NCV." in said(both)
    missing = refused(factor, "GJ", "MJ NCV")
    assert "basis of the amount is missing; the factor is per MJ NCV" in said(missing)
    assert "GJ NCV" in said(missing)
    assert refused(factor, "kg", "MJ NCV").code == "unit-kind"


# Compound units


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("kg/kWh", Decimal(1) / 3600000),
        ("kWh/t", Decimal(3600)),
        ("kW·h/t", Decimal(3600)),
        ("L/p·km", Decimal("0.000001")),
        ("L/pkm", Decimal("0.000001")),
        ("kg/t·km", Decimal("0.000001")),
        ("MJ/kg", Decimal(1000000)),
        ("kg/m²", Decimal(1)),
        ("g/t/km", Decimal("1e-9")),
        ("kg·m", Decimal(1)),
        ("1/kg", Decimal(1)),
    ],
)
def test_products_and_quotients_are_units_too(text, base):
    unit = parse_unit(text)
    assert unit.kind == "compound"
    assert close(unit.to_base, base)
    assert parse_unit(str(unit)) == unit


def test_compound_units_convert_by_their_dimension():
    assert close(factor("g/kWh", "kg/MWh"), 1)
    assert factor("kWh/kWh", "1") == 1
    assert parse_unit("kWh/kWh").dimension == {}
    assert parse_unit("kg/m³").dimension == {"mass": 1, "length": -3}
    assert refused(factor, "kg/kWh", "kWh/kg").code == "unit-kind"


TOKENS = st.sampled_from(
    [
        *SYMBOLS,
        "pkm",
        "吨公里",
        "kW",
        "h",
        "*",
        "·",
        "/",
        "/",
        " ",
        "^",
        "3",
        "NCV",
        "(",
        ")",
        "ton",
    ]
)


@given(st.one_of(st.text(max_size=30), st.lists(TOKENS, max_size=7).map("".join)))
@settings(deadline=None, max_examples=400)
@example("kg/" * 40 + "kg")
@example("\x00")
@example("ß/ſ")
def test_any_text_is_a_unit_or_a_unit_error(text):
    try:
        unit = parse_unit(text)
    except UnitError:
        return
    assert parse_unit(str(unit)) == unit
    assert unit.to_base > 0
    assert all(isinstance(power, int) for power in unit.dimension.values())


# Names


def test_names_of_units_and_kinds_in_both_languages():
    kwh = parse_unit("kWh")
    compound = parse_unit("kg/kWh")
    with in_language("en"):
        assert (kwh.name, compound.name) == ("kilowatt-hour", "kg/kWh")
        assert kind_name("freight") == "freight (mass × distance)"
    with in_language("zh"):
        assert kwh.name == "千瓦时"


def test_the_list_of_units_is_the_table():
    assert [row[0] for row in unit_symbols()] == SYMBOLS
    assert ("kWh", "energy", "kilowatt-hour", "千瓦时") in unit_symbols()
    assert {row[1] for row in unit_symbols()} | {"compound"} == set(tanyuan.units._KINDS)
