"""What the pages of the catalogue show: hits with their facets, relatives of a factor, citation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from tanyuan.documents.numbers import decimal_string
from tanyuan.factors.factor import ElectricityFamily, Emission, Factor
from tanyuan.factors.search import search
from tanyuan.factors.starter import (
    Property,
    boundary_label,
    category_label,
    geography_label,
    property_label,
    source,
    starter_release,
)
from tanyuan.languages import Message, language
from tanyuan.reports.wording import gas_name, unit_name
from tanyuan.server.base.tables import Column, Table, address

_ALL = 1_000_000
_MOST_BARS = 12
FAMILY_LABELS = {
    ElectricityFamily.LIFE_CYCLE: Message("Life cycle: for product footprints"),
    ElectricityFamily.GENERATION_CO2: Message("Generation CO₂ only: for organisations"),
}


def amount(emission: Emission) -> str:
    """An amount with all the digits that its source gives, thousands marked."""
    plain = decimal_string(emission.value)
    return plain.replace("-", "−") if "e" in plain else f"{emission.value.normalize():,f}"


def unit_of(factor: Factor, gas: str) -> str:
    """What the numbers of a gas are in: `kg CO₂e/kWh`."""
    return f"kg {gas_name(gas)}/{unit_name(factor.unit)}"


@dataclass(frozen=True, slots=True)
class Reading:
    """One number of a factor as a page shows it."""

    gas: str
    value: str
    unit: str
    kind: str
    split: bool
    printed: str
    gwp_set: str
    is_sum: bool


def readings(factor: Factor) -> list[Reading]:
    """The numbers of a factor in its source's order, each with what is printed there."""
    same = len(factor.printed) == len(factor.emissions)
    return [
        Reading(
            gas_name(e.gas),
            amount(e),
            unit_of(factor, e.gas),
            str(e.kind.label),
            e.kind.value != "unspecified",
            factor.printed[n] if same else "; ".join(factor.printed),
            e.gwp_set,
            e.gas == "CO2e",
        )
        for n, e in enumerate(factor.emissions)
    ]


def _values(factor: Factor) -> str:
    return "; ".join(f"{r.value} {r.unit}" for r in readings(factor))


def _family(factor: Factor) -> str:
    return str(FAMILY_LABELS[factor.electricity]) if factor.electricity else ""


_PAGE = (
    Column("id", Message("Id"), lambda f: f.id),
    Column("name", Message("Name"), lambda f: f.name),
    Column(
        "value",
        Message("Value"),
        _values,
        numeric=True,
        order=lambda f: (f.unit, f.emissions[0].gas, f.emissions[0].value),
    ),
    Column("place", Message("Place"), lambda f: geography_label(f.geography)),
    Column("year", Message("Year"), lambda f: f.year, numeric=True),
)


def _gas_columns(factors: Iterable[Factor]) -> list[Column]:
    """One column a gas, so that the file holds numbers and not texts."""

    def of(gas: str) -> Any:
        return lambda f: next((e.value for e in f.emissions if e.gas == gas), None)

    gases = dict.fromkeys(e.gas for f in factors for e in f.emissions)
    return [Column(gas, Message("kg {gas} per unit", gas=gas), of(gas)) for gas in gases]


def _file_columns(factors: Sequence[Factor]) -> list[Column]:
    return [
        Column("id", Message("Id"), lambda f: f.id),
        Column("version", Message("Version"), lambda f: f.version),
        Column("name_zh", Message("Name in Chinese"), lambda f: f.name_zh),
        Column("name_en", Message("Name in English"), lambda f: f.name_en),
        Column("category", Message("Category"), lambda f: category_label(f.category)),
        Column("group", Message("Group"), lambda f: category_label(f.group)),
        Column("family", Message("Electricity family"), _family),
        Column("place", Message("Place"), lambda f: f.geography),
        Column("year", Message("Year"), lambda f: f.year),
        Column("unit", Message("Unit"), lambda f: f.unit),
        *_gas_columns(factors),
        Column("boundary", Message("Boundary"), lambda f: boundary_label(f.boundary)),
        Column("standing", Message("Standing"), lambda f: str(f.standing.label)),
        Column("printed", Message("As printed"), lambda f: "; ".join(f.printed)),
        Column("source", Message("Source"), lambda f: str(source(f.source))),
        Column("locator", Message("Place in the source"), lambda f: f.locator),
        Column("url", Message("Address"), lambda f: source(f.source).url),
    ]


@dataclass(frozen=True, slots=True)
class Door:
    """One value of a facet: its name, how many have it, where it leads, whether it is chosen."""

    label: str
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetBox:
    """A facet with its values; open where one is chosen or it is among the first."""

    name: str
    title: str
    doors: tuple[Door, ...]
    open: bool


