"""Process and product stage blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from tanyuan.backgrounds.formulas import Values
from tanyuan.backgrounds.package import (
    AllocationKind,
    AllocationShare,
    Exchange,
    FlowKind,
    Process,
    ProcessKind,
    Texts,
)
from tanyuan.backgrounds.report import Act
from tanyuan.formats.simapro.blocks import (
    INPUTS,
    PRODUCTS,
    SUBSTANCES,
    TABLES,
    Block,
    Row,
)
from tanyuan.formats.simapro.cells import Cells, Scope, pedigree, percent, said_as
from tanyuan.formats.simapro.flows import Flows
from tanyuan.formats.simapro.units import Units, made_id
from tanyuan.languages import Message
from tanyuan.problems import Place

_TEXTS = {
    "Technology": "technologyDescription",
    "Geography": "geographyDescription",
    "Time period": "timeDescription",
    "Collection method": "dataCollectionDescription",
    "Data treatment": "dataTreatmentDescription",
}
_DETAILS = {
    "Category type": "categoryType",
    "Process identifier": "processIdentifier",
    "PlatformId": "platformId",
    "Status": "status",
}
_ELSEWHERE = {"Process name", "Type", "Comment", "Infrastructure", "Date", "Literature references"}
_UNTAKEN = ("Reference assembly", "Waste scenarios", "Disposal scenarios", "Disassemblies",
            "Reuses", "Waste/Disposal scenario")  # fmt: skip
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_YEARS = re.compile(r"\s*(\d{4})\s*-\s*(\d{4})\s*")
_ALL_WASTE = {"", "all waste types"}
_WHOLE = Decimal(100)


class Processes:
    """Reads blocks with the units, flows and parameters of the file."""

    def __init__(
        self, cells: Cells, units: Units, flows: Flows, common: Values, dates: str
    ) -> None:
        self.cells, self.units, self.flows, self.common = cells, units, flows, common
        self._dates = dates
        self.literature: set[str] = set()

    def process(self, block: Block) -> Process:
        """The process in a block."""
        name = self.name(block)
        self.cells.sheet = name
        scope = Scope(self.cells, self.common.known)
        scope.inputs(block.rows("Input parameters"))
        scope.calculated(block.rows("Calculated parameters"))
        parameters, values = scope.parameters()
        reading = _Exchanges(self, block, values)
        exchanges = tuple(reading.all())
        first = next(iter(reading.made), None)
        if first is None:
            self.cells.report.add(
                "no-product",
                Act.KEPT,
                Place(self.cells.file, name, block.line),
                Message("The process makes no product and treats no waste."),
            )
        flow = self.flows.found[first.flow] if first else None
        years = _YEARS.fullmatch(block.text("Time period"))
        shares, kind = self.shares(block, reading)
        return Process(
            id=self.key(block, name),
            names=said_as(name),
            category=flow.category if flow else (),
            description=said_as(block.text("Comment")),
            kind=ProcessKind.RESULT if block.text("Type") == "System" else ProcessKind.UNIT,
            exchanges=exchanges,
            reference=first.number if first else None,
            location=self.flows.location(name) or (flow.location if flow else ""),
            valid_from=years[1] if years else "",
            valid_until=years[2] if years else "",
            documentation=dict(self.texts(block)),
            details=dict(self.details(block)),
            sources=self.sources(block),
            parameters=parameters,
            default_allocation=kind,
            allocation=shares,
            infrastructure=block.text("Infrastructure").casefold() == "yes",
        )

    def name(self, block: Block) -> str:
        """The name of a process, else of the first product that it makes."""
        products = [row for title in PRODUCTS for row in block.rows(title)]
        return block.text("Process name") or (products[0].cell(0) if products else block.name)

    def key(self, block: Block, name: str) -> str:
        """The id: SimaPro's where it is a UUID, else made from what SimaPro knows it by."""
        platform, own = block.text("PlatformId"), block.text("Process identifier")
        if _UUID.fullmatch(platform):
            return platform.lower()
        made = [row.cell(0) for title in PRODUCTS for row in block.rows(title)]
        words = [platform or own] if platform or own else [block.name, name, *made]
        return made_id("process", *words)

    def texts(self, block: Block) -> Iterator[tuple[str, Texts]]:
        """Metadata that are texts; those without a key of openLCA under their own titles."""
        for title in block.sections:
            known = title in TABLES or title in _DETAILS or title in _ELSEWHERE
            if not known and title not in _UNTAKEN and (text := block.text(title)):
                yield _TEXTS.get(title) or _key(title), said_as(text)
        comments = [
            f"{row.cell(0)}: {row.rest(1)}" for row in self.references(block) if row.rest(1)
        ]
        if comments:
            yield "literatureComments", said_as("\n".join(comments))

    def details(self, block: Block) -> Iterator[tuple[str, str]]:
        """Metadata that are no texts."""
        for title, key in _DETAILS.items():
            if value := block.text(title).strip('"'):
                yield key, value
        if date := block.text("Date"):
            yield "creationDate", _iso(date, self._dates)

    def references(self, block: Block) -> list[Row]:
        """The rows that name literature."""
        return [row for row in block.rows("Literature references") if row.cell(0)]

    def sources(self, block: Block) -> tuple[str, ...]:
        """Ids of the literature."""
        names = [row.cell(0) for row in self.references(block)]
        self.literature.update(names)
        return tuple(dict.fromkeys(made_id("literature", name) for name in names))

    def shares(
        self, block: Block, reading: _Exchanges
    ) -> tuple[tuple[AllocationShare, ...], AllocationKind | None]:
        """Shares of several products; one product carries all, whatever stands there."""
        if len(reading.made) < 2:
            if any(share != 1 for share, _ in reading.shares):
                self.cells.report.add(
                    "allocation-needless",
                    Act.DROPPED,
                    Place(self.cells.file, self.cells.sheet, block.line, "allocation"),
                    Message("It declares shares but has one output, which carries all."),
                )
            return (), None
        if any(each.is_input for each in reading.made):
            self.cells.report.add(
                "allocation-wastes",
                Act.DROPPED,
                Place(self.cells.file, self.cells.sheet, block.line, "allocation"),
                Message("It treats wastes beside other outputs, and does not say how they share."),
                Message("Choose shares on import, or split the process."),
            )
            return (), None
        text = block.text("Multiple output allocation").casefold()
        economic = "economic" in text
        if not economic and "physical" not in text:
            self.cells.report.add(
                "allocation-kind",
                Act.DEFAULTED,
                Place(self.cells.file, self.cells.sheet, block.line, "allocation"),
                Message("It does not say by what its outputs share; the shares count as physical."),
            )
        kind = AllocationKind.ECONOMIC if economic else AllocationKind.PHYSICAL
        shares = tuple(
            AllocationShare(kind, exchange.flow, share, formula=formula)
            for exchange, (share, formula) in zip(reading.made, reading.shares, strict=True)
        )
        return shares, kind


