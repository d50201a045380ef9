"""The marks that figures share: bars, whiskers, empty figures."""

from __future__ import annotations

from dataclasses import dataclass

from tanyuan.figures.items import Figure, Item, Kind, Table
from tanyuan.figures.stages import colour_class
from tanyuan.figures.svg import Pen, frame, hatch
from tanyuan.figures.words import say, whole

GAP_WIDTH = 36.0


@dataclass(frozen=True, slots=True)
class Grain:
    """How fine hatching and hollow edges are; where a drawing is stretched, not alike both ways."""

    step: float = 6.0
    slope: float = 1.0
    edge: tuple[float, float] = (1.5, 1.5)


EVEN = Grain()
STRETCHED = Grain(step=1.4, slope=0.4, edge=(0.3, 0.8))
"""For `viewBox="0 0 100 10"` drawn about 500 × 20 px."""


def bar_mark(
    pen: Pen, item: Item, box: tuple[float, float, float, float], grain: Grain, cls: str = ""
) -> str:
    """A bar: full; hollow where no band is known; hatched where negative."""
    x, y, w, h = box
    if item.value < 0 or item.kind is Kind.REMOVAL:
        lines = hatch(x, y, w, h, grain.step, grain.slope)
        edge = f"M{_box(x, y, w, h)}z"
        extra = {"vector_effect": "non-scaling-stroke"} if grain is not EVEN else {}
        return pen.path(lines + edge, "k-rem", fill="none", stroke_width="1.5", **extra)
    cls = cls or colour_class(item)
    if item.interval is None:
        return pen.path(frame(x, y, w, h, grain.edge), cls, fill_rule="evenodd")
    return pen.rect(x, y, w, h, cls)


def _box(x: float, y: float, w: float, h: float) -> str:
    return f"{x:.2f} {y:.2f}h{w:.2f}v{h:.2f}h{-w:.2f}"


def whisker(pen: Pen, low: float, high: float, y: float, cap: float) -> str:
    """The 95 % interval on a bar."""
    if high - low <= 0:
        return ""
    ends = "".join(f"M{e:.2f} {y - cap:.2f}V{y + cap:.2f}" for e in (low, high))
    return pen.path(f"M{low:.2f} {y:.2f}H{high:.2f}{ends}", "whisk")


def nothing(pen: Pen, kind: str, title: str, unit: str, table: Table) -> Figure:
    """The figure of no data: says so instead of showing an empty frame."""
    text = say("There is nothing to draw yet.")
    body = pen.rect(0.5, 0.5, pen.width - 1, 55, "m0") + pen.text(16, 33, text, cls="t2")
    described = whole(title, text)
    svg = pen.document(body, 56, "fig*", (described, title or text, ""))
    return Figure(kind, svg, pen.width, 56, described, unit, table)
