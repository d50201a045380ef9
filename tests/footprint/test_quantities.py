"""Parameters, formulas and scenarios."""

import pytest


def about(expected):
    return pytest.approx(expected, rel=1e-12)


def parameter(id_, value, unit="1", **more):
    return {"id": id_, "value": value, "unit": unit, **more}


@pytest.fixture
def total(calc, line, factor):
    """The total of one line of an amount at 1 kg CO2e per unit."""

    def run(amount, unit, parameters, **options):
        tables = {
            "lines": [line("a", amount=amount, unit=unit)],
            "factors": [factor("F", "1", unit)],
            "parameters": parameters,
        }
        tables |= {key: options.pop(key) for key in ("scenarios",) if key in options}
        return calc(tables, **options).total

    return run


NET = [parameter("净重", "450", "g"), parameter("损耗率", "4", "%")]
WORK = [parameter("power", "2", "kW"), parameter("hours", "3", "h")]


@pytest.mark.parametrize(
    ("amount", "unit", "parameters", "value"),
    [
        ("3 * 4", "kg", [], 12),
        ("n * 2", "t", [parameter("n", "3")], 6),
        ("净重 * (1 + 损耗率)", "kg", NET, 0.468),
        ("净重", "t", NET, 0.00045),
        ("power * hours", "kWh", WORK, 6),
        ("power * hours", "MJ", WORK, 21.6),
        ("max(a - b, 0)", "kg", [parameter("a", "1", "kg"), parameter("b", "2", "kg")], 0),
        ("n * 7", "%", [parameter("n", "3")], 21),
        ("a + a", "GJ NCV", [parameter("a", "2", "GJ NCV")], 4),
    ],
)
def test_amounts_are_numbers_or_quantities(total, amount, unit, parameters, value):
    assert total(amount, unit, parameters) == about(value)


def test_parameters_are_made_from_others_in_any_order(total):
    parameters = [
        parameter("total", "net * (1 + loss)", "t"),
        parameter("net", "n * 5", "kg"),
        parameter("n", "3"),
        parameter("loss", "1 / n"),
        parameter("per_cent", "n * 10", "%"),
    ]
    assert total("total", "kg", parameters) == about(20)
    assert total("per_cent", "1", parameters) == about(0.3)


def test_a_formula_over_numbers_is_in_the_unit_of_its_row(total):
    parameters = [parameter("n", "3"), parameter("m", "n * 2", "t")]
    assert total("m", "kg", parameters) == about(6000)


def test_the_step_from_a_balance_to_zero_is_no_negative_amount(total):
    parameters = [parameter("bought", "5", "kg"), parameter("sold", "5", "kg")]
    assert total("bought - sold", "kg", parameters) == 0


def test_values_of_factors_may_be_formulas(calc, line, factor):
    tables = {
        "lines": [line("a", amount="2", unit="kWh"), line("b", "G", "1", "t")],
        "factors": [factor("F", "0.5 * n", "kWh"), factor("G", "ef * 2", "t", gas="CH4")],
        "parameters": [parameter("n", "3"), parameter("ef", "0.2", "kg/kg")],
    }
    found = calc(tables)
    assert found.total == about(3 + 0.4 * 29.8)


def test_factors_of_quantities_are_per_unit_of_the_factor(calc, line, factor):
    tables = {
        "lines": [line("a", amount="10", unit="kWh"), line("b", "G", "2", "t")],
        "factors": [factor("F", "ef", "kWh"), factor("G", "ratio", "t")],
        "parameters": [
            parameter("ef", "0.5", "t/MWh"),
            parameter("ratio", "0.25", "kg/kg"),
            parameter("m", "1", "kg"),
        ],
    }
    found = calc(tables)
    assert [one.intensity for one in found.lines] == [about(0.5), about(0.25)]
    tables["factors"] = [factor("F", "ef", "kWh"), factor("G", "0.25 * m / m", "t")]
    assert calc(tables).lines[1].intensity == about(250)


# Scenarios

SCENARIOS = [
    {"id": "warm", "parameter": "washes", "value": "10"},
    {"id": "warm", "parameter": "heat", "value": "washes * 2"},
    {"id": "cold", "parameter": "heat", "value": "0"},
]
WASHING = [
    parameter("washes", "5"),
    parameter("heat", "washes * 3", "kWh"),
    parameter("all", "heat * 2", "kWh"),
]


@pytest.mark.parametrize(("scenario", "value"), [("", 30), ("warm", 40), ("cold", 0)])
def test_a_scenario_replaces_parameters(total, scenario, value):
    found = total("all", "kWh", WASHING, scenarios=SCENARIOS, scenario=scenario)
    assert found == about(value)


def test_a_scenario_may_replace_a_formula_that_would_fail(total):
    parameters = [parameter("n", "0"), parameter("x", "1 / n")]
    scenarios = [{"id": "s", "parameter": "x", "value": "4"}]
    assert total("x", "kg", parameters, scenarios=scenarios, scenario="s") == 4


