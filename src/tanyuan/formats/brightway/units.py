"""Units by their names: openLCA's reference data, else a unit that converts to no other."""

from __future__ import annotations

from decimal import Decimal

from tanyuan.backgrounds.known_units import known_properties, known_unit
from tanyuan.backgrounds.package import UNDETERMINED, Property, Unit, UnitGroup
from tanyuan.backgrounds.report import Act, Report
from tanyuan.formats.brightway.words import UNITS, made_id
from tanyuan.languages import Message
from tanyuan.problems import Place


def named_unit(name: str) -> tuple[UnitGroup, Unit] | None:
    """The unit that Brightway's or a usual name means, with its group."""
    found = known_unit(UNITS.get(name, name))
    return found if found and found[0].default_property in known_properties() else None


class Units:
    """The units that a workbook uses."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.groups: dict[str, UnitGroup] = {}
        self.properties: dict[str, Property] = {}
        self._found: dict[str, tuple[str, str]] = {}

    def unit(self, name: str, place: Place) -> tuple[str, str]:
        """Ids of a unit and of the property that it measures."""
        if name not in self._found:
            known = named_unit(name)
            if known is None:
                self._found[name] = self._own(name, place)
            else:
                group, unit = known
                self.groups[group.id] = group
                prop = group.default_property
                self.properties[prop] = known_properties()[prop]
                self._found[name] = unit.id, prop
        return self._found[name]

    def _own(self, name: str, place: Place) -> tuple[str, str]:
        self.report.add(
            "unit-alone",
            Act.KEPT,
            place,
            Message("The unit “{unit}” is not known; it converts to no other.", unit=name),
            Message("Write a unit such as kilogram, megajoule or cubic meter."),
        )
        unit = Unit(made_id("unit", name), name, Decimal(1))
        prop, group = made_id("property", name), made_id("group", name)
        names = {UNDETERMINED: name}
        self.groups[group] = UnitGroup(
            id=group, names=names, reference=unit.id, units=(unit,), default_property=prop
        )
        self.properties[prop] = Property(id=prop, names=names, unit_group=group)
        return unit.id, prop
