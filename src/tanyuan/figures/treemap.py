"""The treemap: many lines in several stages, area as kg."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tanyuan.figures.bar import bar
from tanyuan.figures.items import PAGE, Figure, Item, Look, Table
from tanyuan.figures.marks import EVEN, bar_mark
from tanyuan.figures.scale import numbers_of, one_unit
from tanyuan.figures.squarify import Rect, squarify, strips
from tanyuan.figures.stages import text_class
from tanyuan.figures.svg import Pen, clean
from tanyuan.figures.text import ELLIPSIS, fit, width, wrap
from tanyuan.figures.words import (
    band,
    in_figure,
    in_table,
    listed,
    named,
    say,
    sentences,
    share_of,
    whole,
)

MORE_THAN = 12
LEAST_STAGES = 3
_LEAST_WIDE, _LEAST_HIGH = 64.0, 32.0
_LEAST_LETTERS = 5
_HEIGHT = 360.0


@dataclass(frozen=True, slots=True)
class _Cell:
    """A line with its place in the drawing and its number in the table."""

    item: Item
    number: int
    box: Rect


def treemap(
    items: Sequence[Item],
    stages: Mapping[int, str],
    unit: str,
    *,
    title: str = "",
    look: Look = PAGE,
) -> Figure:
    """Lines as areas, grouped by stage in life-cycle order.

    Only for more than 12 lines with a value above zero in three stages or more: of fewer, bars are
    drawn instead; and on a phone bars of the stages. What has no area (removals, credits, gaps)
    stands below.

    Args:
        items: the lines, each with the position of its stage.
        stages: the names of the positions; 0 is the rest.
        unit: of the values.
        title: the finding.
        look: for what medium.

    Raises:
        ValueError: a line without a stage, or of a stage that has no name.
    """
    for item in items:
        if item.stage is None or item.stage not in stages:
            raise ValueError(f"no stage for {item.label[:60]!r}")
    drawn = [item for item in items if item.known and item.value > 0]
    if look.narrow or len(drawn) <= MORE_THAN or len({i.stage for i in drawn}) < LEAST_STAGES:
        return _bars(items, stages, unit, title, look)
    factor, unit = one_unit(unit, numbers_of(items))
    scaled = [item.times(factor) for item in items]
    pen = Pen(look, 840.0)
    cells = _cells([i for i in scaled if i.known and i.value > 0], pen.width)
    below = [item for item in scaled if not (item.known and item.value > 0)]
    total = sum(item.value for item in scaled)
    parts = [_cell(pen, cell, unit) for cell in cells]
    foot, height = _below(pen, [item for item in below if item.value or not item.known], unit)
    table = _table(cells, below, stages, (total, unit))
    described = whole(title, _description(cells, below, stages, (total, unit)))
    full = listed(f"{clean(c.item.label)} {in_figure(c.item)}" for c in cells[:200])
    svg = pen.document(
        "".join(parts) + foot, height, "fig*", (described, title or say("Treemap"), full)
    )
    notes = [say("Numbers without a name are those of the table.")]
    return Figure("treemap", svg, pen.width, height, described, unit, table, tuple(notes))


def _bars(
    items: Sequence[Item], stages: Mapping[int, str], unit: str, title: str, look: Look
) -> Figure:
    groups: dict[int, list[Item]] = {}
    for item in items:
        groups.setdefault(item.stage or 0, []).append(item)
    if not look.narrow or len(items) <= MORE_THAN or len(groups) < 2:
        return bar(items, unit, title=title, look=look, bands=False)
    order = sorted(groups, key=lambda stage: stage or 99)
    joined = [
        Item(stages[stage], sum(max(0.0, item.value) for item in groups[stage]), stage=stage)
        for stage in order
    ]
    apart = [item for item in items if item.value < 0 or not item.known]
    return bar([*joined, *apart], unit, title=title, look=look, keep_order=True, bands=False)


def _cells(items: Sequence[Item], across: float) -> list[_Cell]:
    """Stages in strips in their order; in each its lines, squarified. Numbered as in the table."""
    groups: dict[int, list[Item]] = {}
    for item in items:
        groups.setdefault(item.stage or 0, []).append(item)
    order = sorted(groups, key=lambda stage: stage or 99)
    boxes = strips(
        [sum(item.value for item in groups[stage]) for stage in order],
        (0.0, 0.0, across, _HEIGHT),
    )
    cells: list[_Cell] = []
    for stage, box in zip(order, boxes, strict=True):
        lines = sorted(groups[stage], key=lambda item: -item.value)
        places = squarify([item.value for item in lines], box)
        for item, place in zip(lines, places, strict=True):
            cells.append(_Cell(item, len(cells) + 1, place))
    return cells


def _cell(pen: Pen, cell: _Cell, unit: str) -> str:
    item, (x, y, w, h) = cell.item, cell.box
    name = f"{clean(item.label)} {in_figure(item)} {unit}"
    inside = pen.rect(x, y, w, h, f"s{item.stage} cell", pen.hint(name))
    cls = text_class(item.stage)
    number = in_figure(item)
    small = str(cell.number)
    if w >= _LEAST_WIDE and h >= _LEAST_HIGH:
        inside += _words(pen, cell, number, cls)
    elif w >= width(small, pen.small) + 6 and h >= pen.small + 4:
        inside += pen.text(x + w / 2, y + h / 2 + 5, small, cls=f"mid {cls}")
    return pen.door(item.href, name, pen.tag("g", "", inside))


def _words(pen: Pen, cell: _Cell, number: str, cls: str) -> str:
    """Name and number inside: under one another where there is room, else in one line."""
    x, y, w, h = cell.box
    label = clean(cell.item.label)
    room = w - 16
    if h < 48:
        name = fit(label, pen.body, room - width(number, pen.body, bold=True) - 8)
        if name != label and len(name) < _LEAST_LETTERS:
            return pen.text(x + w / 2, y + h / 2 + 5, str(cell.number), cls=f"mid {cls}")
        return pen.text(x + 8, y + h / 2 + 5, name, (number, "tb"), cls=cls, full=label)
    lines = wrap(label, pen.body, room, max(1, min(3, int((h - 30) // 18))))
    if any(line.endswith(ELLIPSIS) for line in lines[:-1]) or len(lines[-1]) < 2:
        return pen.text(x + w / 2, y + h / 2 + 5, str(cell.number), cls=f"mid {cls}")
    text = "".join(
        pen.text(x + 8, y + 20 + n * 18, line, cls=cls, full=label) for n, line in enumerate(lines)
    )
    at = y + 20 + len(lines) * 18
    return text + pen.text(x + 8, at, fit(number, pen.body, w - 10, bold=True), cls=f"{cls} tb")


def _below(pen: Pen, items: Sequence[Item], unit: str) -> tuple[str, float]:
    """What has no area, in a line under the drawing."""
    if not items:
        return "", _HEIGHT
    parts = []
    x, y = 0.0, _HEIGHT + 26
    for item in items:
        number = in_figure(item) if item.known else say("no value")
        name = fit(clean(item.label), pen.body, pen.width * 0.4)
        long = 22 + width(f"{name} {number}", pen.body, bold=True) + 22
        if x and x + long > pen.width:
            x, y = 0.0, y + 22
        if item.known:
            mark = bar_mark(pen, item, (x, y - 11, 14, 13), EVEN)
        else:
            mark = pen.rect(x, y - 11, 14, 13, "m0")
        mark += pen.text(x + 22, y, name, (number, "tb"), full=item.label)
        parts.append(pen.door(item.href, f"{clean(item.label)} {number} {unit}", mark))
        x += long
    return "".join(parts), y + 10


def _table(
    cells: Sequence[_Cell],
    below: Sequence[Item],
    stages: Mapping[int, str],
    total: tuple[float, str],
) -> Table:
    rows = [(str(cell.number), cell.item) for cell in cells] + [("", item) for item in below]
    return Table(
        (say("No."), say("Name"), say("Stage"), total[1], "95 %", say("Share")),
        tuple(
            (n, clean(i.label), stages[i.stage or 0], in_table(i), band(i),
             share_of(i.value, total[0]) if i.known else "")
            for n, i in rows
        ),
        (True, False, False, True, True, True),
    )  # fmt: skip


def _description(
    cells: Sequence[_Cell],
    below: Sequence[Item],
    stages: Mapping[int, str],
    total: tuple[float, str],
) -> str:
    largest = sorted((cell.item for cell in cells), key=lambda item: -item.value)[:3]
    sums: dict[int, float] = {}
    for cell in cells:
        stage = cell.item.stage or 0
        sums[stage] = sums.get(stage, 0.0) + cell.item.value
    top = max(sums, key=lambda stage: sums[stage])
    parts = [
        say("{n} lines in {stages} stages, in {unit}.", n=len(cells), stages=len(sums),
            unit=total[1]),
        say("Largest lines: {items}.", items=listed(named(i, total[0]) for i in largest)),
        say("Largest stage: {item}.", item=named(Item(stages[top], sums[top]), total[0])),
    ]  # fmt: skip
    apart = [named(item, total[0]) for item in below if item.value or not item.known]
    if apart:
        parts.append(say("Without area: {items}.", items=listed(apart)))
    return sentences(parts)
