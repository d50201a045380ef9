"""Characters: what is taken out of a text, and what the packaged fonts can show.

PDF/A allows no text without a glyph, so a character that no font has is written as its code
instead of an empty box; so are characters that cannot be seen but change what is.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from functools import cache
from pathlib import Path

_DROPPED = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff")) | {
    **dict.fromkeys(range(0xFE00, 0xFE10)),
    **dict.fromkeys(range(0xE0100, 0xE01F0)),
}
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_RUN = re.compile(r"[^\s\u2e80-\uffef\u200b]{12,}")
_MARKS = r"/?&=._,;:|\-"
_BEHIND_MARKS = re.compile(rf"(?<=[{_MARKS}])(?=[^{_MARKS}])")
_PIECES = re.compile(rf"[^{_MARKS}]{{1,12}}[{_MARKS}]*|[{_MARKS}]{{1,12}}")
_LONG = 20
_UNIT = re.compile(
    r"(?<=\d) (?=(?:%|[kMGTmµ]?(?:g|t|J|L|Wh|m[²³]?)(?![A-Za-z])|Nm³|t⋅km))|(?<=\bkg) (?=CO)"
)
# Latin, Greek and signs of the Latin face (Libertinus Serif comes with the typesetter)
_LATIN_FACE = frozenset(
    [*map(chr, range(0x20, 0x7F)), *map(chr, range(0xA0, 0x180)), *map(chr, range(0x391, 0x3CA))]
) | frozenset("–—‘’“”…‹›€™−×÷±≈≠≤≥∞√·⋅•°′″₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺₊₋←↑→↓↔●■□○◆▲▼½¼¾‰№") - {"΢"}


def clean(text: str) -> str:
    r"""The text without invisible characters; those that turn or break lines become their code.

    >>> clean("a\u202eb")
    'a‹U+202E›b'
    """
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.translate(_DROPPED).replace("\t", " ")
    if text.isprintable():
        return text
    return "".join(
        _code(c) if c != "\n" and unicodedata.category(c) in _UNSEEN else c for c in text
    )


def tied(text: str) -> str:
    """The text with numbers and their units tied, so that no line ends between them.

    >>> tied("570,000 t of 12 kg CO₂e, 3.0 %").count(chr(0xA0))
    4
    """
    return _UNIT.sub("\u00a0", text)


def showable(text: str, fonts: frozenset[str]) -> str:
    """The text with every character that the fonts lack written as its code."""
    lacking = set(text) - fonts - {"\n"}
    return text.translate({ord(c): _code(c) for c in lacking}) if lacking else text


def breakable(text: str) -> str:
    """The text with places to break a line inside very long words (addresses, hashes)."""
    return _RUN.sub(lambda found: "\u200b".join(_chunks(found[0])), text)


def _chunks(word: str) -> list[str]:
    """Pieces of a word: behind its marks; of a very long one also every twelve characters."""
    return _BEHIND_MARKS.split(word) if len(word) < _LONG else _PIECES.findall(word)


def _code(character: str) -> str:
    return f"‹U+{ord(character):04X}›"


@cache
def font_characters(font: Path) -> frozenset[str]:
    """The characters that an OpenType font and the Latin face have.

    Reads the character map of the font (OpenType specification, table `cmap`, format 12).

    Raises:
        ValueError: the font has no such map.
    """
    data = font.read_bytes()
    start = _table(data, b"cmap")
    (count,) = struct.unpack_from(">H", data, start + 2)
    records = [struct.unpack_from(">HHI", data, start + 4 + 8 * i) for i in range(count)]
    formats = {struct.unpack_from(">H", data, start + at)[0]: start + at for *_, at in records}
    if 12 not in formats:
        raise ValueError(f"the font has no map of all characters: {font.name}")
    return frozenset(map(chr, _mapped(data, formats[12]))) | _LATIN_FACE


def _table(data: bytes, name: bytes) -> int:
    (count,) = struct.unpack_from(">H", data, 4)
    for index in range(count):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, 12 + 16 * index)
        if tag == name:
            return int(offset)
    raise ValueError(f"the font has no table {name!r}")


def _mapped(data: bytes, at: int) -> set[int]:
    (groups,) = struct.unpack_from(">I", data, at + 12)
    found: set[int] = set()
    for index in range(groups):
        first, last, glyph = struct.unpack_from(">III", data, at + 16 + 12 * index)
        found.update(range(first + (glyph == 0), last + 1))
    return found
