"""Units of an export: its own table where it has one, openLCA's reference data for their groups."""

from __future__ import annotations

import uuid
from dataclasses import replace
from decimal import Decimal

from tanyuan.backgrounds.known_units import known_properties, known_unit, measuring_unit
from tanyuan.backgrounds.package import UNDETERMINED, Property, Unit, UnitGroup
from tanyuan.backgrounds.report import Act
from tanyuan.formats.simapro.blocks import Row
from tanyuan.formats.simapro.cells import Cells
from tanyuan.languages import Message

_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "simapro")
_SAME = Decimal("1e-6")


def made_id(*parts: str) -> str:
    """The id of what the format identifies by words."""
    return str(uuid.uuid5(_SPACE, "\n".join(parts)))


class Units:
    """The units that a file uses, in groups that convert."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.table: dict[str, tuple[str, Decimal, str]] = {}
        self.groups: dict[str, UnitGroup] = {}
        self.properties: dict[str, Property] = {}
        self._found: dict[str, tuple[str, str] | None] = {}

    def define(self, rows: list[Row]) -> None:
        """Take the table of units: name, quantity, factor, reference unit."""
        for row in rows:
            factor = self.cells.number(row.cell(2), row, "factor")
            if factor is None or factor <= 0:
                self.cells.problems.add(
                    "factor",
                    Message("The factor is not larger than zero."),
                    Message("Mend the table of units in SimaPro and export again."),
                    self.cells.place(row, row.cell(0)),
                )
                continue
            self.table[row.cell(0)] = row.cell(1), factor, row.cell(3)

    def unit(self, name: str, row: Row) -> tuple[str, str]:
        """A unit and the property that it measures; of an unknown one, a problem is noted."""
        if name not in self._found:
            self._found[name] = self._from_table(name) or self._known(name, row)
        found = self._found[name]
        if found is None:
            self.cells.problems.add(
                "unknown-unit",
                Message("The unit “{unit}” is defined nowhere.", unit=name),
                Message("Export with “Related objects”, so that the file has its units."),
                self.cells.place(row, "unit"),
            )
            return "", ""
        return found

    def _from_table(self, name: str) -> tuple[str, str] | None:
        if name not in self.table:
            return None
        quantity, factor, reference = self.table[name]
        known = measuring_unit(reference)
        if known is None:
            return self._own(name, quantity, factor, reference)
        group, base = known
        factor *= base.factor
        same = known_unit(name)
        unit = Unit(made_id("unit", group.id, name), name, factor)
        if same and same[0].id == group.id and abs(same[1].factor / factor - 1) < _SAME:
            unit = same[1]
        return self._take(group, unit)

    def _own(self, name: str, quantity: str, factor: Decimal, reference: str) -> tuple[str, str]:
        """A unit of a quantity that only this file knows."""
        key = made_id("quantity", quantity, reference)
        base = Unit(made_id("unit", key, reference), reference, Decimal(1))
        names = {UNDETERMINED: quantity}
        group = UnitGroup(
            id=key,
            names=names,
            reference=base.id,
            units=(base,),
            default_property=made_id("property", key),
        )
        prop = Property(id=group.default_property, names=names, unit_group=key)
        self.properties.setdefault(prop.id, prop)
        unit = base if name == reference else Unit(made_id("unit", key, name), name, factor)
        return self._take(group, unit)

    def _known(self, name: str, row: Row) -> tuple[str, str] | None:
        known = measuring_unit(name)
        if known is None:
            return None
        self.cells.report.add(
            "reference-data",
            Act.DEFAULTED,
            self.cells.place(row, "unit"),
            Message(
                "The file does not define the unit “{unit}”; it is taken as {known} of openLCA's "
                "reference data.",
                unit=name,
                known=known[1].name,
            ),
        )
        return self._take(*known)

    def _take(self, group: UnitGroup, unit: Unit) -> tuple[str, str]:
        group = self.groups.get(group.id, group)
        units = {each.id: each for each in group.units}
        if units.get(unit.id) != unit:
            units[unit.id] = unit
            group = replace(group, units=tuple(units.values()))
        self.groups[group.id] = group
        prop = group.default_property
        if prop not in self.properties:
            self.properties[prop] = known_properties()[prop]
        return unit.id, prop
