"""The numbers of a study: parameters, then every amount that may be a formula over them.

Parameters are held in base units (kg, m, s, piece …), so that a formula over quantities gives a
quantity whose dimension is checked and whose unit is then the line's. Where all its parameters
are plain numbers, a formula's result is a number in the unit that the row states.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tanyuan.documents.expressions import Expression, evaluate_all, parse
from tanyuan.documents.numbers import decimal_string
from tanyuan.footprint.fields import Amount
from tanyuan.footprint.resolve import row_scatter
from tanyuan.footprint.study import Study
from tanyuan.languages import Message
from tanyuan.problems import InvalidValueError, Place, Problems
from tanyuan.quality.distributions import Scatter
from tanyuan.units import EXACT, Dimension, Unit, conversion

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Value = float | NDArray[np.float64]


@dataclass(frozen=True)
class Quantities:
    """A study's parameters: definitions in base units, dimensions, how they scatter."""

    definitions: Mapping[str, Expression | float]
    units: Mapping[str, Unit]
    scatters: Mapping[str, Scatter]

    def values(self, ratios: Mapping[str, Value] | None = None) -> dict[str, Value]:
        """All parameters in base units; `ratios` multiply the uncertain ones."""
        given = {
            name: float(definition) * ratio
            for name, ratio in (ratios or {}).items()
            if not isinstance(definition := self.definitions[name], Expression)
        }
        return evaluate_all(self.definitions, given)

    def any_uncertain(self, names: Iterable[str]) -> bool:
        """Whether one of the parameters scatters, itself or through its formula."""
        waiting, seen = list(names), set()
        while waiting:
            name = waiting.pop()
            if name in self.scatters:
                return True
            definition = self.definitions.get(name)
            if name not in seen and isinstance(definition, Expression):
                waiting.extend(definition.names)
            seen.add(name)
        return False

    @property
    def dimensions(self) -> dict[str, Dimension]:
        """The dimension of each parameter."""
        return {name: unit.dimension for name, unit in self.units.items()}

    def evaluate(
        self, amount: Amount, unit: Unit, target: Unit, values: Mapping[str, Value]
    ) -> Value:
        """The amount, stated in `unit`, as a number of `target`.

        Raises:
            InvalidValueError: unknown parameter, wrong dimension, unit of another kind.
        """
        if amount.number is not None:
            return float(EXACT.multiply(amount.number, conversion(unit, target)))
        formula = amount.formula
        if formula is None:
            return 0.0
        value = formula.evaluate(values)
        if self._has_units(formula):
            self._check_dimension(formula, unit.dimension, str(unit))
            value = value / float(unit.to_base)
        return value * float(conversion(unit, target))

    def number(self, amount: Amount, values: Mapping[str, Value]) -> Value:
        """A plain number: a price.

        Raises:
            InvalidValueError: unknown parameter, a formula that gives a quantity.
        """
        if amount.number is not None or amount.formula is None:
            return float(amount.number or 0)
        if self._has_units(amount.formula):
            self._check_dimension(amount.formula, {}, "1")
        return amount.formula.evaluate(values)

    def per_unit(self, amount: Amount, unit: Unit, values: Mapping[str, Value]) -> Value:
        """Kg per `unit`: the value of a factor.

        Raises:
            InvalidValueError: unknown parameter, wrong dimension.
        """
        if amount.formula is None or not self._has_units(amount.formula):
            return self.number(amount, values)
        powers = {name: -power for name, power in unit.dimension.items()}
        powers["mass"] = powers.get("mass", 0) + 1
        self._check_dimension(amount.formula, powers, f"kg/{unit}")
        return amount.formula.evaluate(values) * float(unit.to_base)

    def _has_units(self, formula: Expression) -> bool:
        return any(self.units[name].dimension for name in formula.names if name in self.units)

    def _check_dimension(self, formula: Expression, wanted: Dimension, unit: str) -> None:
        dimension = {k: v for k, v in formula.dimension(self.dimensions).items() if v}
        if dimension != {k: v for k, v in wanted.items() if v}:
            raise InvalidValueError(
                "formula-unit",
                Message(
                    "The formula “{text}” gives {found}, but the unit is {unit}.",
                    text=formula.text,
                    found=_spell(dimension),
                    unit=unit,
                ),
                Message("Correct the formula, the unit of the row, or the units of parameters."),
            )


