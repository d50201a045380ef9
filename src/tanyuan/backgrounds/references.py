"""How a study names a product of a background: `US LCI@0123456789abcdef/product`.

The database's name is for people; what counts is the beginning of the background's content hash and
the id of the product. A product has one reference, so that references can be compared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DIGITS = 16
_REFERENCE = re.compile(rf"(?P<database>.+?)@(?P<digits>[0-9a-f]{{{DIGITS}}})/(?P<product>.+)")

_DIGITS_INSIDE = re.compile(rf"@([0-9a-f]{{{DIGITS}}})/")


@dataclass(frozen=True, slots=True)
class Reference:
    """A product of a background.

    Attributes:
        database: what the background is called.
        digits: the first of its content hash.
        product: id of the product.
    """

    database: str
    digits: str
    product: str

    def __str__(self) -> str:
        return f"{self.database}@{self.digits}/{self.product}"


def read_reference(text: str) -> Reference | None:
    """The reference that a text is, or none.

    >>> read_reference("US LCI@0123456789abcdef/p1/f2")
    Reference(database='US LCI', digits='0123456789abcdef', product='p1/f2')
    """
    found = _REFERENCE.fullmatch(text)
    return Reference(**found.groupdict()) if found else None


def references_in(text: str) -> set[str]:
    """The digits of the backgrounds that a text may refer to, in whatever it holds."""
    return set(_DIGITS_INSIDE.findall(text))
