"""Activities of a workbook as nodes: processes with what they make, products, elementary flows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from tanyuan.backgrounds.package import Flow, FlowKind, Location, Texts
from tanyuan.formats.brightway.sheets import Block, Value
from tanyuan.formats.brightway.units import Units
from tanyuan.formats.brightway.words import (
    JOINT,
    PRODUCT,
    RESOURCE,
    SUBSTANCES,
    UNITS,
    kind_of,
    made_id,
    texts_of,
)
from tanyuan.languages import Message
from tanyuan.problems import Place, Problems

_ONE = Decimal(1)
_SAME = ("name", "categories", "unit", "reference product", "location")
"""By what Brightway links where no code is given."""


def words(given: Mapping[str, Value], key: str) -> str:
    """A cell as text; numbers that Excel made of a text become one again."""
    value = given.get(key, "")
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:f}" if isinstance(value, Decimal) else value


def yes(given: Mapping[str, Value], key: str) -> bool:
    """Whether a cell says yes; bw2io writes truth as 1."""
    return given.get(key) in (True, 1)


def parts(text: str) -> tuple[str, ...]:
    """The parts of a tuple in a cell."""
    return tuple(part for part in text.split(JOINT) if part)


def label(given: Mapping[str, Value]) -> tuple[str, ...]:
    """What Brightway compares to link an exchange to an activity, letter case aside."""
    found = {key: words(given, key) for key in _SAME}
    found["unit"] = UNITS.get(found["unit"], found["unit"])
    return tuple(text.casefold() for text in found.values())


@dataclass(slots=True)
class Node:
    """An activity.

    Attributes:
        block: where it stands.
        id: its code, or what stands for it.
        flow: id of the flow that it makes, treats or is.
        unit: id of the unit in which Brightway counts it.
        substance: whether it is an elementary flow.
        process: whether it is a process.
        resource: whether it is an elementary flow that is taken from nature.
        turned: whether it states what it treats as a negative product; amounts are then turned.
    """

    block: Block
    id: str
    flow: str
    unit: str
    substance: bool
    process: bool
    resource: bool
    turned: bool


class Nodes:
    """All activities of a workbook, by code and by what Brightway compares."""

    def __init__(self, database: str, file: str, units: Units, problems: Problems) -> None:
        self.database, self.file, self.units, self.problems = database, file, units, problems
        self.by_code: dict[str, Node] = {}
        self.by_label: dict[tuple[str, ...], list[Node]] = {}
        self.flows: dict[str, Flow] = {}
        self.locations: dict[str, Location] = {}

    def add(self, block: Block) -> Node | None:
        """Take an activity; none if the same stands there already."""
        given = {"name": block.name, **block.given}
        key = label(given)
        code = words(given, "code") or made_id("activity", self.database, *key)
        known = self.by_code.get(code)
        if known is not None:
            same = (known.block.name, known.block.given) == (block.name, block.given)
            if not (same and _rows(known.block) == _rows(block)):
                self.problems.add(
                    "duplicate-id",
                    Message("Two different objects have the id {id}.", id=code),
                    Message("Keep the right one, or give one of them another id."),
                    Place(self.file, block.name, block.row, "code"),
                )
            return None
        kind = words(given, "type")
        substance, product = kind in SUBSTANCES, kind == PRODUCT
        place = Place(self.file, block.name, block.row, "unit")
        unit, prop = self.units.unit(words(given, "unit"), place)
        flow = code
        if not substance:
            flow = words(given, "product id") or self.product_id(self.database, given)
        process = not (substance or product or yes(given, "cut-off"))
        turned = process and _treats(block)
        node = Node(block, code, flow, unit, substance, process, kind == RESOURCE, turned)
        self.by_code[code] = node
        self.by_label.setdefault(key, []).append(node)
        if flow not in self.flows:
            make = self.elementary if substance else self.product
            self.flows[flow] = make(flow, given, prop)
        if turned:
            self.flows[flow] = replace(self.flows[flow], kind=FlowKind.WASTE)
        return node

    def product_id(self, database: str, given: Mapping[str, Value]) -> str:
        """The id of what an activity makes: the same in every workbook that names it."""
        return made_id("product", database, *label(given))

    def location(self, code: str) -> str:
        """The id of a place."""
        if not code:
            return ""
        key = made_id("location", code)
        if key not in self.locations:
            self.locations[key] = Location(id=key, names={"und": code}, code=code)
        return key

    def product(self, key: str, given: Mapping[str, Value], prop: str) -> Flow:
        """What an activity makes or treats."""
        texts = _texts(given)
        return Flow(
            id=key,
            names=texts_of("reference product", texts) or texts_of("name", texts),
            category=parts(words(given, "product category")),
            description=texts_of("product comment", texts),
            version=words(given, "product version"),
            last_change=words(given, "product last change"),
            kind=kind_of(words(given, "product kind")),
            reference=prop,
            properties={prop: _ONE},
            cas=words(given, "product CAS number"),
            formula=words(given, "product formula"),
            synonyms=parts(words(given, "product synonyms")),
            infrastructure=yes(given, "product infrastructure"),
        )

    def elementary(self, key: str, given: Mapping[str, Value], prop: str) -> Flow:
        """An elementary flow."""
        texts = _texts(given)
        return Flow(
            id=key,
            names=texts_of("name", texts),
            category=parts(words(given, "categories")),
            description=texts_of("comment", texts),
            version=words(given, "version"),
            last_change=words(given, "last change"),
            kind=FlowKind.ELEMENTARY,
            reference=prop,
            properties={prop: _ONE},
            cas=words(given, "CAS number"),
            formula=words(given, "formula"),
            synonyms=parts(words(given, "synonyms")),
        )


def _texts(given: Mapping[str, Value]) -> dict[str, str]:
    return {key: words(given, key) for key in given}


def all_texts(given: Mapping[str, Value], key: str) -> Texts:
    """A text of an activity in all its languages."""
    return texts_of(key, _texts(given))


def _treats(block: Block) -> bool:
    """Whether what a process makes is negative: in Brightway, waste that it treats."""
    made = [
        line.cells.get("amount")
        for line in block.exchanges
        if words(line.cells, "type").strip().casefold() == "production"
    ]
    return len(made) == 1 and isinstance(made[0], Decimal) and made[0] < 0


def _rows(block: Block) -> list[dict[str, Value]]:
    return [line.cells for line in (*block.exchanges, *block.parameters)]
