"""Section 15: hot spots, completeness, published results beside ours, limits, conclusions."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tanyuan.footprint.study import Published
from tanyuan.gases import EmissionKind
from tanyuan.languages import Message
from tanyuan.reports.document import (
    Block,
    Row,
    Section,
    column,
    heading,
    paragraph,
    points,
    row,
    table,
)
from tanyuan.reports.matter import Matter, in_particulars, section
from tanyuan.reports.sections.data import gap_text
from tanyuan.reports.sections.scope import stage_of
from tanyuan.reports.wording import (
    NONE,
    clauses,
    number,
    own_language,
    percent,
    share_of,
    signed_percent,
    stated_percent,
)


def interpretation(matter: Matter) -> Section:
    """15: interpretation, conclusions, limits."""
    blocks: list[Block] = [
        heading(Message("Hot spots")),
        *_hot_spots(matter),
        heading(Message("Completeness and checks")),
        points(_checks(matter)),
    ]
    if matter.study.published:
        blocks += [heading(Message("Published results beside this one")), _published(matter)]
    blocks += [heading(Message("Limits")), points(_limits(matter))]
    conclusions = own_language(matter.particulars.conclusions)
    if conclusions:
        blocks += [heading(Message("Conclusions")), paragraph(conclusions)]
    missing = [] if conclusions else [in_particulars("conclusions")]
    return section(15, Message("Interpretation, conclusions and limits"), blocks, missing)


def _hot_spots(matter: Matter) -> Iterator[Block]:
    footprint = matter.footprint
    spots = footprint.hot_spots()
    whole = math.fsum(abs(line.value or 0.0) for line in matter.counted)
    if not spots:
        yield paragraph(Message("No line has a result."))
        return
    first = spots[0]
    yield paragraph(
        Message(
            "{n} of {all} counted lines reach 80 % of the sum of the sizes of all lines. The "
            "largest is “{line}” with {value} {unit} ({share} of the total).",
            n=len(spots),
            all=len(matter.counted),
            line=first.name,
            value=number(first.value),
            unit=matter.unit,
            share=share_of(first.value, footprint.total),
        )
    )
    reached, rows = 0.0, []
    for line in spots:
        reached += abs(line.value or 0.0)
        rows.append(
            row(line.name, stage_of(matter, line), number(line.value),
                share_of(line.value, footprint.total), share_of(reached, whole))
        )  # fmt: skip
    yield table(
        Message("Hot spots, until 80 % is reached"),
        [
            column(Message("Line"), 4),
            column(Message("Stage"), 3),
            column(matter.unit, 1.5, numeric=True),
            column(Message("Share of the total"), 1.4, numeric=True),
            column(Message("Sum of sizes so far"), 1.4, numeric=True),
        ],
        rows,
    )


def _checks(matter: Matter) -> Iterator[Message]:
    footprint = matter.footprint
    if footprint.complete:
        yield Message("Every counted line has an amount and a factor.")
    else:
        yield Message("Lines or processes that lack something: {n}", n=len(footprint.gaps))
        for gap in footprint.gaps:
            yield gap_text(matter, gap)
    if footprint.bars:
        bars = clauses(str(bar.message) for bar in footprint.bars)
        yield Message("What keeps the result from being certified: {bars}.", bars=bars)
    else:
        yield Message("The checks of the calculation found nothing that bars certification.")


def _published(matter: Matter) -> Block:
    rows = [_beside(matter, published) for published in matter.study.published]
    return table(
        Message("Published results and ours"),
        [
            column(Message("Item"), 2.4),
            column(Message("Published"), 1.4, numeric=True),
            column(Message("Ours"), 1.4, numeric=True),
            column(Message("Difference, relative"), 1.4, numeric=True),
            column(Message("Source and remarks"), 5),
        ],
        rows,
        unit=matter.unit,
    )


def _beside(matter: Matter, published: Published) -> Row:
    footprint = matter.footprint
    ours = footprint.by_stage.get(published.stage) if published.stage else footprint.total
    stated = float(published.value)
    difference = signed_percent(ours / stated - 1, 2) if ours is not None and stated else NONE
    name = footprint.stage_name(published.stage) if published.stage else str(Message("Total"))
    told = [own_language(published.source), own_language(published.note)]
    if published.tolerance is not None and ours is not None and stated:
        within = abs(ours / stated - 1) <= float(published.tolerance)
        limit = stated_percent(published.tolerance)
        told.append(
            str(Message("within the tolerance of {limit}", limit=limit) if within
                else Message("beyond the tolerance of {limit}", limit=limit))
        )  # fmt: skip
    return row(name, number(stated), number(ours), difference, clauses(told))


def _limits(matter: Matter) -> Iterator[Message]:
    footprint, study = matter.footprint, matter.study
    yield Message(
        "One impact only: climate change. The report says nothing of water, land, toxicity, "
        "resources or biodiversity."
    )
    if footprint.co2_only:
        yield Message("One gas only: carbon dioxide. Other greenhouse gases are not counted.")
    if study.ends_at_gate:
        yield Message("Use and end of life are not in the result.")
    if study.boundary_note:
        yield Message("Boundary: {note}", note=own_language(study.boundary_note))
    if footprint.outside:
        yield Message(
            "Lines outside the boundary come to {value} {unit} more.",
            value=number(footprint.outside),
            unit=matter.unit,
        )
    unsplit = footprint.by_kind.get(EmissionKind.UNSPECIFIED)
    if unsplit:
        yield Message(
            "{share} of the total comes from factors that do not say which part is fossil, "
            "biogenic or of land use change.",
            share=share_of(unsplit, footprint.total),
        )
    if any(name != footprint.method.gwp_set for name in footprint.by_gwp_set):
        yield Message(
            "Parts of the total were made with another GWP set than {set}, or with one that the "
            "source does not state (section 7).",
            set=footprint.method.gwp_set,
        )
    yield Message(
        "Primary data stand behind {share} of the sum of sizes.",
        share=percent(footprint.primary_share),
    )
    found = footprint.uncertainty
    if found is not None and found.standard_deviation and found.covered < 0.9995:
        yield Message(
            "Only {share} of the total states how sure it is; the rest is taken as exact, so that "
            "the true band is wider.",
            share=percent(found.covered),
        )
    yield Message(
        "Results may be compared only between full footprints with the same rules, functional "
        "unit, boundary and quality of data."
    )
    if study.synthetic:
        yield Message("The study is synthetic: it is made up and describes no real product.")
