"""Tables on pages: filtered, sorted, paged and exported by their address, without script.

The address carries `q` (words), `sort` (a column, `-` before it for downwards), `page`, and
`format` (csv, xlsx) for the file of all rows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import HttpResponse, QueryDict

from tanyuan.languages import Message

FORMATS = ("csv", "xlsx")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key in the address, its head, what stands in it, and what it is sorted by."""

    key: str
    title: Message
    value: Callable[[Any], Any]
    numeric: bool = False
    order: Callable[[Any], Any] | None = None

    def rank(self, row: Any) -> Any:
        """What a row is sorted by."""
        return self.order(row) if self.order else self.value(row)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column on the page: it is a link that sorts."""

    title: str
    numeric: bool
    href: str
    sorted: str


def address(query: QueryDict, **changes: Any) -> str:
    """The address of the same page with some values changed; None takes one away."""
    changed = query.copy()
    for name, value in {"page": None, "format": None, "lang": None, **changes}.items():
        changed.pop(name, None)
        if value is not None:
            changed[name] = str(value)
    return f"?{changed.urlencode()}"


class Table:
    """Rows as a page shows them.

    Args:
        query: the values of the address.
        rows: all rows, in their own order.
        columns: of the page; `exported` those of the file.
        size: rows on a page.
        words: whether `q` filters here (not where a search has done so already).
    """

    def __init__(
        self,
        query: QueryDict,
        rows: Iterable[Any],
        columns: Sequence[Column],
        *,
        exported: Sequence[Column] = (),
        size: int = 50,
        words: bool = True,
    ) -> None:
        self.query, self.columns, self.exported = query, columns, exported or columns
        self.q = query.get("q", "").strip()[:200]
        kept = [row for row in rows if self._matches(row)] if words and self.q else list(rows)
        self.sort = query.get("sort", "")
        column = next((c for c in columns if c.key == self.sort.lstrip("-")), None)
        if column is None:
            self.sort = ""
        else:
            kept = _sorted(kept, column, down=self.sort.startswith("-"))
        self.all, self.total = kept, len(kept)
        self.pages = max(1, -(-self.total // size))
        asked = query.get("page", "")
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
        self.page = min(max(number, 1), self.pages)
        self.rows = kept[(self.page - 1) * size : self.page * size]
        self.first = (self.page - 1) * size + 1 if kept else 0
        self.last = min(self.page * size, self.total)

    def _matches(self, row: Any) -> bool:
        text = " ".join(str(column.value(row)) for column in self.columns).casefold()
        return all(word in text for word in self.q.casefold().split())

    @property
    def heads(self) -> list[Head]:
        """The heads of the columns."""
        return [self._head(column) for column in self.columns]

    def _head(self, column: Column) -> Head:
        up, down = self.sort == column.key, self.sort == f"-{column.key}"
        wanted = f"-{column.key}" if up else column.key
        direction = "ascending" if up else "descending" if down else ""
        href = address(self.query, sort=wanted)
        return Head(str(column.title), column.numeric, href, direction)

    @property
    def previous(self) -> str:
        """The address of the page before; empty on the first."""
        return address(self.query, page=self.page - 1) if self.page > 1 else ""

    @property
    def next(self) -> str:
        """The address of the page after; empty on the last."""
        return address(self.query, page=self.page + 1) if self.page < self.pages else ""

    @property
    def csv(self) -> str:
        """The address of all rows as CSV."""
        return address(self.query, format="csv")

    @property
    def xlsx(self) -> str:
        """The address of all rows as a workbook."""
        return address(self.query, format="xlsx")

    def file(self, name: str) -> HttpResponse | None:
        """All rows as the file that the address asks for; None where it asks for none."""
        wanted = self.query.get("format", "")
        if wanted not in FORMATS:
            return None
        head = [str(column.title) for column in self.exported]
        rows = [[column.value(row) for column in self.exported] for row in self.all]
        content = _as_csv(head, rows) if wanted == "csv" else _as_workbook(head, rows)
        kinds: Mapping[str, str] = {"csv": "text/csv; charset=utf-8", "xlsx": _XLSX}
        return HttpResponse(
            content,
            content_type=kinds[wanted],
            headers={"Content-Disposition": f'attachment; filename="{name}.{wanted}"'},
        )


def _sorted(rows: list[Any], column: Column, *, down: bool) -> list[Any]:
    """Rows in the order of a column; those without a value come last either way."""
    known = [row for row in rows if column.rank(row) not in (None, "")]
    unknown = [row for row in rows if column.rank(row) in (None, "")]
    return [*sorted(known, key=column.rank, reverse=down), *unknown]


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return value if isinstance(value, int | float | Decimal) else str(value)


def _as_csv(head: list[str], rows: list[list[Any]]) -> bytes:
    def harmless(value: Any) -> Any:
        cell = _cell(value)
        # A text that begins like a formula would be run by a spreadsheet
        return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell

    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([[harmless(value) for value in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def _as_workbook(head: list[str], rows: list[list[Any]]) -> bytes:
    target = io.BytesIO()
    harmless = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, harmless) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.write_row(0, 0, head, bold)
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, [_cell(value) for value in row])
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(rows), 1), max(len(head) - 1, 0))
    return target.getvalue()
