"""What a line's factor means: library, study, supplier, gas."""

import pytest

from tanyuan.factors.starter import starter_release
from tanyuan.footprint.resolve import look_up
from tanyuan.gases import EmissionKind
from tanyuan.languages import in_language


def about(expected):
    return pytest.approx(expected, rel=1e-12)


@pytest.fixture
def shelf(library):
    return library(
        AL_1=("kg", {("CO2", "fossil"): "8", ("CH4", "biogenic"): "0.1"}, {}),
        GAS_1=("GJ NCV", {("CO2e", "unspecified"): "60"}, {}),
    )


# The library


def test_a_library_factor_brings_its_gases_names_and_source(calc, line, shelf):
    found = calc({"lines": [line("a", "AL-1", "2")]}, library=shelf)
    assert found.total == about(2 * (8 + 2.7))
    one = found.lines[0]
    assert (one.origin, one.source, one.ref_name) == ("library", "test", "name of AL-1")
    with in_language("zh"):
        assert one.ref_name == "AL-1 的名称"
    assert found.factors == (shelf["AL-1"],)


def test_ids_of_the_library_are_found_in_small_letters(calc, line, shelf):
    found = calc({"lines": [line("a", "al-1")]}, library=shelf)
    assert found.total == about(10.7)


def test_the_starter_library_is_used_where_none_is_given(calc, line):
    known = starter_release().factors["EL-0121"]
    found = calc({"lines": [line("a", known.id, "3", known.unit)]}, library=None)
    assert found.total == about(3 * sum(float(e.value) for e in known.emissions))
    assert found.factors == (known,)


def test_a_library_factor_keeps_its_calorific_basis(calc, refused, line, shelf):
    found = calc({"lines": [line("a", "GAS-1", "2000", "MJ NCV")]}, library=shelf)
    assert found.total == about(120)
    places, _ = refused({"lines": [line("a", "GAS-1", "2000", "MJ")]}, library=shelf)
    assert places == [("lines · row 1 · unit", "unit-calorific")]


# Factors of the study


def test_rows_of_one_id_are_one_factor_of_several_gases(calc, line, factor):
    rows = [
        factor("F", "1", gas="CO2", kind="fossil"),
        factor("G", "9"),
        factor("F", "0.01", gas="methane", kind="biogenic"),
        factor("F", "0.001", gas="N₂O", kind="fossil"),
        factor("F", "0.5", gas="CO2", kind="removal_technical"),
        factor("F", "0.3"),
    ]
    found = calc({"lines": [line("a", amount="2")], "factors": rows})
    assert found.total == about(2 * (1 + 0.27 + 0.273 - 0.5 + 0.3))
    assert found.by_kind == about(
        {
            EmissionKind.FOSSIL: 2.546,
            EmissionKind.BIOGENIC: 0.54,
            EmissionKind.REMOVAL_TECHNICAL: -1.0,
            EmissionKind.UNSPECIFIED: 0.6,
        }
    )


def test_facts_of_a_whole_factor_stand_on_its_first_row_or_agree(calc, line, factor):
    sure = {"distribution": "lognormal", "spread": "1.1"}
    for more in ({}, sure):
        rows = [factor("F", "1", gas="CO2", **sure), factor("F", "1", gas="CH4", **more)]
        found = calc({"lines": [line("a")], "factors": rows})
        assert found.uncertainty.covered == 1


def test_amounts_convert_to_the_unit_of_the_factor(calc, line, factor):
    lines = [line("a", amount="3", unit="t"), line("b", "E", "3.6", "MJ")]
    factors = [factor(), factor("E", "0.5", "kWh")]
    assert calc({"lines": lines, "factors": factors}).total == about(6000.5)


def test_a_sum_in_co2e_is_never_rescaled(calc, line, factor):
    tables = {"lines": [line("a")], "factors": [factor(gwp_set="AR4")]}
    for gwp_set in ("AR5 GWP-100", "AR6 GWP-20"):
        found = calc(tables | {"method": {"gwp_set": gwp_set}})
        assert found.total == 2
        assert found.by_gwp_set == {"AR4": 1}


def test_a_rated_library_factor_adds_only_how_sure_it_is(calc, line, factor, shelf):
    rated = {
        "id": "my-al",
        "library": "AL-1",
        "name_en": "Our aluminium",
        "pedigree": "1,2,3,4,5",
    }
    plain = calc({"lines": [line("a", "AL-1")]}, library=shelf)
    found = calc({"lines": [line("a", "my-al")], "factors": [rated]}, library=shelf)
    assert found.total == plain.total
    assert found.by_kind == plain.by_kind
    assert found.lines[0].ref_name == "Our aluminium"
    assert found.factors == plain.factors
    assert plain.uncertainty.standard_deviation == 0 < found.uncertainty.standard_deviation


