"""Sections 6, 7 and 8: data collection, gases, cut-off."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal

from tanyuan.factors.starter import sources
from tanyuan.footprint.result import Gap
from tanyuan.footprint.study import DataKind, Role, Study
from tanyuan.gases import CO2E, gases, potential
from tanyuan.languages import Message, language
from tanyuan.reports.document import (
    Block,
    Section,
    Text,
    column,
    facts,
    heading,
    paragraph,
    points,
    row,
    table,
)
from tanyuan.reports.matter import Matter, in_particulars, in_study, in_study_itself, section
from tanyuan.reports.wording import (
    NONE,
    capital,
    day,
    exact,
    gas_name,
    own_language,
    percent,
    place_name,
    stated_percent,
)


def collection(matter: Matter) -> Section:
    """6: period, sites, sources, primary and secondary data, gaps and substitutes."""
    study, given = matter.study, matter.particulars
    blocks: list[Block] = [
        facts(
            (Message("Data period"), period(study)),
            (Message("Plants"), own_language(given.plants)),
            (Message("Place"), place_name(study.geography)),
            (Message("How data were collected"), own_language(given.collection)),
            (Message("Substitutes for missing data"), own_language(given.substitutes)),
            (Message("Lines"), _line_counts(matter)),
        ),
        _kinds(matter),
    ]
    blocks += _meters(matter)
    if study.sources:
        blocks += [
            heading(Message("Sources of the study")),
            points(map(own_language, study.sources)),
        ]
    blocks += [heading(Message("Gaps")), *gap_blocks(matter)]
    missing = [
        in_particulars(name) for name in ("collection", "substitutes") if not getattr(given, name)
    ]
    if not period(study):
        missing.append(in_study_itself(Message("the data period"), "period_start"))
    bare = [
        line for line in study.lines
        if line.role is Role.COUNTED and not (line.source or line.evidence or line.meter)
    ]  # fmt: skip
    if bare:
        what = Message("where amounts come from (lines: {n})", n=len(bare))
        missing.append(in_study(what, "lines", "source"))
    return section(6, Message("Data collection"), blocks, missing)


def period(study: Study) -> str:
    """The data period in words: days where they are known, and the note."""
    days = " – ".join(day(when) for when in (study.period_start, study.period_end) if when)
    return " · ".join(part for part in (days, own_language(study.period_note)) if part)


def _line_counts(matter: Matter) -> str:
    counts = {role: sum(line.role is role for line in matter.footprint.lines) for role in Role}
    told = [f"{role.label} {n}" for role, n in counts.items() if n]
    return " · ".join([str(Message("{n} in all", n=len(matter.footprint.lines))), *told])


def _kinds(matter: Matter) -> Block:
    rows = []
    for kind in DataKind:
        lines = [line for line in matter.counted if line.data_kind is kind]
        share = matter.share(lambda line: line in lines)  # noqa: B023 - called at once
        rows.append(row(capital(kind.label), str(len(lines)), percent(share)))
    return table(
        Message("Where the amounts of the counted lines come from"),
        [
            column(Message("Data kind"), 4),
            column(Message("Lines"), 1, numeric=True),
            column(Message("Share of the sum of sizes"), 2, numeric=True),
        ],
        rows,
    )


def _meters(matter: Matter) -> Iterator[Block]:
    study = matter.study
    if not study.meters:
        return
    read = {m.id: sum(line.meter == m.id for line in study.lines) for m in study.meters}
    yield table(
        Message("Measuring instruments"),
        [
            column(Message("Meter"), 3),
            column(Message("Calibration certificate"), 4),
            column(Message("Lines"), 1, numeric=True),
        ],
        [row(m.name, own_language(m.source) or NONE, str(read[m.id])) for m in study.meters],
    )


def gap_blocks(matter: Matter) -> Iterator[Block]:
    """What is missing, line by line; or that nothing is."""
    gaps = matter.footprint.gaps
    if not gaps:
        yield paragraph(Message("No line lacks anything that the calculation needs."))
        return
    yield paragraph(
        Message(
            "The result is incomplete. A gap is not zero: the total holds only what is known. "
            "Missing are:"
        )
    )
    yield points([gap_text(matter, gap) for gap in gaps])


def gap_text(matter: Matter, gap: Gap) -> Message:
    """One gap: the line and what it lacks."""
    names = {p.id: p.name for p in matter.study.processes}
    names |= {line.id: line.name for line in matter.footprint.lines}
    return Message("{line}: {what}", line=names.get(gap.line, gap.line), what=_own(gap.message))


def _own(message: Message) -> Message:
    """The message with the study's own words in it in the reader's language."""
    values = {k: own_language(v) if isinstance(v, str) else v for k, v in message.values.items()}
    return Message(message.text, **values)


def climate(matter: Matter) -> Section:
    """7: the gases that were considered and the set of global warming potentials."""
    footprint = matter.footprint
    blocks: list[Block] = [
        facts(
            (Message("GWP set"), footprint.method.gwp_set),
            (Message("Time horizon"), _horizon(footprint.method.gwp_set)),
            (Message("Gases in the total"), _gases(matter)),
        )
    ]
    if footprint.co2_only:
        blocks.append(
            paragraph(
                Message(
                    "Carbon dioxide is the only gas in the total, which is therefore given in "
                    "kg CO₂. Other greenhouse gases are not in it."
                )
            )
        )
    if footprint.potentials:
        blocks.append(_potentials(matter))
    sums = {name: share for name, share in footprint.by_gwp_set.items() if share}
    if sums:
        blocks.append(
            table(
                Message("GWP sets behind the parts of the total that are not CO₂"),
                [
                    column(Message("GWP set"), 4),
                    column(Message("Share of these parts"), 2, numeric=True),
                ],
                [row(name or Message("Not stated by the source"), percent(share))
                 for name, share in sums.items()],
                note=Message("A sum in CO₂ equivalents is never converted to another set."),
            )
        )  # fmt: skip
    return section(7, Message("Greenhouse gases and global warming potentials"), blocks)


def _horizon(gwp_set: str) -> Text:
    years = gwp_set.rsplit("-", 1)[-1]
    return Message("{n} years", n=years) if years.isdigit() else ""


def _gases(matter: Matter) -> str:
    found = [gas_name(gas) for gas in matter.footprint.by_gas if gas != CO2E]
    if CO2E in matter.footprint.by_gas:
        found.append(str(Message("sums in CO₂e, whose gases the sources do not list")))
    return " · ".join(found)


def _potentials(matter: Matter) -> Block:
    footprint = matter.footprint
    rows, known = [], gases()
    for (gas, kind), value in footprint.potentials.items():
        found = potential(gas, kind, footprint.method.gwp_set)
        origin = sources().get(found.source) if found else None
        name = f"{gas_name(gas)} {known[gas].name}" if language() == "en" else gas_name(gas)
        checked = Message("read in the source") if found and found.verified else Message(
            "not verified")  # fmt: skip
        told = f"{origin or NONE}, {checked}" if origin else NONE
        rows.append(row(name, kind.label, exact(value), told))
    return table(
        Message("Global warming potentials used"),
        [
            column(Message("Gas"), 2),
            column(Message("Emission kind"), 2),
            column("kg CO₂e/kg", 1.2, numeric=True),
            column(Message("Source"), 5),
        ],
        rows,
    )


def cut_off(matter: Matter) -> Section:
    """8: cut-off criteria and the flows that were cut off."""
    footprint, method = matter.footprint, matter.footprint.method
    whole = math.fsum(entry.share for entry in footprint.cut_off)
    names = {line.id: line.name for line in footprint.lines}
    blocks: list[Block] = [
        facts(
            (Message("Cut-off, single flow"), _at_most(method.cutoff_single)),
            (Message("Cut-off, all flows"), _at_most(method.cutoff_total)),
            (Message("Cut off in this study"), _cut_in_all(len(footprint.cut_off), whole)),
        )
    ]
    if footprint.cut_off:
        rows = [
            row(
                names.get(entry.line, entry.line),
                percent(entry.share),
                Message("yes") if entry.allowed else Message("no"),
                own_language(entry.reason),
            )
            for entry in footprint.cut_off
        ]
        within = whole <= float(method.cutoff_total)
        rows.append(
            row(Message("All"), percent(whole), Message("yes") if within else Message("no"), "",
                kind="total")
        )  # fmt: skip
        blocks.append(
            table(
                Message("Flows cut off, with their estimated share of the total"),
                [
                    column(Message("Flow"), 3),
                    column(Message("Share of the total"), 1.5, numeric=True),
                    column(Message("Within the limit"), 1.2),
                    column(Message("Reason"), 5),
                ],
                rows,
            )
        )
    return section(8, Message("Cut-off criteria and flows cut off"), blocks)


def _at_most(share: Decimal) -> Message:
    return Message("at most {share} of the total", share=stated_percent(share))


def _cut_in_all(count: int, share: float) -> Message:
    if not count:
        return Message("nothing")
    return Message("flows: {n}, together {share} of the total", n=count, share=percent(share))
