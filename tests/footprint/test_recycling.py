"""Recycled content and recycling at the end against the formula worked by hand."""

import pytest

from tanyuan.footprint.method import EndOfLife, Method
from tanyuan.footprint.recycling import recycling_shares
from tanyuan.footprint.study import Recycling

ROW = {
    "id": "m",
    "amount": "10",
    "unit": "kg",
    "a": "0.3",
    "r1": "0.4",
    "r2": "0.7",
    "quality_in": "0.9",
    "quality_out": "0.8",
    "virgin": "Ev",
    "recycled": "Er",
    "recycling": "Eol",
    "displaced": "Evs",
    "disposal": "Ed",
}
VALUES = {"Ev": "2", "Er": "0.5", "Eol": "0.3", "Evs": "1.8", "Ed": "0.1"}

# (1−R1)·Ev + R1·(A·Erec + (1−A)·Ev·Qin) + (1−A)·R2·(EoL − Ev*·Qout) + (1−R2)·Ed, for 10 kg
BY_HAND = {
    "circular_footprint_formula": (17.64, -5.586 + 0.3),
    "cut_off": (14.0, 0.3),
    "avoided_burden": (19.2, -7.98 + 0.3),
}


def about(expected):
    return pytest.approx(expected, rel=1e-12)


@pytest.fixture
def tables(factor):
    return {"recycling": [ROW], "factors": [factor(id_, value) for id_, value in VALUES.items()]}


@pytest.mark.parametrize(("approach", "parts"), BY_HAND.items())
def test_each_approach_to_recycling(calc, tables, approach, parts):
    found = calc(tables, method=Method(end_of_life=approach))
    assert found.by_stage == about({"raw_material": parts[0], "end_of_life": parts[1]})
    assert found.total == about(sum(parts))


@pytest.mark.parametrize(("approach", "parts"), BY_HAND.items())
@pytest.mark.parametrize("boundary", ["cradle_to_gate", "gate_to_gate"])
def test_the_end_is_outside_a_study_that_stops_at_the_gate(calc, tables, approach, parts, boundary):
    found = calc(tables | {"boundary": boundary, "method": {"end_of_life": approach}})
    assert found.total == about(parts[0])


def test_each_factor_is_a_line_with_its_share(calc, tables):
    found = calc(tables, method=Method(end_of_life="circular_footprint_formula"))
    assert {one.id: (one.ref, one.amount) for one in found.lines} == {
        "m/virgin": ("Ev", about(10 * (0.6 + 0.4 * 0.7 * 0.9))),
        "m/recycled": ("Er", about(10 * 0.4 * 0.3)),
        "m/recycling": ("Eol", about(10 * 0.7 * 0.7)),
        "m/displaced": ("Evs", about(-10 * 0.7 * 0.7 * 0.8)),
        "m/disposal": ("Ed", about(3)),
    }


def test_the_shares_of_cut_off_and_avoided_burden_do_not_hang_on_a():
    for approach in (EndOfLife.CUT_OFF, EndOfLife.AVOIDED_BURDEN):
        shares = [
            recycling_shares(Recycling.model_validate(ROW | {"a": a}), approach)
            for a in ("0", "0.5", "1")
        ]
        assert shares[0] == shares[1] == shares[2]


def test_the_virgin_material_is_displaced_where_nothing_else_is_named(calc, tables):
    same = calc(tables | {"recycling": [ROW | {"displaced": "Ev"}]})
    empty = calc(tables | {"recycling": [ROW | {"displaced": ""}]})
    assert empty.total == same.total


def test_a_row_of_the_formula_may_belong_to_a_process(calc, tables, line):
    # The process makes 5 kg from 10 kg of material; 2 kg are taken
    found = calc(
        tables
        | {
            "recycling": [ROW | {"process": "P", "stage": "production", "end_stage": "use"}],
            "processes": [{"id": "P", "stage": "production"}],
            "outputs": [{"id": "o", "process": "P", "amount": "5", "unit": "kg"}],
            "lines": [line("take", "o", "2")],
        }
    )
    assert found.by_process == about({"": 0, "P": 14.3 * 0.4})
    assert found.by_stage == about({"production": 14.0 * 0.4, "use": 0.3 * 0.4})


def test_amounts_of_materials_may_be_formulas_in_another_unit(calc, tables):
    row = ROW | {"amount": "p / 2", "unit": "t"}
    found = calc(tables | {"recycling": [row], "parameters": [{"id": "p", "value": "0.02"}]})
    assert found.total == about(14.3)


def test_parts_that_are_charged_with_nothing_need_no_factor(calc, factor):
    row = {"id": "m", "amount": "1", "unit": "kg", "virgin": "F", "r2": "1"}
    found = calc({"recycling": [row], "factors": [factor()]})
    assert (found.total, found.complete) == (2, True)


def test_disposal_without_factor_is_a_gap(calc, factor):
    row = {"id": "m", "amount": "1", "unit": "kg", "virgin": "F"}
    found = calc({"recycling": [row], "factors": [factor()]})
    assert [(gap.line, gap.code) for gap in found.gaps] == [("m/disposal", "factor")]


def test_all_that_is_wrong_with_a_row_is_named(refused, factor, line, library):
    factors = library(EL=("kg", {("CO2", "fossil"): "0.5"}, {"electricity": "generation_co2"}))
    rows = [
        ROW | {"recycled": "", "recycling": "EL", "virgin": "nothing", "displaced": "Ev"},
        ROW | {"process": "Q", "stage": "smelting", "end_stage": "dump", "unit": "kWh"},
    ]
    places, said = refused(
        {
            "recycling": rows,
            "method": {"end_of_life": "circular_footprint_formula"},
            "factors": [factor(id_, value) for id_, value in VALUES.items()],
        },
        library=factors,
    )
    assert places == [
        ("recycling · row 2 · id", "id-double"),
        ("recycling · row 2 · process", "process-unknown"),
        ("recycling · row 2 · stage", "stage-unknown"),
        ("recycling · row 2 · end_stage", "stage-unknown"),
        ("recycling · row 1 · virgin", "ref-unknown"),
        ("recycling · row 1 · recycled", "recycling-factor"),
        ("recycling · row 1 · recycling", "electricity-family"),
        *[
            (f"recycling · row 2 · {part}", "unit-kind")
            for part in ("virgin", "recycled", "recycling", "displaced", "disposal")
        ],
    ]
    assert "it is charged with 0.12 of the material" in said


def test_negative_amounts_of_material_are_refused(refused, tables):
    places, _ = refused(tables | {"recycling": [ROW | {"amount": "-1"}]})
    assert {code for _, code in places} == {"negative"}
    assert "recycling · row 1" in places[0][0]
