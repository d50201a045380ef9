"""Section 12: how good the data are, characteristic by characteristic."""

from __future__ import annotations

from collections.abc import Iterator

from tanyuan.footprint.result import LineResult
from tanyuan.footprint.scored import indicator_means
from tanyuan.languages import Message
from tanyuan.reports.document import Block, Row, Section, column, facts, row, table
from tanyuan.reports.matter import Matter, in_study, section
from tanyuan.reports.pictures import quality_picture
from tanyuan.reports.sections.data import period
from tanyuan.reports.wording import NONE, clauses, number, own_language, percent, place_name


def quality(matter: Matter) -> Section:
    """12: how good the data are."""
    footprint, given = matter.footprint, matter.particulars
    blocks: list[Block] = [
        facts(
            (Message("Share of primary data"), percent(footprint.primary_share)),
            (
                Message("Mean pedigree score, 1 (best) to 5"),
                NONE if footprint.rating is None else number(footprint.rating),
            ),
            (Message("Share of the sum of sizes that is scored"), percent(footprint.rated_share)),
            also=[(Message("In words"), own_language(given.quality))],
        ),
        table(
            Message("Characteristics of the data"),
            [
                column(Message("Characteristic"), 2),
                column(Message("Mean score"), 1, numeric=True),
                column(Message("What is known"), 6),
            ],
            _characteristics(matter),
            note=Message(
                "Scores: the pedigree of the lines, 1 best, 5 worst, weighted by the size of the "
                "lines. Shares are of the sum of the sizes of all counted lines."
            ),
        ),
        *quality_picture(matter),
        _checked(matter),
    ]
    missing = []
    if footprint.rating is None and not given.quality:
        missing.append(in_study(Message("pedigree scores of the lines"), "lines", "pedigree"))
    return section(12, Message("Data-quality assessment"), blocks, missing)


def _characteristics(matter: Matter) -> Iterator[Row]:
    footprint, study = matter.footprint, matter.study
    means = {name: number(mean) for name, mean in indicator_means(footprint).items()}
    found = footprint.uncertainty
    covered = found.covered if found is not None and found.standard_deviation else 0.0
    gaps = len(footprint.gaps)
    yield row(Message("Time coverage"), means.get("time", NONE), period(study) or NONE)
    yield row(
        Message("Geographic coverage"),
        means.get("geography", NONE),
        place_name(study.geography) or NONE,
    )
    yield row(
        Message("Technology coverage"),
        means.get("technology", NONE),
        Message("share of primary data: {share}", share=percent(footprint.primary_share)),
    )
    yield row(
        Message("Completeness"),
        means.get("completeness", NONE),
        Message("no gaps") if not gaps else Message("gaps: {n} (section 6)", n=gaps),
    )
    yield row(Message("Reliability and sources"), means.get("reliability", NONE), _sourced(matter))
    yield row(
        Message("Precision and uncertainty"),
        NONE,
        clauses(
            [
                str(Message("{share} of the total states how sure it is", share=percent(covered))),
                str(Message("see section 14")),
            ]
        ),
    )
    yield row(Message("Consistency"), NONE, _consistent(matter))
    yield row(
        Message("Reproducibility"),
        NONE,
        Message(
            "every line is in annex A with amount, factor and source; the sealed footprint "
            "recalculates to nine digits"
        ),
    )


def _sourced(matter: Matter) -> Message:
    def proven(line: LineResult) -> bool:
        given = matter.rows.get(line.id)
        return given is None or bool(given.source or given.evidence or given.meter)

    return Message(
        "lines with source, evidence or meter: {n} of {all}",
        n=sum(map(proven, matter.counted)),
        all=len(matter.counted),
    )


def _consistent(matter: Matter) -> Message:
    footprint = matter.footprint
    others = 1 - footprint.by_gwp_set.get(footprint.method.gwp_set, 0.0)
    if not footprint.by_gwp_set or others <= 0:
        return Message(
            "one method and one GWP set ({set}) for all lines", set=footprint.method.gwp_set
        )
    return Message(
        "one method for all lines; of the parts that are not CO₂, {share} were not made with {set}",
        share=percent(others),
        set=footprint.method.gwp_set,
    )


def _checked(matter: Matter) -> Block:
    def standing(wanted: bool | None) -> str:
        return percent(
            matter.share(
                lambda line: (
                    (entry := matter.references.factor(line)) is not None
                    and entry.verified is wanted
                )
            )
        )

    rows = [
        row(Message("Library factor or GWP, read in the named text"), standing(True)),
        row(Message("Library factor or GWP, not verified"), standing(False)),
        row(Message("Factor or footprint of the study, with the source that it states"),
            standing(None)),
    ]  # fmt: skip
    return table(
        Message("How far the factors were checked"),
        [
            column(Message("Factors"), 5),
            column(Message("Share of the sum of sizes"), 2, numeric=True),
        ],
        rows,
    )
