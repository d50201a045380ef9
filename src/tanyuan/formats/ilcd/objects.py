"""Unit groups, flow properties, flows, sources and contacts of ILCD, read from trees."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tanyuan.backgrounds.package import (
    Flow,
    FlowKind,
    Property,
    Reference,
    ReferenceKind,
    Texts,
    Unit,
    UnitGroup,
    no_texts,
)
from tanyuan.backgrounds.report import Act
from tanyuan.formats.ilcd import fields
from tanyuan.formats.ilcd.nodes import Node, Ref
from tanyuan.languages import Message

PUBLICATION = "administrativeInformation/publicationAndOwnership"


class Met:
    """What data sets refer to, by id: the reference that was met first, and the places named."""

    def __init__(self) -> None:
        self.refs: dict[str, Ref] = {}
        self.locations: dict[str, str] = {}
        self._shared: dict[tuple[tuple[str, str], ...], Mapping[str, str]] = {}

    def id_of(self, ref: Ref | None) -> str:
        """The id in a reference, which is remembered."""
        if ref is None or not ref.id:
            return ""
        self.refs.setdefault(ref.id, ref)
        return ref.id

    def location(self, code: str) -> str:
        """The id of a place by its code, which is remembered; `NULL` means none in TIDAS."""
        if code in {"", "NULL"}:
            return ""
        key = location_id(code)
        self.locations.setdefault(key, code)
        return key

    def shared(self, details: dict[str, str]) -> Mapping[str, str]:
        """The same object for all exchanges of which the same is said."""
        if not details:
            return no_texts()
        return self._shared.setdefault(tuple(details.items()), details)


def location_id(code: str) -> str:
    """The id of a place: that which openLCA's reference data give to the same code.

    ILCD knows places by code only. openLCA derives its ids from the code in small letters, as a
    UUID of version 3 without name space.
    """
    digest = hashlib.md5(code.lower().encode(), usedforsecurity=False).digest()
    return str(uuid.UUID(bytes=digest, version=3))


def entry(root: Node, information: Node) -> dict[str, Any]:
    """The fields that every data set has."""
    category, codes = _category(information)
    entered = root.node("administrativeInformation/dataEntryBy")
    stamp = entered.word("common:timeStamp")
    # It repeats that the file is what it is.
    entered.refs("common:referenceToDataSetFormat")
    return {
        "id": _id(information),
        "category": category,
        "category_codes": codes,
        "version": root.node(PUBLICATION).word("common:dataSetVersion"),
        "last_change": "" if stamp == fields.UNKNOWN_TIME else stamp,
    }


def _id(information: Node) -> str:
    found = information.text("common:UUID")
    if not found:
        information.missing("common:UUID")
        return ""
    try:
        return str(uuid.UUID(found))
    except ValueError:
        information.wrong("common:UUID", "field-type", Message("The value is no UUID."))
        return ""


def _category(information: Node) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The first classification: texts and codes from the widest to the narrowest."""
    where = information.node("classificationInformation")
    for system, name, code in (
        ("common:elementaryFlowCategorization", "common:category", "@catId"),
        ("common:classification", "common:class", "@classId"),
    ):
        if not where.has(system):
            continue
        node = where.node(system)
        levels = sorted(
            ((each.integer("@level") or 0, each) for each in node.nodes(name)),
            key=lambda pair: pair[0],
        )
        called = node.text("@name")
        node.text("@classes")
        node.text("@categories")
        found = [(each.text("#text"), each.text(code)) for _, each in levels]
        if placeholders := _PLACEHOLDERS.fullmatch(called):
            found = found[: int(placeholders.group(1))]
        texts = tuple(text or key for text, key in found)
        codes = tuple(key for _, key in found)
        return texts, codes if all(codes) else ()
    return (), ()


_PLACEHOLDERS = re.compile(r"Placeholders from level (\d) on: the class is not known\.")


def placeholder_note(known: int) -> str:
    """What stands beside classes of which only so many are known, where a schema wants more."""
    return f"Placeholders from level {known} on: the class is not known."


def full_names(node: Node, parts: tuple[str, ...]) -> tuple[Texts, dict[str, Texts]]:
    """The full names by language, and the parts after the base name.

    ILCD joins base name, treatment, location type and properties of the flow by semicolons.
    """
    base = node.texts("baseName")
    told = {part: texts for part in parts if (texts := node.texts(part))}
    return joined_names(base, tuple(told.values())), told


