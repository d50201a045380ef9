"""What ILCD data sets say lands where the model has it, and the rest in the report."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tanyuan.backgrounds.package import AllocationKind, FlowKind, Law, ProcessKind
from tanyuan.formats import ilcd, tidas
from tests.formats.ilcd import data_sets as ds
from tests.formats.ilcd import made

DATA = Path(__file__).parent / "data"


def read(tmp_path, process_text, **more):
    return made.read(made.zipped(tmp_path / "in.zip", ds.entries(process_text, **more)))


def mill(tmp_path, exchanges, **more):
    package, report = read(tmp_path, ds.process(ds.STEEL_OUT + exchanges, **more))
    return package.processes[ds.MILL], report


def test_the_package_of_another_importer_gives_what_that_found(tmp_path):
    package, _ = made.read(made.zipped_folder(tmp_path / "in.zip", DATA / "oracle"))
    path, _ = made.written(tidas, package, tmp_path / "out.zip")
    entries = made.entries(path)
    expected = json.loads((DATA / "oracle" / "expected.json").read_text(encoding="utf-8"))
    for one in expected["assertions"]:
        value = json.loads(entries[f"{one['category']}/{one['id']}.json"])
        for part in one["pointer"].strip("/").split("/"):
            value = value[int(part)] if isinstance(value, list) else value[part]
        assert value == one["equals"]


def test_a_process(tmp_path):
    found, _ = mill(
        tmp_path,
        ds.exchange(7, ds.CO2, "1.5e-3", inside="<location>CN</location>"),
        more=(
            "<time><common:referenceYear>2024</common:referenceYear></time><geography>"
            '<locationOfOperationSupplyOrProduction location="CN-SD"/></geography>'
        ),
    )
    assert (found.kind, found.reference, found.valid_from) == (ProcessKind.UNIT, 1, "2024")
    assert [(each.number, each.flow, each.amount) for each in found.exchanges] == [
        (1, ds.STEEL, Decimal(1)),
        (7, ds.CO2, Decimal("0.0015")),
    ]


def test_places_have_the_ids_that_openlca_gives_them(tmp_path):
    package, _ = read(
        tmp_path,
        ds.process(ds.exchange(1, ds.STEEL, "1", inside="<location>AF</location>")),
        ILCDLocations=(
            '<ILCDLocations xmlns="http://lca.jrc.it/ILCD/Locations">'
            '<location value="AF">Afghanistan</location></ILCDLocations>'
        ),
    )
    place = package.locations["f0357a3f-154b-32ff-a2bf-f55055457068"]
    assert (place.code, place.names) == ("AF", {"und": "Afghanistan"})


def test_a_flow(tmp_path):
    inside = (
        '<common:synonyms xml:lang="en">blue gas; carbonic gas</common:synonyms>'
        "<classificationInformation><common:elementaryFlowCategorization>"
        '<common:category level="1" catId="1.3">Emissions to air</common:category>'
        '<common:category level="0" catId="1">Emissions</common:category>'
        "</common:elementaryFlowCategorization></classificationInformation>"
        "<CASNumber>000124-38-9</CASNumber><sumFormula>CO2</sumFormula>"
    )
    co2 = ds.flow(ds.CO2, "Carbon dioxide", "Elementary flow", inside=inside)
    package, _ = read(tmp_path, ds.process(ds.STEEL_OUT), flows__co2=co2)
    found = package.flows[ds.CO2]
    assert found.kind is FlowKind.ELEMENTARY
    assert found.category == ("Emissions", "Emissions to air")
    assert found.category_codes == ("1", "1.3")
    assert found.synonyms == ("blue gas", "carbonic gas")
    assert (found.cas, found.formula) == ("000124-38-9", "CO2")


def test_an_interval_of_a_log_normal_distribution_is_a_square(tmp_path):
    inside = (
        "<uncertaintyDistributionType>log-normal</uncertaintyDistributionType>"
        "<relativeStandardDeviation95In>1.21</relativeStandardDeviation95In>"
    )
    found, _ = mill(tmp_path, ds.exchange(2, ds.CO2, "3", inside=inside))
    assert found.exchanges[1].uncertainty.law is Law.LOGNORMAL
    assert found.exchanges[1].uncertainty.parameters == (Decimal(3), Decimal("1.1"))


def test_openlca_writes_the_standard_deviation_itself(tmp_path):
    inside = (
        "<uncertaintyDistributionType>log-normal</uncertaintyDistributionType>"
        "<relativeStandardDeviation95In>1.21</relativeStandardDeviation95In>"
    )
    unit = '<unit dataSetInternalID="0" olca:unitId="kg-id"><name>kg</name><meanValue>1</meanValue>'
    attributes = (
        f'olca:amount="3" olca:unitId="kg-id" olca:propertyId="{ds.MASS}" '
        f'olca:defaultProvider="{ds.MINE}" olca:formula="2 * x"'
    )
    package, _ = read(
        tmp_path,
        ds.process(
            ds.STEEL_OUT + ds.exchange(2, ds.CO2, "3", inside=inside, attributes=attributes)
        ),
        unitgroups__a=ds.unit_group(f"{unit}</unit>"),
    )
    found = package.processes[ds.MILL].exchanges[1]
    assert found.uncertainty.parameters == (Decimal(3), Decimal("1.21"))
    assert (found.unit, found.property, found.provider) == ("kg-id", ds.MASS, ds.MINE)
    assert found.formula == "2 * x"


def test_an_amount_times_a_parameter(tmp_path):
    found, _ = mill(
        tmp_path,
        ds.exchange(2, ds.CO2, "2", inside="<referenceToVariable>load</referenceToVariable>"),
        more=(
            '<mathematicalRelations><variableParameter name="load"><meanValue>4</meanValue>'
            "</variableParameter></mathematicalRelations>"
        ),
    )
    assert (found.exchanges[1].amount, found.exchanges[1].formula) == (Decimal(8), "2 * load")
    assert [(each.name, each.value) for each in found.parameters] == [("load", Decimal(4))]


def test_reminder_flows_do_not_count(tmp_path):
    inside = "<functionType>General reminder flow</functionType>"
    found, report = mill(tmp_path, ds.exchange(2, ds.CO2, "3", inside=inside))
    assert len(found.exchanges) == 1
    assert "reminder-flow" in made.codes(report)


def shared(product, fraction):
    return (
        f'<allocations><allocation internalReferenceToCoProduct="1" allocatedFraction="{product}"/>'
        f'<allocation internalReferenceToCoProduct="3" allocatedFraction="{fraction}"/>'
        "</allocations>"
    )


@pytest.mark.parametrize(
    ("written", "told"), [(("75", "25"), False), (("0.75", "0.25"), True), (("75%", "25%"), False)]
)
def test_shares_in_percent_or_in_parts_of_one(written, told, tmp_path):
    found, report = mill(
        tmp_path,
        ds.exchange(2, ds.CO2, "3", inside=shared(*written)) + ds.exchange(3, ds.SCRAP, "1"),
        method="<LCIMethodApproaches>Allocation - market value</LCIMethodApproaches>",
    )
    assert found.default_allocation is AllocationKind.ECONOMIC
    assert {(each.kind, each.product, each.share, each.exchange) for each in found.allocation} == {
        (AllocationKind.ECONOMIC, ds.STEEL, Decimal("0.75"), None),
        (AllocationKind.ECONOMIC, ds.SCRAP, Decimal("0.25"), None),
    }
    assert ("allocation-scale" in made.codes(report)) is told


def test_shares_that_differ_by_exchange_are_causal(tmp_path):
    found, _ = mill(
        tmp_path,
        ds.exchange(2, ds.CO2, "3", inside=shared("75", "25"))
        + ds.exchange(3, ds.SCRAP, "1")
        + ds.exchange(4, ds.CO2, "1", inside=shared("10", "90")),
    )
    assert {(each.kind, each.product, each.share, each.exchange) for each in found.allocation} == {
        (AllocationKind.CAUSAL, ds.STEEL, Decimal("0.75"), 2),
        (AllocationKind.CAUSAL, ds.SCRAP, Decimal("0.25"), 2),
        (AllocationKind.CAUSAL, ds.STEEL, Decimal("0.1"), 4),
        (AllocationKind.CAUSAL, ds.SCRAP, Decimal("0.9"), 4),
    }


def test_the_newest_version_is_taken(tmp_path):
    package, report = read(
        tmp_path,
        ds.process(ds.STEEL_OUT),
        flows__old=ds.flow(ds.STEEL, "Old steel", version="00.09.000"),
        flows__new=ds.flow(ds.STEEL, "New steel", version="02.00.000"),
    )
    assert package.flows[ds.STEEL].names == {"en": "New steel"}
    assert {"older-version", "reference-version"} <= made.codes(report)


def test_internal_number_0_is_set_anew(tmp_path):
    text = ds.process(ds.exchange(0, ds.STEEL, "1") + ds.exchange(1, ds.CO2, "2"))
    text = text.replace(">1</referenceToReferenceFlow>", ">0</referenceToReferenceFlow>")
    package, report = read(tmp_path, text)
    found = package.processes[ds.MILL]
    assert [each.number for each in found.exchanges] == [2, 1]
    assert found.reference == 2
    assert "internal-id" in made.codes(report)


def test_a_field_that_nobody_reads_is_told_once_with_its_count(tmp_path):
    inside = "<minimumAmount>1</minimumAmount>"
    _, report = mill(
        tmp_path,
        ds.exchange(2, ds.CO2, "3", inside=inside) + ds.exchange(3, ds.CO2, "3", inside=inside),
    )
    told = [finding for finding in report if finding.place.field.endswith("minimumAmount")]
    assert [(finding.code, finding.details) for finding in told] == [
        ("unknown-field", {"count": "2"})
    ]
    assert told[0].place.file == "in.zip/ILCD/processes/mill.xml"
    assert told[0].place.sheet == "Mill"


def test_english_with_chinese_characters_is_told(tmp_path):
    package, report = read(
        tmp_path, ds.process(ds.STEEL_OUT), flows__steel=ds.flow(ds.STEEL, "Steel 钢")
    )
    assert package.flows[ds.STEEL].names == {"en": "Steel 钢"}
    assert "language-mixed" in made.codes(report)


def test_reference_properties_and_units_may_be_left_out(tmp_path):
    mass = "93a60a56-a3c8-11da-a746-0800200b9a66"
    steel = ds.flow(ds.STEEL, "Steel").replace(ds.MASS, mass)
    package, report = read(
        tmp_path, ds.process(ds.STEEL_OUT), flows__steel=steel, unitgroups__a=ds.unit_group()
    )
    assert package.properties[mass].unit_group in package.unit_groups
    assert "reference-data" in made.codes(report)


def test_one_data_set_alone(tmp_path):
    path = tmp_path / "flow.txt"
    path.write_text(ds.flow(ds.STEEL, "Steel"), encoding="utf-8")
    package, _ = made.read_by(ilcd, path)
    assert package.flows[ds.STEEL].names == {"en": "Steel"}


def model(*links):
    """A life cycle model of two instances, with links from the first to the second."""
    outputs = "".join(
        f'<outputExchange flowUUID="{made_}"><downstreamProcess id="1" flowUUID="{taken}"/>'
        "</outputExchange>"
        for made_, taken in links
    )
    space = "http://eplca.jrc.ec.europa.eu/ILCD/LifeCycleModel/2017"
    instance = '<processInstance dataSetInternalID="{}"><referenceToProcess refObjectId="{}"/>{}'
    first = instance.format(0, ds.MINE, f"<connections>{outputs}</connections>")
    second = instance.format(1, ds.MILL, "")
    return (
        f'<lifeCycleModelDataSet xmlns="{space}"><lifeCycleModelInformation><technology><processes>'
        f"{first}</processInstance>{second}</processInstance></processes></technology>"
        "</lifeCycleModelInformation></lifeCycleModelDataSet>"
    )


def test_a_life_cycle_model_names_suppliers(tmp_path):
    package, _ = read(
        tmp_path,
        ds.process(ds.STEEL_OUT + ds.exchange(2, ds.SCRAP, "1", "Input")),
        processes__mine=ds.process(ds.exchange(1, ds.SCRAP, "1"), key=ds.MINE, name="Yard"),
        lifecyclemodels__m=model((ds.SCRAP, ds.SCRAP)),
    )
    assert package.processes[ds.MILL].exchanges[1].provider == ds.MINE


def test_a_life_cycle_model_names_treatments(tmp_path):
    package, _ = read(
        tmp_path,
        ds.process(ds.exchange(1, ds.SCRAP, "1", "Input")),
        flows__scrap=ds.flow(ds.SCRAP, "Scrap", "Waste flow"),
        processes__mine=ds.process(
            ds.exchange(1, ds.STEEL, "1") + ds.exchange(2, ds.SCRAP, "1"), key=ds.MINE, name="Yard"
        ),
        lifecyclemodels__m=model((ds.SCRAP, ds.SCRAP)),
    )
    assert package.processes[ds.MINE].exchanges[1].provider == ds.MILL


def test_a_link_between_different_flows_is_told(tmp_path):
    _, report = read(
        tmp_path, ds.process(ds.STEEL_OUT), lifecyclemodels__m=model((ds.SCRAP, ds.STEEL))
    )
    assert "model-link" in made.codes(report)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030", "cp1252"])
def test_encodings_that_xml_declares(encoding, tmp_path):
    name = "Stahl ä" if encoding == "cp1252" else "钢"
    declared = encoding.replace("utf-8-sig", "utf-8").replace("cp1252", "windows-1252")
    text = f'<?xml version="1.0" encoding="{declared}"?>{ds.flow(ds.STEEL, name)}'
    package, _ = read(tmp_path, ds.process(ds.STEEL_OUT), flows__steel=text.encode(encoding))
    assert package.flows[ds.STEEL].names == {"en": name}
