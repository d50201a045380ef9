"""How a study lies in a workbook: names of sheets, headings of columns, kinds of cell.

All of it follows from the fields of the study's tables, so that a new field is a new column.
Headings stand in both languages; a heading is known by either of them or by the field's name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, get_args

from pydantic.fields import FieldInfo

from tanyuan.footprint.fields import Amount, Document
from tanyuan.footprint.method import Method
from tanyuan.footprint.particulars import Particulars
from tanyuan.footprint.study import TABLES, Study, Uncertain
from tanyuan.languages import Choice, Message, translate
from tanyuan.units import Unit

STUDY, REPORT = "study", "report"
_UNCERTAIN = Uncertain.model_fields
_SHEET_NAMES = {
    STUDY: Message("Study"),
    "lines": Message("Lines"),
    "factors": Message("Own factors"),
    "stages": Message("Stages"),
    "suppliers": Message("Supplier footprints"),
    "parameters": Message("Parameters"),
    "scenarios": Message("Scenarios"),
    "processes": Message("Processes"),
    "outputs": Message("Outputs"),
    "meters": Message("Meters"),
    "recycling": Message("Recycling"),
    "published": Message("Published results"),
    REPORT: Message("Report"),
}
GUIDE = Message("Guide")
CHOICES = Message("Choices")
LIBRARY = Message("Library factors")


@dataclass(frozen=True)
class Column:
    """A field of a table as a column (or of the study as a row of its sheet)."""

    name: str
    title: str
    help: str
    required: bool
    choice: type[Choice] | None
    kind: str

    @property
    def heading(self) -> str:
        """The heading in both languages."""
        return bilingual(self.title)


def bilingual(text: str) -> str:
    """A text in Chinese and English, one behind the other."""
    chinese = translate(text, "zh")
    return text if chinese == text else f"{chinese} {text}"


def sheet_title(table: str) -> str:
    """The name of a table's sheet."""
    return bilingual(_SHEET_NAMES[table].text)


def tables() -> Iterator[str]:
    """The tables in the order of their sheets."""
    return (table for table in _SHEET_NAMES if table not in (STUDY, REPORT))


@cache
def columns(table: str) -> tuple[Column, ...]:
    """The columns of a table; for the study itself its own fields and those of its method.

    The study and the particulars of its report are sheets of two columns: field and value.
    """
    if table == STUDY:
        return (*_columns(Study), *_columns(Method))
    if table == REPORT:
        return _columns(Particulars)
    return _columns(TABLES[table])


def _columns(document: type[Document]) -> tuple[Column, ...]:
    # How sure a row is comes last: few fill it in
    fields = sorted(document.model_fields.items(), key=lambda item: item[0] in _UNCERTAIN)
    return tuple(
        Column(
            name,
            info.title,
            info.description or "",
            info.is_required(),
            _choice(info),
            _kind(info),
        )
        for name, info in fields
        if info.title
    )


def _types(annotation: Any) -> Iterator[Any]:
    inner = get_args(annotation)
    if not inner:
        yield annotation
    for part in inner:
        yield from _types(part)


def _choice(info: FieldInfo) -> type[Choice] | None:
    for kind in _types(info.annotation):
        if isinstance(kind, type) and issubclass(kind, Choice):
            return kind
    return None


_KINDS = {bool: "bool", Decimal: "number", Amount: "number", Unit: "unit", date: "date"}


def _kind(info: FieldInfo) -> str:
    found = list(_types(info.annotation))
    if any(kind is Ellipsis for kind in found):
        return "list"
    return next((name for kind, name in _KINDS.items() if kind in found), "text")


def spelling(text: str) -> str:
    """A heading without what does not matter: case, width, spaces, marks of a required field."""
    flat = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in flat if char.isalnum())


def _spellings(name: str, title: str) -> set[str]:
    return {spelling(text) for text in (name, title, translate(title, "zh"), bilingual(title))}


@cache
def columns_by_heading(table: str) -> dict[str, Column]:
    """Columns of a table by every spelling of their heading."""
    return {
        text: column for column in columns(table) for text in _spellings(column.name, column.title)
    }


@cache
def tables_by_sheet() -> dict[str, str]:
    """Tables by every spelling of their sheet's name."""
    return {
        text: table
        for table, message in _SHEET_NAMES.items()
        for text in _spellings(table, message.text)
    }


@cache
def other_sheets() -> frozenset[str]:
    """Spellings of the sheets that hold no data of the study."""
    return frozenset(
        text
        for message in (GUIDE, CHOICES, LIBRARY)
        for text in _spellings("", message.text)
        if text
    )


def choice_text(member: Choice) -> str:
    """A choice as a cell holds it: its Chinese name and its code."""
    chinese = translate(member.label.text, "zh")
    return str(member) if chinese == str(member) else f"{chinese} {member}"


@cache
def choices_by_text(choice: type[Choice]) -> dict[str, Choice]:
    """Members of a choice by every spelling that a cell may hold."""
    return {
        spelling(text): member
        for member in choice
        for text in (
            str(member),
            member.label.text,
            translate(member.label.text, "zh"),
            choice_text(member),
        )
    }


YES_NO = {
    **dict.fromkeys(("是", "yes", "true", "y", "是yes"), True),
    **dict.fromkeys(("否", "no", "false", "n", "否no"), False),
}
