"""The radar of data quality: 3 to 6 axes, the best outside."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tanyuan.figures.items import PAGE, Figure, Item, Look, Table
from tanyuan.figures.svg import Pen, clean, number
from tanyuan.figures.text import fit, width
from tanyuan.figures.words import GAP, listed, say, sentences, whole

_BEST, _WORST = 1.0, 5.0
_RADIUS = 66.0

Point = tuple[float, float]


def radar(
    scores: Sequence[Item],
    rating: float,
    grade: str = "",
    *,
    other: Sequence[Item] = (),
    title: str = "",
    look: Look = PAGE,
) -> Figure:
    """Scores of data quality, 1 the best and 5 the worst; never for products.

    Args:
        scores: 3 to 6, one an axis, clockwise from the top.
        rating: the one number that stands for all.
        grade: and its grade, where there is one.
        other: scores of another rating on the same axes, drawn as an outline.
        title: the finding.
        look: for what medium.

    Raises:
        ValueError: not 3 to 6 axes, a score outside 1 to 5, or other axes.
    """
    if not 3 <= len(scores) <= 6:
        raise ValueError(f"a radar has 3 to 6 axes, not {len(scores)}")
    if other and [item.label for item in other] != [item.label for item in scores]:
        raise ValueError("both shapes have the same axes")
    for value in [rating, *(item.value for item in [*scores, *other] if item.known)]:
        if not _BEST <= value <= _WORST:
            raise ValueError(f"a score lies between 1 and 5: {value}")
    pen = Pen(look, 360.0, 360.0)
    middle = (pen.width / 2, 104.0)
    body = _grid(pen, scores, middle)
    if other:
        body += _outline(pen, other, middle)
    body += _shape(pen, scores, middle)
    for n, item in enumerate(scores):
        body += _axis_label(pen, item, n, len(scores), middle)
    overall = say("overall {rating}", rating=f"{rating:.1f}")
    if grade:
        overall = say("overall {rating}, grade {grade}", rating=f"{rating:.1f}", grade=clean(grade))
    body += pen.text(middle[0], 222, overall, cls="tb mid")
    described = whole(title, _description(scores, overall))
    table = Table(
        (say("Axis"), say("Score, 1 best to 5 worst")),
        (*((clean(i.label), _score(i)) for i in scores), (say("Overall"), f"{rating:.1f}")),
        (False, True),
    )
    svg = pen.document(body, 234, "fig fig--radar", (described, title or say("Data quality"), ""))
    lost = [clean(item.label) for item in scores if not item.known]
    notes = [say("1 is the best, 5 the worst.")]
    if lost:
        notes.append(say("No value for {names}; a gap is not zero.", names=listed(lost)))
    return Figure("radar", svg, pen.width, 234, described, "", table, tuple(notes))


def _score(item: Item) -> str:
    return f"{item.value:.1f}" if item.known else GAP


def _at(middle: Point, n: int, axes: int, score: float) -> Point:
    angle = 2 * math.pi * n / axes
    reach = _RADIUS * (6 - score) / 5
    return middle[0] + reach * math.sin(angle), middle[1] - reach * math.cos(angle)


def _points(places: Sequence[Point]) -> str:
    return " ".join(f"{number(x)},{number(y)}" for x, y in places)


def _grid(pen: Pen, scores: Sequence[Item], middle: Point) -> str:
    axes = len(scores)
    parts = [
        pen.tag("polygon", "grid", fill="none",
                points=_points([_at(middle, n, axes, score) for n in range(axes)]))
        for score in (5.0, 4.0, 3.0, 2.0, 1.0)
    ]  # fmt: skip
    for n, item in enumerate(scores):
        end = _at(middle, n, axes, _BEST)
        parts.append(pen.line(*middle, *end, "grid" if item.known else "m0"))
    return "".join(parts)


def _shape(pen: Pen, scores: Sequence[Item], middle: Point) -> str:
    """The shape; where a score is missing only the sides between known neighbours."""
    axes = len(scores)
    places = [_at(middle, n, axes, item.value) if item.known else None
              for n, item in enumerate(scores)]  # fmt: skip
    known = [place for place in places if place]
    parts = []
    if len(known) == axes:
        parts.append(pen.tag("polygon", "densb", points=_points(known)))
        parts.append(pen.tag("polygon", "densl", points=_points(known)))
    else:
        for n, place in enumerate(places):
            after = places[(n + 1) % axes]
            if place and after:
                parts.append(pen.line(*place, *after, "densl"))
    parts += [pen.tag("circle", "pt--k", cx=x, cy=y, r=3.5) for x, y in known]
    return "".join(parts)


def _outline(pen: Pen, scores: Sequence[Item], middle: Point) -> str:
    places = [_at(middle, n, len(scores), i.value) for n, i in enumerate(scores) if i.known]
    whole_shape = len(places) == len(scores)
    return pen.tag("polygon", "back", points=_points(places)) if whole_shape else ""


def _axis_label(pen: Pen, item: Item, n: int, axes: int, middle: Point) -> str:
    x, y = _at(middle, n, axes, 0.15)
    side = math.sin(2 * math.pi * n / axes)
    anchor = "mid" if abs(side) < 0.05 else "" if side > 0 else "end"
    score = _score(item) if item.known else say("no value")
    room = (pen.width if anchor == "mid" else pen.width - x if side > 0 else x) - 2
    name, wide = clean(item.label), width(score, pen.body, bold=True) + 6
    down = 4.0 if anchor != "mid" else (-2.0 if y < middle[1] else 10.0)
    if anchor != "mid" and width(name, pen.body) + wide > room:
        text = pen.text(x, y + down - 8, fit(name, pen.body, room), cls=anchor, full=name)
        text += pen.text(x, y + down + 10, (score, "tb"), cls=anchor)
    else:
        cut = fit(name, pen.body, room - wide)
        text = pen.text(x, y + down, cut, (score, "tb"), cls=anchor, full=name)
    return pen.door(item.href, f"{name} {score}", text)


def _description(scores: Sequence[Item], overall: str) -> str:
    items = listed(f"{clean(i.label)} {_score(i) if i.known else say('no value')}" for i in scores)
    head = say("Data quality, {overall}.", overall=overall)
    return sentences([head, say("{items}.", items=items)])
