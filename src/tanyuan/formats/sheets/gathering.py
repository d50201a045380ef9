"""Gathering rows and problems without ever holding more of them than the limits allow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from tanyuan.formats.sheets.model import EMPTY, Cell, Row, column_letters
from tanyuan.languages import Message
from tanyuan.problems import InputError, Place, Problem, refuse

MAX_ROWS = 200_000
MAX_COLUMNS = 500
MAX_CELLS = 2_000_000
MAX_CHARACTERS = 32_767
MAX_EMPTY_ROWS = 1_000
MAX_FINDINGS = 100

_SPLIT = Message("Split the table into several files, or remove what is not needed.")


class Findings:
    """Problems (or notices) of a file: the first hundred kept, the others only counted."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._kept: list[Problem] = []
        self._others = 0

    def add(self, make: Callable[[], Problem]) -> None:
        """Keep the problem, or count it without making it, as there may be millions."""
        if len(self._kept) < MAX_FINDINGS:
            self._kept.append(make())
        else:
            self._others += 1

    def __bool__(self) -> bool:
        return bool(self._kept)

    def listed(self) -> tuple[Problem, ...]:
        """What was kept, closed by the number of the others."""
        if not self._others:
            return tuple(self._kept)
        closing = Problem(
            "more",
            Message("There are {count:,} more like these.", count=self._others),
            Message("Start with these."),
            self._place,
        )
        return (*self._kept, closing)


class Allowance:
    """How many rows and cells a file may still bring, over all its sheets."""

    def __init__(self) -> None:
        self._rows = MAX_ROWS
        self._cells = MAX_CELLS

    def use(self, cells: int, sheet: Place, row: int) -> None:
        """Take a row of a sheet with so many cells off the allowance."""
        self._rows -= 1
        self._cells -= cells
        if self._rows < 0:
            raise refuse(
                "table-rows",
                Message("The file has more than {limit:,} rows.", limit=MAX_ROWS),
                _SPLIT,
                replace(sheet, row=row),
            )
        if self._cells < 0:
            raise refuse(
                "table-cells",
                Message("The file has more than {limit:,} cells.", limit=MAX_CELLS),
                _SPLIT,
                replace(sheet, row=row),
            )


class RowGatherer:
    """The rows of one sheet, one after the other from above."""

    def __init__(self, place: Place, allowance: Allowance) -> None:
        self._place = place
        self._allowance = allowance
        self._rows: list[Row] = []
        self._cells: list[Cell] = []
        self._width = 0

    @property
    def rows(self) -> Sequence[Row]:
        """The rows that hold something."""
        return self._rows

    @property
    def width(self) -> int:
        """The number of columns up to the last one filled in any row."""
        return self._width

    def put(self, column: int, cell: Cell, row: int) -> None:
        """Place a cell into the row being gathered, right of all before it; empty ones are free."""
        if cell.value is None:
            return
        if column >= MAX_COLUMNS:
            raise refuse(
                "table-columns",
                Message(
                    "The sheet uses column {column}; the limit is {limit} columns.",
                    column=column_letters(column),
                    limit=MAX_COLUMNS,
                ),
                Message("Delete the columns that are not needed, also those far to the right."),
                replace(self._place, row=row),
            )
        gap = column - len(self._cells)
        if gap:
            self._cells.extend([EMPTY] * gap)
        self._cells.append(cell)

    def end_row(self, number: int, hidden: bool = False) -> None:
        """Close the row; kept if it holds anything."""
        if not self._cells:
            return
        above = self._rows[-1].number if self._rows else 0
        # Sheets that claim a million rows are a known trap, and data far below is a known slip.
        if number - above > MAX_EMPTY_ROWS + 1:
            raise refuse(
                "table-gap",
                Message(
                    "There are data in this row, but the {limit:,} rows above it are empty.",
                    limit=MAX_EMPTY_ROWS,
                ),
                Message("Delete the empty rows above, or clear this row and those below."),
                replace(self._place, row=number),
            )
        self._allowance.use(len(self._cells), self._place, number)
        self._width = max(self._width, len(self._cells))
        self._rows.append(Row(number, tuple(self._cells), hidden))
        self._cells = []


def overlong(place: Place) -> InputError:
    """The refusal of a text longer than any spreadsheet cell can hold."""
    return refuse(
        "cell-too-long",
        Message("A text has more than {limit:,} characters.", limit=MAX_CHARACTERS),
        Message("Shorten the text."),
        place,
    )


def ranges(numbers: Iterable[int], most: int) -> list[tuple[int, int]]:
    """Ascending numbers as (first, last) of each unbroken run; at most so many runs.

    >>> ranges([3, 4, 5, 9], most=10)
    [(3, 5), (9, 9)]
    """
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        elif len(runs) == most:
            break
        else:
            runs.append((number, number))
    return runs
