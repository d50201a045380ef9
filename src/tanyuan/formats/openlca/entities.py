"""Units, flow properties, flows, locations, sources and actors of an openLCA package."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tanyuan.backgrounds.package import (
    Flow,
    FlowKind,
    Location,
    Property,
    Reference,
    ReferenceKind,
    Texts,
    Unit,
    UnitGroup,
)
from tanyuan.backgrounds.report import Act
from tanyuan.formats.openlca.items import Item, Notes
from tanyuan.languages import Message
from tanyuan.problems import refuse

FLOW_KINDS = {
    "PRODUCT_FLOW": FlowKind.PRODUCT,
    "WASTE_FLOW": FlowKind.WASTE,
    "ELEMENTARY_FLOW": FlowKind.ELEMENTARY,
}
SOURCE_DETAILS = ("textReference", "url", "year", "externalFile")
ACTOR_DETAILS = (
    *("address", "city", "zipCode", "country"),
    *("email", "telephone", "telefax", "website"),
)


class Categories:
    """Paths of categories: texts in generation 2, objects with parents in generation 1."""

    def __init__(self) -> None:
        self._names: dict[str, tuple[str, str]] = {}

    def add(self, item: Item) -> None:
        """Take a category of generation 1."""
        self._names[item.text("@id")] = item.text("name"), item.id_of("category", "parentCategory")
        item.take("modelType", "version", "lastChange", "description")

    def path(self, item: Item, notes: Notes) -> tuple[str, ...]:
        """The path of an object's category.

        Raises:
            InputError: `category-cycle`.
        """
        given = item.take("category")
        if not given:
            return ()
        if isinstance(given, str):
            return tuple(part.strip() for part in given.split("/") if part.strip())
        at = given.get("@id", "") if isinstance(given, dict) else ""
        path: list[str] = []
        seen: set[str] = set()
        while at in self._names:
            if at in seen:
                raise refuse(
                    "category-cycle",
                    Message("The categories lie inside one another in a circle."),
                    Message("Give one of them another parent, and export the database again."),
                    notes.place("category"),
                )
            seen.add(at)
            name, at = self._names[at]
            path.insert(0, name.strip())
        if not path and isinstance(given, dict):
            return tuple(filter(None, [str(given.get("name", "")).strip()]))
        return tuple(path)


def entry(item: Item, categories: Categories, notes: Notes) -> dict[str, Any]:
    """The fields that every object has."""
    return {
        "id": item.word("@id"),
        "names": item.texts("name"),
        "category": categories.path(item, notes),
        "description": item.texts("description"),
        "version": item.word("version"),
        "last_change": item.word("lastChange"),
    }


def unit_group(item: Item, categories: Categories, notes: Notes) -> UnitGroup:
    """A unit group."""
    units, reference = [], ""
    for each in item.items("units"):
        unit = Unit(
            each.word("@id"),
            each.word("name"),
            _positive(each, "conversionFactor", notes),
            each.words("synonyms"),
            each.texts("description"),
        )
        if each.yes("isRefUnit", "referenceUnit"):
            reference = unit.id
        units.append(unit)
        each.leave()
    if not reference:
        reference = next((unit.id for unit in units if unit.factor == 1), "")
        if not reference:
            item.missing("units.isRefUnit")
    default = item.id_of("defaultFlowProperty")
    return UnitGroup(
        **entry(item, categories, notes),
        reference=reference,
        units=tuple(units),
        default_property=default,
    )


def _positive(item: Item, name: str, notes: Notes) -> Decimal:
    value = item.number(name)
    if value is None:
        notes.report.add(
            "factor-missing",
            Act.DEFAULTED,
            notes.place(name),
            Message("The conversion factor is missing; it is taken as 1, as openLCA does."),
        )
        return Decimal(1)
    if value <= 0:
        item.wrong(name, Message("The factor is not larger than zero."))
    return value


def flow_property(item: Item, categories: Categories, notes: Notes) -> Property:
    """A flow property."""
    return Property(
        **entry(item, categories, notes),
        unit_group=item.id_of("unitGroup"),
        economic=item.text("flowPropertyType") == "ECONOMIC_QUANTITY",
    )


def flow(item: Item, categories: Categories, notes: Notes) -> Flow:
    """A flow."""
    kind = FLOW_KINDS.get(item.text("flowType"))
    if kind is None:
        item.wrong("flowType", Message("This is no type of flow."))
    properties: dict[str, Decimal] = {}
    reference = ""
    for each in item.items("flowProperties"):
        key = each.id_of("flowProperty")
        value = _positive(each, "conversionFactor", notes)
        if each.yes("isRefFlowProperty", "referenceFlowProperty"):
            reference = key
        if properties.setdefault(key, value) != value:
            each.wrong("conversionFactor", Message("One property has two different factors."))
        each.leave()
    if not reference and len(properties) == 1:
        reference = next(iter(properties))
    if not reference:
        item.missing("flowProperties.isRefFlowProperty")
    return Flow(
        **entry(item, categories, notes),
        kind=kind or FlowKind.PRODUCT,
        reference=reference,
        properties=properties,
        cas=item.text("cas"),
        formula=item.text("formula"),
        location=item.id_of("location"),
        synonyms=item.words("synonyms"),
        infrastructure=item.yes("isInfrastructureFlow", "infrastructureFlow"),
    )


def location(item: Item, categories: Categories, notes: Notes) -> Location:
    """A location."""
    return Location(
        **entry(item, categories, notes),
        code=item.text("code"),
        latitude=item.coordinate("latitude"),
        longitude=item.coordinate("longitude"),
    )


def reference(item: Item, kind: ReferenceKind, categories: Categories, notes: Notes) -> Reference:
    """A source or an actor."""
    names = SOURCE_DETAILS if kind is ReferenceKind.SOURCE else ACTOR_DETAILS
    details: dict[str, str] = {}
    for name in names:
        value = item.integer(name) if name == "year" else item.text(name)
        if value:
            details[name] = str(value)
    return Reference(**entry(item, categories, notes), kind=kind, details=details)


def hinted(hints: dict[str, Any]) -> dict[str, Any]:
    """The fields of an object that only references to it tell of."""
    name, category = hints.get("name"), hints.get("category")
    names: Texts = {"und": name} if isinstance(name, str) and name else {}
    path = category.split("/") if isinstance(category, str) else ()
    return {
        "id": str(hints.get("@id", "")),
        "names": names,
        "category": tuple(part.strip() for part in path if part.strip()),
    }
