"""The model of a study as a process database, in every format that is written."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest

from tanyuan.backgrounds.building import build
from tanyuan.backgrounds.offering import Offer, offered
from tanyuan.backgrounds.profile import Profile
from tanyuan.backgrounds.report import Report
from tanyuan.factors.starter import starter_release
from tanyuan.footprint.calculate import calculate
from tanyuan.footprint.study import Study
from tanyuan.formats.background_export import write_package
from tanyuan.formats.files import load
from tanyuan.formats.packages import FORMATS, read_package
from tanyuan.formats.study_package import study_package
from tanyuan.formats.study_package.making import DECLARED
from tanyuan.gases import CO2E, EmissionKind, potential
from tests.backgrounds.steelworks import imported

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.json"))
WRITTEN = [key for key, each in FORMATS.items() if each.writes]


def by_gas(package, process, study, gwp_set):
    """Kg CO2e of the declared unit by gas, as the engine of backgrounds calculates them."""
    built = build(package, Profile(), Report())
    place = next(i for i, one in enumerate(built.products) if one.process == process)
    made = next(e for e in package.processes[process].exchanges if not e.is_input)
    units = {unit.id: unit for group in package.unit_groups.values() for unit in group.units}
    amount = float(made.amount * (units[made.unit].factor if made.unit else 1))
    found = {}
    for column, value in zip(
        built.solved.characterisation.columns, built.solved.intensities[place], strict=True
    ):
        gas, _, kind = column.partition("|")
        if kind not in set(EmissionKind) or not EmissionKind(kind).in_total:
            continue
        weight = 1 if gas == CO2E else potential(gas, EmissionKind(kind), gwp_set).value
        found[gas] = found.get(gas, 0.0) + value * amount * float(weight)
    return {gas: value for gas, value in found.items() if value}


def declared(package):
    (found,) = [each.id for each in package.processes.values() if DECLARED in each.tags]
    return found


@pytest.mark.parametrize("key", WRITTEN)
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_come_back_with_the_same_figures(tmp_path, path, key):
    study = load(path).study
    footprint = calculate(study, samples=0)
    package = study_package(study, Report())
    write_package(package, tmp_path / "one", key, Report())
    again = read_package(tmp_path / "one", Report())
    found = by_gas(again, declared(package), study, footprint.method.gwp_set)
    assert found == pytest.approx(footprint.by_gas, rel=1e-9)
    assert sum(found.values()) == pytest.approx(footprint.total, rel=1e-9)
    if key in {"ilcd", "tidas"}:
        assert replace(again, format=package.format) == package
    write_package(study_package(study, Report()), tmp_path / "two", key, Report())
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def study_of(*lines, **more):
    stated = {
        "id": "s", "name_zh": "壶", "name_en": "Kettle", "unit": "piece",
        "boundary": "cradle_to_gate",
    }  # fmt: skip
    rows = [
        {"id": f"l{n}", "stage": "production", "name_zh": f"行{n}", "name_en": f"Line {n}", **line}
        for n, line in enumerate(lines, 1)
    ]
    return Study.model_validate({**stated, "lines": rows, **more})


def exported(study, library=None):
    report = Report()
    package = study_package(study, report, library=library)
    return package, package.processes[declared(package)], {finding.code for finding in report}


@pytest.mark.parametrize(("name", "near"), [("trousers", 1e-9), ("integrated-works", 1e-5)])
def test_the_standard_alone_gives_the_same_figures(tmp_path, name, near):
    """Other programs do not read what lies beside the data sets; ILCD's shares are rounded."""
    study = load(next(each for each in EXAMPLES if each.stem == name)).study
    package, process, _ = exported(study)
    write_package(package, tmp_path / "whole", "ilcd", Report())
    with ZipFile(tmp_path / "whole") as whole, ZipFile(tmp_path / "bare", "w") as bare:
        for each in whole.namelist():
            if not each.endswith("tanyuan.jsonl"):
                bare.writestr(each, whole.read(each))
    footprint = calculate(study, samples=0)
    again = read_package(tmp_path / "bare", Report())
    found = by_gas(again, process.id, study, footprint.method.gwp_set)
    assert found == pytest.approx(footprint.by_gas, rel=near)


