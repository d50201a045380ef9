"""How sure a total is: closed forms, independent simulation, full recalculation."""

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tanyuan.footprint.uncertainty as module
from tanyuan.footprint.calculate import calculate
from tanyuan.footprint.study import Study


def lognormal(spread):
    return {"distribution": "lognormal", "spread": str(spread)}


def normal(spread):
    return {"distribution": "normal", "spread": str(spread)}


def about(expected):
    return pytest.approx(expected, rel=1e-9)


def parameter(id_, value, unit="1", **more):
    return {"id": id_, "value": value, "unit": unit, **more}


# First order


def test_a_factor_shared_by_lines_is_one_quantity(calc, line, factor):
    lines = [line("a", amount="3"), line("b", amount="4")]
    shared = calc({"lines": lines, "factors": [factor(**lognormal(1.2))]})
    copies = calc(
        {
            "lines": [line("a", amount="3"), line("b", "G", "4")],
            "factors": [factor(**lognormal(1.2)), factor("G", **lognormal(1.2))],
        }
    )
    assert shared.total == copies.total == 14
    assert shared.uncertainty.standard_deviation == about(14 * math.log(1.2))
    assert copies.uncertainty.standard_deviation == about(10 * math.log(1.2))


def test_a_meter_shared_by_lines_is_one_quantity(calc, line, factor):
    meters = [{"id": "m", **normal("0.03")}, {"id": "n", **normal("0.03")}]
    tables = {"factors": [factor()], "meters": meters}
    shared = calc(tables | {"lines": [line("a", meter="m"), line("b", meter="m")]})
    copies = calc(tables | {"lines": [line("a", meter="m"), line("b", meter="n")]})
    assert shared.uncertainty.standard_deviation == about(4 * 0.03)
    assert copies.uncertainty.standard_deviation == about(4 * 0.03 / math.sqrt(2))


def test_a_parameter_shared_by_formulas_is_one_quantity(calc, line, factor):
    tables = {
        "lines": [line("a", amount="p * 3"), line("b", amount="q + 1")],
        "factors": [factor()],
        "parameters": [parameter("p", "2", **normal("0.1")), parameter("q", "p ** 2")],
    }
    found = calc(tables)
    # T = 2·(3p + p² + 1), p ∂T/∂p = 2·(3p + 2p²) = 28
    assert found.total == 22
    assert found.uncertainty.standard_deviation == about(28 * 0.1)


def test_each_shape_enters_with_its_standard_deviation(calc, line, factor):
    triangle = {"distribution": "triangular", "low": "2", "high": "8"}
    box = {"distribution": "uniform", "low": "3", "high": "6"}
    lines = [
        line("a", amount="3", **lognormal(1.5)),
        line("b", amount="4", **normal(0.2)),
        line("c", amount="5", **triangle),
        line("d", amount="6", **box),
        line("e", amount="7", pedigree="1,1,1,1,1"),
        line("f", amount="8"),
    ]
    found = calc({"lines": lines, "factors": [factor("F", "1")]})
    variances = [
        (3 * math.log(1.5)) ** 2,
        (4 * 0.2) ** 2,
        (4 + 64 + 25 - 16 - 10 - 40) / 18,
        9 / 12,
        (7 * math.log(1.05) / 2) ** 2,
    ]
    assert found.uncertainty.standard_deviation == about(math.sqrt(sum(variances)))
    drivers = {driver.key: driver for driver in found.uncertainty.drivers}
    for id_, variance in zip("abcde", variances, strict=True):
        assert drivers[f"line:{id_}"].share == about(variance / sum(variances))
    assert drivers["factor:F"].sensitivity == about(1)
    assert drivers["factor:F"].share == 0
    assert drivers["line:f"].sensitivity == about(8 / 33)
    assert [driver.key for driver in found.uncertainty.drivers][:2] == ["line:c", "line:a"]


def test_credits_and_removals_keep_their_sign(calc, line, factor):
    lines = [line("a", amount="3"), line("b", "CO2", "2", kind="removal_technical")]
    found = calc({"lines": lines, "factors": [factor(**lognormal(1.1))]})
    drivers = {driver.key: driver.sensitivity for driver in found.uncertainty.drivers}
    assert drivers == about(
        {"factor:F": 6 / 4, "line:a": 6 / 4, "line:b": -0.5, "factor:CO2": -0.5}
    )


# Every sensitivity against a full recalculation

