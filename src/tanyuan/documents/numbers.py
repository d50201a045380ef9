"""Numbers in documents: decimals exact as they were given, results with nine significant digits.

Results are computed in binary floating point, whose last bits differ between machines; what is
published is the decimal string, rounded half to even, which does not.
"""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation, localcontext
from enum import StrEnum

from tanyuan.languages import Message
from tanyuan.problems import InvalidValueError

SEALED_DIGITS = 9
LARGEST = Decimal("1e30")
_ROUNDING_EDGE = Decimal("1e-12")
_EXACT = Context(prec=60)
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_COMMA = re.compile(r"[+-]?\d+,\d+")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")


class NumberError(InvalidValueError):
    """A text that is not a number, with the cause and the mend."""

    def __init__(self, cause: Message, mend: Message) -> None:
        super().__init__("number", cause, mend)


class Match(StrEnum):
    """How a recalculated number agrees with its sealed string."""

    SAME = "SAME"
    EDGE = "EDGE"
    DIFFERENT = "DIFFERENT"


def decimal_string(number: Decimal) -> str:
    """The decimal without exponent where it is short, without needless zeros: one spelling each."""
    if not number.is_finite():
        raise ValueError(f"not a finite number: {number}")
    if not number:
        return "0"
    sign, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int):
        raise ValueError(f"not a finite number: {number}")
    lead = len(digits) + exponent
    if -6 <= lead <= 21:
        text = format(number, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    figures = "".join(map(str, digits)).rstrip("0")
    mantissa = figures[0] + (f".{figures[1:]}" if figures[1:] else "")
    return f"{'-' if sign else ''}{mantissa}e{lead - 1}"


def rounded(number: float, digits: int = SEALED_DIGITS) -> Decimal:
    """The number rounded half to even to so many significant digits.

    Raises:
        ValueError: not a finite number.
    """
    if not math.isfinite(number):
        raise ValueError(f"not a finite number: {number}")
    return Context(prec=digits, rounding=ROUND_HALF_EVEN).create_decimal_from_float(number)


def sealed_string(number: float, digits: int = SEALED_DIGITS) -> str:
    """The string that is sealed: nine significant digits.

    >>> sealed_string(31.624120493171425)
    '31.6241205'
    """
    return decimal_string(rounded(number, digits))


_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def shown(number: float, digits: int = 4) -> str:
    """The number as a person reads it: so many significant digits, thousands marked by commas.

    Whole numbers keep all their digits. Below 0.0001 a power of ten is written.

    >>> shown(10264.2192), shown(0.0000230), shown(-4.5)
    ('10,264', '2.300 × 10⁻⁵', '−4.500')
    """
    value = rounded(number, digits)
    if not value:
        return "0"
    power = value.adjusted()
    if power < -4 or power > 14:
        mantissa = value.scaleb(-power)
        text = f"{mantissa:.{digits - 1}f} × 10{str(power).translate(_SUPERSCRIPTS)}"
    elif power >= digits:
        text = f"{rounded(number, power + 1):,.0f}"
    else:
        text = f"{value:,.{max(0, digits - 1 - power)}f}"
    return text.replace("-", "−")


def match_sealed(sealed: str, number: float, digits: int = SEALED_DIGITS) -> Match:
    """Whether a recalculated number gives the sealed string.

    EDGE: the strings differ because the number lies within 1e-12 (relative) of the border between
    the two roundings, where the last bit of a float decides.
    """
    again = sealed_string(number, digits)
    if again == sealed:
        return Match.SAME
    with localcontext(_EXACT):
        try:
            stated = Decimal(sealed)
            step = abs(stated - Decimal(again))
        except InvalidOperation:
            return Match.DIFFERENT
        unit = Decimal(1).scaleb(Decimal(again).adjusted() - digits + 1)
        if not stated.is_finite() or not 0 < step <= unit:
            return Match.DIFFERENT
        distance = abs(Decimal(number) - (stated + Decimal(again)) / 2)
        near = distance <= _ROUNDING_EDGE * abs(Decimal(number))
    return Match.EDGE if near else Match.DIFFERENT


def looks_like_number(text: str) -> bool:
    """Whether a text is meant as a number (it may still be refused), not as a formula."""
    flat = unicodedata.normalize("NFKC", text).strip()
    if flat.casefold().lstrip("+-") in ("nan", "inf", "infinity"):
        return True
    return bool(re.fullmatch(r"[+-]?[\d.,' ]+([eE][+-]?\d+)?", flat))


def parse_number(text: str) -> Decimal:
    """The decimal that a text means; nothing is guessed.

    Raises:
        NumberError: full-width digits, decimal comma, thousands marks, not a number, not finite,
            beyond ±1e30 or more than 40 digits.
    """
    text = text.strip()
    if text.isascii() and _PLAIN.fullmatch(text):
        return checked(Decimal(text))
    flat = unicodedata.normalize("NFKC", text).strip()
    if flat != text and _PLAIN.fullmatch(flat):
        raise NumberError(
            Message("“{text}” is written in full-width characters.", text=text),
            Message("Write {number}.", number=flat),
        )
    if _COMMA.fullmatch(flat) or _THOUSANDS.fullmatch(flat):
        raise NumberError(
            Message("“{text}” has a comma, which may mark thousands or decimals.", text=text),
            Message("Write the decimal point as a point and no thousands marks."),
        )
    if flat.casefold().lstrip("+-") in ("nan", "inf", "infinity"):
        raise NumberError(
            Message("“{text}” is not a finite number.", text=text),
            Message("Write a number, or leave the cell empty where the value is missing."),
        )
    raise NumberError(
        Message("“{text}” is not a number.", text=text[:60]),
        Message(
            "Write digits with a decimal point, for instance 12.5; units have their own field."
        ),
    )


def checked(number: Decimal) -> Decimal:
    """The number in its one spelling, if it is finite, within ±1e30 and of at most 40 digits."""
    if not number.is_finite():
        raise NumberError(
            Message("“{text}” is not a finite number.", text=number),
            Message("Write a number, or leave the cell empty where the value is missing."),
        )
    beyond = number.adjusted() > LARGEST.adjusted() or abs(number) > LARGEST
    if beyond or len(number.as_tuple().digits) > 40:
        raise NumberError(
            Message("{text} is too large or has too many digits.", text=f"{number:.6e}"),
            Message("Choose a larger unit, or round to at most 40 digits."),
        )
    return Decimal(decimal_string(number))