@pytest.mark.parametrize("key", WRITTEN)
def test_every_kind_of_emission_comes_back(tmp_path, key):
    kinds = list(EmissionKind)
    factors = [
        {"id": "f", "name_en": "F", "unit": "MJ NCV", "gas": gas, "kind": kind.value,
         "value": str(n), "gwp_set": "AR5" if gas == CO2E else ""}
        for gas in ("CO2", "CH4", "N2O", "SF6", "HFC-134a", CO2E)
        for n, kind in enumerate(kinds, 1)
    ]  # fmt: skip
    lines = [
        {"amount": "2", "unit": "GJ NCV", "ref": "f"},
        {"amount": "3", "unit": "kg", "ref": "CO2", "kind": "removal_technical"},
        {"amount": "5", "unit": "g", "ref": "N2O", "kind": "biogenic"},
    ]
    study = study_of(*lines, factors=factors, amount="4")
    package, process, _ = exported(study)
    write_package(package, tmp_path / "one", key, Report())
    built = build(read_package(tmp_path / "one", Report()), Profile(), Report())
    place = next(i for i, one in enumerate(built.products) if one.process == process.id)
    columns = built.solved.characterisation.columns
    found = dict(zip(columns, 4 * built.solved.intensities[place], strict=True))
    for gas in ("CO2", "CH4", "N2O", "SF6", "HFC-134a", CO2E):
        for n, kind in enumerate(kinds, 1):
            here = {("CO2", "removal_technical"): 3, ("N2O", "biogenic"): 0.005}
            mass = 2000 * n + here.get((gas, kind.value), 0)
            assert found[f"{gas}|{kind}"] == pytest.approx(-mass if kind.is_removal else mass)


def test_names_stay_apart_by_language_and_notes_are_of_none():
    lines = [
        {"amount": "1", "unit": "kg", "ref": "CO2", "note": "煤 coal", "pedigree": "2,3,1,1,2"}
    ]
    package, process, _ = exported(study_of(*lines))
    assert process.names == {"zh": "壶", "en": "Kettle"}
    exchange = process.exchanges[1]
    assert exchange.comment == {"zh": "行1", "en": "Line 1", "und": "煤 coal"}
    assert exchange.pedigree == "(2;3;1;1;2)"
    assert package.flows[exchange.flow].id == "349b29d1-3e58-4c66-98b9-9d1a076efd2e"


def test_formulas_and_parameters_come_back_from_openlca(tmp_path):
    parameters = [
        {"id": "load", "name_en": "Load", "value": "2", "unit": "t", "distribution": "normal",
         "spread": "0.1"},
        {"id": "road", "name_en": "Road", "value": "load ** 2 / load / 2", "unit": "t"},
        {"id": "share", "name_en": "Share", "value": "if(load / road > 1, 0.5, 0)"},
    ]  # fmt: skip
    lines = [
        {"amount": "road * share", "unit": "kg", "distance": "80", "ref": "f"},
        {"amount": "load", "unit": "t", "ref": "g"},
    ]
    factors = [
        {"id": "f", "name_en": "F", "unit": "t·km", "gas": "CO2", "kind": "fossil", "value": "0.1"},
        {"id": "g", "name_en": "G", "unit": "kg", "gas": "CO2", "kind": "fossil",
         "value": "share / 4"},
    ]  # fmt: skip
    study = study_of(*lines, parameters=parameters, factors=factors)
    package, process, codes = exported(study)
    assert "formula-left" not in codes
    assert [each.formula for each in process.exchanges[1:]] == ["0.08 * (road * share)", "(load)"]
    assert process.exchanges[1].amount == 40
    write_package(package, tmp_path / "one", "openlca", Report())
    again = read_package(tmp_path / "one", Report())
    report = Report()
    footprint = calculate(study, samples=0)
    found = by_gas(again, process.id, study, footprint.method.gwp_set)
    assert found == pytest.approx({"CO2": 0.1 * 40 + 2000 * 0.125}) == footprint.by_gas
    load = next(each for each in again.parameters if each.name == "load")
    assert load.value == 2000
    assert load.uncertainty.parameters == (2000, 200)
    assert not [finding for finding in report if finding.code == "formula-differs"]


