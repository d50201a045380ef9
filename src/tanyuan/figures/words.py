"""Numbers and sentences of figures, in the language in use."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from tanyuan.documents.numbers import rounded, shown
from tanyuan.figures.items import Item, Table, finite
from tanyuan.languages import Message, language

GAP = "—"
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def say(text: str, /, **values: object) -> str:
    """A sentence in the language in use."""
    return str(Message(text, **values))


def listed(parts: Iterable[str]) -> str:
    """Things one after another."""
    return ("、" if language() == "zh" else ", ").join(parts)


def sentences(parts: Iterable[str]) -> str:
    """Sentences one after another."""
    return ("" if language() == "zh" else " ").join(part for part in parts if part)


def is_count(value: float, *, exact: bool) -> bool:
    """Whether a number is a count, which is written without decimals."""
    return exact and value == math.floor(value) and abs(value) < 1e15


def in_figure(item: Item, digits: int = 3) -> str:
    """The number as it stands in a figure: three significant digits; a gap as "—"."""
    if not item.known:
        return GAP
    if is_count(item.value, exact=item.exact):
        return f"{item.value:,.0f}".replace("-", "−")
    return shown(item.value, digits)


def in_table(item: Item) -> str:
    """The number as it stands in a table: four significant digits."""
    return in_figure(item, 4)


def signed(value: float, decimals: int) -> str:
    """A change: its sign always, true minus; more decimals where it would look like zero."""
    text = shown(abs(value), 4) if abs(value) >= 1e15 else f"{abs(value):,.{decimals}f}"
    if value and not text.strip("0.,"):
        text = shown(abs(value), 1)
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + text


def decimals_of(value: float, digits: int = 4) -> int:
    """How many decimals a number shown with so many significant digits has."""
    number = rounded(value, digits)
    return max(0, min(12, digits - 1 - number.adjusted())) if number else 0


def percent(share: float) -> str:
    """A share with one decimal: `28.0 %`."""
    value = Decimal(repr(finite(share * 100)))
    near = value.quantize(Decimal("0.1"), ROUND_HALF_EVEN)
    if value and not near:
        return "< 0.1 %" if value > 0 else "> −0.1 %"
    return f"{near:,} %".replace("-", "−")


def share_of(value: float, total: float) -> str:
    """The share of a total as text; nothing where the total cannot be shared out."""
    return percent(value / total) if total > 0 and abs(value) / total < 1e6 else ""


def _end(value: float, exponent: int, rounding: str) -> str:
    # Twelve digits first: the last bits of a float must not push an end outwards
    number = rounded(value, 12).quantize(Decimal(1).scaleb(exponent), rounding)
    if not number:
        return "0"
    power = number.adjusted()
    if -5 < power < 15:
        text = f"{number:,.{max(0, -exponent)}f}"
    else:
        mantissa = number.scaleb(-power)
        raised = str(power).translate(_SUPERSCRIPTS)
        text = f"{mantissa:.{max(0, power - exponent)}f} × 10{raised}"
    return text.replace("-", "−")


def ends(value: float, interval: tuple[float, float], digits: int = 4) -> tuple[str, str]:
    """Both ends of an interval, rounded outwards to the digits of the value minus one.

    >>> ends(31.62, (28.94, 34.46))
    ('28.9', '34.5')
    """
    largest = max(abs(interval[0]), abs(interval[1]))
    size = max(abs(value) or largest, largest * 1e-6) or 1.0
    power = rounded(size, digits).adjusted()
    exponent = power - digits + 2
    if power <= 14:
        exponent = min(1, exponent)
    return (
        _end(interval[0], exponent, ROUND_FLOOR),
        _end(interval[1], exponent, ROUND_CEILING),
    )


def band(item: Item, digits: int = 4) -> str:
    """The 95 % interval as text: `28.9 – 34.5`; "exact", or "—" where none is known."""
    if item.exact:
        return say("exact")
    if item.interval is None:
        return GAP
    return " – ".join(ends(item.value, item.interval, digits))


def named(item: Item, total: float = 0.0) -> str:
    """An item in a sentence: name, number, share."""
    part = share_of(item.value, total) if item.known else ""
    number = in_figure(item) if item.known else say("no value")
    return f"{short(item.label)} {number}" + (say(" ({share})", share=part) if part else "")


def short(label: str) -> str:
    """A name for a sentence: in one line, cut where nobody would read on."""
    text = " ".join(label.split())
    return text if len(text) <= 80 else text[:79].rstrip() + "…"


def whole(title: str, text: str) -> str:
    """The description: the title of the figure, where it has one, before the main numbers."""
    return say("{title}: {text}", title=title, text=text) if title else text


def band_notes(items: Sequence[Item], *, bands: bool = True) -> list[str]:
    """What must be said about missing values and bands."""
    notes = []
    lost = [item.label for item in items if not item.known]
    if lost:
        notes.append(say("No value for {names}; a gap is not zero.", names=listed(lost)))
    bare = [item.label for item in items if item.known and item.interval is None]
    if bands and bare:
        names = listed(bare[:3]) + ("…" if len(bare) > 3 else "")
        if len(bare) == len([item for item in items if item.known]):
            notes.append(say("No band is known; marks are hollow."))
        else:
            notes.append(say("No band is known for {names}: hollow marks.", names=names))
    return notes


def item_table(items: Sequence[Item], total: float, unit: str) -> Table:
    """The table beside bars and strips."""
    return Table(
        (say("Name"), unit, "95 %", say("Share"), say("How we know")),
        tuple(
            (
                clean_label(item),
                in_table(item),
                band(item),
                share_of(item.value, total) if item.known else "",
                str(item.how.label) if item.known else "",
            )
            for item in items
        ),
        (False, True, True, True, False),
    )


def clean_label(item: Item) -> str:
    """The name for a table: whole, in one line."""
    return " ".join(item.label.split())
