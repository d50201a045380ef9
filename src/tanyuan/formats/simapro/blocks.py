"""The blocks of an export, one after the other: a name, sections, and their rows of cells.

In today's layout a block is its name, rows, and `End`; inside of a process a section is its title
and the rows up to the next empty line. The layout before SimaPro 8.1 has no ends, writes metadata
on the line of their title, the amount before the unit, and continues comments on further lines.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tanyuan.formats.simapro.header import Header
from tanyuan.languages import Message
from tanyuan.problems import Place, refuse

NEWLINE = "\x7f"
"""Stands for a line break inside of a cell."""

_UNSEEN = "".join(map(chr, (*range(33), *range(127, 161))))

STRUCTURED = ("Process", "Product stage", "System description", "Literature reference", "Method")
"""Blocks with sections; all others hold rows at once."""

_STARTS = {
    *("Process", "Product stage", "Literature reference", "Quantities", "Units"),
    *("Raw materials", "Airborne emissions", "Waterborne emissions"),
    *(
        f"{of} {kind} parameters"
        for of in ("Database", "Project")
        for kind in ("Input", "Calculated")
    ),
}
"""Names of blocks that are no titles of sections: before them an end was forgotten."""

PRODUCTS = ("Products", "Waste treatment", "Waste scenario")
SUBSTANCES = (
    *("Resources", "Emissions to air", "Emissions to water", "Emissions to soil"),
    *("Final waste flows", "Non material emissions", "Social issues", "Economic issues"),
)
INPUTS = (
    *("Materials/fuels", "Electricity/heat", "Materials/assemblies", "Processes", "Assembly"),
    "Additional life cycles",
)
OTHERS = (
    *("Avoided products", "Waste to treatment", "Separated waste", "Remaining waste"),
    *("Input parameters", "Calculated parameters"),
)
TABLES = {*PRODUCTS, *SUBSTANCES, *INPUTS, *OTHERS}
"""Sections of a process whose rows are no metadata."""

_NAME = "Process"


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a line, trimmed, and its number."""

    line: int
    cells: tuple[str, ...]

    def cell(self, index: int) -> str:
        """A cell; empty where the row is shorter."""
        return self.cells[index] if index < len(self.cells) else ""

    def rest(self, index: int) -> str:
        """The cells from here on that are not empty, as one text."""
        return "; ".join(cell for cell in self.cells[index:] if cell)


@dataclass(slots=True)
class Block:
    """A block: its name and line, and the rows of its sections (of the empty title, if none).

    `ended` is false where the next block began without an `End`.
    """

    name: str
    line: int
    sections: dict[str, list[Row]] = field(default_factory=dict)
    ended: bool = True

    def rows(self, title: str = "") -> list[Row]:
        """The rows of a section."""
        return self.sections.get(title, [])

    def text(self, title: str) -> str:
        """What stands in a section of metadata, in lines."""
        return "\n".join(filter(None, (row.rest(0) for row in self.rows(title))))


def blocks(lines: Iterable[str], header: Header, file: str) -> Iterator[Block]:
    """The blocks after the header.

    Raises:
        InputError: `csv-quotes`, `simapro-truncated`.
    """
    rows = _rows(lines, header, file)
    return _old_blocks(rows) if header.old else _blocks(rows, file)


def _rows(lines: Iterable[str], header: Header, file: str) -> Iterator[Row]:
    """Every line as a row; empty ones have no cells."""
    reader = csv.reader(lines, delimiter=header.separator)
    try:
        for cells in reader:
            found = tuple(_clean(cell) for cell in cells)
            yield Row(header.lines + reader.line_num, found if any(found) else ())
    except csv.Error:
        raise refuse(
            "csv-quotes",
            Message('In this row a quotation mark (") is missing or too many.'),
            Message('Put text with separators between two quotation marks, and write " as "".'),
            Place(file, row=header.lines + reader.line_num),
        ) from None


def _clean(cell: str) -> str:
    """A cell without white space and control characters around it."""
    return cell.replace(NEWLINE, "\n").strip(_UNSEEN)


def _blocks(rows: Iterator[Row], file: str) -> Iterator[Block]:
    block: Block | None = None
    title: str | None = None
    for row in rows:
        if not row.cells:
            title = None
        elif block is None:
            # A stray end closes nothing; some exports have several
            if row.cells[0] != "End":
                block = Block(row.cells[0], row.line)
                title = None
        elif row.cells[0] == "End" and not any(row.cells[1:]):
            yield block
            block = None
        elif title is None and _begins_block(row, block):
            block.ended = False
            yield block
            block = Block(row.cells[0], row.line)
        elif block.name not in STRUCTURED:
            title = ""
            block.sections.setdefault(title, []).append(row)
        elif title is None:
            title = row.cells[0]
            block.sections.setdefault(title, [])
        else:
            block.sections[title].append(row)
    if block is not None:
        raise refuse(
            "simapro-truncated",
            Message("The block “{name}” has no end: the file was cut short.", name=block.name),
            Message("Fetch it again, or export it anew."),
            Place(file, block.name, block.line),
        )


def _begins_block(row: Row, within: Block) -> bool:
    """Whether a row after an empty line is the name of the next block."""
    names = _STARTS if within.name in STRUCTURED else {*_STARTS, *STRUCTURED, *SUBSTANCES}
    return row.cells[0] in names and not any(row.cells[1:])


def _old_blocks(rows: Iterator[Row]) -> Iterator[Block]:
    block: Block | None = None
    title = ""
    for row in rows:
        first = row.cell(0)
        if first == _NAME and not any(row.cells[1:]):
            if block is not None:
                yield block
            block, title = Block(_NAME, row.line), ""
        elif block is None or not row.cells:
            continue
        elif first in TABLES and not any(row.cells[1:]):
            title = first
            block.sections.setdefault(title, [])
        elif not first and title and block.sections[title]:
            block.sections[title].append(_continued(block.sections[title].pop(), row))
        elif title in TABLES:
            block.sections[title].append(_swapped(title, row))
        elif first:
            title = first
            block.sections[title] = [Row(row.line, row.cells[1:])]
        else:
            block.sections.setdefault(title, []).append(row)
    if block is not None:
        yield block


def _swapped(title: str, row: Row) -> Row:
    """A row with its unit before its amount."""
    at = 2 if title in SUBSTANCES else 1
    cells = [*row.cells, *([""] * (at + 2 - len(row.cells)))]
    if not title.endswith("parameters"):
        cells[at], cells[at + 1] = cells[at + 1], cells[at]
    return Row(row.line, tuple(cells))


def _continued(row: Row, more: Row) -> Row:
    """A row with the further lines of its last cell."""
    last = max((index for index, cell in enumerate(row.cells) if cell), default=-1)
    if last < 0:
        return Row(row.line, (more.rest(0),))
    cells = [*row.cells]
    cells[last] = f"{cells[last]}\n{more.rest(0)}"
    return Row(row.line, tuple(cells))
