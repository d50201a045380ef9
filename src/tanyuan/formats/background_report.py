"""The import report of a background as JSON and as a workbook."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import xlsxwriter

from tanyuan.backgrounds.library import Entry
from tanyuan.backgrounds.report import Finding, Report, kind_title
from tanyuan.languages import Message

_STAMP = datetime(2026, 1, 1)  # noqa: DTZ001 - equal reports give equal bytes
_ROWS = 1_000_000
"""Findings on the sheet; what goes beyond is told there and stands in the JSON."""
_HARMLESS = {
    "constant_memory": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def report_json(entry: Entry, report: Report) -> dict[str, Any]:
    """What a background was made from, counts, and every finding in the language in use."""
    return {**report_head(entry, report), "details": [finding_json(one) for one in report]}


def report_head(entry: Entry, report: Report) -> dict[str, Any]:
    """What a background was made from, and counts of what its import changed."""
    return {
        **{key: entry.about[key] for key in ("name", "hash", "file", "file_hash", "format")},
        "licence": entry.about["licence"],
        "notice": entry.about["notice"],
        "profile": entry.about["profile"],
        "summary": entry.about["summary"],
        "findings": [
            {"act": act.value, "code": code, "title": kind_title(code), "count": count}
            for (act, code), count in report.counts().items()
        ],
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding in the language in use; what is empty is left out."""
    place = finding.place
    stated = {
        "act": finding.act.value,
        "code": finding.code,
        "file": place.file,
        "object": place.sheet,
        "row": place.row,
        "field": place.field,
        "why": str(finding.why),
        "mend": str(finding.mend) if finding.mend else "",
        "details": dict(finding.details),
    }
    return {key: value for key, value in stated.items() if value}


def report_workbook(entry: Entry, report: Report) -> bytes:
    """The report as a workbook: what was imported, counts by kind, every finding."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _HARMLESS) as book:
        book.set_properties({"created": _STAMP})
        bold = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        _write(book, Message("Background"), _about(entry), (28, 90), bold, wrapped)
        _write(book, Message("Counts"), _counts(report), (26, 40, 28, 90, 12), bold, wrapped)
        widths = (26, 40, 28, 40, 34, 10, 26, 70, 60, 40)
        _write(book, Message("Findings"), _findings(report), widths, bold, wrapped)
    return buffer.getvalue()


def _write(
    book: Any, title: Message, rows: Iterator[tuple[Any, ...]], widths: tuple[int, ...],
    bold: Any, wrapped: Any,
) -> None:  # fmt: skip
    sheet = book.add_worksheet(str(title))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width, wrapped)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            style = bold if number == 0 else wrapped
            if isinstance(value, int):
                sheet.write_number(number, column, value, style)
            elif value:
                sheet.write_string(number, column, str(value)[:32_000], style)
    sheet.freeze_panes(1, 0)


def _about(entry: Entry) -> Iterator[tuple[Any, ...]]:
    about, summary = entry.about, entry.about["summary"]
    yield Message("What"), Message("Value")
    yield Message("Name"), entry.name
    yield Message("Content hash"), entry.hash
    yield Message("File"), about["file"]
    yield Message("Hash of the file"), about["file_hash"]
    yield Message("Format"), about["format"]
    yield Message("Licence"), about["licence"]
    yield Message("Notice"), about["notice"]
    yield Message("Hash of the choices"), about["profile"]
    yield Message("Products"), summary["products"]
    yield Message("Products without a cut-off in their supply chain"), summary["complete"]
    yield Message("Share of climate-relevant exchanges with a gas"), summary["gases"]["coverage"]
    for rule, count in summary["links"].items():
        yield Message("Inputs linked by rule: {rule}", rule=rule), count


def _counts(report: Report) -> Iterator[tuple[Any, ...]]:
    yield (
        *(Message("What was done"), Message("Kind"), Message("Code")),
        *(Message("Example"), Message("Count")),
    )
    for (act, code), findings in report.groups().items():
        yield act.label, kind_title(code), code, findings[0].why, len(findings)


def _findings(report: Report) -> Iterator[tuple[Any, ...]]:
    yield (
        *(Message("What was done"), Message("Kind"), Message("Code")),
        *(Message("File"), Message("Object")),
        *(Message("Row"), Message("Field"), Message("Why"), Message("Mend"), Message("Details")),
    )
    for number, one in enumerate(report):
        if number == _ROWS:
            yield (
                *("", "", "", "", "", "", ""),
                Message("{count} more findings stand in the JSON.", count=len(report) - number),
            )
            return
        place = one.place
        details = ", ".join(f"{key}: {value}" for key, value in one.details.items())
        yield (
            *(one.act.label, kind_title(one.code), one.code),
            *(place.file, place.sheet, place.row, place.field),
            *(one.why, one.mend, details),
        )
