import hashlib
import json
import re
import subprocess
import sys
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

import tanyuan.factors.starter
from tanyuan.factors.factor import (
    ElectricityFamily,
    Standing,
    factor_from_record,
    factor_to_record,
)
from tanyuan.factors.starter import (
    all_labels,
    boundary_label,
    category_label,
    geography_label,
    property_label,
    record_text,
    source,
    sources,
    starter_release,
)
from tanyuan.gases import CO2E, EmissionKind, Flag, gases, gwp_sets
from tanyuan.languages import in_language
from tanyuan.units import parse_unit

LIBRARY = Path(tanyuan.factors.starter.__file__).parent / "library"
RELEASE = starter_release()
FACTORS = tuple(RELEASE.factors.values())
PROPERTIES = tuple(RELEASE.properties.values())
COUNTS = {
    "electricity": 362,
    "fuel": 344,
    "process": 174,
    "transport": 358,
    "material": 486,
    "waste": 228,
}
NO_ELECTRICITY = {"heat", "electricity-upstream"}


def emissions(factor):
    return {emission.gas: emission.value for emission in factor.emissions}


def the(category=None, **wanted):
    """The one factor with these attributes."""
    found = [
        factor
        for factor in FACTORS
        if (category is None or factor.category == category)
        and all(getattr(factor, name) == value for name, value in wanted.items())
    ]
    assert len(found) == 1, [factor.id for factor in found]
    return found[0]


# --- the release ------------------------------------------------------------------------------


def test_the_release_counts_what_it_holds():
    about = json.loads((LIBRARY / "release.json").read_text(encoding="utf-8"))
    assert (RELEASE.id, RELEASE.date) == ("starter-2026.1", "2026-11-21")
    assert Counter(factor.category for factor in FACTORS) == COUNTS == about["counts"]
    assert len(FACTORS) == about["factors"] == 1952
    assert len(PROPERTIES) == about["properties"] == 486
    with in_language("zh"):
        assert RELEASE.title == "入门因子库 2026.1"
    with in_language("en"):
        assert RELEASE.title == "Starter factor library 2026.1"


