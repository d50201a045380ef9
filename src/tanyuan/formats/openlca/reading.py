"""Read an openLCA JSON-LD package, entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any, TypeVar

from tanyuan.backgrounds.known_units import known_groups, known_properties
from tanyuan.backgrounds.package import (
    UNDETERMINED,
    Entry,
    Flow,
    Location,
    Package,
    Parameter,
    Process,
    Property,
    Reference,
    ReferenceKind,
    UnitGroup,
)
from tanyuan.backgrounds.report import Act, Report
from tanyuan.formats.archives import ArchiveFile
from tanyuan.formats.openlca import entities, processes
from tanyuan.formats.openlca.items import Item, Notes, parsed
from tanyuan.formats.packages import Progress, Source
from tanyuan.languages import Message
from tanyuan.problems import Place, Problems

KEY = "openlca"
_E = TypeVar("_E", bound=Entry)
_Make = Callable[[Item, entities.Categories, Notes], _E]
LICENCE, NOTICE = "licence.txt", "notice.txt"
_MARKS = (LICENCE, NOTICE, "olca-schema.json", "openlca.json", "context.json", "meta.info")
_READ = (
    *("categories", "unit_groups", "flow_properties", "locations", "flows", "sources", "actors"),
    *("parameters", "processes"),
)


def recognises(source: Source) -> bool:
    """Whether an archive has openLCA's folders with objects of its kinds in them."""
    if source.archive is None:
        return False
    for name in source.archive:
        folder = PurePosixPath(name).parent.name
        if folder in {"processes", "flows"} and name.endswith(".json"):
            with source.archive.open(name) as stream:
                start = stream.read(4096)
            # TIDAS has the same folders, without `@type` and `@id`
            return b'"@type"' in start and b'"@id"' in start
    return False


def read(source: Source, report: Report, progress: Progress) -> Package:
    """The database in a package.

    Raises:
        InputError: `encoding`, `json`, `field-type`, `missing-reference`, `unknown-unit`,
            `duplicate-id`, `category-cycle` …, with entry, object and field.
    """
    if source.archive is None:
        raise ValueError("openLCA packages are archives")
    return _Reading(source.archive, report, progress).package(source.name)


