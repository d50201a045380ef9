"""The factors and sources of a study under short codes: F1 … for factors, S1 … for sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tanyuan.factors.factor import ElectricityFamily, Factor
from tanyuan.factors.starter import (
    boundary_label,
    geography_label,
    record_text,
    sources,
)
from tanyuan.footprint.fields import Amount
from tanyuan.footprint.result import Footprint, LineResult
from tanyuan.footprint.study import StudyFactor, Supplier
from tanyuan.gases import CO2E, EmissionKind, find_gas, potential
from tanyuan.languages import Message, language
from tanyuan.reports.wording import (
    NONE,
    exact,
    gas_name,
    in_words,
    own_language,
    place_name,
    unit_name,
    with_remark,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A factor as the list prints it.

    `values` are kg per unit, one line a gas; `about` place, year, boundary, family; `source` the
    document, the place in it, its address and how far it was checked.
    """

    code: str
    name: str
    unit: str
    values: tuple[str, ...]
    about: tuple[str, ...]
    source: tuple[str, ...]
    electricity: ElectricityFamily | None = None
    place: str = ""
    year: str = ""
    verified: bool | None = None


@dataclass
class References:
    """What lines refer to, counted in the order of the study."""

    factors: Mapping[str, Entry]
    sources: Mapping[str, str]
    _by_text: Mapping[str, str] = field(default_factory=dict)

    def factor(self, line: LineResult) -> Entry | None:
        """The factor of a line; None where it has none."""
        return self.factors.get(_key(line))

    def source_code(self, text: str) -> str:
        """The code of a source that lines name."""
        return self._by_text.get(text, "")


def references(footprint: Footprint) -> References:
    """The factors and sources of a footprint's lines."""
    entries: dict[str, Entry] = {}
    for line in footprint.lines:
        key = _key(line)
        if key and key not in entries:
            entries[key] = _entry(f"F{len(entries) + 1}", line, footprint)
    texts = dict.fromkeys(row.source for row in footprint.study.lines if row.source)
    codes = {text: f"S{number}" for number, text in enumerate(texts, 1)}
    return References(entries, {code: own_language(text) for text, code in codes.items()}, codes)


def _key(line: LineResult) -> str:
    return f"{line.origin}:{line.ref}" if line.origin in _READERS else ""


def _entry(code: str, line: LineResult, footprint: Footprint) -> Entry:
    return _READERS[line.origin](code, line, footprint)


def _library(code: str, line: LineResult, footprint: Footprint) -> Entry:
    own = next((row for row in footprint.study.factors if row.id == line.ref), None)
    id_ = own.library if own else line.ref
    factor = next(f for f in footprint.factors if f.id in (id_, id_.upper()))
    name = line.ref_name
    if name != factor.name:
        name = with_remark(name, factor.name)
    return Entry(
        code,
        f"{name}, {factor.id}",
        unit_name(factor.unit) + (f" {' '.join(record_text(factor.per))}" if factor.per else ""),
        tuple(_value(e.value, e.gas, e.kind, e.gwp_set) for e in factor.emissions),
        _about_library(factor),
        _source_library(factor),
        factor.electricity,
        geography_label(factor.geography),
        str(factor.year or ""),
        factor.verified,
    )


def _about_library(factor: Factor) -> tuple[str, ...]:
    about = [geography_label(factor.geography), str(factor.year or "")]
    about += [boundary_label(factor.boundary) if factor.boundary else ""]
    about += [str(factor.electricity.label) if factor.electricity else ""]
    return tuple(part for part in (*about, *record_text(factor.basis)) if part)


def _source_library(factor: Factor) -> tuple[str, ...]:
    origin = sources().get(factor.source)
    told = [str(origin) if origin else factor.source, factor.locator]
    if origin:
        told += [origin.url, origin.attribution]
    if factor.printed:
        told.append(str(Message("As printed: {text}", text="; ".join(factor.printed))))
    told.append(str(factor.standing.label))
    if factor.seen_at:
        told.append(str(Message("Read in: {text}", text=factor.seen_at)))
    if language() in factor.translated:
        told.append(str(Message("The name is our translation.")))
    return tuple(part for part in (*told, *record_text(factor.notes)) if part)


def _study(code: str, line: LineResult, footprint: Footprint) -> Entry:
    rows = [row for row in footprint.study.factors if row.id == line.ref]
    first = rows[0]
    family = first.electricity
    about = [place_name(first.geography), str(first.year or ""), str(first.data_kind.label)]
    about += [str(family.label)] if family else []
    return Entry(
        code,
        line.ref_name,
        unit_name(str(first.unit or line.unit)),
        tuple(_value(row.value, row.gas, row.kind, row.gwp_set) for row in rows),
        tuple(part for part in about if part),
        _told(rows),
        family,
        first.geography,
        str(first.year or ""),
    )


def _supplier(code: str, line: LineResult, footprint: Footprint) -> Entry:
    rows = [row for row in footprint.study.suppliers if row.id == line.ref]
    first = rows[0]
    about = [first.supplier]
    about += [str(first.boundary.label)] if first.boundary else []
    if first.verified_by:
        about.append(str(Message("verified by {body}", body=first.verified_by)))
    if not all(row.inventory for row in rows):
        about.append(str(Message("inventory not available")))
    values = []
    for row in rows:
        told = _value(row.value, CO2E, row.kind, row.gwp_set)
        stage = footprint.stage_name(row.stage) if row.stage else ""
        values.append(str(Message("{line}: {what}", line=stage, what=told)) if stage else told)
    return Entry(
        code,
        line.ref_name,
        unit_name(str(first.unit)),
        tuple(values),
        tuple(part for part in about if part),
        _told(rows),
    )


def _told(rows: list[StudyFactor] | list[Supplier]) -> tuple[str, ...]:
    told = [own_language(row.source) for row in rows] + [own_language(row.note) for row in rows]
    found = tuple(dict.fromkeys(text for text in told if text))
    return found or (str(Message("no source stated")),)


def _gas(code: str, line: LineResult, footprint: Footprint) -> Entry:
    kind = line.parts[0].kind if line.parts else EmissionKind.FOSSIL
    gwp_set = footprint.method.gwp_set
    gas = find_gas(line.ref)
    id_ = gas.id if gas else line.ref
    value = footprint.potentials.get((id_, kind))
    known = potential(id_, kind, gwp_set)
    told = [str(Message("Global warming potential, {set}", set=gwp_set))]
    origin = sources().get(known.source) if known else None
    if origin:
        told += [str(origin), origin.url]
    return Entry(
        code,
        str(Message("{gas} emitted here", gas=gas_name(line.ref))),
        "kg",
        (NONE if value is None else f"{exact(value)} kg CO₂e",),
        (gas.name,) if gas and language() == "en" else (),
        tuple(told),
        verified=known.verified if known else None,
    )


def _value(value: Decimal | Amount | None, gas: str, kind: EmissionKind, gwp_set: str = "") -> str:
    if value is None:
        return NONE
    stated = value.number if isinstance(value, Amount) else value
    text = exact(stated) if stated is not None else str(getattr(value, "text", NONE))
    marks = [] if kind is EmissionKind.UNSPECIFIED else [str(kind.label)]
    if gas == CO2E and gwp_set:
        marks.append(gwp_set)
    told = f"{text} kg {gas_name(gas)}"
    return with_remark(told, in_words(marks)) if marks else told


_READERS = {"library": _library, "study": _study, "supplier": _supplier, "gas": _gas}
