"""Whole footprints against numbers worked by hand."""

import math

import pytest

from tanyuan.footprint.study import Role
from tanyuan.gases import EmissionKind, Flag
from tanyuan.languages import in_language

CLOSE = {"rel": 1e-12, "abs": 1e-12}


def about(expected):
    return pytest.approx(expected, **CLOSE)


@pytest.fixture
def kettle(line, factor):
    """2 kg metal, 10 kWh, methane from boiling food waste, wood; AR6 GWP-100."""
    grid = [
        factor("grid", "0.5", "kWh", gas="CO2", kind="fossil", name_en="Grid"),
        factor("grid", "0.001", "kWh", gas="CH4", kind="fossil"),
        factor("grid", "0.0001", "kWh", gas="N2O", kind="fossil"),
    ]
    return {
        "stages": [
            {"id": "make", "phase": "production", "name_zh": "制造", "name_en": "Making"},
            {"id": "paint", "phase": "production"},
        ],
        "lines": [
            line("metal", "metal", "2", stage="raw_material", data_kind="primary_site"),
            line("power", "grid", "10", "kWh", stage="make", flags=["process"]),
            line("gas", "CH4", "0.1", stage="use", kind="biogenic", data_kind="primary_other"),
            line("wood", "CO2", "1.5", stage="raw_material", kind="removal_biogenic"),
            line("land", "soy", "1", stage="raw_material", flags=["packaging"]),
            line("shop", "metal", "3", stage="distribution", role="outside"),
            line("scrap", "metal", "4", stage="make", role="information"),
            line("billet", "metal", "4", stage="make", role="intermediate"),
        ],
        "factors": [
            factor("metal", "3", kind="fossil", name_en="Metal", gwp_set="AR5"),
            *grid,
            factor("soy", "0.25", kind="dluc"),
            factor("soy", "4", kind="iluc"),
        ],
    }


# 6 metal + 10·(0.5 + 0.001·29.8 + 0.0001·273) power + 0.1·27 gas − 1.5 wood + 0.25 land
POWER = 5.571
TOTAL = 6 + POWER + 2.7 - 1.5 + 0.25


def test_total_and_each_line(kettle, calc):
    found = calc(kettle)
    assert found.total == about(TOTAL)
    assert {line.id: line.value for line in found.lines} == about(
        {
            "metal": 6.0,
            "power": POWER,
            "gas": 2.7,
            "wood": -1.5,
            "land": 0.25,
            "shop": 9.0,
            "scrap": 12.0,
            "billet": 12.0,
        }
    )
    power = found.lines[1]
    assert (power.amount, power.unit, power.intensity) == (10, "kWh", about(0.5571))
    assert (power.ref, power.ref_name, power.origin) == ("grid", "Grid", "study")
    assert found.unit == "kg CO2e/piece"
    assert found.complete
    assert found.bars == ()


def test_stages_are_listed_in_the_order_of_the_study(kettle, calc):
    found = calc(kettle)
    assert list(found.by_stage.items()) == [
        ("make", about(POWER)),
        ("raw_material", about(4.75)),
        ("use", about(2.7)),
    ]
    assert list(found.by_phase.items()) == [
        ("raw_material", about(4.75)),
        ("production", about(POWER)),
        ("use", about(2.7)),
    ]


def test_stages_have_names_in_both_languages(kettle, calc):
    found = calc(kettle)
    assert [found.stage_name(stage) for stage in found.by_stage] == [
        "Making",
        "Raw material acquisition",
        "Use",
    ]
    with in_language("zh"):
        assert found.stage_name("make") == "制造"


def test_kinds_gases_and_masses(kettle, calc):
    found = calc(kettle)
    assert found.by_kind == about(
        {
            EmissionKind.FOSSIL: 6 + POWER,
            EmissionKind.BIOGENIC: 2.7,
            EmissionKind.DLUC: 0.25,
            EmissionKind.REMOVAL_BIOGENIC: -1.5,
        }
    )
    assert found.by_gas == about(
        {"CO2e": 6.25, "CO2": 5 - 1.5, "CH4": 0.01 * 29.8 + 2.7, "N2O": 0.273}
    )
    assert found.masses == about({"CO2": 3.5, "CH4": 0.11, "N2O": 0.001})


def test_indirect_land_use_and_outside_lines_are_not_in_the_total(kettle, calc):
    found = calc(kettle)
    assert found.iluc == 4
    assert found.outside == 9
    assert EmissionKind.ILUC not in found.by_kind


