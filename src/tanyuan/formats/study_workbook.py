"""A study from an Excel workbook."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tanyuan.documents.numbers import decimal_string
from tanyuan.footprint.method import Method
from tanyuan.formats.layout import (
    REPORT,
    STUDY,
    YES_NO,
    Column,
    choice_text,
    choices_by_text,
    columns_by_heading,
    other_sheets,
    sheet_title,
    spelling,
    tables_by_sheet,
)
from tanyuan.formats.sheets import Cell, Row, Sheet, column_letters, read_workbook
from tanyuan.formats.study_file import Origin, StudyFile, file_from
from tanyuan.languages import Choice, Message
from tanyuan.problems import InputError, Place, Problem, Problems

MAX_ROWS = 20_000
_SEPARATORS = re.compile(r"[,;，、；\n]+")


def read_study_workbook(data: bytes, name: str) -> StudyFile:
    """Read a study from a workbook laid out like the template.

    Raises:
        InputError: an unsafe or damaged file, or every problem of its sheets.
    """
    reader = _Reader(name)
    workbook = read_workbook(data, name, reader.wants)
    for sheet in workbook.sheets:
        reader.read(sheet)
    return reader.study_file(workbook.notices)


class _Reader:
    """Collects a study's content sheet by sheet."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems = Problems()
        self.notices: list[Problem] = []
        self.content: dict[str, Any] = {}
        self.rows: dict[tuple[str, int], tuple[str, int]] = {}
        self.sheets: dict[str, str] = {}
        self.fields: dict[tuple[str, str], int] = {}

    def wants(self, sheet: str) -> bool:
        """Whether a sheet holds data of the study; others are told of, not read."""
        if spelling(sheet) in tables_by_sheet():
            return True
        if spelling(sheet) not in other_sheets():
            self.notices.append(
                Problem(
                    "sheet-not-read",
                    Message("This sheet was not read: its name is none of the template's."),
                    Message("If it holds data of the study, give it the template's name."),
                    Place(self.name, sheet),
                )
            )
        return False

    def read(self, sheet: Sheet) -> None:
        table = tables_by_sheet()[spelling(sheet.name)]
        if table in self.sheets:
            self.problems.add(
                "sheet-double",
                Message("The sheet stands twice: “{other}” is the same table.",
                        other=self.sheets[table]),
                Message("Join the two sheets."),
                Place(self.name, sheet.name),
            )  # fmt: skip
            return
        self.sheets[table] = sheet.name
        if table in (STUDY, REPORT):
            self._read_fields(table, sheet)
        else:
            self._read_table(table, sheet)

    def study_file(self, notices: tuple[Problem, ...]) -> StudyFile:
        if not self.sheets:
            self.problems.add(
                "no-study",
                Message("The workbook has none of the template's sheets."),
                Message("Start from the template: tanyuan template product.xlsx"),
                Place(self.name),
            )
        elif STUDY not in self.sheets:
            self.problems.add(
                "no-study-sheet",
                Message("The sheet “{sheet}” is missing.", sheet=sheet_title(STUDY)),
                Message("Copy it from the template: tanyuan template product.xlsx"),
                Place(self.name),
            )
        if STUDY not in self.sheets:
            self.problems.raise_if_any()
        origin = Origin(self.name, self.rows, self.sheets, self.fields)
        try:
            found = file_from(self.content, origin, (*notices, *self.notices))
        except InputError as error:
            # A cell that could not be read left a hole; only the cell is worth telling
            seen = {(p.place.sheet, p.place.row, p.place.field) for p in self.problems.found}
            rest = [
                p for p in error.problems
                if (p.place.sheet, p.place.row, p.place.field) not in seen
            ]  # fmt: skip
            raise InputError([*self.problems.found, *rest]) from None
        self.problems.raise_if_any()
        return found

    def _read_fields(self, table: str, sheet: Sheet) -> None:
        """A sheet of two columns: a field and its value."""
        column: Column | None = None
        for row in sheet.rows:
            heading, cell = row.cell(0), row.cell(1)
            if _is_remark(heading):
                continue
            if heading.value is not None:
                column = self._field(table, sheet, row)
            elif cell.value is not None and (column is None or column.kind != "list"):
                self._without_heading(sheet, row, 1)
                continue
            if column is not None and cell.value is not None:
                place = Place(self.name, sheet.name, row.number, column.heading)
                self._take(self._home(table, column), column, cell, place)

    def _field(self, table: str, sheet: Sheet, row: Row) -> Column | None:
        """The field that a row is for."""
        heading = str(row.cell(0).value)
        column = columns_by_heading(table).get(spelling(heading))
        if column is not None:
            self.fields.setdefault((table, column.name), row.number)
        elif row.cell(1).value is not None and row.number > 1:
            self._unknown_heading(sheet, row.number, heading, table)
        return column

    def _home(self, table: str, column: Column) -> dict[str, Any]:
        """Where a field stands in the content."""
        home = self.content
        if table == REPORT or column.name in Method.model_fields:
            home = home.setdefault(REPORT if table == REPORT else "method", {})
        return home

    def _take(self, home: dict[str, Any], column: Column, cell: Cell, place: Place) -> None:
        value = self._value(column, cell, place)
        if column.kind == "list":
            home.setdefault(column.name, []).append(str(value))
        elif column.name in home:
            self.problems.add(
                "field-double",
                Message("The field “{field}” stands twice.", field=column.heading),
                Message("Keep one of the two."),
                place,
            )
        else:
            home[column.name] = value

    def _read_table(self, table: str, sheet: Sheet) -> None:
        if not sheet.rows:
            return
        head, *rows = sheet.rows
        headings = self._headings(table, sheet, head)
        found: list[dict[str, Any]] = []
        if len(rows) > MAX_ROWS:
            self.problems.add(
                "rows-many",
                Message("The sheet has {n} rows of data.", n=len(rows)),
                Message("A study holds at most {most} rows a table: sum up, or split the study.",
                        most=MAX_ROWS),
                Place(self.name, sheet.name),
            )  # fmt: skip
            return
        for row in rows:
            record = self._record(sheet, row, headings)
            if record:
                found.append(record)
                self.rows[table, len(found)] = (sheet.name, row.number)
        if found:
            self.content[table] = found

    def _headings(self, table: str, sheet: Sheet, head: Row) -> Mapping[int, Column | None]:
        """The columns by their position; None for remarks."""
        known = columns_by_heading(table)
        headings: dict[int, Column | None] = {}
        for index, cell in enumerate(head.cells):
            if _is_remark(cell):
                headings[index] = None
            if not isinstance(cell.value, str) or index in headings:
                continue
            column = known.get(spelling(cell.value))
            if column is None:
                self._unknown_heading(sheet, head.number, cell.value, table)
            elif column in headings.values():
                self.problems.add(
                    "column-double",
                    Message("The column “{column}” stands twice.", column=cell.value),
                    Message("Keep one of the two."),
                    Place(self.name, sheet.name, head.number, column_letters(index)),
                )
            else:
                headings[index] = column
        return headings

    def _unknown_heading(self, sheet: Sheet, row: int, heading: str, table: str) -> None:
        import difflib  # noqa: PLC0415 - only for the mend of a slip

        known = columns_by_heading(table)
        near = difflib.get_close_matches(spelling(heading), known, n=2)
        names = tuple(dict.fromkeys(known[text].heading for text in near))
        self.problems.add(
            "heading-unknown",
            Message("The heading “{heading}” is none of the template's.", heading=heading),
            Message("Did you mean {names}?", names=names)
            if names
            else Message("Take it out, or put “#” before it to keep it as a remark."),
            Place(self.name, sheet.name, row),
        )

    def _without_heading(self, sheet: Sheet, row: Row, index: int) -> None:
        self.problems.add(
            "cell-without-heading",
            Message("The cell {column}{row} has no heading above it.",
                    column=column_letters(index), row=row.number),
            Message("Move it under its heading, or clear it."),
            Place(self.name, sheet.name, row.number, column_letters(index)),
        )  # fmt: skip

    def _record(
        self, sheet: Sheet, row: Row, headings: Mapping[int, Column | None]
    ) -> dict[str, Any]:
        record: dict[str, Any] = {}
        for index, cell in enumerate(row.cells):
            if cell.value is None or cell.value == "":
                continue
            if index not in headings:
                self._without_heading(sheet, row, index)
            column = headings.get(index)
            if column is None:
                continue
            place = Place(self.name, sheet.name, row.number, column.heading)
            record[column.name] = self._value(column, cell, place)
        return record

    def _value(self, column: Column, cell: Cell, place: Place) -> Any:
        value = cell.value
        if cell.cached:
            self.notices.append(
                Problem(
                    "cell-cached",
                    Message("The value {value} is what Excel last calculated.", value=value),
                    Message("Check that the workbook was calculated before it was saved."),
                    place,
                )
            )
        if column.choice is not None:
            return self._choice(column, value, place)
        if column.kind == "bool":
            return YES_NO.get(spelling(str(value)), value)
        if column.kind == "number":
            return value
        if column.kind == "date":
            return value.date() if isinstance(value, datetime) else value
        return _text(value)

    def _choice(self, column: Column, value: Any, place: Place) -> Any:
        known = choices_by_text(column.choice) if column.choice else {}
        several = column.kind == "list"
        texts = _SEPARATORS.split(str(value)) if several else [str(value)]
        members = [_member(known, text) for text in texts if text.strip()]
        if None in members or not members:
            self.problems.add(
                "choice",
                Message("“{value}” is not one of the choices.", value=value),
                Message("Choose one of {choices}.",
                        choices=tuple(dict.fromkeys(map(choice_text, known.values())))),
                place,
            )  # fmt: skip
            return None
        codes = list(dict.fromkeys(str(member) for member in members))
        return codes if several else codes[0]


def _is_remark(heading: Cell) -> bool:
    return isinstance(heading.value, str) and heading.value.startswith(("#", "＃"))


def _member(known: Mapping[str, Choice], text: str) -> Choice | None:
    """The choice that a text names; the Chinese before a code may be of another version."""
    *before, last = text.split()
    foreign = not re.search("[A-Za-z]", " ".join(before))
    return known.get(spelling(text)) or (known.get(spelling(last)) if foreign else None)


def _text(value: Any) -> Any:
    if isinstance(value, Decimal):
        return decimal_string(value)
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else value
