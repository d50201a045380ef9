"""Processes, co-products and loops against numbers worked by hand."""

import pytest

from tanyuan.footprint.method import Method


def about(expected):
    return pytest.approx(expected, rel=1e-12)


# A batch of the press takes 100 kg at 3 kg CO2e/kg and gives 80 kg oil and 20 kg cake
def press(line, factor, allocation, **more):
    return {
        "processes": [
            {"id": "P", "stage": "production", "allocation": allocation, "reason": "one press"}
        ],
        "outputs": [
            {
                "id": "oil",
                "process": "P",
                "amount": "80",
                "unit": "kg",
                "energy": "800",
                "key": "2",
                "price": "5",
            },
            {
                "id": "cake",
                "process": "P",
                "amount": "20",
                "unit": "kg",
                "energy": "3200",
                "key": "6",
                "price": "20",
                "replaces": "feed",
            },
        ],
        "lines": [line("seed", "seed", "100", process="P"), line("take", "oil")],
        "factors": [factor("seed", "3"), factor("feed", "2")],
    } | more


@pytest.mark.parametrize(
    ("allocation", "total"),
    [
        ("physical_mass", 300 * 0.8 / 80),
        ("physical_energy", 300 * 0.2 / 80),
        ("physical_other", 300 * 0.25 / 80),
        ("economic", 300 * 0.5 / 80),
        ("system_expansion", (300 - 20 * 2) / 80),
    ],
)
def test_burdens_of_a_joint_process_by_each_method(calc, line, factor, allocation, total):
    found = calc(press(line, factor, allocation))
    assert found.total == about(total)
    assert found.by_process == about({"P": total, "": 0})


def test_the_whole_of_a_joint_process_is_charged_once(calc, line, factor):
    take_all = [
        line("seed", "seed", "100", process="P"),
        line("oil", "oil", "80"),
        line("cake", "cake", "20"),
    ]
    for allocation in ("physical_mass", "physical_energy", "physical_other", "economic"):
        found = calc(press(line, factor, allocation, lines=take_all))
        assert found.total == about(300)


def test_the_methods_allocation_holds_where_a_process_names_none(calc, line, factor):
    tables = press(line, factor, None)
    method = Method(allocation="economic")
    assert calc(tables, method=method).total == about(1.875)
    assert calc(tables | {"method": {"allocation": "physical_energy"}}).total == about(0.75)
    own = press(line, factor, "physical_mass")
    assert calc(own, method=method).total == about(3)


def test_mass_and_energy_come_from_the_amount_where_it_measures_them(calc, line, factor):
    outputs = [
        {"id": "heat", "process": "P", "amount": "3", "unit": "GJ"},
        {"id": "power", "process": "P", "amount": "277.77777777777777777777", "unit": "kWh"},
    ]
    lines = [line("fuel", "seed", "100", process="P"), line("take", "heat", "1", "MJ")]
    found = calc(press(line, factor, "physical_energy", outputs=outputs, lines=lines))
    assert found.total == about(300 * 0.75 / 3000)
    outputs = [
        {"id": "oil", "process": "P", "amount": "0.08", "unit": "t"},
        {"id": "gas", "process": "P", "amount": "9", "unit": "Nm³", "mass": "20"},
    ]
    found = calc(press(line, factor, "physical_mass", outputs=outputs))
    assert found.total == about(3)


def test_keys_and_prices_may_be_formulas(calc, line, factor):
    tables = press(line, factor, "economic", parameters=[{"id": "p", "value": "5"}])
    tables["outputs"] = [
        tables["outputs"][0] | {"price": "p"},
        tables["outputs"][1] | {"price": "4 * p"},
    ]
    assert calc(tables).total == about(1.875)


def test_subdivision_charges_each_line_to_its_output(calc, line, factor):
    lines = [
        line("for-oil", "seed", "60", process="P", output="oil"),
        line("for-cake", "seed", "40", process="P", output="cake"),
        line("take", "oil"),
    ]
    found = calc(press(line, factor, "subdivision", lines=lines))
    assert found.total == about(60 * 3 / 80)
    assert {one.id: one.value for one in found.lines} == about(
        {"for-oil": 2.25, "for-cake": 0, "take": 0}
    )
    assert found.bars == ()


def test_a_line_for_one_output_is_charged_to_it_alone_under_any_allocation(calc, line, factor):
    lines = [
        line("shared", "seed", "60", process="P"),
        line("for-cake", "seed", "40", process="P", output="cake"),
        line("take", "oil"),
    ]
    found = calc(press(line, factor, "physical_mass", lines=lines))
    assert found.total == about(60 * 3 * 0.8 / 80)


def test_lines_beside_the_count_need_no_output_in_a_subdivided_process(calc, line, factor):
    lines = [
        line("for-oil", "seed", "80", process="P", output="oil"),
        line("note", "seed", "5", process="P", role="information"),
        line("take", "oil"),
    ]
    assert calc(press(line, factor, "subdivision", lines=lines)).total == about(3)


# System expansion


