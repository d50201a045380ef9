"""What the wide and the narrow flow diagram share: ribbons and bars."""

from __future__ import annotations

from dataclasses import dataclass

from tanyuan.documents.numbers import shown
from tanyuan.figures.items import Item
from tanyuan.figures.sankey_layout import Layout, Loop, Node, Ribbon
from tanyuan.figures.svg import Pen, clean, number
from tanyuan.figures.words import say

BAR = 10.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A diagram that is being drawn."""

    pen: Pen
    layout: Layout
    total: Item
    unit: str
    loops: tuple[Loop, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.layout.missing

    def total_name(self) -> str:
        """What the total is called."""
        return say("Total") if self.complete else say("Total, incomplete")


def _band_path(x0: float, x1: float, ribbon: Ribbon) -> str:
    """A ribbon between two columns: level where it leaves and where it arrives."""
    middle = number((x0 + x1) / 2)
    a, b, h = ribbon.start, ribbon.stop, ribbon.height
    return (
        f"M{number(x0)} {number(a)}C{middle} {number(a)} {middle} {number(b)}"
        f" {number(x1)} {number(b)}V{number(b + h)}C{middle} {number(b + h)}"
        f" {middle} {number(a + h)} {number(x0)} {number(a + h)}Z"
    )


def _moved(ribbon: Ribbon, down: float) -> Ribbon:
    return Ribbon(
        ribbon.source, ribbon.stage, ribbon.value, ribbon.start + down, ribbon.stop + down,
        ribbon.height, ribbon.number, ribbon.href,
    )  # fmt: skip


def _ribbon(sheet: Sheet, ribbon: Ribbon, across: tuple[float, float], name: str) -> str:
    pen = sheet.pen
    said = f"{name} {shown(ribbon.value, 3)} {sheet.unit}"
    path = pen.path(_band_path(*across, ribbon), f"flow s{ribbon.number}", pen.hint(said))
    return pen.door(ribbon.href, said, path)


def ribbons(sheet: Sheet, x: tuple[float, ...], top: float) -> str:
    """All ribbons: sources to stages, and where there is a third column, stages to total."""
    layout = sheet.layout
    names = {node.key: clean(node.name) for node in (*layout.sources, *layout.stages)}
    parts = [
        _ribbon(sheet, _moved(r, top), (x[0] + BAR, x[1]), f"{names[r.source]} → {names[r.stage]}")
        for r in layout.ribbons
    ]
    if len(x) > 2:
        parts += [
            _ribbon(sheet, _moved(r, top), (x[1] + BAR, x[2]), names[r.source])
            for r in layout.tails
        ]
    return "".join(parts)


def bar_of(sheet: Sheet, node: Node, x: float, top: float) -> str:
    """A bar of a column."""
    cls = "node" if node.number is None else f"s{node.number}"
    return sheet.pen.rect(x, node.y + top, BAR, max(node.height, 1.0), cls)
