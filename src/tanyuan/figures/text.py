"""How wide a text will be, estimated without a font; cutting and breaking texts to fit.

Widths are those of Helvetica (Adobe's font metrics), to which the Latin faces of the style sheet
come close, with a little more for safety; Chinese characters are one em.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise

# Advance widths in 1/1000 em, by character
_LATIN = {
    **dict.fromkeys("ijl", 222), **dict.fromkeys("'", 191), **dict.fromkeys("|", 260),
    **dict.fromkeys(" !,./:;I[\\]ft·⋅", 278), **dict.fromkeys("()-`r{}“”", 333),
    **dict.fromkeys('"’‘', 355), **dict.fromkeys("*", 389), **dict.fromkeys("^", 469),
    **dict.fromkeys("Jcksvxyz", 500), **dict.fromkeys("#$?_0123456789Labdeghnopqu–", 556),
    **dict.fromkeys("+<=>~−×±", 584), **dict.fromkeys("FTZ", 611),
    **dict.fromkeys("&ABEKPSVXY", 667), **dict.fromkeys("CDHNRUw", 722),
    **dict.fromkeys("GOQ", 778), **dict.fromkeys("Mm", 833), **dict.fromkeys("%", 889),
    **dict.fromkeys("W", 944), **dict.fromkeys("@", 1015),
    **dict.fromkeys("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁻", 370),
}  # fmt: skip
_SAFETY = 1.03
_BOLD = 1.06
_AUTOSPACE = 0.125
"""Browsers set a gap between Chinese and Latin (text-autospace)."""
_NOT_FIRST = frozenset("，。、；：？！）》」』】”’…%,.;:?!)]}")
_NOT_LAST = frozenset("（《「『【“‘([{")
ELLIPSIS = "…"


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _em(character: str) -> float:
    if character in _LATIN:
        return _LATIN[character] / 1000
    if unicodedata.category(character) in ("Mn", "Me", "Cf", "Cc"):
        return 0.0
    if unicodedata.east_asian_width(character) in "WFA":
        return 1.0
    return 0.72


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a text set in a size, estimated.

    >>> width("碳足迹", 10), width("31.62", 10) < width("31.62", 10, bold=True)
    (30.9, True)
    """
    em = sum(map(_em, text))
    for left, right in pairwise(text):
        if _is_wide(left) != _is_wide(right) and left.isalnum() and right.isalnum():
            em += _AUTOSPACE
    return round(em * size * _SAFETY * (_BOLD if bold else 1.0), 6)


def fit(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """The text, or as much of it as fits with an ellipsis; nothing where not even that fits."""
    if width(text, size, bold=bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        shorter = text[:middle].rstrip() + ELLIPSIS
        low, high = (middle, high) if width(shorter, size, bold=bold) <= room else (low, middle - 1)
    while low and unicodedata.category(text[low : low + 1] or " ") in ("Mn", "Me", "Cf"):
        low -= 1
    return text[:low].rstrip() + ELLIPSIS if low else ""


def _pieces(text: str) -> list[str]:
    """The text in pieces between which a line may end."""
    pieces = [""]
    for left, right in pairwise(f" {text}"):
        free = _is_wide(left) or _is_wide(right) or left == " "
        if pieces[-1] and free and right not in _NOT_FIRST and left not in _NOT_LAST:
            pieces.append("")
        pieces[-1] += right
    return pieces


def wrap(text: str, size: float, room: float, lines: int) -> list[str]:
    """The text in at most so many lines, the last one cut where it must be."""
    found = [""]
    for piece in _pieces(text):
        if found[-1] and width((found[-1] + piece).rstrip(), size) > room:
            if len(found) == lines:
                found[-1] += piece
                continue
            found.append("")
        found[-1] += piece
    return [fit(line.strip(), size, room) for line in found]
