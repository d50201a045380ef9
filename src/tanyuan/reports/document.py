"""The report as a small typed document: what it says, apart from how a format sets it.

A report is built once, in one language; the writers (`pdf`, `word`) only set it. All texts are
plain strings, already in the reader's language and never markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tanyuan.languages import Choice, Message
from tanyuan.reports.wording import formulas

Text = str | Message


class Status(Choice):
    """Whether a mandatory section holds all that it must (ISO 14067:2018, clause 7)."""

    FILLED = "filled", "filled"
    NOT_APPLICABLE = "not_applicable", "does not apply"
    EMPTY = "empty", "not complete"


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that the section must say and the study does not, and where to fill it in.

    `field` is the field of the report's particulars, where it is one of them.
    """

    what: str
    where: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; a note is set smaller, a quote is the study's own words."""

    text: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Points:
    """A list without order."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a name and what holds; an empty value is shown as not stated."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section or annex."""

    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: heading, its share of the width, whether it holds numbers."""

    title: str
    width: float = 1.0
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; `kind` is plain, group (a heading in the table), total or quiet."""

    cells: tuple[str, ...]
    kind: str = "plain"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its number in the report, title, unit and note."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    unit: str = ""
    note: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure with its number in the report; `width` and `height` are of the drawing."""

    title: str
    svg: str
    width: float
    height: float
    description: str
    unit: str = ""
    note: str = ""
    number: int = 0


Block = Paragraph | Points | Facts | Heading | Table | Picture


@dataclass(frozen=True, slots=True)
class Section:
    """One of the mandatory sections.

    `reason` says why it does not apply; `missing` what it lacks.
    """

    number: int
    title: str
    status: Status
    blocks: tuple[Block, ...]
    reason: str = ""
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Annex:
    """A long table at the end; `wide` ones are set across the page."""

    letter: str
    title: str
    blocks: tuple[Block, ...]
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Front:
    """What the first page says.

    `total` and `unit` are the one number, `sill` the drawing of its band and `band` the same in
    words; `marks` are what must be seen first (draft, synthetic, incomplete).
    """

    kicker: str
    title: str
    subtitle: str
    what: str
    total: str
    unit: str
    sill: Picture
    band: str
    marks: tuple[tuple[str, str], ...]
    facts: Facts
    seal: Picture
    seal_title: str
    hash: str
    seal_note: str
    is_title: str
    is_points: tuple[str, ...]
    is_not_title: str
    is_not_points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The few words that the writers themselves set around the content.

    `page` stands before, between and behind the number of the page and that of all pages.
    """

    summary: str
    contents: str
    figure: str
    table: str
    annex: str
    page: tuple[str, str, str]
    colon: str
    not_stated: str
    missing_title: str
    lacking_title: str
    all_filled: str
    not_applicable: str


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report in one language."""

    language: str
    date: date | None
    short_title: str
    marks: tuple[str, ...]
    front: Front
    summary: tuple[Block, ...]
    sections: tuple[Section, ...]
    annexes: tuple[Annex, ...]
    words: Words

    @property
    def empty(self) -> tuple[Section, ...]:
        """The mandatory sections that are not complete; with any of them it is a draft."""
        return tuple(section for section in self.sections if section.status is Status.EMPTY)


def _said(text: Text) -> str:
    return formulas(str(text))


def paragraph(text: Text, kind: str = "text") -> Paragraph:
    """A paragraph of a message or a plain text."""
    return Paragraph(_said(text), kind)


def points(items: Iterable[Text]) -> Points:
    """A list of messages or plain texts."""
    return Points(tuple(map(_said, items)))


def facts(*rows: tuple[Text, Text], also: Iterable[tuple[Text, Text]] = ()) -> Facts:
    """Facts from pairs of name and value; those in `also` only where they have a value."""
    given = [(_said(name), _said(value)) for name, value in rows]
    given += [(_said(name), _said(value)) for name, value in also if str(value)]
    return Facts(tuple((name[:1].upper() + name[1:], value) for name, value in given))


def heading(text: Text) -> Heading:
    """A heading inside a section."""
    return Heading(_said(text))


def column(title: Text, width: float = 1.0, *, numeric: bool = False) -> Column:
    """A column of a table."""
    return Column(_said(title), width, numeric)


def row(*cells: Text, kind: str = "plain") -> Row:
    """A row of a table."""
    return Row(tuple(map(_said, cells)), kind)


def table(
    title: Text, columns: Sequence[Column], rows: Iterable[Row], *, unit: Text = "", note: Text = ""
) -> Table:
    """A table; its number is given by `numbered`."""
    return Table(_said(title), tuple(columns), tuple(rows), str(unit), _said(note))


def numbered(report: Report) -> Report:
    """The report with its figures and tables counted through."""
    counts = {Table: 0, Picture: 0}

    def count(blocks: Iterable[Block]) -> tuple[Block, ...]:
        found: list[Block] = []
        for block in blocks:
            if isinstance(block, Table | Picture):
                counts[type(block)] += 1
                found.append(replace(block, number=counts[type(block)]))
            else:
                found.append(block)
        return tuple(found)

    summary = count(report.summary)
    sections = tuple(replace(part, blocks=count(part.blocks)) for part in report.sections)
    annexes = tuple(replace(part, blocks=count(part.blocks)) for part in report.annexes)
    return replace(report, summary=summary, sections=sections, annexes=annexes)
