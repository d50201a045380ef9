"""What is wrong with a package as a whole, whatever its format: references, units, numbers.

What cannot be calculated is refused, with all that is found; what only documents is reported.
"""

from __future__ import annotations

from collections.abc import Iterable

from tanyuan.backgrounds.package import Entry, Exchange, Flow, Package, Process
from tanyuan.backgrounds.report import Act, Report
from tanyuan.languages import Message
from tanyuan.problems import Place, Problems

LISTED = 100

_EXPORT_AGAIN = Message("Export the database again with everything that it refers to.")


def check_package(package: Package, report: Report, file: str) -> None:
    """Refuse a package that refers to nothing or measures in units that it does not know.

    Raises:
        InputError: `no-process`, `missing-reference`, `unknown-unit`, `unknown-property`,
            `duplicate-number`.
    """
    _Check(package, report, file).run()


class _Check:
    """One package while it is checked."""

    def __init__(self, package: Package, report: Report, file: str) -> None:
        self.package, self.report, self.file = package, report, file
        self.problems = Problems()
        self.group_of = {
            unit.id: group.id for group in package.unit_groups.values() for unit in group.units
        }

    def run(self) -> None:
        package = self.package
        if not package.processes:
            self.problems.add(
                "no-process",
                Message("There is no process in the file."),
                Message("Export the database with its processes."),
                Place(self.file),
            )
        for prop in package.properties.values():
            if prop.unit_group not in package.unit_groups:
                self.missing(prop, prop.unit_group)
        for flow in package.flows.values():
            for key in flow.properties.keys() - package.properties.keys():
                self.missing(flow, key)
        for process in package.processes.values():
            if len(self.problems.found) > LISTED:
                break
            self.process(process)
        self.problems.raise_if_any()
        self.documents()

    def process(self, process: Process) -> None:
        numbers = {exchange.number for exchange in process.exchanges}
        if len(numbers) < len(process.exchanges):
            self.problems.add(
                "duplicate-number",
                Message("Two exchanges have the same number."),
                Message("Number the exchanges of a process from 1 on."),
                Place(self.file, process.name),
            )
        for row, exchange in enumerate(process.exchanges, 1):
            flow = self.package.flows.get(exchange.flow)
            if flow is None:
                self.missing(process, exchange.flow, row)
            else:
                self.exchange(process, row, exchange, flow)

    def exchange(self, process: Process, row: int, exchange: Exchange, flow: Flow) -> None:
        key = exchange.property or flow.reference
        prop = self.package.properties.get(key)
        if key not in flow.properties or prop is None:
            self.problems.add(
                "unknown-property",
                Message("{flow} is not measured by the property {id}.", flow=flow.name, id=key),
                Message("Give the flow a factor for the property, or measure it by another."),
                Place(self.file, process.name, row),
            )
        elif exchange.unit and self.group_of.get(exchange.unit) != prop.unit_group:
            self.problems.add(
                "unknown-unit",
                Message(
                    "{flow} has the unit {id}, which is not one of {property}.",
                    flow=flow.name,
                    id=exchange.unit,
                    property=prop.name,
                ),
                Message("Add the unit to its group, or write the amount in a unit of the group."),
                Place(self.file, process.name, row),
            )

    def missing(self, entry: Entry, key: str, row: int | None = None) -> None:
        self.problems.add(
            "missing-reference",
            Message("It refers to {id}, which is not in the package.", id=key),
            _EXPORT_AGAIN,
            Place(self.file, entry.name, row),
        )

    def documents(self) -> None:
        """Report places, sources and actors that nobody describes."""
        package = self.package
        entries: list[Flow | Process] = [*package.flows.values(), *package.processes.values()]
        for entry in entries:
            if entry.location and entry.location not in package.locations:
                self.outside(entry, "location", (entry.location,))
        for process in package.processes.values():
            self.outside(process, "sources", process.sources)
            reviewers = [key for review in process.reviews for key in review.reviewers]
            self.outside(process, "reviews", reviewers)

    def outside(self, entry: Entry, field: str, keys: Iterable[str]) -> None:
        known = self.package.references.keys() | self.package.locations.keys()
        for key in sorted(set(keys) - known):
            self.report.add(
                "missing-document",
                Act.KEPT,
                Place(self.file, entry.name, field=field),
                Message("It refers to an object that is not in the package; its id is kept."),
                _EXPORT_AGAIN,
                id=key,
            )
