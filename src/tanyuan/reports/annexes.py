"""The annexes: every line, every factor with its source, parameters, notes."""

from __future__ import annotations

import string
from collections.abc import Iterator

from tanyuan.footprint.result import LineResult
from tanyuan.footprint.study import Role
from tanyuan.languages import Message
from tanyuan.reports.document import (
    Annex,
    Block,
    Row,
    column,
    row,
    table,
)
from tanyuan.reports.matter import Matter
from tanyuan.reports.references import Entry
from tanyuan.reports.wording import (
    NONE,
    interval,
    number,
    own_language,
    place_name,
    share_of,
    unit_name,
)


def annexes(matter: Matter) -> tuple[Annex, ...]:
    """All annexes that have content, lettered in order."""
    found = [
        (Message("Every line"), list(_lines(matter)), True),
        (Message("Factors and sources"), list(_sources(matter)), True),
        (Message("Parameters"), list(_parameters(matter)), False),
        (Message("Notes on the lines"), list(_notes(matter)), False),
    ]
    filled = [(title, blocks, wide) for title, blocks, wide in found if blocks]
    return tuple(
        Annex(letter, str(title), tuple(blocks), wide)
        for letter, (title, blocks, wide) in zip(string.ascii_uppercase, filled, strict=False)
    )


def _lines(matter: Matter) -> Iterator[Block]:
    if not matter.footprint.lines:
        return
    yield table(
        Message("Every line of the study"),
        [
            column(Message("No."), 0.5, numeric=True),
            column(Message("Line"), 3.3),
            column(Message("Amount"), 1.1, numeric=True),
            column(Message("Unit"), 0.9),
            column(Message("Factor"), 2.7),
            column(Message("{gas} per unit", gas=matter.gas), 1.1, numeric=True),
            column(matter.unit, 1.1, numeric=True),
            column("95 %", 1.5, numeric=True),
            column(Message("Share of the total"), 1.4, numeric=True),
            column(Message("Data kind"), 1.7),
            column(Message("Source"), 0.6),
        ],
        _line_rows(matter),
        note=Message(
            "F: factor, S: source of the amount, both in the next annex. Amounts are per "
            "{unit}. A line that takes a product of the study has no result of its own: its "
            "burdens stand at the lines of that product.",
            unit=matter.declared,
        ),
    )


def _line_rows(matter: Matter) -> Iterator[Row]:
    footprint = matter.footprint
    order = {line.id: n for n, line in enumerate(footprint.lines, 1)}
    groups: dict[str, list[LineResult]] = {}
    for line in footprint.lines:
        groups.setdefault(line.stage, []).append(line)
    stages = [*footprint.by_stage, *(stage for stage in groups if stage not in footprint.by_stage)]
    for stage in stages:
        lines = groups.get(stage, [])
        if not lines:
            continue
        name = footprint.stage_name(stage) if stage else str(Message("Stages of the source"))
        value = footprint.by_stage.get(stage)
        told = Message("{line}: {what}", line=name, what=matter.with_unit(value))
        yield row(name if value is None else told, kind="group")
        for line in lines:
            yield _line(matter, line, order[line.id])
    yield row(
        "", Message("Total"), "", "", "", "", number(footprint.total), "",
        share_of(footprint.total, footprint.total), "", "", kind="total",
    )  # fmt: skip


def _line(matter: Matter, line: LineResult, position: int) -> Row:
    counted = line.role is Role.COUNTED
    entry = matter.references.factor(line)
    source = matter.rows[line.id].source if line.id in matter.rows else ""
    made = line.origin == "output"
    share = share_of(line.value, matter.footprint.total) if counted and not made else NONE
    return row(
        str(position),
        line.name,
        number(line.amount),
        unit_name(line.unit) or NONE,
        _factor_cell(matter, line, entry),
        NONE if made else number(line.intensity),
        NONE if made else number(line.value),
        interval(line.interval, line.value) if line.value and line.interval else NONE,
        share if counted else line.role.label,
        line.data_kind.label,
        matter.references.source_code(source) or NONE,
        kind="plain" if counted else "quiet",
    )


def _factor_cell(matter: Matter, line: LineResult, entry: Entry | None) -> str:
    if entry:
        return f"{entry.code} {line.ref_name}"
    made = next((o.name for o in matter.study.outputs if o.id == line.ref), "")
    if made and line.origin == "output":
        return str(Message("product of the study: {name}", name=made))
    return NONE


def _sources(matter: Matter) -> Iterator[Block]:
    if matter.references.sources:
        yield table(
            Message("Sources of the amounts"),
            [column(Message("Code"), 0.6), column(Message("Source"), 14.5)],
            [row(code, text) for code, text in matter.references.sources.items()],
        )
    if matter.references.factors:
        yield _factors(matter)


def _factors(matter: Matter) -> Block:
    return table(
        Message("Every factor, with its source"),
        [
            column(Message("Code"), 0.6),
            column(Message("Factor"), 3),
            column(Message("Value"), 2.6),
            column(Message("Unit"), 0.9),
            column(Message("Place, year, boundary"), 2.6),
            column(Message("Source, place in it, address, standing"), 5.4),
        ],
        [
            row(
                entry.code,
                entry.name,
                "\n".join(entry.values),
                entry.unit,
                " · ".join(entry.about) or NONE,
                "\n".join(entry.source),
            )
            for entry in matter.references.factors.values()
        ],
        note=Message("Values as they are stated, with all their digits."),
    )


def _parameters(matter: Matter) -> Iterator[Block]:
    rows = [
        row(
            p.name,
            p.id,
            p.value.text,
            "" if str(p.unit) == "1" else unit_name(str(p.unit)),
            own_language(p.source) or NONE,
        )
        for p in matter.study.parameters
    ]
    if rows:
        yield table(
            Message("Parameters of the study"),
            [
                column(Message("Parameter"), 3),
                column(Message("Id"), 2),
                column(Message("Value"), 3),
                column(Message("Unit"), 1),
                column(Message("Source"), 3.4),
            ],
            rows,
        )


def _notes(matter: Matter) -> Iterator[Block]:
    """Where a line happens, what proves it, what is to be known of it."""
    rows, here = [], matter.study.geography
    meters = {meter.id: meter.name for meter in matter.study.meters}
    for position, line in enumerate(matter.footprint.lines, 1):
        given = matter.rows.get(line.id)
        if given is None:
            continue
        parts = {
            Message("place"): "" if given.geography == here else place_name(given.geography),
            Message("meter"): meters.get(given.meter, given.meter),
            Message("evidence"): given.evidence,
            Message("reason"): given.reason,
            Message("note"): given.note,
        }
        told = [
            str(Message("{line}: {what}", line=name, what=own_language(text)))
            for name, text in parts.items()
            if text
        ]
        if told:
            rows.append(row(str(position), line.name, "\n".join(told)))
    if rows:
        yield table(
            Message("Places, meters, evidence and notes"),
            [
                column(Message("No."), 0.5, numeric=True),
                column(Message("Line"), 2.5),
                column(Message("What is said of it"), 6),
            ],
            rows,
        )
