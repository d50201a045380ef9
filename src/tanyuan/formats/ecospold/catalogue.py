"""What data sets name but do not describe: units, places, people; and what is counted of them.

ecoSpold gives names where other formats have objects. Their ids are derived from the names, so
that they are the same in every file.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Protocol, TypeVar

from tanyuan.backgrounds.known_units import known_properties, lone_unit, measuring_unit
from tanyuan.backgrounds.package import (
    Flow,
    FlowKind,
    Location,
    Property,
    Reference,
    ReferenceKind,
    Texts,
    UnitGroup,
)
from tanyuan.backgrounds.report import Act, Report
from tanyuan.formats.ilcd.nodes import Node, Notes
from tanyuan.formats.ilcd.objects import location_id
from tanyuan.languages import Message
from tanyuan.problems import Place


class _Identified(Protocol):
    """What has an id."""

    @property
    def id(self) -> str:
        """The id."""


_I = TypeVar("_I", bound=_Identified)
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "http://www.ecoinvent.org/ecospold")
# Spellings of ecoinvent's lists that openLCA's reference data do not have.
_SPELLINGS = {"hour": "h", "m*year": "m*a", "day": "d", "year": "a", "metric ton": "t"}
_TOLD = {
    "exchange-ids": (
        Act.CONVERTED,
        Message("Exchanges are known by their numbers; their ids are not kept."),
    ),
    "master-data": (
        Act.DROPPED,
        Message(
            "Ids of master data (units, places, classes …) are left out; their names are kept."
        ),
    ),
    "waste-direction": (
        Act.CONVERTED,
        Message("A waste with a negative amount is written with a positive one, the other way."),
    ),
    "input-properties": (
        Act.DROPPED,
        Message(
            "Properties of what a process takes are left out; those of what it makes are kept."
        ),
    ),
    "side-notes": (
        Act.DROPPED,
        Message("Comments, sources and scatter of properties and production volumes are left out."),
    ),
    "local-category": (
        Act.DROPPED,
        Message("Categories in the local language are left out."),
    ),
    "flow-names": (
        Act.CONVERTED,
        Message("Data sets call the same flow by different names; that of its maker is kept."),
    ),
    "copyright": (
        Act.KEPT,
        Message("The data set says that it is protected by copyright or open to some only."),
    ),
    "formula-allocated": (
        Act.KEPT,
        Message(
            "The amounts are those of a system model, which changed them; formulas are kept to be "
            "read, and not evaluated."
        ),
    ),
}
_MENDS = {"copyright": Message("State the licence when you import it, and keep to it.")}


@lru_cache(maxsize=65_536)
def derived(*parts: str) -> str:
    """The id of what these texts identify."""
    return str(uuid.uuid5(_SPACE, "\n".join(parts)))


@dataclass(frozen=True, slots=True)
class Measure:
    """In what an amount is measured: id of the flow property, id of the unit.

    The unit is empty where it is the reference unit of the property.
    """

    property: str
    unit: str
    group: str


class Catalogue:
    """The objects that data sets name, while they come in.

    Args:
        report: takes the findings.
        file: the file that they come from.
    """

    def __init__(self, report: Report, file: str) -> None:
        self.report, self.file = report, file
        self.groups: dict[str, UnitGroup] = {}
        self.properties: dict[str, Property] = {}
        self.flows: dict[str, Flow] = {}
        self.locations: dict[str, Location] = {}
        self.references: dict[str, Reference] = {}
        self._measures: dict[str, Measure] = {}
        self._places: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        self._shared: dict[tuple[tuple[str, str], ...], Mapping[str, str]] = {}

    def count(self, code: str, times: int = 1) -> None:
        """Note what is reported once for the whole file."""
        if times:
            self._counts[code] += times

    def leave(self, node: Node, *names: str) -> None:
        """Leave out what is said about properties and volumes, which is counted."""
        for name in names:
            if node.has(name):
                node.forget(name)
                self.count("side-notes")

    def shared(self, details: dict[str, str]) -> Mapping[str, str]:
        """The same object for all of which the same is said."""
        return self._shared.setdefault(tuple(details.items()), details)

    def measure(self, unit: str) -> Measure:
        """In what an amount with a unit is measured; an unknown unit stands for itself."""
        if unit not in self._measures:
            self._measures[unit] = self._known(unit) or self._own(unit)
        return self._measures[unit]

    def _known(self, name: str) -> Measure | None:
        found = measuring_unit(_SPELLINGS.get(name, name))
        if found is None:
            return None
        group, unit = found
        self.groups[group.id] = group
        self.properties[group.default_property] = known_properties()[group.default_property]
        return Measure(
            group.default_property, "" if unit.id == group.reference else unit.id, group.id
        )

    def _own(self, name: str) -> Measure:
        ids = (derived(kind, name) for kind in ("unit group", "unit", "property"))
        group, prop = lone_unit(name, *ids)
        self.groups[group.id], self.properties[prop.id] = group, prop
        self.report.add(
            "unit-alone",
            Act.KEPT,
            Place(self.file, name),
            Message("The unit {unit} is not known; amounts in it are not converted.", unit=name),
        )
        return Measure(prop.id, "", group.id)

    def add_property(self, key: str, names: Texts, measure: Measure, economic: bool) -> None:
        """A flow property beside those in which flows are measured."""
        if key not in self.properties:
            self.properties[key] = Property(
                id=key, names=names, unit_group=measure.group, economic=economic
            )

    def factor(self, measure: Measure) -> Decimal:
        """How much of the reference unit one of the unit is."""
        units = self.groups[measure.group].units
        return next((unit.factor for unit in units if unit.id == measure.unit), Decimal(1))

    def comparable(self, amount: Decimal, unit: str) -> tuple[Decimal, str]:
        """An amount that adds up with others of the same word: that of what its unit measures."""
        found = measuring_unit(_SPELLINGS.get(unit, unit))
        return (amount, unit) if found is None else (amount * found[1].factor, found[0].id)

    def is_in_group_of(self, measure: Measure, prop: str) -> bool:
        """Whether a unit is one of a reference flow property, which is then added."""
        known = known_properties()[prop]
        if known.unit_group != measure.group:
            return False
        self.properties.setdefault(prop, known)
        return True

    def location(self, code: str, names: Texts | None = None) -> str:
        """The id of a place by its code."""
        if not code:
            return ""
        key = self._places.get(code)
        if key is None:
            key = self._places[code] = location_id(code)
            self.locations[key] = Location(id=key, names=names or {}, code=code)
        return key

    def reference(
        self, key: str, kind: ReferenceKind, names: Texts, details: Mapping[str, str]
    ) -> str:
        """The id of a source or a person; the first of a key is kept."""
        self.references.setdefault(
            key, Reference(id=key, names=names, kind=kind, details=dict(details))
        )
        return key

    def flow(self, made: Flow, notes: Notes, row: int | None, defining: bool = False) -> None:
        """A flow as an exchange names it, or as the process that makes it defines it."""
        before = self.flows.get(made.id)
        if before is None:
            self.flows[made.id] = made
            return
        if _differs(before, made):
            notes.wrong(
                "duplicate-id",
                Message("Two different objects have the id {id}.", id=made.id),
                row=row,
                mend=Message("Keep the right one, or give one of them another id."),
            )
            return
        first, second = (made, before) if defining else (before, made)
        if any(
            first.names[tag] != text for tag, text in second.names.items() if tag in first.names
        ):
            self.count("flow-names")
        self.flows[made.id] = replace(
            first,
            names={**second.names, **first.names},
            category=first.category or second.category,
            category_codes=first.category_codes or second.category_codes,
            cas=first.cas or second.cas,
            formula=first.formula or second.formula,
            synonyms=first.synonyms or second.synonyms,
            properties={**second.properties, **first.properties},
        )

    def tell(self) -> None:
        """Report what was counted."""
        for code, count in sorted(self._counts.items()):
            act, why = _TOLD[code]
            self.report.add(code, act, Place(self.file), why, _MENDS.get(code), count=str(count))


def _differs(one: Flow, other: Flow) -> bool:
    """Whether two flows of one id cannot be the same: other units, another compartment."""
    if one.reference != other.reference or one.kind is not other.kind:
        return True
    return one.kind is FlowKind.ELEMENTARY and one.category != other.category


def keep(found: dict[str, _I], made: _I, report: Report, notes: Notes, field: str = "id") -> None:
    """Keep a data set; the same twice is told, two different ones of one id are a problem."""
    before = found.setdefault(made.id, made)
    if before is made:
        return
    if before == made:
        report.add(
            "duplicate",
            Act.DROPPED,
            notes.place(field),
            Message("The same object stands in the package twice; one is kept."),
        )
        return
    notes.wrong(
        "duplicate-id",
        Message("Two different objects have the id {id}.", id=made.id),
        field,
        mend=Message("Keep the right one, or give one of them another id."),
    )
