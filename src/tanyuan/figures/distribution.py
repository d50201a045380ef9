"""One result with its band: the density, its 95 % area darker, the bar on the axis."""

from __future__ import annotations

from tanyuan.figures.density import Curve
from tanyuan.figures.items import PAGE, Figure, Item, Look, Table
from tanyuan.figures.scale import Scale, Ticks, one_unit, ticks
from tanyuan.figures.svg import Pen, number
from tanyuan.figures.text import width
from tanyuan.figures.words import band, ends, in_table, say, whole

_EDGE = 28.0


def axis(pen: Pen, marks: Ticks, scale: Scale, y: float, edge: float = 9.0) -> str:
    """A ruler: numbered ticks, four small ones between."""
    parts = [pen.line(scale.start, y, scale.stop, y, "axis")]
    parts += [pen.line(scale(v), y, scale(v), y + edge * 0.55, "minor") for v in marks.minor]
    for value in marks.major:
        x = scale(value)
        parts.append(pen.line(x, y, x, y + edge, "axis"))
        parts.append(pen.text(x, y + edge + 15, marks.label(value), cls="t3 mid"))
    return "".join(parts)


def fitting_ticks(pen: Pen, low: float, high: float, room: float) -> Ticks:
    """Ticks whose numbers stand apart."""
    for most in (8, 6, 5, 4, 3, 2, 1):
        marks = ticks(low, high, most)
        wide = max((width(marks.label(v), pen.small) for v in marks.major), default=0.0)
        if len(marks.major) < 2 or wide + 14 < room * marks.step / (marks.high - marks.low):
            return marks
    return marks


def distribution(
    value: float,
    curve: Curve,
    unit: str,
    *,
    title: str = "",
    look: Look = PAGE,
) -> Figure:
    """The density of one result.

    Args:
        value: the result, where the tick stands.
        curve: its density (`lognormal_curve`, `normal_curve`, `sample_curve`).
        unit: of the value.
        title: the finding.
        look: for what medium.
    """
    factor, unit = one_unit(unit, [value, *curve.interval])
    item = Item("", value, curve.interval).times(factor)
    curve = Curve(
        tuple(x * factor for x in curve.places),
        curve.heights,
        (curve.interval[0] * factor, curve.interval[1] * factor),
    )
    pen = Pen(look, 600.0, 340.0)
    base = 100.0 if pen.narrow else 112.0
    lowest = min(curve.places[0], curve.interval[0], item.value)
    highest = max(curve.places[-1], curve.interval[1], item.value)
    marks = fitting_ticks(pen, lowest, highest, pen.width - 2 * _EDGE)
    scale = Scale(marks.low, marks.high, _EDGE, pen.width - _EDGE)
    height = Scale(0.0, 1.0, base, 22.0)
    left, right = scale(curve.interval[0]), scale(curve.interval[1])
    body = _curve(pen, curve, scale, height, base)
    body += axis(pen, marks, scale, base + 6)
    body += pen.rect(left, base, right - left, 6, "band")
    x = scale(item.value)
    body += pen.line(x, base - 10, x, base + 9, "tick")
    low, high = ends(item.value, curve.interval)
    if not item.exact:
        body += _shoulders(pen, (low, high), (left, right), (curve, scale, height))
    described = whole(title, _description(item, unit, low, high))
    table = Table(
        (say("Value"), unit),
        (
            (say("Result"), in_table(item)),
            (say("95 % from"), low),
            (say("95 % to"), high),
        ),
        (False, True),
    )
    foot = base + 40
    words = (
        described,
        title or say("Distribution of the result"),
        f"{in_table(item)} ({band(item)}) {unit}",
    )
    svg = pen.document(body, foot, "fig*", words)
    return Figure("distribution", svg, pen.width, foot, described, unit, table)


def _description(item: Item, unit: str, low: str, high: str) -> str:
    if item.exact:
        return say("The result is {value} {unit}.", value=in_table(item), unit=unit)
    return say(
        "The result is {value} {unit}; with 95 % confidence between {low} and {high}.",
        value=in_table(item),
        unit=unit,
        low=low,
        high=high,
    )


def _points(places: list[tuple[float, float]]) -> str:
    return " ".join(f"{number(x, 1)},{number(y, 1)}" for x, y in places)


def _curve(pen: Pen, curve: Curve, scale: Scale, height: Scale, base: float) -> str:
    line = [(scale(x), height(h)) for x, h in zip(curve.places, curve.heights, strict=True)]
    closed = [(line[0][0], base), *line, (line[-1][0], base)]
    low, high = curve.interval
    inside = [
        (scale(x), height(h))
        for x, h in zip(curve.places, curve.heights, strict=True)
        if low < x < high
    ]
    area = [
        (scale(low), base), (scale(low), height(curve.height(low))), *inside,
        (scale(high), height(curve.height(high))), (scale(high), base),
    ]  # fmt: skip
    return (
        pen.tag("polygon", "dens", points=_points(closed))
        + pen.tag("polygon", "densb", points=_points(area))
        + pen.tag("polyline", "densl", points=_points(line))
    )


def _shoulders(
    pen: Pen,
    texts: tuple[str, str],
    edges: tuple[float, float],
    shape: tuple[Curve, Scale, Scale],
) -> str:
    """Both ends of the band, beside and above the curve there."""
    curve, scale, height = shape
    parts = []
    for side, text, edge in zip((-1, 1), texts, edges, strict=True):
        wide = width(text, pen.body, bold=True)
        near, far = edge + side * 4, edge + side * (4 + wide)
        if not 0 <= far <= pen.width:
            near = min(max(near, 2.0), pen.width - 2)
            far = near + (wide if near < pen.width / 2 else -wide)
        span = sorted((near, far))
        tallest = max(
            (
                h
                for x, h in zip(curve.places, curve.heights, strict=True)
                if span[0] - 4 <= scale(x) <= span[1] + 4
            ),
            default=0.0,
        )
        y = min(height(tallest) - 6, height(0.0) - 20)
        anchor = " end" if far < near else ""
        parts.append(pen.text(near, max(12.0, y), text, cls=f"tb{anchor}"))
    return "".join(parts)