def joined_names(base: Texts, parts: tuple[Texts, ...]) -> dict[str, str]:
    """A base name and its further parts as full names, for each language of the base name."""
    return {
        tag: "; ".join(filter(None, (text, *(part.get(tag, "") for part in parts))))
        for tag, text in base.items()
    }


def unit_group(root: Node, _met: Met) -> UnitGroup:
    """A unit group."""
    information = root.node("unitGroupInformation/dataSetInformation")
    common = entry(root, information)
    wanted = root.node("unitGroupInformation/quantitativeReference").integer(
        "referenceToReferenceUnit"
    )
    units: list[Unit] = []
    reference = ""
    for node in root.node("units").nodes("unit"):
        number = node.integer("@dataSetInternalID")
        unit = _unit(node, common["id"])
        units.append(unit)
        if number == wanted and number is not None:
            reference = unit.id
            if unit.factor != 1:
                node.wrong(
                    "meanValue",
                    "reference-unit",
                    Message("The reference unit has a factor that is not 1."),
                )
    _check_reference(root, bool(units), bool(reference))
    return UnitGroup(
        **common,
        names=information.texts("common:name"),
        description=information.texts("common:generalComment"),
        reference=reference,
        units=tuple(units),
    )


def _unit(node: Node, group: str) -> Unit:
    name = node.text("name")
    if not name:
        node.missing("name")
    if not node.has("meanValue"):
        node.missing("meanValue")
    factor = node.number("meanValue")
    if factor is not None and factor <= 0:
        node.wrong("meanValue", "field-type", Message("The factor is not larger than zero."))
    if factor is None or factor <= 0:
        factor = Decimal(1)
    own = node.word("@olca:unitId") or str(uuid.uuid5(uuid.NAMESPACE_OID, f"{group}/{name}"))
    return Unit(own, name, factor, description=node.texts("generalComment"))


def _check_reference(root: Node, has_units: bool, has_reference: bool) -> None:
    path = "unitGroupInformation/quantitativeReference/referenceToReferenceUnit"
    if not has_units:
        root.notes.tell("units-missing", Act.KEPT, path, Message("The unit group has no units."))
    elif not has_reference:
        root.wrong(
            path,
            "reference-unit",
            Message("The unit group does not say which of its units is the reference unit."),
        )


def flow_property(root: Node, met: Met) -> Property:
    """A flow property."""
    information = root.node("flowPropertiesInformation/dataSetInformation")
    group = root.node("flowPropertiesInformation/quantitativeReference").ref(
        "referenceToReferenceUnitGroup"
    )
    if group is None or not group.id:
        root.missing("flowPropertiesInformation/quantitativeReference")
    common = entry(root, information)
    return Property(
        **common,
        names=information.texts("common:name"),
        description=information.texts("common:generalComment"),
        unit_group=met.id_of(group),
        economic="Economic flow properties" in common["category"],
    )


def flow(root: Node, met: Met) -> Flow:
    """A flow."""
    information = root.node("flowInformation/dataSetInformation")
    names, parts = full_names(information.node("name"), fields.FLOW_NAME_PARTS)
    kind = _kind(root.node("modellingAndValidation/LCIMethod"))
    reference, properties = _properties(root, met)
    where = root.node("flowInformation/geography")
    texts = {
        key: found for key, path in fields.FLOW_TEXTS.items() if (found := texts_at(root, path))
    }
    return Flow(
        **entry(root, information),
        names=names,
        description=information.texts("common:generalComment"),
        kind=kind,
        reference=reference,
        properties=properties,
        cas=information.text("CASNumber"),
        formula=information.text("sumFormula"),
        location=met.location(one_text(where, "locationOfSupply")),
        synonyms=_synonyms(information),
        documentation=parts | texts,
    )


def _kind(node: Node) -> FlowKind:
    told = node.text("typeOfDataSet")
    if told == "Other flow":
        node.notes.tell(
            "flow-kind",
            Act.CONVERTED,
            "modellingAndValidation/LCIMethod/typeOfDataSet",
            Message("“Other flow” is taken as a product."),
        )
    elif told not in fields.FLOW_KINDS:
        node.wrong("typeOfDataSet", "field-type", Message("This is no type of flow."))
    return fields.FLOW_KINDS.get(told, FlowKind.PRODUCT)