class Catalogue:
    """The answer to an address of the catalogue."""

    def __init__(self, query: QueryDict) -> None:
        self.query = query
        self.q = query.get("q", "").strip()[:200]
        self.chosen = self._chosen()
        self.factors = self._search()
        self.table = Table(query, self.factors, _PAGE, words=False)
        if query.get("format"):
            self.table.exported = _file_columns(self.factors)

    def _chosen(self) -> dict[str, Any]:
        """The filters of the address that mean something; others are passed over."""
        read, found = self.query.get, {}
        for name in ("place", "category", "group"):
            if read(name):
                found[name] = str(read(name))[:40]
        year = read("year", "")
        if year.isascii() and year.isdigit() and len(year) == 4:
            found["year"] = year
        if read("electricity") in list(ElectricityFamily):
            found["electricity"] = str(read("electricity"))
        if read("verified") == "yes":
            found["verified"] = "yes"
        return found

    def _search(self, without: str = "") -> tuple[Factor, ...]:
        kept = {name: value for name, value in self.chosen.items() if name != without}
        year = kept.get("year")
        found = search(
            self.q,
            geography=kept.get("place"),
            year=int(year) if year else None,
            category=kept.get("category"),
            electricity=kept.get("electricity"),
            verified_only="verified" in kept,
            limit=_ALL,
        ).factors
        group = kept.get("group")
        return tuple(f for f in found if f.group == group) if group else found

    def _box(self, name: str, title: Message, key: Any, label: Any, *, opened: bool) -> FacetBox:
        chosen = self.chosen.get(name)
        counts = Counter(key(f) for f in (self._search(without=name) if chosen else self.factors))
        counts.pop("", None)
        order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if name == "year":
            order = sorted(counts.items(), reverse=True)
        doors = tuple(
            Door(
                label(value),
                count,
                address(self.query, **{name: None if value == chosen else value}),
                value == chosen,
            )
            for value, count in order
        )
        return FacetBox(name, str(title), doors, opened or bool(chosen))

    @property
    def boxes(self) -> list[FacetBox]:
        """The facets, each with the count of what choosing it would leave."""
        boxes = [
            self._box(
                "category", Message("Category"), lambda f: f.category, category_label, opened=True
            ),
            self._box(
                "electricity",
                Message("Electricity family"),
                lambda f: str(f.electricity or ""),
                lambda v: str(FAMILY_LABELS[ElectricityFamily(v)]),
                opened=True,
            ),
            self._box(
                "place", Message("Place"), lambda f: f.geography, geography_label, opened=False
            ),
            self._box("year", Message("Year"), lambda f: str(f.year or ""), str, opened=False),
            self._box(
                "verified",
                Message("Standing"),
                lambda f: "yes" if f.verified else "",
                lambda _: str(Message("verified only")),
                opened=False,
            ),
        ]
        if "category" in self.chosen or "group" in self.chosen:
            group = self._box(
                "group", Message("Group"), lambda f: f.group, category_label, opened=True
            )
            boxes.insert(1, group)
        return [box for box in boxes if box.doors]

    @property
    def crumbs(self) -> list[Door]:
        """The chosen filters, each with the address without it."""
        return [d for box in self.boxes for d in box.doors if d.chosen]

    @property
    def both_families(self) -> list[tuple[str, int, str]]:
        """The two electricity families where the hits hold both: name, count, address."""
        counts = Counter(f.electricity for f in self.factors if f.electricity)
        if len(counts) < 2:
            return []
        return [
            (str(FAMILY_LABELS[f]), counts[f], address(self.query, electricity=f.value))
            for f in ElectricityFamily
        ]

    @property
    def rows(self) -> list[tuple[Factor, list[Reading], str]]:
        """The factors of the page with their numbers and place."""
        return [(f, readings(f), geography_label(f.geography)) for f in self.table.rows]


@dataclass(frozen=True, slots=True)
class Bar:
    """A factor beside others of one unit: its length in per cent of the longest."""

    factor: Factor
    value: str
    length: str
    here: bool


def other_years(factor: Factor) -> list[Factor]:
    """The same series in other years, newest first; the factor itself among them."""

    def series(one: Factor) -> tuple[str, ...]:
        return one.name_en, one.group, one.geography, one.unit, one.boundary

    same = [
        f
        for f in starter_release().factors.values()
        if series(f) == series(factor) and (f.id == factor.id or f.year != factor.year)
    ]
    return sorted(same, key=lambda f: -(f.year or 0)) if len(same) > 1 else []


