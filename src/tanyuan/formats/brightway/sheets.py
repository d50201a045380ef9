"""The workbook as blocks: the database, its parameters, activities with their tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tanyuan.backgrounds.report import Act, Report
from tanyuan.formats.archives import MAX_FILE, MIB
from tanyuan.formats.packages import Source
from tanyuan.formats.sheets import Cell, Row, Sheet, read_workbook
from tanyuan.languages import Message
from tanyuan.problems import Place, refuse

Value = str | Decimal | bool
_WORKBOOK = "xl/workbook.xml"
_MARK = re.compile(rb">\s*activity\s*<", re.IGNORECASE)
_PARAMETERS = ("database parameters", "project parameters")
_SKIPPED, _CUT = "skip", "cutoff"


@dataclass(slots=True)
class Line:
    """The cells of a row of a table by the names of its columns."""

    row: int
    cells: dict[str, Value]


@dataclass(slots=True)
class Block:
    """An activity, or the database.

    Attributes:
        kind: `activity`, `database`, or the name of a table of parameters.
        name: what stands beside it.
        sheet, row: where it begins.
        given: its key-value rows.
        exchanges, parameters: its tables.
        group: of its parameters, or empty.
    """

    kind: str
    name: str
    sheet: str
    row: int
    given: dict[str, Value] = field(default_factory=dict)
    exchanges: list[Line] = field(default_factory=list)
    parameters: list[Line] = field(default_factory=list)
    group: str = ""


def recognises(source: Source) -> bool:
    """Whether an archive is a workbook with activities in it."""
    archive = source.archive
    if archive is None or _WORKBOOK not in archive:
        return False
    parts = [name for name in archive if name.startswith(("xl/sharedStrings", "xl/worksheets/"))]
    for name in parts:
        with archive.open(name) as stream:
            before = b""
            while piece := stream.read(MIB):
                if _MARK.search(before + piece):
                    return True
                before = piece[-64:]
    return False


def blocks(source: Source, report: Report) -> Iterator[Block]:
    """The blocks of all sheets but those whose first cell says `skip`.

    Raises:
        InputError: what is wrong with the workbook.
    """
    name = source.path.name
    with source.path.open("rb") as file:
        book = read_workbook(file.read(MAX_FILE + 1), name)  # which refuses what is larger
    for notice in book.notices:
        report.add(notice.code, Act.KEPT, notice.place, notice.cause, notice.mend)
    for sheet in book.sheets:
        first = _text(sheet.rows[0].cells[0]) if sheet.rows and sheet.rows[0].number == 1 else ""
        if not first or first.casefold() == _SKIPPED:
            report.add(
                "sheet-skipped",
                Act.DROPPED,
                Place(name, sheet.name),
                Message(
                    "The sheet is skipped, as Brightway does: its first cell is empty or says so."
                ),
            )
        else:
            yield from _Sheet(sheet, name, report).blocks()


class _Sheet:
    """One sheet while it is taken apart."""

    def __init__(self, sheet: Sheet, file: str, report: Report) -> None:
        self.sheet, self.file, self.report = sheet, file, report
        self.block: Block | None = None
        self.table: list[Line] | None = None
        self.columns: list[str] | None = None
        self.above = 0
        self.closed = False

    def blocks(self) -> Iterator[Block]:
        width = self.width()
        for row in self.sheet.rows:
            cells = row.cells[:width]
            done = self.block
            if self.starts(row, cells) and done is not None:
                yield done
            self.above = row.number
        if self.block is not None:
            yield self.block

    def width(self) -> int | None:
        """How many columns count, where the first row says it."""
        cells = self.sheet.rows[0].cells
        if _text(cells[0]).casefold() != _CUT:
            return None
        count = cells[1].value if len(cells) > 1 else None
        if not isinstance(count, Decimal) or count != int(count) or count < 1:
            raise refuse(
                "cutoff",
                Message("The number of columns beside “cutoff” is none."),
                Message("Write how many columns count, or clear the row."),
                Place(self.file, self.sheet.name, 1, "B"),
            )
        return int(count)

    def starts(self, row: Row, cells: tuple[Cell, ...]) -> bool:
        """Take a row; whether it began a new block."""
        word = _text(cells[0]).casefold() if cells else ""
        beside = _text(cells[1]) if len(cells) > 1 else ""
        if (word in {"activity", "database"} and beside) or word in _PARAMETERS:
            self.block = Block(word, beside, self.sheet.name, row.number)
            self.table = self.block.parameters if word in _PARAMETERS else None
            self.columns, self.closed = None, False
            return True
        if self.block is not None and self.block.kind != "activity":
            # What stands below an empty line is no part of the database
            self.closed = self.closed or row.number > self.above + 1
        if self.block is None or self.closed:
            if word != _CUT:
                self.tell_outside(row)
        elif self.block.kind == "activity" and word in {"exchanges", "parameters"}:
            exchanges = word == "exchanges"
            self.table = self.block.exchanges if exchanges else self.block.parameters
            self.columns = None
            self.block.group = self.block.group if exchanges else beside
        elif self.table is None:
            if word and len(cells) > 1 and (value := plain(cells[1])) is not None:
                self.block.given[_text(cells[0])] = value
        elif self.columns is None:
            self.columns = [_text(cell) for cell in cells]
        else:
            pairs = zip(self.columns, map(plain, cells), strict=False)
            found = {name: value for name, value in pairs if name and value is not None}
            if found:
                self.table.append(Line(row.number, found))
        return False

    def tell_outside(self, row: Row) -> None:
        self.report.add(
            "row-outside",
            Act.DROPPED,
            Place(self.file, self.sheet.name, row.number),
            Message("The row belongs to no activity and no table."),
        )


def plain(cell: Cell) -> Value | None:
    """The value of a cell as Brightway takes it: truth may be written, `(Unknown)` is nothing."""
    value = cell.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        if value.casefold() in {"true", "false"}:
            return value.casefold() == "true"
        return None if value == "(Unknown)" else value
    return value


def _text(cell: Cell) -> str:
    return cell.value.strip() if isinstance(cell.value, str) else ""
