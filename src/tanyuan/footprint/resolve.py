"""What a line's `ref` means: the intensity of one unit of a factor, supplier footprint or gas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from tanyuan.backgrounds.offering import Offer, absent
from tanyuan.backgrounds.references import read_reference
from tanyuan.factors.factor import ElectricityFamily, Factor
from tanyuan.factors.search import similar
from tanyuan.footprint.fields import Amount
from tanyuan.footprint.study import Study, StudyFactor, Supplier, Uncertain
from tanyuan.gases import CO2E, EmissionKind, Flag, find_gas
from tanyuan.languages import Message, language
from tanyuan.problems import InvalidValueError, Place, Problems
from tanyuan.quality.distributions import Sampled, Scatter, scatter
from tanyuan.quality.pedigree import pedigree_scatter
from tanyuan.units import Unit, UnitError, conversion, parse_unit

FactorSource = Mapping[str, Factor]
"""Library factors by id; an `Offer` has products of backgrounds among them."""


@dataclass(frozen=True, slots=True)
class Part:
    """One gas of one kind in an intensity: kg per unit, or a sum in kg CO2e with its GWP set."""

    gas: str
    kind: EmissionKind
    value: Amount
    gwp_set: str = ""
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Intensity:
    """What one unit of a ref emits, and all that a result says of it.

    `origin` is library, background, study, supplier or gas. `inventory` tells whether what is
    behind it can be looked into.
    """

    id: str
    origin: str
    name_zh: str
    name_en: str
    unit: Unit
    parts: tuple[Part, ...]
    source: str = ""
    electricity: ElectricityFamily | None = None
    flags: tuple[Flag, ...] = ()
    scatter: Scatter | Sampled | None = None
    inventory: bool = True
    factor: Factor | None = None

    @property
    def name(self) -> str:
        """The name in the language in use."""
        first, second = self.name_zh, self.name_en
        if language() == "en":
            first, second = second, first
        return first or second or self.id

    @property
    def key(self) -> str:
        """The name of its random quantity: every line that uses it shares one error."""
        return f"factor:{self.id}"


def row_scatter(row: Uncertain, value: float) -> Scatter | None:
    """How a row's quantity scatters: as stated, else as its pedigree implies, else unknown."""
    if row.distribution is not None:
        spread, low, high = (
            None if x is None else float(x) for x in (row.spread, row.low, row.high)
        )
        return scatter(row.distribution, value, spread, low, high)
    if any(limit is not None for limit in (row.spread, row.low, row.high)):
        raise InvalidValueError(
            "distribution-missing",
            Message("A spread or limits are given without their distribution."),
            Message("Choose lognormal, normal, triangular or uniform, or take them out."),
        )
    if row.pedigree is not None:
        return pedigree_scatter(row.pedigree)
    return None


def resolve(study: Study, library: FactorSource, problems: Problems) -> dict[str, Intensity]:
    """Every intensity that the study's own tables define, by id (others: `look_up`)."""
    found: dict[str, Intensity] = {}
    for rows in _by_id(study.factors).values():
        intensity = _study_factor(rows, library, problems)
        if intensity is not None:
            found[intensity.id] = intensity
    for supplier_rows in _by_id(study.suppliers).values():
        supplier = _supplier(supplier_rows, problems)
        found[supplier.id] = supplier
    return found


def look_up(ref: str, own: Mapping[str, Intensity], library: FactorSource) -> Intensity:
    """The intensity that a ref names: the study's own first, then the library, then a gas.

    Raises:
        InvalidValueError: nothing has this id; the mend names what is near.
    """
    if ref in own:
        return own[ref]
    factor = library.get(ref) or library.get(ref.upper())
    if factor is not None:
        return library_intensity(factor, library)
    named = read_reference(ref)
    if named is not None:
        raise absent(named, library.backgrounds if isinstance(library, Offer) else None)
    gas = find_gas(ref)
    if gas is not None:
        one = Amount(Decimal(1))
        return Intensity(
            gas.id, "gas", gas.formula or gas.id, gas.name, parse_unit("kg"),
            (Part(gas.id, EmissionKind.FOSSIL, one),),
        )  # fmt: skip
    near = (*_near(ref, own), *(f"{f.id} {f.name}" for f in similar(ref)))[:4]
    raise InvalidValueError(
        "ref-unknown",
        Message("There is no factor, supplier footprint, output or gas “{ref}”.", ref=ref),
        Message("Did you mean {near}? Search with: tanyuan factors search", near=near)
        if near
        else Message("Find one with: tanyuan factors search, or add it to the study's factors."),
    )


def stop_generation_co2(intensity: Intensity, study: Study) -> None:
    """Keep the two families of electricity factors apart.

    Raises:
        InvalidValueError: a product footprint would count the CO2 of generation alone.
    """
    if study.subject.is_product and intensity.electricity is ElectricityFamily.GENERATION_CO2:
        raise InvalidValueError(
            "electricity-family",
            Message(
                "“{id}” counts only the CO2 of generating electricity; a product footprint "
                "needs the life-cycle factor (kg CO2e/kWh).",
                id=intensity.id,
            ),
            Message(
                "Choose an electricity carbon footprint factor, or give the reason in the "
                "field “exception” (the result can then not be certified)."
            ),
        )


def library_intensity(factor: Factor, library: FactorSource | None = None) -> Intensity:
    """A factor of a library as an intensity."""
    parts = tuple(Part(e.gas, e.kind, Amount(e.value), e.gwp_set) for e in factor.emissions)
    return Intensity(
        factor.id,
        "background" if factor.background else "library",
        factor.name_zh,
        factor.name_en,
        parse_unit(factor.unit),
        parts,
        source=factor.source,
        electricity=factor.electricity,
        flags=factor.flags,
        scatter=library.scatter(factor) if isinstance(library, Offer) else None,
        factor=factor,
    )


