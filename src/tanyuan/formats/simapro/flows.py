"""Flows of an export: products and wastes by name, substances by compartment and name."""

from __future__ import annotations

import re
from decimal import Decimal
from sys import intern

from tanyuan.backgrounds.package import Flow, FlowKind, Location
from tanyuan.backgrounds.report import Act
from tanyuan.formats.simapro.blocks import SUBSTANCES, Block, Row
from tanyuan.formats.simapro.cells import Cells, said_as
from tanyuan.formats.simapro.units import made_id
from tanyuan.languages import Message
from tanyuan.problems import Place

TABLES = {
    "Raw materials": "Resources",
    "Airborne emissions": "Emissions to air",
    "Waterborne emissions": "Emissions to water",
    **{name: name for name in SUBSTANCES[3:]},
}
"""Tables of substances at the end of a file, and the sections that use them."""

_PLACE = re.compile(r"\{([^{}]{2,40})\}")
_CAS = re.compile(r"\d{2,7}-\d\d-\d")
_FORMULA = re.compile(r"^Formula: *(\S+)$", re.MULTILINE)
_ONE = Decimal(1)


class Flows:
    """The flows that the processes of a file exchange, and the places in their names."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.found: dict[str, Flow] = {}
        self.locations: dict[str, Location] = {}
        self._substances: dict[tuple[str, str], Row] = {}
        self._numbered = 0

    def define(self, block: Block) -> None:
        """Take a table of substances: name, unit, CAS number, comment, id."""
        for row in block.rows():
            self._substances[TABLES[block.name], row.cell(0)] = row
            self._numbered += bool(row.cell(4))

    def location(self, name: str) -> str:
        """The id of the place in braces in a name (`{CH}`), or nothing."""
        found = _PLACE.search(name)
        if found is None:
            return ""
        code = found[1].strip()
        key = made_id("location", code)
        if key not in self.locations:
            self.locations[key] = Location(id=key, names=said_as(code), code=code)
        return key

    def product(self, name: str, kind: FlowKind, prop: str, row: Row, path: str = "") -> str:
        """The id of a product or waste; only the row that makes it has the path of categories."""
        key = made_id(kind.value, name)
        category = tuple(intern(part.strip()) for part in path.split("\\") if part.strip())
        known = self.found.get(key)
        if known is None or (category and not known.category):
            reference = known.reference if known else prop
            self.found[key] = Flow(
                id=key,
                names=said_as(name),
                category=category,
                kind=kind,
                reference=reference,
                properties={reference: _ONE},
                location=self.location(name),
            )
        if known is not None and prop and known.reference and known.reference != prop:
            self.cells.problems.add(
                "unknown-unit",
                Message(
                    "{flow} has a unit here that its other units do not convert to.", flow=name
                ),
                Message("Write the amount in a unit of the quantity in which it is made."),
                self.cells.place(row, "unit"),
            )
        return key

    def substance(self, section: str, row: Row, prop: str) -> str:
        """The id of an elementary flow: of a section, sub-compartment, name and quantity."""
        name, part = row.cell(0), row.cell(1)
        key = made_id("substance", section, part, name, prop)
        if key not in self.found:
            stated = self._substances.get((section, name), Row(0, ()))
            formula = _FORMULA.search(stated.cell(3))
            self.found[key] = Flow(
                id=key,
                names=said_as(name),
                category=tuple(filter(None, (section, part))),
                description=said_as(stated.cell(3)),
                kind=FlowKind.ELEMENTARY,
                reference=prop,
                properties={prop: _ONE},
                cas=self._cas(stated),
                formula=formula[1] if formula else "",
            )
        return key

    def _cas(self, row: Row) -> str:
        given = row.cell(2)
        if not given or _CAS.fullmatch(given):
            return given
        self.cells.report.add(
            "cas",
            Act.DROPPED,
            Place(self.cells.file, row.cell(0), row.line, "CAS"),
            Message("“{number}” is no whole CAS number.", number=given),
            Message("Mend it in SimaPro and export again."),
        )
        return ""

    def tell(self) -> None:
        """Report what the tables hold beyond the model, and what was taken from names."""
        if self.locations:
            self.cells.report.add(
                "places-in-names",
                Act.DEFAULTED,
                Place(self.cells.file, field="location"),
                Message(
                    "The format has no places; they are taken from the braces in names, as in "
                    "“{example}”.",
                    example="Steel {CN}| production",
                ),
                count=str(len(self.locations)),
            )
        if self._numbered:
            self.cells.report.add(
                "substance-ids",
                Act.DROPPED,
                Place(self.cells.file, field="PlatformId"),
                Message(
                    "SimaPro's ids of substances stand for all sub-compartments at once; flows "
                    "have ids made from compartment and name."
                ),
                count=str(self._numbered),
            )