WORKS = {
    "id": "s",
    "unit": "piece",
    "boundary": "cradle_to_grave",
    "processes": [
        {"id": "A", "stage": "production", "allocation": "physical_mass"},
        {"id": "B", "stage": "production", "allocation": "system_expansion"},
    ],
    "outputs": [
        {"id": "a", "process": "A", "amount": "p * 3", "unit": "kg"},
        {"id": "slag", "process": "A", "amount": "4", "unit": "kg", "mass": "q"},
        {"id": "b", "process": "B", "amount": "5", "unit": "kg"},
        {"id": "gas", "process": "B", "amount": "2", "unit": "MJ", "replaces": "heat"},
    ],
    "lines": [
        {"id": "ore", "process": "A", "ref": "F", "amount": "7 * p", "unit": "kg", "meter": "m"},
        {"id": "a-b", "process": "A", "ref": "b", "amount": "2", "unit": "kg", "meter": "n"},
        {"id": "b-a", "process": "B", "ref": "a", "amount": "1", "unit": "kg"},
        {"id": "coal", "process": "B", "ref": "F", "amount": "3", "unit": "kg"},
        {"id": "own", "process": "B", "ref": "gas", "amount": "0.4", "unit": "MJ"},
        {"id": "take", "ref": "a", "amount": "1.5", "unit": "kg", "stage": "use", "meter": "m"},
        {"id": "air", "ref": "CH4", "amount": "0.01 * q", "unit": "kg", "stage": "use"},
    ],
    "factors": [
        {"id": "F", "unit": "kg", "value": "2 + r"},
        {"id": "heat", "unit": "MJ", "value": "0.8"},
    ],
    "parameters": [
        {"id": "p", "value": "2", "distribution": "normal", "spread": "0.01"},
        {"id": "q", "value": "6", "distribution": "lognormal", "spread": "1.02"},
        {"id": "r", "value": "1", "distribution": "uniform", "low": "0.9", "high": "1.1"},
        {"id": "twice", "value": "2 * q"},
    ],
    "meters": [
        {"id": "m", "distribution": "normal", "spread": "0.02"},
        {"id": "n", "distribution": "lognormal", "spread": "1.03"},
    ],
    "recycling": [
        {"id": "tin", "process": "B", "amount": "0.2", "unit": "kg", "virgin": "F", "r1": "0.5",
         "recycled": "heat2", "disposal": "F"},
    ],
}  # fmt: skip
WORKS["factors"].append({"id": "heat2", "unit": "kg", "value": "0.5"})


def changed(key, ratio):
    """The works with a quantity multiplied by a ratio, as tables."""
    sort, _, id_ = key.partition(":")

    def times(amount):
        return f"({amount}) * {ratio}"

    tables = {name: value for name, value in WORKS.items() if isinstance(value, list)}
    if sort == "parameter":
        tables["parameters"] = [
            {"id": row["id"], "value": str(Decimal(row["value"]) * Decimal(ratio))}
            if row["id"] == id_
            else {"id": row["id"], "value": row["value"]}
            for row in WORKS["parameters"]
        ]
    for row_key, name in (("id", "line"), ("meter", "meter")):
        if sort == name:
            tables["lines"] = [
                row | {"amount": times(row["amount"])} if row.get(row_key) == id_ else row
                for row in WORKS["lines"]
            ]
    if sort == "factor":
        tables["factors"] = [
            row | {"value": times(row["value"])} if row["id"] == id_ else row
            for row in WORKS["factors"]
        ]
    return WORKS | tables


def total(tables):
    return calculate(Study.model_validate(tables), library={}, samples=0).total


def test_sensitivities_agree_with_a_full_recalculation():
    found = calculate(Study.model_validate(WORKS), library={}, samples=0)
    assert found.complete
    step = 1e-4
    keys = {driver.key: driver.sensitivity for driver in found.uncertainty.drivers}
    checked = [
        *(f"parameter:{id_}" for id_ in "pqr"),
        *(f"meter:{id_}" for id_ in "mn"),
        *(f"line:{row['id']}" for row in WORKS["lines"]),
        "factor:F",
        "factor:heat",
        "factor:heat2",
    ]
    for key in checked:
        up, down = total(changed(key, 1 + step)), total(changed(key, 1 - step))
        expected = (up - down) / (2 * step) / found.total
        assert keys[key] == pytest.approx(expected, rel=2e-6, abs=1e-8), key
    assert set(keys) == {*checked, "line:tin/virgin", "line:tin/recycled", "line:tin/disposal",
                         "factor:CH4"}  # fmt: skip
    assert math.fsum(driver.share for driver in found.uncertainty.drivers) == pytest.approx(1)


