"""Studies that cannot be calculated: every problem at once, each with table, row and field."""

import json

import pytest

from tanyuan.footprint.method import ElectricityPolicy, Method
from tanyuan.formats.files import read_study
from tanyuan.languages import in_language
from tanyuan.problems import InputError


def process(id_, **more):
    return {"id": id_, "stage": "production", **more}


def output(id_, of, amount="1", unit="kg", **more):
    return {"id": id_, "process": of, "amount": amount, "unit": unit, **more}


# Ids


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("stages", {"phase": "use"}),
        ("processes", {}),
        ("outputs", {"process": "P", "amount": "1", "unit": "kg"}),
        ("lines", {"stage": "use", "ref": "CO2", "amount": "1", "unit": "kg"}),
        ("parameters", {"value": "1"}),
        ("meters", {}),
        ("recycling", {"virgin": "CO2", "amount": "1", "unit": "kg"}),
    ],
)
def test_doubled_ids_name_the_first_row(refused, table, row):
    places, said = refused({table: [{"id": id_, **row} for id_ in ("P", "x", "P")]})
    assert (f"{table} · row 3 · id", "id-double") in places
    assert "The id “P” stands in row 1 already. Give each row an id of its own." in said


def test_ids_that_only_look_different_are_doubled(refused, line, factor):
    tables = {"lines": [line("caf\u00e9"), line("cafe\u0301")], "factors": [factor()]}
    assert refused(tables)[0] == [("lines · row 2 · id", "id-double")]


def test_ids_that_a_line_could_mean_twice_are_refused(refused, factor, library):
    tables = {
        "factors": [factor("A"), factor("A", gas="CH4"), factor("L"), factor("CH4")],
        "suppliers": [{"id": "A", "unit": "kg", "value": "1"}],
        "processes": [process("P")],
        "outputs": [output("A", "P"), output("CO2", "P"), output("x", "P")],
    }
    shelf = library(L=("kg", {("CO2", "fossil"): "1"}, {}))
    places, _ = refused(tables, library=shelf)
    assert [place for place in places if place[1] == "id-clash"] == [
        ("factors · row 3 · id", "id-clash"),
        ("factors · row 4 · id", "id-clash"),
        ("suppliers · row 1 · id", "id-clash"),
        ("outputs · row 1 · id", "id-clash"),
        ("outputs · row 2 · id", "id-clash"),
    ]


# Fields that point to other tables


def test_every_field_that_points_to_nothing_is_named(refused, line, factor):
    tables = {
        "stages": [{"id": "mill", "phase": "production"}],
        "processes": [process("P", stage="mil"), process("Q")],
        "outputs": [output("p", "P"), output("q", "Q"), output("r", "R")],
        "lines": [
            line("take", "p"),
            line("a", process="PP"),
            line("b", stage="sale"),
            line("c", meter="m"),
            line("d", process="P", output="q"),
            line("e", output="p"),
            line("f", "nothing"),
            line("g", process="Q", output="x"),
        ],
        "meters": [{"id": "m1"}],
        "factors": [factor()],
    }
    places, said = refused(tables)
    assert places == [
        ("processes · row 1 · stage", "stage-unknown"),
        ("outputs · row 3 · process", "process-unknown"),
        ("lines · row 2 · process", "process-unknown"),
        ("lines · row 3 · stage", "stage-unknown"),
        ("lines · row 4 · meter", "meter-unknown"),
        ("lines · row 5 · output", "output-unknown"),
        ("lines · row 6 · output", "output-unknown"),
        ("lines · row 7 · ref", "ref-unknown"),
        ("lines · row 8 · output", "output-unknown"),
    ]
    assert "Choose one of mill, raw_material, production" in said
    assert "Choose one of P, Q." in said
    assert "Choose one of —." in said


