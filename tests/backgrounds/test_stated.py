"""Datasets that come with results only: their figures are offered, and never taken for zero."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tanyuan.backgrounds.building import build
from tanyuan.backgrounds.library import Library, Origin
from tanyuan.backgrounds.offering import Offer, offered
from tanyuan.backgrounds.package import Result
from tanyuan.backgrounds.products import Product
from tanyuan.backgrounds.profile import Profile
from tanyuan.backgrounds.report import Act, Report
from tanyuan.factors.factor import Standing
from tanyuan.formats.packages import read_package
from tests.backgrounds.steelworks import package
from tests.formats.ilcd import made

TOTAL, FOSSIL, BIOGENIC, LAND = (
    "a7ea142a-9749-11ed-a8fc-0242ac120002",
    "a7ea19c0-9749-11ed-a8fc-0242ac120002",
    "a7ea186c-9749-11ed-a8fc-0242ac120002",
    "a7ea1ae2-9749-11ed-a8fc-0242ac120002",
)
METHOD = "EN 15804+A2 (EF 3.1)"


def results(module="A1-A3", scenario="", **parts):
    ids = {"total": TOTAL, "fossil": FOSSIL, "biogenic": BIOGENIC, "land": LAND}
    return tuple(
        Result(ids[name], {"en": name}, Decimal(value), module=module, scenario=scenario)
        for name, value in parts.items()
    )


@pytest.fixture
def declared(tmp_path):
    """The steelworks, whose power is known by a declaration alone."""
    read = read_package(package(tmp_path / "works.zip"), Report())

    def make(*stated):
        plant = read.processes["plant"]
        own = tuple(one for one in plant.exchanges if one.number == plant.reference)
        power = replace(plant, exchanges=own, results=stated)
        return replace(read, processes={**read.processes, "plant": power})

    return make


def built(package):
    report = Report()
    return build(package, Profile(), report), report


def test_modules_are_offered_apart_per_reference_unit(declared):
    given = declared(
        *results(total="7.2", fossil="6", biogenic="-0.3", land="1.5"),
        *results("C4", "burnt", total="0.36"),
    )
    a, c = built(given)[0].stated
    assert (a.id, a.module, a.unit) == ("plant:A1-A3", "A1-A3", "MJ")
    # Stated for 1 kWh, which is 3.6 MJ
    assert {one.kind: float(one.value) for one in a.stated} == pytest.approx(
        {"fossil": 6 / 3.6, "biogenic": -0.3 / 3.6, "dluc": 1.5 / 3.6}
    )
    assert {one.method for one in a.stated} == {METHOD}
    assert (c.id, c.module) == ("plant:C4:burnt", "C4, burnt")
    assert [(one.kind, float(one.value)) for one in c.stated] == [("unspecified", 0.1)]


def test_parts_that_are_not_the_total_are_not_used(declared):
    (one,) = built(declared(*results(total="7.2", fossil="6", biogenic="-3")))[0].stated
    assert [(each.kind, float(each.value)) for each in one.stated] == [("unspecified", 2.0)]


def test_without_a_total_nothing_is_offered_and_that_is_told(declared):
    found, report = built(declared(*results(fossil="6")))
    assert found.stated == ()
    assert report.counts()[Act.UNMAPPED, "no-warming-potential"] == 1


def test_what_takes_it_is_not_complete(declared):
    found, report = built(declared(*results(total="7.2")))
    (told,) = [one for one in report if one.code == "supplier-states-results"]
    assert (told.act, told.place.field, told.details["count"]) == (Act.UNLINKED, "plant", "1")
    products = {one.id: one for one in found.products}
    assert products["plant"].hollow
    assert (products["works"].missing, products["works"].inputs) == (1, 1)
    assert (products["drawing"].missing, products["drawing"].cut_offs) == (2, 2)


def test_it_is_a_factor_like_any_other(declared, tmp_path):
    report = Report()
    given = declared(*results(total="7.2"))
    origin = Origin("declared", "works.zip", "sha256:" + "a" * 64)
    library = Library(tmp_path / "library")
    entry = library.keep(build(given, Profile(), report), origin, Profile(), report)
    (entry,) = library
    assert [one.id for one in entry.products] == ["drawing", "plant", "works"]
    factors = offered(entry)
    assert set(factors) == {"drawing", "works", "plant:A1-A3"}
    factor = factors["plant:A1-A3"]
    assert factor.standing is Standing.VERIFIED
    assert factor.name_en == "Electricity, Power plant (A1-A3)"
    assert [(one.gas, one.gwp_set, float(one.value)) for one in factor.emissions] == [
        ("CO2e", METHOD, 2.0)
    ]
    assert Offer({}, library, "AR6 GWP-100").scatter(factor) is None


def test_the_catalogue_holds_it(declared):
    for product in built(declared(*results(total="7.2", fossil="7.2")))[0].stated:
        assert Product.from_document(product.document()) == product


def test_a_published_declaration_sample_is_read_and_offered(tmp_path):
    folder = Path(__file__).parents[1] / "formats" / "ilcd" / "data" / "epd"
    found, report = built(made.read(made.zipped_folder(tmp_path / "epd.zip", folder))[0])
    (radiator,) = found.stated
    assert (radiator.unit, radiator.module) == ("kg", "A1-A3")
    assert radiator.stated[0].method == "EN 15804+A1"
    assert report.counts()[Act.UNMAPPED, "no-warming-potential"] == 1
