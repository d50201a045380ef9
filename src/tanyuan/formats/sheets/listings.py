"""Readers of the parts around the sheets: content types, links, the list of sheets, styles, texts.

Formats: ECMA-376 Part 1, chapter 18 (SpreadsheetML) and Part 2 (Open Packaging Conventions).
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from tanyuan.formats.archives import damaged
from tanyuan.formats.sheets.gathering import MAX_CELLS
from tanyuan.formats.sheets.parts import Attributes, PartReader, TextReader
from tanyuan.formats.sheets.values import shows_date
from tanyuan.problems import Place

# Formats by number that show a day, as Chinese Excel and WPS use them.
_BUILT_IN_DATES = frozenset(
    map(str, (14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58))
)


@dataclass(frozen=True, slots=True)
class Link:
    """A relation of one part to another: its id, its type, the other part."""

    id: str
    type: str
    part: str


@dataclass(frozen=True, slots=True)
class ListedSheet:
    """A sheet as the workbook lists it; `link` is the id of the link to its part."""

    name: str
    link: str
    hidden: bool


class ContentTypes(PartReader):
    """The types of all parts, in small letters."""

    def __init__(self) -> None:
        self.types: set[str] = set()

    def start(self, name: str, attributes: Attributes) -> None:
        """A part or an ending, with its type."""
        self.types.add(attributes.get("ContentType", "").lower())


class Links(PartReader):
    """The links from a part in this folder."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.links: list[Link] = []

    def start(self, name: str, attributes: Attributes) -> None:
        """A link."""
        if name == "Relationship":
            target = posixpath.join("/", self._folder, attributes.get("Target", ""))
            part = posixpath.normpath(target).lstrip("/")
            self.links.append(Link(attributes.get("Id", ""), attributes.get("Type", ""), part))


class Book(PartReader):
    """The sheets by name, and how the workbook counts days."""

    def __init__(self) -> None:
        self.since_1904 = False
        self.uncalculated = False
        self.sheets: list[ListedSheet] = []

    def start(self, name: str, attributes: Attributes) -> None:
        """A setting or a sheet."""
        if name == "workbookPr":
            self.since_1904 = is_on(attributes.get("date1904"))
        elif name == "calcPr":
            self.uncalculated = is_on(attributes.get("fullCalcOnLoad"))
        elif name == "sheet":
            link = next((attributes[key] for key in attributes if key.endswith(":id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append(ListedSheet(attributes.get("name", ""), link, hidden))


class Styles(PartReader):
    """Which cell styles show a date."""

    def __init__(self) -> None:
        self.dates: set[str] = set()
        self._date_formats: dict[str, bool] = {}
        self._in_cell_styles = False
        self._count = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """A number format or a cell style, which is known by its position."""
        number_format = attributes.get("numFmtId", "0")
        if name == "numFmt":
            self._date_formats[number_format] = shows_date(attributes.get("formatCode", ""))
        elif name == "cellXfs":
            self._in_cell_styles = True
        elif name == "xf" and self._in_cell_styles:
            if self._date_formats.get(number_format, number_format in _BUILT_IN_DATES):
                self.dates.add(str(self._count))
            self._count += 1

    def end(self, name: str) -> None:
        """The list of cell styles ends."""
        if name == "cellXfs":
            self._in_cell_styles = False


class SharedTexts(TextReader):
    """The texts that cells refer to by number."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.texts: list[str | None] = []

    def end(self, name: str) -> None:
        """A text, or a piece of one with its own font, ends."""
        super().end(name)
        if name == "si":
            self.texts.append(self.text_of(self.take_raw()))
            if len(self.texts) > MAX_CELLS:
                raise damaged(self.where())


def is_on(flag: str | None) -> bool:
    """Whether an attribute says yes."""
    return flag in {"1", "true"}
