"""A study as an Excel workbook, and the template that a newcomer fills in.

Every table is a sheet with headings in both languages, a comment of help on each heading and a
drop-down where the choices are closed.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from tanyuan.factors.factor import ElectricityFamily, Factor
from tanyuan.factors.starter import starter_release
from tanyuan.footprint.fields import Amount
from tanyuan.footprint.method import Method
from tanyuan.footprint.particulars import NO_PARTICULARS, Particulars
from tanyuan.footprint.study import Study
from tanyuan.formats.layout import (
    CHOICES,
    GUIDE,
    LIBRARY,
    REPORT,
    STUDY,
    Column,
    bilingual,
    choice_text,
    columns,
    sheet_title,
    tables,
)
from tanyuan.formats.sheets.gathering import MAX_CHARACTERS
from tanyuan.languages import Choice, Message
from tanyuan.problems import Place, refuse
from tanyuan.units import Unit, unit_symbols

_EXTRA_ROWS = 200
_A4 = 9
_STAMP = datetime(2026, 1, 1)  # noqa: DTZ001 - equal studies give equal bytes
_GUIDE_LINES = (
    Message("What this is: a workbook that describes how a product is made, for its footprint."),
    Message("1. Sheet “Study”: name the product, the unit that the result is for, the boundary."),
    Message("2. Sheet “Lines”: one row for each material, energy, transport, waste and direct "
            "emission, with amount and unit, and the id of its factor."),
    Message("3. Find factors in the sheet “Library factors”, or with: tanyuan factors search 水泥"),
    Message("4. A factor that is not in the library goes into “Own factors”, with its source."),
    Message("5. Calculate: tanyuan calc product.xlsx — it says what is missing or wrong, and "
            "where."),
    Message("Headings with * must be filled. Point at a heading to read what it means."),
    Message("Leave empty what you do not know: it is shown as missing, never taken as zero."),
    Message("An amount may be a formula over the parameters: mass_kg * (1 + loss)."),
    Message("Sheet “Report”: who commissioned, made and reviewed the study, and what follows from "
            "it; it stands in the report and changes no number."),
    Message("The other sheets are for special cases: own stages, supplier footprints, processes "
            "that feed each other, meters, scenarios, recycling, published results."),
)  # fmt: skip


@dataclass(frozen=True)
class _Styles:
    head: Any
    required: Any
    text: Any
    number: Any
    left: Any
    day: Any
    label: Any
    help: Any
    title: Any


def write_study_workbook(
    study: Study, *, library: bool = False, particulars: Particulars = NO_PARTICULARS
) -> bytes:
    """The study as a workbook that reads back to the same study.

    Args:
        study: what is written; equal studies give equal bytes.
        library: whether a sheet of library factors to choose from is added, and one for the
            particulars of the report where there are none.
        particulars: what the report of the study says beside it.
    """
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": study.name_en or study.name_zh, "created": _STAMP})
    styles = _styles(book)
    choices = _choice_ranges()
    _write_guide(book.add_worksheet(bilingual(GUIDE.text)), styles)
    home = {column.name: _of_study(study, column) for column in columns(STUDY)}
    _write_fields(book.add_worksheet(sheet_title(STUDY)), STUDY, home, styles, choices)
    for table in tables():
        sheet = book.add_worksheet(sheet_title(table))
        _write_table(sheet, table, getattr(study, table), styles, choices)
    if library or particulars != NO_PARTICULARS:
        sheet = book.add_worksheet(sheet_title(REPORT))
        _write_fields(sheet, REPORT, dict(particulars), styles, choices)
    _write_choices(book.add_worksheet(bilingual(CHOICES.text)), styles)
    if library:
        _write_library(book.add_worksheet(bilingual(LIBRARY.text)), styles)
    for sheet in book.worksheets():
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1 + (sheet.dim_colmax or 0) // 10, 0)
        sheet.repeat_rows(0)
    book.worksheets()[1].activate()
    book.close()
    return buffer.getvalue()


def _styles(book: Any) -> _Styles:
    base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
    head = {**base, "bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#eef2f4"}
    return _Styles(
        head=book.add_format(head),
        required=book.add_format({**head, "font_color": "#1f5e8c"}),
        text=book.add_format(base),
        number=book.add_format({**base, "num_format": "General"}),
        left=book.add_format({**base, "num_format": "General", "align": "left"}),
        day=book.add_format({**base, "num_format": "yyyy-mm-dd", "align": "left"}),
        label=book.add_format({**base, "bold": True}),
        help=book.add_format({**base, "font_color": "#5f6b70", "text_wrap": True}),
        title=book.add_format({**base, "bold": True, "font_size": 14}),
    )


def _write_guide(sheet: Any, styles: _Styles) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 110)
    sheet.write_string(0, 0, "探源 Tanyuan", styles.title)
    for row, line in enumerate(_GUIDE_LINES, 2):
        sheet.write_string(row, 0, bilingual(line.text).replace(line.text, f"\n{line.text}"),
                           styles.help)  # fmt: skip
        sheet.set_row(row, 34)


def _of_study(study: Study, column: Column) -> Any:
    home: Any = study.method if column.name in Method.model_fields else study
    return getattr(home, column.name)


def _write_fields(
    sheet: Any, table: str, home: dict[str, Any], styles: _Styles, choices: dict[str, str]
) -> None:
    """A sheet of fields and values, with help."""
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 48)
    sheet.set_column(2, 2, 100)
    for index, text in enumerate((Message("Field"), Message("Value"), Message("Help"))):
        sheet.write_string(0, index, "# " + bilingual(text.text), styles.head)
    row = 1
    for column in columns(table):
        value = home[column.name]
        values = value or [""] if isinstance(value, tuple) else [value]
        for one in values:
            mark = " *" if column.required else ""
            sheet.write_string(row, 0, column.heading + mark, styles.label)
            _write_cell(sheet, row, 1, one, replace(styles, number=styles.left))
            sheet.write_string(row, 2, bilingual(column.help), styles.help)
            _validate(sheet, row, row, 1, column, choices)
            row += 1
    sheet.freeze_panes(1, 0)


def _write_table(
    sheet: Any, table: str, rows: Iterable[Any], styles: _Styles, choices: dict[str, str]
) -> None:
    rows = tuple(rows)
    for index, column in enumerate(columns(table)):
        mark = " *" if column.required else ""
        style = styles.required if column.required else styles.head
        sheet.write_string(0, index, column.heading + mark, style)
        sheet.write_comment(0, index, bilingual(column.help), {"x_scale": 2})
        sheet.set_column(index, index, _width(column))
        _validate(sheet, 1, len(rows) + _EXTRA_ROWS, index, column, choices)
        for number, row in enumerate(rows, 1):
            _write_cell(sheet, number, index, getattr(row, column.name), styles)
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 1)


def _width(column: Column) -> int:
    if column.name in ("name_zh", "name_en", "source", "note", "reason", "exception", "evidence"):
        return 30
    # Two lines of heading; in GB18030 a character has as many bytes as it takes places
    heading = len(column.heading.encode("gb18030")) // 2 + 3
    return max(heading, 20 if column.choice or column.kind == "unit" else 16)


def _write_cell(sheet: Any, row: int, column: int, value: Any, styles: _Styles) -> None:
    plain = _plain(value)
    if plain in ("", None):
        return
    if isinstance(plain, Decimal):
        # XlsxWriter writes sixteen digits; what needs more is exact only as text
        near = float(plain)
        if Decimal(repr(near)) == plain and float(f"{near:.16G}") == near:
            sheet.write_number(row, column, near, styles.number)
        else:
            sheet.write_string(row, column, format(plain, "f"), styles.text)
    elif isinstance(plain, date):
        sheet.write_datetime(row, column, datetime(plain.year, plain.month, plain.day), styles.day)  # noqa: DTZ001
    elif len(plain) > MAX_CHARACTERS:
        raise refuse(
            "cell-too-long",
            Message("A text has more than {limit:,} characters.", limit=MAX_CHARACTERS),
            Message("Shorten the text."),
            Place(sheet=sheet.get_name(), row=row + 1),
        )
    else:
        sheet.write_string(row, column, plain, styles.text)


def _plain(value: Any) -> Any:
    """A field's value as a cell holds it: number, day or text."""
    if isinstance(value, bool):
        return "是 yes" if value else "否 no"
    if isinstance(value, Choice):
        return choice_text(value)
    if isinstance(value, Amount):
        return value.number if value.number is not None else value.text
    if isinstance(value, tuple):
        joined = [str(item) for item in value]
        return ", ".join(joined)
    if isinstance(value, int):
        return Decimal(value)
    return str(value) if isinstance(value, Unit) else value


