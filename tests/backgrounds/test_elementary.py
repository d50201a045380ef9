import csv
from pathlib import Path

import pytest

import tanyuan
from tanyuan.backgrounds.building import build
from tanyuan.backgrounds.elementary import Compartment, assigned, compartment, find_gases
from tanyuan.backgrounds.measuring import Measures
from tanyuan.backgrounds.package import Flow, FlowKind
from tanyuan.backgrounds.profile import Key, Profile
from tanyuan.backgrounds.report import Act, Report
from tanyuan.gases import CO2E, EmissionKind, gases
from tests.backgrounds.changing import one, with_flow

AIR = ("Elementary flows", "Emission to air", "unspecified")
DATA = Path(tanyuan.__file__).parent / "data"


def flow(name="", category=AIR, cas="", id_="x"):
    return Flow(
        id=id_,
        names={"und": name},
        kind=FlowKind.ELEMENTARY,
        reference="prop-mass",
        properties={"prop-mass": 1},
        category=tuple(category),
        cas=cas,
    )


def gas(*arguments, **options):
    found = assigned(flow(*arguments, **options))
    return (found.gas, found.kind.value) if found.gas else None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Carbon dioxide, fossil ", ("CO2", "fossil")),
        ("Carbon dioxide", ("CO2", "unspecified")),
        ("Carbon dioxide, biogenic", ("CO2", "biogenic")),
        ("Carbon dioxide, non-fossil", ("CO2", "biogenic")),
        ("Carbon dioxide, land transformation", ("CO2", "dluc")),
        ("Carbon dioxide, from soil or biomass stock", ("CO2", "dluc")),
        ("Carbon dioxide [Inorganic emissions to air]", ("CO2", "unspecified")),
        ("Methane (biogenic)", ("CH4", "biogenic")),
        ("Methane, from soil or biomass stock", ("CH4", "dluc")),
        ("Dinitrogen monoxide", ("N2O", "unspecified")),
        ("Nitrous oxide (laughing gas) [Inorganic emissions to air]", ("N2O", "unspecified")),
        ("Sulphur hexafluoride", ("SF6", "fossil")),
        ("Methane, tetrafluoro-, R-14", ("PFC-14", "fossil")),
        ("Ethane, hexafluoro-, HFC-116", ("PFC-116", "fossil")),
        ("Methane, chlorodifluoro-, HCFC-22", ("HCFC-22", "fossil")),
        ("Ethane, 1,1,1,2-tetrafluoro-, HFC-134a", ("HFC-134a", "fossil")),
        ("Methane, bromotrifluoro-, Halon 1301", ("Halon-1301", "fossil")),
        ("Methane, dichloro-, HCC-30", ("Methylenechloride", "unspecified")),
        ("Nitrogen fluoride", ("NF3", "fossil")),
        # No gases, though they hold the words of one
        ("bis(2-chloroethoxy)methane", None),
        ("Methane, unknownchloro-", None),
        ("Benzo(k)fluoranthene", None),
        ("Hydrocarbons (other than methane)", None),
        ("Toluene (methyl benzene)", None),
        ("Nitrogen oxides", None),
        ("", None),
    ],
)
def test_names(name, expected):
    assert gas(name) == expected


def test_cas_numbers_go_before_names_and_need_no_name():
    assert gas("Kohlendioxid", cas="000124-38-9") == ("CO2", "unspecified")
    assert gas("x, biogenic", cas="74-82-8") == ("CH4", "biogenic")
    assert gas("x", cas="n.a.") is None


def test_ids_of_the_reference_lists_go_first():
    ilcd = "08a91e70-3ddc-11dd-923d-0050c2490048"
    assert gas("whatever", ("water",), id_=ilcd) == ("CO2", "fossil")


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        (AIR, Compartment.AIR),
        (("air", "low population density"), Compartment.AIR),
        (
            ("Emissions", "Emissions to air", "Emissions to urban air close to ground"),
            Compartment.AIR,
        ),
        (("Elementary flows", "emission", "air"), Compartment.AIR),
        (("Elementary flows", "Resource", "in air"), Compartment.RESOURCE),
        (("resource", "in ground"), Compartment.RESOURCE),
        (("water", "ocean"), Compartment.WATER),
        (("final-waste-flow", "unspecified"), Compartment.SOIL),
        (("Elementary Flows",), Compartment.UNKNOWN),
        ((), Compartment.UNKNOWN),
    ],
)
def test_compartments(category, expected):
    assert compartment(flow("x", category)) is expected