def test_scenarios_are_named_in_the_result(calc):
    tables = {"parameters": WASHING, "scenarios": SCENARIOS}
    assert calc(tables, scenario="warm").scenario == "warm"


# What is refused


@pytest.fixture
def problems(refused, line, factor):
    def run(parameters, amount="1", **more):
        options = {key: more.pop(key) for key in ("scenario",) if key in more}
        tables = {
            "lines": [line("a", amount=amount)],
            "factors": [factor()],
            "parameters": parameters,
        }
        return refused(tables | more, **options)

    return run


@pytest.mark.parametrize(
    ("parameters", "amount", "place"),
    [
        (
            [parameter("a", "b"), parameter("b", "c"), parameter("c", "a")],
            "1",
            ("parameters · row 1 · value", "expression-cycle"),
        ),
        (
            [parameter("n", "1"), parameter("a", "nn + 1")],
            "1",
            ("parameters · row 2 · value", "expression-unknown"),
        ),
        (
            [parameter("n", "0"), parameter("a", "1 / n")],
            "1",
            ("parameters · row 2 · value", "expression-division"),
        ),
        (
            [parameter("m", "1", "kg"), parameter("a", "m * m", "kg")],
            "1",
            ("parameters · row 2 · value", "formula-unit"),
        ),
        (
            [parameter("m", "1", "kg"), parameter("a", "m + 1", "kg")],
            "1",
            ("parameters · row 2 · value", "expression-dimensions"),
        ),
        (
            [parameter("q", "1"), parameter("a", "q" + " " * 1990 + "+ q", "t")],
            "1",
            ("parameters · row 2 · value", "expression-size"),
        ),
        (
            [parameter("big", "1e30", "TWh")],
            "1",
            ("parameters · row 1 · value", "expression-number"),
        ),
        ([], "x + 1", ("lines · row 1 · amount", "expression-unknown")),
        ([parameter("m", "1", "km")], "m", ("lines · row 1 · amount", "formula-unit")),
        ([parameter("n", "0")], "1 / n", ("lines · row 1 · amount", "expression-division")),
        (
            [parameter("n", "1", distribution="lognormal", spread="0.5")],
            "1",
            ("parameters · row 1", "spread"),
        ),
        (
            [parameter("n", "1"), parameter("a", "n", pedigree="1,1,1,1,1")],
            "1",
            ("parameters · row 2", "parameter-formula-spread"),
        ),
    ],
)
def test_parameters_and_formulas_that_cannot_be_used(problems, parameters, amount, place):
    places, _ = problems(parameters, amount)
    assert places == [place]


def test_the_mends_say_what_is_meant(problems):
    assert "Did you mean mass?" in problems([parameter("mass", "1")], "masss")[1]
    cycle = problems([parameter("a", "b"), parameter("b", "a")])[1]
    assert "a → b → a" in cycle
    dimension = problems([parameter("m", "1", "km"), parameter("t", "2", "s")], "m / t")[1]
    assert "The formula “m / t” gives length · time^-1, but the unit is kg." in dimension


@pytest.mark.parametrize(
    ("value", "code"),
    [("zz * 2", "expression-unknown"), ("m", "formula-unit"), ("1 / n", "expression-division")],
)
def test_factor_values_that_cannot_be_used(problems, factor, value, code):
    factors = [factor("other"), factor("F", value)]
    parameters = [parameter("m", "1", "kg"), parameter("n", "0")]
    assert problems(parameters, factors=factors)[0] == [("factors · row 2 · value", code)]


def test_a_distance_formula_is_named_at_its_field(problems, line, factor):
    found = problems([], factors=[factor("F", "1", "t·km")], lines=[line("a", distance="far / 2")])
    assert found[0] == [("lines · row 1 · distance", "expression-unknown")]


def test_scenarios_that_cannot_be_used(problems):
    scenarios = [
        {"id": "s", "parameter": "n", "value": "1"},
        {"id": "s", "parameter": "n", "value": "2"},
        {"id": "s", "parameter": "m", "value": "2"},
    ]
    places, said = problems([parameter("n", "1")], scenarios=scenarios, scenario="t")
    assert places == [
        ("scenarios · row 2 · parameter", "id-double"),
        ("scenarios · row 3 · parameter", "parameter-unknown"),
        ("", "scenario-unknown"),
    ]
    assert "There is no scenario “t”. Choose one of s." in said


def test_a_scenario_has_the_dimension_of_its_parameter(problems):
    parameters = [parameter("km", "1", "km"), parameter("m", "5", "kg")]
    scenarios = [{"id": "s", "parameter": "km", "value": "m"}]
    places, _ = problems(parameters, scenarios=scenarios, scenario="s")
    assert places == [("parameters · row 1 · value", "formula-unit")]


def test_a_scenario_without_any_is_unknown(problems):
    assert "Choose one of —." in problems([], scenario="t")[1]