def _choice_classes() -> dict[type[Choice], str]:
    """The closed lists, each with the heading of the first column that takes it."""
    found: dict[type[Choice], str] = {}
    for table in (STUDY, *tables()):
        for column in columns(table):
            if column.choice is not None:
                found.setdefault(column.choice, column.heading)
    return found


def _choice_ranges() -> dict[str, str]:
    """The range in the sheet of choices that each closed list fills, and that of the units."""
    sheet = bilingual(CHOICES.text)
    ranges = {"unit": f"='{sheet}'!$A$2:$A${len(unit_symbols()) + 1}"}
    for index, choice in enumerate(_choice_classes()):
        letter = chr(ord("E") + index)
        ranges[choice.__name__] = f"='{sheet}'!${letter}$2:${letter}${len(choice) + 1}"
    return ranges


def _write_choices(sheet: Any, styles: _Styles) -> None:
    for column, text in enumerate(("Unit", "Name (Chinese)", "Name (English)")):
        sheet.write_string(0, column, bilingual(text), styles.head)
    for row, (symbol, _, english, chinese) in enumerate(unit_symbols(), 1):
        for column, text in enumerate((symbol, chinese, english)):
            sheet.write_string(row, column, text, styles.text)
    for index, (choice, heading) in enumerate(_choice_classes().items(), 4):
        sheet.write_string(0, index, heading, styles.head)
        for row, member in enumerate(choice, 1):
            sheet.write_string(row, index, choice_text(member), styles.text)
    sheet.set_column(0, 1, 20)
    sheet.set_column(2, 2, 44)
    sheet.set_column(4, 3 + len(_choice_classes()), 48)
    sheet.freeze_panes(1, 0)