def _near(ref: str, own: Iterable[str]) -> list[str]:
    import difflib  # noqa: PLC0415 - only for the mend of a slip

    return difflib.get_close_matches(ref, list(own), n=2)


Row = TypeVar("Row", StudyFactor, Supplier)


def _by_id(rows: Iterable[Row]) -> dict[str, list[tuple[int, Row]]]:
    grouped: dict[str, list[tuple[int, Row]]] = defaultdict(list)
    for number, row in enumerate(rows, 1):
        grouped[row.id].append((number, row))
    return grouped


def _study_factor(
    rows: list[tuple[int, StudyFactor]], library: FactorSource, problems: Problems
) -> Intensity | None:
    number, first = rows[0]
    place = Place(sheet="factors", row=number)
    if first.library and len(rows) == 1:
        return _rated_library_factor(first, library, place, problems)
    parts: list[Part] = []
    for row_number, row in rows:
        row_place = Place(sheet="factors", row=row_number)
        part = _factor_part(row, first, row_place, problems)
        if part is None:
            continue
        if any((part.gas, part.kind) == (other.gas, other.kind) for other in parts):
            problems.add(
                "factor-double",
                Message(
                    "The factor “{id}” gives {gas} of this kind twice.", id=row.id, gas=row.gas
                ),
                Message("Keep one of the two rows, or give the second factor another id."),
                row_place,
            )
        parts.append(part)
        if row is not first and _whole_factor_facts(row) not in (
            _NO_FACTS,
            _whole_factor_facts(first),
        ):
            problems.add(
                "factor-facts",
                Message(
                    "The rows of the factor “{id}” do not agree on spread or family.", id=row.id
                ),
                Message("State spread, pedigree and electricity family on its first row."),
                row_place,
            )
    if first.unit is None or not parts:
        return None
    value = parts[0].value.number
    spread = None
    with problems.at(place):
        spread = row_scatter(first, float(value) if value is not None else 1.0)
    return Intensity(
        first.id,
        "study",
        first.name_zh,
        first.name_en,
        first.unit,
        tuple(parts),
        source=first.source,
        electricity=first.electricity,
        scatter=spread,
    )


_FACTS = ("distribution", "spread", "low", "high", "pedigree", "electricity")
_NO_FACTS = (None,) * len(_FACTS)


def _whole_factor_facts(row: StudyFactor) -> tuple[object, ...]:
    """What holds for the factor as a whole, not for one of its gases."""
    return tuple(getattr(row, name) for name in _FACTS)


def _rated_library_factor(
    row: StudyFactor, library: FactorSource, place: Place, problems: Problems
) -> Intensity | None:
    with problems.at(Place(place.file, place.sheet, place.row, "library")):
        factor = look_up(row.library, {}, library)
        if row.value is not None:
            raise InvalidValueError(
                "factor-doubled",
                Message("The row names a library factor and gives a value."),
                Message("Keep one of the two."),
            )
        return Intensity(
            row.id,
            factor.origin,
            row.name_zh or factor.name_zh,
            row.name_en or factor.name_en,
            factor.unit,
            factor.parts,
            source=factor.source,
            electricity=factor.electricity,
            flags=factor.flags,
            scatter=row_scatter(row, 1.0) or factor.scatter,
            factor=factor.factor,
        )
    return None


def _factor_part(
    row: StudyFactor, first: StudyFactor, place: Place, problems: Problems
) -> Part | None:
    def at(field: str) -> Place:
        return Place(place.file, place.sheet, place.row, field)

    if row.library:
        problems.add(
            "factor-doubled",
            Message("The factor “{id}” names a library factor in one of several rows.", id=row.id),
            Message("Give it one row with the library factor, or rows with values of its own."),
            at("library"),
        )
        return None
    if row.unit is None or row.unit != first.unit:
        problems.add(
            "factor-unit",
            Message("The factor “{id}” has no unit, or not the same in all its rows.", id=row.id),
            Message("Write the unit that its values are per, the same in each row."),
            at("unit"),
        )
        return None
    if row.value is None:
        problems.add(
            "factor-value",
            Message("The factor “{id}” has no value.", id=row.id),
            Message("Write kg of the gas per unit, or name a library factor."),
            at("value"),
        )
        return None
    gas = row.gas if row.gas == CO2E else getattr(find_gas(row.gas), "id", None)
    if gas is None:
        problems.add(
            "gas-unknown",
            Message("The gas “{gas}” is not known.", gas=row.gas),
            Message("Write CO2e, or a formula or name such as CO2, CH4, N2O, SF6, HFC-134a."),
            at("gas"),
        )
        return None
    return Part(gas, row.kind, row.value, row.gwp_set)


def _supplier(rows: list[tuple[int, Supplier]], problems: Problems) -> Intensity:
    number, first = rows[0]
    parts = []
    for row_number, row in rows:
        with problems.at(Place(sheet="suppliers", row=row_number, field="unit")):
            if row.unit != first.unit:
                conversion(row.unit, first.unit)
                raise UnitError(
                    "supplier-unit",
                    Message("The footprint “{id}” has more than one unit.", id=row.id),
                    Message("State all its rows per the same unit."),
                )
        parts.append(Part(CO2E, row.kind, Amount(row.value), row.gwp_set, row.stage))
    spread = None
    with problems.at(Place(sheet="suppliers", row=number)):
        spread = row_scatter(first, float(sum(r.value for _, r in rows if r.kind.in_total)))
    return Intensity(
        first.id,
        "supplier",
        first.name_zh,
        first.name_en,
        first.unit,
        tuple(parts),
        source=first.source or first.supplier,
        scatter=spread,
        inventory=all(row.inventory for _, row in rows),
    )
