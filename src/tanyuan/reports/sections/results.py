"""Section 13: the result, by stage, and each item that is reported apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tanyuan.footprint.study import Phase
from tanyuan.gases import CO2E, EmissionKind, Flag
from tanyuan.languages import Message
from tanyuan.reports.document import (
    Block,
    Row,
    Section,
    Text,
    column,
    paragraph,
    row,
    table,
)
from tanyuan.reports.matter import Matter, section
from tanyuan.reports.pictures import stage_picture
from tanyuan.reports.wording import (
    NONE,
    capital,
    clauses,
    exact,
    gas_name,
    interval,
    not_stated,
    number,
    percent,
    share_of,
)

_TOP = 10
_ALL = 0.9995
_LISTED = (
    EmissionKind.FOSSIL,
    EmissionKind.BIOGENIC,
    EmissionKind.REMOVAL_BIOGENIC,
    EmissionKind.DLUC,
    EmissionKind.REMOVAL_TECHNICAL,
    EmissionKind.UNSPECIFIED,
)


def result(matter: Matter) -> Section:
    """13: the result, by stage, and each item that the standard wants apart."""
    footprint = matter.footprint
    blocks: list[Block] = [paragraph(answer(matter)), *incomplete(matter)]
    if footprint.total and footprint.by_stage:
        blocks.append(stage_picture(matter))
    blocks += [_by_stage(matter), _by_phase(matter), _apart(matter), *_by_gas(matter)]
    return section(13, Message("Footprint result"), blocks)


def incomplete(matter: Matter) -> Iterator[Block]:
    """That the result is incomplete, where it is."""
    if matter.footprint.complete:
        return
    yield paragraph(
        Message(
            "The result is incomplete (gaps: {n}, see section 6). The total holds only what is "
            "known.",
            n=len(matter.footprint.gaps),
        )
    )


def answer(matter: Matter) -> Message:
    """The result and how sure it is, in one sentence or two."""
    study = matter.study
    return Message(
        "The footprint of “{name}”, {boundary}, is {total} {unit}. {band}",
        name=study.name,
        boundary=study.boundary.label,
        total=number(matter.footprint.total),
        unit=matter.unit,
        band=band_words(matter),
    )


def band_words(matter: Matter) -> Message:
    """How sure the total is, in one sentence with its numbers."""
    found, total = matter.footprint.uncertainty, matter.footprint.total
    ends = matter.footprint.interval
    if found is None or ends is None:
        return Message("No line states how sure it is: there is no band.")
    if found.covered >= _ALL:
        return Message(
            "With a probability of 95 % it lies in {interval} {unit}.",
            interval=interval(ends, total),
            unit=matter.unit,
        )
    return Message(
        "With a probability of 95 % it lies in {interval} {unit}; but only {covered} of it states "
        "how sure it is, and the rest is taken as exact.",
        interval=interval(ends, total),
        unit=matter.unit,
        covered=percent(found.covered),
    )


def _by_stage(matter: Matter) -> Block:
    footprint = matter.footprint
    phases = {stage.id: stage.phase for stage in matter.study.stages}
    bands: Mapping[str, tuple[float, float]] = (
        footprint.uncertainty.stages if footprint.uncertainty else {}
    )
    rows = [
        row(
            footprint.stage_name(stage),
            phases[stage].label if stage in phases else NONE,
            number(value),
            _band(bands.get(stage), value),
            share_of(value, footprint.total),
        )
        for stage, value in footprint.by_stage.items()
    ]
    rows.append(_total(matter))
    return table(
        Message("Result by stage"),
        [
            column(Message("Stage"), 4),
            column(Message("Life-cycle stage"), 3),
            column(matter.unit, 1.8, numeric=True),
            column("95 %", 2, numeric=True),
            column(Message("Share of the total"), 1.9, numeric=True),
        ],
        rows,
    )


def _band(ends: tuple[float, float] | None, value: float) -> str:
    return NONE if ends is None or ends[0] == ends[1] else interval(ends, value)


def _total(matter: Matter) -> Row:
    footprint = matter.footprint
    return row(
        Message("Total"),
        "",
        number(footprint.total),
        interval(footprint.interval, footprint.total),
        percent(1.0) if footprint.total else NONE,
        kind="total",
    )


def _by_phase(matter: Matter) -> Block:
    footprint = matter.footprint
    rows = [
        row(
            phase.label,
            number(footprint.by_phase.get(phase)),
            share_of(footprint.by_phase.get(phase), footprint.total),
        )
        for phase in Phase
    ]
    total = _total(matter)
    rows.append(row(total.cells[0], total.cells[2], total.cells[4], kind="total"))
    return table(
        Message("Result by life-cycle stage"),
        [
            column(Message("Life-cycle stage"), 5),
            column(matter.unit, 2, numeric=True),
            column(Message("Share of the total"), 1.8, numeric=True),
        ],
        rows,
        note=Message("“—”: no line stands there (section 4)."),
    )


def _apart(matter: Matter) -> Block:
    """What the standard wants apart (ISO 14067:2018, 7.2), also where there is none of it."""
    footprint, total = matter.footprint, matter.footprint.total
    unspecified = bool(footprint.by_kind.get(EmissionKind.UNSPECIFIED))
    none = str(Message("not given apart by the sources") if unspecified else Message("none"))

    def shown(name: Text, value: float | None, where: str, otherwise: str = none) -> Row:
        if value is None:
            return row(name, NONE, NONE, clauses([where, otherwise]))
        return row(name, number(value), share_of(value, total), where)

    within, outside = str(Message("in the total")), str(Message("not in the total"))
    marked, uncomputed = str(Message("no line is marked so")), str(Message("not computed"))
    unsplit = EmissionKind.UNSPECIFIED
    rows = [
        shown(capital(kind.label), footprint.by_kind.get(kind), within)
        for kind in _LISTED
        if kind is not unsplit or unspecified
    ]
    rows += [
        shown(capital(flag.label), footprint.by_flag.get(flag), within, marked)
        for flag in Flag
        if flag is Flag.AVIATION or flag in footprint.by_flag
    ]
    rows.append(_total(matter))
    total_cells = rows[-1].cells
    rows[-1] = row(total_cells[0], total_cells[2], total_cells[4], "", kind="total")
    rows.append(
        shown(capital(EmissionKind.ILUC.label), footprint.iluc or None, outside, uncomputed)
    )
    rows.append(
        shown(Message("Lines outside the boundary"), footprint.outside or None, outside,
              str(Message("none")))
    )  # fmt: skip
    rows += [
        shown(Message("Soil carbon change outside land use change"), None, outside, uncomputed),
        shown(Message("Effect of delayed emissions"), None, outside, uncomputed),
        shown(Message("Carbon offsets"), None, outside, str(Message("never part of a footprint"))),
    ]
    carbon = matter.study.biogenic_carbon
    rows.append(
        row(
            Message("Biogenic carbon in the product"),
            NONE if carbon is None else f"{exact(carbon)} kg C",
            NONE,
            clauses([str(Message("information")), not_stated()])
            if carbon is None
            else Message("information"),
        )
    )
    return table(
        Message("Items reported apart (ISO 14067:2018, 7.2)"),
        [
            column(Message("Item"), 3.7),
            column(matter.unit, 1.5, numeric=True),
            column(Message("Share of the total"), 1.8, numeric=True),
            column(Message("In the total?"), 4.4),
        ],
        rows,
    )


def _by_gas(matter: Matter) -> Iterator[Block]:
    footprint = matter.footprint
    if not footprint.masses:
        return
    rows = [
        row(
            gas_name(gas)
            if gas != CO2E
            else Message("sums in CO₂e, whose gases the sources do not list"),
            number(footprint.masses.get(gas)),
            number(value),
            share_of(value, footprint.total),
        )
        for gas, value in footprint.by_gas.items()
    ]
    yield table(
        Message("Result by gas"),
        [
            column(Message("Gas"), 4),
            column(Message("kg of the gas"), 2, numeric=True),
            column(matter.unit, 2, numeric=True),
            column(Message("Share of the total"), 1.8, numeric=True),
        ],
        rows,
    )
