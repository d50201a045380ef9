"""Write a workbook that Brightway imports and calculates with the same results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from tanyuan.backgrounds.formulas import calculated
from tanyuan.backgrounds.package import (
    Exchange,
    Flow,
    FlowKind,
    Package,
    Parameter,
    Process,
    ProcessKind,
    Uncertainty,
    said,
)
from tanyuan.backgrounds.profile import Profile
from tanyuan.backgrounds.report import Act, Report
from tanyuan.formats.brightway.book import Book, Cell
from tanyuan.formats.brightway.reading import DETAILS, DOCUMENTATION, KEY
from tanyuan.formats.brightway.system import Edge, System, Target
from tanyuan.formats.brightway.units import named_unit
from tanyuan.formats.brightway.words import (
    JOINT,
    KEYS,
    SPREAD,
    made_id,
    plain_key,
    scaled,
    text_rows,
    written_spread,
)
from tanyuan.formats.packages import Progress
from tanyuan.languages import Message
from tanyuan.problems import Place

_WORDS = {"activity", "database", "exchanges", "parameters", "cutoff", "skip"}
_COLUMNS = (
    *("amount", "unit", "name", "reference product", "location", "type", "categories"),
    *("input", "number", *SPREAD, "formula", "pedigree", "base uncertainty", "comment"),
)
_TOLD = {
    "direction": Message(
        "Products are written as inputs, wastes as outputs; others are turned, with their amounts."
    ),
    "provider": Message("Brightway's links are fixed; the suppliers chosen by rule are written."),
    "unit": Message("Amounts are written in the unit of the supplier."),
}


def write(
    package: Package, path: Path, report: Report, progress: Progress, choices: Profile
) -> None:
    """Write a package; what the format cannot hold is reported.

    Raises:
        InputError: `allocation-undecided`: Brightway's activities have one product, and neither the
            package nor the choices say how several share burdens.
    """
    if package.format != KEY:
        package = calculated(package, report)
    with Book(path) as book:
        _Writing(package, report, progress, book, choices).run()


class _Writing:
    """One package while it is written."""

    def __init__(
        self,
        package: Package,
        report: Report,
        progress: Progress,
        book: Book,
        choices: Profile,
    ) -> None:
        self.package, self.report, self.progress, self.book = package, report, progress, book
        self.database = book.text(said(package.names, "en") or "database")
        self.system = System(package, choices, report)
        self.formulas = package.format == KEY

    def run(self) -> None:
        self.head()
        parts = self.system.parts
        for done, part in enumerate(parts):
            self.activity(part)
            self.progress(done / (len(parts) or 1), Message("Writing {name}", name=part.code))
        for key in sorted(self.system.others):
            self.other(self.system.others[key])
        self.tell()

    def head(self) -> None:
        package = self.package
        self.book.section("Database", self.database)
        self.book.rows({"licence": package.licence, "notice": package.notice}.items())
        if package.parameters and self.formulas:
            self.book.section("Database parameters")
            self.book.table([self.parameter(self.database, each) for each in package.parameters])

    def code(self, code: str) -> str:
        """A code that Brightway does not take for a number."""
        if not _numeric(code):
            return self.book.text(code)
        self.system.told["code"] += 1
        return f"_{code}"

    def activity(self, part: Target) -> None:
        """A process, or the part of it that one of its products carries."""
        process = part.process
        if process is None:
            return
        self.book.section("Activity", self.book.text(said(process.names, "en") or process.id))
        self.book.rows(self.of_process(process, part))
        if process.parameters and self.formulas:
            self.book.section("Parameters", process.details.get("parameterGroup") or part.code)
            self.book.table([self.parameter(process.name, each) for each in process.parameters])
        self.book.section("Exchanges")
        self.book.table([self.edge(process, edge) for edge in self.system.edges(part)], _COLUMNS)

    def of_process(self, process: Process, part: Target) -> Iterator[tuple[str, Cell]]:
        yield "code", self.code(part.code)
        yield from list(text_rows("name", process.names))[1:]
        yield "location", self.place(process.location)
        yield "unit", self.unit(part.unit)
        yield from self.of_product(part.flow)
        yield "category", self.joined(process.category)
        yield "category codes", self.joined(process.category_codes)
        yield from text_rows("comment", process.description)
        yield "version", process.version
        yield "last change", process.last_change
        yield "valid from", process.valid_from
        yield "valid until", process.valid_until
        yield "tags", self.joined(process.tags)
        yield "aggregated", process.kind is ProcessKind.RESULT
        yield "infrastructure", process.infrastructure
        for name, texts in process.documentation.items():
            yield from text_rows(f"{DOCUMENTATION}{name}", texts)
        for name, value in process.details.items():
            if name != "parameterGroup":
                plain = plain_key(name)
                free = name == plain and name not in KEYS and name.casefold() not in _WORDS
                yield name if free else f"{DETAILS}{name}", value

    def of_product(self, flow: Flow) -> Iterator[tuple[str, Cell]]:
        """What is said of what a process makes, treats or cannot find."""
        yield from text_rows("reference product", flow.names)
        yield "product id", flow.id
        yield "product kind", "" if flow.kind is FlowKind.PRODUCT else flow.kind.value
        yield "product category", self.joined(flow.category)
        yield "product CAS number", flow.cas
        yield "product formula", flow.formula
        yield "product synonyms", self.joined(flow.synonyms)
        yield from text_rows("product comment", flow.description)
        yield "product version", flow.version
        yield "product last change", flow.last_change
        yield "product infrastructure", flow.infrastructure

    def other(self, node: Target) -> None:
        """An elementary flow, or a product that nobody makes: made of nothing, so a cut-off."""
        flow = node.flow
        self.book.section("Activity", self.book.text(said(flow.names, "en") or flow.id))
        code = self.code(node.code)
        self.book.rows([("code", code), ("unit", self.unit(node.unit))])
        if flow.kind is FlowKind.ELEMENTARY:
            self.book.rows(self.of_substance(flow))
            return
        self.book.rows([("cut-off", True), *self.of_product(flow)])
        self.book.section("Exchanges")
        row: dict[str, Cell] = {
            "amount": Decimal(1),
            "name": self.name(node),
            "type": "production",
            "input": self.input(node),
        }
        self.book.table([row], _COLUMNS)

    def of_substance(self, flow: Flow) -> Iterator[tuple[str, Cell]]:
        yield "type", self.system.node_type(flow)
        yield from list(text_rows("name", flow.names))[1:]
        yield "categories", self.joined(flow.category)
        yield "CAS number", flow.cas
        yield "formula", flow.formula
        yield "synonyms", self.joined(flow.synonyms)
        yield from text_rows("comment", flow.description)
        yield "version", flow.version
        yield "last change", flow.last_change

    def edge(self, process: Process, edge: Edge) -> dict[str, Cell]:
        """The cells of an exchange by the names of their columns."""
        exchange, target = edge.exchange, edge.target
        amount = exchange.amount * edge.factor
        self.system.told["rounded"] += Decimal(repr(float(amount))) != amount
        product = "" if target.flow.kind is FlowKind.ELEMENTARY else said(target.flow.names, "en")
        categories = self.joined(target.flow.category) if not product else ""
        place = self.place(target.process.location) if target.process else ""
        return {
            "amount": amount,
            "unit": self.unit(target.unit),
            "name": self.name(target),
            "reference product": self.book.text(product),
            "location": place,
            "type": edge.type,
            "categories": categories,
            "input": self.input(target),
            "number": Decimal(exchange.number),
            **self.spread(
                scaled(exchange.uncertainty, edge.factor),
                amount,
                Place(sheet=process.name, row=exchange.number, field="uncertainty"),
            ),
            "formula": self.formula(exchange, edge.factor),
            "pedigree": exchange.pedigree,
            "base uncertainty": _or_nothing(exchange.base_uncertainty),
            **dict(text_rows("comment", exchange.comment)),
            **{f"{DETAILS}{name}": value for name, value in exchange.details.items()},
        }

    def name(self, target: Target) -> str:
        names = target.process.names if target.process else target.flow.names
        return self.book.text(said(names, "en") or target.code)

    def input(self, target: Target) -> str:
        code = f"_{target.code}" if _numeric(target.code) else self.book.text(target.code)
        return f"{self.database}{JOINT}{code}"

    def spread(self, given: Uncertainty | None, amount: Decimal, place: Place) -> dict[str, Cell]:
        found: dict[str, Cell] = {**written_spread(given)}
        if given is not None and not found:
            self.report.add(
                "uncertainty",
                Act.DROPPED,
                place,
                Message("The distribution cannot be used as it is written; the amount is certain."),
            )
        if amount < 0 and "scale" in found and "minimum" not in found:
            return {**found, "negative": True}
        return found

    def formula(self, exchange: Exchange, factor: Decimal) -> str:
        if not exchange.formula:
            return ""
        if not self.formulas:
            self.system.told["formula"] += 1
            return ""
        return exchange.formula if factor == 1 else f"({exchange.formula})*{factor}"

    def parameter(self, sheet: str, given: Parameter) -> dict[str, Cell]:
        place = Place(sheet=sheet, field=given.name)
        return {
            "name": given.name,
            "amount": _or_nothing(given.value),
            "formula": given.formula,
            **self.spread(given.uncertainty, given.value or Decimal(0), place),
            **dict(text_rows("comment", given.description)),
        }

    def unit(self, key: str) -> str:
        unit = self.system.units[key]
        known = named_unit(unit.name)
        if (known is None or known[1] != unit) and key != made_id("unit", unit.name):
            self.system.told["units"] += 1
        return unit.name

    def place(self, key: str) -> str:
        found = self.package.locations.get(key)
        if found is None:
            return ""
        if key != made_id("location", found.code):
            self.system.told["locations"] += 1
        return self.book.text(found.code or found.name)

    def joined(self, parts: Iterable[str]) -> str:
        """The parts of a tuple."""
        return JOINT.join(map(self.book.text, parts))

    def tell(self) -> None:
        """Report what was converted, and what has no place."""
        for code, count in self.system.told.items():
            if count:
                self.add(code, Act.CONVERTED, _TOLD.get(code) or _MORE[code], count)
        for code, message, count in self.book.told():
            self.add(code, Act.CONVERTED, message, count)
        for name, count in _left(self.package, self.formulas).items():
            if count:
                self.report.add(
                    "unknown-field",
                    Act.DROPPED,
                    Place(sheet=self.database, field=name),
                    Message("The format has no place for it."),
                    count=str(count),
                )
        split = sum(len(made.amounts) > 1 for made in self.system.outputs.values())
        if split:
            message = Message("Processes with several products are written once for each of them.")
            self.add("process-split", Act.ALLOCATED, message, split)

    def add(self, code: str, act: Act, message: Message, count: int) -> None:
        place = Place(sheet=self.database, field=code)
        self.report.add(f"brightway-{code}", act, place, message, count=str(count))


_MORE = {
    "code": Message(
        "Ids that look like numbers have an underscore in front, or Brightway would take them for "
        "numbers."
    ),
    "rounded": Message("Amounts have at most 17 digits in a workbook."),
    "formula": Message("The formulas are not Brightway's; the amounts that they give are written."),
    "units": Message(
        "Units go by their names alone; groups and factors of this package are not kept."
    ),
    "locations": Message("Places go by their codes alone."),
}


def _or_nothing(value: Decimal | None) -> Cell:
    return "" if value is None else value


def _numeric(code: str) -> bool:
    try:
        float(code)
    except ValueError:
        return False
    return True


def _left(package: Package, formulas: bool) -> Counter[str]:
    """How often there is something that the layout has no place for."""
    found: Counter[str] = Counter()
    found["references"] = len(package.references)
    if not formulas:
        found["parameters"] = len(package.parameters)
        found["processes.parameters"] = sum(
            len(each.parameters) for each in package.processes.values()
        )
    found["flows.properties"] = sum(len(each.properties) > 1 for each in package.flows.values())
    found["flows.location"] = sum(bool(each.location) for each in package.flows.values())
    found["flows.documentation"] = sum(bool(each.documentation) for each in package.flows.values())
    for process in package.processes.values():
        found["sources"] += len(process.sources)
        found["reviews"] += len(process.reviews)
        found["results"] += len(process.results)
        found["allocation"] += len(process.allocation)
        found["exchanges.location"] += sum(bool(each.location) for each in process.exchanges)
    return found
