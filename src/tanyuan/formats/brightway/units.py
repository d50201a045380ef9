"""Units by their names: openLCA's reference data, else a unit that converts to no other."""

from __future__ import annotations

from tanyuan.backgrounds.known_units import known_properties, lone_unit, measuring_unit
from tanyuan.backgrounds.package import Property, Unit, UnitGroup
from tanyuan.backgrounds.report import Act, Report
from tanyuan.formats.brightway.words import UNITS, made_id
from tanyuan.languages import Message
from tanyuan.problems import Place


def named_unit(name: str) -> tuple[UnitGroup, Unit] | None:
    """The unit that Brightway's or a usual name means, with its group."""
    return measuring_unit(UNITS.get(name, name))


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
        ids = (made_id(kind, name) for kind in ("group", "unit", "property"))
        group, prop = lone_unit(name, *ids)
        self.groups[group.id], self.properties[prop.id] = group, prop
        return group.reference, prop.id