class _Exchanges:
    """The exchanges of one block, in the order of its sections."""

    def __init__(self, of: Processes, block: Block, values: Values) -> None:
        self.of, self.block, self.values = of, block, values
        self.cells, self.flows = of.cells, of.flows
        self.made: list[Exchange] = []
        self.shares: list[tuple[Decimal, str]] = []
        self._number = 0

    def all(self) -> Iterator[Exchange]:
        for title in PRODUCTS:
            for row in self.block.rows(title):
                yield self.product(title, row)
        for title, rows in self.block.sections.items():
            for row in rows:
                if title == "Avoided products":
                    yield self.exchange(row, FlowKind.PRODUCT, is_input=False, avoided=True)
                elif title in INPUTS:
                    yield self.exchange(row, FlowKind.PRODUCT, is_input=True)
                elif title == "Waste to treatment":
                    yield self.exchange(row, FlowKind.WASTE, is_input=False)
                elif title in SUBSTANCES:
                    yield self.substance(title, row)
                elif title in _UNTAKEN:
                    self.untaken(title, row)
        yield from self.fractions()

    def number(self) -> int:
        self._number += 1
        return self._number

    def product(self, title: str, row: Row) -> Exchange:
        """A product made: name, unit, amount, share, waste type, category, comment.

        A waste treated has no share, the product of a stage neither share nor waste type.
        """
        waste = title != "Products"
        kind = FlowKind.WASTE if waste else FlowKind.PRODUCT
        unit, prop = self.of.units.unit(row.cell(1), row)
        amount, formula = self.cells.amount(row.cell(2), self.values, row)
        stage = self.block.name == "Product stage"
        at = 3 if stage else 4 if waste else 5
        if not stage and not waste:
            share, text = self.cells.amount(row.cell(3), self.values, row, "allocation")
            self.shares.append((percent(share), f"({text})/100" if text else ""))
        else:
            self.shares.append((Decimal(1), ""))
        wastes = {} if stage else {"wasteType": row.cell(at - 1)}
        exchange = Exchange(
            number=self.number(),
            flow=self.flows.product(row.cell(0), kind, prop, row, row.cell(at)),
            is_input=waste,
            amount=amount,
            unit=unit,
            formula=formula,
            comment=said_as(row.rest(at + 1)),
            details={key: value for key, value in wastes.items() if value},
        )
        self.made.append(exchange)
        return exchange

    def exchange(
        self, row: Row, kind: FlowKind, *, is_input: bool, avoided: bool = False
    ) -> Exchange:
        """A product or waste: name, unit, amount, distribution, comment."""
        unit, prop = self.of.units.unit(row.cell(1), row)
        amount, formula = self.cells.amount(row.cell(2), self.values, row)
        return Exchange(
            number=self.number(),
            flow=self.flows.product(row.cell(0), kind, prop, row),
            is_input=is_input,
            amount=amount,
            unit=unit,
            avoided=avoided,
            uncertainty=self.cells.uncertainty(row, 3, amount),
            formula=formula,
            pedigree=pedigree(row.cell(7)),
            comment=said_as(row.cell(7)),
        )

    def substance(self, section: str, row: Row) -> Exchange:
        """An elementary flow: name, sub-compartment, unit, amount, distribution, comment."""
        unit, prop = self.of.units.unit(row.cell(2), row)
        amount, formula = self.cells.amount(row.cell(3), self.values, row)
        return Exchange(
            number=self.number(),
            flow=self.flows.substance(section, row, prop),
            is_input=section == "Resources",
            amount=amount,
            unit=unit,
            uncertainty=self.cells.uncertainty(row, 4, amount),
            formula=formula,
            pedigree=pedigree(row.cell(8)),
            comment=said_as(row.cell(8)),
        )

    def fractions(self) -> Iterator[Exchange]:
        """Where a waste scenario sends its waste: treatment, waste type, percent, comment."""
        rest = _WHOLE
        for row in self.block.rows("Separated waste"):
            if row.cell(1).casefold() not in _ALL_WASTE:
                self.cells.report.add(
                    "waste-type",
                    Act.DROPPED,
                    self.cells.place(row, "Separated waste"),
                    Message(
                        "How much of the waste is “{type}” is not known here; all of it counts as "
                        "remaining waste.",
                        type=row.cell(1),
                    ),
                    Message("Model the treatment of each material as waste to treatment."),
                )
                continue
            share, _ = self.cells.amount(row.cell(2), self.values, row)
            rest -= share
            yield from self.fraction(row, share)
        for row in self.block.rows("Remaining waste"):
            share, _ = self.cells.amount(row.cell(2), self.values, row)
            yield from self.fraction(row, percent(rest * share))

    def fraction(self, row: Row, share: Decimal) -> Iterator[Exchange]:
        for treated in self.made[:1]:
            prop = self.flows.found[treated.flow].reference
            yield Exchange(
                number=self.number(),
                flow=self.flows.product(row.cell(0), FlowKind.WASTE, prop, row),
                is_input=False,
                amount=percent(treated.amount * share),
                unit=treated.unit,
                formula=f"({treated.formula})*{percent(share)}" if treated.formula else "",
                comment=said_as(row.cell(3)),
            )

    def untaken(self, title: str, row: Row) -> None:
        self.cells.report.add(
            "stage-waste",
            Act.DROPPED,
            self.cells.place(row, title),
            Message(
                "What {name} does with an assembly depends on its materials; it is not taken over.",
                name=row.cell(0),
            ),
            Message("Model the end of life as waste to treatment in a process."),
        )


def _key(title: str) -> str:
    words = "".join(word.capitalize() for word in re.findall(r"\w+", title))
    return f"{words[:1].lower()}{words[1:]}"


def _iso(date: str, pattern: str) -> str:
    """A date as ISO 8601, where the header says how dates are written; else as written."""
    order = re.findall("[dMy]+", pattern)
    numbers = re.findall(r"\d+", date)
    if len(order) != 3 or len(numbers) != 3:
        return date
    given = {letters[0]: number for letters, number in zip(order, numbers, strict=True)}
    if given.keys() != {"d", "M", "y"} or len(given["y"]) != 4:
        return date
    return f"{given['y']}-{given['M']:0>2}-{given['d']:0>2}"
