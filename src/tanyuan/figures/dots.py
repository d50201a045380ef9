"""A class of things: one dot each, stacked in bins, and where this one stands."""

from __future__ import annotations

from collections.abc import Sequence

from tanyuan.documents.numbers import shown
from tanyuan.figures.density import quantile
from tanyuan.figures.distribution import axis, fitting_ticks
from tanyuan.figures.items import PAGE, Figure, Item, Look, Table
from tanyuan.figures.marks import nothing
from tanyuan.figures.scale import Scale, numbers_of, one_unit
from tanyuan.figures.svg import Pen, clean
from tanyuan.figures.text import fit, width
from tanyuan.figures.words import band, in_figure, in_table, listed, percent, say, sentences, whole

ENOUGH = 20
"""With fewer, no words about a rank."""
_TALLEST = 190.0


def dots(
    items: Sequence[Item],
    mine: Item | None,
    unit: str,
    *,
    title: str = "",
    look: Look = PAGE,
) -> Figure:
    """One dot per item of a class; this item as a line with its name and number.

    Only items of the same unit, boundary and rule belong into one class: leave others out.

    Args:
        items: the class; those without a value are counted in a note.
        mine: the one that is looked at; None where there is none.
        unit: of the numbers.
        title: the finding.
        look: for what medium.
    """
    known = [item for item in items if item.known]
    lost = len(items) - len(known)
    own = [mine] if mine and mine.known else []
    factor, unit = one_unit(unit, numbers_of([*known, *own]))
    known = sorted((item.times(factor) for item in known), key=lambda item: item.value)
    own = [item.times(factor) for item in own]
    pen = Pen(look, 820.0)
    table = Table(
        (say("Name"), unit, "95 %"),
        tuple((clean(i.label), in_table(i), band(i)) for i in [*own, *reversed(known)]),
        (False, True, True),
    )
    if not known and not own:
        return nothing(pen, "dots", title, unit, table)
    body, height = _draw(pen, known, own, unit)
    described = whole(title, _description(known, own, unit))
    notes = [say("n = {n}", n=f"{len(known):,}")]
    if lost:
        notes.append(say("{n} without a value are not drawn.", n=lost))
    if 0 < len(known) < ENOUGH:
        notes.append(say("Fewer than {n} items: no rank is given.", n=ENOUGH))
    full = listed(f"{clean(i.label)} {in_figure(i)}" for i in known[:200])
    svg = pen.document(
        body, height, "fig*", (described, title or say("Distribution in the class"), full)
    )
    return Figure("dots", svg, pen.width, height, described, unit, table, tuple(notes))


def _description(known: list[Item], own: list[Item], unit: str) -> str:
    parts = []
    if own:
        name = clean(own[0].label)
        parts.append(say("{name} is {value} {unit}.", name=name, value=in_table(own[0]), unit=unit))
    if known:
        middle = quantile([item.value for item in known], 0.5)
        parts.append(
            say("{n} items from {low} to {high}, median {median} {unit}.", n=len(known),
                low=in_figure(known[0]), high=in_figure(known[-1]), median=shown(middle, 3),
                unit=unit)
        )  # fmt: skip
    if own and len(known) >= ENOUGH:
        below = sum(item.value < own[0].value for item in known) / len(known)
        parts.append(say("It is higher than {share} of them.", share=percent(below)))
    return sentences(parts)


def _range(known: list[Item], own: list[Item]) -> tuple[float, float]:
    values = [item.value for item in [*known, *own]]
    low, high = min(values), max(values)
    return (0.0, high) if 0 < low < 0.4 * high else (low, high)


def _bins(known: list[Item], scale: Scale, across: float) -> dict[int, list[Item]]:
    bins: dict[int, list[Item]] = {}
    for item in known:
        bins.setdefault(int((scale(item.value) - scale.start) / across), []).append(item)
    return bins


def _draw(pen: Pen, known: list[Item], own: list[Item], unit: str) -> tuple[str, float]:
    edge = 16.0 if pen.narrow else 30.0
    low, high = _range(known, own)
    marks = fitting_ticks(pen, low, high, pen.width - 2 * edge)
    scale = Scale(marks.low, marks.high, edge, pen.width - edge)
    radius = 3.6 if pen.narrow else 4.6
    across = 2 * radius + 2
    bins = _bins(known, scale, across)
    deepest = max(map(len, bins.values()), default=0)
    pitch = min(across, _TALLEST / max(1, deepest))
    radius = min(radius, max(0.6, pitch / 2 - 0.4))
    top = 46.0 if own else 16.0
    base = top + max(24.0, deepest * pitch + 10)
    parts = [axis(pen, marks, scale, base)]
    for n, stack in sorted(bins.items()):
        x = min(scale.start + (n + 0.5) * across, scale.stop)
        for k, item in enumerate(stack):
            name = f"{clean(item.label)} {in_figure(item)} {unit}"
            dot = pen.tag("circle", "pt", pen.hint(name), cx=x, cy=base - (k + 0.5) * pitch - 1,
                          r=radius)  # fmt: skip
            parts.append(pen.door(item.href, name, dot))
    parts += [_own(pen, item, scale(item.value), base, unit) for item in own]
    if known:
        parts.append(_median(pen, known, scale, base + 34))
    return "".join(parts), base + 62


def _own(pen: Pen, item: Item, x: float, base: float, unit: str) -> str:
    value = in_table(item)
    room = pen.width - width(value, pen.body, bold=True) - 16
    name = fit(clean(item.label), pen.body * 1.06, room)
    half = width(f"{name} {value}", pen.body, bold=True) / 2
    at = min(max(x, half + 2), pen.width - half - 2)
    mark = pen.line(x, 26, x, base, "me") + pen.text(
        at, 18, f"{name} {value}", cls="tb mid", full=item.label
    )
    return pen.door(item.href, f"{clean(item.label)} {value} {unit}", mark)


def _median(pen: Pen, known: list[Item], scale: Scale, y: float) -> str:
    middle = quantile([item.value for item in known], 0.5)
    x = scale(middle)
    text = say("median {value}, n = {n}", value=shown(middle, 3), n=f"{len(known):,}")
    half = width(text, pen.body) / 2
    at = min(max(x, half + 2), pen.width - half - 2)
    return pen.path(f"M{x:.2f} {y - 4:.2f}l5 8h-10z", "pt--k") + pen.text(
        at, y + 22, text, cls="t2 mid"
    )