class _Reading:
    """One package while it is read; later objects find what they refer to."""

    def __init__(self, archive: ArchiveFile, report: Report, progress: Progress) -> None:
        self.archive, self.report, self.progress = archive, report, progress
        self.problems = Problems()
        self.categories = entities.Categories()
        self.hints: dict[str, dict[str, Any]] = {}
        self.folders: dict[str, list[str]] = {}
        for name in archive:
            path = PurePosixPath(name)
            self.folders.setdefault(path.parent.name, []).append(name)
        self.total = sum(archive.size(name) for name in archive) or 1
        self.done = 0
        self.numbered = 0

    def package(self, name: str) -> Package:
        for item, notes in self.objects("categories"):
            self.categories.add(item)
            self.finish(item, notes)
        groups = self.all("unit_groups", entities.unit_group)
        properties = self.all("flow_properties", entities.flow_property)
        locations = self.all("locations", entities.location)
        flows = self.all("flows", entities.flow)
        self.complete_units(groups, properties, flows)
        references = {
            **self.references(ReferenceKind.SOURCE),
            **self.references(ReferenceKind.ACTOR),
        }
        parameters = [
            processes.parameter(item, notes) for item, notes in self.objects("parameters")
        ]
        found = self.all("processes", processes.process)
        self.problems.raise_if_any()
        self.stubs(found, flows, locations, references)
        self.tell_other_folders()
        return Package(
            format=KEY,
            names={UNDETERMINED: name},
            unit_groups=groups,
            properties=properties,
            flows=flows,
            processes=found,
            locations=locations,
            references=references,
            parameters=_sorted(parameters),
            licence=self.own_text(LICENCE),
            notice=self.own_text(NOTICE),
        )

    def own_text(self, name: str) -> str:
        """A text that our own writer puts beside the objects."""
        if name not in self.archive:
            return ""
        return self.archive.read(name).decode("utf-8", "replace")

    def objects(self, folder: str) -> Iterator[tuple[Item, Notes]]:
        """The objects of a folder, each with the notes on it."""
        names = [name for name in self.folders.get(folder, ()) if name.endswith(".json")]
        for name in names:
            place = self.archive.place_of(name)
            data = parsed(self.archive.read(name), place)
            notes = Notes(self.report, self.problems, place.file)
            notes.sheet = str(data.get("name") or data.get("@id") or "")
            notes.hints = self.hints
            yield Item(data, notes), notes
            self.done += self.archive.size(name)
            self.progress(self.done / self.total, Message("Reading {folder}", folder=folder))
            if len(self.problems.found) > 100:
                self.problems.raise_if_any()

    def finish(self, item: Item, notes: Notes) -> None:
        item.leave()
        notes.tell()
        self.numbered += notes.numbered

    def all(self, folder: str, make: _Make[_E]) -> dict[str, _E]:
        """The objects of a folder by id."""
        found: dict[str, _E] = {}
        for item, notes in self.objects(folder):
            made = make(item, self.categories, notes)
            self.finish(item, notes)
            if not made.id:
                item.missing("@id")
            elif found.setdefault(made.id, made) != made:
                self.problems.add(
                    "duplicate-id",
                    Message("Two different objects have the id {id}.", id=made.id),
                    Message("Keep the right one, or give one of them another id."),
                    notes.place("@id"),
                )
            elif found[made.id] is not made:
                self.report.add(
                    "duplicate",
                    Act.DROPPED,
                    notes.place("@id"),
                    Message("The same object stands in the package twice; one is kept."),
                )
        return found

    def references(self, kind: ReferenceKind) -> dict[str, Reference]:
        """The sources or actors."""
        return self.all(
            f"{kind.value}s",
            lambda item, categories, notes: entities.reference(item, kind, categories, notes),
        )

    def complete_units(
        self,
        groups: dict[str, UnitGroup],
        properties: dict[str, Property],
        flows: dict[str, Flow],
    ) -> None:
        """Add the flow properties and unit groups that packages leave out."""
        wanted = {key for flow in flows.values() for key in flow.properties}
        for key in sorted((wanted - properties.keys()) & known_properties().keys()):
            properties[key] = known_properties()[key]
            self.tell_known(properties[key])
        named = {each.unit_group for each in properties.values()}
        for group in sorted((named - groups.keys()) & known_groups().keys()):
            groups[group] = known_groups()[group]
            self.tell_known(groups[group])

    def tell_known(self, entry: Entry) -> None:
        self.report.add(
            "reference-data",
            Act.DEFAULTED,
            Place(self.archive.place.file, entry.name, field=entry.id),
            Message("It is not in the package and is taken from openLCA's reference data."),
        )

    def stubs(
        self,
        found: dict[str, Process],
        flows: dict[str, Flow],
        locations: dict[str, Location],
        references: dict[str, Reference],
    ) -> None:
        """Keep the names of places, sources and actors that stand only in references to them."""
        places = {each.location for each in found.values()}
        places |= {each.location for each in flows.values()}
        for key in sorted((places - locations.keys()) & self.hints.keys()):
            locations[key] = Location(**entities.hinted(self.hints[key]), code="")
            self.tell_stub(locations[key])
        for key in sorted((referred(found.values()) - references.keys()) & self.hints.keys()):
            kind = ReferenceKind(str(self.hints[key]["@type"]).lower())
            references[key] = Reference(**entities.hinted(self.hints[key]), kind=kind)
            self.tell_stub(references[key])

    def tell_stub(self, entry: Entry) -> None:
        self.report.add(
            "reference-outside",
            Act.KEPT,
            Place(self.archive.place.file, entry.name, field=entry.id),
            Message("It is not in the package; its name is kept from a reference to it."),
        )

    def tell_other_folders(self) -> None:
        """Report the ids of exchanges and the objects of kinds that the model does not hold."""
        if self.numbered:
            self.report.add(
                "exchange-ids",
                Act.CONVERTED,
                Place(self.archive.place.file, field="exchanges.@id"),
                Message("Exchanges are known by their numbers; their ids are not kept."),
                count=str(self.numbered),
            )
        for folder, names in self.folders.items():
            known = folder in _READ or (not folder and all(name in _MARKS for name in names))
            if known and all(name.endswith(".json") or name in _MARKS for name in names):
                continue
            place = Place(self.archive.place.file, folder or names[0])
            self.report.leave_out(place, len(names))


def referred(found: Iterable[Process]) -> set[str]:
    """Ids of the sources and actors of processes."""
    ids: set[str] = set()
    for process in found:
        ids.update(process.sources)
        ids.update(process.details.get(name, "") for name in processes.REFERENCES)
        for review in process.reviews:
            ids.update((*review.reviewers, review.report))
    return ids - {""}


def _sorted(parameters: list[Parameter]) -> tuple[Parameter, ...]:
    return tuple(sorted(parameters, key=lambda each: (each.name, each.id)))