def test_a_rated_gas_is_still_the_gas(calc, line):
    rated = {"id": "leak", "library": "SF6", "distribution": "lognormal", "spread": "1.5"}
    found = calc({"lines": [line("a", "leak")], "factors": [rated]})
    assert found.total == 24300


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [{"id": "R", "library": "AL-1", "value": "3", "unit": "kg"}],
            ("factors · row 1 · library", "factor-doubled"),
        ),
        ([{"id": "R", "library": "AL-2"}], ("factors · row 1 · library", "ref-unknown")),
        (
            [
                {"id": "R", "value": "3", "unit": "kg"},
                {"id": "R", "library": "AL-1"},
            ],
            ("factors · row 2 · library", "factor-doubled"),
        ),
        (
            [
                {"id": "R", "library": "AL-1"},
                {"id": "R", "value": "3", "unit": "kg", "gas": "CH4"},
            ],
            ("factors · row 1 · library", "factor-doubled"),
        ),
        ([{"id": "R", "value": "3"}], ("factors · row 1 · unit", "factor-unit")),
        (
            [{"id": "R", "value": "3", "unit": "kg"}, {"id": "R", "value": "3", "unit": "t"}],
            ("factors · row 2 · unit", "factor-unit"),
        ),
        ([{"id": "R", "unit": "kg"}], ("factors · row 1 · value", "factor-value")),
        (
            [{"id": "R", "value": "3", "unit": "kg", "gas": gas} for gas in ("CH4", "methane")],
            ("factors · row 2", "factor-double"),
        ),
        (
            [
                {"id": "R", "value": "3", "unit": "kg", "pedigree": "1,1,1,1,1"},
                {"id": "R", "value": "3", "unit": "kg", "gas": "CH4", "pedigree": "2,1,1,1,1"},
            ],
            ("factors · row 2", "factor-facts"),
        ),
        (
            [{"id": "R", "value": "3", "unit": "kg", "gas": "CO3"}],
            ("factors · row 1 · gas", "gas-unknown"),
        ),
        (
            [{"id": "R", "value": "3", "unit": "kg", "distribution": "normal"}],
            ("factors · row 1", "spread"),
        ),
        (
            [{"id": "R", "value": "3", "unit": "kg", "spread": "1.1"}],
            ("factors · row 1", "distribution-missing"),
        ),
        (
            [
                {
                    "id": "R",
                    "value": "3",
                    "unit": "kg",
                    "distribution": "uniform",
                    "low": "3.5",
                    "high": "4",
                }
            ],
            ("factors · row 1", "limits"),
        ),
    ],
)
def test_factors_that_cannot_be_used(refused, shelf, rows, expected):
    places, _ = refused({"factors": rows}, library=shelf)
    assert expected in places


def test_limits_of_a_factor_stand_around_its_value(calc, line, factor):
    limits = {"distribution": "triangular", "low": "1", "high": "4"}
    found = calc({"lines": [line("a", amount="10")], "factors": [factor(**limits)]})
    triangle = (1 + 16 + 4 - 4 - 2 - 8) / 18
    assert found.uncertainty.standard_deviation == pytest.approx(10 * triangle**0.5)


def test_limits_of_a_formula_are_ratios(calc, line, factor):
    limits = {"distribution": "uniform", "low": "0.5", "high": "1.5"}
    tables = {"lines": [line("a")], "factors": [factor("F", "1 + 1", **limits)]}
    assert calc(tables).uncertainty.standard_deviation == pytest.approx(2 / 12**0.5)


# Suppliers


def test_a_supplier_footprint_with_stages_of_its_own(calc, line):
    rows = [
        {"id": "S", "unit": "kg", "value": "3", "stage": "raw_material", "name_zh": "供应商"},
        {"id": "S", "unit": "kg", "value": "1.5", "stage": "mill", "kind": "fossil"},
        {"id": "S", "unit": "kg", "value": "0.5", "stage": "mill", "kind": "removal_biogenic"},
    ]
    tables = {"suppliers": rows, "stages": [{"id": "mill", "phase": "production"}]}
    found = calc(tables | {"lines": [line("a", "S", "2", stage="")]})
    assert found.total == about(8)
    assert found.by_stage == about({"mill": 2, "raw_material": 6})
    assert found.by_phase == about({"raw_material": 6, "production": 2})
    assert (found.lines[0].stage, found.lines[0].origin) == ("", "supplier")
    one = calc(tables | {"lines": [line("a", "S", "2", stage="use")]})
    assert one.by_stage == about({"use": 8})


