"""The flow diagram for phones: two columns, names above their bars, the total in the head."""

from __future__ import annotations

from tanyuan.documents.numbers import shown
from tanyuan.figures.sankey_layout import Node
from tanyuan.figures.sankey_sheet import BAR, Sheet, bar_of, ribbons
from tanyuan.figures.svg import clean, hatch, number
from tanyuan.figures.text import fit, width
from tanyuan.figures.words import band, in_table, say


def narrow(sheet: Sheet) -> tuple[str, float]:
    """Draw it; its height."""
    pen, layout = sheet.pen, sheet.layout
    head = f"{in_table(sheet.total)} {sheet.unit}"
    parts = [pen.text(0, 16, sheet.total_name(), (head, "tb"), cls="")]
    y = 34.0
    if not sheet.total.exact:
        known = sheet.total.interval is not None
        text = say("95 %: {band}", band=band(sheet.total)) if known else say("no band known")
        parts.append(pen.text(0, y, text, cls="t3"))
        y += 16
    top = y + 12
    x = (0.0, pen.width - BAR)
    parts.append(ribbons(sheet, x, top))
    half = pen.width / 2 - 6
    for node in layout.sources:
        parts.append(bar_of(sheet, node, x[0], top))
        parts.append(_over(sheet, node, 0.0, top, half))
    for node in layout.stages:
        inside = bar_of(sheet, node, x[1], top) + _over(sheet, node, pen.width, top, half)
        said = f"{clean(node.name)} {shown(node.value, 3)} {sheet.unit}"
        parts.append(pen.door(node.href, said, inside))
    foot = top + layout.height
    rows = [
        (f"{clean(name)}", shown(value, 3), "k-rem", href) for name, value, href in layout.removals
    ]
    rows += [(clean(name), say("no value"), "m0", "") for name in layout.missing]
    rows += [
        (f"{clean(loop.name)}: {clean(loop.source)} → {clean(loop.stage)}", say("factor 0"),
         "back", loop.href)
        for loop in sheet.loops
    ]  # fmt: skip
    for name, value, cls, href in rows:
        foot += 24
        parts.append(_foot_row(sheet, (name, value, cls, href), foot))
    return "".join(parts), foot + 12


def _over(sheet: Sheet, node: Node, x: float, top: float, room: float) -> str:
    """A name above its bar, at the left or right edge."""
    pen = sheet.pen
    value = shown(node.value, 3)
    name = fit(clean(node.name), pen.body, room - width(value, pen.body, bold=True) - 4)
    cls = "halo end" if x else "halo"
    return pen.text(x, node.y + top - 5, name, (value, "tb"), cls=cls, full=node.name)


def _foot_row(sheet: Sheet, row: tuple[str, str, str, str], y: float) -> str:
    name, value, cls, href = row
    pen = sheet.pen
    if cls == "k-rem":
        mark = pen.path(hatch(0, y - 10, 12, 12, 5), cls, stroke_width="1.5")
    elif cls == "back":
        mark = pen.path(f"M0 {number(y - 4)}h12", cls)
    else:
        mark = pen.rect(0.5, y - 10, 11, 12, cls)
    room = pen.width - 26 - width(value, pen.body, bold=True)
    mark += pen.text(20, y, fit(name, pen.body, room), (value, "tb"), full=name)
    return pen.door(href, f"{name} {value}", mark)