def test_many_quantities_in_small_batches_have_the_same_sensitivities(monkeypatch):
    def drivers():
        found = calculate(Study.model_validate(WORKS), library={}, samples=0)
        return {driver.key: driver.sensitivity for driver in found.uncertainty.drivers}

    whole = drivers()
    monkeypatch.setattr(module, "_BATCH_CELLS", 1)
    assert drivers() == pytest.approx(whole, rel=1e-6)


# Monte Carlo


def test_simulation_agrees_with_first_order_for_small_spreads():
    found = calculate(Study.model_validate(WORKS), library={}, samples=20_000).uncertainty
    low, high = found.interval
    assert (high - low) / (2 * 1.959964) == pytest.approx(found.standard_deviation, rel=0.03)
    assert found.mean == pytest.approx(total(WORKS), rel=1e-3)
    assert found.median == pytest.approx(found.mean, rel=1e-3)


def test_a_sum_of_lognormals_agrees_with_an_independent_simulation(calc, line, factor):
    tables = {
        "lines": [
            line("a", amount="3", **lognormal(1.5)),
            line("b", amount="4"),
            line("c", "G", "5", stage="use"),
        ],
        "factors": [factor("F", "1", **lognormal(1.3)), factor("G", "1", **lognormal(2))],
    }
    found = calc(tables, samples=40_000).uncertainty
    z = np.random.default_rng(5).standard_normal((3, 400_000))
    shared = np.exp(math.log(1.3) * z[0])
    a, b = 3 * np.exp(math.log(1.5) * z[1]) * shared, 4 * shared
    c = 5 * np.exp(math.log(2) * z[2])
    draws = a + b + c
    assert found.interval == pytest.approx(np.quantile(draws, [0.025, 0.975]), rel=0.03)
    assert found.mean == pytest.approx(draws.mean(), rel=0.02)
    assert found.median == pytest.approx(np.median(draws), rel=0.02)
    assert found.stages["production"] == pytest.approx(np.quantile(a + b, [0.025, 0.975]), rel=0.03)
    assert found.stages["use"] == pytest.approx(np.quantile(c, [0.025, 0.975]), rel=0.05)
    assert (found.samples, found.covered) == (40_000, 1)


def test_a_parameter_agrees_with_an_independent_simulation(calc, line, factor):
    tables = {
        "lines": [line("a", amount="p ** 2", meter="m"), line("b", amount="1 / p")],
        "factors": [factor("F", "1")],
        "parameters": [parameter("p", "2", **lognormal(1.4))],
        "meters": [{"id": "m", **normal("0.3")}],
    }
    found = calc(tables, samples=40_000).uncertainty
    z = np.random.default_rng(6).standard_normal((2, 400_000))
    p, m = 2 * np.exp(math.log(1.4) * z[0]), 1 + 0.3 * z[1]
    draws = (p**2 * m + 1 / p)[m > 0]
    assert found.interval == pytest.approx(np.quantile(draws, [0.025, 0.975]), rel=0.05)
    assert found.mean == pytest.approx(draws.mean(), rel=0.02)


def test_draws_are_the_same_whichever_way_they_are_calculated(calc, line, factor):
    tables = {
        "lines": [
            line("a", amount="3", meter="m", **lognormal(1.5)),
            line("b", "S", "2", stage="", meter="m"),
            line("c", "none", "1"),
        ],
        "factors": [factor("F", "1", **lognormal(1.3)), factor("none")],
        "suppliers": [
            {"id": "S", "unit": "kg", "value": "1", "stage": "use", **normal("0.1")},
            {"id": "S", "unit": "kg", "value": "2", "stage": "production"},
        ],
        "meters": [{"id": "m", **normal("0.3")}],
    }
    quick = calc(tables, samples=2000).uncertainty
    # A parameter that does not scatter changes nothing but the way
    slow = calc(tables | {"parameters": [parameter("p", "1", **lognormal(1))]}, samples=2000)
    assert slow.uncertainty.interval == pytest.approx(quick.interval, rel=1e-12)
    assert slow.uncertainty.mean == pytest.approx(quick.mean, rel=1e-12)
    for stage, interval in quick.stages.items():
        assert slow.uncertainty.stages[stage] == pytest.approx(interval, rel=1e-12)


