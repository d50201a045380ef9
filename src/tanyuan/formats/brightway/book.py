"""A workbook that is written row by row: equal content gives equal bytes, no text is a formula."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import xlsxwriter

from tanyuan.formats.brightway.words import JOINT
from tanyuan.formats.sheets.gathering import MAX_CHARACTERS, MAX_ROWS
from tanyuan.languages import Message

Cell = str | Decimal | float | bool
_STAMP = datetime(2026, 1, 1)  # noqa: DTZ001 - equal packages give equal bytes
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_ROWS = 1_000_000
"""Rows of a sheet; the next activity then begins another."""

_LARGE = Message("Brightway reads the workbook; it has too many rows to be imported here again.")
_CUT = Message("Texts have at most 32,767 characters in a workbook; longer ones are cut.")
_JOINT = Message("“::” parts words in Brightway; inside of texts it became “: :”.")


class Book:
    """A workbook; to be used in a `with`."""

    def __init__(self, path: Path) -> None:
        self._book: Any = xlsxwriter.Workbook(str(path), _OPTIONS)
        self._book.set_properties({"created": _STAMP})
        self._bold = self._book.add_format({"bold": True})
        self._sheet: Any = self._book.add_worksheet()
        self._row = self._written = 0
        self._cut = self._parted = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._book.close()

    def text(self, text: str) -> str:
        """A text in which nothing parts it for Brightway."""
        if JOINT not in text:
            return text
        self._parted += 1
        return text.replace(JOINT, ": :")

    def section(self, word: str, beside: str = "") -> None:
        """Begin a block or a table."""
        if word in {"Activity", "Database parameters"}:
            self._row += 1
        if word == "Activity" and self._row > _ROWS:
            self._sheet, self._row = self._book.add_worksheet(), 0
        self._write((word, beside), self._bold)

    def rows(self, pairs: Iterable[tuple[str, Cell]]) -> None:
        """Key-value rows; what is empty is left out."""
        for key, value in pairs:
            if value not in ("", False) or isinstance(value, Decimal):
                self._write((key, value))

    def table(self, rows: Sequence[Mapping[str, Cell]], order: Sequence[str] = ()) -> None:
        """A table with the columns that any of its rows fills, in an order."""
        used = [key for row in rows for key, value in row.items() if value != ""]
        columns = sorted(
            dict.fromkeys(used), key=lambda key: order.index(key) if key in order else len(order)
        )
        if columns:
            self._write(columns, self._bold)
        for row in rows:
            self._write([row.get(column, "") for column in columns])

    def _write(self, cells: Sequence[Cell], style: Any = None) -> None:
        for column, value in enumerate(cells):
            if isinstance(value, bool):
                self._sheet.write_boolean(self._row, column, value, style)
            elif isinstance(value, (Decimal, float)):
                self._sheet.write_number(self._row, column, float(value), style)
            elif value:
                self._sheet.write_string(self._row, column, self._short(value), style)
        self._row += 1
        self._written += 1

    def _short(self, text: str) -> str:
        if len(text) <= MAX_CHARACTERS:
            return text
        self._cut += 1
        return text[:MAX_CHARACTERS]

    def told(self) -> Iterator[tuple[str, Message, int]]:
        """What happened to texts and how often; whether the workbook is too large to come back."""
        if self._written > MAX_ROWS:
            yield "rows", _LARGE, self._written
        if self._cut:
            yield "cut", _CUT, self._cut
        if self._parted:
            yield "joint", _JOINT, self._parted
