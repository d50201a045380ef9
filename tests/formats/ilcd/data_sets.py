"""Data sets in XML, as small as they can be."""

from tests.formats.ilcd import made

_SPACES = (
    'xmlns:common="http://lca.jrc.it/ILCD/Common" '
    'xmlns:epd="http://www.iai.kit.edu/EPD/2013" '
    'xmlns:olca="http://openlca.org/ilcd-extensions"'
)
MASS, KG_GROUP, STEEL, CO2, SCRAP = (made.key(number) for number in (61, 62, 63, 64, 65))
MILL, MINE = made.key(71), made.key(72)


def unit_group(units='<unit dataSetInternalID="0"><name>kg</name><meanValue>1</meanValue></unit>'):
    return (
        f'<unitGroupDataSet {_SPACES} xmlns="http://lca.jrc.it/ILCD/UnitGroup" version="1.1">'
        f"<unitGroupInformation><dataSetInformation><common:UUID>{KG_GROUP}</common:UUID>"
        '<common:name xml:lang="en">Mass</common:name></dataSetInformation>'
        "<quantitativeReference><referenceToReferenceUnit>0</referenceToReferenceUnit>"
        f"</quantitativeReference></unitGroupInformation><units>{units}</units></unitGroupDataSet>"
    )


def flow_property(group=KG_GROUP):
    return (
        f'<flowPropertyDataSet {_SPACES} xmlns="http://lca.jrc.it/ILCD/FlowProperty" version="1.1">'
        f"<flowPropertiesInformation><dataSetInformation><common:UUID>{MASS}</common:UUID>"
        '<common:name xml:lang="en">Mass</common:name></dataSetInformation><quantitativeReference>'
        f'<referenceToReferenceUnitGroup type="unit group data set" refObjectId="{group}"/>'
        "</quantitativeReference></flowPropertiesInformation></flowPropertyDataSet>"
    )


def flow(key, name, kind="Product flow", version="01.00.000", inside="", value="1"):
    return (
        f'<flowDataSet {_SPACES} xmlns="http://lca.jrc.it/ILCD/Flow" version="1.1">'
        f"<flowInformation><dataSetInformation><common:UUID>{key}</common:UUID><name>"
        f'<baseName xml:lang="en">{name}</baseName></name>{inside}</dataSetInformation>'
        "<quantitativeReference><referenceToReferenceFlowProperty>0"
        "</referenceToReferenceFlowProperty></quantitativeReference></flowInformation>"
        f"<modellingAndValidation><LCIMethod><typeOfDataSet>{kind}</typeOfDataSet></LCIMethod>"
        "</modellingAndValidation><administrativeInformation><publicationAndOwnership>"
        f"<common:dataSetVersion>{version}</common:dataSetVersion></publicationAndOwnership>"
        '</administrativeInformation><flowProperties><flowProperty dataSetInternalID="0">'
        '<referenceToFlowPropertyDataSet type="flow property data set" '
        f'refObjectId="{MASS}"/><meanValue>{value}</meanValue></flowProperty></flowProperties>'
        "</flowDataSet>"
    )


def exchange(number, flow_key, amount, direction="Output", inside="", attributes=""):
    return (
        f'<exchange dataSetInternalID="{number}" {attributes}><referenceToFlowDataSet '
        f'type="flow data set" refObjectId="{flow_key}" version="01.00.000"/>'
        f"<exchangeDirection>{direction}</exchangeDirection><meanAmount>{amount}</meanAmount>"
        f"{inside}</exchange>"
    )


def process(exchanges, key=MILL, name="Mill", more="", method="", kind="Unit process, black box"):
    return (
        f'<processDataSet {_SPACES} xmlns="http://lca.jrc.it/ILCD/Process" version="1.1">'
        f"<processInformation><dataSetInformation><common:UUID>{key}</common:UUID><name>"
        f'<baseName xml:lang="en">{name}</baseName></name></dataSetInformation>'
        '<quantitativeReference type="Reference flow(s)"><referenceToReferenceFlow>1'
        f"</referenceToReferenceFlow></quantitativeReference>{more}</processInformation>"
        "<modellingAndValidation><LCIMethodAndAllocation>"
        f"<typeOfDataSet>{kind}</typeOfDataSet>{method}</LCIMethodAndAllocation>"
        f"</modellingAndValidation><exchanges>{exchanges}</exchanges></processDataSet>"
    )


STEEL_OUT = exchange(1, STEEL, "1")


def entries(process_text, **more):
    """The entries of a package around a process; `more` replaces or adds data sets."""
    found = {
        "unitgroups/a.xml": unit_group(),
        "flowproperties/a.xml": flow_property(),
        "flows/steel.xml": flow(STEEL, "Steel"),
        "flows/co2.xml": flow(CO2, "Carbon dioxide", "Elementary flow"),
        "flows/scrap.xml": flow(SCRAP, "Scrap"),
        "processes/mill.xml": process_text,
    }
    found |= {name.replace("__", "/") + ".xml": text for name, text in more.items()}
    return {f"ILCD/{name}": text for name, text in found.items() if text}
