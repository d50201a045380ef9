"""Numbers, units and bilingual texts as a report prints them."""

from decimal import Decimal

import pytest

from tanyuan.languages import in_language
from tanyuan.reports import wording


@pytest.mark.parametrize(
    ("value", "text"),
    [(31.62412, "31.62"), (10264.2, "10,264"), (2.3e-5, "2.300 × 10⁻⁵"), (None, "—"),
     (float("nan"), "—"), (-4.5, "−4.500")],
)  # fmt: skip
def test_numbers_have_four_digits(value, text):
    assert wording.number(value) == text


def test_intervals_are_rounded_outwards():
    assert wording.interval((28.94, 34.46), 31.62) == "28.9 – 34.5"
    assert wording.interval((28.91, 34.41), 31.62) == "28.9 – 34.5"
    assert wording.interval(None, 1.0) == "—"
    assert wording.interval((1.0, float("inf")), 1.0) == "—"


def test_shares_and_changes():
    assert wording.percent(0.28) == "28.0 %"
    assert wording.percent(None) == "—"
    assert wording.share_of(1.0, 4.0) == "25.0 %"
    assert wording.share_of(1.0, 0.0) == "—"
    assert wording.signed_percent(0.0118, 2) == "+1.18 %"
    assert wording.signed_percent(-0.000001) == "0.0 %"
    assert wording.signed_percent(-0.157) == "−15.7 %"
    assert wording.signed_percent(None) == "—"
    assert wording.stated_percent(Decimal("0.0001")) == "0.01 %"


def test_units_and_gases():
    assert wording.unit_name("t·km") == "t⋅km"
    assert wording.unit_name("kWh/m²") == "kWh/m²"
    assert wording.unit_name("") == ""
    assert wording.unit_name("blob") == "blob"
    with in_language("zh"):
        assert wording.unit_name("piece") == "件"
    assert wording.gas_name("CO2e") == "CO₂e"
    assert wording.gas_name("SF6") == "SF₆"
    assert wording.gas_name("HFC-134a") == "HFC-134a"
    assert wording.grouped("720000") == "720,000"
    assert wording.grouped("a * 2") == "a * 2"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("热风炉 CO2（数量），5.9 kg CO2e/t", "热风炉 CO₂（数量），5.9 kg CO₂e/t"),
        ("0.5 tCO2/MWh; CO2-only, CH4 and N2O.", "0.5 tCO₂/MWh; CO₂-only, CH₄ and N₂O."),
        ("LiOH·H2O, 0.49 t CO2e/t.", "LiOH·H₂O, 0.49 t CO₂e/t."),
        ("https://example.org/CO2/a.pdf", "https://example.org/CO2/a.pdf"),
        ("data/CO2/list.csv and co2_factors CO2.pdf", "data/CO2/list.csv and co2_factors CO2.pdf"),
        ("SCO2 CO2X ACH4", "SCO2 CO2X ACH4"),
    ],
)  # fmt: skip
def test_digits_of_gases_are_set_low_in_running_text(text, shown):
    assert wording.formulas(text) == shown


def test_places_have_their_names():
    with in_language("en"):
        assert wording.place_name("CN, FR") == "China, France"
    with in_language("zh"):
        assert wording.place_name("CN, FR") == "中国、法国"
        assert wording.place_name("Jinan") == "Jinan"


def test_two_names_with_a_stroke_are_one_in_each_language():
    with in_language("zh"):
        assert wording.own_language("甲公司 / Jia Ltd") == "甲公司"
        assert wording.own_language("CN / FR") == "CN / FR"
    with in_language("en"):
        assert wording.own_language("甲公司 / Jia Ltd") == "Jia Ltd"


def test_clauses_have_one_mark_between_them():
    with in_language("zh"):
        assert wording.clauses(["甲。", "", "乙"]) == "甲；乙"
    with in_language("en"):
        assert wording.clauses(["One.", "two;"]) == "One; two"


def test_a_text_in_both_languages_is_read_in_one():
    both = "数据库状态：2022 年 3 月。 Database state of March 2022."
    with in_language("zh"):
        assert wording.own_language(both) == "数据库状态：2022 年 3 月。"
    with in_language("en"):
        assert wording.own_language(both) == "Database state of March 2022."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "数据来自工厂。",
        "Data of the plant. More of it.",
        "共 1200 件。 There are 1300 pieces.",
        "See annex B. 见附录 B。",
        "见附录。 See annex, which has a very long text that cannot be a translation of so few.",
        "甲。 One. 乙。",
    ],
)
def test_any_other_text_is_kept_whole(text):
    for lang in ("zh", "en"):
        with in_language(lang):
            assert wording.own_language(text) == text
