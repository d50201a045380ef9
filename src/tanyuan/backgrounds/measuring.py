"""Amounts in the unit in which a flow is measured: the reference unit of its reference property.

Within a unit group factors convert; from another flow property the flow's own factors do (an
amount of property p is divided by how much of p one reference unit of the flow is).
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from tanyuan.backgrounds.known_units import known_groups
from tanyuan.backgrounds.package import Exchange, Flow, Package, UnitGroup
from tanyuan.backgrounds.report import Act, Report
from tanyuan.languages import Message
from tanyuan.problems import InvalidValueError, Place
from tanyuan.units import parse_unit


class Measures:
    """The units of a package, for conversions that are counted and then reported."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._units = {
            unit.id: (group, unit.factor, unit.name)
            for group in package.unit_groups.values()
            for unit in group.units
        }
        self._factors: dict[tuple[str, str, str], float] = {}
        self._within: Counter[tuple[str, str]] = Counter()
        self._between: Counter[tuple[str, str]] = Counter()

    def amount(self, exchange: Exchange, value: float) -> float:
        """A value in the unit of an exchange as reference units of its flow."""
        key = exchange.flow, exchange.property, exchange.unit
        factor = self._factors.get(key)
        if factor is None:
            factor = self._factors[key] = self._factor(*key)
        if factor != 1 or exchange.property:
            self._count(exchange)
        return value * factor

    def _factor(self, flow_id: str, prop: str, unit: str) -> float:
        flow = self._package.flows[flow_id]
        factor = self._units[unit][1] if unit else Decimal(1)
        of = flow.properties[prop or flow.reference]
        return float(factor * flow.properties[flow.reference] / of)

    def _count(self, exchange: Exchange) -> None:
        flow = self._package.flows[exchange.flow]
        if exchange.property and exchange.property != flow.reference:
            self._between[flow.id, exchange.property] += 1
        elif exchange.unit:
            group, factor, _ = self._units[exchange.unit]
            if factor != 1:
                self._within[exchange.unit, group.id] += 1

    def unit(self, flow: Flow) -> str:
        """The name of a flow's reference unit."""
        return reference_unit(self._group(flow.reference))

    def per_unit(self, flow: Flow, kind: str) -> Decimal | None:
        """How much mass (kg), energy (MJ) … one reference unit of a flow is, where it is known.

        Args:
            flow: the flow.
            kind: `mass`, `energy` …, as `tanyuan.units` names them; `economic` for a price.
        """
        for prop in sorted(flow.properties, key=lambda key: (key != flow.reference, key)):
            group = self._group(prop)
            if kind == "economic":
                if self._package.properties[prop].economic:
                    return flow.properties[prop]
            elif kind_of(group) == kind:
                return flow.properties[prop] * _base(group) / flow.properties[flow.reference]
        return None

    def _group(self, prop: str) -> UnitGroup:
        return self._package.unit_groups[self._package.properties[prop].unit_group]

    def tell(self, report: Report, file: str = "") -> None:
        """Report what was converted, and units whose factors are others than elsewhere."""
        for (unit, group_id), count in sorted(self._within.items()):
            group, factor, name = self._units[unit]
            report.add(
                "unit-converted",
                Act.CONVERTED,
                Place(file, name, field=unit),
                Message(
                    "1 {unit} is taken as {factor} {reference}.",
                    unit=name,
                    factor=f"{factor:.12g}",
                    reference=reference_unit(group),
                ),
                count=str(count),
            )
            self._tell_other_factor(report, file, unit, group_id)
        for (flow_id, prop), count in sorted(self._between.items()):
            flow = self._package.flows[flow_id]
            report.add(
                "property-converted",
                Act.CONVERTED,
                Place(file, flow.name, field=prop),
                Message(
                    "{property} is converted by the flow's own factor, {factor} for 1 {unit}.",
                    property=self._package.properties[prop].name,
                    factor=f"{flow.properties[prop]:.12g}",
                    unit=self.unit(flow),
                ),
                count=str(count),
            )

    def _tell_other_factor(self, report: Report, file: str, unit: str, group_id: str) -> None:
        known = known_groups().get(group_id)
        group, factor, name = self._units[unit]
        if known is None or known.reference != group.reference:
            return
        usual = next((each.factor for each in known.units if each.id == unit), factor)
        if abs(usual / factor - 1) > Decimal("1e-6"):
            report.add(
                "unit-factor",
                Act.KEPT,
                Place(file, name, field=unit),
                Message(
                    "1 {unit} is {factor} {reference} in this database, elsewhere {usual}.",
                    unit=name,
                    factor=f"{factor:.12g}",
                    usual=f"{usual:.12g}",
                    reference=reference_unit(group),
                ),
                Message("Mend the factor in the database if its amounts are meant in the usual."),
            )


def reference_unit(group: UnitGroup) -> str:
    """The name of a group's reference unit."""
    return next(unit.name for unit in group.units if unit.id == group.reference)


def kind_of(group: UnitGroup) -> str:
    """What a group's reference unit measures, as `tanyuan.units` names it; empty if unknown."""
    try:
        return parse_unit(reference_unit(group)).kind
    except InvalidValueError:
        return ""


def _base(group: UnitGroup) -> Decimal:
    """How many kg (or MJ …) the reference unit of a group is."""
    unit = parse_unit(reference_unit(group))
    base = parse_unit({"mass": "kg", "energy": "MJ"}.get(unit.kind, unit.symbol))
    return unit.to_base / base.to_base
