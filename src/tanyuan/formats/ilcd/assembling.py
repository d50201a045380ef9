"""Data sets of ILCD or TIDAS, one after another, become one package."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from tanyuan.backgrounds.known_units import known_groups, known_properties
from tanyuan.backgrounds.package import (
    UNDETERMINED,
    Entry,
    Flow,
    FlowKind,
    Location,
    Package,
    Process,
    Property,
    Reference,
    ReferenceKind,
    Unit,
    UnitGroup,
)
from tanyuan.backgrounds.report import Act, Report
from tanyuan.formats.ilcd import fields
from tanyuan.formats.ilcd.beside import Beside
from tanyuan.formats.ilcd.habits import with_units
from tanyuan.formats.ilcd.models import Links
from tanyuan.formats.ilcd.nodes import NIL, Node, Notes
from tanyuan.formats.ilcd.objects import Met, contact, flow, flow_property, source, unit_group
from tanyuan.formats.ilcd.processes import process
from tanyuan.formats.ilcd.trees import Tree
from tanyuan.languages import Message
from tanyuan.problems import Place, Problems

_E = TypeVar("_E", bound=Entry)
MAKERS: Mapping[str, Callable[[Node, Met], Entry]] = {
    "unitGroupDataSet": unit_group,
    "flowPropertyDataSet": flow_property,
    "flowDataSet": flow,
    "processDataSet": process,
    "sourceDataSet": source,
    "contactDataSet": contact,
}
"""How each kind of data set is read, by the name of its root."""
_VERSION = re.compile(r"\d+")


class Assembly:
    """A package while its data sets come in.

    Args:
        report: takes the findings.
        file: the file that they come from.
        beside: what lies beside them.
        parts_of_one: the format writes shares as parts of 1.
    """

    def __init__(
        self, report: Report, file: str, beside: Beside, parts_of_one: bool = False
    ) -> None:
        self.report, self.file, self.beside = report, file, beside
        self.parts_of_one = parts_of_one
        self.problems = Problems()
        self.met = Met()
        self.links = Links()
        self.places: dict[str, str] = {}
        self.found: dict[str, dict[str, Entry]] = {kind: {} for kind in MAKERS}
        self.skipped: dict[str, int] = {}
        self.lines: dict[str, bytes] = {}

    def take(self, kind: str, tree: Tree, file: str, data: bytes = b"") -> None:
        """Take a data set.

        Args:
            kind: the name of its root.
            tree: its content, which is used up.
            file: where it stands.
            data: the bytes that it was read from, where something of it may lie beside it.

        Raises:
            InputError: too many problems were found.
        """
        if kind == "ILCDLocations":
            self._locations(tree)
        elif kind == "lifeCycleModelDataSet":
            self.links.add(Node(tree, self._notes(tree, file)))
            self.skipped[kind] = self.skipped.get(kind, 0) + 1
        elif kind in MAKERS:
            notes = self._notes(tree, file)
            if _is_template(tree):
                notes.tell(
                    "template",
                    Act.DROPPED,
                    "UUID",
                    Message("The id is all zeros, as templates have it; it is left out."),
                )
                return
            made = MAKERS[kind](Node(tree, notes), self.met)
            notes.left(tree)
            self._keep(kind, made, notes)
            if line := self.beside.line(data):
                self.lines[made.id] = line
        else:
            self.skipped[kind] = self.skipped.get(kind, 0) + 1
        Notes(self.report, self.problems, file).stop_if_many()

    def _notes(self, tree: Tree, file: str) -> Notes:
        notes = Notes(
            self.report, self.problems, file, self.beside.habits.guessed, self.parts_of_one
        )
        notes.sheet = title(tree)
        return notes

    def _keep(self, kind: str, made: Entry, notes: Notes) -> None:
        """Keep a data set; of several versions the newest."""
        if not made.id:
            return
        found = self.found[kind]
        before = found.get(made.id)
        if before is None:
            found[made.id] = made
        elif _number(before.version) != _number(made.version):
            newest = max(before, made, key=lambda each: _number(each.version))
            found[made.id] = newest
            self.report.add(
                "older-version",
                Act.DROPPED,
                notes.place("administrativeInformation/publicationAndOwnership/dataSetVersion"),
                Message("The package has several versions of it; the newest is taken."),
                version=(made if newest is before else before).version,
            )
        elif before == made:
            self.report.add(
                "duplicate",
                Act.DROPPED,
                notes.place("UUID"),
                Message("The same object stands in the package twice; one is kept."),
            )
        else:
            self.problems.add(
                "duplicate-id",
                Message("Two different objects have the id {id}.", id=made.id),
                Message("Keep the right one, or give one of them another id."),
                notes.place("UUID"),
            )

    def _locations(self, tree: Tree) -> None:
        for node in Node(tree, Notes(self.report, self.problems, self.file)).nodes("location"):
            code, name = node.text("@value"), node.text("#text")
            if code and name:
                self.places[code] = name

    def package(self, key: str, name: str) -> Package:
        """The package of all that came in.

        Raises:
            InputError: all problems that were found.
        """
        self.problems.raise_if_any()
        self._restore()
        groups = self._all("unitGroupDataSet", UnitGroup)
        properties = self._all("flowPropertyDataSet", Property)
        flows = self._all("flowDataSet", Flow)
        processes = self._all("processDataSet", Process)
        references = self._all("sourceDataSet", Reference)
        references |= self._all("contactDataSet", Reference)
        self._tell_versions({**groups, **properties, **flows, **processes, **references})
        self._declared_products(processes, flows, properties, groups)
        self._known(groups, properties, flows)
        self._outside(processes, references)
        self.links.link(processes, flows, self.report, self.file)
        self._tell_skipped()
        return self.beside.restored_package(
            Package(
                format=key,
                names={UNDETERMINED: name},
                unit_groups=groups,
                properties=properties,
                flows=flows,
                processes=processes,
                locations=self._places(),
                references=references,
            )
        )

    def _restore(self) -> None:
        """Give data sets back what lies beside them; processes last, when all units are known."""
        for kind in sorted(MAKERS, key=lambda each: each == "processDataSet"):
            found = self.found[kind]
            if kind == "processDataSet" and self.beside.habits.explicit:
                self._name_units()
            for key in found.keys() & self.lines.keys():
                found[key] = self.beside.restored(found[key], self.lines[key], self.report)

    def _name_units(self) -> None:
        flows = self._all("flowDataSet", Flow)
        properties = self._all("flowPropertyDataSet", Property)
        groups = self._all("unitGroupDataSet", UnitGroup)
        for key, each in self._all("processDataSet", Process).items():
            self.found["processDataSet"][key] = with_units(each, flows, properties, groups)

    def _all(self, kind: str, of: type[_E]) -> dict[str, _E]:
        return {key: each for key, each in self.found[kind].items() if isinstance(each, of)}

    def _places(self) -> dict[str, Location]:
        found = {}
        for key, code in self.met.locations.items():
            name = self.places.get(code, "")
            found[key] = Location(id=key, names={UNDETERMINED: name} if name else {}, code=code)
        return found

    def _tell_versions(self, found: Mapping[str, Entry]) -> None:
        """Report data sets of which references ask for another version."""
        for key, ref in sorted(self.met.refs.items()):
            there = found.get(key)
            if there is None or not ref.version or not there.version or key in self.lines:
                continue
            if _number(ref.version) != _number(there.version):
                self.report.add(
                    "reference-version",
                    Act.CONVERTED,
                    Place(self.file, there.name, field=key),
                    Message(
                        "References ask for version {wanted}; the package has {given}.",
                        wanted=ref.version,
                        given=there.version,
                    ),
                )

    def _declared_products(
        self,
        processes: Mapping[str, Process],
        flows: dict[str, Flow],
        properties: dict[str, Property],
        groups: dict[str, UnitGroup],
    ) -> None:
        """Stand-ins for the products of declarations whose flow is not in the file.

        A declaration is often given as one file, without the data set of its product.
        """
        for each in processes.values():
            product = next((x.flow for x in each.exchanges if x.number == each.reference), "")
            if not each.results or not product or product in flows:
                continue
            groups[_UNSTATED.id] = _UNSTATED
            properties[_UNSTATED_PROPERTY.id] = _UNSTATED_PROPERTY
            ref = self.met.refs[product]
            flows[product] = Flow(
                id=product,
                names=ref.names,
                kind=FlowKind.PRODUCT,
                reference=_UNSTATED_PROPERTY.id,
                properties={_UNSTATED_PROPERTY.id: Decimal(1)},
            )
            self.report.add(
                "product-outside",
                Act.DEFAULTED,
                Place(self.file, each.name, field=product),
                Message("The data set of the product is missing; its unit is not known."),
                Message("Give the declaration together with the data set of its flow, as a ZIP."),
            )

    def _known(
        self,
        groups: dict[str, UnitGroup],
        properties: dict[str, Property],
        flows: dict[str, Flow],
    ) -> None:
        """Add the reference flow properties and unit groups that packages leave out."""
        wanted = {key for each in flows.values() for key in each.properties}
        added: list[Entry] = []
        for key in sorted((wanted - properties.keys()) & known_properties().keys()):
            properties[key] = known_properties()[key]
            added.append(properties[key])
        for key, each in flows.items():
            self._measurable(flows, key, each, properties)
        named = {each.unit_group for each in properties.values()}
        for key in sorted((named - groups.keys()) & known_groups().keys()):
            groups[key] = known_groups()[key]
            added.append(groups[key])
        for entry in added:
            self.report.add(
                "reference-data",
                Act.DEFAULTED,
                Place(self.file, entry.name, field=entry.id),
                Message("It is not in the package and is taken from openLCA's reference data."),
            )

    def _measurable(
        self, flows: dict[str, Flow], key: str, each: Flow, properties: Mapping[str, Property]
    ) -> None:
        """Leave out further properties of a flow that are not in the package."""
        missing = each.properties.keys() - properties.keys() - {each.reference}
        if not missing:
            return
        kept = {key: value for key, value in each.properties.items() if key not in missing}
        flows[key] = replace(each, properties=kept)
        for one in sorted(missing):
            self.report.add(
                "property-outside",
                Act.DROPPED,
                Place(self.file, each.name, field=one),
                Message("The flow is also measured by a property that is not in the package."),
            )

    def _outside(self, processes: Mapping[str, Process], references: dict[str, Reference]) -> None:
        """Keep the names of sources and contacts that stand only in references to them."""
        for key in sorted(referred(processes) - references.keys()):
            ref = self.met.refs.get(key)
            if ref is None or ref.type not in {fields.SOURCE, fields.ACTOR}:
                continue
            kind = ReferenceKind.SOURCE if ref.type == fields.SOURCE else ReferenceKind.ACTOR
            references[key] = Reference(id=key, names=ref.names, kind=kind, version=ref.version)
            self.report.add(
                "reference-outside",
                Act.KEPT,
                Place(self.file, references[key].name, field=key),
                Message("It is not in the package; its name is kept from a reference to it."),
            )

    def skip(self, kind: str) -> None:
        """Count a file that is no data set of the format."""
        self.skipped[kind] = self.skipped.get(kind, 0) + 1

    def _tell_skipped(self) -> None:
        for kind, count in sorted(self.skipped.items()):
            self.report.leave_out(Place(self.file, kind), count)


def referred(processes: Mapping[str, Process]) -> set[str]:
    """Ids of the sources and actors that processes name."""
    ids: set[str] = set()
    for each in processes.values():
        ids.update(each.sources)
        ids.update(each.details.get(key, "") for key in fields.PROCESS_REFERENCES)
        for review in each.reviews:
            ids.update((*review.reviewers, review.report))
    return ids - {""}


def title(tree: Tree) -> str:
    """What a data set calls itself, for messages about it."""
    for part in tree.values():
        if isinstance(part, dict) and isinstance(inner := part.get("dataSetInformation"), dict):
            name = inner.get("name")
            spoken = name.get("baseName") if isinstance(name, dict) and "baseName" in name else name
            for said in (spoken, inner.get("common:name"), inner.get("common:shortName")):
                if text := _first_text(said):
                    return text
            return _first_text(inner.get("common:UUID"))
    return ""


def _is_template(tree: Tree) -> bool:
    return any(
        isinstance(part, dict)
        and isinstance(inner := part.get("dataSetInformation"), dict)
        and _first_text(inner.get("common:UUID")) == NIL
        for part in tree.values()
    )


def _first_text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("#text")
    return value.strip() if isinstance(value, str) else ""


def _number(version: str) -> tuple[int, ...]:
    """A version as numbers, without the zeros at its end: `01.00` is `01.00.000`."""
    numbers = [int(part) for part in _VERSION.findall(version)]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


_UNSTATED_UNIT = Unit(str(uuid.uuid5(uuid.NAMESPACE_OID, "unit not stated")), "?", Decimal(1))
_UNSTATED = UnitGroup(
    id=str(uuid.uuid5(uuid.NAMESPACE_OID, "unit group not stated")),
    names={"en": "Not stated", "zh": "未说明"},
    reference=_UNSTATED_UNIT.id,
    units=(_UNSTATED_UNIT,),
)
_UNSTATED_PROPERTY = Property(
    id=str(uuid.uuid5(uuid.NAMESPACE_OID, "flow property not stated")),
    names={"en": "Not stated", "zh": "未说明"},
    unit_group=_UNSTATED.id,
)
