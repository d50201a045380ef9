"""The waterfall: from an old result to a new one, step by step, by cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tanyuan.figures.items import PAGE, Cause, Figure, Item, Look, Table, checked_link, finite
from tanyuan.figures.marks import EVEN, bar_mark, whisker
from tanyuan.figures.scale import Scale, numbers_of, one_unit
from tanyuan.figures.svg import Pen, clean
from tanyuan.figures.text import fit, width, wrap
from tanyuan.figures.words import (
    GAP,
    band,
    band_notes,
    decimals_of,
    in_table,
    listed,
    say,
    signed,
    whole,
)

_MOST = 10
_TOP, _PLOT = 40.0, 180.0
_PITCH_NARROW = 46.0


@dataclass(frozen=True, slots=True)
class Step:
    """One change on the way: what, by how much, from what cause."""

    label: str
    value: float
    cause: Cause
    href: str = ""

    def __post_init__(self) -> None:
        finite(self.value)
        checked_link(self.href)
        object.__setattr__(self, "cause", Cause(self.cause))


@dataclass(frozen=True, slots=True)
class _Column:
    """A bar between two levels, with its text."""

    label: str
    number: str
    below: str
    low: float
    high: float
    end: float
    cls: str
    item: Item | None
    href: str


def _joined(steps: Sequence[Step]) -> list[Step]:
    if len(steps) <= _MOST:
        return list(steps)
    order = sorted(range(len(steps)), key=lambda n: -abs(steps[n].value))
    kept = sorted(order[: _MOST - 1])
    left = [step for n, step in enumerate(steps) if n not in kept]
    causes = {step.cause for step in left}
    cause = causes.pop() if len(causes) == 1 else Cause.METHOD
    value = sum(step.value for step in left)
    return [*(steps[n] for n in kept), Step(say("The rest ({n})", n=len(left)), value, cause)]


def _columns(before: Item, steps: Sequence[Step], after: Item) -> list[_Column]:
    decimals = max(decimals_of(before.value), decimals_of(after.value))
    level = before.value
    columns = [
        _Column(before.label, in_table(before), "", *_span(0.0, level), level, "was", before,
                before.href)
    ]  # fmt: skip
    for step in steps:
        new = level + step.value
        sign = "↑ " if step.value > 0 else "↓ " if step.value < 0 else ""
        columns.append(
            _Column(step.label, sign + signed(step.value, decimals), str(step.cause.label),
                    *_span(level, new), new, _class(step), None, step.href)
        )  # fmt: skip
        level = new
    columns.append(
        _Column(after.label, in_table(after), "", *_span(0.0, after.value), after.value, "band",
                after, after.href)
    )  # fmt: skip
    return columns


def _span(a: float, b: float) -> tuple[float, float]:
    return min(a, b), max(a, b)


def _class(step: Step) -> str:
    if step.value > 0:
        return "stepu"
    return "stepr" if step.cause is Cause.ACTIVITY else "stepf"


def waterfall(
    before: Item,
    steps: Sequence[Step],
    after: Item,
    unit: str,
    *,
    title: str = "",
    look: Look = PAGE,
) -> Figure:
    """From the old result to the new one.

    Args:
        before: the old result.
        steps: the changes in the order in which they are told; their sum is the difference.
        after: the new result.
        unit: of the numbers.
        title: the finding.
        look: for what medium.

    Raises:
        ValueError: an end has no value, or the steps do not add up to the difference (beyond the
            last bits of a float).
    """
    if not (before.known and after.known):
        raise ValueError("a waterfall runs from one known value to another")
    total = sum(step.value for step in steps)
    size = max([abs(before.value), abs(after.value), *(abs(step.value) for step in steps)])
    if abs(after.value - before.value - total) > 1e-9 * size:
        raise ValueError(f"the steps leave {after.value - before.value - total} unexplained")
    factor, unit = one_unit(unit, numbers_of([before, after]))
    before, after = before.times(factor), after.times(factor)
    scaled = [Step(s.label, s.value * factor, s.cause, s.href) for s in _joined(steps)]
    columns = _columns(before, scaled, after)
    pen = Pen(look, 840.0)
    body, height = (_narrow if pen.narrow else _wide)(pen, columns, unit)
    decimals = max(decimals_of(before.value), decimals_of(after.value))
    moved = signed(total * factor, decimals)
    described = whole(title, _description(before, scaled, after, unit, moved))
    table = Table(
        (say("Step"), unit, "95 %", say("Cause")),
        tuple(
            (clean(c.label), c.number.lstrip("↑↓ "), band(c.item) if c.item else GAP, c.below)
            for c in columns
        ),
        (False, True, True, False),
    )
    full = listed(f"{clean(c.label)} {c.number.lstrip('↑↓ ')}" for c in columns)
    notes = [say("The steps add up to {change}; residual 0.", change=moved)]
    notes += band_notes([before, after])
    svg = pen.document(body, height, "fig*", (described, title or say("Waterfall"), full))
    return Figure("waterfall", svg, pen.width, height, described, unit, table, tuple(notes))


def _description(before: Item, steps: list[Step], after: Item, unit: str, moved: str) -> str:
    decimals = max(decimals_of(before.value), decimals_of(after.value))
    largest = sorted(steps, key=lambda step: -abs(step.value))[:3]
    parts = [
        say("{name} {change} ({cause})", name=clean(s.label), change=signed(s.value, decimals),
            cause=s.cause.label)
        for s in largest
    ]  # fmt: skip
    return say(
        "From {before} {old} to {after} {new} {unit}, {change}: {steps}.",
        before=clean(before.label),
        old=in_table(before),
        after=clean(after.label),
        new=in_table(after),
        unit=unit,
        change=moved,
        steps=listed(parts),
    )


def _range(columns: list[_Column]) -> tuple[float, float]:
    places = [0.0]
    for column in columns:
        places += [column.low, column.high]
        places += (column.item.interval or ()) if column.item else ()
    return min(places), max(places)


def _mark(pen: Pen, column: _Column, box: tuple[float, float, float, float]) -> str:
    if column.item:
        return bar_mark(pen, column.item, box, EVEN, column.cls)
    return pen.rect(*box, column.cls)


def _doored(pen: Pen, column: _Column, unit: str, inside: str) -> str:
    name = f"{clean(column.label)} {column.number.lstrip('↑↓ ')} {unit} {column.below}".strip()
    return pen.door(column.href, name, pen.tag("g", "", pen.hint(name) + inside))


def _wide(pen: Pen, columns: list[_Column], unit: str) -> tuple[str, float]:
    low, high = _range(columns)
    scale = Scale(low, high, _TOP + _PLOT, _TOP)
    zero = scale(0.0)
    foot = _TOP + _PLOT
    pitch = (pen.width - 20) / len(columns)
    thick = min(120.0, pitch * 0.6)
    lines = [wrap(clean(c.label), pen.body, pitch - 8, 2) for c in columns]
    deepest = max(map(len, lines))
    parts = []
    for n, (column, words) in enumerate(zip(columns, lines, strict=True)):
        x = 10 + n * pitch + (pitch - thick) / 2
        top, bottom = scale(column.high), scale(column.low)
        mark = _mark(pen, column, (x, top, thick, bottom - top))
        middle = x + thick / 2
        mark += pen.text(middle, top - 9, column.number, cls="tb mid")
        for k, line in enumerate(words):
            mark += pen.text(middle, foot + 22 + k * 18, line, cls="t2 mid", full=column.label)
        below = fit(column.below, pen.small, pitch - 4)
        mark += pen.text(middle, foot + 22 + len(words) * 18, below, cls="t3 mid")
        if column.item and column.item.interval and not column.item.exact:
            mark += _upright(pen, x + thick - 10, *(scale(v) for v in column.item.interval))
        parts.append(_doored(pen, column, unit, mark))
        if n < len(columns) - 1:
            y = scale(column.end)
            parts.append(pen.line(x + thick, y, x + pitch, y, "minor"))
    parts.append(pen.line(0, zero, pen.width, zero, "axis"))
    return "".join(parts), foot + 30 + deepest * 18


def _upright(pen: Pen, x: float, low: float, high: float) -> str:
    ends = "".join(f"M{x - 4:.2f} {y:.2f}h8" for y in (low, high))
    return pen.path(f"M{x:.2f} {low:.2f}V{high:.2f}{ends}", "whisk")


def _narrow(pen: Pen, columns: list[_Column], unit: str) -> tuple[str, float]:
    room = max(width(c.number, pen.body, bold=True) for c in columns) + 10
    low, high = _range(columns)
    scale = Scale(low, high, 0.0, pen.width - room)
    zero = scale(0.0)
    parts = []
    for n, column in enumerate(columns):
        top = n * _PITCH_NARROW
        left, right = scale(column.low), scale(column.high)
        cause = fit(column.below, pen.small, pen.width * 0.3)
        named = fit(clean(column.label), pen.body, pen.width * 0.66)
        row = pen.text(0, top + 17, named, cls="t2", full=column.label)
        row += pen.text(pen.width, top + 17, cause, cls="t3 end")
        row += _mark(pen, column, (left, top + 24, right - left, 16))
        reach = right
        if column.item and column.item.interval and not column.item.exact:
            ends = [scale(value) for value in column.item.interval]
            row += whisker(pen, ends[0], ends[1], top + 32, 4)
            reach = max(right, ends[1])
        row += pen.text(reach + 8, top + 37, column.number, cls="tb")
        parts.append(_doored(pen, column, unit, row))
        if n < len(columns) - 1:
            x = scale(column.end)
            parts.append(pen.line(x, top + 40, x, top + 24 + _PITCH_NARROW, "minor"))
    height = len(columns) * _PITCH_NARROW
    parts.append(pen.line(zero, 20, zero, height, "axis"))
    return "".join(parts), height
