"""The seal: a footprint as one canonical document that anyone can check and calculate again.

The document holds the study, the library factors and GWP values that were used, the choices of the
calculation and every figure as a decimal string. Its bytes are canonical JSON and its last check
is its own SHA-256, so that any altered byte shows; the figures are then calculated again.

A product of a background is named with the background's content hash and licence. Its figures are
written down only where the licence lets them be passed on; else they, and the lines' figures that
tell them, are left out, and who has the background calculates them again from it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from tanyuan.backgrounds.library import Library
from tanyuan.backgrounds.offering import Offer
from tanyuan.documents.canonical import canonical_json, content_hash
from tanyuan.documents.numbers import (
    SEALED_DIGITS,
    Match,
    match_sealed,
    sealed_string,
)
from tanyuan.documents.numbers import checked as checked_number
from tanyuan.factors.starter import sources
from tanyuan.footprint.calculate import calculate
from tanyuan.footprint.method import Method
from tanyuan.footprint.result import Footprint, Uncertainty
from tanyuan.footprint.sealed_factors import at_hand, sealed_record, telling_lines
from tanyuan.footprint.study import Study
from tanyuan.gases import EmissionKind
from tanyuan.languages import Message, language
from tanyuan.problems import InputError, Place, refuse
from tanyuan.version import VERSION

FORMAT = "tanyuan-footprint-1"
UNCERTAINTY_DIGITS = 4
_MOST_SAMPLES = 10_000_000
# What content of another shape than a sealed one raises while it is calculated again
_UNUSABLE = (
    InputError,
    ValidationError,
    LookupError,
    TypeError,
    ValueError,
    ArithmeticError,
    AttributeError,
    RecursionError,
)
_STATED_FORMAT = re.compile(rb'"format"\s*:\s*"' + FORMAT.encode())


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a sealed footprint calculated again."""

    path: str
    sealed: str
    again: str
    match: Match


@dataclass(frozen=True, slots=True)
class Verification:
    """What checking a sealed footprint found.

    `altered` says why the document is not what was sealed (None: it is); `figures` are those that
    differ or lie on a rounding edge; `checked` is how many were calculated again. `unchecked` says
    what could not be calculated again, because a background is not at hand.
    """

    name: str
    total: str
    unit: str
    hash: str
    altered: Message | None
    figures: tuple[Figure, ...]
    checked: int
    unchecked: tuple[Message, ...] = ()

    @property
    def verdict(self) -> str:
        """`PASS`, `EDGE` (a rounding edge, see `match_sealed`), `PARTIAL` or `FAIL`."""
        if self.altered is not None or any(f.match is Match.DIFFERENT for f in self.figures):
            return "FAIL"
        if self.unchecked:
            return "PARTIAL"
        return "EDGE" if self.figures else "PASS"


def footprint_document(footprint: Footprint) -> dict[str, Any]:
    """The footprint as plain content, without its hash."""
    return {
        "format": FORMAT,
        "engine": {"name": "tanyuan", "version": VERSION},
        "study": footprint.study.model_dump(mode="json", exclude_defaults=True),
        "method": footprint.method.model_dump(mode="json"),
        "scenario": footprint.scenario,
        "factors": [sealed_record(factor) for factor in footprint.factors],
        "sources": {
            f.source: str(sources()[f.source]) for f in footprint.factors if f.source in sources()
        },
        "potentials": [
            {"gas": gas, "kind": kind, "value": value}
            for (gas, kind), value in sorted(footprint.potentials.items())
        ],
        "result": {
            "unit": footprint.unit,
            "complete": footprint.complete,
            "gaps": [{"line": gap.line, "code": gap.code} for gap in footprint.gaps],
            "bars": [bar.code for bar in footprint.bars],
            "figures": {path: sealed_string(value) for path, value in figures(footprint)},
            "uncertainty": _uncertainty_document(footprint.uncertainty),
        },
    }


def footprint_hash(footprint: Footprint) -> str:
    """The hash that the sealed footprint carries; the same on every machine."""
    return content_hash(footprint_document(footprint))


