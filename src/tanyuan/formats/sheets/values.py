"""From the text in a workbook to the value that is meant: numbers, dates, plain text."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from tanyuan.formats.archives import shown
from tanyuan.languages import Message
from tanyuan.problems import InvalidValueError

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WHOLE = re.compile(r"-?[0-9]+")
# Decimal digits that survive in the binary numbers a workbook calculates with.
SAFE_DIGITS = 15

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# The byte order mark is a space of width zero, and no-break spaces come with text from the web.
_MARK = "\ufeff"

_DAY_1 = datetime.combine(date(1899, 12, 31), time())
_DAY_1_FROM_MARCH = datetime.combine(date(1899, 12, 30), time())
_DAY_0_OF_1904 = datetime.combine(date(1904, 1, 1), time())

# Literal text, fill characters and everything in brackets but the durations [h], [mm], [s].
_FORMAT_LITERALS = re.compile(r'"[^"]*"?|\\.|[_*].|\[(?![hHmMsS]+\])[^\]]*\]?')


def trimmed(text: str) -> str | None:
    """Text without the white space around it; None if nothing is left."""
    text = text.strip()
    while text.startswith(_MARK) or text.endswith(_MARK):
        text = text.strip(_MARK).strip()
    return text or None


def plain(text: str) -> str | None:
    """Text from a workbook as its cell shows it, trimmed; None if nothing is left."""
    return trimmed(_ESCAPED.sub(_unescaped, text) if "_x" in text else text)


def _unescaped(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    # Half characters and NUL would break whoever writes the text down again.
    return match[0] if character == "\0" or "\ud800" <= character <= "\udfff" else character


def number(text: str) -> Decimal:
    """The number that the spreadsheet program meant, by its shortest text.

    Programs write 17 digits, so 0.1 may be stored as 0.10000000000000001.

    >>> number("0.10000000000000001")
    Decimal('0.1')
    """
    near = float(text) if _NUMBER.fullmatch(text) else math.inf
    if math.isinf(near):
        raise InvalidValueError(
            "cell-number",
            Message("The number {text} cannot be read.", text=shown(text)),
            Message("Enter the number again."),
        )
    short = len(text) <= SAFE_DIGITS and "e" not in text.lower()
    return Decimal(text if short or _WHOLE.fullmatch(text) else repr(near))


def shows_date(code: str) -> bool:
    """Whether a number format shows a day, and not only a time of day or a duration.

    >>> shows_date('yyyy"年"m"月"'), shows_date("[h]:mm"), shows_date('0.00" days"')
    (True, False, False)
    """
    bare = _FORMAT_LITERALS.sub("", code).split(";")[0].lower()
    time_of_day = "h" in bare or "s" in bare or "[" in bare
    return "y" in bare or "d" in bare or ("m" in bare and not time_of_day)


def moment(days: Decimal, since_1904: bool) -> date:
    """The day (with the time, if there is one) that a count of days stands for."""
    if since_1904:
        known, start = days >= 0, _DAY_0_OF_1904
    else:
        # Day 60 is 29 February 1900, a day that never was.
        known = days >= 1 and not 60 <= days < 61
        start = _DAY_1 if days < 60 else _DAY_1_FROM_MARCH
    try:
        if known:
            return _day_or_time(start + timedelta(milliseconds=round(days * 86_400_000)))
    except OverflowError:
        pass
    raise _no_date(str(days))


def written_moment(text: str) -> date:
    """The day (with the time, if there is one) written as in ISO 8601."""
    try:
        return _day_or_time(datetime.fromisoformat(text).replace(tzinfo=None))
    except ValueError:
        raise _no_date(text) from None


def _day_or_time(found: datetime) -> date:
    return found if found.time() != time() else found.date()


def _no_date(text: str) -> InvalidValueError:
    return InvalidValueError(
        "cell-date",
        Message("{text} is shown as a date but is none.", text=shown(text)),
        Message("Enter the date again, or give the cell a number format."),
    )