def test_a_credit_is_a_line_of_its_own(calc, line, factor):
    found = calc(press(line, factor, "system_expansion"))
    credit = found.lines[-1]
    assert (credit.id, credit.ref, credit.process) == ("cake/credit", "feed", "P")
    assert (credit.amount, credit.unit) == (about(-0.25), "kg")
    assert (credit.value, credit.stage) == (about(-0.5), "production")
    assert found.by_stage == about({"production": 3.25})


def test_only_what_the_study_does_not_use_itself_is_credited(calc, line, factor):
    lines = [*press(line, factor, None)["lines"], line("own-use", "cake", "0.1")]
    found = calc(press(line, factor, "system_expansion", lines=lines))
    assert found.lines[-1].amount == about(-0.15)
    assert found.total == about(3.75 - 0.15 * 2)


def test_co_products_used_inside_a_loop_are_not_credited(calc, line, factor):
    # The press takes 5 kg of its own cake a batch; 1 kg of it is 2 kg CO2e of feed elsewhere
    lines = [*press(line, factor, None)["lines"], line("own", "cake", "5", process="P")]
    found = calc(press(line, factor, "system_expansion", lines=lines))
    assert found.lines[-1].amount == about(-15 / 80)
    assert found.total == about(3.75 - 2 * 15 / 80)


def test_more_of_a_co_product_than_is_made_comes_from_what_it_replaces(calc, line, factor):
    lines = [*press(line, factor, None)["lines"], line("own-use", "cake", "1")]
    found = calc(press(line, factor, "system_expansion", lines=lines))
    assert found.lines[-1].amount == about(0.75)
    assert found.total == about(3.75 + 0.75 * 2)


def test_credits_convert_units_and_take_the_stage_of_the_process(calc, line, factor):
    tables = press(line, factor, "system_expansion")
    tables["factors"] = [factor("seed", "3"), factor("feed", "2000", "t")]
    tables["stages"] = [{"id": "mill", "phase": "raw_material"}]
    tables["processes"] = [tables["processes"][0] | {"stage": "mill"}]
    tables["lines"] = [line("seed", "seed", "100", process="P", stage=""), line("take", "oil")]
    found = calc(tables)
    assert found.lines[-1].amount == about(-0.00025)
    assert found.by_stage == about({"mill": 3.25})


def test_a_credit_for_a_gas_without_value_is_a_gap(calc, line, factor):
    tables = press(line, factor, "system_expansion", method={"gwp_set": "AR5 GTP-100"})
    tables["factors"] = [factor("seed", "3"), factor("feed", "2", gas="PFC-218")]
    found = calc(tables)
    assert [(gap.line, gap.code) for gap in found.gaps] == [("cake/credit", "gwp")]
    assert found.total == about(3.75)


# Loops and chains


def test_two_processes_that_feed_each_other(calc, line, factor):
    # a = 0.2 b + 1, b = 0.2 a per kg; A burns 10 kg per 10 kg of a, B 20 kg per 5 kg of b
    tables = {
        "processes": [{"id": id_, "stage": "production"} for id_ in "AB"],
        "outputs": [
            {"id": "a", "process": "A", "amount": "10", "unit": "kg"},
            {"id": "b", "process": "B", "amount": "0.005", "unit": "t"},
        ],
        "lines": [
            line("A-burns", amount="10", process="A"),
            line("A-takes", "b", "2", process="A"),
            line("B-burns", amount="20", process="B"),
            line("B-takes", "a", "1000", "g", process="B"),
            line("take", "a", "2"),
        ],
        "factors": [factor()],
    }
    found = calc(tables)
    a, b = 2 * 25 / 24, 2 * 5 / 24
    assert found.by_process == about({"A": a * 2, "B": b * 8, "": 0})
    assert found.lines[1].amount == about(a * 0.2 / 1000)
    assert found.total == about(a * 2 + b * 8)


def test_more_than_one_line_may_take_a_product(calc, line, factor):
    tables = press(line, factor, "physical_mass")
    tables["lines"] = [*tables["lines"], line("again", "oil", "2000", "g")]
    assert calc(tables).total == about(9)


# Transport


def test_mass_times_distance(calc, line, factor):
    lines = [
        line("ship", "ship", "500", "kg", distance="2000"),
        line("truck", "truck", "0.5", "t", distance="20 * 5"),
        line("direct", "ship", "3", "t·km"),
    ]
    factors = [factor("ship", "0.01", "t·km"), factor("truck", "0.0001", "kg·km")]
    found = calc({"lines": lines, "factors": factors})
    assert [one.amount for one in found.lines] == about([1000, 50000, 3])
    assert found.total == about(10 + 5 + 0.03)


def test_a_transport_without_factor_shows_its_amount_in_tonne_kilometres(calc, line):
    found = calc({"lines": [line("a", "", "500", "kg", distance="20")]})
    assert (found.lines[0].amount, found.lines[0].unit) == (10, "t·km")


