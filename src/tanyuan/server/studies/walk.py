"""The walk behind a line's door: result, line, reading, factor, source document."""

from __future__ import annotations

from dataclasses import dataclass

from tanyuan.documents.numbers import decimal_string
from tanyuan.factors.factor import Factor, InBackground
from tanyuan.factors.starter import (
    Source,
    boundary_label,
    record_text,
    source,
    sources,
)
from tanyuan.footprint.result import Part
from tanyuan.footprint.study import Line, Meter, Output, StudyFactor, Supplier
from tanyuan.languages import Message
from tanyuan.quality.pedigree import INDICATORS
from tanyuan.reports.wording import INDICATOR_NAMES, formulas, own_language, place_name, unit_name
from tanyuan.server.studies.page import FootprintPage
from tanyuan.server.studies.rows import Interval, Row

Pairs = list[tuple[Message, str]]


@dataclass(frozen=True, slots=True)
class Walk:
    """Everything that stands behind one line.

    `entered` is the line as it stands in the study; a credit that the calculation made has none.
    One of `factor`, `own`, `suppliers`, `output` says what a unit of it emits.
    """

    row: Row
    stage: str
    anchor: str
    stage_value: float
    stage_share: float | None
    stage_interval: Interval
    entered: Line | None
    meter: Meter | None
    factor: Factor | None
    own: tuple[StudyFactor, ...]
    suppliers: tuple[Supplier, ...]
    output: Output | None
    document: Source | None
    parts: tuple[Part, ...]

    @property
    def reading(self) -> Pairs:
        """What the study says of the amount."""
        line = self.entered
        if line is None:
            return []
        amount = line.amount.text if line.amount else "—"
        stated = f"{amount} {unit_name(str(line.unit or ''))}".strip()
        if line.distance:
            stated = f"{stated} × {line.distance.text} km"
        rows: Pairs = [
            (Message("As it is entered"), stated),
            (Message("Where the amount comes from"), line.source),
            (Message("Evidence"), line.evidence),
            (Message("Meter"), self.meter.name if self.meter else line.meter),
            (Message("Certificate"), self.meter.source if self.meter else ""),
            (Message("Place"), place_name(line.geography)),
            (Message("Data kind"), str(line.data_kind.label)),
            (Message("Pedigree"), _scores(line.pedigree)),
            (Message("Spread"), decimal_string(line.spread) if line.spread else ""),
            (Message("Power supply"), str(line.supply.label) if line.supply else ""),
            (Message("Exception"), own_language(line.exception)),
            (Message("Reason"), own_language(line.reason)),
            (Message("Note"), _text(line.note)),
        ]
        return [(name, value) for name, value in rows if value]

    @property
    def particulars(self) -> Pairs:
        """What is known of the factor."""
        if self.factor:
            return self._of_library(self.factor)
        rows: Pairs = []
        for own in self.own[:1]:
            rows += [
                (Message("Place"), place_name(own.geography)),
                (Message("Year"), str(own.year or "")),
                (Message("GWP set"), own.gwp_set),
                (Message("Data kind"), str(own.data_kind.label)),
                (Message("Note"), _text(own.note)),
            ]
        for received in self.suppliers[:1]:
            rows += [
                (Message("Supplier"), received.supplier),
                (Message("Boundary"), str(received.boundary.label) if received.boundary else ""),
                (Message("Verified by"), received.verified_by),
                (Message("GWP set"), received.gwp_set),
                (Message("Note"), _text(received.note)),
            ]
        return [(name, value) for name, value in rows if value]

    @staticmethod
    def _of_library(factor: Factor) -> Pairs:
        rows: Pairs = [
            (Message("Version"), factor.version),
            (Message("Place"), place_name(factor.geography)),
            (Message("Year"), str(factor.year or "")),
            (Message("Boundary"), boundary_label(factor.boundary)),
            (Message("Standing"), str(factor.standing.label)),
            (Message("Where in the source"), factor.locator),
            *_of_background(factor.background),
            (Message("As the source prints it"), "; ".join(factor.printed)),
            (Message("Note"), _text(" ".join(record_text(factor.notes)))),
        ]
        return [(name, value) for name, value in rows if value]


def _of_background(background: InBackground | None) -> Pairs:
    if background is None:
        return []
    rest = Message(
        "{share} % of the inputs in the supply chain, {missing} of {inputs}, have no supplier",
        share=f"{100 * background.missing_share:.3g}",
        missing=background.missing,
        inputs=background.inputs,
    )
    return [
        (Message("Database"), background.database),
        (Message("Hash"), background.hash),
        (Message("Licence"), background.licence),
        (Message("Data quality"), background.quality),
        (Message("Inputs without supplier"), str(rest) if background.missing else ""),
    ]


def _text(text: str) -> str:
    return formulas(own_language(text))


def _scores(pedigree: tuple[int, ...] | None) -> str:
    pairs = zip(INDICATORS, pedigree or (), strict=False)
    scores = " · ".join(f"{INDICATOR_NAMES[name]} {score}" for name, score in pairs)
    return str(Message("{scores} (1 best, 5 worst)", scores=scores)) if scores else ""


def walk(page: FootprintPage, position: int) -> Walk:
    """What stands behind the line at a place, counted from 1."""
    row, study = page.row(position), page.study
    line = row.line
    group = next((g for g in page.groups if g.stage == line.stage), None)
    entered = next((one for one in study.lines if one.id == line.id), None)
    own = tuple(f for f in study.factors if f.id == line.ref)
    factor = page.release.find(line.ref) if line.origin == "library" else None
    if own and own[0].library:
        factor = page.release.find(own[0].library)
    if line.origin == "background":
        named = own[0].library if own else line.ref
        factor = next((one for one in page.fp.factors if one.id == named), None)
    return Walk(
        row,
        page.stage_name(line.stage),
        group.anchor if group else "data",
        group.value if group else 0.0,
        group.share if group else None,
        group.interval if group else None,
        entered,
        next((m for m in study.meters if entered and m.id == entered.meter), None),
        factor,
        own,
        tuple(s for s in study.suppliers if s.id == line.ref),
        next((o for o in study.outputs if o.id == line.ref and line.origin == "output"), None),
        source(factor.source) if factor and factor.source in sources() else None,
        line.parts,
    )
