"""Read a workbook: all nodes first, then the exchanges between them."""

from __future__ import annotations

from tanyuan.backgrounds.package import (
    Package,
    Parameter,
    Process,
    ProcessKind,
    Texts,
)
from tanyuan.backgrounds.report import Act, Report
from tanyuan.formats.brightway.exchanges import Exchanges, Table
from tanyuan.formats.brightway.nodes import Node, Nodes, all_texts, parts, words, yes
from tanyuan.formats.brightway.sheets import Block, blocks
from tanyuan.formats.brightway.units import Units
from tanyuan.formats.brightway.words import KEYS, plain_key
from tanyuan.formats.packages import Progress, Source
from tanyuan.languages import Message
from tanyuan.problems import Place, Problems, refuse

KEY = "brightway"
DOCUMENTATION, DETAILS = "documentation.", "details."
_LISTED = 100
_DATABASE = {"licence", "notice", "format"}


def read(source: Source, report: Report, progress: Progress) -> Package:
    """The database in a workbook.

    Raises:
        InputError: `brightway-database`, `exchange-type`, `number`, `duplicate-id`,
            `missing-reference` …, with sheet and row; and what is wrong with the workbook.
    """
    return _Reading(source, report, progress).package()


class _Reading:
    """One workbook while it is read."""

    def __init__(self, source: Source, report: Report, progress: Progress) -> None:
        self.file, self.report, self.progress = source.path.name, report, progress
        progress(0.0, Message("Reading {folder}", folder=self.file))
        self.blocks = list(blocks(source, report))
        self.problems = Problems()
        self.database = self.one_database()
        self.units = Units(report)
        self.nodes = Nodes(self.database.name, self.file, self.units, self.problems)
        self.table = Table(self.file, report, self.problems)

    def one_database(self) -> Block:
        found = [block for block in self.blocks if block.kind == "database"]
        if len(found) != 1:
            raise refuse(
                "brightway-database",
                Message("The workbook names {count} databases.", count=len(found)),
                Message("Write one row “Database” with its name beside it."),
                Place(self.file),
            )
        return found[0]

    def package(self) -> Package:
        activities = [block for block in self.blocks if block.kind == "activity"]
        nodes = [node for block in activities if (node := self.nodes.add(block)) is not None]
        if len(nodes) < len(activities) and not self.problems.found:
            self.tell_twice(len(activities) - len(nodes))
        processes: dict[str, Process] = {}
        for done, node in enumerate(nodes):
            if node.process:
                processes[node.id] = self.process(node)
            elif node.block.exchanges and "cut-off" not in node.block.given:
                self.tell_not_run(node)
            if len(self.problems.found) > _LISTED:
                break
            self.progress(done / len(nodes), Message("Reading {folder}", folder=self.file))
        parameters = self.parameters()
        self.problems.raise_if_any()
        given = self.database.given
        for key in given.keys() - _DATABASE:
            self.tell_database(key)
        return Package(
            format=KEY,
            names={"und": self.database.name},
            unit_groups=self.units.groups,
            properties=self.units.properties,
            flows=self.nodes.flows,
            processes=processes,
            locations=self.nodes.locations,
            parameters=parameters,
            licence=words(given, "licence"),
            notice=words(given, "notice"),
        )

    def process(self, node: Node) -> Process:
        """The process of an activity."""
        block, given = node.block, {"name": node.block.name, **node.block.given}
        exchanges, reference = Exchanges(self.nodes, self.table, node).all()
        details = {
            key.removeprefix(DETAILS): words(given, key)
            for key in given
            if plain_key(key) not in KEYS and not key.startswith(DOCUMENTATION)
        }
        if block.group and block.group != node.id:
            details["parameterGroup"] = block.group
        return Process(
            id=node.id,
            names=all_texts(given, "name"),
            category=parts(words(given, "category")),
            category_codes=parts(words(given, "category codes")),
            description=all_texts(given, "comment"),
            version=words(given, "version"),
            last_change=words(given, "last change"),
            kind=ProcessKind.RESULT if yes(given, "aggregated") else ProcessKind.UNIT,
            exchanges=exchanges,
            reference=reference,
            location=self.nodes.location(words(given, "location")),
            valid_from=words(given, "valid from"),
            valid_until=words(given, "valid until"),
            documentation=self.documentation(block),
            details=details,
            parameters=tuple(self.table.parameter(line, block.name) for line in block.parameters),
            tags=parts(words(given, "tags")),
            infrastructure=yes(given, "infrastructure"),
        )

    def documentation(self, block: Block) -> dict[str, Texts]:
        keys = [plain_key(key) for key in block.given if key.startswith(DOCUMENTATION)]
        return {
            key.removeprefix(DOCUMENTATION): all_texts(block.given, key)
            for key in dict.fromkeys(keys)
        }

    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters of the database; those of the project count as its own."""
        found: dict[str, Parameter] = {}
        for block in sorted(self.blocks, key=lambda each: each.kind, reverse=True):
            if not block.kind.endswith("parameters"):
                continue
            for line in block.parameters:
                one = self.table.parameter(line, block.sheet)
                found[one.name] = one
            if block.kind.startswith("project"):
                self.report.add(
                    "project-parameters",
                    Act.CONVERTED,
                    Place(self.file, block.sheet, block.row),
                    Message("Parameters of the project count as those of the database."),
                )
        return tuple(found[name] for name in sorted(found))

    def tell_twice(self, count: int) -> None:
        self.report.add(
            "duplicate",
            Act.DROPPED,
            Place(self.file),
            Message("The same object stands in the package twice; one is kept."),
            count=str(count),
        )

    def tell_not_run(self, node: Node) -> None:
        self.report.add(
            "exchanges-of-flow",
            Act.DROPPED,
            Place(self.file, node.block.name, node.block.row),
            Message("It is no process by its type; its exchanges are left out."),
        )

    def tell_database(self, key: str) -> None:
        self.report.add(
            "unknown-field",
            Act.DROPPED,
            Place(self.file, self.database.name, self.database.row, key),
            Message("The field has no place in the model and is left out."),
            count="1",
        )