def test_flags_count_whole_lines(kettle, calc):
    found = calc(kettle)
    assert found.by_flag == about({Flag.PROCESS: POWER, Flag.PACKAGING: 0.25})


def test_flags_of_a_factor_add_to_those_of_the_line(calc, line, library):
    factors = library(AIR=("t·km", {("CO2e", "fossil"): "1"}, {"flags": ["aviation"]}))
    found = calc(
        {"lines": [line("a", "AIR", "2", "t·km", flags=["packaging", "aviation"])]},
        library=factors,
    )
    assert found.by_flag == {Flag.AVIATION: 2, Flag.PACKAGING: 2}
    assert found.lines[0].flags == (Flag.PACKAGING, Flag.AVIATION)


def test_shares_by_gwp_set_leave_out_carbon_dioxide(kettle, calc):
    found = calc(kettle)
    ar6 = 0.01 * 29.8 + 0.273 + 2.7
    whole = 6 + ar6 + 0.25
    assert found.by_gwp_set == about(
        {"AR5": 6 / whole, "AR6 GWP-100": ar6 / whole, "": 0.25 / whole}
    )


def test_primary_share_is_by_size(kettle, calc):
    sizes = [6, POWER, 2.7, 1.5, 0.25]
    assert calc(kettle).primary_share == about((6 + 2.7) / sum(sizes))


def test_processes_are_summed(calc, line, factor):
    tables = {
        "processes": [{"id": "P", "stage": "production"}],
        "outputs": [{"id": "o", "process": "P", "amount": "5", "unit": "kg"}],
        "lines": [
            line("in", process="P", amount="10"),
            line("own", amount="3"),
            line("take", "o", "2"),
        ],
        "factors": [factor()],
    }
    found = calc(tables)
    assert found.by_process == about({"P": 8, "": 6})
    take = found.lines[2]
    assert (take.value, take.amount, take.unit, take.origin) == (0, 2, "kg", "output")
    assert (take.intensity, take.ref_name) == (None, "o")


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [
        ("1", "piece", "kg CO2e/piece"),
        ("1000", "kWh", "kg CO2e/1000 kWh"),
        ("0.5", "GJ NCV", "kg CO2e/0.5 GJ NCV"),
    ],
)
def test_the_unit_of_the_result_names_the_declared_amount(calc, line, factor, amount, unit, text):
    found = calc({"amount": amount, "unit": unit, "lines": [line("a")], "factors": [factor()]})
    assert (found.unit, found.total) == (text, 2)


def test_carbon_dioxide_alone_is_not_called_co2e(calc, line, factor):
    lines = [line("a", "CO2"), line("b", "C")]
    factors = [factor("C", "3", gas="CO2"), factor()]
    assert calc({"lines": lines, "factors": factors}).unit == "kg CO2/piece"
    assert calc({"lines": [*lines, line("c")], "factors": factors}).unit == "kg CO2e/piece"
    outside = line("c", role="outside")
    assert calc({"lines": [*lines, outside], "factors": factors}).unit == "kg CO2/piece"


def test_an_empty_study_is_zero(calc):
    found = calc({})
    assert (found.total, found.unit, found.primary_share, found.rating) == (
        0,
        "kg CO2e/piece",
        0,
        None,
    )
    assert (found.by_stage, found.by_gwp_set, found.uncertainty) == ({}, {}, None)
    assert found.complete


# Quality


def test_the_rating_is_weighted_by_size_and_says_how_much_is_rated(calc, line, factor):
    lines = [
        line("a", amount="3", pedigree="1,1,1,1,1"),
        line("b", amount="1", pedigree="5,5,5,5,5"),
        line("c", amount="4"),
    ]
    found = calc({"lines": lines, "factors": [factor()]})
    assert found.rating == about((3 * 1 + 1 * 5) / 4)
    assert found.rated_share == 0.5


# What is missing


def gaps(found):
    return [(gap.line, gap.code) for gap in found.gaps]