def _properties(root: Node, met: Met) -> tuple[str, dict[str, Decimal]]:
    """The reference property and the factors of all properties."""
    wanted = root.node("flowInformation/quantitativeReference").integer(
        "referenceToReferenceFlowProperty"
    )
    found: dict[str, Decimal] = {}
    reference = ""
    nodes = root.node("flowProperties").nodes("flowProperty")
    for node in nodes:
        number = node.integer("@dataSetInternalID")
        key = met.id_of(node.ref("referenceToFlowPropertyDataSet"))
        is_reference = number == wanted or (len(nodes) == 1 and number is None)
        value = _factor(node, is_reference)
        if not key:
            node.missing("referenceToFlowPropertyDataSet")
        elif value is not None:
            if found.setdefault(key, value) != value:
                node.wrong(
                    "meanValue", "field-type", Message("One property has two different factors.")
                )
            reference = key if is_reference else reference
    if not reference:
        root.wrong(
            "flowInformation/quantitativeReference/referenceToReferenceFlowProperty",
            "reference-property",
            Message("The flow does not say which of its properties is the reference."),
        )
        return "", found
    return reference, _scaled(found, found[reference], root)


def _factor(node: Node, is_reference: bool) -> Decimal | None:
    """The factor of a property; none where it cannot measure the flow."""
    path = "flowProperties/flowProperty/meanValue"
    stated = node.has("meanValue")
    value = node.number("meanValue")
    if value is not None and value > 0:
        return value
    if not is_reference:
        node.notes.tell(
            "factor-zero",
            Act.DROPPED,
            path,
            Message("A property without a factor above zero cannot measure the flow."),
        )
        return None
    if not stated:
        node.notes.tell(
            "factor-missing",
            Act.DEFAULTED,
            path,
            Message("The factor of the reference property is missing; it is 1."),
        )
    elif value is not None:
        node.wrong("meanValue", "field-type", Message("The factor is not larger than zero."))
    return Decimal(1)


def _scaled(found: dict[str, Decimal], scale: Decimal, root: Node) -> dict[str, Decimal]:
    """The factors for one unit of the reference property, in which amounts are counted."""
    if scale == 1:
        return found
    root.notes.tell(
        "factor-scaled",
        Act.CONVERTED,
        "flowProperties/flowProperty/meanValue",
        Message("The factor of the reference property is not 1; all factors are divided by it."),
    )
    return {key: value / scale for key, value in found.items()}


def _synonyms(information: Node) -> tuple[str, ...]:
    """Synonyms, which ILCD separates by semicolons; the model holds them without language."""
    texts = information.texts("common:synonyms")
    if len(texts) > 1:
        information.notes.tell(
            "synonym-language",
            Act.CONVERTED,
            "synonyms",
            Message("Synonyms of several languages are kept in one list."),
        )
    found = (part.strip() for text in texts.values() for part in text.split(";"))
    return tuple(dict.fromkeys(filter(None, found)))


def one_text(node: Node, name: str) -> str:
    """The text of a field that the model holds without language: the first of several."""
    texts = node.texts(name)
    if len(texts) > 1:
        node.notes.tell(
            "language-dropped",
            Act.DROPPED,
            name.removeprefix("common:"),
            Message("The field is kept in the first of its languages only."),
        )
    return next(iter(texts.values()), "")


def texts_at(root: Node, path: str) -> Texts:
    """The text at a path."""
    where, _, name = path.rpartition("/")
    return (root.node(where) if where else root).texts(name)


def source(root: Node, _met: Met) -> Reference:
    """A source."""
    information = root.node("sourceInformation/dataSetInformation")
    details = _details(information, fields.SOURCE_TEXTS)
    file = information.node("referenceToDigitalFile").text("@uri")
    if file:
        details["url" if "://" in file else "externalFile"] = file
    return Reference(
        **entry(root, information),
        names=information.texts("common:shortName"),
        description=information.texts("sourceDescriptionOrComment"),
        kind=ReferenceKind.SOURCE,
        details=details,
    )


def contact(root: Node, _met: Met) -> Reference:
    """A contact."""
    information = root.node("contactInformation/dataSetInformation")
    names = information.texts("common:name")
    if not names:
        names = information.texts("common:shortName")
    details = _details(information, fields.CONTACT_TEXTS)
    for key, name in (("shortName", "common:shortName"), ("address", "contactAddress")):
        text = one_text(information, name)
        if text and text not in names.values():
            details[key] = text
    return Reference(
        **entry(root, information),
        names=names,
        description=information.texts("contactDescriptionOrComment"),
        kind=ReferenceKind.ACTOR,
        details=details,
    )


def _details(information: Node, names: Mapping[str, str]) -> dict[str, str]:
    return {key: text for key, name in names.items() if (text := information.text(name))}