def test_the_seed_decides_the_draws():
    study = Study.model_validate(WORKS)
    one, same, other = (
        calculate(study, library={}, samples=500, seed=seed).uncertainty for seed in (1, 1, 2)
    )
    assert one == same
    assert one.interval != other.interval
    assert (one.seed, one.samples) == (1, 500)


@pytest.mark.parametrize("cells", [1, 2_000, 50_000])
@pytest.mark.parametrize("samples", [1001, 400])
def test_the_size_of_batches_changes_nothing(monkeypatch, cells, samples):
    study = Study.model_validate(WORKS)
    whole = calculate(study, library={}, samples=samples).uncertainty
    monkeypatch.setattr(module, "_BATCH_CELLS", cells)
    parts = calculate(study, library={}, samples=samples).uncertainty
    assert parts.interval == pytest.approx(whole.interval, rel=1e-12)
    assert (parts.mean, parts.median) == pytest.approx((whole.mean, whole.median), rel=1e-12)


@pytest.mark.parametrize("samples", [1, 2, 3, 5])
def test_few_samples_are_drawn_as_asked_for(calc, line, factor, samples):
    tables = {"lines": [line("a", **lognormal(1.5))], "factors": [factor()]}
    found = calc(tables, samples=samples).uncertainty
    assert found.samples == samples
    assert found.interval[0] <= found.median <= found.interval[1]


def test_adding_a_line_leaves_the_draws_of_the_others(calc, line, factor):
    tables = {"lines": [line("a", **lognormal(1.5))], "factors": [factor()]}
    one = calc(tables, samples=1000).uncertainty
    more = tables | {"lines": [line("new", "CO2", "1", stage="use"), *tables["lines"]]}
    two = calc(more, samples=1000).uncertainty
    assert two.stages["production"] == pytest.approx(one.interval, rel=1e-12)
    assert two.interval == pytest.approx([value + 1 for value in one.interval], rel=1e-12)


# Wide spreads


@pytest.mark.parametrize("place", ["parameter", "demand", "meter", "output", "factor"])
def test_wide_normal_quantities_can_be_drawn_everywhere(calc, line, factor, place):
    wide = normal("0.5")
    tables = {
        "processes": [{"id": "P", "stage": "production"}],
        "outputs": [{"id": "o", "process": "P", "amount": "made", "unit": "kg"}],
        "lines": [
            line("in", process="P", amount="p"),
            line("take", "o", meter="m", **(wide if place == "demand" else {})),
        ],
        "factors": [factor(**(wide if place == "factor" else {}))],
        "parameters": [
            parameter("p", "3", **(wide if place == "parameter" else {})),
            parameter("made", "2", **(wide if place == "output" else {})),
        ],
        "meters": [{"id": "m", **(wide if place == "meter" else {})}],
    }
    found = calc(tables, samples=5000).uncertainty
    assert 0 <= found.interval[0] < 3 < found.interval[1]


def test_the_difference_of_two_uncertain_amounts_may_pass_zero_in_draws(calc, line, factor):
    tables = {
        "lines": [line("a", amount="made - sold"), line("b", amount="10")],
        "factors": [factor("F", "1")],
        "parameters": [
            parameter("made", "5", **lognormal(1.1)),
            parameter("sold", "4.9", **lognormal(1.1)),
        ],
    }
    found = calc(tables, samples=2000)
    assert found.total == pytest.approx(10.1)
    assert found.uncertainty.interval[0] < 10 < found.uncertainty.interval[1]