def test_missing_amounts_and_factors_are_gaps_and_never_zero(calc, line, factor):
    lines = [
        line("whole"),
        line("amount", amount=None),
        line("factor", ref=""),
        line("known", ref="", amount=None, role="missing", reason="no data from the mill"),
        line("bare", ref="", amount=None, unit=None, role="missing"),
    ]
    found = calc({"lines": lines, "factors": [factor()]})
    assert found.total == 2
    assert not found.complete
    assert gaps(found) == [
        ("amount", "amount"),
        ("factor", "factor"),
        ("known", "missing"),
        ("bare", "missing"),
    ]
    assert [line.value for line in found.lines] == [2, None, None, None, None]
    assert [line.unit for line in found.lines] == ["kg", "kg", "kg", "kg", ""]
    said = [str(gap.message) for gap in found.gaps]
    assert said[2:] == ["known to be missing: no data from the mill", "known to be missing: —"]
    assert [bar.code for bar in found.bars] == ["incomplete"]


def test_a_line_between_processes_without_amount_is_a_gap(calc, line, factor):
    tables = {
        "processes": [{"id": "P", "stage": "production"}],
        "outputs": [{"id": "o", "process": "P", "amount": "1", "unit": "kg"}],
        "lines": [line("in", process="P"), line("take", "o"), line("more", "o", amount=None)],
        "factors": [factor()],
    }
    found = calc(tables)
    assert (found.total, gaps(found)) == (2, [("more", "amount")])


def test_a_process_that_nothing_takes_is_a_gap(calc, line, factor):
    tables = {
        "processes": [{"id": id_, "stage": "production"} for id_ in "PQ"],
        "outputs": [
            {"id": id_.lower(), "process": id_, "amount": "1", "unit": "kg"} for id_ in "PQ"
        ],
        "lines": [line("in", process="P"), line("idle", process="Q"), line("take", "p")],
        "factors": [factor()],
    }
    found = calc(tables)
    assert (found.total, gaps(found)) == (2, [("Q", "idle")])


def test_a_gas_without_value_in_the_set_is_a_gap_and_leaves_the_rest(calc, line, factor):
    # AR5 GTP-100 has no value for PFC-218
    tables = {
        "method": {"gwp_set": "AR5 GTP-100"},
        "lines": [
            line("cold", "PFC-218"),
            line("mix", "mix"),
            line("rest", "CO2", "5"),
            line("land", "land", stage="use"),
        ],
        "factors": [
            factor("mix", "1", gas="CO2"),
            factor("mix", "1", gas="PFC-218"),
            factor("land", "3", gas="CO2", kind="dluc"),
            factor("land", "1", gas="PFC-218", kind="iluc"),
        ],
    }
    found = calc(tables, samples=100)
    assert found.total == 8
    assert gaps(found) == [("cold", "gwp"), ("mix", "gwp"), ("land", "gwp")]
    assert str(found.gaps[1].message) == "PFC-218 has no value in AR5 GTP-100"
    assert [line.value for line in found.lines] == [None, None, 5, 3]
    assert found.lines[0].intensity is None
    assert found.by_gas == {"CO2": 8}
    assert found.by_stage == {"production": 5, "use": 3}
    assert found.iluc == 0
    assert not any(math.isnan(value) for value in found.by_process.values())


def test_a_footprint_without_inventory_behind_it_is_a_gap(calc, line):
    supplier = {"id": "S", "unit": "kg", "value": "4", "inventory": False}
    found = calc({"lines": [line("a", "S")], "suppliers": [supplier]})
    assert (found.total, gaps(found)) == (4, [("a", "inventory")])


# Cut-off and bars


def cut(line, id_, share, **more):
    return line(id_, amount=None, role="cut_off", cutoff_share=share, reason="small", **more)


@pytest.mark.parametrize(
    ("shares", "allowed", "barred"),
    [
        (["0.01"], [True], False),
        (["0.0101"], [False], True),
        (["0.01"] * 5, [True] * 5, False),
        (["0.01"] * 6, [True] * 6, True),
    ],
)
def test_the_cut_off_ledger_and_its_limits(calc, line, factor, shares, allowed, barred):
    lines = [line("a"), *(cut(line, f"c{i}", share) for i, share in enumerate(shares))]
    found = calc({"lines": lines, "factors": [factor()]})
    assert found.total == 2
    assert [(entry.share, entry.reason) for entry in found.cut_off] == [
        (float(share), "small") for share in shares
    ]
    assert [entry.allowed for entry in found.cut_off] == allowed
    assert [bar.code for bar in found.bars] == ["cut-off"] * barred


def test_the_limits_of_the_cut_off_belong_to_the_method(calc, line, factor):
    tables = {"lines": [line("a"), cut(line, "c", "0.03")], "factors": [factor()]}
    wide = {"cutoff_single": "0.03", "cutoff_total": "0.1"}
    assert calc(tables).bars
    assert calc(tables | {"method": wide}).bars == ()


