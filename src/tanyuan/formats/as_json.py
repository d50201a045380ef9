"""Results as plain content for programs; numbers have the nine digits that are sealed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tanyuan.documents.numbers import sealed_string
from tanyuan.factors.factor import Factor, factor_to_record
from tanyuan.factors.search import Found
from tanyuan.factors.starter import Property, sources
from tanyuan.footprint.result import Footprint, LineResult, Uncertainty
from tanyuan.footprint.seal import UNCERTAINTY_DIGITS, Verification, footprint_hash
from tanyuan.problems import Problem


def _number(value: float | None, digits: int = 9) -> float | None:
    return None if value is None else float(sealed_string(value, digits))


def _numbers(table: Mapping[Any, float]) -> dict[str, float | None]:
    return {str(key): _number(value) for key, value in table.items()}


def footprint_json(footprint: Footprint) -> dict[str, Any]:
    """The footprint: total, its parts, what is missing, how sure it is."""
    study = footprint.study
    return {
        "study": study.id,
        "name_zh": study.name_zh,
        "name_en": study.name_en,
        "total": _number(footprint.total),
        "unit": footprint.unit,
        "complete": footprint.complete,
        "boundary": str(study.boundary),
        "gwp_set": footprint.method.gwp_set,
        "scenario": footprint.scenario,
        "by_stage": _numbers(footprint.by_stage),
        "by_phase": _numbers(footprint.by_phase),
        "by_process": _numbers(footprint.by_process),
        "by_kind": _numbers(footprint.by_kind),
        "by_gas": _numbers(footprint.by_gas),
        "by_flag": _numbers(footprint.by_flag),
        "by_gwp_set": _numbers(footprint.by_gwp_set),
        "by_line": [_line(line, footprint.total) for line in footprint.lines],
        "outside": _number(footprint.outside),
        "iluc": _number(footprint.iluc),
        "other_total": _number(footprint.other_total),
        "biogenic_carbon": str(study.biogenic_carbon) if study.biogenic_carbon else None,
        "primary_share": _number(footprint.primary_share),
        "rating": _number(footprint.rating),
        "incomplete": [
            {"line": gap.line, "code": gap.code, "message": str(gap.message)}
            for gap in footprint.gaps
        ],
        "cut_off": [
            {"line": cut.line, "share": cut.share, "reason": cut.reason, "allowed": cut.allowed}
            for cut in footprint.cut_off
        ],
        "exceptions": [{"line": line, "reason": why} for line, why in footprint.exceptions],
        "bars": [{"code": bar.code, "message": str(bar.message)} for bar in footprint.bars],
        "uncertainty": _uncertainty(footprint.uncertainty),
        **_backgrounds(footprint),
        "published": [
            {
                "stage": row.stage,
                "value": str(row.value),
                "tolerance": str(row.tolerance) if row.tolerance else None,
                "source": row.source,
            }
            for row in study.published
        ],
        "synthetic": study.synthetic,
        "hash": footprint_hash(footprint),
    }


def _backgrounds(footprint: Footprint) -> dict[str, Any]:
    """What products of backgrounds the result rests on, by their references."""
    found = {
        factor.id: {
            "database": factor.background.database,
            "hash": factor.background.hash,
            "licence": factor.background.licence,
            "cut_off": _number(factor.background.missing_share),
            "supply_chain": f'tanyuan background tree "{factor.id}"',
        }
        for factor in footprint.factors
        if factor.background is not None
    }
    return {"backgrounds": found} if found else {}


def _line(line: LineResult, total: float) -> dict[str, Any]:
    counted = str(line.role) == "counted"
    return {
        "id": line.id,
        "name_zh": line.name_zh,
        "name_en": line.name_en,
        "stage": line.stage,
        "process": line.process,
        "role": str(line.role),
        "amount": _number(line.amount),
        "unit": line.unit,
        "ref": line.ref,
        "origin": line.origin,
        "factor_name": line.ref_name,
        "source": line.source,
        "intensity": _number(line.intensity),
        "value": _number(line.value),
        "share": _number(line.value / total) if counted and line.value and total else None,
        "data_kind": str(line.data_kind),
    }


def _uncertainty(found: Uncertainty | None) -> dict[str, Any] | None:
    if found is None:
        return None
    digits = UNCERTAINTY_DIGITS
    return {
        "standard_deviation": _number(found.standard_deviation, digits),
        "interval_95": [_number(x, digits) for x in found.interval] if found.interval else None,
        "mean": _number(found.mean, digits),
        "median": _number(found.median, digits),
        "covered": _number(found.covered, digits),
        "samples": found.samples,
        "seed": found.seed,
        "drivers": [
            {
                "quantity": driver.key,
                "sensitivity": _number(driver.sensitivity, digits),
                "share": _number(driver.share, digits),
            }
            for driver in found.drivers[:20]
        ],
    }


def found_json(found: Found) -> dict[str, Any]:
    """The answer to a search."""
    return {
        "total": found.total,
        "factors": [factor_json(factor) for factor in found.factors],
        "facets": {
            name: [{"value": f.value, "label": f.label, "count": f.count} for f in facets]
            for name, facets in found.facets.items()
        },
    }


def factor_json(factor: Factor) -> dict[str, Any]:
    """A factor with its source written out."""
    return {**factor_to_record(factor), "source": _source(factor.source)}


def property_json(known: Property) -> dict[str, Any]:
    """A calorific value, carbon content or the like, with its source written out."""
    return {
        "id": known.id,
        "subject_zh": known.subject_zh,
        "subject_en": known.subject_en,
        "property": known.code,
        "value": format(known.value, "f"),
        "unit": known.unit,
        "gas": known.gas,
        "geography": known.geography,
        "year": known.year,
        "standing": known.standing.value,
        "locator": known.locator,
        "notes": known.notes,
        "source": _source(known.source),
    }


def _source(key: str) -> dict[str, Any]:
    origin = sources().get(key)
    if origin is None:
        return {"key": "", "title": key, "number": "", "year": None, "url": ""}
    return {
        "key": origin.key,
        "title": origin.title,
        "number": origin.number,
        "year": origin.year,
        "url": origin.url,
    }


def verification_json(found: Verification) -> dict[str, Any]:
    """What checking a sealed footprint found."""
    return {
        "verdict": found.verdict,
        "name": found.name,
        "total": found.total,
        "unit": found.unit,
        "hash": found.hash,
        "altered": str(found.altered) if found.altered else None,
        "checked": found.checked,
        "unchecked": [str(told) for told in found.unchecked],
        "figures": [
            {"path": f.path, "sealed": f.sealed, "again": f.again, "match": str(f.match)}
            for f in found.figures
        ],
    }


def problems_json(problems: Iterable[Problem]) -> dict[str, Any]:
    """Problems of an input."""
    return {
        "problems": [
            {
                "code": problem.code,
                "file": problem.place.file,
                "sheet": problem.place.sheet,
                "row": problem.place.row,
                "field": problem.place.field,
                "cause": str(problem.cause),
                "mend": str(problem.mend),
            }
            for problem in problems
        ]
    }
