"""A workbook before its sheets are read: what it is, what it must not have, where they are."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass

from tanyuan.formats.archives import damaged
from tanyuan.formats.sheets.listings import (
    Book,
    ContentTypes,
    Link,
    Links,
    ListedSheet,
    SharedTexts,
    Styles,
)
from tanyuan.formats.sheets.parts import Parts
from tanyuan.languages import Message
from tanyuan.problems import InputError, Place, Problem, refuse

_CONTENT_TYPES = "[Content_Types].xml"
_WORKBOOK_TYPES = (
    "spreadsheetml.sheet.main+xml",
    "spreadsheetml.template.main+xml",
    # Recognised, to be refused for its macros.
    "vnd.ms-excel.sheet.macroenabled.main+xml",
    "vnd.ms-excel.template.macroenabled.main+xml",
)
_MAX_SHEET_NAME = 255

# What a table of values never needs, told by a word in the name or the type of a part or a link.
_UNWELCOME = (
    (
        ("vbaproject", "macroenabled", "macrosheet"),
        "workbook-macros",
        Message("The workbook has macros."),
        Message("Save it as an Excel workbook (.xlsx) without macros."),
    ),
    (
        ("externallink",),
        "workbook-external-links",
        Message("The workbook takes values from other files."),
        Message("Break the links to other files (Data, Edit Links) and save it."),
    ),
    (
        ("oleobject", "embeddings/", "activex", "relationships/package", "relationships/control"),
        "workbook-embedded",
        Message("The workbook has embedded objects or controls."),
        Message("Delete them, or copy the values into a new workbook, and save it."),
    ),
)


@dataclass(frozen=True, slots=True)
class SheetPart:
    """Where a sheet is in the file."""

    name: str
    hidden: bool
    part: str


@dataclass(frozen=True, slots=True)
class Package:
    """What a workbook says about its sheets before they are read."""

    sheets: tuple[SheetPart, ...]
    since_1904: bool
    uncalculated: bool
    date_styles: frozenset[str]
    texts: tuple[str | None, ...]


def open_package(parts: Parts, place: Place) -> Package:
    """Look at everything but the sheets; refuse what is no workbook or is more than tables."""
    content = ContentTypes()
    if _CONTENT_TYPES in parts.archive:
        parts.read(_CONTENT_TYPES, content)
    if not any(kind.endswith(_WORKBOOK_TYPES) for kind in content.types):
        raise no_workbook(place)
    links = _all_links(parts)
    types = {link.type for each in links.values() for link in each}
    _refuse_unwelcome({word.lower() for word in (*parts.archive, *content.types, *types)}, place)

    main = next(iter(_targets(links.get("_rels/.rels", ()), "officeDocument")), "")
    book = Book()
    parts.read(main, book)
    folder, base = posixpath.split(main)
    main_links = links.get(f"{folder}/_rels/{base}.rels", ())
    styles = Styles()
    for part in _targets(main_links, "styles"):
        parts.read(part, styles)
    shared = SharedTexts(place)
    for part in _targets(main_links, "sharedStrings"):
        parts.read(part, shared, large=True)
    return Package(
        _sheet_parts(book.sheets, main_links, place),
        book.since_1904,
        book.uncalculated,
        frozenset(styles.dates),
        tuple(shared.texts),
    )


def no_workbook(place: Place) -> InputError:
    """The refusal of a file that is something else than a workbook."""
    return refuse(
        "not-a-workbook",
        Message("The file is not an Excel workbook."),
        Message("Open it in its program and save it as an Excel workbook (.xlsx)."),
        place,
    )


def _all_links(parts: Parts) -> dict[str, Sequence[Link]]:
    found: dict[str, Sequence[Link]] = {}
    for part in parts.archive:
        folder, slash, _ = part.rpartition("_rels/")
        if slash and part.endswith(".rels"):
            reader = Links(folder)
            parts.read(part, reader)
            found[part] = reader.links
    return found


def _refuse_unwelcome(words: set[str], place: Place) -> None:
    problems = [
        Problem(code, cause, mend, place)
        for marks, code, cause, mend in _UNWELCOME
        if any(mark in word for mark in marks for word in words)
    ]
    if problems:
        raise InputError(problems)


def _targets(links: Sequence[Link], kind: str) -> list[str]:
    return [link.part for link in links if link.type.endswith("/" + kind)]


def _sheet_parts(
    listed: Sequence[ListedSheet], links: Sequence[Link], place: Place
) -> tuple[SheetPart, ...]:
    by_id = {link.id: link for link in links}
    sheets: list[SheetPart] = []
    names: set[str] = set()
    seen: set[str] = set()
    for sheet in listed:
        link = by_id.get(sheet.link)
        # A part listed twice would be read twice, and a thousand times as readily.
        if link is None or link.part in seen or sheet.name in names:
            raise damaged(place)
        if not sheet.name or len(sheet.name) > _MAX_SHEET_NAME:
            raise damaged(place)
        names.add(sheet.name)
        seen.add(link.part)
        # Charts, too, are listed as sheets.
        if link.type.endswith("/worksheet"):
            sheets.append(SheetPart(sheet.name, sheet.hidden, link.part))
    return tuple(sheets)