def test_each_thing_that_bars_certification_is_named(calc, line, factor, library):
    factors = library(
        EL=("kWh", {("CO2", "fossil"): "0.5"}, {"electricity": "generation_co2"}),
    )
    tables = {
        "boundary": "cradle_to_gate",
        "synthetic": True,
        "processes": [
            {"id": "P", "name_en": "Press", "stage": "production", "allocation": "physical_mass"}
        ],
        "outputs": [{"id": id_, "process": "P", "amount": "1", "unit": "kg"} for id_ in ("o", "p")],
        "lines": [
            line("gap", amount=None),
            line("wood", "CO2", kind="removal_biogenic"),
            line("power", "EL", unit="kWh", exception="no other factor for this year"),
            line("take", "o"),
            cut(line, "cut", "0.5"),
        ],
        "factors": [factor()],
    }
    found = calc(tables, library=factors)
    assert [bar.code for bar in found.bars] == [
        "incomplete",
        "synthetic",
        "electricity",
        "allocation",
        "cut-off",
        "biogenic-carbon",
    ]
    assert "Press" in str(found.bars[3].message)
    assert found.exceptions == (("power", "no other factor for this year"),)
    mended = tables | {
        "synthetic": False,
        "biogenic_carbon": "0.3",
        "lines": [line("wood", "CO2", kind="removal_biogenic"), line("take", "o")],
        "processes": [tables["processes"][0] | {"reason": "one press makes both"}],
    }
    assert calc(mended, library=factors).bars == ()


# Reading the result


def test_hot_spots_are_the_largest_lines_up_to_a_share(kettle, calc):
    found = calc(kettle)
    assert [line.id for line in found.hot_spots()] == ["metal", "power", "gas"]
    assert [line.id for line in found.hot_spots(0.3)] == ["metal"]
    assert [line.id for line in found.hot_spots(1)] == ["metal", "power", "gas", "wood", "land"]
    assert found.hot_spots(0) == ()


def test_lines_as_rows_and_data_frames(kettle, calc):
    found = calc(kettle)
    rows = found.rows()
    assert rows[0] == {
        "id": "metal",
        "name": "metal",
        "stage": "raw_material",
        "process": "",
        "role": "counted",
        "amount": 2.0,
        "unit": "kg",
        "ref": "metal",
        "kg_co2e_per_unit": 3.0,
        "kg_co2e": 6.0,
        "data_kind": "primary_site",
    }
    for frame in (found.to_pandas(), found.to_polars()):
        assert list(frame["kg_co2e"]) == [row["kg_co2e"] for row in rows]
        assert list(frame.columns) == list(rows[0])


def test_names_of_lines_fall_back_to_the_other_language_and_the_id(calc, line, factor):
    lines = [line("a", name_zh="甲"), line("b", name_en="bee"), line("c")]
    found = calc({"lines": lines, "factors": [factor(name_zh="因子")]})
    assert [line.name for line in found.lines] == ["甲", "bee", "c"]
    assert {line.ref_name for line in found.lines} == {"因子"}
    with in_language("zh"):
        assert [line.name for line in found.lines] == ["甲", "bee", "c"]


def test_the_band_of_a_line_holds_its_amount_factor_and_meter(calc, line, factor):
    tables = {
        "lines": [
            line("a", amount="5", distribution="lognormal", spread="1.1", meter="m"),
            line("b", "G", amount="5"),
            line("c", "CO2", kind="removal_technical", distribution="normal", spread="0.1"),
        ],
        "factors": [factor(distribution="lognormal", spread="1.2"), factor("G")],
        "meters": [{"id": "m", "distribution": "normal", "spread": "0.03"}],
    }
    found = calc(tables)
    u = math.sqrt(math.log(1.1) ** 2 + math.log(1.2) ** 2 + 0.03**2)
    a, b, c = found.lines
    assert a.interval == pytest.approx(
        (10 * math.exp(-1.96 * u), 10 * math.exp(1.96 * u)), rel=1e-4
    )
    assert b.interval is None
    assert c.interval[0] < c.value < c.interval[1] < 0


def test_only_counted_lines_make_up_the_total(calc, line, factor):
    for role in Role:
        more = {"cutoff_share": "0", "reason": "x"} if role is Role.CUT_OFF else {}
        found = calc({"lines": [line("a", role=role.value, **more)], "factors": [factor()]})
        assert found.total == (2 if role is Role.COUNTED else 0)
