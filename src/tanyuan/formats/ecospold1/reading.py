"""Read ecoSpold 1: one document of data sets, or a ZIP archive of them."""

from __future__ import annotations

from dataclasses import replace

from tanyuan.backgrounds.linking import is_output
from tanyuan.backgrounds.package import UNDETERMINED, FlowKind, Package, Process
from tanyuan.backgrounds.report import Act, Report
from tanyuan.formats.ecospold.catalogue import Catalogue, keep
from tanyuan.formats.ecospold.documents import Edition, data_sets, is_of
from tanyuan.formats.ecospold1.processes import DataSetReader, Product
from tanyuan.formats.ilcd.nodes import Node, Notes
from tanyuan.formats.ilcd.trees import Tree
from tanyuan.formats.packages import Progress, Source
from tanyuan.languages import Message
from tanyuan.problems import Place, Problems, refuse

KEY = "ecospold1"
EDITION = Edition("http://www.ecoinvent.org/ecospold01", frozenset({"dataset"}))
_IMPACT = f"{EDITION.space}impact"


def recognises(source: Source) -> bool:
    """Whether a file is of ecoSpold 1, or an archive with some."""
    return is_of(source, EDITION)


def read(source: Source, report: Report, progress: Progress) -> Package:
    """The package of all data sets.

    Raises:
        InputError: `impact-method`: a file of impact assessment methods; `xml`, `encoding`,
            `xml-doctype`, `field-type`, `field-missing`, `number`, `duplicate-id` …, with entry,
            data set and field.
    """
    reading = _Reading(report, source.path.name)
    for each in data_sets(source, EDITION, report, progress):
        if each.space.lower() == EDITION.space:
            reading.take(each.tree, each.place)
        else:
            reading.skip("impact" if each.space.lower() == _IMPACT else "elementary")
    return reading.package(source.name)


class _Reading:
    """A package while its data sets come in."""

    def __init__(self, report: Report, file: str) -> None:
        self.report, self.file = report, file
        self.problems = Problems()
        self.catalogue = Catalogue(report, file)
        self.reader = DataSetReader(self.catalogue)
        self.processes: dict[str, Process] = {}
        self.skipped: dict[str, int] = {}

    def take(self, tree: Tree, place: Place) -> None:
        notes = Notes(self.report, self.problems, place.file)
        made = self.reader.process(Node(tree, notes))
        if made is None:
            self.skip("elementary")
            return
        notes.left(tree)
        keep(self.processes, made, self.report, notes, "referenceFunction")
        notes.stop_if_many()

    def skip(self, kind: str) -> None:
        self.skipped[kind] = self.skipped.get(kind, 0) + 1

    def package(self, name: str) -> Package:
        self.problems.raise_if_any()
        if not self.processes and "impact" in self.skipped:
            raise refuse(
                "impact-method",
                Message("The file holds methods of impact assessment and no processes."),
                Message("Export the processes; impacts are assessed by the sets of this program."),
                Place(self.file),
            )
        for kind, count in sorted(self.skipped.items()):
            self.report.leave_out(Place(self.file, kind), count)
        self.catalogue.tell()
        made = self._made()
        self._place_inputs(made)
        self._turn_wastes(made)
        catalogue = self.catalogue
        return Package(
            format=KEY,
            names={UNDETERMINED: name},
            unit_groups=catalogue.groups,
            properties=catalogue.properties,
            flows=catalogue.flows,
            processes=self.processes,
            locations=catalogue.locations,
            references=catalogue.references,
        )

    def _made(self) -> set[str]:
        """Ids of the products that processes make."""
        return {
            each.flow
            for process in self.processes.values()
            for each in process.exchanges
            if is_output(each, self.catalogue.flows[each.flow])
            and each.number not in self.reader.wastes[process.id]
        }

    def _place_inputs(self, made: set[str]) -> None:
        """What is taken or spared at no named place takes the product of the only place making it.

        Of several places that is the place of the process that takes it, if it is one of them.
        """
        makers: dict[Product, list[str]] = {}
        for key in sorted(made & self.reader.products.keys()):
            anywhere = replace(self.reader.products[key], place="")
            makers.setdefault(anywhere, []).append(key)
        placed: set[str] = set()
        for process in self.processes.values():
            home = self.catalogue.locations.get(process.location)
            exchanges = list(process.exchanges)
            for index, each in enumerate(process.exchanges):
                product = self.reader.products.get(each.flow)
                if product is None or product.place or each.flow in made:
                    continue
                candidates = makers.get(product, [])
                if len(candidates) > 1:
                    candidates = [
                        key
                        for key in candidates
                        if home and self.reader.products[key].place == home.code
                    ]
                if candidates:
                    exchanges[index] = replace(each, flow=candidates[0])
                    placed.add(each.flow)
                    self._tell_place(process, index + 1, self.reader.products[candidates[0]].place)
            self.processes[process.id] = replace(process, exchanges=tuple(exchanges))
        used = {each.flow for process in self.processes.values() for each in process.exchanges}
        for key in placed - used:
            del self.catalogue.flows[key]

    def _tell_place(self, process: Process, row: int, place: str) -> None:
        self.report.add(
            "place-missing",
            Act.DEFAULTED,
            Place(self.file, process.name, row, "location"),
            Message("The exchange names no place; the product of {place} is taken.", place=place),
            Message("Name the place of the exchange."),
        )

    def _turn_wastes(self, made: set[str]) -> None:
        """Wastes to be treated take the service of their name, where a process offers it."""
        for key, process in self.processes.items():
            numbers = self.reader.wastes[key]
            wastes = {each.flow for each in process.exchanges if each.number in numbers}
            for flow in wastes - made:
                flows = self.catalogue.flows
                flows[flow] = replace(flows[flow], kind=FlowKind.WASTE)
            if not wastes & made:
                continue
            exchanges = tuple(
                replace(each, is_input=True)
                if each.number in numbers and each.flow in made
                else each
                for each in process.exchanges
            )
            self.processes[key] = replace(process, exchanges=exchanges)
            self.report.add(
                "waste-service",
                Act.CONVERTED,
                Place(self.file, process.name, field="outputGroup"),
                Message(
                    "A waste to be treated takes the process of that name; it is written as an "
                    "input of its service."
                ),
            )