def test_lines_and_stages(refused, calc, line, factor):
    lines = [
        line("none", stage=""),
        line("unit", unit=None),
        line("kind", unit="kWh"),
        line("far", "T", "1", "kWh", distance="2"),
        line("freight", "T", "1", "kg"),
        line("gas", unit="m³", ref="G"),
    ]
    factors = [factor(), factor("T", "1", "t·km"), factor("G", "1", "Nm³")]
    places, said = refused({"lines": lines, "factors": factors})
    assert places == [
        ("lines · row 1 · stage", "stage-missing"),
        ("lines · row 2 · unit", "unit-missing"),
        ("lines · row 3 · unit", "unit-kind"),
        ("lines · row 4 · unit", "unit-kind"),
        ("lines · row 5 · unit", "unit-kind"),
        ("lines · row 6 · unit", "unit-kind"),
    ]
    assert "or give its process a stage" in said
    assert "fill the distance column" in said
    assert "0 °C and 101.325 kPa" in said


def test_the_unit_of_an_output_is_checked_where_it_is_taken(refused, line):
    tables = {
        "processes": [process("P")],
        "outputs": [output("p", "P")],
        "lines": [line("take", "p", unit="kWh")],
    }
    assert refused(tables)[0] == [("lines · row 1 · unit", "unit-kind")]


def test_lines_beside_the_count_may_name_an_output_without_taking_it(calc, line, factor):
    tables = {
        "processes": [process("P")],
        "outputs": [output("p", "P")],
        "lines": [
            line("in", process="P"),
            line("take", "p"),
            line("note", "p", "7", role="information"),
        ],
        "factors": [factor()],
    }
    assert calc(tables).total == 2


def test_a_cut_off_needs_share_and_reason(refused, line):
    lines = [
        line("a", role="cut_off", ref="", cutoff_share="0.01"),
        line("b", role="cut_off", ref="", reason="small"),
    ]
    assert refused({"lines": lines})[0] == [
        (f"lines · row {row} · cutoff_share", "cut-off-unexplained") for row in (1, 2)
    ]


def test_spreads_that_cannot_be_used(refused, line, factor):
    lines = [
        line("a", distribution="lognormal", spread="0.9"),
        line("b", distribution="normal"),
        line("c", distribution="uniform", low="2", high="3"),
        line("d", amount="0", distribution="triangular", low="0", high="3"),
        line("e", spread="1.1"),
        line("f", low="1"),
    ]
    meters = [{"id": "m", "distribution": "lognormal"}]
    places, said = refused({"lines": lines, "factors": [factor()], "meters": meters})
    assert places == [
        ("lines · row 1 · spread", "spread"),
        ("lines · row 2 · spread", "spread"),
        ("lines · row 3 · spread", "limits"),
        ("lines · row 4 · spread", "limits"),
        ("lines · row 5 · spread", "distribution-missing"),
        ("lines · row 6 · spread", "distribution-missing"),
        ("meters · row 1", "spread"),
    ]
    assert "A spread or limits are given without their distribution." in said


def test_a_period_ends_after_it_begins(refused, calc):
    days = {"period_start": "2025-12-31", "period_end": "2025-01-01"}
    assert refused(days)[0] == [("study · period_end", "period")]
    assert calc({"period_start": "2025-01-01", "period_end": "2025-01-01"}).total == 0


# Processes


def test_processes_that_cannot_be_solved(refused, line, factor):
    tables = {
        "processes": [process("P"), process("Q"), process("R", allocation="physical_mass")],
        "outputs": [output(id_, id_[0].upper()) for id_ in ("q1", "q2", "r1", "r2")],
        "lines": [line("in", process="P")],
        "factors": [factor()],
    }
    places, said = refused(tables)
    assert places == [
        ("processes · row 1", "process-without-output"),
        ("processes · row 2 · allocation", "allocation-missing"),
        ("lines", "no-demand"),
    ]
    assert "The process “Q” has 2 outputs and no allocation." in said
    assert "Add a line without process whose factor is the id of the output" in said


def test_a_line_inside_a_process_is_no_demand(refused, line, factor):
    tables = {
        "processes": [process("P")],
        "outputs": [output("p", "P", "2")],
        "lines": [line("own", "p", process="P")],
    }
    assert refused(tables)[0] == [("lines", "no-demand")]


