import pytest

from tanyuan.footprint.words import driver_name, shown_unit, uncertainty_sentence
from tanyuan.languages import in_language


@pytest.fixture
def found(calc, line, factor):
    tables = {
        "lines": [
            line("l", name_en="Melting", amount="p", meter="m", pedigree="1,1,1,1,1"),
            line("s", "S"),
        ],
        "factors": [factor(name_en="Coke", distribution="lognormal", spread="1.3")],
        "suppliers": [{"id": "S", "unit": "kg", "value": "1", "name_en": "Lime"}],
        "parameters": [{"id": "p", "value": "2", "name_en": "Charge"}],
        "meters": [{"id": "m", "name_en": "Scale", "distribution": "normal", "spread": "0.01"}],
    }

    def run(**options):
        return calc(tables, **options)

    return run


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("line:l", "Melting"),
        ("meter:m", "Scale"),
        ("parameter:p", "Charge"),
        ("factor:F", "Coke"),
        ("factor:S", "Lime"),
        ("factor:none", "none"),
        ("line:tin/virgin", "tin/virgin"),
    ],
)
def test_random_quantities_have_names(found, key, name):
    assert driver_name(found(), key) == name


def test_a_counted_grid_factor_has_its_name(calc, line, factor):
    power = line("a", "wind", unit="kWh", supply="contractual", grid_ref="grid")
    factors = [factor("wind", "0.02", "kWh"), factor("grid", "0.6", "kWh", name_en="Grid")]
    assert driver_name(calc({"lines": [power], "factors": factors}), "factor:grid") == "Grid"


def test_one_sentence_on_how_sure_the_total_is(found):
    assert str(uncertainty_sentence(found())) == (
        "Between 2.93 and 7.07 kg CO₂e/piece with 95 % confidence; "
        "99 % of the spread comes from “Coke”. "
        "Only 80 % of the total states how sure it is, so the true band is wider."
    )
    assert "Between 3.3" in str(uncertainty_sentence(found(samples=2000)))
    with in_language("zh"):
        assert "Coke" in str(uncertainty_sentence(found()))


def test_without_a_spread_or_a_total_there_is_nothing_to_say(calc, line, factor):
    exact = calc({"lines": [line("a")], "factors": [factor()]})
    assert "there is no band" in str(uncertainty_sentence(exact))
    assert uncertainty_sentence(calc({})) is None


@pytest.mark.parametrize(
    ("head", "english", "chinese"),
    [
        ({"unit": "piece"}, "kg CO₂e/piece", "kg CO₂e/件"),
        ({"unit": "kWh", "amount": "1000"}, "kg CO₂e/1000 kWh", "kg CO₂e/1000 kWh"),
        ({"unit": "GJ NCV", "amount": "0.5"}, "kg CO₂e/0.5 GJ NCV", "kg CO₂e/0.5 GJ NCV"),
    ],
)
def test_the_unit_as_a_person_reads_it(calc, line, factor, head, english, chinese):
    found = calc({"lines": [line("a")], "factors": [factor()], **head})
    assert shown_unit(found) == english
    with in_language("zh"):
        assert shown_unit(found) == chinese


def test_carbon_dioxide_alone_is_named_so(calc, line):
    assert shown_unit(calc({"lines": [line("a", "CO2")]})) == "kg CO₂/piece"