def seal(footprint: Footprint, *, certification: bool = False) -> bytes:
    """The sealed document of a footprint: canonical JSON with its own hash.

    Args:
        footprint: what is sealed.
        certification: whether the seal is to go to certification.

    Raises:
        InputError: something bars the footprint from certification.
    """
    if certification and footprint.bars:
        raise refuse(
            "not-certifiable",
            Message(
                "The footprint cannot be sealed for certification: {bars}.",
                bars="; ".join(str(bar.message) for bar in footprint.bars),
            ),
            Message("Mend these points, or seal it without certification."),
        )
    document = footprint_document(footprint)
    return canonical_json({**document, "hash": content_hash(document)})


def figures(footprint: Footprint) -> Iterator[tuple[str, float]]:
    """Every figure of the result that is sealed with nine digits, by path."""
    yield "total", footprint.total
    tables: dict[str, Mapping[Any, float]] = {
        "stage": footprint.by_stage,
        "phase": footprint.by_phase,
        "process": footprint.by_process,
        "kind": footprint.by_kind,
        "gas": footprint.by_gas,
        "mass": footprint.masses,
        "flag": footprint.by_flag,
        "gwp_set": footprint.by_gwp_set,
    }
    for name, table in tables.items():
        for key, value in table.items():
            yield f"{name}/{key}", value
    telling = telling_lines(footprint)
    for line in footprint.lines:
        for name in ("amount",) if line.id in telling else ("amount", "intensity", "value"):
            number = getattr(line, name)
            if number is not None:
                yield f"line/{line.id}/{name}", number
    yield "outside", footprint.outside
    yield "iluc", footprint.iluc
    yield "primary_share", footprint.primary_share
    yield "rated_share", footprint.rated_share
    for name, optional in (("other_total", footprint.other_total), ("rating", footprint.rating)):
        if optional is not None:
            yield name, optional


def _uncertainty_document(found: Uncertainty | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "samples": found.samples,
        "seed": found.seed,
        "figures": {
            path: sealed_string(value, UNCERTAINTY_DIGITS)
            for path, value in _uncertainty_figures(found)
        },
    }


def _uncertainty_figures(found: Uncertainty) -> Iterator[tuple[str, float]]:
    yield "standard_deviation", found.standard_deviation
    yield "covered", found.covered
    if found.interval and found.mean is not None and found.median is not None:
        yield "low", found.interval[0]
        yield "high", found.interval[1]
        yield "mean", found.mean
        yield "median", found.median
    for stage, (low, high) in found.stages.items():
        yield f"stage/{stage}/low", low
        yield f"stage/{stage}/high", high


def verify(data: bytes, name: str = "", backgrounds: Library | None = None) -> Verification:
    """Check a sealed footprint: its bytes, its hash, and every figure calculated again.

    Needs nothing but the document itself, and the backgrounds whose figures it may not hold.

    Args:
        data: the document.
        name: of its file.
        backgrounds: by default those on this machine.

    Raises:
        InputError: the file is no sealed footprint at all.
    """
    document = _read(data, name)
    stated = str(document.pop("hash", ""))
    result = _object(document.get("result"))
    altered = _altered(data, document, stated)
    unchecked: tuple[Message, ...] = ()
    try:
        found = at_hand(document["factors"], Library() if backgrounds is None else backgrounds)
        unchecked = found.unchecked
        again = _calculate_again(document, found.factors, sampled=not unchecked)
        if found.withheld:
            differing, checked = _compare_lines(result, again)
        else:
            differing, checked = _compare(result, again, sampled=not unchecked)
    except _UNUSABLE:
        if altered is None:
            altered = Message("It cannot be calculated again from what it holds.")
        differing, checked = (), 0
    figures_sealed = _object(result.get("figures"))
    study = _object(document.get("study"))
    return Verification(
        name=_name(study),
        total=str(figures_sealed.get("total", "")),
        unit=str(result.get("unit", "")),
        hash=stated,
        altered=altered,
        figures=differing,
        checked=checked,
        unchecked=unchecked,
    )


