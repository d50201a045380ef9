"""Units of studies as databases have them: those of openLCA's reference data, else our own."""

from __future__ import annotations

import uuid
from decimal import Decimal
from math import isclose

from tanyuan.backgrounds.known_units import known_properties, known_unit
from tanyuan.backgrounds.measuring import reference_unit
from tanyuan.backgrounds.package import Property, Unit, UnitGroup
from tanyuan.problems import InvalidValueError
from tanyuan.units import Unit as StudyUnit
from tanyuan.units import conversion, parse_unit

_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "tanyuan:unit")
_NAMES = {"m³": "m3", "m²": "m2", "t·km": "t*km", "kg·km": "kg*km", "p·km": "p*km"}
_NAMES |= {"piece": "Item(s)", "L": "l"}
_CALORIFIC = {"NCV": "Net calorific value", "GCV": "Gross calorific value"}


class Measured:
    """The units, groups and properties that a package uses."""

    def __init__(self) -> None:
        self.groups: dict[str, UnitGroup] = {}
        self.properties: dict[str, Property] = {}
        self.own: list[str] = []
        self._found: dict[str, tuple[str, str]] = {}
        self.of(parse_unit("kg"))

    def of(self, unit: StudyUnit) -> tuple[str, str]:
        """Ids of the property that a unit measures, and of the unit."""
        key = str(unit)
        if key not in self._found:
            self._found[key] = self._known(unit) or self._alone(key)
        return self._found[key]

    def _known(self, unit: StudyUnit) -> tuple[str, str] | None:
        found = known_unit(_NAMES.get(unit.symbol, unit.symbol))
        if found is None or not _same(unit, *found):
            return None
        group, own = found
        prop = group.default_property
        if unit.calorific:
            name = _CALORIFIC[unit.calorific]
            prop = next(key for key, p in known_properties().items() if p.name == name)
        if prop not in known_properties():
            return None
        self.groups[group.id] = group
        self.properties[prop] = known_properties()[prop]
        self.properties.setdefault(
            group.default_property, known_properties()[group.default_property]
        )
        return prop, own.id

    def _alone(self, key: str) -> tuple[str, str]:
        """A unit that converts to no other."""
        self.own.append(key)
        unit, prop, group = (
            str(uuid.uuid5(_SPACE, f"{what}\n{key}")) for what in ("unit", "property", "group")
        )
        names = {"und": key}
        self.groups[group] = UnitGroup(
            id=group,
            names=names,
            reference=unit,
            units=(Unit(unit, key, Decimal(1)),),
            default_property=prop,
        )
        self.properties[prop] = Property(id=prop, names=names, unit_group=group)
        return prop, unit


def _same(unit: StudyUnit, group: UnitGroup, own: Unit) -> bool:
    """Whether a unit of the reference data is as large as that of the same name here."""
    try:
        base = conversion(StudyUnit(unit.symbol, unit.kind), parse_unit(reference_unit(group)))
    except InvalidValueError:
        return False
    return isclose(base, own.factor, rel_tol=1e-12)
