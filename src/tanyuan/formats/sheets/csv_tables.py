"""CSV tables as spreadsheet programs in China and elsewhere write them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO

from tanyuan.formats.archives import refuse_large
from tanyuan.formats.sheets.gathering import MAX_CHARACTERS, Allowance, RowGatherer, overlong
from tanyuan.formats.sheets.model import Cell, Sheet, column_letters
from tanyuan.formats.sheets.values import trimmed
from tanyuan.languages import Message
from tanyuan.problems import Place, refuse

_SEPARATORS = ",;\t"
_FIRST_LINE = re.compile(r"\S[^\r\n]*")
_QUOTED = re.compile(r'"[^"]*"')


def read_csv(data: bytes, name: str) -> Sheet:
    """The rows of a CSV file; every value is text, as the format knows nothing else."""
    place = Place(file=name)
    refuse_large(data, place)
    text = _decoded(data, place)
    gatherer = RowGatherer(place, Allowance())
    number = 0
    try:
        for number, fields in enumerate(_records(text), 1):
            for column, value in enumerate(fields):
                if len(value) > MAX_CHARACTERS:
                    raise overlong(replace(place, row=number, field=column_letters(column)))
                if found := trimmed(value):
                    gatherer.put(column, Cell(found), number)
            gatherer.end_row(number)
    except csv.Error as error:
        here = replace(place, row=number + 1)
        if "field limit" in str(error):
            raise overlong(here) from None
        raise refuse(
            "csv-quotes",
            Message('In this row a quotation mark (") is missing or too many.'),
            Message('Put text with separators between two quotation marks, and write " as "".'),
            here,
        ) from None
    return Sheet("", tuple(gatherer.rows))


def _decoded(data: bytes, place: Place) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and (encoding == "utf-8-sig" or _is_chinese(data, text)):
            return text
    raise refuse(
        "csv-encoding",
        Message("The text is neither UTF-8 nor GB18030."),
        Message("Save the table as «CSV UTF-8»."),
        place,
    )


def _is_chinese(data: bytes, text: str) -> bool:
    """Whether text read as GB18030 is likely meant so, as almost any bytes can be read so."""
    as_utf8 = data.decode(errors="replace")
    broken = as_utf8.count("\ufffd")
    if sum(character > "\x7f" for character in as_utf8) - broken > broken:
        return False
    characters = {character for character in text if character > "\x7f"}
    # Western accents before a letter read as rare characters, outside the common set.
    common = sum(bool(character.encode("gb2312", "ignore")) for character in characters)
    return common >= 0.75 * len(characters)


def _records(text: str) -> Iterator[list[str]]:
    header = _FIRST_LINE.search(text)
    outside = _QUOTED.sub("", header[0] if header else "")
    separator = max(_SEPARATORS, key=outside.count)
    return csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
