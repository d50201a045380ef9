"""Read an export twice: what stands at its end (units, parameters, literature), then processes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TextIO

from tanyuan.backgrounds.package import (
    Package,
    Process,
    Reference,
    ReferenceKind,
)
from tanyuan.backgrounds.report import Act, Report
from tanyuan.formats.packages import Progress, Source
from tanyuan.formats.simapro.blocks import Block, blocks
from tanyuan.formats.simapro.cells import Cells, Scope, said_as
from tanyuan.formats.simapro.flows import TABLES, Flows
from tanyuan.formats.simapro.header import encoding_of, header_of, methods
from tanyuan.formats.simapro.processes import Processes
from tanyuan.formats.simapro.units import Units, made_id
from tanyuan.languages import Message
from tanyuan.problems import Place, Problems

KEY = "simapro"
_PROCESSES = ("Process", "Product stage")
_LISTED = 100
_HELD = {"Project", "Projet", "CSV separator", "Decimal separator", "Short date format"}


def read(source: Source, report: Report, progress: Progress) -> Package:
    """The processes in an export.

    Raises:
        InputError: `encoding`, `simapro-methods`, `simapro-header`, `simapro-truncated`,
            `decimal-sign`, `number`, `formula`, `unknown-unit`, `duplicate-id` …, with line.
    """
    return _Reading(source, report, progress).package()


class _Reading:
    """One file while it is read."""

    def __init__(self, source: Source, report: Report, progress: Progress) -> None:
        self.source, self.report, self.progress = source, report, progress
        self.file = source.path.name
        self.encoding = encoding_of(source.path, report)
        with self.open() as lines:
            self.header = header_of(lines, self.file)
        self.problems = Problems()
        self.cells = Cells(self.file, self.header.decimal, report, self.problems)
        self.units, self.flows = Units(self.cells), Flows(self.cells)
        self.references: dict[str, Reference] = {}
        self.processes: dict[str, Process] = {}
        self.size = source.path.stat().st_size or 1

    def open(self) -> TextIO:
        return self.source.path.open(encoding=self.encoding, newline="")

    def blocks(self, start: float) -> Iterator[Block]:
        with self.open() as lines:
            body = islice(lines, self.header.lines, None)
            for block in blocks(self._counted(body, start), self.header, self.file):
                if len(self.problems.found) > _LISTED:
                    self.problems.raise_if_any()
                yield block

    def _counted(self, lines: Iterator[str], start: float) -> Iterator[str]:
        done = 0
        for number, line in enumerate(lines):
            done += len(line)
            if number % 10_000 == 0:
                part = min(1.0, done / self.size)
                self.progress(start + part / 2, Message("Reading {folder}", folder=self.file))
            yield line

    def package(self) -> Package:
        scope = self.tables()
        parameters, values = scope.parameters()
        dates = self.header.fields.get("Short date format", "")
        reading = Processes(self.cells, self.units, self.flows, values, dates)
        for block in self.blocks(0.5):
            if block.name in _PROCESSES:
                self.add(reading.process(block), block)
        self.stubs(reading.literature)
        self.flows.tell()
        self.tell_header()
        self.problems.raise_if_any()
        return Package(
            format=KEY,
            names=said_as(self.header.project or self.source.name),
            unit_groups=self.units.groups,
            properties=self.units.properties,
            flows=self.flows.found,
            processes=self.processes,
            locations=self.flows.locations,
            references=self.references,
            parameters=parameters,
        )

    def tables(self) -> Scope:
        """Take all blocks that are no processes; answers the parameters of the file."""
        parameters: list[Block] = []
        for block in self.blocks(0):
            self.cells.sheet = block.name
            if not block.ended:
                self.tell_open(block)
            if block.name.endswith(("Input parameters", "Calculated parameters")):
                parameters.append(block)
            else:
                self.table(block)
        scope = Scope(self.cells, {})
        # Parameters of the project stand over those of the database
        for block in sorted(parameters, key=lambda each: each.name.partition(" ")[0]):
            self.cells.sheet = block.name
            add = scope.inputs if "Input" in block.name else scope.calculated
            add(block.rows())
        return scope

    def table(self, block: Block) -> None:
        """Take a block that is neither a process nor parameters."""
        if block.name == "Units":
            self.units.define(block.rows())
        elif block.name in TABLES:
            self.flows.define(block)
        elif block.name == "Literature reference":
            self.literature(block)
        elif block.name in {"Method", "Impact category", "Damage category"}:
            raise methods(self.file)
        elif block.name not in {*_PROCESSES, "Quantities"}:
            self.tell_block(block)

    def add(self, process: Process, block: Block) -> None:
        known = self.processes.setdefault(process.id, process)
        place = Place(self.file, process.name, block.line)
        if known == process and known is not process:
            self.report.add(
                "duplicate",
                Act.DROPPED,
                place,
                Message("The same object stands in the package twice; one is kept."),
            )
        elif known is not process:
            self.problems.add(
                "duplicate-id",
                Message("Two different objects have the id {id}.", id=process.id),
                Message("Keep the right one, or give one of them another id."),
                place,
            )

    def literature(self, block: Block) -> None:
        name = block.text("Name")
        link = block.text("Documentation link")
        key = made_id("literature", name)
        self.references[key] = Reference(
            id=key,
            names=said_as(name),
            category=tuple(filter(None, block.text("Category").split("\\"))),
            description=said_as(block.text("Description")),
            kind=ReferenceKind.SOURCE,
            details={"url": link} if link else {},
        )

    def stubs(self, names: set[str]) -> None:
        """Keep the names of literature that the file does not describe."""
        for name in sorted(names):
            key = made_id("literature", name)
            if key not in self.references:
                self.references[key] = Reference(
                    id=key, names=said_as(name), kind=ReferenceKind.SOURCE
                )
                self.report.add(
                    "reference-outside",
                    Act.KEPT,
                    Place(self.file, name, field=key),
                    Message("It is not in the package; its name is kept from a reference to it."),
                )

    def tell_open(self, block: Block) -> None:
        self.report.add(
            "block-open",
            Act.DEFAULTED,
            Place(self.file, block.name, block.line),
            Message("The block has no end; it ends where the next one begins."),
        )

    def tell_block(self, block: Block) -> None:
        self.report.leave_out(Place(self.file, block.name, block.line), 1)

    def tell_header(self) -> None:
        if self.header.old:
            self.report.add(
                "header-old",
                Act.DEFAULTED,
                Place(self.file),
                Message(
                    "The file is of the old layout, whose header does not state the decimal sign; "
                    "the point is taken."
                ),
            )
        # The first two are the program and what was exported
        left = [name for name in list(self.header.fields)[2:] if name not in _HELD]
        if left:
            self.report.add(
                "unknown-field",
                Act.DROPPED,
                Place(self.file, field=", ".join(left)),
                Message("The field has no place in the model and is left out."),
                count=str(len(left)),
            )