@pytest.mark.parametrize("replaced", [(), ("F", "F"), ("F", "nothing"), ("F", "E")])
def test_system_expansion_has_one_main_product(refused, line, factor, replaced):
    replaces = (*replaced, "", "")[:2]
    tables = {
        "processes": [process("P", allocation="system_expansion")],
        "outputs": [
            output("main", "P", replaces=replaces[0]),
            output("side", "P", replaces=replaces[1]),
        ],
        "lines": [line("take", "main")],
        "factors": [factor(), factor("E", "1", "kWh")],
    }
    main = ("processes · row 1 · allocation", "expansion-main")
    more = {
        "nothing": [("outputs · row 2 · replaces", "ref-unknown")],
        "E": [("outputs · row 2 · replaces", "unit-kind")],
    }
    assert refused(tables)[0] == [*more.get(replaces[1], []), main]


# Electricity


@pytest.fixture
def shelf(library):
    return library(
        GEN=("kWh", {("CO2", "fossil"): "0.5"}, {"electricity": "generation_co2"}),
        GRID=("MWh", {("CO2e", "fossil"): "600"}, {"electricity": "life_cycle"}),
        WIND=("kWh", {("CO2e", "fossil"): "0.02"}, {"electricity": "life_cycle"}),
        SUN=("kWh", {("CO2", "fossil"): "0.01"}, {"electricity": "generation_co2"}),
    )


@pytest.mark.parametrize("subject", ["product", "service"])
def test_generation_co2_is_stopped_in_product_footprints(refused, line, factor, shelf, subject):
    tables = {
        "subject": subject,
        "lines": [line("a", "GEN", unit="kWh"), line("b", "mine", unit="kWh"), line("take", "p")],
        "factors": [
            factor("mine", "0.4", "kWh", electricity="generation_co2"),
            {"id": "rated", "library": "GEN", "pedigree": "1,1,1,1,1"},
        ],
        "processes": [process("P", allocation="system_expansion")],
        "outputs": [output("p", "P"), output("power", "P", unit="kWh", replaces="rated")],
    }
    places, said = refused(tables, library=shelf)
    assert places == [
        ("lines · row 1 · ref", "electricity-family"),
        ("lines · row 2 · ref", "electricity-family"),
        ("outputs · row 2 · replaces", "electricity-family"),
    ]
    assert "“GEN” counts only the CO2 of generating electricity" in said


def test_generation_co2_passes_by_exception_beside_the_count_and_for_sites(calc, line, shelf):
    power = line("a", "GEN", "2", "kWh")
    found = calc({"lines": [power | {"exception": "year not published"}]}, library=shelf)
    assert found.total == 1
    assert [bar.code for bar in found.bars] == ["electricity"]
    assert found.exceptions == (("a", "year not published"),)
    for tables in (
        {"subject": "site", "lines": [power]},
        {"subject": "organisation", "lines": [power]},
        {"lines": [power | {"role": "information"}]},
    ):
        assert calc(tables, library=shelf).bars == ()


@pytest.mark.parametrize(
    ("policy", "supply", "total", "other"),
    [
        ("contractual_allowed", "contractual", 0.2, 6.0),
        ("direct_and_own", "contractual", 6.0, 0.2),
        ("grid_only", "contractual", 6.0, 0.2),
        ("contractual_allowed", "own", 0.2, None),
        ("direct_and_own", "own", 0.2, None),
        ("grid_only", "own", 6.0, 0.2),
        ("contractual_allowed", "direct", 0.2, None),
        ("direct_and_own", "direct", 0.2, None),
        ("grid_only", "direct", 6.0, 0.2),
        ("grid_only", "grid", 0.2, None),
    ],
)
def test_power_with_a_factor_of_its_own_under_each_policy(
    calc, line, shelf, policy, supply, total, other
):
    power = line("a", "WIND", "10", "kWh", supply=supply, grid_ref="GRID")
    steel = line("b", "CO2", "1")
    method = Method(electricity=ElectricityPolicy(policy))
    found = calc({"lines": [power, steel]}, library=shelf, method=method)
    assert found.total == pytest.approx(total + 1, rel=1e-12)
    if other is None:
        assert found.other_total is None
    else:
        assert found.other_total == pytest.approx(other + 1, rel=1e-12)
        assert {one.id for one in found.factors} == {"WIND", "GRID"}
    counted = found.lines[0]
    assert counted.ref == ("WIND" if total < 1 else "GRID")
    assert counted.intensity * counted.amount == pytest.approx(total, rel=1e-12)


