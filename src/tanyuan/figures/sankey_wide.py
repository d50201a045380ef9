"""The wide flow diagram: sources, stages, total; returns below the axis."""

from __future__ import annotations

from dataclasses import dataclass

from tanyuan.documents.numbers import shown
from tanyuan.figures.sankey_layout import Node
from tanyuan.figures.sankey_sheet import BAR, Sheet, bar_of, ribbons
from tanyuan.figures.svg import Part, clean, frame, hatch, number
from tanyuan.figures.text import fit, width, wrap
from tanyuan.figures.words import band, in_table, say, share_of

_TOP = 16.0
_LINE = 18.0
_LOOP_PITCH = 24.0
_MOST_LOOPS = 6
_MOST_LISTED = 3


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the total's label, so far below the one above."""

    text: str
    cls: str
    size: float
    bold: bool
    step: float


def wide(sheet: Sheet) -> tuple[str, float]:
    """Draw it; its height."""
    pen, layout = sheet.pen, sheet.layout
    lines = _total_lines(sheet)
    right = max(width(line.text, line.size, bold=line.bold) for line in lines)
    right = min(max(right, 60.0) + 26, pen.width * 0.24)
    labels = [f"{clean(n.name)} {shown(n.value, 3)}" for n in layout.sources]
    labels += [f"{clean(name)} {say('no value')}" for name in layout.missing]
    left = max((width(label, pen.body, bold=True) for label in labels), default=0.0)
    left = min(max(left, 60.0), pen.width * 0.28) + 14
    x = (left, left + (pen.width - left - right) * 0.46, pen.width - right)
    parts = [ribbons(sheet, x, _TOP)]
    parts += [_source(sheet, node, left) for node in layout.sources]
    parts += [_stage(sheet, node, x[1], x[2]) for node in layout.stages]
    parts.append(_total(sheet, x[2], lines))
    foot = _TOP + layout.height
    taken, low = _removals(sheet, x[1], foot)
    missing, foot = _missing(sheet, left, foot)
    parts += [taken, missing]
    foot = max(foot, low)
    if sheet.loops:
        returns, foot = _loops(sheet, (left, x[1] + BAR), foot)
        parts.append(returns)
    return "".join(parts), foot + 14


