"""A small database made by hand, illustrative, in both generations of openLCA's packages.

Power from coal with a loop through the mine, ash that a landfill treats, heat and power from one
plant (declared shares), a sawmill with two outputs (no shares), an avoided product, an input that
nobody supplies, a formula, amounts in other units and by another property.
"""

import copy
import json
import zipfile

MASS, ENERGY, PRICE = "prop-mass", "prop-energy", "prop-price"
KG, G, MJ, KWH, CNY = "unit-kg", "unit-g", "unit-mj", "unit-kwh", "unit-cny"
UNITS = {KG: (MASS, "kg"), G: (MASS, "g"), MJ: (ENERGY, "MJ"), KWH: (ENERGY, "kWh")}
AIR = "Elementary flows/Emission to air/unspecified"


def ref(kind, id_, **more):
    return {"@type": kind, "@id": id_, **more}


def unit(id_, name, factor, **more):
    return {"@type": "Unit", "@id": id_, "name": name, "conversionFactor": factor, **more}


def group(id_, name, units, prop):
    return {
        "@type": "UnitGroup", "@id": id_, "name": name, "version": "00.00.000", "units": units,
        "defaultFlowProperty": ref("FlowProperty", prop),
    }  # fmt: skip


def prop(id_, name, group_id, kind="PHYSICAL_QUANTITY"):
    return {
        "@type": "FlowProperty", "@id": id_, "name": name, "flowPropertyType": kind,
        "unitGroup": ref("UnitGroup", group_id),
    }  # fmt: skip


def flow(id_, name, kind, factors, category, **more):
    factors = [
        {
            "@type": "FlowPropertyFactor", "flowProperty": ref("FlowProperty", key),
            "conversionFactor": factor, "isRefFlowProperty": number == 0,
        }
        for number, (key, factor) in enumerate(factors.items())
    ]  # fmt: skip
    return {
        "@type": "Flow", "@id": id_, "name": name, "flowType": kind, "category": category,
        "flowProperties": factors, **more,
    }  # fmt: skip


def exchange(number, flow_id, amount, unit_id, *, taken=False, **more):
    key, name = UNITS[unit_id]
    return {
        "@type": "Exchange", "internalId": number, "amount": amount, "isInput": taken,
        "flow": ref("Flow", flow_id), "unit": ref("Unit", unit_id, name=name),
        "flowProperty": ref("FlowProperty", key), **more,
    }  # fmt: skip


def process(id_, name, place, exchanges, **more):
    exchanges[0]["isQuantitativeReference"] = True
    return {
        "@type": "Process", "@id": id_, "name": name, "processType": "UNIT_PROCESS",
        "category": "Made by hand", "location": ref("Location", place), "exchanges": exchanges,
        "version": "01.00.000", "lastChange": "2026-01-01T00:00:00Z", **more,
    }  # fmt: skip


def allocation(product, value, kind="PHYSICAL_ALLOCATION", **more):
    return {
        "@type": "AllocationFactor", "allocationType": kind, "product": ref("Flow", product),
        "value": value, **more,
    }  # fmt: skip


def lognormal(median, gsd):
    return {"distributionType": "LOG_NORMAL_DISTRIBUTION", "geomMean": median, "geomSd": gsd}


def parameter(name, value=None, formula=None):
    found = {"@type": "Parameter", "name": name, "parameterScope": "PROCESS_SCOPE"}
    if formula:
        return {**found, "formula": formula, "isInputParameter": False, "value": value}
    return {**found, "value": value, "isInputParameter": True}


