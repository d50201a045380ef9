"""What ILCD and TIDAS write differently: percentages, addresses, CAS numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

from tanyuan.documents.numbers import decimal_string

_FIVE_DIGITS = Context(prec=5, rounding=ROUND_HALF_EVEN)
_THOUSANDTH = Decimal("0.001")
_CAS = re.compile(r"(\d{2,7})-(\d\d)-(\d)")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one of the twins is written."""

    ending: str
    percent: bool

    def address(self, folder: str, key: str) -> str:
        """Where a data set lies, as seen from another."""
        return f"../{folder}/{key}{self.ending}"

    def percentage(self, number: Decimal) -> str | None:
        """A number of type `Perc`; none where the type cannot hold it.

        ILCD: at most five digits, three of them after the point. TIDAS: the same, below 1.
        """
        if number < 0:
            return None
        rounded = _FIVE_DIGITS.plus(number)
        if rounded % _THOUSANDTH:
            rounded = rounded.quantize(_THOUSANDTH, context=_FIVE_DIGITS)
        if number and not rounded:
            return None
        text = format(Decimal(decimal_string(rounded)), "f")
        if self.percent:
            return text
        return (text if "." in text else f"{text}.0") if rounded < 1 else None

    def share(self, share: Decimal) -> str | None:
        """A share of 0 to 1 in percent.

        None in TIDAS: its type `Perc` admits no percentage of 1 and more, and what a share below 1
        means there changed between editions of its schemas.
        """
        return self.percentage(share * 100) if self.percent else None

    def cas(self, number: str) -> str:
        """A CAS number; empty where the format cannot hold it. ILCD wants six digits first."""
        found = _CAS.fullmatch(number)
        if found is None:
            return ""
        if not self.percent:
            return number
        first = found.group(1).lstrip("0").rjust(6, "0")
        return f"{first}-{found.group(2)}-{found.group(3)}" if len(first) == 6 else ""


ILCD = Dialect(ending=".xml", percent=True)
TIDAS = Dialect(ending=".json", percent=False)
