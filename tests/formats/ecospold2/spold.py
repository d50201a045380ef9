"""Data sets of ecoSpold 2 made by hand, illustrative; they fit the schema of the format."""

import zipfile
from pathlib import Path

from tanyuan.backgrounds.report import Report
from tanyuan.formats.packages import read_package

ORACLE = Path(__file__).parent / "data" / "oracle.spold"
SPACE = "http://www.EcoInvent.org/EcoSpold02"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def key(number):
    return f"00000000-0000-4000-8000-{number:012d}"


MILL, POWER_PLANT, MARKET, BURNER, PAIR = key(1), key(2), key(3), key(4), key(5)
STEEL, POWER, ASH, HEAT, CO2, WATER = key(21), key(22), key(23), key(24), key(25), key(26)
WET_MASS, PRICE, DRY_MASS, NET = key(31), key(32), key(33), key(34)
UNIT = key(90)


def group(code):
    side, _, number = code.partition(" ")
    return f"<{side}putGroup>{number}</{side}putGroup>"


def texts(element, said):
    """An element once for each language."""
    by_language = said if isinstance(said, dict) else {"en": said}
    return "".join(
        f'<{element} xml:lang="{tag}">{text}</{element}>' for tag, text in by_language.items()
    )


def attributes(given):
    return "".join(f' {name}="{value}"' for name, value in given.items())


def lognormal(mean, variance, with_pedigree):
    return (
        f'<uncertainty><lognormal meanValue="{mean}" mu="0" variance="{variance}" '
        f'varianceWithPedigreeUncertainty="{with_pedigree}"/><pedigreeMatrix reliability="1" '
        'completeness="2" temporalCorrelation="3" geographicalCorrelation="4" '
        'furtherTechnologyCorrelation="5"/></uncertainty>'
    )


def law(name, **parameters):
    return f"<uncertainty><{name}{attributes(parameters)}/></uncertainty>"


def prop(id_, name, amount, unit="kg", **more):
    return (
        f'<property propertyId="{id_}" amount="{amount}" unitId="{UNIT}"{attributes(more)}>'
        f"{texts('name', name)}{texts('unitName', unit)}</property>"
    )


def by_class(value, system="By-product classification", number=91):
    return (
        f'<classification classificationId="{key(number)}">{texts("classificationSystem", system)}'
        f"{texts('classificationValue', value)}</classification>"
    )


def product(
    flow,
    name,
    amount,
    code,
    unit="kg",
    *,
    uncertainty="",
    inside="",
    classes="",
    comment="",
    **more,
):
    """An exchange with other activities; the group is `in 5`, `out 0` …"""
    given = {"id": key(int(flow[-4:]) + 500), "unitId": UNIT, "amount": amount} | more
    return (
        f'<intermediateExchange intermediateExchangeId="{flow}"{attributes(given)}>'
        f"{texts('name', name)}{texts('unitName', unit)}"
        f"{texts('comment', comment) if comment else ''}"
        f"{uncertainty}{inside}{classes}{group(code)}</intermediateExchange>"
    )


def elementary(
    flow,
    name,
    amount,
    code="out 4",
    unit="kg",
    *,
    where=("air", "unspecified"),
    uncertainty="",
    **more,
):
    given = {"id": key(int(flow[-4:]) + 500), "unitId": UNIT, "amount": amount} | more
    return (
        f'<elementaryExchange elementaryExchangeId="{flow}"{attributes(given)}>'
        f"{texts('name', name)}{texts('unitName', unit)}{uncertainty}"
        f'<compartment subcompartmentId="{key(92)}">{texts("compartment", where[0])}'
        f"{texts('subcompartment', where[1])}</compartment>{group(code)}</elementaryExchange>"
    )


def parameter(name, amount, **more):
    return (
        f'<parameter parameterId="{key(93)}" variableName="{name}" amount="{amount}"'
        f"{attributes(more)}>{texts('name', name)}{texts('unitName', 'kg')}</parameter>"
    )