@pytest.mark.parametrize(
    ("tables", "place"),
    [
        (
            {"parameters": [parameter("p", "1", distribution="uniform", low="0", high="2"),
                            parameter("q", "1 / max(0, p - 0.5)")]},
            ("parameters", "expression-division"),
        ),
        (
            {"parameters": [parameter("p", "1", distribution="uniform", low="0", high="2"),
                            parameter("q", "1")],
             "factors": [{"id": "F", "unit": "kg", "value": "1 / max(0, p - 0.5)"}]},
            ("parameters", "expression-division"),
        ),
        (
            {"parameters": [parameter("q", "1", distribution="uniform", low="0", high="2")],
             "processes": [{"id": "P", "stage": "use"}],
             "outputs": [{"id": "o", "process": "P", "amount": "1", "unit": "kg"}],
             "lines": [{"id": "own", "process": "P", "ref": "o", "amount": "0.6 * q",
                        "unit": "kg"},
                       {"id": "take", "ref": "o", "amount": "1", "unit": "kg", "stage": "use"},
                       {"id": "in", "process": "P", "ref": "F", "amount": "1", "unit": "kg"}]},
            ("outputs · row 1", "loop"),
        ),
    ],
)  # fmt: skip
def test_draws_that_cannot_be_calculated_are_refused(refused, calc, line, factor, tables, place):
    base = {"lines": [line("a", amount="q")], "factors": [factor()]}
    assert calc(base | tables).total > 0
    assert refused(base | tables, samples=1000)[0] == [place]


# What is said of it


def test_the_covered_share_is_that_of_lines_that_rest_on_a_spread(calc, line, factor):
    tables = {
        "lines": [
            line("own", amount="1", **lognormal(1.1)),
            line("meter", amount="2", meter="m"),
            line("factor", "G", "3"),
            line("formula", amount="derived"),
            line("far", "T", "5", "t", distance="derived / 4"),
            line("of-factor", "H", "6"),
            line("none", amount="7"),
            line("exact", amount="8 * exact"),
            line("note", amount="100", role="information", **lognormal(1.1)),
        ],
        "factors": [
            factor("F", "1"),
            factor("G", "1", **normal("0.1")),
            factor("H", "derived / 4"),
            factor("T", "1", "t·km"),
        ],
        "parameters": [
            parameter("p", "2", **normal("0.1")),
            parameter("derived", "2 * p"),
            parameter("exact", "1"),
        ],
        "meters": [{"id": "m", **normal("0.1")}],
    }
    found = calc(tables)
    assert found.total == 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8
    assert found.uncertainty.covered == about((1 + 2 + 3 + 4 + 5 + 6) / 36)


def test_without_any_spread_there_is_no_band(calc, line, factor):
    found = calc({"lines": [line("a")], "factors": [factor()]}, samples=100).uncertainty
    assert found.standard_deviation == 0
    assert (found.interval, found.mean, found.median, found.samples) == (None, None, None, 0)
    assert (found.stages, found.covered) == ({}, 0)


def test_a_scenario_that_replaces_a_formula_by_a_number_is_a_quantity(calc, line, factor):
    tables = {
        "lines": [line("a", amount="q")],
        "factors": [factor("F", "1")],
        "parameters": [parameter("p", "2", **normal("0.1")), parameter("q", "2 * p")],
        "scenarios": [{"id": "fixed", "parameter": "q", "value": "3"}],
    }
    base, fixed = (calc(tables, scenario=name).uncertainty for name in ("", "fixed"))
    assert base.standard_deviation == about(0.4)
    assert fixed.standard_deviation == pytest.approx(0, abs=1e-9)
    assert {driver.key: driver.sensitivity for driver in fixed.drivers}["parameter:q"] == about(1)


def test_a_parameter_that_is_zero_does_not_scatter(calc, line, factor):
    tables = {
        "lines": [line("a", amount="1 + p")],
        "factors": [factor()],
        "parameters": [parameter("p", "0", **lognormal(1.5))],
    }
    assert calc(tables, samples=10).uncertainty.samples == 0


@given(st.lists(st.floats(0.1, 100), min_size=1, max_size=4), st.floats(1, 1.3))
@settings(deadline=None, max_examples=25)
def test_one_factor_for_all_lines_scales_the_whole(amounts, gsd):
    tables = {
        "id": "s",
        "unit": "kg",
        "boundary": "cradle_to_gate",
        "factors": [{"id": "F", "unit": "kg", "value": "1", **lognormal(gsd)}],
        "lines": [
            {"id": f"l{i}", "ref": "F", "amount": amount, "unit": "kg", "stage": "use"}
            for i, amount in enumerate(amounts)
        ],
    }
    found = calculate(Study.model_validate(tables), library={}, samples=2000)
    low, high = found.uncertainty.interval
    assert low == pytest.approx(found.total * gsd**-1.96, rel=0.02 * math.log(gsd) * 10 + 1e-9)
    assert high == pytest.approx(found.total * gsd**1.96, rel=0.02 * math.log(gsd) * 10 + 1e-9)
    assert found.uncertainty.standard_deviation == about(found.total * math.log(gsd))
