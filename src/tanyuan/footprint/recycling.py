"""Recycled content and recycling at the end of life, as lines (circular footprint formula).

Material part of the formula, Commission Recommendation (EU) 2021/2279, annex I, 4.4.8.1:

    (1 − R1)·Ev + R1·(A·Erec + (1 − A)·Ev·Qs,in/Qp)
    + (1 − A)·R2·(ErecEoL − E*v·Qs,out/Qp) + (1 − R2)·Ed

A = 1 is the cut-off approach (100:0) and A = 0 that of avoided burden (0:100), so one formula
serves all three; energy recovery (R3) is not covered.
"""

from __future__ import annotations

from collections.abc import Mapping

from tanyuan.footprint.method import EndOfLife, Method
from tanyuan.footprint.resolve import FactorSource, Intensity, look_up, stop_generation_co2
from tanyuan.footprint.study import Line, Recycling, Study
from tanyuan.footprint.term import Term
from tanyuan.languages import Message
from tanyuan.problems import InvalidValueError, Place, Problems
from tanyuan.units import conversion


def recycling_shares(row: Recycling, approach: EndOfLife) -> dict[str, float]:
    """How much of the material's amount each factor of the row is charged with."""
    a = {EndOfLife.CUT_OFF: 1.0, EndOfLife.AVOIDED_BURDEN: 0.0}.get(approach, float(row.a))
    r1, r2 = float(row.r1), float(row.r2)
    return {
        "virgin": (1 - r1) + r1 * (1 - a) * float(row.quality_in),
        "recycled": r1 * a,
        "recycling": (1 - a) * r2,
        "displaced": -(1 - a) * r2 * float(row.quality_out),
        "disposal": 1 - r2,
    }


def recycling_terms(
    study: Study,
    method: Method,
    own: Mapping[str, Intensity],
    library: FactorSource,
    problems: Problems,
) -> list[Term]:
    """The recycling rows of a study as terms, one a factor that is charged."""
    terms = []
    for number, row in enumerate(study.recycling, 1):
        shares = recycling_shares(row, method.end_of_life)
        for part, share in shares.items():
            at_end = part in ("recycling", "displaced", "disposal")
            if share == 0 or (at_end and study.ends_at_gate):
                continue
            place = Place(sheet="recycling", row=number, field=part)
            ref = getattr(row, part) or (row.virgin if part == "displaced" else "")
            intensity = None
            with problems.at(place):
                if not ref and part != "disposal":
                    raise InvalidValueError(
                        "recycling-factor",
                        Message("The formula needs this factor: it is charged with {share} of the "
                                "material.", share=f"{share:.4g}"),
                        Message("Name a factor of the library or of the study."),
                    )  # fmt: skip
                intensity = look_up(ref, own, library) if ref else None
                if intensity is not None:
                    conversion(row.unit, intensity.unit)
                    stop_generation_co2(intensity, study)
            line = Line(
                id=f"{row.id}/{part}",
                name_zh=row.name_zh,
                name_en=row.name_en,
                process=row.process,
                amount=row.amount,
                unit=row.unit,
                ref=ref,
                data_kind=row.data_kind,
                source=row.source,
            )
            stage = row.end_stage if at_end else row.stage
            terms.append(Term(line, place, stage, row.process, intensity, share=share))
    return terms
