"""One sheet of a workbook, streamed into rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache, partial

from tanyuan.formats.archives import damaged, shown
from tanyuan.formats.sheets.gathering import (
    MAX_COLUMNS,
    Allowance,
    Findings,
    RowGatherer,
    ranges,
)
from tanyuan.formats.sheets.listings import is_on
from tanyuan.formats.sheets.model import EMPTY, Cell, Sheet, column_letters
from tanyuan.formats.sheets.package import Package, SheetPart
from tanyuan.formats.sheets.parts import Attributes, TextReader
from tanyuan.formats.sheets.values import SAFE_DIGITS, moment, number, written_moment
from tanyuan.languages import Message
from tanyuan.problems import InputError, InvalidValueError, Place, Problem

_DIGITS = "0123456789"
_LETTERS = re.compile(r"[A-Z]{1,3}")
_ROW = re.compile(r"[1-9][0-9]{0,6}")
_RANGE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6}):([A-Z]{1,3})([1-9][0-9]{0,6})")
_TRUTH = {"1": True, "true": True, "0": False, "false": False}
# No sheet is wider; those that claim to be are made to do harm.
_SHEET_WIDTH = 16_384
_UNSAFE = Decimal(10) ** SAFE_DIGITS
# Equal cells share one object: tables repeat themselves, and harmful ones do little else.
_MAX_SHARED = 50_000
_MAX_SHARED_LENGTH = 32
_MAX_RUNS = 20


@dataclass(slots=True)
class Reading:
    """What the sheets of one file share while they are read."""

    place: Place
    package: Package
    problems: Findings
    notices: Findings
    allowance: Allowance = field(default_factory=Allowance)
    cells: dict[tuple[str, str, str, bool], Cell] = field(default_factory=dict)
    has_dates: bool = False
    has_formulas: bool = False


class Worksheet(TextReader):
    """The rows of one sheet."""

    def __init__(self, reading: Reading, part: SheetPart) -> None:
        super().__init__(replace(reading.place, sheet=part.name))
        self._reading = reading
        self._part = part
        self._gatherer = RowGatherer(self._place, reading.allowance)
        self._hidden_columns: set[int] = set()
        self._row = 0
        self._row_hidden = False
        self._row_open = False
        self._column = -1
        self._cell: Attributes = {}
        self._formula = False
        self._stored = False
        self._data_ended = False

    def start(self, name: str, attributes: Attributes) -> None:
        """A row, a cell, what is in it; before the rows the columns, after them the merges."""
        if name == "c":
            self._enter_cell(attributes)
        elif name == "v":
            self._stored = self._listening = True
        elif name == "row":
            self._enter_row(attributes)
        elif name == "f":
            self._formula = True
        elif name == "col":
            self._note_column(attributes)
        elif name == "mergeCell":
            self._check_merge(attributes.get("ref", ""))
        else:
            super().start(name, attributes)

    def end(self, name: str) -> None:
        """A cell or a row is complete."""
        if name == "c":
            self._leave_cell()
        elif name == "row":
            self._row_open = False
            self._gatherer.end_row(self._row, self._row_hidden)
        elif name == "sheetData":
            self._data_ended = True
        else:
            super().end(name)

    def where(self) -> Place:
        """The place of the cell being read."""
        return replace(self._place, row=self._row, field=column_letters(self._column))

    def sheet(self) -> Sheet:
        """The sheet, once its part was read; adds what is hidden in it to the notices."""
        rows = tuple(self._gatherer.rows)
        hidden_rows = [row.number for row in rows if row.hidden]
        hidden_columns: set[int] = set()
        if self._hidden_columns:
            hidden_columns = self._hidden_columns & {
                column
                for row in rows
                for column, cell in enumerate(row.cells)
                if cell.value is not None
            }
        if rows and self._part.hidden:
            self._notice("hidden-sheet", Message("This sheet is hidden; it is read all the same."))
        if hidden_rows:
            self._notice(
                "hidden-rows",
                Message("Hidden rows are read all the same: {rows}.", rows=_runs(hidden_rows, str)),
            )
        if hidden_columns:
            letters = _runs(sorted(hidden_columns), column_letters)
            self._notice(
                "hidden-columns",
                Message("Hidden columns are read all the same: {columns}.", columns=letters),
            )
        return Sheet(self._part.name, rows, self._part.hidden)

    def _enter_row(self, attributes: Attributes) -> None:
        given = attributes.get("r")
        if given is not None and not _ROW.fullmatch(given):
            raise self._damaged()
        row = self._row + 1 if given is None else int(given)
        if row <= self._row or self._row_open:
            raise self._damaged()
        self._row = row
        self._row_open = True
        self._row_hidden = is_on(attributes.get("hidden"))
        self._column = -1

    def _enter_cell(self, attributes: Attributes) -> None:
        name = attributes.get("r")
        column = self._column + 1
        if name is not None:
            letters = name.rstrip(_DIGITS)
            try:
                column = _column(letters)
            except ValueError:
                raise self._damaged() from None
            if name[len(letters) :] != str(self._row):
                raise self._damaged()
        if not self._column < column < _SHEET_WIDTH or not self._row_open:
            raise self._damaged()
        self._column = column
        self._cell = attributes
        self._formula = self._stored = False

    def _leave_cell(self) -> None:
        raw = self.take_raw()
        kind = self._cell.get("t", "n")
        if self._formula:
            self._reading.has_formulas = True
        if not raw:
            # A formula whose result is the empty text is stored as one of type "str".
            if self._formula and not (self._stored and kind == "str"):
                self._reading.problems.add(lambda: _no_stored_value(self.where()))
            return
        key = (kind, self._cell.get("s", "0"), raw, self._formula)
        cell = self._reading.cells.get(key)
        if cell is None:
            try:
                cell = self._read_cell(*key)
            except InvalidValueError as error:
                self._reading.problems.add(partial(self._problem, error))
                return
        self._gatherer.put(self._column, cell, self._row)

    def _read_cell(self, kind: str, style: str, raw: str, cached: bool) -> Cell:
        value = self._value(kind, style, raw)
        if isinstance(value, Decimal) and abs(value) >= _UNSAFE:
            # Not shared, as each such cell gets its own notice.
            self._reading.notices.add(lambda: _unsafe_number(self.where()))
            return Cell(value, cached)
        if isinstance(value, date):
            self._reading.has_dates = True
        cell = EMPTY if value is None else Cell(value, cached)
        if len(raw) <= _MAX_SHARED_LENGTH and len(self._reading.cells) < _MAX_SHARED:
            self._reading.cells[kind, style, raw, cached] = cell
        return cell

    def _value(self, kind: str, style: str, raw: str) -> str | Decimal | bool | date | None:
        package = self._reading.package
        if kind == "s" and _is_index(raw, len(package.texts)):
            return package.texts[int(raw)]
        if kind in {"str", "inlineStr"}:
            return self.text_of(raw)
        if kind == "n":
            found = number(raw.strip())
            return moment(found, package.since_1904) if style in package.date_styles else found
        if kind == "b" and raw in _TRUTH:
            return _TRUTH[raw]
        if kind == "d":
            return written_moment(raw)
        if kind == "e":
            raise InvalidValueError(
                "cell-error",
                Message("The cell shows the error {error}.", error=shown(raw)),
                Message("Correct the formula, or enter the value."),
            )
        raise self._damaged()

    def _note_column(self, attributes: Attributes) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if is_on(attributes.get("hidden")) and _ROW.fullmatch(first) and _ROW.fullmatch(last):
            self._hidden_columns.update(range(int(first) - 1, min(int(last), MAX_COLUMNS)))

    def _check_merge(self, cells: str) -> None:
        corners = _RANGE.fullmatch(cells)
        if not corners or not self._data_ended:
            raise self._damaged()
        left, top, _, bottom = corners.groups()
        rows = self._gatherer.rows
        # Before the first and after the last filled cell a merge hides nothing.
        outside = not rows or int(top) > rows[-1].number or int(bottom) < rows[0].number
        if outside or _column(left) >= self._gatherer.width:
            return
        self._reading.problems.add(
            lambda: Problem(
                "merged-cells",
                Message("The cells {cells} are merged.", cells=cells),
                Message("Unmerge them and fill each cell."),
                replace(self._place, row=int(top), field=left),
            )
        )

    def _notice(self, code: str, cause: Message) -> None:
        mend = Message("Show them and check, or delete what does not count.")
        self._reading.notices.add(lambda: Problem(code, cause, mend, self._place))

    def _problem(self, error: InvalidValueError) -> Problem:
        return error.problem(self.where())

    def _damaged(self) -> InputError:
        return damaged(replace(self._place, row=self._row or None))


def _no_stored_value(place: Place) -> Problem:
    return Problem(
        "formula-without-value",
        Message("The formula has no stored value."),
        Message("Open the file in Excel or WPS, let it calculate and save it, or enter the value."),
        place,
    )


def _unsafe_number(place: Place) -> Problem:
    return Problem(
        "long-number",
        Message(
            "The number has more than {digits} digits; spreadsheets keep only the first {digits}.",
            digits=SAFE_DIGITS,
        ),
        Message("If it is an identifier, format the cell as text and enter it again."),
        place,
    )


def _is_index(text: str, size: int) -> bool:
    return len(text) <= 9 and text.isascii() and text.isdigit() and int(text) < size


def _runs(numbers: Iterable[int], name: Callable[[int], str]) -> str:
    runs = ranges(numbers, _MAX_RUNS + 1)
    texts = [name(a) if a == b else f"{name(a)}–{name(b)}" for a, b in runs[:_MAX_RUNS]]
    return ", ".join(texts) + ("…" if len(runs) > _MAX_RUNS else "")


@cache
def _column(letters: str) -> int:
    # Raised, not returned: the cache must not remember what strangers make up.
    if not _LETTERS.fullmatch(letters):
        raise ValueError(letters)
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1
