"""What a table holds: sheets, their rows, their cells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from tanyuan.problems import Problem


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, and whether it is the stored result of a formula."""

    value: str | Decimal | bool | date | None = None
    cached: bool = False


EMPTY = Cell()


@dataclass(frozen=True, slots=True)
class Row:
    """A row that holds something, with the number that the person sees beside it."""

    number: int
    cells: tuple[Cell, ...]
    hidden: bool = False

    def cell(self, column: int) -> Cell:
        """The cell in the column, counted from 0; empty to the right of the last one filled."""
        return self.cells[column] if column < len(self.cells) else EMPTY


@dataclass(frozen=True, slots=True)
class Sheet:
    """The filled rows of one sheet; a CSV table is a sheet without a name."""

    name: str
    rows: tuple[Row, ...]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of a file, and notices of what a person should know about it."""

    sheets: tuple[Sheet, ...]
    notices: tuple[Problem, ...] = ()


@cache
def column_letters(column: int) -> str:
    """The letters of a column counted from 0.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def cell_name(column: int, row: int) -> str:
    """The name of a cell; the column counted from 0, the row from 1.

    >>> cell_name(1, 7)
    'B7'
    """
    return f"{column_letters(column)}{row}"
