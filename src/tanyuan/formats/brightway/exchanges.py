"""Tables of exchanges and parameters."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tanyuan.backgrounds.package import (
    Exchange,
    FlowKind,
    Parameter,
    Uncertainty,
)
from tanyuan.backgrounds.report import Act, Report
from tanyuan.documents.numbers import NumberError, checked, parse_number
from tanyuan.formats.brightway.nodes import Node, Nodes, label, parts, words
from tanyuan.formats.brightway.sheets import Line
from tanyuan.formats.brightway.words import CERTAIN, JOINT, SPREAD, read_spread, scaled, texts_of
from tanyuan.languages import Message
from tanyuan.problems import Place, Problems

_TYPES = {"production", "technosphere", "biosphere", "substitution", "generic production"}
_COLUMNS = {
    *("name", "amount", "unit", "location", "reference product", "type", "categories"),
    *("database", "input", "code", "formula", "comment", "number", "pedigree", "base uncertainty"),
    *SPREAD,
}
_RESOURCES = ("natural resource", "resource")


class Table:
    """Reads lines of tables; notes problems and findings with their places."""

    def __init__(self, file: str, report: Report, problems: Problems) -> None:
        self.file, self.report, self.problems = file, report, problems

    def place(self, line: Line, sheet: str, field: str = "") -> Place:
        """The place of a cell."""
        return Place(self.file, sheet, line.row, field)

    def number(self, line: Line, sheet: str, field: str) -> Decimal | None:
        """A number, or none where the cell is empty."""
        value = line.cells.get(field)
        if value is None:
            return None
        try:
            if isinstance(value, Decimal):
                return checked(value)
            return parse_number(words(line.cells, field))
        except NumberError as error:
            place = self.place(line, sheet, field)
            self.problems.add(error.code, error.cause, error.mend, place)
            return None

    def uncertainty(self, line: Line, sheet: str, amount: Decimal) -> Uncertainty | None:
        """The distribution of a line."""
        kind = self.number(line, sheet, "uncertainty type")
        if kind is None or int(kind) in CERTAIN:
            return None
        given = {
            field: value
            for field in SPREAD[1:-1]
            if (value := self.number(line, sheet, field)) is not None
        }
        found = read_spread(int(kind), given, amount)
        if found is None:
            self.report.add(
                "uncertainty",
                Act.DROPPED,
                self.place(line, sheet, "uncertainty type"),
                Message("The distribution cannot be used as it is written; the amount is certain."),
            )
        return found

    def parameter(self, line: Line, sheet: str) -> Parameter:
        """A parameter: name, amount, formula, distribution, comment."""
        value = self.number(line, sheet, "amount")
        texts = {key: words(line.cells, key) for key in line.cells}
        return Parameter(
            words(line.cells, "name"),
            value,
            words(line.cells, "formula"),
            self.uncertainty(line, sheet, value or Decimal(0)),
            texts_of("comment", texts),
        )


class Exchanges:
    """The exchanges of one process."""

    def __init__(self, nodes: Nodes, table: Table, node: Node) -> None:
        self.nodes, self.table, self.node = nodes, table, node
        self.report, self.problems = table.report, table.problems
        self.sheet = node.block.name
        self.left: dict[str, int] = {}

    def all(self) -> tuple[tuple[Exchange, ...], int | None]:
        """The exchanges in their order, and the number of the reference."""
        lines = self.node.block.exchanges
        found = [self.exchange(line, position) for position, line in enumerate(lines, 1)]
        self.tell_left()
        made = [
            (line, exchange)
            for line, exchange in zip(lines, found, strict=True)
            if self.type(line) in {"production", "generic production"}
        ]
        if not made:
            number = max((each.number for each in found), default=0) + 1
            own = self.nodes.flows[self.node.flow]
            waste = own.kind is FlowKind.WASTE
            found.append(Exchange(number, own.id, waste, Decimal(1), self.node.unit))
            self.report.add(
                "implicit-production",
                Act.DEFAULTED,
                Place(self.table.file, self.sheet, self.node.block.row),
                Message("It states no production; as in Brightway it makes 1 unit of its product."),
            )
            return tuple(found), number
        reference = next((each for _, each in made if each.flow == self.node.flow), made[0][1])
        return tuple(found), reference.number

    def type(self, line: Line) -> str:
        """What kind of exchange a line is."""
        return words(line.cells, "type").strip().casefold()

    def exchange(self, line: Line, position: int) -> Exchange:
        """The exchange in a line."""
        more = line.cells.keys() - _COLUMNS
        for name in more:
            if not name.startswith(("comment (", "details.")):
                self.left[name] = self.left.get(name, 0) + 1
        kind = self.type(line)
        if kind not in _TYPES:
            self.problems.add(
                "exchange-type",
                Message("“{type}” is no type of exchange.", type=kind),
                Message("Write production, technosphere, substitution or biosphere."),
                self.table.place(line, self.sheet, "type"),
            )
        amount = self.table.number(line, self.sheet, "amount")
        if amount is None:
            amount = self.missing(line)
        number = self.table.number(line, self.sheet, "number")
        texts = {key: words(line.cells, key) for key in (*more, "comment")}
        common = Exchange(
            number=int(number) if number is not None else position,
            flow="",
            is_input=False,
            amount=amount,
            uncertainty=self.table.uncertainty(line, self.sheet, amount),
            formula=words(line.cells, "formula"),
            pedigree=words(line.cells, "pedigree"),
            base_uncertainty=self.table.number(line, self.sheet, "base uncertainty"),
            comment=texts_of("comment", texts),
            details={
                key.removeprefix("details."): text
                for key, text in texts.items()
                if key.startswith("details.")
            },
        )
        if kind == "biosphere":
            return self.elementary(line, common)
        return self.product(line, common, kind)

    def missing(self, line: Line) -> Decimal:
        """The amount of a line that has none."""
        if "amount" not in line.cells:
            self.report.add(
                "amount-missing",
                Act.DEFAULTED,
                self.table.place(line, self.sheet, "amount"),
                Message("The amount is missing; it is taken as 0."),
            )
        return Decimal(0)

    def target(self, line: Line) -> Node | None:
        """The node that an exchange is linked to: by its input, else by equal words."""
        database, joint, code = words(line.cells, "input").partition(JOINT)
        if not joint:
            database, code = words(line.cells, "database"), words(line.cells, "code")
        if code and database in {"", self.nodes.database}:
            found = self.nodes.by_code.get(code)
            if found is None:
                self.problems.add(
                    "missing-reference",
                    Message("It refers to {id}, which is not in the package.", id=code),
                    Message("Write an activity with this code, or link to another."),
                    self.table.place(line, self.sheet, "input"),
                )
            return found
        if code or database not in {"", self.nodes.database}:
            return None
        return next(iter(self.nodes.by_label.get(label(line.cells), [])), None)

    def provider(self, line: Line, node: Node) -> str:
        """The process that a line means; none where several of its words are to be chosen from."""
        if not node.process:
            return ""
        named = JOINT in words(line.cells, "input") or words(line.cells, "code")
        return node.id if named or len(self.nodes.by_label[label(line.cells)]) < 2 else ""

    def unit(self, line: Line, node: Node | None) -> tuple[str, str]:
        """The unit of an exchange: that of its node, in which Brightway counts whatever is said."""
        stated = words(line.cells, "unit")
        if node is None:
            return self.nodes.units.unit(stated, self.table.place(line, self.sheet, "unit"))
        if stated:
            unit, _ = self.nodes.units.unit(stated, self.table.place(line, self.sheet, "unit"))
            if unit != node.unit:
                self.report.add(
                    "unit-differs",
                    Act.CONVERTED,
                    self.table.place(line, self.sheet, "unit"),
                    Message(
                        "The unit “{unit}” is not that of the activity it is linked to; the amount "
                        "counts in that, as in Brightway.",
                        unit=stated,
                    ),
                    Message("Write the amount in the unit of the activity."),
                )
        return node.unit, ""

    def elementary(self, line: Line, common: Exchange) -> Exchange:
        """An exchange with nature."""
        node = self.target(line)
        unit, prop = self.unit(line, node)
        if node is not None:
            return replace(common, flow=node.flow, is_input=node.resource, unit=unit)
        _, _, code = words(line.cells, "input").partition(JOINT)
        categories = parts(words(line.cells, "categories"))
        key = code or words(line.cells, "code") or self.nodes.product_id("", line.cells)
        if key not in self.nodes.flows:
            self.nodes.flows[key] = self.nodes.elementary(key, line.cells, prop)
        resource = bool(categories) and categories[0].casefold() in _RESOURCES
        return replace(common, flow=key, is_input=resource, unit=unit)

    def product(self, line: Line, common: Exchange, kind: str) -> Exchange:
        """A product made or taken, a waste treated or given off."""
        made = kind in {"production", "generic production"}
        node = self.target(line)
        if node is None and made and not words(line.cells, "input"):
            node = self.node
        unit, prop = self.unit(line, node)
        if node is None:
            return self.unlinked(line, common, kind, unit, prop)
        flow = self.nodes.flows[node.flow]
        waste = flow.kind is FlowKind.WASTE
        provider = "" if made else self.provider(line, node)
        avoided = kind == "substitution"
        is_input = waste if made else not (waste or avoided)
        if node.turned:
            common = turned(common)
        return replace(
            common, flow=flow.id, is_input=is_input, unit=unit, provider=provider, avoided=avoided
        )

    def unlinked(self, line: Line, common: Exchange, kind: str, unit: str, prop: str) -> Exchange:
        """What another database makes, or nobody: the same words give the same product."""
        database = words(line.cells, "input").partition(JOINT)[0] or words(line.cells, "database")
        key = self.nodes.product_id(database or self.nodes.database, line.cells)
        if key not in self.nodes.flows:
            self.nodes.flows[key] = self.nodes.product(key, line.cells, prop)
        made = kind in {"production", "generic production"}
        avoided = kind == "substitution"
        return replace(common, flow=key, is_input=not (made or avoided), unit=unit, avoided=avoided)

    def tell_left(self) -> None:
        """Report, once a column, what was not read."""
        for name, count in sorted(self.left.items()):
            self.report.add(
                "unknown-field",
                Act.DROPPED,
                Place(self.table.file, self.sheet, field=name),
                Message("The field has no place in the model and is left out."),
                count=str(count),
            )


def turned(given: Exchange) -> Exchange:
    """An exchange with the opposite amount."""
    return replace(
        given,
        amount=-given.amount,
        formula=f"-({given.formula})" if given.formula else "",
        uncertainty=scaled(given.uncertainty, Decimal(-1)),
    )