def _validate(
    sheet: Any, first: int, last: int, column: int, field: Column, choices: dict[str, str]
) -> None:
    if field.kind == "bool":
        rule: dict[str, Any] = {"validate": "list", "source": ["是 yes", "否 no"]}
    elif field.choice is not None and field.name != "flags":
        rule = {"validate": "list", "source": choices[field.choice.__name__]}
    elif field.kind == "unit":
        # A warning only: products such as kg/m² and calorific bases are units too
        rule = {"validate": "list", "source": choices["unit"], "error_type": "warning"}
    else:
        return
    sheet.data_validation(first, column, last, column, {**rule, "ignore_blank": True})


def _write_library(sheet: Any, styles: _Styles) -> None:
    """Verified library factors for China and the world, to choose from by filter."""
    heads = ("Id", "Name (Chinese)", "Name (English)", "Unit", "Value", "Place", "Year")
    for column, text in enumerate(heads):
        sheet.write_string(0, column, bilingual(text), styles.head)
    chosen = [factor for factor in starter_release().factors.values() if _fits_products(factor)]
    for row, factor in enumerate(chosen, 1):
        cells = (factor.id, factor.name_zh, factor.name_en, factor.unit, "", factor.geography)
        for column, text in enumerate(cells):
            sheet.write_string(row, column, text, styles.text)
        sheet.write_string(row, 4, _printed(factor), styles.text)
        if factor.year:
            sheet.write_number(row, 6, factor.year, styles.left)
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 2, 60)
    sheet.set_column(3, 3, 16)
    sheet.set_column(4, 4, 44)
    sheet.set_column(5, 6, 12)
    sheet.autofilter(0, 0, max(1, len(chosen)), len(heads) - 1)
    sheet.freeze_panes(1, 1)


def _fits_products(factor: Factor) -> bool:
    if factor.electricity is ElectricityFamily.GENERATION_CO2 or not factor.verified:
        return False
    return factor.geography.split("-")[0] in ("CN", "GLO")


def _printed(factor: Factor) -> str:
    return "; ".join(f"{e.value:f} kg {e.gas}" for e in factor.emissions)
