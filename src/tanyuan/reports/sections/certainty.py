"""Section 14: how sure the result is, what moves it, what other choices would make of it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tanyuan.footprint.calculate import calculate
from tanyuan.footprint.method import Allocation, EndOfLife, Method
from tanyuan.footprint.result import Driver, Uncertainty
from tanyuan.footprint.study import Process, Study
from tanyuan.footprint.words import driver_name
from tanyuan.languages import Message
from tanyuan.problems import InputError
from tanyuan.reports.document import (
    Block,
    Column,
    Missing,
    Section,
    Text,
    column,
    facts,
    paragraph,
    row,
    table,
)
from tanyuan.reports.matter import Matter, in_study, section
from tanyuan.reports.pictures import distribution_picture
from tanyuan.reports.sections.results import band_words
from tanyuan.reports.wording import (
    NONE,
    interval,
    number,
    percent,
    signed_percent,
    with_remark,
)
from tanyuan.units import parse_unit

_TOP = 10
_WAYS = {
    Allocation.MASS: ("mass", "kg"),
    Allocation.ENERGY: ("energy", "MJ"),
    Allocation.OTHER: ("key", ""),
    Allocation.ECONOMIC: ("price", ""),
}
"""Ways of allocation: the field of an output that they need, and the unit that does as well."""


def certainty(matter: Matter) -> Section:
    """14: uncertainty with its drivers; sensitivity to quantities, scenarios and choices."""
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
    blocks += [*_scenarios(matter), *_choices(matter)]
    return section(14, Message("Sensitivity and uncertainty"), blocks, missing)


def _spread(matter: Matter, found: Uncertainty) -> Iterator[Block]:
    total = matter.footprint.total
    ends = matter.footprint.interval
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
    names = list(dict.fromkeys(row.id for row in matter.study.scenarios))
    if not names:
        return
    yield table(
        Message("The total under the scenarios of the study"),
        _columns(Message("Scenario"), matter),
        [
            row(name or Message("base case"), *_other_total(matter, matter.study, scenario=name))
            for name in ["", *names]
        ],
    )


def _choices(matter: Matter) -> Iterator[Block]:
    """The total with another allocation of one process, or another approach to recycling.

    Where several ways look valid, ISO 14044:2006, 4.3.4.1, asks for this sensitivity analysis.
    """
    study, method, rows = matter.study, matter.footprint.method, []
    for process in matter.joint_processes():
        used = process.allocation or method.allocation
        for way in _other_ways(matter, process) if used in _WAYS else ():
            changed = tuple(
                p.model_copy(update={"allocation": way}) if p.id == process.id else p
                for p in study.processes
            )
            found = _other_total(matter, study.model_copy(update={"processes": changed}))
            if found[0] != NONE:
                rows.append(
                    row(Message("{process}: {way}", process=process.name, way=way.label), *found)
                )
    for approach in EndOfLife if study.recycling else ():
        other = method.model_copy(update={"end_of_life": approach})
        found = _other_total(matter, study, method=other)
        if approach is not method.end_of_life and found[0] != NONE:
            rows.append(row(approach.label, *found))
    if rows:
        yield table(
            Message("The total under other choices"),
            _columns(Message("Choice"), matter),
            rows,
            note=Message(
                "One choice is changed at a time. Ways for which the study states no key of all "
                "products (mass, energy, price) are not listed."
            ),
        )


def _other_ways(matter: Matter, process: Process) -> Iterator[Allocation]:
    """The ways of allocation for which every product of a process states what they need."""
    used = process.allocation or matter.footprint.method.allocation
    made = matter.outputs_of(process)
    for way, (field, unit) in _WAYS.items():
        does = parse_unit(unit).dimension if unit else None
        stated = (getattr(o, field) is not None or o.unit.dimension == does for o in made)
        if way is not used and all(stated):
            yield way


def _columns(first: Message, matter: Matter) -> list[Column]:
    return [
        column(first, 4),
        column(matter.unit, 2, numeric=True),
        column(Message("Difference to this report"), 2, numeric=True),
    ]


def _other_total(
    matter: Matter, study: Study, *, method: Method | None = None, scenario: str | None = None
) -> tuple[str, Text]:
    """The total of the study in another form, and its difference to that of this report."""
    footprint = matter.footprint
    try:
        other = calculate(
            study,
            method=method or footprint.method,
            scenario=footprint.scenario if scenario is None else scenario,
            library={factor.id: factor for factor in footprint.factors},
            samples=0,
            potentials=footprint.potentials,
        )
    except InputError:
        return NONE, Message("cannot be calculated")
    change = other.total / footprint.total - 1 if footprint.total else math.nan
    return number(other.total), signed_percent(change)
