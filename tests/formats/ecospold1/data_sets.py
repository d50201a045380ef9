"""Data sets of ecoSpold 1 made by hand, illustrative; they fit the schema of the format."""

from decimal import Decimal
from pathlib import Path

from tanyuan.backgrounds.report import Report
from tanyuan.formats.packages import read_package

ORACLE = Path(__file__).parent / "data" / "oracle.xml"
SPACE = "http://www.EcoInvent.org/EcoSpold01"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def exchange(number, name, amount, group, unit="kg", **attributes):
    """An exchange; the group is `in 5`, `out 0` …, or empty."""
    side, _, code = group.partition(" ")
    inner = f"<{side}putGroup>{code}</{side}putGroup>" if group else ""
    more = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return (
        f'<exchange number="{number}" name="{name}" unit="{unit}" meanValue="{amount}"{more}>'
        f"{inner}</exchange>"
    )


def emission(number, name, amount, **attributes):
    given = {"category": "air", "subCategory": "unspecified"} | attributes
    return exchange(number, name, amount, "out 4", **given)


def allocation(product, fraction, *exchanges, method="1"):
    inner = "".join(
        f"<referenceToInputOutput>{each}</referenceToInputOutput>" for each in exchanges
    )
    return (
        f'<allocation referenceToCoProduct="{product}" allocationMethod="{method}" '
        f'fraction="{fraction}" explanations="Illustrative">{inner}</allocation>'
    )


def data_set(
    flows,
    name="Steel, at plant",
    *,
    number=1,
    unit="kg",
    location="CN",
    kind="1",
    languages='languageCode="en" localLanguageCode="zh"',
    function="",
    function_inner="",
    representativeness="",
    protected="false",
):
    return f"""<dataset number="{number}" timestamp="2024-05-06T07:08:09" generator="By hand">
<metaInformation><processInformation>
<referenceFunction datasetRelatesToProduct="true" name="{name}" localName="钢" amount="1"
 unit="{unit}" infrastructureProcess="false" category="metals" subCategory="extraction"
 localCategory="金属" localSubCategory="开采" includedProcesses="From ore to steel."
 generalComment="Made by hand." infrastructureIncluded="true"
 {function}>{function_inner}</referenceFunction>
<geography location="{location}" text="One plant."/>
<technology text="Electric arc furnace."/>
<timePeriod dataValidForEntirePeriod="true" text="A survey."><startYear>2020</startYear>
<endYear>2023</endYear></timePeriod>
<dataSetInformation type="{kind}" impactAssessmentResult="false" timestamp="2024-05-06T07:08:09"
 version="1.0" internalVersion="1.00" energyValues="1" {languages}/>
</processInformation><modellingAndValidation>
<representativeness percent="80.0" productionVolume="5 Mt" samplingProcedure="Interviews."
 extrapolations="none" uncertaintyAdjustments="none" {representativeness}/>
<source number="7" sourceType="1" firstAuthor="Li W." year="2022" title="Steel in figures"
 placeOfPublications="Beijing"/>
<validation proofReadingDetails="Passed." proofReadingValidator="2" otherDetails="none"/>
</modellingAndValidation><administrativeInformation>
<dataEntryBy person="1" qualityNetwork="1"/>
<dataGeneratorAndPublication person="2" dataPublishedIn="0" referenceToPublishedSource="7"
 copyright="{protected}"/>
<person number="1" name="Wang F." address="1 Road" telephone="1" email="w@example.org"
 companyCode="XX" countryCode="CN"/>
<person number="2" name="Zhao L." address="2 Road" telephone="2" email="z@example.org"
 companyCode="XX" countryCode="CN"/>
</administrativeInformation></metaInformation>
<flowData>{flows}</flowData></dataset>"""


def document(*data_sets, space=SPACE, head=HEAD):
    return f'{head}\n<ecoSpold xmlns="{space}">{"".join(data_sets)}</ecoSpold>'


STEEL_OUT = exchange(1, "Steel, at plant", "1", "out 0", location="CN")
STEEL = data_set(
    STEEL_OUT
    + exchange(
        2,
        "Electricity, medium voltage",
        "0.5",
        "in 5",
        "kWh",
        location="CN",
        uncertaintyType=1,
        standardDeviation95="1.21",
        generalComment="(1,2,1,1,1,3)",
    )
    + exchange(
        3,
        "Transport, lorry",
        "0.2",
        "in 3",
        "tkm",
        location="CN",
        uncertaintyType=2,
        standardDeviation95="0.04",
        minValue="0.16",
        maxValue="0.24",
    )
    + exchange(
        4,
        "Lime",
        "0.1",
        "in 1",
        location="GLO",
        uncertaintyType=3,
        minValue="0.05",
        maxValue="0.18",
    )
    + exchange(
        5, "Scrap", "0.3", "in 1", location="CN", uncertaintyType=4, minValue="0.2", maxValue="0.4"
    )
    + emission(
        6,
        "Carbon dioxide, fossil",
        "1.5",
        CASNumber="000124-38-9",
        formula="CO2",
        uncertaintyType=1,
        standardDeviation95="1.44",
        minValue="1.0417",
        maxValue="2.16",
        referenceToSource="7",
        localName="二氧化碳",
    )
    + emission(7, "Methane, biogenic", "0.002", CASNumber="000074-82-8")
    + exchange(
        8, "Carbon dioxide, in air", "0.01", "in 4", category="resource", subCategory="in air"
    )
    + exchange(9, "Iron, in ground", "1.2", "in 4", category="resource", subCategory="in ground"),
    function_inner="<synonym>Crude steel</synonym>",
)
POWER = data_set(
    exchange(11, "Electricity, medium voltage", "1", "out 0", "kWh", location="CN")
    + emission(12, "Carbon dioxide, fossil", "0.6"),
    "Electricity, medium voltage",
    number=2,
    unit="kWh",
)


def written(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def read(path):
    report = Report()
    return read_package(path, report), report


def read_text(folder, *data_sets, **more):
    return read(written(folder / "in.xml", document(*data_sets, **more)))


def codes(report):
    return {each.code for each in report}


def process(package, name):
    (found,) = [each for each in package.processes.values() if each.names["en"] == name]
    return found


def flow(package, name):
    (found,) = [each for each in package.flows.values() if name in each.names.values()]
    return found


def exchanges(package, name):
    """The exchanges of a process by the name of their flow."""
    return {package.flows[e.flow].names["en"]: e for e in process(package, name).exchanges}


def number(text):
    return Decimal(text)
