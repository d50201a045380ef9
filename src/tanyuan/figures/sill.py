"""The sill: the band of a number, drawn as the line under it.

Its whole width always means −50 % to +50 % of the value, so that any two bands compare at a glance.
"""

from __future__ import annotations

from tanyuan.figures.items import PAGE, How, Item, Look
from tanyuan.figures.svg import Pen
from tanyuan.figures.words import say

_CLASSES = {How.MEASURED: "", How.DATABASE: " sill--second", How.ESTIMATED: " sill--guess"}
_TOP, _HEIGHT = 2.8, 4.4


def _edges(item: Item) -> tuple[float, float] | None:
    """Both ends of the band as relative deviations from the value."""
    if item.interval is None or abs(item.value) < 1e-30:
        return None
    size = abs(item.value)
    low, high = ((end - item.value) / size for end in item.interval)
    return low, high


def _percent(part: float) -> str:
    text = f"{abs(part) * 100:,.{0 if abs(part) >= 0.01 or not part else 1}f}"
    sign = "+" if part > 0 else "−" if part < 0 else ""
    return f"{sign}{text} %"


def sill(item: Item, *, named: bool = False, cell: bool = False, look: Look = PAGE) -> str:
    """The sill of a number, to be stretched to its width.

    A solid piece was measured, a hollow one is from a database, a dashed one is estimated; where
    no band is known the line is dotted, and where there is no value nothing is drawn.

    Args:
        item: the number with its interval and how it is known.
        named: say the band for screen readers; False where it is said beside.
        cell: in a cell of its own in a table.
        look: for what medium.
    """
    if not item.known:
        return ""
    pen = Pen(look, 100.0)
    edges = _edges(item)
    cls = "sill" + (" sill-cell" if cell else "")
    body = _line(pen, "base", (0, 100, 5, 5), dotted=edges is None)
    name = say("no band known")
    if edges:
        cls += _CLASSES[item.how]
        name = f"95 %: {_percent(edges[0])} – {_percent(edges[1])}"
        left = min(100.0, max(0.0, 50 + 100 * edges[0]))
        right = min(100.0, max(0.0, 50 + 100 * edges[1]))
        body += _piece(pen, item.how, round(left, 1), round(right, 1))
        body += _line(pen, "tick", (50, 50, 0, 10))
    return pen.stretched(body, cls, name if named else "")


def _line(
    pen: Pen, cls: str, ends: tuple[float, float, float, float], *, dotted: bool = False
) -> str:
    x1, x2, y1, y2 = ends
    extra = {"stroke_dasharray": "1 3"} if dotted else {}
    if pen.look.palette is None:
        return pen.tag("line", cls, x1=x1, x2=x2, y1=y1, y2=y2, **extra)
    colour, thick = ("rule-2", 1.0) if cls == "base" else ("ink", 2.0)
    return pen.tag(
        "line", "", x1=x1, x2=x2, y1=y1, y2=y2, stroke=pen.colour(colour), stroke_width=thick,
        vector_effect="non-scaling-stroke", **extra,
    )  # fmt: skip


def _piece(pen: Pen, how: How, left: float, right: float) -> str:
    if pen.look.palette is None:
        return pen.rect(left, _TOP, right - left, _HEIGHT, "band")
    azure = pen.colour("azure")
    fills = {How.MEASURED: azure, How.DATABASE: pen.colour("paper"), How.ESTIMATED: "none"}
    return pen.tag(
        "rect", "", x=left, y=_TOP, width=right - left, height=_HEIGHT, fill=fills[how],
        stroke=azure, stroke_width=1.0, vector_effect="non-scaling-stroke",
        stroke_dasharray="2 2" if how is How.ESTIMATED else "none",
    )  # fmt: skip
