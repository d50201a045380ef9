"""Units and flow properties that databases share and packages therefore leave out.

Ids and factors are those of openLCA's reference data, which follow the ILCD reference list
(`data/openlca/`, with its source). Formats without unit groups take theirs from here too.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

from tanyuan.backgrounds.package import UNDETERMINED, Property, Unit, UnitGroup

_DATA = Path(__file__).parent.parent / "data" / "openlca"


@cache
def known_groups() -> Mapping[str, UnitGroup]:
    """The unit groups by id."""
    rows: dict[str, list[dict[str, str]]] = {}
    for row in _rows("units.csv"):
        rows.setdefault(row["group"], []).append(row)
    return {group: _group(group, units) for group, units in rows.items()}


def _group(group: str, rows: list[dict[str, str]]) -> UnitGroup:
    units = tuple(
        Unit(row["unit"], row["name"], Decimal(row["factor"]), _split(row["synonyms"]))
        for row in rows
    )
    return UnitGroup(
        id=group,
        names={UNDETERMINED: rows[0]["group_name"]},
        reference=units[0].id,
        units=units,
        default_property=rows[0]["property"],
    )


@cache
def known_properties() -> Mapping[str, Property]:
    """The flow properties by id."""
    return {
        row["property"]: Property(
            id=row["property"],
            names={UNDETERMINED: row["name"]},
            unit_group=row["group"],
            economic=row["economic"] == "yes",
        )
        for row in _rows("properties.csv")
    }


@cache
def known_unit(name: str) -> tuple[UnitGroup, Unit] | None:
    """The unit that a name or synonym means, with its group; letter case counts (`mg`, `Mg`)."""
    return _names().get(name.strip())


def measuring_unit(name: str) -> tuple[UnitGroup, Unit] | None:
    """The same, where a known flow property is measured in the group's units."""
    found = known_unit(name)
    return found if found and found[0].default_property in known_properties() else None


def lone_unit(name: str, group: str, unit: str, prop: str) -> tuple[UnitGroup, Property]:
    """A unit that converts to no other, alone in a group, and what is measured in it.

    All three have the name; `group`, `unit` and `prop` are their ids.
    """
    names = {UNDETERMINED: name}
    units = (Unit(unit, name, Decimal(1)),)
    return (
        UnitGroup(id=group, names=names, reference=unit, units=units, default_property=prop),
        Property(id=prop, names=names, unit_group=group),
    )


@cache
def group_of_unit(unit: str) -> UnitGroup | None:
    """The group of a unit by the unit's id."""
    return next(
        (g for g in known_groups().values() if any(each.id == unit for each in g.units)), None
    )


@cache
def _names() -> dict[str, tuple[UnitGroup, Unit]]:
    found: dict[str, tuple[UnitGroup, Unit]] = {}
    pairs = [(group, unit) for group in known_groups().values() for unit in group.units]
    for group, unit in pairs:
        found.setdefault(unit.name, (group, unit))
    for group, unit in pairs:
        for synonym in unit.synonyms:
            found.setdefault(synonym, (group, unit))
    return found


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())
