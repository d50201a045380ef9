"""The seal: a stamp drawn from a SHA-256.

Equal content, equal seals. It helps the eye; the hash beside it decides.
"""

from __future__ import annotations

import re
from itertools import pairwise

from tanyuan.figures.items import PAGE, Look
from tanyuan.figures.svg import Pen, number
from tanyuan.figures.words import say

_OUTLINE = "M4 3l30-1 34 1.5 28-.5 1 31-1.5 30 1 32-33 1-30-1.5-30 1.5-1-33 1-30z"
_COLUMNS = (15.0, 27.0, 38.0, 50.0)
_ROWS = (16.0, 27.4, 38.8, 50.2, 61.6, 73.0, 84.4)
_HASH = re.compile(r"[0-9a-f]{64}")


def _strokes(digest: str) -> str:
    """Mirrored strokes on a grid of seven by seven points: one for each set bit of the first 45."""
    bits = iter(f"{int(digest, 16):0256b}")
    found = []
    for r, y in enumerate(_ROWS):
        for left, right in pairwise(_COLUMNS):
            if next(bits) == "1":
                found.append(
                    f"M{number(left)} {number(y)}H{number(right)}"
                    f"M{number(100 - left)} {number(y)}H{number(100 - right)}"
                )
        if r == len(_ROWS) - 1:
            break
        for x in _COLUMNS:
            if next(bits) == "1":
                found.append(f"M{number(x)} {number(y)}V{number(_ROWS[r + 1])}")
                if x != 50:
                    found.append(f"M{number(100 - x)} {number(y)}V{number(_ROWS[r + 1])}")
    return "".join(found)


def seal(digest: str, *, look: Look = PAGE) -> str:
    """The stamp of a hash.

    Args:
        digest: SHA-256 as 64 hexadecimal digits in lower case.
        look: for what medium.

    Raises:
        ValueError: not such a hash.
    """
    if not _HASH.fullmatch(digest):
        raise ValueError("a seal is drawn from 64 hexadecimal digits")
    pen = Pen(look, 100.0)
    body = pen.path(_OUTLINE, "bg") + pen.path(_strokes(digest), "ln")
    name = say("Seal {hash}", hash=digest[:8])
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" role="img"'
        f' aria-label="{name}">{body}</svg>'
    )