def test_lines_that_do_not_count_and_gaps_are_told():
    lines = [
        {"amount": "1", "unit": "kg", "ref": "CO2"},
        {"amount": "1", "unit": "kg", "ref": "CO2", "role": "outside"},
        {"amount": "1", "unit": "kg", "role": "cut_off", "cutoff_share": "0.01", "reason": "small"},
        {"amount": "1", "unit": "kg"},
        {"ref": "CO2"},
    ]
    package, process, codes = exported(study_of(*lines))
    assert {"line-left", "line-cut-off", "line-without-amount"} <= codes
    assert len(process.exchanges) == 4
    built = build(package, Profile(), Report())
    assert [one.missing for one in built.products] == [2]


def test_recycled_material_and_its_credit_come_back(tmp_path):
    factors = [
        {"id": id_, "name_en": id_, "unit": "kg", "gas": "CO2", "kind": "fossil", "value": value}
        for id_, value in (("new", "10"), ("old", "2"), ("melt", "1"), ("dump", "0.5"))
    ]
    recycling = [{
        "id": "r", "name_en": "R", "amount": "3", "unit": "kg", "a": "0.2", "r1": "0.4",
        "r2": "0.6", "virgin": "new", "recycled": "old", "recycling": "melt", "disposal": "dump",
    }]  # fmt: skip
    study = study_of(
        {"amount": "1", "unit": "kg", "ref": "CO2"},
        factors=factors, recycling=recycling, boundary="cradle_to_grave",
        method={"end_of_life": "circular_footprint_formula"},
    )  # fmt: skip
    footprint = calculate(study, samples=0)
    for key in WRITTEN:
        package, process, _ = exported(study)
        assert any(each.avoided for each in process.exchanges)
        write_package(package, tmp_path / key, key, Report())
        again = read_package(tmp_path / key, Report())
        found = by_gas(again, process.id, study, footprint.method.gwp_set)
        assert found == pytest.approx(footprint.by_gas, rel=1e-9)


@pytest.mark.parametrize("key", WRITTEN)
def test_lines_for_one_output_and_shared_lines_come_back(tmp_path, key):
    processes = [
        {"id": "mill", "name_en": "Mill", "stage": "production", "allocation": "physical_mass"},
        {"id": "kiln", "name_en": "Kiln", "stage": "production", "allocation": "system_expansion"},
    ]
    outputs = [
        {"id": "flour", "name_en": "Flour", "process": "mill", "amount": "3", "unit": "t"},
        {"id": "bran", "name_en": "Bran", "process": "mill", "amount": "1000", "unit": "kg"},
        {"id": "lime", "name_en": "Lime", "process": "kiln", "amount": "5", "unit": "kg"},
        {"id": "heat", "name_en": "Heat", "process": "kiln", "amount": "7", "unit": "MJ",
         "replaces": "gas"},
    ]  # fmt: skip
    factors = [{"id": "gas", "name_en": "Gas", "unit": "kWh", "gas": "CO2", "kind": "fossil",
                "value": "0.2"}]  # fmt: skip
    lines = [
        {"process": "mill", "amount": "8", "unit": "kg", "ref": "CO2"},
        {"process": "mill", "amount": "2", "unit": "kg", "ref": "CH4", "output": "bran"},
        {"process": "mill", "amount": "2", "unit": "MJ", "ref": "heat"},
        {"process": "kiln", "amount": "11", "unit": "kg", "ref": "CO2"},
        {"process": "kiln", "amount": "0.5", "unit": "kg", "ref": "N2O", "output": "heat"},
        {"amount": "500", "unit": "kg", "ref": "flour"},
        {"amount": "0.2", "unit": "t", "ref": "bran"},
        {"amount": "3", "unit": "kg", "ref": "lime"},
    ]
    study = study_of(*lines, processes=processes, outputs=outputs, factors=factors)
    footprint = calculate(study, samples=0)
    package, process, codes = exported(study)
    assert "system-expansion" in codes
    write_package(package, tmp_path / "one", key, Report())
    again = read_package(tmp_path / "one", Report())
    found = by_gas(again, process.id, study, footprint.method.gwp_set)
    assert found == pytest.approx(footprint.by_gas, rel=1e-9)