def _name(study: dict[str, Any]) -> str:
    names = ["name_zh", "name_en"] if language() == "zh" else ["name_en", "name_zh"]
    return next((str(study[name]) for name in (*names, "id") if study.get(name)), "")


def is_sealed(data: bytes) -> bool:
    """Whether bytes look like a sealed footprint."""
    return data.lstrip()[:1] == b"{" and _STATED_FORMAT.search(data) is not None


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _read(data: bytes, name: str) -> dict[str, Any]:
    try:
        document = json.loads(data.decode())
    except (UnicodeDecodeError, ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise refuse(
            "not-sealed",
            Message("This is no sealed footprint, or it is damaged."),
            Message("Ask for the file again; seal a study with: tanyuan seal"),
            Place(name),
        )
    return document


def _altered(data: bytes, document: dict[str, Any], stated: str) -> Message | None:
    try:
        again = content_hash(document)
        canonical = canonical_json({**document, "hash": stated})
    except (TypeError, ValueError, RecursionError):
        return Message("It holds numbers that are not in canonical form.")
    if again != stated:
        return Message("Its content does not have the hash that it states.")
    if canonical != data:
        return Message("Its bytes are not in canonical form.")
    return None


def _calculate_again(document: dict[str, Any], library: Offer, *, sampled: bool) -> Footprint:
    for factor in library.own.values():
        for emission in factor.emissions:
            checked_number(emission.value)
    stated = document["result"].get("uncertainty") or {}
    samples = int(stated.get("samples", 0))
    if samples > _MOST_SAMPLES:
        raise ValueError(samples)
    return calculate(
        Study.model_validate(document["study"]),
        method=Method.model_validate(document["method"]),
        scenario=document["scenario"],
        library=library,
        samples=samples if sampled else 0,
        seed=int(stated.get("seed", 0)),
        potentials={
            (row["gas"], EmissionKind(row["kind"])): checked_number(Decimal(row["value"]))
            for row in document["potentials"]
        },
    )


def _compare_lines(result: Mapping[str, Any], again: Footprint) -> tuple[tuple[Figure, ...], int]:
    """Compare what does not rest on figures that a licence withholds."""
    found = {path: value for path, value in figures(again) if path.startswith("line/")}
    sealed = {path: value for path, value in result["figures"].items() if path.startswith("line/")}
    return tuple(_differing(sealed, found, SEALED_DIGITS, "")), len(found)


def _compare(
    result: Mapping[str, Any], again: Footprint, *, sampled: bool
) -> tuple[tuple[Figure, ...], int]:
    found = dict(figures(again))
    differing = list(_differing(result["figures"], found, SEALED_DIGITS, ""))
    checked = len(found)
    facts = {
        "unit": (result["unit"], again.unit),
        "complete": (result["complete"], again.complete),
        "gaps": (result["gaps"], [{"line": gap.line, "code": gap.code} for gap in again.gaps]),
        "bars": (result["bars"], [bar.code for bar in again.bars]),
    }
    if sampled:
        stated, spread = result["uncertainty"] or {}, again.uncertainty
        uncertain = {} if spread is None else dict(_uncertainty_figures(spread))
        sealed = stated.get("figures") or {}
        differing += _differing(sealed, uncertain, UNCERTAINTY_DIGITS, "uncertainty/")
        checked += len(uncertain)
        facts["uncertainty/samples"] = stated.get("samples"), spread and spread.samples
    for path, (before, now) in facts.items():
        if before != now:
            differing.append(Figure(path, str(before), str(now), Match.DIFFERENT))
    return tuple(differing), checked


def _differing(
    sealed: Mapping[str, str], again: Mapping[str, float], digits: int, prefix: str
) -> Iterator[Figure]:
    for path in dict.fromkeys([*sealed, *again]):
        if path not in sealed or path not in again:
            now = sealed_string(again[path], digits) if path in again else ""
            yield Figure(prefix + path, sealed.get(path, ""), now, Match.DIFFERENT)
            continue
        match = match_sealed(sealed[path], again[path], digits)
        if match is not Match.SAME:
            shown = sealed_string(again[path], digits)
            yield Figure(prefix + path, sealed[path], shown, match)