def spold(
    activity,
    name,
    flows,
    *,
    location="CN",
    child=False,
    about="",
    system="Undefined",
    inside="",
    protected="false",
    head=HEAD,
):
    element = "childActivityDataset" if child else "activityDataset"
    return f"""{head}
<ecoSpold xmlns="{SPACE}"><{element}><activityDescription>
<activity id="{activity}" activityNameId="{key(94)}" type="1" specialActivityType="0" {about}>
{texts("activityName", name)}{inside}
<generalComment><text xml:lang="en" index="2">Second.</text><text xml:lang="en"
 index="1">First.</text>
<text xml:lang="zh" index="3">第一。</text></generalComment></activity>
{by_class("metals/extraction", "EcoSpold01Categories")}
{by_class("2410:Manufacture of basic iron and steel", "ISIC rev.4 ecoinvent", 95)}
<geography geographyId="{key(96)}">{texts("shortname", location)}<comment><text xml:lang="en"
 index="1">One plant.</text></comment></geography>
<technology technologyLevel="3"><comment><text xml:lang="en"
 index="1">Electric arc furnace.</text></comment></technology>
<timePeriod startDate="2020-01-01" endDate="2023-12-31" isDataValidForEntirePeriod="true"/>
<macroEconomicScenario macroEconomicScenarioId="{key(97)}">
{texts("name", "Business-as-Usual")}</macroEconomicScenario>
</activityDescription><flowData>{flows}</flowData><modellingAndValidation>
<representativeness percent="80.0" systemModelId="{key(98)}">
{texts("systemModelName", system)}{texts("samplingProcedure", "Interviews.")}</representativeness>
<review reviewerId="{key(42)}" reviewerName="Zhao L." reviewerEmail="z@example.org"
 reviewDate="2024-01-02" reviewedMajorRelease="3" reviewedMinorRelease="0"
 reviewedMajorRevision="1" reviewedMinorRevision="0"><details><text xml:lang="en"
 index="1">Passed.</text></details></review>
</modellingAndValidation><administrativeInformation>
<dataEntryBy personId="{key(41)}" personName="Wang F." personEmail="w@example.org"
 isActiveAuthor="true"/>
<dataGeneratorAndPublication personId="{key(42)}" personName="Zhao L." personEmail="z@example.org"
 dataPublishedIn="0" publishedSourceId="{key(43)}" publishedSourceYear="2022"
 publishedSourceFirstAuthor="Li W." isCopyrightProtected="{protected}" accessRestrictedTo="0"/>
<fileAttributes majorRelease="3" minorRelease="1" majorRevision="2" minorRevision="0"
 internalSchemaVersion="1.0" defaultLanguage="en" creationTimestamp="2024-01-01T00:00:00"
 lastEditTimestamp="2024-05-06T07:08:09" fileGenerator="By hand"
 fileTimestamp="2024-05-06T07:08:09" contextId="{key(99)}">
{texts("contextName", "hand")}</fileAttributes>
</administrativeInformation></{element}></ecoSpold>"""


STEEL_OUT = product(
    STEEL,
    {"en": "steel", "zh": "钢"},
    "1",
    "out 0",
    classes=by_class("allocatable product") + by_class("41: Basic metals", "CPC"),
    productionVolumeAmount="5000000",
)
STEEL_MILL = spold(
    MILL,
    {"en": "steel production", "zh": "钢生产"},
    STEEL_OUT
    + product(
        POWER,
        "electricity",
        "0.5",
        "in 5",
        "kWh",
        activityLinkId=MARKET,
        uncertainty=lognormal("0.5", "0.04", "0.09"),
        comment="Metered.",
    )
    + product(
        ASH,
        "ash",
        "-0.02",
        "in 5",
        activityLinkId=BURNER,
        uncertainty=law(
            "normal", meanValue="-0.02", variance="0.0001", varianceWithPedigreeUncertainty="0.0004"
        ),
    )
    + elementary(
        CO2,
        "Carbon dioxide, fossil",
        "1.5",
        casNumber="000124-38-9",
        formula="CO2",
        uncertainty=law("triangular", minValue="1.2", mostLikelyValue="1.5", maxValue="1.9"),
    )
    + elementary(
        WATER,
        "Water, river",
        "0.01",
        "in 4",
        "m3",
        where=("natural resource", "in water"),
        uncertainty=law("uniform", minValue="0.005", maxValue="0.02"),
    ),
    inside=texts("synonym", "steelmaking") + texts("includedActivitiesStart", "From ore."),
)
POWER_MARKET = spold(
    MARKET,
    "market for electricity",
    product(POWER, "electricity", "1", "out 0", "kWh")
    + product(POWER, "electricity", "0.03", "in 5", "kWh", activityLinkId=MARKET)
    + product(POWER, "electricity", "1", "in 5", "kWh", activityLinkId=POWER_PLANT),
    location="CN-NM",
).replace('specialActivityType="0"', 'specialActivityType="1"')
PLANT = spold(
    POWER_PLANT,
    "electricity production",
    product(POWER, "electricity", "1", "out 0", "kWh")
    + elementary(CO2, "Carbon dioxide, fossil", "0.6", casNumber="000124-38-9", formula="CO2"),
    location="CN-NM",
)
TREATMENT = spold(
    BURNER,
    "treatment of ash",
    product(ASH, "ash", "-1", "out 0", classes=by_class("Waste"))
    + elementary(CO2, "Carbon dioxide, fossil", "0.1", casNumber="000124-38-9", formula="CO2"),
    location="GLO",
    child=True,
)
FOUR = {"mill": STEEL_MILL, "market": POWER_MARKET, "plant": PLANT, "treatment": TREATMENT}


def zipped(path, entries, folder="database/datasets"):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            data = text if isinstance(text, bytes) else text.encode()
            archive.writestr(f"{folder}/{name}.spold" if "." not in name else name, data)
    return path


def read(path):
    report = Report()
    return read_package(path, report), report


def read_zip(folder, **entries):
    return read(zipped(folder / "in.zip", entries))


def read_one(folder, text):
    path = folder / "in.spold"
    path.write_text(text, encoding="utf-8")
    return read(path)


def codes(report):
    return {each.code for each in report}