def test_only_what_goes_to_the_air_or_comes_from_it_counts():
    assert gas("Carbon dioxide, in air", ("resource", "in air")) == ("CO2", "removal_biogenic")
    assert gas("Carbon dioxide", ("resource", "in air")) == ("CO2", "removal_biogenic")
    assert gas("Methane", ("resource", "in ground")) is None
    assert gas("Chloroform", ("water", "river")) is None
    assert gas("Carbon dioxide, fossil", ()) == ("CO2", "fossil")
    stored = assigned(flow("Carbon dioxide, to soil or biomass stock", ("soil",)))
    assert (stored.gas, stored.kind, stored.sign) == ("CO2", EmissionKind.DLUC, -1)


def test_what_matters_and_has_no_gas_says_why():
    mixture = assigned(flow("HFCs and HCFCs, unspecified"))
    assert not mixture.gas
    assert not mixture.outside
    assert "mixture" in str(mixture.reason)
    monoxide = assigned(flow("Carbon monoxide, fossil"))
    assert monoxide.outside
    assert monoxide.reason
    assert "no gas" in str(assigned(flow("Methane, unknownchloro-")).reason)
    assert assigned(flow("Nitrogen oxides")).reason is None
    assert assigned(flow("Chlorothalonil")).reason is None


def test_coverage_counts_the_uses_of_what_matters(small):
    report = Report()
    found = find_gases(small, Measures(small), report)
    assert {one_.flow: one_.column for one_ in found.assigned} == {
        "co2": "CO2|fossil",
        "ch4": "CH4|fossil",
        "ch4-bio": "CH4|biogenic",
        "uptake": "CO2|removal_biogenic",
    }
    assert set(found.open) == {"mix"}
    assert found.coverage == pytest.approx(5 / 6)
    assert one(report, "flow-unmapped").act is Act.UNMAPPED


def test_gases_that_are_measured_otherwise_are_converted_or_told(small):
    by_energy = {"reference": "prop-energy", "properties": {"prop-energy": 1}}
    report = Report()
    found = find_gases(
        with_flow(small, "ch4", **by_energy), Measures(with_flow(small, "ch4", **by_energy)), report
    )
    assert "ch4" in found.open
    both = {
        **by_energy,
        "properties": {
            "prop-energy": 1,
            "prop-mass": small.flows["coal"].properties["prop-mass"] / 50,
        },
    }
    package = with_flow(small, "ch4", **both)
    found = find_gases(package, Measures(package), Report())
    (methane,) = [each for each in found.assigned if each.flow == "ch4"]
    assert methane.factor == pytest.approx(1 / 50)


def test_a_compartment_that_is_assumed_is_told(small):
    report = Report()
    package = with_flow(small, "co2", category=("Elementary flows",))
    build(package, Profile(keys=(Key.MASS,)), report)
    assert one(report, "no-compartment").place.field == "co2"


def rows():
    for name in ("elementary_flows.csv", "openlca/elementary_flows.csv"):
        with (DATA / name).open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def test_the_tables_name_gases_and_kinds_that_exist_and_their_sources():
    found = list(rows())
    assert len(found) > 600
    kinds = {"", *EmissionKind, *Compartment}
    keys = [(row["match"], row["key"]) for row in found]
    assert len(set(keys)) == len(keys)
    for row in found:
        assert row["match"] in {"uuid", "name", "label", "word", "watch", "compartment"}
        assert row["gas"] in {"", CO2E, *gases()}
        assert row["kind"] in kinds
        assert row["standing"] in {"verified", "memory"}
        assert row["source"]


def test_ids_and_names_of_the_reference_lists_agree():
    """What the ids say is what the names beside them say."""
    for row in rows():
        if row["match"] == "uuid" and row["kind"] not in {"removal_biogenic"}:
            name = row["note"]
            found = assigned(flow(name, AIR if row["sign"] != "-" else ("soil",)))
            assert (found.gas, found.kind.value) == (row["gas"], row["kind"]), name
