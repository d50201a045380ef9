"""Sections 13 and 14: the result with each item reported apart; how sure it is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from tanyuan.footprint.calculate import calculate
from tanyuan.footprint.result import Driver, Uncertainty
from tanyuan.footprint.study import Phase
from tanyuan.footprint.words import driver_name
from tanyuan.gases import EmissionKind, Flag
from tanyuan.languages import Message
from tanyuan.problems import InputError
from tanyuan.reports.document import (
    Block,
    Missing,
    Row,
    Section,
    Text,
    column,
    facts,
    paragraph,
    row,
    table,
)
from tanyuan.reports.matter import Matter, in_study, section
from tanyuan.reports.pictures import distribution_picture, flow_picture, stage_picture
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
    signed_percent,
    with_remark,
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
    blocks: list[Block] = [paragraph(_answer(matter))]
    if not footprint.complete:
        blocks.append(
            paragraph(
                Message(
                    "The result is incomplete (gaps: {n}, see section 6). The total holds only "
                    "what is known.",
                    n=len(footprint.gaps),
                )
            )
        )
    if footprint.total and footprint.by_stage:
        blocks += [stage_picture(matter), *flow_picture(matter)]
    blocks += [_by_stage(matter), _by_phase(matter), _apart(matter)]
    blocks += _by_gas(matter)
    blocks.append(
        paragraph(Message("Carbon offsets are not part of a footprint; none was counted."), "note")
    )
    return section(13, Message("Footprint result"), blocks)


def _answer(matter: Matter) -> Message:
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
    ends = total_interval(found, total)
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


def total_interval(found: Uncertainty | None, total: float) -> tuple[float, float] | None:
    """The 95 % interval of the total: of the draws, else first order."""
    if found is None or not found.standard_deviation:
        return None
    if found.interval:
        return found.interval
    wide = 1.959964 * found.standard_deviation
    return total - wide, total + wide


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
        interval(total_interval(footprint.uncertainty, footprint.total), footprint.total),
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
    """What ISO 14067:2018, 7.2 wants apart."""
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
            gas_name(gas),
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


def uncertainty(matter: Matter) -> Section:
    """14: uncertainty with its drivers; sensitivity."""
    footprint = matter.footprint
    found = footprint.uncertainty
    missing: list[Missing] = []
    blocks: list[Block] = []
    if found is None or not found.standard_deviation:
        missing.append(in_study(Message("how sure amounts and factors are"), "lines", "pedigree"))
        blocks.append(paragraph(band_words(matter)))
    else:
        blocks += _spread(matter, found)
    if found is not None and found.drivers:
        blocks.append(_sensitivities(matter, found))
    blocks += _scenarios(matter)
    return section(14, Message("Sensitivity and uncertainty"), blocks, missing)


def _spread(matter: Matter, found: Uncertainty) -> Iterator[Block]:
    total = matter.footprint.total
    ends = total_interval(found, total)
    told = [
        (Message("Result"), matter.with_unit(total)),
        (Message("95 % interval"), f"{interval(ends, total)} {matter.unit}"),
        (
            Message("Standard deviation, first order"),
            with_remark(
                matter.with_unit(found.standard_deviation),
                percent(found.standard_deviation / abs(total)),
            ),
        ),
    ]
    if found.mean is not None and found.median is not None:
        told += [
            (Message("Mean and median of the draws"),
             f"{number(found.mean)} · {number(found.median)} {matter.unit}"),
            (
                Message("Monte Carlo"),
                str(Message("{n} draws, seed {seed}", n=f"{found.samples:,}", seed=found.seed)),
            ),
        ]  # fmt: skip
    told.append((Message("Share of the total that states how sure it is"), percent(found.covered)))
    yield facts(*told)
    yield from distribution_picture(matter, found)
    drivers = [driver for driver in found.drivers if driver.share > 0][:_TOP]
    yield table(
        Message("What the spread comes from"),
        [
            column(Message("Quantity or factor"), 5),
            column(Message("Share of the variance"), 2, numeric=True),
        ],
        [row(_driver(matter, driver), percent(driver.share)) for driver in drivers],
        note=Message("First order (JCGM 100:2008, 5.1.2); a quantity that several lines share is "
                     "one."),
    )  # fmt: skip


def _driver(matter: Matter, driver: Driver) -> str:
    kinds = {
        "parameter": Message("parameter"),
        "meter": Message("meter"),
        "line": Message("amount"),
        "factor": Message("factor"),
    }
    kind = kinds.get(driver.key.partition(":")[0])
    name = driver_name(matter.footprint, driver.key)
    return with_remark(name, kind) if kind else name


def _sensitivities(matter: Matter, found: Uncertainty) -> Block:
    drivers = sorted(found.drivers, key=lambda d: (-abs(d.sensitivity), d.key))[:_TOP]
    return table(
        Message("What the total is most sensitive to"),
        [
            column(Message("Quantity or factor"), 5),
            column(Message("Change of the total if it grows by 1 %"), 3, numeric=True),
        ],
        [
            row(_driver(matter, driver), signed_percent(driver.sensitivity / 100, 2))
            for driver in drivers
        ],
    )


def _scenarios(matter: Matter) -> Iterator[Block]:
    """The total under each scenario of the study."""
    footprint = matter.footprint
    names = list(dict.fromkeys(row.id for row in matter.study.scenarios))
    if not names:
        return
    library = {factor.id: factor for factor in footprint.factors}
    rows = []
    for name in ["", *names]:
        try:
            other = calculate(
                matter.study, method=footprint.method, scenario=name, library=library,
                samples=0, potentials=footprint.potentials,
            )  # fmt: skip
        except InputError:
            rows.append(row(name or Message("base case"), NONE, Message("cannot be calculated")))
            continue
        change = other.total / footprint.total - 1 if footprint.total else math.nan
        rows.append(row(name or Message("base case"), number(other.total), signed_percent(change)))
    yield table(
        Message("The total under the scenarios of the study"),
        [
            column(Message("Scenario"), 4),
            column(matter.unit, 2, numeric=True),
            column(Message("Difference to this report"), 2, numeric=True),
        ],
        rows,
    )
