"""The flow diagram: sources → stages → total, heights in kg."""

from __future__ import annotations

from collections.abc import Sequence

from tanyuan.documents.numbers import shown
from tanyuan.figures.items import PAGE, Figure, Item, Look, Table, checked_interval
from tanyuan.figures.marks import nothing
from tanyuan.figures.sankey_layout import Flow, Loop, Node, Stage, lay_out
from tanyuan.figures.sankey_narrow import narrow
from tanyuan.figures.sankey_sheet import Sheet
from tanyuan.figures.sankey_wide import wide
from tanyuan.figures.scale import one_unit
from tanyuan.figures.svg import Pen, clean
from tanyuan.figures.words import (
    band,
    in_table,
    listed,
    say,
    sentences,
    share_of,
    whole,
)


def sankey(
    flows: Sequence[Flow],
    stages: Sequence[Stage],
    unit: str,
    *,
    interval: tuple[float, float] | None = None,
    loops: Sequence[Loop] = (),
    title: str = "",
    look: Look = PAGE,
) -> Figure:
    """Where a total comes from.

    Sources are joined to at most ten, those below 0.5 % together; stages to at most seven.

    Args:
        flows: what each source adds in each stage.
        stages: in life-cycle order.
        unit: of the values.
        interval: the total's 95 % interval.
        loops: what goes back inside; drawn below the axis, without weight.
        title: the finding.
        look: for what medium.

    Raises:
        ValueError: a flow or loop names a stage that is not given, or two stages have one name.
    """
    names = {stage.name for stage in stages}
    strange = sorted({name for loop in loops for name in (loop.source, loop.stage)} - names)
    if strange:
        raise ValueError(f"no such stage: {', '.join(strange)}")
    interval = checked_interval(interval)
    net = sum(flow.value for flow in flows)
    factor, unit = one_unit(unit, [net, sum(f.value for f in flows if f.value > 0)])
    flows = [Flow(f.source, f.stage, f.value * factor, f.how, f.href, f.known) for f in flows]
    total = Item(say("Total"), net, interval).times(factor)
    pen = Pen(look, 840.0, 360.0)
    table = _table(flows, stages, total, unit)
    if not flows:
        return nothing(pen, "sankey", title, unit, table)
    tall, apart = (380.0, (0.0, 19.0)) if pen.narrow else (300.0, (20.0, 12.0))
    layout = lay_out(flows, stages, tall, apart, aligned=pen.narrow)
    sheet = Sheet(pen, layout, total, unit, tuple(loops))
    body, height = (narrow if pen.narrow else wide)(sheet)
    described = whole(title, _description(sheet))
    full = listed(
        f"{f.source} → {f.stage} {shown(f.value, 3) if f.known else say('no value')}"
        for f in flows[:200]
    )
    svg = pen.document(body, height, "fig*", (described, title or say("Flow diagram"), full))
    return Figure("sankey", svg, pen.width, height, described, unit, table, tuple(_notes(sheet)))


def _table(flows: Sequence[Flow], stages: Sequence[Stage], total: Item, unit: str) -> Table:
    order = {stage.name: n for n, stage in enumerate(stages)}
    ranked = sorted(flows, key=lambda flow: (order.get(flow.stage, 0), -flow.value))
    rows = [
        (
            clean(f.stage),
            clean(f.source),
            shown(f.value, 4) if f.known else "—",
            share_of(f.value, total.value) if f.known else "",
            str(f.how.label) if f.known else "",
        )
        for f in ranked
    ]
    rows.append((say("Total"), "", in_table(total), "", band(total)))
    return Table(
        (say("Stage"), say("Source"), unit, say("Share"), say("How we know")),
        tuple(rows),
        (False, False, True, True, False),
    )


def _description(sheet: Sheet) -> str:
    layout, total = sheet.layout, sheet.total
    stages = sorted(layout.stages, key=lambda node: -node.value)[:3]
    sources = sorted(layout.sources, key=lambda node: -node.value)[:2]
    parts = [
        say("{name} {value} {unit}.", name=sheet.total_name(), value=in_table(total),
            unit=sheet.unit)
    ]  # fmt: skip
    if total.interval:
        parts.append(say("95 %: {band}.", band=band(total)))
    if stages:
        parts.append(say("Largest stages: {items}.", items=listed(_said(n, total) for n in stages)))
        parts.append(
            say("Largest sources: {items}.", items=listed(_said(n, total) for n in sources))
        )
    if layout.removals:
        names = listed(f"{clean(name)} {shown(value, 3)}" for name, value, _ in layout.removals)
        parts.append(say("Taken away: {items}.", items=names))
    if layout.missing:
        names = listed(clean(name) for name in layout.missing)
        parts.append(say("No value: {items}.", items=names))
    return sentences(parts)


def _said(node: Node, total: Item) -> str:
    part = share_of(node.value, total.value)
    text = f"{clean(node.name)} {shown(node.value, 3)}"
    return text + (say(" ({share})", share=part) if part else "")


def _notes(sheet: Sheet) -> list[str]:
    notes = []
    if sheet.layout.missing:
        names = listed(clean(name) for name in sheet.layout.missing)
        notes.append(say("No value for {names}; a gap is not zero.", names=names))
    if sheet.total.interval is None:
        notes.append(say("No band is known for the total."))
    if sheet.loops:
        notes.append(
            say("Dashed returns have the factor 0: what they carry is counted where it arises.")
        )
    if sheet.layout.removals:
        notes.append(
            say("Removals and credits are hatched and stand apart; stages are shown before them.")
        )
    return notes
