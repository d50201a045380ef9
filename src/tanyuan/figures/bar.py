"""Bars: things of one unit beside one another, with their 95 % intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tanyuan.documents.numbers import shown
from tanyuan.figures.items import PAGE, Figure, Item, Limit, Look, one_family
from tanyuan.figures.marks import EVEN, GAP_WIDTH, STRETCHED, bar_mark, nothing, whisker
from tanyuan.figures.scale import Scale, numbers_of, one_unit
from tanyuan.figures.stages import rest
from tanyuan.figures.svg import Pen, clean
from tanyuan.figures.text import fit, width
from tanyuan.figures.words import (
    GAP,
    band,
    band_notes,
    in_figure,
    item_table,
    listed,
    named,
    say,
    sentences,
    share_of,
    short,
    whole,
)

MOST = 12
KEPT = 10
_ROW, _BAR = 28.0, 16.0
_ROW_NARROW, _BAR_NARROW = 46.0, 14.0


@dataclass(frozen=True, slots=True)
class BarRow:
    """One row for a page, whose name and number are text: `svg` is the stretched mark.

    `hollow` says that no band is known, `item.known` whether there is a value at all.
    """

    item: Item
    label: str
    number: str
    share: str
    hollow: bool
    svg: str


@dataclass(frozen=True, slots=True)
class _Bars:
    """Items ready to be drawn: one unit, at most twelve, in their order."""

    items: tuple[Item, ...]
    unit: str
    total: float
    bands: bool
    limit: Limit | None = None

    @property
    def range(self) -> tuple[float, float]:
        """From the smallest to the largest end; always with zero."""
        places = [0.0]
        for item in self.items:
            places += [item.value, *((item.interval or ()) if self.bands else ())]
        places += [self.limit.value] if self.limit else []
        return min(places), max(places)


def _ready(
    items: Sequence[Item], unit: str, total: float | None, keep_order: bool, bands: bool
) -> _Bars:
    one_family(items)
    factor, unit = one_unit(unit, [*numbers_of(items), total or 0.0])
    known = [item.times(factor) for item in items if item.known]
    lost = [item for item in items if not item.known]
    whole_sum = sum(item.value for item in known) if total is None else total * factor
    tail: list[Item] = []
    if len(items) > MOST:
        if len(lost) > 3:
            lost = [*lost[:2], Item(say("{n} more", n=len(lost) - 2), known=False)]
        large = sorted(range(len(known)), key=lambda n: -abs(known[n].value))
        kept = sorted(large[: KEPT - len(lost)])
        left = [known[n] for n in sorted(set(large) - set(kept))]
        known = [known[n] for n in kept]
        tail = [rest(left)] if left else []
    if not keep_order:
        known.sort(key=lambda item: -item.value)
    return _Bars((*known, *lost, *tail), unit, whole_sum, bands)


def _mark(pen: Pen, item: Item, scale: Scale, y: float, h: float, bars: _Bars) -> str:
    grain = EVEN if h > 9 else STRETCHED
    if not item.known:
        if h > 9:
            return pen.rect(scale(0.0), y, GAP_WIDTH, h, "m0")
        even = {"vector_effect": "non-scaling-stroke"}
        return pen.tag("rect", "m0", x=scale(0.0), y=y, width=7.0, height=h, **even)
    drawn = item if bars.bands else replace(item, interval=(item.value, item.value))
    start, stop = sorted((scale(0.0), scale(item.value)))
    mark = bar_mark(pen, drawn, (start, y, stop - start, h), grain)
    if bars.bands and item.interval and not item.exact:
        low, high = (scale(end) for end in item.interval)
        mark += whisker(pen, low, high, y + h / 2, 5.0 if h > 9 else 1.6)
    return mark


def bar_rows(
    items: Sequence[Item],
    unit: str,
    *,
    total: float | None = None,
    keep_order: bool = False,
    bands: bool = True,
) -> tuple[BarRow, ...]:
    """The rows of a page's bar list (`.bars`): text is the page's, marks are stretched drawings.

    Args:
        items: 3 to 12 things; of more, the ten largest and the rest are shown.
        unit: of the numbers.
        total: what shares refer to; the sum where not given.
        keep_order: keep the given order (life-cycle stages) instead of ordering by size.
        bands: False where the bands stand beside; then no mark is hollow.
    """
    bars = _ready(items, unit, total, keep_order, bands)
    pen = Pen(Look(), 100.0)
    low, high = bars.range
    scale = Scale(low, high, 0.0, 100.0)
    zero = pen.line(scale(0.0), 0, scale(0.0), 10, "axis") if low < 0 else ""
    return tuple(
        BarRow(
            item,
            clean(item.label),
            in_figure(item) if item.known else say("no value"),
            share_of(item.value, bars.total) if item.known else "",
            bands and item.known and item.interval is None,
            pen.stretched(_mark(pen, item, scale, 1.0, 8.0, bars) + zero, "", ""),
        )
        for item in bars.items
    )


def bar(
    items: Sequence[Item],
    unit: str,
    *,
    title: str = "",
    total: float | None = None,
    keep_order: bool = False,
    bands: bool = True,
    limit: Limit | None = None,
    look: Look = PAGE,
) -> Figure:
    """Bars with their names and numbers in one drawing.

    Args:
        items: 3 to 12 things; of more, the ten largest and the rest are shown.
        unit: of the numbers.
        title: the finding.
        total: what shares refer to; the sum where not given.
        keep_order: keep the given order (life-cycle stages) instead of ordering by size.
        bands: False where the bands stand beside; then no mark is hollow.
        limit: in the same unit.
        look: for what medium.
    """
    bars = _ready(items, unit, total, keep_order, bands)
    if limit:
        factor = one_unit(unit, [*numbers_of(items), total or 0.0])[0]
        bars = replace(bars, limit=Limit(limit.name, limit.value * factor))
    pen = Pen(look, 840.0)
    table = item_table(bars.items, bars.total, bars.unit)
    if not bars.items:
        return nothing(pen, "bars", title, bars.unit, table)
    body, height = (_narrow if pen.narrow else _wide)(pen, bars)
    described = whole(title, _description(bars))
    full = listed(f"{clean(i.label)} {in_figure(i)} ({band(i)})" for i in bars.items)
    svg = pen.document(body, height, "fig*", (described, title or say("Bar chart"), full))
    notes = tuple(band_notes(bars.items, bands=bands))
    return Figure("bars", svg, pen.width, height, described, bars.unit, table, notes)


def _door(pen: Pen, item: Item, unit: str, inside: str) -> str:
    name = f"{item.label} {in_figure(item)} {unit}" if item.known else named(item)
    hint = pen.tag("g", "", pen.hint(name) + inside)
    return pen.door(item.href, name, hint)


def _wide(pen: Pen, bars: _Bars) -> tuple[str, float]:
    names = max(width(item.label, pen.body) for item in bars.items)
    names = min(names, pen.width * 0.32) + 16
    numbers = max(width(in_figure(item), pen.body, bold=True) for item in bars.items) + 14
    shares = [share_of(i.value, bars.total) if i.known else "" for i in bars.items]
    column = max(width(share, pen.body) for share in shares) + 14
    scale = Scale(*bars.range, names, pen.width - numbers - column)
    parts = []
    for n, (item, share) in enumerate(zip(bars.items, shares, strict=True)):
        middle = n * _ROW + _ROW / 2
        row = pen.text(0, middle + 5, fit(clean(item.label), pen.body, names - 12), full=item.label)
        row += _mark(pen, item, scale, middle - _BAR / 2, _BAR, bars)
        row += pen.text(pen.width - column, middle + 5, _number(item), cls="end tb")
        row += pen.text(pen.width, middle + 5, share, cls="end t2")
        parts.append(_door(pen, item, bars.unit, row))
    height = len(bars.items) * _ROW
    if bars.range[0] < 0:
        parts.append(pen.line(scale(0.0), 0, scale(0.0), height, "axis"))
    return "".join(parts) + _limit(pen, bars, scale, height), height + (24 if bars.limit else 0)


def _narrow(pen: Pen, bars: _Bars) -> tuple[str, float]:
    scale = Scale(*bars.range, 0.0, pen.width)
    shares = [share_of(i.value, bars.total) if i.known else "" for i in bars.items]
    column = max(width(share, pen.body) for share in shares) + 10
    parts = []
    for n, (item, share) in enumerate(zip(bars.items, shares, strict=True)):
        top = n * _ROW_NARROW
        number = _number(item)
        room = pen.width - column - width(number, pen.body, bold=True) - 10
        row = pen.text(0, top + 16, fit(clean(item.label), pen.body, room), full=item.label)
        row += pen.text(pen.width - column, top + 16, number, cls="end tb")
        row += pen.text(pen.width, top + 16, share, cls="end t2")
        row += _mark(pen, item, scale, top + 24, _BAR_NARROW, bars)
        if bars.range[0] < 0:
            row += pen.line(scale(0.0), top + 22, scale(0.0), top + 26 + _BAR_NARROW, "axis")
        parts.append(_door(pen, item, bars.unit, row))
    height = len(bars.items) * _ROW_NARROW
    return "".join(parts) + _limit(pen, bars, scale, height), height + (24 if bars.limit else 0)


def _limit(pen: Pen, bars: _Bars, scale: Scale, foot: float) -> str:
    """A limit across all bars, with its name and number at its foot."""
    if bars.limit is None:
        return ""
    x = scale(bars.limit.value)
    text = f"{clean(bars.limit.name)} {shown(bars.limit.value, 4)}"
    text = fit(text, pen.body, pen.width - 4)
    half = width(text, pen.body) / 2
    at = min(max(x, half), pen.width - half)
    return pen.line(x, 0, x, foot + 4, "lim") + pen.text(
        at, foot + 19, text, cls="limt mid", full=bars.limit.name
    )


def _number(item: Item) -> str:
    return in_figure(item) if item.known else say("no value")


def _description(bars: _Bars) -> str:
    known = sorted((i for i in bars.items if i.known), key=lambda item: -abs(item.value))
    lost = [i for i in bars.items if not i.known]
    parts = [
        say(
            "{items}, in {unit}.",
            items=listed(named(i, bars.total) for i in [*known[:4], *lost[:2]]),
            unit=bars.unit,
        )
    ]
    if len(known) > 4:
        parts.append(say("{n} more are in the table.", n=len(known) - 4))
    if bars.limit:
        over = [i.label for i in known if i.value > bars.limit.value]
        name = clean(bars.limit.name)
        parts.append(
            say("Limit {name} {value}; above it: {items}.", name=name,
                value=shown(bars.limit.value, 4), items=listed(map(short, over)) or GAP)
        )  # fmt: skip
    return sentences(parts)