UNIT_GROUPS = [
    group("group-mass", "Units of mass", [
        unit(KG, "kg", 1, isRefUnit=True), unit(G, "g", 0.001, synonyms=["gram"]),
    ], MASS),
    group("group-energy", "Units of energy", [
        unit(MJ, "MJ", 1.0, isRefUnit=True), unit(KWH, "kWh", 3.6),
    ], ENERGY),
    group("group-money", "Units of currency", [unit(CNY, "CNY", 1, isRefUnit=True)], PRICE),
]  # fmt: skip
PROPERTIES = [
    prop(MASS, "Mass", "group-mass"),
    prop(ENERGY, "Energy", "group-energy"),
    prop(PRICE, "Price", "group-money", "ECONOMIC_QUANTITY"),
]
LOCATIONS = [
    {"@type": "Location", "@id": "place-cn", "name": "China", "code": "CN", "latitude": 35.5},
    {"@type": "Location", "@id": "place-sd", "name": "Shandong", "code": "CN-SD"},
    {"@type": "Location", "@id": "place-glo", "name": "Global", "code": "GLO"},
]
FLOWS = [
    flow("power", "Electricity", "PRODUCT_FLOW", {ENERGY: 1}, "Energy"),
    flow("coal", "Hard coal", "PRODUCT_FLOW", {MASS: 1, ENERGY: 25.0}, "Fuels"),
    flow("heat", "Heat", "PRODUCT_FLOW", {ENERGY: 1}, "Energy"),
    flow("planks", "Planks", "PRODUCT_FLOW", {MASS: 1, PRICE: 3}, "Wood", synonyms="Boards; Deals"),
    flow("sawdust", "Sawdust", "PRODUCT_FLOW", {MASS: 1, PRICE: 0.5}, "Wood"),
    flow("logs", "Logs", "PRODUCT_FLOW", {MASS: 1}, "Wood"),
    flow("ash", "Ash", "WASTE_FLOW", {MASS: 1}, "Wastes"),
    flow("co2", "Carbon dioxide, fossil", "ELEMENTARY_FLOW", {MASS: 1}, AIR, cas="000124-38-9"),
    flow("ch4", "Methane, fossil", "ELEMENTARY_FLOW", {MASS: 1}, AIR),
    flow("ch4-bio", "Methane, biogenic", "ELEMENTARY_FLOW", {MASS: 1}, AIR),
    flow("uptake", "Carbon dioxide, in air", "ELEMENTARY_FLOW", {MASS: 1},
         "Elementary flows/Resource/in air"),
    flow("nox", "Nitrogen oxides", "ELEMENTARY_FLOW", {MASS: 1}, AIR),
    flow("mix", "HFCs and HCFCs, unspecified", "ELEMENTARY_FLOW", {MASS: 1}, AIR),
]  # fmt: skip
PROCESSES = [
    process("plant", "Power plant", "place-cn", [
        exchange(1, "power", 1.0, KWH, uncertainty=lognormal(1.0, 1.05)),
        exchange(2, "coal", 0.4, KG, taken=True, uncertainty=lognormal(0.4, 1.2),
                 dqEntry="(1;2;3;2;1)"),
        exchange(3, "ash", 50, G),
        exchange(4, "co2", 0.9, KG),
        exchange(5, "nox", 1.5, G, description="after cleaning"),
    ], processDocumentation={
        "validFrom": "2024-01-01", "validUntil": "2025-12-31",
        "technologyDescription": "Pulverised coal", "sources": [ref("Source", "report")],
        "dataGenerator": ref("Actor", "author"), "isCopyrightProtected": True,
    }),
    process("mine", "Coal mine", "place-sd", [
        exchange(1, "coal", 1, KG),
        exchange(2, "power", 0.03, KWH, taken=True),
        exchange(3, "ch4", 4, G),
    ]),
    process("landfill", "Landfill", "place-cn", [
        exchange(1, "ash", 1, KG, taken=True),
        exchange(2, "ch4-bio", 2, G),
        exchange(3, "power", 0.01, KWH, taken=True,
                 defaultProvider=ref("Process", "plant")),
    ]),
    process("chp", "Heat and power plant", "place-sd", [
        exchange(1, "heat", 6, MJ),
        exchange(2, "power", 1, KWH),
        exchange(3, "coal", 12.5, MJ, taken=True),
        exchange(4, "co2", 1.2, KG),
    ], defaultAllocationMethod="PHYSICAL_ALLOCATION", allocationFactors=[
        allocation("heat", 0.4), allocation("power", 0.6),
    ]),
    process("sawmill", "Sawmill", "place-sd", [
        exchange(1, "planks", 1, KG),
        exchange(2, "sawdust", 0.5, KG),
        exchange(3, "logs", 1.6, KG, taken=True),
        exchange(4, "uptake", 2.2, KG, taken=True),
        exchange(5, "heat", 0.3, MJ, taken=True, isAvoidedProduct=True),
        exchange(6, "power", 0.14, KWH, taken=True, amountFormula="hours * load^1",
                 defaultProvider=ref("Process", "plant")),
        exchange(7, "mix", 0.001, G),
    ], parameters=[
        parameter("Hours", 0.2), parameter("load", 0.7, "if(Hours > 0; 0.35*2; 0)"),
    ]),
]  # fmt: skip
SOURCES = [
    {"@type": "Source", "@id": "report", "name": "Report", "year": 2025, "textReference": "p. 3"}
]
ACTORS = [{"@type": "Actor", "@id": "author", "name": "Author", "city": "Jinan"}]


def generation_2():
    """Entries of the package as openLCA 2 writes them, by name."""
    folders = {
        "unit_groups": UNIT_GROUPS, "flow_properties": PROPERTIES, "locations": LOCATIONS,
        "flows": FLOWS, "processes": PROCESSES, "sources": SOURCES, "actors": ACTORS,
    }  # fmt: skip
    entries = {
        f"{folder}/{each['@id']}.json": copy.deepcopy(each)
        for folder, objects in folders.items()
        for each in objects
    }
    return {"olca-schema.json": {"version": 2}, **entries}


RENAMED = {
    "isInput": "input", "isAvoidedProduct": "avoidedProduct", "isRefUnit": "referenceUnit",
    "isQuantitativeReference": "quantitativeReference", "dqEntry": "pedigreeUncertainty",
    "isRefFlowProperty": "referenceFlowProperty", "isInputParameter": "inputParameter",
    "isCopyrightProtected": "copyright",
}  # fmt: skip


def generation_1():
    """The same database as openLCA 1.x wrote it: other names, categories as objects."""
    categories = {}

    def category(path):
        parent = None
        for depth in range(1, len(path) + 1):
            key = "category " + "/".join(path[:depth])
            categories[key] = {
                "@type": "Category", "@id": key, "name": path[depth - 1],
                **({"category": ref("Category", parent)} if parent else {}),
            }  # fmt: skip
            parent = key
        return ref("Category", parent)

    def older(value):
        if isinstance(value, list):
            return [older(each) for each in value]
        if not isinstance(value, dict):
            return value
        found = {RENAMED.get(name, name): older(each) for name, each in value.items()}
        if isinstance(found.get("category"), str):
            found["category"] = category(found["category"].split("/"))
        if found.get("@type") == "Exchange":
            found["@id"] = f"exchange {found.pop('internalId')}"
        return {"@context": "http://greendelta.github.io/olca-schema/context.jsonld", **found}

    entries = {name: older(each) for name, each in generation_2().items() if "/" in name}
    entries |= {f"categories/{number}.json": one for number, one in enumerate(categories.values())}
    return {"context.json": {"@vocab": "http://openlca.org/schema/v1.0/"}, **entries}


def packed(path, entries):
    """The entries as a package; values that are bytes stand as they are."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in entries.items():
            archive.writestr(name, value if isinstance(value, bytes) else json.dumps(value))
    return path
