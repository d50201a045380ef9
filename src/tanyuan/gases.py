"""Greenhouse gases, global warming potentials by set, and the disjoint kinds of emission.

A GWP set is named by report and metric, for instance `AR6 GWP-100`. The values and their sources
are data (`data/gases.csv`, `data/gwp.csv`); which set a footprint uses is an attribute of its
method (ISO 14067:2018 asks for 100-year values of the latest IPCC report).
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from tanyuan.languages import Choice

GWP_SET = "AR6 GWP-100"
"""Of the latest IPCC report, as ISO 14067 asks; weighs where nobody names another."""
_DATA = Path(__file__).parent / "data"

CO2E = "CO2e"
"""The gas of a factor that is known only as a sum in CO2 equivalents."""


class EmissionKind(Choice):
    """What carbon an emission is of; every kg belongs to exactly one kind.

    `UNSPECIFIED` holds what a source gives as one sum without a split; it counts in the total.
    `ILUC` is reported outside the total (ISO 14067:2018, 7.2).
    """

    FOSSIL = "fossil", "fossil"
    BIOGENIC = "biogenic", "biogenic"
    DLUC = "dluc", "direct land use change"
    REMOVAL_BIOGENIC = "removal_biogenic", "biogenic removal"
    REMOVAL_TECHNICAL = "removal_technical", "technical removal"
    UNSPECIFIED = "unspecified", "split not given by the source"
    ILUC = "iluc", "indirect land use change (outside the total)"

    @property
    def in_total(self) -> bool:
        """Whether emissions of this kind are part of the footprint's total."""
        return self is not EmissionKind.ILUC

    @property
    def is_removal(self) -> bool:
        """Whether this kind takes gas out of the atmosphere (counted with a minus)."""
        return self in (EmissionKind.REMOVAL_BIOGENIC, EmissionKind.REMOVAL_TECHNICAL)


class Flag(Choice):
    """An "of which" mark on top of a kind; flags may overlap."""

    AVIATION = "aviation", "of which aircraft"
    PROCESS = "process", "of which process emissions"
    PACKAGING = "packaging", "of which packaging"


@dataclass(frozen=True, slots=True)
class Gas:
    """A greenhouse gas: id, English name, formula, CAS number."""

    id: str
    name: str
    formula: str
    cas: str


@dataclass(frozen=True, slots=True)
class Potential:
    """One value of a GWP set: kg CO2e per kg of gas, with where it was read."""

    value: Decimal
    source: str
    verified: bool
    note: str


@cache
def gases() -> Mapping[str, Gas]:
    """Every gas of the data by id."""
    with (_DATA / "gases.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {r["gas"]: Gas(r["gas"], r["name"], r["formula"], r["cas"]) for r in rows}


@cache
def find_gas(text: str) -> Gas | None:
    """The gas that an id, formula, name or CAS number means (CF4, CF₄ and PFC-14 are one)."""
    return _spellings().get(unicodedata.normalize("NFKC", text).strip().casefold())


@cache
def _spellings() -> dict[str, Gas]:
    found: dict[str, Gas] = {}
    for part in ("id", "formula", "cas", "name"):
        for gas in gases().values():
            spelling = str(getattr(gas, part)).casefold()
            if spelling:
                found.setdefault(spelling, gas)
    return found


@cache
def _sets() -> dict[str, dict[str, Potential]]:
    sets: dict[str, dict[str, Potential]] = {}
    with (_DATA / "gwp.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            sets.setdefault(row["set"], {})[row["gas"]] = Potential(
                Decimal(row["value"]), row["source"], row["verified"] == "yes", row["note"]
            )
    return sets


def gwp_sets() -> tuple[str, ...]:
    """The names of all sets, for instance `AR6 GWP-100`."""
    return tuple(_sets())


def find_gwp_set(text: str) -> str | None:
    """The set that a text names: `AR6`, `ar6 gwp20`, `AR6/GWP-100`; GWP-100 unless said."""
    key = _set_key(text)
    for name in gwp_sets():
        if key in (_set_key(name), _set_key(name.removesuffix(" GWP-100"))):
            return name
    return None


def _set_key(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def potentials(gwp_set: str) -> Iterator[tuple[str, Potential]]:
    """All values of a set by gas."""
    yield from _sets()[gwp_set].items()


def potential(gas: str, kind: EmissionKind, gwp_set: str) -> Potential | None:
    """The potential of a gas in a set; None where the set has no value for it.

    Methane of fossil origin has its own value (its CO2 from oxidation is new to the atmosphere;
    IPCC AR6 WGI table 7.15); biogenic methane and methane of land use take the other.
    """
    values = _sets()[gwp_set]
    if gas == "CH4":
        fossil = kind in (EmissionKind.FOSSIL, EmissionKind.UNSPECIFIED)
        split = values.get("CH4-fossil" if fossil else "CH4-non-fossil")
        return split or values.get("CH4")
    return values.get(gas)
