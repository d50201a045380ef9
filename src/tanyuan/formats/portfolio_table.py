"""A portfolio as a table: workbook, CSV or JSON; figures have the nine digits that are sealed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from tanyuan.documents.numbers import sealed_string
from tanyuan.footprint.study import Phase
from tanyuan.formats.portfolio import Outcome
from tanyuan.languages import Message, language
from tanyuan.problems import Place, refuse

ENDINGS = (".xlsx", ".csv", ".json")
_STAMP = datetime(2026, 1, 1)  # noqa: DTZ001 - equal outcomes give equal bytes
_PLAIN = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_LONGEST = 32_000


def check_ending(path: Path) -> None:
    """Before anything is calculated, see that a table can be written so.

    Raises:
        InputError: the ending is none of those.
    """
    if path.suffix.lower() not in ENDINGS:
        raise refuse(
            "ending",
            Message("A table cannot be written as “{ending}”.", ending=path.suffix or "—"),
            Message("Choose one of {choices}.", choices=", ".join(ENDINGS)),
            Place(str(path)),
        )


def portfolio_table(outcomes: Iterable[Outcome], varied: Sequence[str], path: Path) -> bytes:
    """The outcomes in the form that the file's ending names.

    Args:
        outcomes: of one portfolio.
        varied: parameters that have a column each.
        path: names the form; nothing is written there.
    """
    ending = path.suffix.lower()
    if ending == ".json":
        records = [outcome_json(one) for one in outcomes]
        return f"{json.dumps(records, ensure_ascii=False, indent=1)}\n".encode()
    rows = _rows(outcomes, varied)
    if ending == ".csv":
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        return b"\xef\xbb\xbf" + text.getvalue().encode()  # so that Excel reads Chinese
    return _workbook(rows)


def outcome_json(one: Outcome) -> dict[str, Any]:
    """An outcome as plain content."""
    choice = one.choice
    return {
        "file": one.file,
        "study": one.study,
        "name_zh": one.name_zh,
        "name_en": one.name_en,
        "scenario": choice.scenario,
        "values": {name: str(value) for name, value in choice.values},
        "total": _number(one.total),
        "unit": one.unit,
        "complete": one.total is not None and not one.gaps,
        "gaps": one.gaps,
        "interval": [_number(limit, 4) for limit in one.interval] if one.interval else None,
        "by_phase": {name: _number(value) for name, value in (one.phases or {}).items()},
        "primary_share": _number(one.primary_share),
        "hash": one.hash,
        "problems": [str(problem) for problem in one.problems],
    }


def _rows(outcomes: Iterable[Outcome], varied: Sequence[str]) -> Iterator[list[Any]]:
    yield [
        *map(str, (Message("File"), Message("Study"), Message("Name"), Message("Scenario"))),
        *varied,
        *map(str, (Message("Total"), Message("Unit"), Message("Complete"), Message("Gaps"))),
        *map(str, (Message("95 % from"), Message("95 % to"))),
        *(str(phase.label) for phase in Phase),
        *map(str, (Message("Primary data"), Message("Hash"), Message("Problems"))),
    ]
    for one in outcomes:
        values = dict(one.choice.values)
        complete = Message("yes") if one.total is not None and not one.gaps else Message("no")
        names = (one.name_zh, one.name_en)
        name = names[0] or names[1] if language() == "zh" else names[1] or names[0]
        low, high = one.interval or (None, None)
        yield [
            *(one.file, one.study, name, one.choice.scenario),
            *(float(values[each]) if each in values else None for each in varied),
            *(_number(one.total), one.unit, str(complete), one.gaps),
            *(_number(low, 4), _number(high, 4)),
            *(_number((one.phases or {}).get(phase.value)) for phase in Phase),
            *(_number(one.primary_share), one.hash),
            "\n".join(map(str, one.problems)),
        ]


def _workbook(rows: Iterable[list[Any]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _PLAIN) as book:
        book.set_properties({"created": _STAMP})
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(str(Message("Portfolio")))
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 2, 28)
        sheet.set_column(3, 24, 14)
        for number, row in enumerate(rows):
            style = None if number else bold
            for column, value in enumerate(row):
                if isinstance(value, (int, float)):
                    sheet.write_number(number, column, value, style)
                elif value:
                    sheet.write_string(number, column, str(value)[:_LONGEST], style)
    return buffer.getvalue()


def _number(value: float | None, digits: int = 9) -> float | None:
    return None if value is None else float(sealed_string(value, digits))