def test_a_product_may_be_transport(calc, line, factor):
    tables = {
        "processes": [{"id": "T", "stage": "distribution"}],
        "outputs": [{"id": "haul", "process": "T", "amount": "1000", "unit": "t·km"}],
        "lines": [
            line("diesel", amount="30", process="T"),
            line("take", "haul", "200", "kg", distance="50"),
        ],
        "factors": [factor()],
    }
    assert calc(tables).total == about(60 * 10 / 1000)


# Faults that only the numbers show


@pytest.mark.parametrize(
    ("change", "places"),
    [
        ({"amount": "0"}, [("outputs · row 1 · amount", "output-zero")]),
        (
            {"amount": "-1"},
            [
                ("outputs · row 1 · amount", "output-zero"),
                ("outputs · row 1 · mass", "allocation-key"),
            ],
        ),
        ({"amount": "1 - 1"}, [("outputs · row 1 · amount", "output-zero")]),
        ({"mass": "-1"}, [("outputs · row 1 · mass", "allocation-key")]),
        ({"mass": "x"}, [("outputs · row 1 · mass", "expression-unknown")]),
    ],
)
def test_outputs_that_cannot_be_used(refused, line, factor, change, places):
    tables = press(line, factor, "physical_mass")
    tables["outputs"] = [tables["outputs"][0] | change, tables["outputs"][1]]
    assert refused(tables)[0] == places


@pytest.mark.parametrize(
    ("allocation", "field"),
    [("physical_energy", "energy"), ("physical_other", "key"), ("economic", "price")],
)
def test_each_missing_allocation_key_is_named(refused, line, factor, allocation, field):
    tables = press(line, factor, allocation)
    tables["outputs"] = [output | {field: None} for output in tables["outputs"]]
    places, said = refused(tables)
    assert places == [(f"outputs · row {row} · {field}", "allocation-key") for row in (1, 2)]
    assert "“cake” lacks what its process is allocated by" in said


def test_allocation_keys_that_are_all_zero_are_refused(refused, line, factor):
    tables = press(line, factor, "economic")
    tables["outputs"] = [output | {"price": "0"} for output in tables["outputs"]]
    places, said = refused(tables)
    assert places == [("outputs · row 1 · price", "allocation-key")]
    assert "negative, or all zero" in said


def test_a_price_cannot_be_a_quantity(refused, line, factor):
    tables = press(line, factor, "economic")
    tables["parameters"] = [{"id": "p", "value": "5", "unit": "kg"}]
    tables["outputs"] = [tables["outputs"][0] | {"price": "p"}, tables["outputs"][1]]
    assert refused(tables)[0] == [("outputs · row 1 · price", "formula-unit")]


def test_a_subdivided_process_needs_an_output_for_each_line(refused, line, factor):
    places, said = refused(press(line, factor, "subdivision"))
    assert places == [("lines · row 1 · output", "subdivision")]
    assert "names no output" in said


def test_amounts_and_distances_are_not_negative(refused, line, factor):
    lines = [
        line("a", amount="-1"),
        line("b", amount="1 - 2"),
        line("c", "T", "-5", distance="-2"),
        line("d", "T", "5", distance="2 - 3"),
        line("e", role="information", amount="-1"),
    ]
    places, said = refused({"lines": lines, "factors": [factor(), factor("T", "1", "t·km")]})
    assert places == [
        ("lines · row 1 · amount", "negative"),
        ("lines · row 2 · amount", "negative"),
        ("lines · row 3 · amount", "negative"),
        ("lines · row 3 · distance", "negative"),
        ("lines · row 4 · distance", "negative"),
        ("lines · row 5 · amount", "negative"),
    ]
    assert "credits come from system expansion or recycling" in said


def loop(line, factor, takes):
    return {
        "processes": [{"id": id_, "stage": "production"} for id_ in "AB"],
        "outputs": [
            {"id": "a", "process": "A", "amount": "1", "unit": "kg", "name_en": "Alpha"},
            {"id": "b", "process": "B", "amount": "1", "unit": "kg", "name_en": "Beta"},
        ],
        "lines": [
            line("A-takes", "b", takes, process="A"),
            line("B-takes", "a", "1", process="B"),
            line("burns", process="B"),
            line("take", "a"),
        ],
        "factors": [factor()],
    }


def test_a_loop_runs_if_it_makes_more_than_it_needs(calc, line, factor):
    assert calc(loop(line, factor, "0.5")).total == about(2 * 0.5 / 0.5)


@pytest.mark.parametrize("takes", ["1", "2", "1000000"])
def test_a_loop_that_needs_all_it_makes_is_refused(refused, line, factor, takes):
    places, said = refused(loop(line, factor, takes))
    assert [code for _, code in places] == ["loop"]
    assert "Alpha" in said or "Beta" in said
    assert "needs more of its own product than it makes" in said


def test_a_process_that_eats_its_own_product_is_named(refused, line, factor):
    tables = loop(line, factor, "0.5")
    tables["lines"] = [*tables["lines"], line("eats", "b", "2", process="B")]
    places, said = refused(tables)
    assert places == [("outputs · row 2", "loop")]
    assert "The loop through Beta needs" in said
