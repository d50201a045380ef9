"""The summary in front of the sections: the answer, where it comes from, what to know of it."""

from __future__ import annotations

from collections.abc import Iterator

from tanyuan.languages import Message
from tanyuan.reports.document import Block, paragraph, points
from tanyuan.reports.matter import Matter
from tanyuan.reports.pictures import flow_picture
from tanyuan.reports.sections.results import answer, incomplete
from tanyuan.reports.wording import (
    clauses,
    in_words,
    number,
    own_language,
    percent,
    share_of,
    with_remark,
)

_NAMED = 3


def summary(matter: Matter) -> tuple[Block, ...]:
    """What a reader with one minute must know."""
    footprint = matter.footprint
    blocks: list[Block] = [paragraph(answer(matter)), *incomplete(matter)]
    if footprint.total and footprint.by_stage:
        blocks += flow_picture(matter)
    return (*blocks, points(_points(matter)))


def _points(matter: Matter) -> Iterator[Message]:
    footprint, study = matter.footprint, matter.study
    spots = footprint.hot_spots(1.0)[:_NAMED]
    if spots and footprint.total:
        named = [
            with_remark(f"{line.name} {number(line.value)}", share_of(line.value, footprint.total))
            for line in spots
        ]
        yield Message("Largest lines, in {unit}: {lines}.", unit=matter.unit, lines=in_words(named))
    yield Message(
        "Primary data stand behind {share} of the sum of sizes.",
        share=percent(footprint.primary_share),
    )
    if footprint.rating is not None:
        yield Message(
            "Mean pedigree score {score} (1 best, 5 worst); {share} of the sum of sizes is scored.",
            score=number(footprint.rating),
            share=percent(footprint.rated_share),
        )
    if study.boundary_note:
        yield Message("Boundary: {note}", note=own_language(study.boundary_note))
    if footprint.outside:
        yield Message(
            "Lines outside the boundary come to {value} {unit} more.",
            value=number(footprint.outside),
            unit=matter.unit,
        )
    if footprint.bars:
        bars = clauses(str(bar.message) for bar in footprint.bars)
        yield Message("What keeps the result from being certified: {bars}.", bars=bars)
    if matter.particulars.conclusions:
        yield Message("Conclusions: {text}", text=own_language(matter.particulars.conclusions))