def test_two_results_where_only_one_factor_is_known(calc, line, shelf):
    power = line("a", "", "10", "kWh", supply="contractual", grid_ref="GRID")
    own = calc({"lines": [power], "method": {"electricity": "contractual_allowed"}}, library=shelf)
    assert (own.total, own.other_total) == (0, pytest.approx(6))
    assert [gap.code for gap in own.gaps] == ["factor"]
    grid = calc({"lines": [power]}, library=shelf)
    assert (grid.total, grid.other_total) == (pytest.approx(6), None)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, [("lines · row 1 · grid_ref", "grid-factor-missing")]),
        ({"grid_ref": "GRDI"}, [("lines · row 1 · grid_ref", "ref-unknown")]),
        ({"grid_ref": "CO2"}, [("lines · row 1 · unit", "unit-kind")]),
        ({"grid_ref": "GEN"}, [("lines · row 1 · ref", "electricity-family")]),
    ],
)
def test_the_grid_factor_of_contractual_power(refused, line, shelf, more, expected):
    power = line("a", "WIND", unit="kWh", supply="contractual", **more)
    assert refused({"lines": [power]}, library=shelf)[0] == expected


# Documents that are no study


@pytest.fixture
def unreadable():
    """The problems of a JSON document as (place, code), and what they say."""

    def run(content):
        with pytest.raises(InputError) as caught, in_language("en"):
            read_study(json.dumps(content).encode(), "s.json")
        with in_language("en"):
            found = [(str(problem.place), problem.code) for problem in caught.value.problems]
            return found, str(caught.value)

    return run


def test_all_fields_that_cannot_be_read_are_named_at_once(unreadable):
    content = {
        "id": "",
        "unit": "ton",
        "boundary": "cradle",
        "amount": "0",
        "colour": "red",
        "method": {"gwp_set": "AR9", "cutoff_single": "-1"},
        "lines": [
            {"id": "a", "amount": "1,5", "unit": "kgg", "role": "count", "pedigree": "1,2"},
            {"amount": "import os", "kind": "wood"},
        ],
        "outputs": [{"id": "o", "process": "P", "amount": True, "unit": "kg"}],
        "recycling": [{"id": "r", "amount": "1", "unit": "kg", "virgin": "F", "a": "1.5"}],
        "factors": [{"id": "f", "year": 1800, "spread": "-1"}],
    }
    found, said = unreadable(content)
    assert set(found) == {
        ("s.json · study · id", "string_too_short"),
        ("s.json · study · unit", "unit-ambiguous"),
        ("s.json · study · boundary", "enum"),
        ("s.json · study · amount", "greater_than"),
        ("s.json · study · colour", "extra_forbidden"),
        ("s.json · study · gwp_set", "gwp-set"),
        ("s.json · study · cutoff_single", "negative"),
        ("s.json · lines · row 1 · amount", "number"),
        ("s.json · lines · row 1 · unit", "unit-unknown"),
        ("s.json · lines · row 1 · role", "enum"),
        ("s.json · lines · row 1 · pedigree", "pedigree"),
        ("s.json · lines · row 2 · id", "missing"),
        ("s.json · lines · row 2 · amount", "expression-name"),
        ("s.json · lines · row 2 · kind", "enum"),
        ("s.json · outputs · row 1 · amount", "number"),
        ("s.json · recycling · row 1 · a", "less_than_equal"),
        ("s.json · factors · row 1 · year", "greater_than_equal"),
        ("s.json · factors · row 1 · spread", "negative"),
    }
    assert "There is no GWP set “AR9”. Choose one of AR6 GWP-100" in said
    assert "Write t for tonne" in said
    assert "Write the decimal point as a point" in said
    assert "-1 is negative. Write it without the minus" in said


def test_amounts_that_cannot_be_computed_are_told_with_the_rest(refused, line, factor):
    tables = {"lines": [line("a", amount="some"), line("b", ref="none")], "factors": [factor()]}
    places, said = refused(tables)
    assert {place for place, _ in places} == {"lines · row 1 · amount", "lines · row 2 · ref"}
    assert "“some” is not known." in said
