"""The table of all lines of a footprint, sorted and filtered by the page's address."""

from __future__ import annotations

from django.http import QueryDict

from tanyuan.languages import Message
from tanyuan.server.base.tables import Column, Table
from tanyuan.server.studies.page import FootprintPage
from tanyuan.server.studies.rows import Row

_MOST = 5000


def _words(row: Row) -> str:
    line = row.line
    found = (line.name, row.factor_name, line.ref, row.stage, line.data_kind.label, line.role.label)
    return " ".join(map(str, found))


def line_table(page: FootprintPage, query: QueryDict) -> Table:
    """The lines in the order and with the words that the address asks for.

    Amounts and factors are ordered within one unit.
    """
    columns = (
        Column("line", Message("Line"), _words, order=lambda r: r.line.name.casefold()),
        Column("amount", Message("Amount"), lambda r: r.unit, numeric=True,
               order=lambda r: (r.unit, r.line.amount) if r.line.amount is not None else None),
        Column("factor", Message("Factor"), lambda r: r.intensity_unit, numeric=True,
               order=lambda r: (r.unit, r.line.intensity) if r.line.intensity else None),
        Column("band", Message("95 % interval"), lambda _: "", numeric=True,
               order=lambda r: r.doubt),
        Column("result", Message("{text}", text=page.mass), lambda _: "", numeric=True,
               order=lambda r: r.line.value),
        Column("share", Message("Share"), lambda _: "", numeric=True,
               order=lambda r: r.share),
    )  # fmt: skip
    return Table(query, page.rows, columns, size=_MOST)