def _label(
    sheet: Sheet, node: Node, place: tuple[float, float, str], numbers: tuple[Part, ...]
) -> str:
    """Name and number beside a bar: in one line, or in several where the bar is high enough."""
    pen = sheet.pen
    x, room, anchor = place
    name = clean(node.name)
    plain = " ".join(part if isinstance(part, str) else part[0] for part in numbers)
    taken = width(plain, pen.body, bold=True) + 8
    middle = node.middle + _TOP + 5
    most = int((node.height + 12) // _LINE) - 1
    halo = "halo " if node.height < 20 and anchor != "end" else ""
    if width(name, pen.body) + taken <= room or most < 1:
        cut = fit(name, pen.body, room - taken)
        return pen.text(x, middle, cut, *numbers, cls=halo + anchor, full=name)
    lines = wrap(name, pen.body, room, min(3, most))
    top = middle - len(lines) * _LINE / 2
    rows = [pen.text(x, top + n * _LINE, line, cls=anchor, full=name)
            for n, line in enumerate(lines)]  # fmt: skip
    return "".join(rows) + pen.text(x, top + len(lines) * _LINE, *numbers, cls=anchor)


def _source(sheet: Sheet, node: Node, left: float) -> str:
    place = (left - 10, left - 12, "end")
    return bar_of(sheet, node, left, _TOP) + _label(
        sheet, node, place, ((shown(node.value, 3), "tb"),)
    )


def _stage(sheet: Sheet, node: Node, x: float, end: float) -> str:
    value, part = shown(node.value, 3), share_of(node.value, sheet.total.value)
    place = (x + BAR + 8, end - x - BAR - 14, "")
    text = _label(sheet, node, place, ((value, "tb"), (part, "t2")))
    said = f"{clean(node.name)} {value} {sheet.unit}"
    return sheet.pen.door(node.href, said, bar_of(sheet, node, x, _TOP) + text)


def _total_lines(sheet: Sheet) -> list[_Line]:
    pen, total = sheet.pen, sheet.total
    lines = [
        _Line(sheet.total_name(), "t2", pen.body, False, 0.0),
        _Line(in_table(total), "tl", pen.large, True, 29.0),
        _Line(sheet.unit, "t2", pen.body, False, 21.0),
    ]
    if total.exact:
        return lines
    text = band(total) if total.interval else say("no band known")
    return [*lines, _Line(text, "t3", pen.small, False, 20.0)]


def _total(sheet: Sheet, x: float, lines: list[_Line]) -> str:
    """The total's bar; what is taken away is hatched, at its foot, coming from the right."""
    pen, layout = sheet.pen, sheet.layout
    top = layout.total.y + _TOP
    taken = min(layout.taken * layout.scale, layout.total.height)
    solid = layout.total.height - taken
    if sheet.total.interval is None:
        parts = [pen.path(frame(x, top, 12, solid), "node", fill_rule="evenodd")]
    else:
        parts = [pen.rect(x, top, 12, solid, "node")]
    y = max(top + solid / 2 - sum(line.step for line in lines) / 2 + 4, 14.0)
    for line in lines:
        y += line.step
        text = fit(line.text, line.size, pen.width - x - 24, bold=line.bold)
        parts.append(pen.text(x + 24, y, text, cls=line.cls, full=line.text))
    if layout.removals:
        low = top + solid
        middle = low + taken / 2
        edge = f"M{number(x)} {number(low)}h12v{number(taken)}h-12z"
        arrow = f"M{number(x + 60)} {number(middle)}H{number(x + 18)}m7 -5l-7 5l7 5"
        parts.append(pen.path(hatch(x, low, 12, taken, 5), "k-rem", stroke_width="1.5"))
        parts.append(pen.path(edge + arrow, "k-rem", fill="none", stroke_width="1.5"))
    return "".join(parts)


def _removals(sheet: Sheet, x: float, foot: float) -> tuple[str, float]:
    """What is taken away by name, under the diagram at the right."""
    pen = sheet.pen
    parts = []
    for name, value, href in sheet.layout.removals:
        foot += 22
        text = shown(value, 3)
        taken = width(text, pen.body, bold=True) + 8
        cut = fit(clean(name), pen.body, pen.width - x - 30 - taken)
        start = pen.width - width(cut, pen.body) - taken - 22
        line = pen.path(hatch(start, foot - 10, 14, 12, 5), "k-rem", stroke_width="1.5")
        line += pen.text(start + 22, foot, cut, (text, "tb"), full=name)
        parts.append(pen.door(href, f"{clean(name)} {text} {sheet.unit}", line))
    return "".join(parts), foot


def _missing(sheet: Sheet, x: float, foot: float) -> tuple[str, float]:
    """What is not known, at the foot: dashed, named, without any height."""
    pen, names = sheet.pen, [clean(name) for name in sheet.layout.missing]
    if len(names) > _MOST_LISTED:
        names = [*names[: _MOST_LISTED - 1], say("{n} more", n=len(names) - _MOST_LISTED + 1)]
    parts = []
    gap = say("no value")
    for name in names:
        foot += 22
        room = x - 20 - width(gap, pen.body, bold=True)
        cut = fit(name, pen.body, room)
        parts.append(pen.rect(x, foot - 8, BAR, 14, "m0"))
        parts.append(pen.text(x - 10, foot + 4, cut, (gap, "tb"), cls="end", full=name))
    return "".join(parts), foot


def _loops(sheet: Sheet, across: tuple[float, float], foot: float) -> tuple[str, float]:
    """Returns below the axis: dashed, from the stages back to the sources, with their factor 0."""
    pen = sheet.pen
    left, right = across
    foot += 16
    loops = sheet.loops
    chosen = loops if len(loops) <= _MOST_LOOPS else loops[: _MOST_LOOPS - 1]
    texts = [
        (say("{name}: {source} → {stage}", name=clean(loop.name), source=clean(loop.source),
             stage=clean(loop.stage)), loop.href)
        for loop in chosen
    ]  # fmt: skip
    if len(loops) > len(chosen):
        texts.append((say("{n} more", n=len(loops) - len(chosen)), ""))
    parts = [pen.line(left, foot, right, foot, "axis")]
    for n, (text, href) in enumerate(texts):
        y = foot + 24 + n * _LOOP_PITCH
        inset = 4 + (len(texts) - 1 - n) * 12
        start, stop = right - inset, left + inset
        line = pen.path(
            f"M{number(start)} {number(foot)}V{number(y - 6)}q0 6 -6 6H{number(stop + 6)}"
            f"q-6 0 -6 -6V{number(foot + 9)}",
            "back",
        ) + pen.path(f"M{number(stop)} {number(foot + 2)}l4 8h-8z", "node")
        line += pen.text((left + right) / 2, y + 5, say("factor 0"), cls="halo mid t2")
        cut = fit(text, pen.body, pen.width - right - 12)
        line += pen.text(right + 12, y + 5, cut, full=text)
        parts.append(pen.door(href, f"{text}, {say('factor 0')}", line))
    return "".join(parts), foot + 24 + (len(texts) - 1) * _LOOP_PITCH + 8
