"""Environmental product declarations: results by module, no inventory."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tanyuan.backgrounds.indicators import GwpPart, gwp_indicators
from tanyuan.backgrounds.package import ProcessKind
from tanyuan.formats import ilcd
from tests.formats.ilcd import made

DATA = Path(__file__).parent / "data" / "epd"
RADIATOR = "a57a742d-0d2e-42a5-b219-13755cbd555e"
TEMPLATE = "57a4ae65-d305-421e-b21f-a3f0c35b8abe"
GWP = "77e416eb-a363-4258-a04e-171d843a6460"


@pytest.fixture
def package(tmp_path):
    return made.read(made.zipped_folder(tmp_path / "epd.zip", DATA))[0]


def test_a_declaration_is_a_result_whose_only_exchange_is_its_product(package):
    found = package.processes[RADIATOR]
    assert found.kind is ProcessKind.RESULT
    assert found.details["typeOfDataSet"] == "EPD"
    assert found.details["subType"] == "generic dataset"
    assert [(each.number, each.is_input, each.amount) for each in found.exchanges] == [
        (121, False, Decimal(1))
    ]
    assert found.reference == 121
    assert package.flows[found.exchanges[0].flow].names == {"de": "Heizkörper"}


def test_its_global_warming_potential_by_module_with_its_method(package):
    (found,) = [each for each in package.processes[RADIATOR].results if each.indicator == GWP]
    assert (found.module, found.amount) == ("A1-A3", Decimal("4.3636825804849"))
    assert found.method == "EN 15804+A1"
    assert gwp_indicators()[found.indicator].part is GwpPart.TOTAL
    assert found.is_input is None


def test_indicators_that_count_flows_say_their_direction(package):
    results = package.processes[RADIATOR].results
    energy = next(each for each in results if "(PERE)" in each.names["de"])
    waste = next(each for each in results if "(HWD)" in each.names["de"])
    assert (energy.is_input, energy.unit, energy.amount) == (
        True,
        "MJ",
        Decimal("1.20327358543744"),
    )
    assert (waste.is_input, waste.amount) == (False, Decimal("0.00000154567734447475"))


def test_modules_that_are_not_declared_have_no_result(package):
    assert {each.module for each in package.processes[RADIATOR].results} == {"A1-A3"}


def test_scenarios_are_kept_apart(package):
    found = [
        (each.module, each.scenario, each.amount)
        for each in package.processes[TEMPLATE].results
        if each.names == {"de": "Treibhauspotential (GWP 100)"}
    ]
    assert found == [
        ("A1-A3", "", Decimal(42)),
        ("A4", "Sc1", Decimal(3)),
        ("A4", "Sc2", Decimal(2)),
        ("C3", "S1", Decimal(22)),
        ("C3", "S2", Decimal(7)),
    ]


def test_a_declaration_without_the_data_set_of_its_product(tmp_path):
    path = DATA / "processes" / "Heizkoerper.xml"
    package, report = made.read(path)
    product = package.flows[package.processes[RADIATOR].exchanges[0].flow]
    assert product.names == {"de": "Heizkörper"}
    unit = package.unit_groups[package.properties[product.reference].unit_group].units[0]
    assert unit.name == "?"
    assert "product-outside" in made.codes(report)


def test_declarations_come_back(package, tmp_path):
    path, report = made.written(ilcd, package, tmp_path / "out.zip")
    found, _ = made.read(path)
    assert found == replace(package, format="ilcd")
    assert ("processes", "results") not in {
        (each.details["kind"], each.place.field) for each in report
    }
