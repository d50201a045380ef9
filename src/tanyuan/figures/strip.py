"""The strip: the shares of one total in little space, left to right in life-cycle order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tanyuan.figures.items import PAGE, Figure, Item, Kind, Look, one_family
from tanyuan.figures.marks import EVEN, STRETCHED, Grain, bar_mark, nothing
from tanyuan.figures.scale import numbers_of, one_unit
from tanyuan.figures.stages import MOST, colour_class, rest
from tanyuan.figures.svg import Pen, clean
from tanyuan.figures.text import fit, width
from tanyuan.figures.words import (
    band_notes,
    in_figure,
    item_table,
    listed,
    named,
    say,
    share_of,
    whole,
)

_NAMED = 3
_HEIGHT = 24.0
_GAP_PART = 24.0

Box = tuple[Item, float, float]
"""A part with its left edge and its width."""


def _ready(items: Sequence[Item], unit: str) -> tuple[list[Item], str]:
    one_family(items)
    factor, unit = one_unit(unit, numbers_of(items))
    known = [item.times(factor) for item in items if item.known]
    lost = [item for item in items if not item.known]
    if len(known) > MOST:
        large = sorted(range(len(known)), key=lambda n: -abs(known[n].value))
        kept = sorted(large[: MOST - 1])
        left = [known[n] for n in sorted(set(large) - set(kept))]
        known = [*(known[n] for n in kept), rest(left)]
    if len(lost) > 1:
        names = listed(clean(item.label) for item in lost)
        lost = [Item(names, known=False)]
    return [*known, *lost], unit


def _boxes(items: Sequence[Item], across: float, gap: float) -> tuple[list[Box], float]:
    """Parts from left to right and where zero lies: what is taken away stands left of it."""
    size = sum(abs(item.value) for item in items)
    lost = [item for item in items if not item.known]
    room = across - gap * len(lost)
    if size < 1e-30:
        return [(item, 0.0, 0.0 if item.known else gap) for item in items], 0.0
    boxes: list[Box] = []
    place = 0.0
    taken = [item for item in items if item.known and item.value < 0]
    given = [item for item in items if item.known and item.value >= 0]
    for item in (*taken, *given):
        part = abs(item.value) / size * room
        boxes.append((item, place, part))
        place += part
    zero = sum(abs(item.value) for item in taken) / size * room
    boxes += [(item, room, gap) for item in lost]
    return boxes, zero


def _parts(pen: Pen, boxes: list[Box], h: float, grain: Grain, unit: str) -> list[str]:
    drawn = []
    for item, x, w in boxes:
        name = f"{clean(item.label)} {in_figure(item)} {unit}" if item.known else named(item)
        if not item.known:
            mark = pen.rect(x + w * 0.1, 0, w * 0.9, h, "m0")
        elif item.value < 0 or item.kind is Kind.REMOVAL:
            mark = bar_mark(pen, replace(item, value=-abs(item.value)), (x, 0, w, h), grain)
        else:
            mark = pen.rect(x, 0, w, h, f"{colour_class(item)} cell")
        drawn.append(pen.door(item.href, name, pen.tag("g", "", pen.hint(name) + mark)))
    return drawn


def strip_mark(items: Sequence[Item], unit: str, *, title: str = "") -> str:
    """The strip alone, to be stretched by a page (`.strip`); names stand beside it."""
    ready, unit = _ready(items, unit)
    pen = Pen(Look(), 100.0)
    boxes, zero = _boxes(ready, 100.0, 4.0)
    body = "".join(_parts(pen, boxes, 10.0, STRETCHED, unit)).replace(" cell", "")
    if zero:
        body += pen.line(zero, 0, zero, 10, "axis")
    described = whole(title, _description(ready, unit))
    return pen.stretched(body, "strip", described)


def strip(
    items: Sequence[Item],
    unit: str,
    *,
    title: str = "",
    look: Look = PAGE,
) -> Figure:
    """The strip with its three largest parts named below.

    Args:
        items: at most seven parts of one total, in life-cycle order; more are joined.
        unit: of the numbers.
        title: the finding.
        look: for what medium.
    """
    ready, unit = _ready(items, unit)
    pen = Pen(look, 840.0)
    total = sum(item.value for item in ready)
    table = item_table(ready, total, unit)
    if not ready:
        return nothing(pen, "strip", title, unit, table)
    boxes, zero = _boxes(ready, pen.width, _GAP_PART)
    body = "".join(_parts(pen, boxes, _HEIGHT, EVEN, unit))
    if zero:
        body += pen.line(zero, -2, zero, _HEIGHT + 2, "axis")
    names, height = _names(pen, boxes, total)
    described = whole(title, _description(ready, unit))
    full = listed(named(item, total) for item in ready)
    svg = pen.document(body + names, height, "fig*", (described, title or say("Composition"), full))
    notes = tuple(band_notes(ready, bands=False))
    return Figure("strip", svg, pen.width, height, described, unit, table, notes)


def _names(pen: Pen, boxes: list[Box], total: float) -> tuple[str, float]:
    """The three largest parts below the strip: side by side under their parts, else in lines."""
    known = [box for box in boxes if box[0].known]
    largest = sorted(known, key=lambda box: -abs(box[0].value))[:_NAMED]
    chosen = [box for box in boxes if box in largest or not box[0].known]
    sizes = []
    for item, _, _ in chosen:
        number = _number(item, total)
        room = pen.width * 0.6 - width(number, pen.body, bold=True)
        name = fit(clean(item.label), pen.body, room)
        sizes.append((name, number, width(f"{name} {number}", pen.body, bold=True) + 20))
    parts = []
    if not pen.narrow and sum(size for *_, size in sizes) <= pen.width:
        place, left = 0.0, sum(size for *_, size in sizes)
        for (item, x, w), (name, number, size) in zip(chosen, sizes, strict=True):
            middle = x + w / 2
            place = max(0.0, min(max(place, middle - size / 2), pen.width - left))
            parts.append(pen.line(middle, _HEIGHT + 2, middle, _HEIGHT + 8, "minor"))
            at = (place + size / 2, _HEIGHT + 24)
            parts.append(pen.text(*at, name, (number, "tb"), cls="mid", full=item.label))
            place, left = place + size, left - size
        return "".join(parts), _HEIGHT + 32
    y = _HEIGHT + 20
    for (item, _, _), (name, number, _) in zip(chosen, sizes, strict=True):
        cls = colour_class(item) if item.known and item.value >= 0 else "m0"
        parts.append(pen.rect(0, y - 10, 10, 10, cls))
        parts.append(pen.text(18, y, name, (number, "tb"), full=item.label))
        y += 20
    return "".join(parts), y - 12


def _number(item: Item, total: float) -> str:
    if not item.known:
        return say("no value")
    return f"{in_figure(item)}  {share_of(item.value, total)}".strip()


def _description(items: Sequence[Item], unit: str) -> str:
    total = sum(item.value for item in items)
    order = sorted((i for i in items if i.known), key=lambda item: -abs(item.value))
    shown = [*order[:_NAMED], *(i for i in items if not i.known)]
    return say("{items}, in {unit}.", items=listed(named(i, total) for i in shown), unit=unit)