def _spell(dimension: Mapping[str, object]) -> str:
    powers = [name if power == 1 else f"{name}^{power}" for name, power in dimension.items()]
    return " · ".join(powers) or "1"


def read_quantities(study: Study, scenario: str, problems: Problems) -> Quantities:
    """The parameters of a study in one of its scenarios ("" is the base case)."""
    overrides = _overrides(study, scenario, problems)
    units = {row.id: row.unit for row in study.parameters}
    definitions: dict[str, Expression | float] = {}
    scatters: dict[str, Scatter] = {}
    for number, row in enumerate(study.parameters, 1):
        place = Place(sheet="parameters", row=number)
        value = overrides.get(row.id, row.value)
        if value.number is not None:
            definitions[row.id] = float(EXACT.multiply(value.number, row.unit.to_base))
            with problems.at(place):
                spread = row_scatter(row, float(value.number))
                if spread is not None and value.number:
                    scatters[row.id] = spread
        elif value.formula is not None:
            definitions[row.id] = value.formula
            with problems.at(Place(sheet="parameters", row=number, field="value")):
                definitions[row.id] = _in_base_units(value.formula, row.unit, units)
            if row.distribution is not None or row.pedigree is not None:
                problems.add(
                    "parameter-formula-spread",
                    Message("The parameter “{id}” is a formula and states a spread.", id=row.id),
                    Message("State the spread of the parameters that it is made from."),
                    place,
                )
    quantities = Quantities(definitions, units, scatters)
    _check_parameters(study, overrides, quantities, problems)
    return quantities


def _in_base_units(formula: Expression, unit: Unit, units: Mapping[str, Unit]) -> Expression:
    """A formula over plain numbers gives a number of the row's unit; carry it to base units."""
    if unit.to_base == 1 or any(units[n].dimension for n in formula.names if n in units):
        return formula
    return parse(f"({formula.text}) * {decimal_string(unit.to_base)}")


def _overrides(study: Study, scenario: str, problems: Problems) -> dict[str, Amount]:
    known = {row.id for row in study.parameters}
    seen: set[tuple[str, str]] = set()
    for number, row in enumerate(study.scenarios, 1):
        if (row.id, row.parameter) in seen:
            problems.add(
                "id-double",
                Message("The scenario “{id}” has two values of “{parameter}”.", id=row.id,
                        parameter=row.parameter),
                Message("Keep one of the two."),
                Place(sheet="scenarios", row=number, field="parameter"),
            )  # fmt: skip
        seen.add((row.id, row.parameter))
        if row.parameter not in known:
            problems.add(
                "parameter-unknown",
                Message("There is no parameter “{id}”.", id=row.parameter),
                Message("Write the id of a row of the parameters."),
                Place(sheet="scenarios", row=number, field="parameter"),
            )
    names = {row.id for row in study.scenarios}
    if scenario and scenario not in names:
        problems.add(
            "scenario-unknown",
            Message("There is no scenario “{id}”.", id=scenario),
            Message("Choose one of {names}.", names=", ".join(sorted(names)) or "—"),
        )
    return {row.parameter: row.value for row in study.scenarios if row.id == scenario}


def _check_parameters(
    study: Study, overrides: Mapping[str, Amount], quantities: Quantities, problems: Problems
) -> None:
    """Every formula can be computed and has the dimension of its unit."""
    try:
        quantities.values()
    except InvalidValueError as error:
        at = getattr(error, "parameter", "")
        rows = [n for n, row in enumerate(study.parameters, 1) if row.id == at]
        problems.add(
            error.code, error.cause, error.mend,
            Place(sheet="parameters", row=rows[0] if rows else None, field="value"),
        )  # fmt: skip
        return
    values = quantities.values()
    for number, row in enumerate(study.parameters, 1):
        with problems.at(Place(sheet="parameters", row=number, field="value")):
            quantities.evaluate(overrides.get(row.id, row.value), row.unit, row.unit, values)