def neighbours(factor: Factor) -> list[Factor]:
    """The nearest factors that can be laid beside this one, largest first.

    They are of its group, or of its document and year, with the same unit, boundary and gases; the
    factor itself is among them, its other years are not.
    """
    series = {f.id for f in other_years(factor)}

    def beside(one: Factor) -> bool:
        related = one.group == factor.group or (one.source, one.category, one.year) == (
            factor.source,
            factor.category,
            factor.year,
        )
        return (
            related
            and (one.id == factor.id or one.id not in series)
            and (one.unit, one.boundary, one.per) == (factor.unit, factor.boundary, factor.per)
            and [e.gas for e in one.emissions] == [e.gas for e in factor.emissions]
        )

    def distance(one: Factor) -> tuple[bool, bool, bool, bool, int, str]:
        return (
            one.id != factor.id,
            one.geography != factor.geography,
            one.group != factor.group,
            one.source != factor.source,
            abs((one.year or 0) - (factor.year or 0)),
            one.id,
        )

    alike = [f for f in starter_release().factors.values() if beside(f)]
    nearest = sorted(alike, key=distance)[:_MOST_BARS]
    return sorted(nearest, key=lambda f: -f.emissions[0].value) if len(nearest) > 1 else []


def bars(factors: Sequence[Factor], factor: Factor) -> list[Bar]:
    """Factors as bars of their first gas; none where one of them takes gas away."""
    largest = max((f.emissions[0].value for f in factors), default=0)
    if not largest or any(f.emissions[0].value < 0 for f in factors):
        return []
    return [
        Bar(
            f,
            amount(f.emissions[0]),
            f"{float(100 * f.emissions[0].value / largest):.2f}",
            f.id == factor.id,
        )
        for f in factors
    ]


def citation(factor: Factor) -> str:
    """How to cite a factor."""
    origin, release = source(factor.source), starter_release()
    bare = language() == "en" or "《" in origin.title
    title = origin.title if bare else f"《{origin.title}》"
    parts = [title, origin.number, str(origin.year or ""), factor.locator]
    where = ", ".join(part for part in parts if part)
    return str(
        Message(
            "{source}. {name}: {values} [DS]. Tanyuan, {release}, {id}, version {version}.",
            source=where,
            name=factor.name,
            values=_values(factor),
            release=release.title,
            id=factor.id,
            version=factor.version,
        )
    )


_PROPERTY_PAGE = (
    Column("id", Message("Id"), lambda p: p.id),
    Column("subject", Message("Of what"), lambda p: p.subject),
    Column("kind", Message("Property"), lambda p: property_label(p.code)),
    Column(
        "value",
        Message("Value"),
        lambda p: p.value,
        numeric=True,
        order=lambda p: (p.unit, p.value),
    ),
    Column("unit", Message("Unit"), lambda p: p.unit),
    Column("place", Message("Place"), lambda p: geography_label(p.geography)),
    Column("year", Message("Year"), lambda p: p.year, numeric=True),
    Column("source", Message("Source"), lambda p: str(source(p.source))),
)
_PROPERTY_FILE = (
    *_PROPERTY_PAGE,
    Column("locator", Message("Place in the source"), lambda p: p.locator),
    Column("standing", Message("Standing"), lambda p: str(p.standing.label)),
    Column("subject_zh", Message("Name in Chinese"), lambda p: p.subject_zh),
    Column("subject_en", Message("Name in English"), lambda p: p.subject_en),
    Column("url", Message("Address"), lambda p: source(p.source).url),
)


class Properties:
    """The answer to an address of the properties."""

    def __init__(self, query: QueryDict) -> None:
        kind = query.get("kind", "")
        every = starter_release().properties.values()
        matching = [p for p in every if self._matches(p, query.get("q", "").strip()[:200])]
        counts = Counter(p.code for p in matching)
        self.kinds = tuple(
            Door(
                property_label(code),
                count,
                address(query, kind=None if code == kind else code),
                code == kind,
            )
            for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        )
        kept = [p for p in matching if p.code == kind] if kind in counts else matching
        self.table = Table(query, kept, _PROPERTY_PAGE, exported=_PROPERTY_FILE, words=False)
        self.q = self.table.q

    @staticmethod
    def _matches(one: Property, q: str) -> bool:
        parts = (
            one.id,
            one.subject_zh,
            one.subject_en,
            property_label(one.code),
            geography_label(one.geography),
            one.gas,
            str(one.year),
        )
        text = " ".join(parts).casefold()
        return all(word in text for word in q.casefold().split())

    @property
    def rows(self) -> list[tuple[Property, str, str, str]]:
        """The properties of the page: with kind, place and source."""
        return [
            (p, property_label(p.code), geography_label(p.geography), str(source(p.source)))
            for p in self.table.rows
        ]
