"""The start of an export: its encoding, and what its header says of its layout."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tanyuan.backgrounds.report import Act, Report
from tanyuan.formats.packages import Source
from tanyuan.languages import Message
from tanyuan.problems import InputError, Place, refuse

_PIECE = 1024 * 1024
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BRACED = re.compile(r"^\W{0,3}\{SimaPro ")
_BARE = re.compile(r"^\ufeff?SimaPro [^\r\n]*[;\t]Date:")
_FIELD = re.compile(r'^"?\{(?P<text>.*)\}"?[;,\t]*$')
_SEPARATORS = {"semicolon": ";", "comma": ",", "tab": "\t", ";": ";", ",": ","}
_METHODS = ("method", "méthode")
_EXPORT_AGAIN = Message("Export the processes from SimaPro again.")
_LOST = "\ufffd"


@dataclass(frozen=True, slots=True)
class Header:
    """What the header says.

    Attributes:
        fields: by name, as written; those without a value too.
        separator: between cells.
        decimal: the decimal sign.
        old: whether the file is of the layout without braces, in which metadata stand on one line
            with their names, amounts before units, and blocks have no end.
        lines: how many lines it takes.
    """

    fields: dict[str, str] = field(default_factory=dict)
    separator: str = ";"
    decimal: str = "."
    old: bool = False
    lines: int = 0

    @property
    def project(self) -> str:
        """The name of the project; the word is translated, its place is not."""
        return next((self.fields[key] for key in ("Project", "Projet") if key in self.fields), "")


def recognises(source: Source) -> bool:
    """Whether a file starts as SimaPro's exports do."""
    encoding = "utf-16" if source.start.startswith(_UTF_16) else "utf-8-sig"
    start = source.start[:400].decode(encoding, "replace")
    return bool(_BRACED.match(start) or _BARE.match(start))


def encoding_of(path: Path, report: Report) -> str:
    """The encoding of a file: UTF-16 where its first bytes say so, else UTF-8, else a guess.

    That is GB18030 where the text reads as Chinese, else Windows-1252.

    Raises:
        InputError: `encoding`.
    """
    with path.open("rb") as file:
        start = file.read(2)
    encoding = "utf-16" if start in _UTF_16 else "utf-8-sig"
    letters = _letters(path, encoding)
    if letters is not None:
        if _LOST in letters:
            report.add(
                "characters-lost",
                Act.KEPT,
                Place(path.name),
                Message("Some characters were lost when the file was written; they stand as �."),
                Message("Export it again, or mend the names in it."),
            )
        return encoding
    if encoding == "utf-16":
        raise refuse(
            "encoding",
            Message("The text is not UTF-16, as its first bytes say."),
            _EXPORT_AGAIN,
            Place(path.name),
        )
    chinese = _letters(path, "gb18030")
    # Western letters read as GB18030 give rare characters, outside of the common set
    if chinese and sum(bool(one.encode("gb2312", "ignore")) for one in chinese) >= 0.75 * len(
        chinese
    ):
        return _told("gb18030", path, report)
    if _letters(path, "cp1252") is None:
        raise refuse(
            "encoding",
            Message("The text is neither UTF-8 nor GB18030 nor Windows-1252."),
            _EXPORT_AGAIN,
            Place(path.name),
        )
    return _told("cp1252", path, report)


def _told(encoding: str, path: Path, report: Report) -> str:
    report.add(
        "encoding",
        Act.CONVERTED,
        Place(path.name),
        Message(
            "The file does not say its encoding; it is no UTF-8 and is read as {encoding}.",
            encoding={"cp1252": "Windows-1252"}.get(encoding, encoding.upper()),
        ),
        Message("If names in it look wrong, save it as UTF-8."),
    )
    return encoding


def _letters(path: Path, encoding: str) -> set[str] | None:
    """The characters beyond ASCII, or none if the bytes are not of the encoding."""
    found: set[str] = set()
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                found.update(decoder.decode(piece))
            found.update(decoder.decode(b"", final=True))
    except UnicodeDecodeError:
        return None
    return {one for one in found if one > "\x7f"}


def header_of(lines: Iterator[str], file: str) -> Header:
    """The header, read off the first lines.

    Raises:
        InputError: `simapro-methods`: methods, not processes; `simapro-header`: it does not say
            what separates cells and decimals.
    """
    fields: dict[str, str] = {}
    count = 0
    for line in lines:
        text = line.strip().lstrip("\ufeff")
        found = _FIELD.match(text)
        if found is None:
            if count == 0:
                return _old(text, file)
            break
        count += 1
        name, _, value = found["text"].partition(":")
        fields[name.strip()] = value.strip()
    if any(word in name.casefold() for name in list(fields)[1:2] for word in _METHODS):
        raise methods(file)
    separator = _SEPARATORS.get(fields.get("CSV separator", "").casefold())
    decimal = fields.get("Decimal separator", "")
    for name, good in (("CSV separator", separator), ("Decimal separator", decimal in {".", ","})):
        if not good:
            raise refuse(
                "simapro-header",
                Message("The header does not state the field “{field}”.", field=name),
                Message("Export the file from SimaPro again, with its whole header."),
                Place(file, field=name),
            )
    return Header(fields, separator or ";", decimal, lines=count)


def methods(file: str) -> InputError:
    """The refusal of an export of impact assessment methods."""
    return refuse(
        "simapro-methods",
        Message("The file holds impact assessment methods, no processes."),
        Message("Export processes or product stages from SimaPro."),
        Place(file),
    )


def _old(first: str, file: str) -> Header:
    separator = "\t" if "\t" in first else ";"
    cells = [cell.strip() for cell in first.split(separator)]
    if any(word in cell.casefold() for cell in cells[1:2] for word in _METHODS):
        raise methods(file)
    return Header({cells[0]: ""}, separator, ".", old=True, lines=1)
