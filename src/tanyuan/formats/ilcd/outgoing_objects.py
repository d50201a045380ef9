"""Trees of unit groups, flow properties, flows, sources and contacts."""

from __future__ import annotations

from collections.abc import Mapping

from tanyuan.backgrounds.package import (
    UNDETERMINED,
    Flow,
    FlowKind,
    Property,
    Reference,
    Texts,
    UnitGroup,
)
from tanyuan.documents.numbers import decimal_string
from tanyuan.formats.ilcd import fields
from tanyuan.formats.ilcd.objects import joined_names
from tanyuan.formats.ilcd.outgoing import Writing, cut, put, short, texts
from tanyuan.formats.ilcd.trees import Tree

_KIND_OF = {kind: name for name, kind in fields.FLOW_KINDS.items()}
_LONG = 1000


def unit_group(entry: UnitGroup, writing: Writing) -> Tree:
    """The data set of a unit group; units are numbered in their order."""
    information = "unitGroupInformation/dataSetInformation"
    tree = writing.frame(entry, information)
    put(tree, f"{information}/common:name", short(entry.names))
    put(tree, f"{information}/common:generalComment", texts(entry.description))
    units = []
    for number, unit in enumerate(entry.units):
        node: Tree = {
            "@dataSetInternalID": str(number),
            "name": cut(unit.name, 500),
            "meanValue": decimal_string(unit.factor),
        }
        put(node, "generalComment", short(unit.description))
        units.append(node)
        if unit.id == entry.reference:
            put(
                tree,
                "unitGroupInformation/quantitativeReference/referenceToReferenceUnit",
                str(number),
            )
    put(tree, "units/unit", units)
    return tree


def flow_property(entry: Property, writing: Writing) -> Tree:
    """The data set of a flow property."""
    information = "flowPropertiesInformation/dataSetInformation"
    tree = writing.frame(entry, information)
    put(tree, f"{information}/common:name", short(entry.names))
    put(tree, f"{information}/common:generalComment", texts(entry.description))
    put(
        tree,
        "flowPropertiesInformation/quantitativeReference/referenceToReferenceUnitGroup",
        writing.ref("unitGroupDataSet", entry.unit_group),
    )
    return tree


def put_names(
    tree: Tree, where: str, names: Texts, told: Mapping[str, Texts], parts: tuple[str, ...]
) -> None:
    """The name in its parts, where the parts make up the full name; else the full name alone."""
    told = {part: told[part] for part in parts if part in told}
    base = {tag: _without(text, tag, told) for tag, text in names.items()}
    if joined_names(base, tuple(told.values())) != dict(names):
        base, told = dict(names), {}
    put(tree, f"{where}/baseName", short(base or {UNDETERMINED: "?"}))
    for part, text in told.items():
        put(tree, f"{where}/{part}", short(text))


def _without(text: str, tag: str, told: Mapping[str, Texts]) -> str:
    end = "".join(f"; {part[tag]}" for part in told.values() if part.get(tag))
    return text.removesuffix(end)


def flow(entry: Flow, writing: Writing) -> Tree:
    """The data set of a flow."""
    information = "flowInformation/dataSetInformation"
    tree = writing.frame(entry, information)
    put_names(tree, f"{information}/name", entry.names, entry.documentation, fields.FLOW_NAME_PARTS)
    put(
        tree,
        f"{information}/common:synonyms",
        texts({UNDETERMINED: "; ".join(entry.synonyms)} if entry.synonyms else {}),
    )
    put(tree, f"{information}/CASNumber", writing.dialect.cas(entry.cas))
    put(tree, f"{information}/sumFormula", cut(entry.formula, 500))
    put(tree, f"{information}/common:generalComment", texts(entry.description))
    for key, path in fields.FLOW_TEXTS.items():
        put(tree, path, texts(entry.documentation.get(key, {})))
    place = writing.package.locations.get(entry.location)
    if place is not None and place.code:
        put(tree, "flowInformation/geography/locationOfSupply", short({UNDETERMINED: place.code}))
    put(tree, "modellingAndValidation/LCIMethod/typeOfDataSet", _KIND_OF[FlowKind(entry.kind)])
    found = []
    for number, (key, factor) in enumerate(sorted(entry.properties.items())):
        found.append(
            {
                "@dataSetInternalID": str(number),
                "referenceToFlowPropertyDataSet": writing.ref("flowPropertyDataSet", key),
                "meanValue": decimal_string(factor),
            }
        )
        if key == entry.reference:
            put(
                tree,
                "flowInformation/quantitativeReference/referenceToReferenceFlowProperty",
                str(number),
            )
    put(tree, "flowProperties/flowProperty", found)
    return tree


def source(entry: Reference, writing: Writing) -> Tree:
    """The data set of a source."""
    information = "sourceInformation/dataSetInformation"
    tree = writing.frame(entry, information)
    put(tree, f"{information}/common:shortName", short(entry.names))
    put(tree, f"{information}/sourceDescriptionOrComment", texts(entry.description))
    for key, name in fields.SOURCE_TEXTS.items():
        put(tree, f"{information}/{name}", cut(entry.details.get(key, ""), _LONG))
    file = entry.details.get("url") or entry.details.get("externalFile", "")
    put(tree, f"{information}/referenceToDigitalFile/@uri", file)
    return tree


def contact(entry: Reference, writing: Writing) -> Tree:
    """The data set of a contact."""
    information = "contactInformation/dataSetInformation"
    tree = writing.frame(entry, information)
    put(tree, f"{information}/common:name", short(entry.names))
    brief = entry.details.get("shortName", "")
    put(tree, f"{information}/common:shortName", short({UNDETERMINED: brief} if brief else {}))
    for key, name in fields.CONTACT_TEXTS.items():
        put(tree, f"{information}/{name}", cut(entry.details.get(key, ""), 500))
    address = entry.details.get("address", "")
    put(
        tree,
        f"{information}/contactAddress",
        texts({UNDETERMINED: address} if address else {}, _LONG),
    )
    put(tree, f"{information}/contactDescriptionOrComment", texts(entry.description, _LONG))
    return tree