def test_a_co_product_may_displace_a_gas():
    processes = [
        {"id": "kiln", "name_en": "Kiln", "stage": "production", "allocation": "system_expansion"}
    ]
    outputs = [
        {"id": "lime", "name_en": "Lime", "process": "kiln", "amount": "5", "unit": "kg"},
        {"id": "gas", "name_en": "Gas", "process": "kiln", "amount": "2", "unit": "kg",
         "replaces": "CO2"},
    ]  # fmt: skip
    lines = [
        {"process": "kiln", "amount": "11", "unit": "kg", "ref": "CO2"},
        {"amount": "1", "unit": "kg", "ref": "lime"},
    ]
    study = study_of(*lines, processes=processes, outputs=outputs)
    package, process, _ = exported(study)
    found = by_gas(package, process.id, study, "AR6 GWP-100")
    assert found == pytest.approx({"CO2": 9 / 5}) == calculate(study, samples=0).by_gas


def test_licensed_figures_stay_where_they_are(tmp_path):
    library, entry = imported(tmp_path)
    refs = {key: factor.id for key, factor in offered(entry).items()}
    rated = [{"id": "mine", "library": refs["works"], "pedigree": "1,1,1,1,1"}]
    named, _, codes = exported(
        study_of({"amount": "2", "unit": "kg", "ref": "mine"}, factors=rated), Offer({}, library)
    )
    assert "figures-closed" in codes
    assert len(named.processes) == 1

    study = study_of({"amount": "2", "unit": "kg", "ref": refs["works"]})
    closed, process, codes = exported(study, Offer({}, library))
    assert "figures-closed" in codes
    assert list(closed.processes) == [process.id]
    (_, taken) = process.exchanges
    assert not taken.provider
    assert entry.hash in closed.flows[taken.flow].description["und"]
    for key in WRITTEN:
        write_package(closed, tmp_path / key, key, Report())
        built = build(read_package(tmp_path / key, Report()), Profile(), Report())
        assert [one.missing for one in built.products] == [1]

    library.permit(entry, shareable=True)
    opened, process, codes = exported(study, Offer({}, library))
    assert not codes & {"figures-closed"}
    assert len(opened.processes) == 2
    footprint = calculate(study, library=Offer({}, library), samples=0)
    found = by_gas(opened, process.id, study, footprint.method.gwp_set)
    assert found == pytest.approx(footprint.by_gas, rel=1e-9)


def test_library_factors_have_the_same_ids_in_every_study():
    factor = next(each for each in starter_release().factors.values() if each.unit == "kWh")
    line = {"amount": "1", "unit": "kWh", "ref": factor.id, "exception": "a test"}
    first, _, _ = exported(study_of(line))
    second, _, _ = exported(study_of(line, name_en="Other"))
    shared = first.processes.keys() & second.processes.keys()
    assert len(shared) == 1
    (supplier,) = (first.processes[key] for key in shared)
    assert supplier.names == {"zh": factor.name_zh, "en": factor.name_en}
    assert first.references[supplier.sources[0]].name
    assert declared(first) != declared(second)


def test_units_that_other_programs_lack_are_told():
    package, process, codes = exported(
        study_of(
            {"amount": "1", "unit": "Nm³", "ref": "f"},
            factors=[{"id": "f", "name_en": "F", "unit": "Nm³", "gas": "CO2", "value": "1"}],
        )
    )
    assert "unit-alone" in codes
    units = {unit.id: unit for group in package.unit_groups.values() for unit in group.units}
    assert units[process.exchanges[1].unit].name == "Nm³"
    assert process.exchanges[1].amount == Decimal(1)