def test_the_hash_of_the_release_is_that_of_its_files():
    about = json.loads((LIBRARY / "release.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256()
    for name in about["files"]:
        digest.update((LIBRARY / name).read_bytes())
    assert digest.hexdigest() == about["sha256"] == RELEASE.content_hash


def test_the_files_are_written_as_records_are():
    for path in LIBRARY.glob("*.jsonl"):
        content = path.read_bytes()
        assert b"\r" not in content
        assert content.endswith(b"\n")
        if path.name == "properties.jsonl":
            continue
        for line in content.decode().splitlines():
            record = factor_to_record(factor_from_record(json.loads(line)))
            assert json.dumps(record, ensure_ascii=False, separators=(",", ":")) == line


def test_ids_are_numbered_by_category():
    for prefix, category in zip(("EL", "FU", "IP", "TR", "MA", "WA"), COUNTS, strict=True):
        ids = [factor.id for factor in FACTORS if factor.category == category]
        assert ids == [f"{prefix}-{number:04d}" for number in range(1, COUNTS[category] + 1)]
    assert [known.id for known in PROPERTIES] == [f"PR-{n:04d}" for n in range(1, 487)]
    assert {factor.version for factor in FACTORS} == {"2026.1"}


def test_a_factor_is_found_by_id_and_code_in_any_case():
    assert RELEASE.find("el-0121") is RELEASE.factors["EL-0121"]
    assert RELEASE.find(" 34280d0052022c ").name_zh == "氨（煤路线）"
    assert RELEASE.find("27_304_3110_14_1").geography == "GB"
    assert RELEASE.find("nothing") is None
    codes = [factor.code.casefold() for factor in FACTORS if factor.code]
    assert len(codes) == len(set(codes)) > 800


def test_loading_is_quick_and_needs_no_heavy_library():
    code = (
        "import sys, time; start = time.perf_counter();"
        "from tanyuan.factors.starter import starter_release; starter_release();"
        "taken = time.perf_counter() - start;"
        "heavy = {'pint', 'numpy', 'pydantic'} & set(sys.modules);"
        "print(taken, *heavy)"
    )
    taken, *heavy = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert heavy == []
    assert float(taken) < 1


def test_a_second_call_costs_nothing():
    start = time.perf_counter()
    assert starter_release() is RELEASE
    assert time.perf_counter() - start < 0.01


# --- every factor -----------------------------------------------------------------------------


@pytest.mark.parametrize("category", COUNTS)
def test_every_factor_is_complete(category):
    for factor in FACTORS:
        if factor.category != category:
            continue
        assert factor.name_zh
        assert factor.name_en
        assert set(factor.translated) <= {"zh", "en"}
        assert parse_unit(factor.unit)
        assert factor.year is not None
        assert 1990 < factor.year <= 2026
        assert factor.printed
        assert factor.emissions
        assert factor.source in sources()
        for file, code in (
            ("categories", factor.category),
            ("categories", factor.group),
            ("geographies", factor.geography),
            ("boundaries", factor.boundary),
        ):
            assert code in all_labels(file), (factor.id, code)


def test_names_speak_their_language():
    codes = re.compile(r"[A-Za-z]{2,}")
    allowed = {"eGRID", "kg", "mm", "CaMg", "Na", "Li"}
    for factor in FACTORS:
        assert re.search("[\u4e00-\u9fff]", factor.name_zh), factor.name_zh
        assert not re.search("[\u4e00-\u9fff]", factor.name_en), factor.name_en
        for word in codes.findall(factor.name_zh):
            chemical = word.upper() == word or re.fullmatch("(Ca|Mg|Fe|Mn|Ba|Sr|Na)+[A-Z]+", word)
            assert chemical or word in allowed, factor.name_zh


def test_values_are_positive_or_explained():
    odd = []
    for factor in FACTORS:
        values = [emission.value for emission in factor.emissions]
        if min(values) < 0:
            assert "negative because" in factor.notes
            odd.append(factor.id)
        elif 0 in values:
            assert "printed as zero" in factor.notes
            odd.append(factor.id)
    assert len(odd) == 2


def test_gases_are_known_and_joined():
    for factor in FACTORS:
        names = [emission.gas for emission in factor.emissions]
        assert len(names) == len(set(names)), factor.id
        assert all(name == CO2E or name in gases() for name in names)
        if CO2E in names:
            assert names == [CO2E]
            assert factor.emissions[0].kind is EmissionKind.UNSPECIFIED
        for emission in factor.emissions:
            assert emission.gwp_set in ("", *gwp_sets())


def test_only_what_was_read_in_a_named_text_is_verified():
    for known in (*FACTORS, *PROPERTIES):
        assert source(known.source).title
        if known.standing is Standing.VERIFIED:
            assert known.seen_at
            assert "not identified" not in known.seen_at
    standings = Counter(factor.standing for factor in FACTORS)
    assert standings == {
        Standing.VERIFIED: 1683,
        Standing.UNNAMED_COPY: 208,
        Standing.MEMORY: 61,
    }


def test_texts_of_records_are_there_in_chinese():
    with in_language("zh"):
        for known in (*FACTORS, *PROPERTIES):
            for name in ("notes", "basis", "per"):
                for part in record_text(getattr(known, name, "")):
                    assert re.search("[\u4e00-\u9fff]", part) or part == "HCFC-22", part
    with in_language("en"):
        assert record_text("upstream only, add to generation; x") == (
            "upstream only, add to generation",
            "x",
        )


# --- electricity ------------------------------------------------------------------------------


def test_the_two_families_of_electricity_cannot_be_confused():
    for factor in FACTORS:
        if factor.category != "electricity":
            assert factor.electricity is None, factor.id
            continue
        assert parse_unit(factor.unit).kind == "energy"
        assert (factor.electricity is None) == (factor.group in NO_ELECTRICITY), factor.id
        if factor.electricity is ElectricityFamily.LIFE_CYCLE:
            assert not factor.is_co2_only
            assert set(emissions(factor)) == {CO2E}
            assert factor.boundary in ("life_cycle", "cradle_to_grave")
        if factor.electricity is ElectricityFamily.GENERATION_CO2:
            assert factor.boundary not in ("life_cycle", "cradle_to_grave")
    assert Counter(
        factor.electricity for factor in FACTORS if factor.category == "electricity"
    ) == {
        ElectricityFamily.LIFE_CYCLE: 147,
        ElectricityFamily.GENERATION_CO2: 197,
        None: 18,
    }


def test_what_is_only_a_part_of_electricity_says_so():
    for factor in FACTORS:
        if factor.group in ("electricity-upstream", "electricity-losses"):
            assert "add to generation" in factor.notes
        if factor.group == "electricity-footprint-transmission":
            assert "to be added" in factor.notes
        if factor.group == "grid-baseline":
            assert "offset-project" in factor.notes


@pytest.mark.parametrize(
    ("year", "value", "source_key"),
    [(2023, "0.6205", "mee-2025-3"), (2024, "0.5777", "mee-2025-10")],
)
def test_electricity_footprint_of_china(year, value, source_key):
    factor = the(group="electricity-footprint", geography="CN", year=year)
    assert emissions(factor) == {CO2E: Decimal(value)}
    assert factor.unit == "kWh"
    assert factor.electricity is ElectricityFamily.LIFE_CYCLE
    assert factor.source == source_key
    assert factor.printed == (f"{value} kg CO2e/kWh",)


def test_grid_average_of_north_china():
    factor = the(group="grid-average", geography="CN-GRID-NC", year=2023)
    assert emissions(factor) == {"CO2": Decimal("0.6361")}
    assert factor.electricity is ElectricityFamily.GENERATION_CO2
    assert factor.emissions[0].kind is EmissionKind.FOSSIL
    assert factor.verified


def test_the_gases_of_egrid_are_joined_and_exact():
    factor = the(name_en="US eGRID subregion US Average, total output emission rate")
    assert factor.printed == ("823.1 lb CO2/MWh", "0.066 lb CH4/MWh", "0.009 lb N2O/MWh")
    assert emissions(factor)["CO2"] == Decimal("823.1") * Decimal("0.45359237")
    assert emissions(factor)["N2O"] == Decimal("0.009") * Decimal("0.45359237")
    assert factor.standing is Standing.UNNAMED_COPY


# --- spot values ------------------------------------------------------------------------------


def test_calcite():
    factor = RELEASE.find("15120X0032025C")
    assert emissions(factor) == {"CO2": Decimal("439.71")}
    assert (factor.unit, factor.per) == ("t", "carbonate")
    assert factor.flags == (Flag.PROCESS,)
    assert factor.printed == ("0.43971 t CO2/t carbonate",)


def test_anthracite_in_industry_as_ipcc_2006_prints_it():
    factor = the(name_en="Anthracite, stationary combustion, manufacturing and construction")
    assert emissions(factor) == {"CO2": 98300, "CH4": 10, "N2O": Decimal("1.5")}
    assert factor.unit == "TJ NCV"
    assert {emission.kind for emission in factor.emissions} == {EmissionKind.FOSSIL}
    assert "Table 2.3" in factor.locator


def test_wood_is_biogenic():
    factor = the(name_en="Wood or Wood waste, stationary combustion, energy industries")
    assert emissions(factor) == {"CO2": 112000, "CH4": 30, "N2O": 4}
    assert {emission.kind for emission in factor.emissions} == {EmissionKind.BIOGENIC}


def test_units_of_the_united_states():
    coal = the(name_en="Bituminous Coal, stationary combustion, US")
    assert coal.unit == "short_ton"
    assert emissions(coal) == {
        "CO2": 2325,
        "CH4": Decimal("0.274"),
        "N2O": Decimal("0.04"),
    }
    assert the(name_en="Natural Gas, stationary combustion, US").unit == "scf"
    assert the(name_en="Kerosene, stationary combustion, US").unit == "gal_US"


def test_standard_gas_volume_of_chinese_defaults():
    factor = the(name_zh="天然气", year=2024, group="fuel-china")
    assert factor.unit == "万Nm³"
    assert emissions(factor) == {"CO2": Decimal("21621.9")}
    assert factor.printed == ("389.31 GJ/10^4 Nm3", "0.0153 tC/GJ", "0.99")


def test_perfluorocarbons_of_one_technology_are_one_factor():
    factor = the(name_en="Primary aluminium, perfluorocarbons, Centre Work Prebake")
    assert emissions(factor) == {"PFC-14": Decimal("0.4"), "PFC-116": Decimal("0.04")}
    assert factor.per == "Al"


def test_aviation_is_flagged():
    for factor in FACTORS:
        aircraft = factor.group in ("freight-air", "passenger-air") or "aircraft" in factor.name_en
        if factor.category in ("transport", "fuel"):
            assert (Flag.AVIATION in factor.flags) == (aircraft or factor.name_en == "US Aircraft")


def test_a_negative_value_stays_as_printed():
    assert emissions(the(name_zh="粘胶纤维（奥地利）")) == {CO2E: Decimal(-250)}


# --- properties and labels --------------------------------------------------------------------


def test_every_property_is_complete():
    for known in PROPERTIES:
        assert known.subject_zh
        assert known.subject_en
        assert known.unit
        assert known.code in all_labels("properties")
        assert known.geography in all_labels("geographies")
        assert known.gas == "" or known.gas in gases() or known.gas == "refrigerant"
        with in_language("zh"):
            assert known.subject == known.subject_zh


def test_calorific_values_are_properties():
    found = {
        (known.subject_zh, known.value)
        for known in PROPERTIES
        if known.code == "net_calorific_value" and known.source == "gbt-32151-22-2024"
    }
    assert ("烟煤", Decimal("19.57")) in found


def test_labels_follow_the_language():
    with in_language("zh"):
        assert category_label("fuel") == "燃料"
        assert geography_label("CN-SH") == "上海"
        assert boundary_label("cradle_to_gate") == "摇篮到大门"
        assert property_label("oxidation_rate") == "碳氧化率"
    with in_language("en"):
        assert category_label("fuel") == "fuels"
        assert geography_label("CN-GRID-NC") == "North China grid"
        assert geography_label("nowhere") == "nowhere"


def test_sources_are_named_and_thanked():
    known = source("mee-2025-47")
    assert "公告2025年第47号" in known.number
    assert known.year == 2025
    assert str(known).startswith("关于发布2023年电力二氧化碳排放因子的公告, ")
    assert "Open Government Licence" in source("desnz-2025").attribution
    with pytest.raises(KeyError):
        source("nothing")