def test_a_supplier_is_the_source_where_no_document_is_named(calc, line):
    for more, source in (
        ({"supplier": "Mill Ltd"}, "Mill Ltd"),
        ({"supplier": "Mill Ltd", "source": "certificate 5"}, "certificate 5"),
    ):
        row = {"id": "S", "unit": "kg", "value": "3", **more}
        found = calc({"suppliers": [row], "lines": [line("a", "S")]})
        assert found.lines[0].source == source


def test_limits_of_a_supplier_stand_around_the_sum_of_its_rows(calc, line):
    more = {"distribution": "uniform", "low": "4", "high": "6"}
    rows = [
        {"id": "S", "unit": "kg", "value": "3", **more},
        {"id": "S", "unit": "kg", "value": "2"},
        {"id": "S", "unit": "kg", "value": "7", "kind": "iluc"},
    ]
    found = calc({"suppliers": rows, "lines": [line("a", "S", "10")]})
    assert found.uncertainty.standard_deviation == pytest.approx(20 / 12**0.5)


def test_suppliers_that_cannot_be_used(refused, line):
    rows = [
        {"id": "S", "unit": "kg", "value": "3"},
        {"id": "S", "unit": "t", "value": "3"},
        {"id": "S", "unit": "kWh", "value": "3"},
        {"id": "T", "unit": "kg", "value": "3", "distribution": "lognormal"},
        {"id": "U", "unit": "kg", "value": "3", "stage": "mill"},
    ]
    places, said = refused({"suppliers": rows, "lines": [line("a", "U", stage="")]})
    assert places == [
        ("suppliers · row 2 · unit", "supplier-unit"),
        ("suppliers · row 3 · unit", "unit-kind"),
        ("suppliers · row 4", "spread"),
        ("lines · row 1 · stage", "stage-unknown"),
    ]
    assert "“S” has more than one unit" in said


# Gases


@pytest.mark.parametrize(
    ("gwp_set", "kind", "value"),
    [
        ("AR6", "fossil", 29.8),
        ("AR6", "biogenic", 27.0),
        ("AR6", "dluc", 27.0),
        ("AR6 GWP-20", "fossil", 82.5),
        ("AR6 GWP-20", "biogenic", 79.7),
        ("AR5", "fossil", 30),
        ("AR5", "biogenic", 28),
        ("AR4", "fossil", 25),
    ],
)
def test_methane_by_set_and_origin(calc, line, gwp_set, kind, value):
    tables = {"method": {"gwp_set": gwp_set}, "lines": [line("a", "CH4", "2", kind=kind)]}
    found = calc(tables)
    assert found.total == about(2 * value)
    assert found.lines[0].origin == "gas"
    assert found.method.gwp_set in ("AR6 GWP-100", "AR6 GWP-20", "AR5 GWP-100", "AR4 GWP-100")


@pytest.mark.parametrize("ref", ["SF6", "sf6", "SF₆", "2551-62-4", "Sulfur hexafluoride"])
def test_a_gas_by_any_of_its_names(calc, line, ref):
    assert calc({"lines": [line("a", ref, "2", "g")]}).total == about(48.6)


def test_removals_are_negative_and_taken_back_when_emitted(calc, line):
    lines = [
        line("up", "CO2", "5", kind="removal_biogenic"),
        line("down", "CO2", "5", kind="biogenic"),
        line("store", "CO2", "1", kind="removal_technical"),
    ]
    found = calc({"lines": lines})
    assert found.total == -1
    assert found.masses == {"CO2": -1}


def test_potentials_may_be_given_instead_of_the_set(calc, line):
    given = {("CH4", EmissionKind.FOSSIL): 100}
    found = calc({"lines": [line("a", "CH4"), line("b", "N2O")]}, potentials=given)
    assert found.total == 100
    assert [gap.line for gap in found.gaps] == ["b"]
    assert found.potentials == given


# Unknown


def test_what_is_unknown_names_what_is_near(refused, line, factor):
    lines = [line("a", "allminium"), line("b", "Diesel"), line("c", "\u2603")]
    places, said = refused({"lines": lines, "factors": [factor("aluminium")]})
    assert places == [(f"lines · row {row} · ref", "ref-unknown") for row in (1, 2, 3)]
    first, second, third = said.splitlines()
    assert "“allminium”. Did you mean aluminium" in first
    assert "Did you mean FU-" in second
    assert "tanyuan factors search" in third


def test_names_of_an_intensity(library):
    one = look_up("X", {}, library(X=("kg", {("CO2", "fossil"): "1"}, {"name_en": ""})))
    assert one.name == "X 的名称"
    assert look_up("CH4", {}, {}).name == "Methane"
    with in_language("zh"):
        assert look_up("CH4", {}, {}).name == "CH4"
